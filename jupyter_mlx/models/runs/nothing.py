"""Runs of a tracking store that is not there yet: there are none, and nothing is made to say so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .shown import experiment_unknown, run_unknown

__all__ = ["NoRuns", "database_file"]

_SQLITE = "sqlite:///"


def database_file(uri: str) -> Path | None:
    """The file of a tracking store in SQLite."""
    return Path(uri.removeprefix(_SQLITE).partition("?")[0]) if uri.startswith(_SQLITE) else None


class NoRuns:
    """`RunsPort` where nothing was tracked."""

    def experiments(self, *, words: str = "", limit: int = 100, cursor: str | None = None) -> dict[str, Any]:
        """``ExperimentList``."""
        return {"items": [], "next_cursor": None}

    def experiment(self, experiment_id: str) -> dict[str, Any]:
        """``Experiment``."""
        raise experiment_unknown(experiment_id)

    def columns(
        self, experiment_id: str, *, words: str = "", kind: str = "", limit: int = 100, cursor: str | None = None
    ) -> dict[str, Any]:
        """``RunColumnList``."""
        raise experiment_unknown(experiment_id)

    def search(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunPage``."""
        return {"items": [], "next_cursor": None, "total": 0}

    def run(self, run_id: str) -> dict[str, Any]:
        """``ModelRunDetail``."""
        raise run_unknown(run_id)

    def curves(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``CurveList``."""
        return {"items": [], "missing": list(dict.fromkeys(request["runs"]))}

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunComparison``."""
        rows: dict[str, Any] = {"parameters": [], "metrics": [], "tags": [], "data": []}
        return {"runs": [], "missing": list(dict.fromkeys(request["runs"])), **rows}

    def artifacts(self, run_id: str, path: str = "") -> dict[str, Any]:
        """``ArtifactList``."""
        raise run_unknown(run_id)

    def artifact(self, run_id: str, path: str) -> str:
        """Where a file lies."""
        raise run_unknown(run_id)
