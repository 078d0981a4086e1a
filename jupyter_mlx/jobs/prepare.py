"""From a claimed run to the folder of its attempt."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ..errors import writing
from ..files import make_private, write_atomic
from ..settings import Settings
from ..store.engine import Store
from ..store.tables import attempts, jobs, runs
from .lifecycle import State
from .models import Run
from .repository import RunRepository
from .snapshot import SnapshotStore
from .spec import AttemptFiles, AttemptSpec

__all__ = ["expected_seconds", "prepare_attempt"]


def prepare_attempt(
    settings: Settings, store: Store, repository: RunRepository, run: Run, files: AttemptFiles, has_gpus: bool
) -> AttemptSpec:
    """Lay out the snapshot and write the worker's instructions.

    Raises
    ------
    StorageFull, Forbidden: The folder can't be written.
    NotFound: A file of the snapshot is gone or was changed.
    """
    job = run.job
    with store.read() as connection:
        snapshot = repository.snapshot(connection, job.snapshot)
        expected = expected_seconds(connection, job.notebook_path)
    kept = SnapshotStore(settings.objects)
    with writing(files.folder):
        make_private(files.folder)
        write_atomic(files.input, kept.get(snapshot.files[snapshot.notebook]["digest"]))
    own_folder = bool(job.request["include"])
    if own_folder:
        kept.lay_out(snapshot, make_private(files.work))
    last = run.last
    assert last is not None
    spec = AttemptSpec(
        run_id=run.id,
        number=last.number,
        name=job.name,
        owner=job.owner,
        store_key=settings.key,
        notebook_path=job.notebook_path,
        notebook_digest=job.notebook_digest,
        snapshot=job.snapshot,
        kernel=job.kernel or "",
        parameters=job.parameters,
        cwd=job.cwd,
        own_folder=own_folder,
        output_path=job.output_path,
        outputs=job.request["outputs"],
        secrets=job.request["secrets"],
        gpus=last.gpus,
        hide_gpus=has_gpus,
        timeout_s=job.request["timeout_s"],
        stop_grace_s=settings.stop_grace_s,
        tags=job.tags,
        git=job.git,
        state_dir=str(settings.state_dir),
        mlflow_tracking_uri=settings.mlflow_tracking_uri,
        experiment=job.tags.get("experiment") or Path(job.notebook_path).parent.name or "Default",
        cell_output_bytes=settings.cell_output_bytes,
        notebook_output_bytes=settings.notebook_output_bytes,
        expected=expected,
        papermill=job.request.get("papermill", {}),
        track=job.request.get("track", True),
    )
    with writing(files.folder):
        files.write_spec(spec)
    return spec


def expected_seconds(connection: sa.Connection, notebook_path: str) -> dict[str, float]:
    """How long each cell took in the last run of a notebook that succeeded: seconds by cell id."""
    query = (
        sa.select(attempts.c.record)
        .join(runs, runs.c.id == attempts.c.run_id)
        .join(jobs, jobs.c.id == runs.c.job_id)
        .where(jobs.c.notebook_path == notebook_path, attempts.c.state == State.SUCCEEDED)
        .order_by(attempts.c.ended_at.desc())
        .limit(1)
    )
    record = connection.execute(query).scalar() or {}
    return {cell["cell_id"]: cell["wall_s"] for cell in record.get("cells", []) if cell.get("cell_id")}
