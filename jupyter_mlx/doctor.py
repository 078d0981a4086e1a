"""Examining an installation: what is there, what answers, and what to do where something does not."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from .errors import MlxError
from .services import Services

__all__ = ["Finding", "examine"]

# Earlier versions have published security holes.
LEAST = {"jupyterlab": (4, 5, 7), "jupyter_server": (2, 20), "mlflow": (3, 17), "papermill": (2, 6)}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    message: str
    remedy: str = ""


def examine(services: Services) -> list[Finding]:
    """Look at everything; an examination that fails is itself a finding."""
    found = [_version(name, least) for name, least in LEAST.items()]
    found += [_lab_extension(), _server_extension()]
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("state", lambda: _state(services)),
        ("store", lambda: _store(services)),
        ("agent", lambda: _agent(services)),
        ("mlflow store", lambda: _mlflow(services)),
        ("kernels", _kernels),
        ("gpus", lambda: _gpus(services)),
        ("secrets", lambda: _secrets(services)),
        ("git", _git),
        ("catalog", lambda: _catalog(services)),
    ]
    for name, check in checks:
        try:
            found.append(check())
        except MlxError as error:
            found.append(Finding(name, False, error.message, error.remedy))
    return found + [_libraries(extra, names) for extra, names in _by_extra().items()]


def _version(name: str, least: tuple[int, ...]) -> Finding:
    wanted = ".".join(map(str, least))
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding(name, False, "not installed", f"pip install '{name}>={wanted}'")
    numbers = tuple(int(part) for part in version.split(".")[: len(least)] if part.isdigit())
    if numbers < least:
        return Finding(name, False, f"{version} is older than {wanted}", f"pip install --upgrade '{name}>={wanted}'")
    return Finding(name, True, version)


def _lab_extension() -> Finding:
    from jupyter_core.paths import jupyter_path

    for folder in jupyter_path("labextensions"):
        manifest = Path(folder) / "jupyter-mlx" / "package.json"
        if manifest.exists():
            return Finding("lab extension", True, f"{json.loads(manifest.read_text())['version']} in {manifest.parent}")
    return Finding("lab extension", False, "JupyterLab does not find it", "pip install --force-reinstall jupyter-mlx")


def _server_extension() -> Finding:
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.services.config.manager import ConfigManager

    config = ConfigManager(read_config_path=jupyter_config_path()).get("jupyter_server_config")
    enabled = config.get("ServerApp", {}).get("jpserver_extensions", {})
    if not enabled.get("jupyter_mlx"):
        return Finding("server extension", False, "not enabled", "jupyter server extension enable jupyter_mlx")
    if enabled.get("nbdime"):
        return Finding(
            "server extension",
            False,
            "enabled; nbdime's own server extension is on too, and it reads any path and URL",
            "jupyter server extension disable nbdime",
        )
    return Finding("server extension", True, "enabled; nbdime's own is off")


def _state(services: Services) -> Finding:
    from .files import make_private

    folder = make_private(services.settings.state_dir)
    mode = folder.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding("state", False, f"{folder} can be read by others", f"chmod 700 {folder}")
    free = shutil.disk_usage(folder).free
    if free < 1_000_000_000:
        return Finding(
            "state", False, f"{folder}: {free / 1e6:.0f} MB free", "Free some space: `jupyter mlx jobs rm ID`."
        )
    return Finding("state", True, f"{folder}, {free / 1e9:.0f} GB free")


def _store(services: Services) -> Finding:
    with services.store.read() as connection:
        last = services.jobs.log.last_id(connection)
    shown = services.settings.db_url.rpartition("@")[2]
    return Finding("store", True, f"{shown}, {last} events")


def _agent(services: Services) -> Finding:
    from .jobs.control import agent_status

    status = agent_status(services.settings)
    with services.store.read() as connection:
        waiting = services.jobs.runs.unfinished(connection, services.settings.site)
    if status.get("problem"):
        return Finding("agent", False, status["problem"], "Mend what the log says, then: jupyter mlx agent stop")
    if status["running"]:
        return Finding("agent", True, f"running, pid {status.get('pid')}; {waiting} runs wait or run")
    if waiting:
        return Finding("agent", False, f"not running, and {waiting} runs wait", "jupyter mlx agent start")
    return Finding("agent", True, "not running; it starts with the next run")


def _mlflow(services: Services) -> Finding:
    from .jobs.tracking import count_experiments

    uri = services.settings.mlflow_tracking_uri
    count = count_experiments(uri)
    return Finding("mlflow store", True, f"{uri.rpartition('@')[2]}, {count} experiments")


def _kernels() -> Finding:
    from .jobs.notebook import kernel_specs

    names = list(kernel_specs())
    if not names:
        return Finding("kernels", False, "none", "pip install ipykernel")
    return Finding("kernels", True, ", ".join(names))


def _gpus(services: Services) -> Finding:
    inventory = services.inventory
    names = ", ".join(gpu.name for gpu in inventory.gpus)
    # No GPU is the normal case, not a defect.
    return Finding("gpus", True, f"{len(inventory.gpus)} ({inventory.source}) {names or inventory.reason}")


def _secrets(services: Services) -> Finding:
    return Finding("secrets", True, f"in a {services.secrets.backend}, {len(services.secrets.names())} names")


def _catalog(services: Services) -> Finding:
    sources = services.crawls.sources()
    if not sources:
        return Finding("catalog", True, "no sources; crawl one with `jupyter mlx catalog crawl SOURCE`")
    said, bad = [], []
    for source in sources:
        last = source.last_crawl
        said.append(f"{source.name} ({source.tables} tables, {last['state'].lower() if last else 'never crawled'})")
        if last and last["state"] in ("FAILED", "LOST"):
            bad.append(last["id"])
    message = f"access: {services.settings.catalog_access}; {', '.join(said)}"
    if bad:
        return Finding("catalog", False, message, f"See why: jupyter mlx catalog crawls {bad[0]}")
    return Finding("catalog", True, message)


def _by_extra() -> dict[str, list[str]]:
    from .backends import EXTRAS

    found: dict[str, list[str]] = {}
    for library, extra in EXTRAS.items():
        found.setdefault(extra, []).append(library)
    return found


def _libraries(extra: str, names: list[str]) -> Finding:
    from importlib.util import find_spec

    missing = [name for name in names if find_spec(name) is None]
    if not missing:
        return Finding(f"extra {extra}", True, f"{', '.join(names)} installed")
    # An extra that nobody asked for is no defect.
    return Finding(
        f"extra {extra}", True, f"{', '.join(missing)} not installed; pip install 'jupyter-mlx[{extra}]' brings it"
    )


def _git() -> Finding:
    path = shutil.which("git")
    if path is None:
        return Finding("git", False, "not found", "Install git: without it a run does not know its commit.")
    return Finding("git", True, f"{path}; Python {sys.version.split()[0]}, user {os.getuid()}")
