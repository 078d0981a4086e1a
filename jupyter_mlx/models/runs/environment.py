"""What runs that were jobs ran in: packages, interpreter, kernel, host, from the records of their attempts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ...store.engine import Store
from ...store.tables import attempts
from ..port import RunsPort
from .comparing import compared_rows

__all__ = ["RunComparison"]


class RunComparison:
    """Runs beside each other: what MLflow knows of them, and what we know besides.

    Parameters
    ----------
    runs: As MLflow has them.
    store: With the attempts that made them.
    """

    def __init__(self, runs: RunsPort, store: Store) -> None:
        self._runs = runs
        self._store = store

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunComparison`` of a ``ModelRunCompareRequest``."""
        found = self._runs.compare(request)
        environments = self._environments([run["id"] for run in found["runs"]])
        rows = compared_rows(environments, only_different=request.get("only_different", False))
        return {**found, "environment": rows}

    def _environments(self, run_ids: Sequence[str]) -> list[dict[str, str]]:
        query = sa.select(attempts.c.mlflow_run_id, attempts.c.record).where(attempts.c.mlflow_run_id.in_(run_ids))
        with self._store.read() as connection:
            records = {row.mlflow_run_id: row.record for row in connection.execute(query)}
        return [_environment(records.get(run_id) or {}) for run_id in run_ids]


def _environment(record: Mapping[str, Any]) -> dict[str, str]:
    """By name, the interpreter and machine first; packages by their normal names."""
    environment, host = record.get("environment") or {}, record.get("host") or {}
    found = {
        "kernel": environment.get("kernel"),
        "python": environment.get("python"),
        "host": host.get("name"),
        "system": host.get("system"),
        "gpus": ", ".join(map(str, record.get("gpus") or ())) or None,
    }
    for line in environment.get("packages") or ():
        name, _, version = line.partition("==")
        found[f"package {re.sub(r'[-_.]+', '-', name).lower()}"] = version
    return {name: str(value) for name, value in found.items() if value is not None}
