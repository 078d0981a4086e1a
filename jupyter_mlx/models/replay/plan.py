"""What it takes to make a version again: the run of ours that made it, and what of its record is still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ...errors import Conflict, NotFound
from ...jobs.notebook import kernel_specs
from ...store.tables import attempts

if TYPE_CHECKING:
    from ...jobs.models import Attempt, Run
    from ...services import Services

__all__ = ["ReplayPlan", "changed_packages", "plan_replay", "replay_obstacles"]

_PARENT = "mlflow.parentRunId"
NOTEBOOK = "notebook.ipynb"


@dataclass(frozen=True)
class ReplayPlan:
    """A version, and the attempt that made it. `mlflow_run_id` is of the run that the version is from."""

    model: str
    version: int
    mlflow_run_id: str
    run: Run
    attempt: Attempt


def plan_replay(services: Services, model: str, version: int) -> ReplayPlan:
    """What is needed to make a version again.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``.
    Conflict: ``replay_not_possible``, with what is missing.
    Unavailable: ``mlflow_unavailable``.
    """
    tracked = services.models.registry.version(model, version)["run"]
    origin: dict[str, Any] = {"run_id": None, "job_id": None}
    if tracked is not None:
        origin = {"run_id": tracked["id"], "job_id": tracked["job_id"], "tags": tracked["tags"]}
    obstacles = replay_obstacles(services, origin)
    if obstacles:
        raise Conflict(
            "replay_not_possible",
            f"`{model}` version {version} can't be made again: {' '.join(obstacles)}",
            "Train it again as a job (`jupyter mlx run NOTEBOOK`): what a job makes can be replayed.",
        )
    found = _record(services, origin)
    assert found is not None
    return ReplayPlan(model, version, str(origin["run_id"]), *found)


def replay_obstacles(services: Services, origin: Mapping[str, Any]) -> list[str]:
    """Why a version can't be made again: a sentence for each; none where it can.

    Other versions of packages are no obstacle: what they change is what a replay finds out.

    Parameters
    ----------
    origin: ``ModelOrigin`` of the contract, or its `run_id` and `job_id`, and the `tags` of that run where known.
    """
    if origin.get("run_id") is None:
        return ["No MLflow run is known that it is from."]
    found = _record(services, origin)
    if found is None:
        return [_recordless(services, origin)]
    run, attempt = found
    problems = []
    if not any(output["name"] == NOTEBOOK and Path(output["path"]).is_file() for output in attempt.outputs):
        problems.append(f"The executed notebook of run {run.id} is not kept.")
    missing = services.jobs.missing_files(run)
    if missing:
        problems.append(f"The snapshot of run {run.id} lacks {', '.join(missing[:3])}.")
    if run.job.kernel not in kernel_specs():
        problems.append(f"Its kernel `{run.job.kernel}` is not installed here.")
    if not run.job.request["include"] and not Path(run.job.cwd).is_dir():
        problems.append(f"The folder {run.job.cwd} that it ran in is gone.")
    if run.job.request["secrets"]:
        try:
            services.secrets.check(tuple(run.job.request["secrets"]))
        except NotFound as error:
            problems.append(error.message)
    return problems


def _record(services: Services, origin: Mapping[str, Any]) -> tuple[Run, Attempt] | None:
    """The run of ours that made a tracked run, or the one above it, and the attempt."""
    tracked = [origin["run_id"], (origin.get("tags") or {}).get(_PARENT)]
    query = sa.select(attempts.c.run_id, attempts.c.number).where(
        attempts.c.mlflow_run_id.in_([run_id for run_id in tracked if run_id])
    )
    with services.store.read() as connection:
        row = connection.execute(query).first()
        if row is None:
            return None
        run = services.jobs.runs.get(connection, row.run_id)
    return run, services.jobs.attempt(run, row.number)


def _recordless(services: Services, origin: Mapping[str, Any]) -> str:
    job = origin.get("job_id")
    if job is None:
        return f"The MLflow run {origin['run_id']} was made by no job: no record says how to make it again."
    try:
        services.jobs.get(job)
    except NotFound:
        return f"The job {job} that made it was removed, and its record with it."
    return f"The job {job} has no attempt of the MLflow run {origin['run_id']}."


def changed_packages(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two recorded environments: ``numpy 2.1.0 → 2.2.0`` each, Python itself too."""
    versions = [
        dict(line.partition("==")[::2] for line in environment.get("packages") or ())
        | {"Python": environment["python"]}
        if environment.get("python")
        else {}
        for environment in (before, after)
    ]
    one, two = versions
    if not one or not two:
        return []  # no environment of Python's, or none that could be read
    names = sorted((name for name in one.keys() | two.keys() if one.get(name) != two.get(name)), key=str.lower)
    return [f"{name} {one.get(name, '(none)')} → {two.get(name, '(none)')}" for name in names]
