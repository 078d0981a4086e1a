"""Where a version comes from: its run, the job that this was, the notebook, the data, the environment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import NotFound
from ...jobs.models import relative_path
from ..gates.evidence import StoreEvidence, training_set_ids

if TYPE_CHECKING:
    from ...jobs.models import Run
    from ...jobs.service import JobsService

__all__ = ["Origins"]

FEATURES_TAG = "mlx.features"
"""The tag of a tracked run that has its features' views: a JSON list of ``view@v1``."""


class Origins:
    """Follows versions to where they come from.

    Parameters
    ----------
    obstacles: Of an origin, why it can't be made again.
    """

    def __init__(self, jobs: JobsService, obstacles: Callable[[Mapping[str, Any]], Sequence[str]]) -> None:
        self._jobs = jobs
        self._obstacles = obstacles

    def of(self, version: Mapping[str, Any], evidence: StoreEvidence, root: Path | None) -> dict[str, Any]:
        """``ModelOrigin`` of the contract.

        Parameters
        ----------
        version: As `RegistryPort.version` has it.
        root: Notebooks below it are shown relative to it.
        """
        tracked = version["run"]
        tags: Mapping[str, str] = {} if tracked is None else tracked["tags"]
        job = self._job(version["job_id"])
        names = {item["id"]: item.get("name") for item in evidence.training_sets(tracked)}
        notebook = tags.get("mlflow.source.name") if tags.get("mlflow.source.type") == "NOTEBOOK" else None
        origin: dict[str, Any] = {
            "run_id": version["run_id"],
            "experiment_id": None if tracked is None else tracked["experiment_id"],
            "job_id": None if job is None else job.id,
            "notebook": relative_path(job.job.notebook_path, root) if job is not None else notebook,
            "notebook_digest": job.job.notebook_digest if job is not None else tags.get("mlx.notebook_digest"),
            "git_commit": tags.get("mlflow.source.git.commit") or None,
            "parameters": _parameters(tracked, job),
            "training_sets": [{"id": item, "name": names.get(item) or item} for item in training_set_ids(tracked)],
            "features": _features(tags.get(FEATURES_TAG, "[]")),
            "environment_digest": _environment(version["run_id"], job),
        }
        missing = list(self._obstacles(origin))
        return {**origin, "replayable": not missing, "missing": missing}

    def _job(self, run_id: str | None) -> Run | None:
        if not run_id:
            return None
        try:
            found = self._jobs.get(run_id)
        except NotFound:
            return None  # it was removed, or is one of another store
        return found if found.id == run_id else None


def _parameters(tracked: Mapping[str, Any] | None, job: Run | None) -> dict[str, Any]:
    if job is not None:
        return dict(job.job.parameters)
    return {} if tracked is None else dict(tracked["parameters"])


def _environment(run_id: str | None, job: Run | None) -> str | None:
    for attempt in reversed(job.attempts if job is not None else ()):
        if attempt.mlflow_run_id == run_id:
            found: str | None = attempt.record.get("environment", {}).get("lock_digest")
            return found
    return None


def _features(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [str(item) for item in found] if isinstance(found, list) else []
