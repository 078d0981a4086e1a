"""A run's notebook executed once more, by a child of this process: outside of the queue, so that nothing waits for it.

It has what the run's attempts had: the snapshot, the parameters, the kernel, the side files, the secrets, its limits.
Whatever becomes of it is in its folder alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..errors import ExecutionFailed
from ..files import make_private, read_json
from ..settings import Settings
from ..store.engine import Store
from .lifecycle import State
from .models import Attempt, AttemptResult, Run
from .prepare import prepare_attempt
from .repository import RunRepository
from .spec import AttemptFiles

__all__ = ["execute_again"]

# What belongs to the kernel or attempt that this process is, and not to the one that it starts.
_OWN = (
    "MLX_",
    "JPY_",
    "MLFLOW_RUN_ID",
    "MLFLOW_EXPERIMENT_",
    "MLFLOW_TRACKING_URI",
    "MLFLOW_REGISTRY_URI",
    "MPLBACKEND",
)
STOP_S = 10.0


def execute_again(
    settings: Settings,
    store: Store,
    repository: RunRepository,
    run: Run,
    attempt: Attempt,
    folder: Path,
    *,
    run_id: str,
    number: int,
    startup: str = "",
    tags: Mapping[str, str] | None = None,
) -> tuple[AttemptResult, AttemptFiles]:
    """Execute a run's notebook again, and wait for its end.

    Parameters
    ----------
    settings: Those that it sees: with another `mlflow_tracking_uri`, it is tracked there.
    attempt: The one that is done again: its seeds are taken.
    folder: Where it works and leaves its results; made here.
    run_id: For whom it is done: the present run, where this process is part of one; else an id that no run has.
    number: One that no attempt of that run has.
    startup: Python source that its kernel executes before the first cell.
    tags: More tags of its MLflow run.

    Raises
    ------
    NotFound: A file of the snapshot is gone or was changed.
    StorageFull, Forbidden: The folder can't be written.
    ExecutionFailed: ``attempt_failed``: its process ended without a result.
    """
    files = AttemptFiles(make_private(folder))
    # What it does is done for whoever asked for this run, not for the owner of the one that it repeats.
    mine = replace(run, id=run_id, attempts=(replace(attempt, number=number, gpus=[]),))
    spec = prepare_attempt(settings, store, repository, mine, files, has_gpus=False)
    spec = replace(spec, output_path=None, outputs=["ipynb"], startup=startup, tags={**spec.tags, **(tags or {})})
    files.write_spec(spec)
    with files.runner_log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "jupyter_mlx.jobs.worker", str(files.folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(settings, attempt),
            cwd=files.folder,
        )
    try:
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    document = read_json(files.result)
    if document is None:
        said = files.runner_log.read_text(errors="replace").strip().splitlines() or [f"exit code {process.returncode}"]
        raise ExecutionFailed(
            "attempt_failed", f"The process that executes the notebook ended: {said[-1]}", "Is there memory left?"
        )
    return AttemptResult(**{**document, "state": State(document["state"])}), files


def _environment(settings: Settings, attempt: Attempt) -> dict[str, str]:
    found = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    found.pop("PYTHONHASHSEED", None)
    seed = attempt.record.get("seeds", {}).get("PYTHONHASHSEED")
    if seed is not None:
        found["PYTHONHASHSEED"] = str(seed)
    return {**found, **settings.to_env()}
