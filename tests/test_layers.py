"""Which module may import which: `routes, cli → service → port ← backend`, and capabilities apart from each other."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from .modules import MODULES, PACKAGE, imports

CAPABILITIES = {"jobs", "compute", "catalog", "features", "data", "models", "lineage", "review"}
# What another capability may use, and its own doors.
OFFERED = {"service", "models", "port"}
# Values and rules without a backend behind them, which other capabilities share on purpose.
SHARED = {
    "jupyter_mlx.catalog.hosts",
    "jupyter_mlx.catalog.data.encoding",
    "jupyter_mlx.catalog.data.plan",
    "jupyter_mlx.catalog.data.profile",
    "jupyter_mlx.compute.gpus",
    "jupyter_mlx.features.labels",
    "jupyter_mlx.jobs.notebook",
    "jupyter_mlx.jobs.lifecycle",
    "jupyter_mlx.jobs.spec",
    "jupyter_mlx.jobs.schedules",
    "jupyter_mlx.jobs.control",
    "jupyter_mlx.jobs.cron",
    "jupyter_mlx.jobs.follow",
    "jupyter_mlx.jobs.snapshot",
    "jupyter_mlx.review.normal",
}
DOORS = {"routes", "schedule_routes", "tables_routes", "notes_routes", "access_routes"}
DOORS |= {"runs_routes", "registry_routes", "evaluation_routes", "deployment_routes", "replay_routes"}
ENTRANCES = {f"{PACKAGE}.{name}" for name in ("app", "http", "events", "magic")}


def capability(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in CAPABILITIES else None


def last(name: str) -> str:
    return name.rpartition(".")[2]


def is_door(name: str) -> bool:
    """Whether a module is one of the ways in: HTTP, the terminal, the composition root."""
    return last(name) in DOORS or name.startswith(f"{PACKAGE}.cli") or name in ENTRANCES


@pytest.mark.parametrize("name", MODULES)
def test_only_doors_import_doors(name: str) -> None:
    if name == PACKAGE:
        return  # it hands the extension's class to the server
    found = [other for other in imports(name) if is_door(other)]
    assert found == [] or is_door(name), f"{name} imports {found}"


@pytest.mark.parametrize("name", MODULES)
def test_nothing_imports_the_composition_root(name: str) -> None:
    # The extension point in the package itself hands the class to the server.
    if name != PACKAGE:
        assert f"{PACKAGE}.app" not in set(imports(name))


@pytest.mark.parametrize("name", [name for name in MODULES if capability(name)])
def test_a_capability_uses_another_by_its_service_or_models(name: str) -> None:
    for other in imports(name):
        if capability(other) in (None, capability(name)) or "." not in other.removeprefix(f"{PACKAGE}."):
            continue
        assert last(other) in OFFERED or other in SHARED, f"{name} imports {other}"


@pytest.mark.parametrize("name", [name for name in MODULES if last(name) in {"service", "models", "port"}])
def test_services_models_and_ports_know_no_backend(name: str) -> None:
    found = [other for other in imports(name) if ".launchers." in other and last(other) != "port"]
    assert found == []


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith(f"{PACKAGE}.store")])
def test_the_store_knows_nobody(name: str) -> None:
    for other in imports(name):
        assert capability(other) is None, f"{name} imports {other}"


def test_modules_do_not_import_each_other_in_circles() -> None:
    graph = {name: {other for other in imports(name, at_start=True) if other != name} for name in MODULES}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' → '.join(error.args[1])}")
