"""What differs beside the notebooks: parameters, metrics, environment and data, from the records of two runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .models import MISSING, Change
from .operands import Operand

__all__ = ["compare_data", "compare_environments", "compare_metrics", "compare_parameters"]


def compare_parameters(
    a: Operand, b: Operand, declared: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> dict[str, Change]:
    """Parameters whose values differ; a run's own values win over what its notebook declares.

    Parameters
    ----------
    declared: Values that either notebook gives its parameters.
    """
    values = [
        {**found, **(operand.run.job.parameters if operand.run else {})}
        for operand, found in zip((a, b), declared, strict=True)
    ]
    return _differing(_joined(*values))


def compare_metrics(a: Operand, b: Operand) -> dict[str, Change]:
    """All metrics of two runs' attempts, the same ones too; empty unless both sides are runs."""
    if a.run is None or b.run is None:
        return {}
    return _joined(*(operand.attempt.metrics if operand.attempt else {} for operand in (a, b)))


def compare_environments(a: Operand, b: Operand) -> dict[str, Change]:
    """``python``, ``kernel`` and packages by name, where they differ; empty unless both sides are runs that started.

    Packages are left out where one side's can't be read (a kernel that is not Python's).
    """
    records = [operand.attempt.record.get("environment") if operand.attempt else None for operand in (a, b)]
    one, two = records
    if not one or not two:
        return {}
    found = {key: Change(one.get(key), two.get(key)) for key in ("python", "kernel")}
    if one.get("packages") is not None and two.get("packages") is not None:
        found |= _joined(_packages(one["packages"]), _packages(two["packages"]))
    return _differing(found)


def compare_data(a: Operand, b: Operand) -> dict[str, Change]:
    """Digests of the datasets that two attempts logged, by name, the same ones too; empty unless both are runs."""
    if a.run is None or b.run is None:
        return {}
    logged = [operand.attempt.record.get("data", []) if operand.attempt else [] for operand in (a, b)]
    return _joined(*map(_datasets, logged))


def _datasets(logged: list[dict[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in logged:
        name = item["name"]
        if found.get(name, item["digest"]) != item["digest"]:
            # One name for several parts, as train and test: what it was used for tells them apart.
            name = f"{name} ({item.get('context') or item['digest']})"
        found[name] = item["digest"]
    return found


def _packages(listed: list[str]) -> dict[str, str]:
    pairs = (line.partition("==") for line in listed)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, _, version in pairs}


def _joined(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Change]:
    return {name: Change(one.get(name, MISSING), two.get(name, MISSING)) for name in sorted({*one, *two})}


def _differing(changes: Mapping[str, Change]) -> dict[str, Change]:
    return {name: change for name, change in changes.items() if change.differs}
