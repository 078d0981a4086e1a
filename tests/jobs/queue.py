"""The queue without an agent: jobs are queued, claimed and ended by the services alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from jupyter_mlx.clock import Clock, SystemClock
from jupyter_mlx.compute.gpus import Gpu, Inventory
from jupyter_mlx.jobs.claims import Claims, Fence
from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import AttemptResult, Job, JobRequest, Retries, Run, new_id
from jupyter_mlx.jobs.service import JobsService
from jupyter_mlx.jobs.snapshot import Snapshot
from jupyter_mlx.settings import Settings
from jupyter_mlx.store.engine import Store
from jupyter_mlx.store.tables import attempts

from ..support import make_settings, write_notebook

SUCCEEDED = AttemptResult(State.SUCCEEDED)
FAILED = AttemptResult(State.FAILED, {"code": "cell_failed", "message": "Cell 1 raised."})


class Queue:
    """A store with a jobs service that wakes nobody."""

    def __init__(self, folder: Path, store: Store, clock: Clock | None = None, gpus: tuple[str, ...] = ()) -> None:
        self.store = store
        self.clock = clock or SystemClock()
        self.settings: Settings = make_settings(folder)
        self.devices = list(gpus)
        inventory = Inventory(tuple(Gpu(name, name, None) for name in gpus), "configured")
        self.jobs = JobsService(self.settings, store, self.clock, lambda: None, lambda: inventory)
        self.runs = self.jobs.runs
        self.path = write_notebook(folder / "notebooks" / "a.ipynb", "1")
        self._job: tuple[Job, Snapshot] | None = None

    def job(self, **request: Any) -> tuple[Job, Snapshot]:
        """A job that was not stored yet."""
        if self._job is None:
            self._job = self.jobs._make_job(JobRequest(str(self.path)), "me", None)
        job, snapshot = self._job
        wanted = JobRequest(str(self.path), **request)
        return replace(job, id=new_id(), request=wanted.settings_json(), created_at=self.clock.now()), snapshot

    def add(self, max_retries: int = 0, backoff_s: float = 10.0, **request: Any) -> Run:
        """A queued run."""
        job, snapshot = self.job(retries=Retries(max_retries, backoff_s), **request)
        with self.store.write() as connection:
            self.runs.add_job(connection, job, snapshot)
            return self.runs.add_run(connection, new_id(), job)

    def agent(self, name: str = "agent", host: str = "here", lease_s: float = 30.0) -> Claims:
        """What an agent does to the store."""
        return Claims(self.store, self.clock, name, host, lease_s)

    def claim(self, agent: Claims) -> tuple[Run, Fence]:
        """The next run, which must be there."""
        taken = agent.claim(self.devices)
        assert taken is not None
        return taken

    def expire(self, run: Run) -> None:
        """Let the lease of a run's attempts run out, by the database's clock."""
        with self.store.write() as connection:
            connection.execute(sa.update(attempts).where(attempts.c.run_id == run.id).values(lease_until=1.0))

    def get(self, run: Run) -> Run:
        """The run as it is now."""
        return self.jobs.get(run.id)
