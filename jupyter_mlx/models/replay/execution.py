"""One replay's execution, and the original's, as what is compared: notebook, metrics, the model's files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ...errors import ExecutionFailed
from ...files import make_private
from ...jobs.lifecycle import State
from ...jobs.spec import AttemptFiles
from ...mlflow_client import answering, connect
from .comparing import Execution
from .plan import NOTEBOOK, ReplayPlan
from .scratch import Scratch, make_scratch
from .state import read_states, startup_source
from .text import Names

if TYPE_CHECKING:
    from mlflow.entities import Run as TrackedRun
    from mlflow.tracking import MlflowClient

    from ...jobs.models import AttemptResult
    from ...services import Services

__all__ = ["Side", "execute", "original"]

REPLAY_OF = "mlx.replay_of"
"""The tag of a replay's tracked run: the id of the run that it repeats."""


@dataclass(frozen=True)
class Side:
    """An execution with what else is known of it.

    Parameters
    ----------
    files: The folder of the model that it made; None where it made none.
    made_at: When that was logged.
    record: The attempt's.
    notebook: The executed notebook's file.
    states: Digests of variables after each code cell; none for an original.
    whole: Whether its tracking store had what the original's had.
    """

    execution: Execution
    uri: str
    mlflow_run_id: str
    files: Path | None
    made_at: datetime | None
    record: Mapping[str, Any]
    notebook: Path
    states: Sequence[Any] = ()
    whole: bool = True

    def logged_at(self, metric: str) -> datetime | None:
        """When a metric was logged last."""
        with answering(self.uri):
            history = connect(self.uri).get_metric_history(self.mlflow_run_id, metric)
        return _time(max((item.timestamp for item in history), default=None))


def original(services: Services, plan: ReplayPlan, folder: Path) -> Side:
    """What the attempt came to that made a version."""
    uri = services.settings.mlflow_tracking_uri
    path = next(Path(output["path"]) for output in plan.attempt.outputs if output["name"] == NOTEBOOK)
    attempt = AttemptFiles.of(services.settings.artifacts, plan.run.id, plan.attempt.number).folder
    with answering(uri):
        client = connect(uri)
        tracked = client.get_run(plan.mlflow_run_id)
        version = client.get_model_version(plan.model, str(plan.version))
        place = client.get_model_version_download_uri(plan.model, str(plan.version))
        files = _local(place, folder / "original", uri)
        names = _names(client, tracked, plan.run.id, uri, plan.run.job.name)
    folders = {str(attempt): "attempt", f"{attempt}.running": "attempt"}
    return Side(
        _execution(path, tracked, {**names, **folders}),
        uri,
        plan.mlflow_run_id,
        files,
        _time(version.creation_timestamp),
        plan.attempt.record,
        path,
    )


def execute(services: Services, plan: ReplayPlan, folder: Path, number: int, *, run_id: str) -> Side:
    """Execute the notebook once more, tracked in a store of its own; it is the `number`-th replay.

    Parameters
    ----------
    run_id: As whose part it is executed: the present run, or an id that no run has.

    Raises
    ------
    ExecutionFailed: It could not be executed: its kernel did not start, it ran out of time. A cell that raises is no
        such failure, but a result.
    """
    place = make_private(folder / f"replay-{number}")
    experiment, began = _tracked(services, plan)
    scratch = make_scratch(
        services.settings.mlflow_tracking_uri,
        place,
        began,
        experiment=experiment,
        model=plan.model,
        version=plan.version,
    )
    states = place / "states.jsonl"
    result, files = services.jobs.execute_again(
        plan.run,
        plan.attempt,
        place / "attempt",
        run_id=run_id,
        # No attempt of the present run has such a number: processes are told apart by it.
        number=1000 * int(os.environ.get("MLX_ATTEMPT_NUMBER") or 0) + number,
        tracking_uri=scratch.uri,
        startup=startup_source(states),
        tags={REPLAY_OF: plan.run.id},
    )
    if result.state is not State.SUCCEEDED and (result.error or {}).get("code") != "cell_failed":
        error = result.error or {"code": "run_not_succeeded", "message": f"The replay ended {result.state}."}
        raise ExecutionFailed.from_json(error)
    if result.mlflow_run_id is None:
        error = result.record.get("mlflow_error") or {"code": "mlflow_unavailable", "message": "It was not tracked."}
        raise ExecutionFailed.from_json(error)
    return _replayed(plan, scratch, files, result, run_id, states)


def _tracked(services: Services, plan: ReplayPlan) -> tuple[str, datetime]:
    """The experiment of the attempt's run, and when that began."""
    uri = services.settings.mlflow_tracking_uri
    with answering(uri):
        client = connect(uri)
        run = client.get_run(str(plan.attempt.mlflow_run_id))
        began = _time(run.info.start_time)
        return client.get_experiment(run.info.experiment_id).name, began or plan.attempt.started_at


def _replayed(
    plan: ReplayPlan, scratch: Scratch, files: AttemptFiles, result: AttemptResult, run_id: str, states: Path
) -> Side:
    with answering(scratch.uri):
        client = connect(scratch.uri)
        model, made_at, from_run = _made(client, plan, str(result.mlflow_run_id))
        tracked = client.get_run(from_run)
        names = _names(client, tracked, run_id, scratch.uri, plan.run.job.name)
    folders = {str(files.folder): "attempt"}
    execution = _execution(files.notebook, tracked, {**names, **folders})
    sources = [cell["source"] for _, cell in execution.cells]
    return Side(
        execution,
        scratch.uri,
        from_run,
        model,
        made_at,
        result.record,
        files.notebook,
        read_states(states, sources),
        scratch.whole,
    )


def _made(client: MlflowClient, plan: ReplayPlan, run_id: str) -> tuple[Path | None, datetime | None, str]:
    """The model that a replay made: its folder, when it was made, and the tracked run that it is from."""
    quote = '"' if "'" in plan.model else "'"
    versions = client.search_model_versions(f"name = {quote}{plan.model}{quote}")
    version = next((item for item in versions if int(item.version) == plan.version), None)
    if version is not None:
        place = client.get_model_version_download_uri(plan.model, str(plan.version))
        return _path(place), _time(version.creation_timestamp), version.run_id or run_id
    # The notebook logged it, and somebody registered it later.
    run = client.get_run(run_id)
    logged = [item.model_id for item in run.outputs.model_outputs] if run.outputs else []
    if not logged:
        return None, None, run_id
    made = client.get_logged_model(logged[-1])
    return _path(made.artifact_location), _time(made.creation_timestamp), run_id


def _execution(path: Path, tracked: TrackedRun, names: Mapping[str, str]) -> Execution:
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    times = notebook.metadata.get("papermill", {})
    began, ended = (datetime.fromisoformat(times[key]) for key in ("start_time", "end_time"))
    return Execution(notebook, dict(tracked.data.metrics), Names(names, began, ended))


def _names(client: MlflowClient, tracked: TrackedRun, run_id: str, uri: str, name: str) -> dict[str, str]:
    """What a tracked execution is called by: ids and places that another execution has others of."""
    place = client.get_experiment(tracked.info.experiment_id).artifact_location
    found = {tracked.info.run_id: "run", run_id: "job", f"{name} {run_id[:6]}": "name", uri: "tracking", place: "place"}
    file = uri.partition(":///")[2]
    found |= {file: "database"} if uri.startswith("sqlite") and file else {}
    path = _path(place)
    found |= {str(path): "place"} if path is not None and len(path.parts) > 1 else {}
    if tracked.outputs:
        found |= {item.model_id: f"model {index}" for index, item in enumerate(tracked.outputs.model_outputs)}
    return found


def _path(place: str) -> Path | None:
    parts = urlsplit(place)
    return Path(unquote(parts.path)) if parts.scheme in ("", "file") else None


def _local(place: str, folder: Path, uri: str) -> Path:
    """A model's folder on this machine: brought here where it is kept elsewhere."""
    path = _path(place)
    if path is not None:
        return path
    from mlflow.artifacts import download_artifacts

    return Path(download_artifacts(artifact_uri=place, dst_path=str(make_private(folder)), tracking_uri=uri))


def _time(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
