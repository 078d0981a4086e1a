"""The rules of jobs, for all doors: what may be queued, cancelled, retried, cloned and removed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..compute.gpus import Inventory
from ..errors import Conflict, InvalidInput, NotFound, writing
from ..faults import fail_point
from ..files import resolve_path
from ..secrets import SecretStore
from ..settings import Settings
from ..store.engine import Store
from .git import git_state
from .lifecycle import ENDED, State
from .models import Attempt, AttemptResult, Job, JobRequest, Run, new_id
from .notebook import Notebook, read_notebook, resolve_kernel
from .parameters import check_parameters, inspect_parameters
from .reader import RunReader
from .schedules import Policy, Schedule, ScheduleService
from .snapshot import Snapshot, take_snapshot
from .spec import AttemptFiles

__all__ = ["JobsService"]

LAUNCHERS = ("local",)
MAX_NAME = 200


class JobsService(RunReader):
    """Owns what it takes to run a notebook as a job.

    Parameters
    ----------
    wake: Called after something was queued or asked to stop: it makes sure that an agent runs, and wakes it.
    inventory: The GPUs that a job may ask for.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        wake: Callable[[], None],
        inventory: Callable[[], Inventory],
    ) -> None:
        super().__init__(settings, store, clock)
        self.schedules = ScheduleService(store, clock)
        self.secrets = SecretStore(settings.state_dir)
        self._wake = wake
        self._inventory = inventory

    # -- queueing --------------------------------------------------------------------------------------------

    def submit(
        self, request: JobRequest, *, owner: str, root: Path | None = None, idempotency_key: str | None = None
    ) -> Run:
        """Queue a run; it is checked, its notebook is kept, and its row committed before this returns.

        Parameters
        ----------
        root: Paths are relative to it and may not leave it; None takes any path, for the terminal.
        idempotency_key: The same key of the same owner returns the run that it made before.

        Raises
        ------
        MlxError: Whatever is wrong with the request; nothing was queued then.
        """
        if idempotency_key:
            with self.store.read() as connection:
                known = self.runs.find_by_key(connection, owner, idempotency_key)
            if known is not None:
                # Who asks again may have died before anybody was woken.
                if known.state not in ENDED:
                    self._wake()
                return known
        job, snapshot = self._make_job(request, owner, root)
        fail_point("create")
        with self.store.write() as connection:
            known = self.runs.find_by_key(connection, owner, idempotency_key) if idempotency_key else None
            if known is not None:
                return known
            self.runs.add_job(connection, job, snapshot)
            run = self.runs.add_run(connection, new_id(), job, idempotency_key=idempotency_key)
        fail_point("created")
        self._wake()
        return run

    def schedule(
        self,
        request: JobRequest,
        cron: str,
        timezone: str,
        *,
        owner: str,
        root: Path | None = None,
        name: str | None = None,
        policy: Mapping[str, Any] | None = None,
    ) -> Schedule:
        """Keep a schedule of a job; the notebook is kept as it is now.

        Raises
        ------
        MlxError: Whatever is wrong with the request or the expression.
        """
        job, snapshot = self._make_job(request, owner, root)
        schedule = self.schedules.add(job, snapshot, cron, timezone, name, Policy(**(policy or {})))
        self._wake()
        return schedule

    def check(self, request: JobRequest, root: Path | None = None) -> None:
        """Refuse what `submit` would refuse; queue nothing.

        Raises
        ------
        MlxError: Whatever is wrong with the request.
        """
        self._make_job(request, "", root)

    def _make_job(self, request: JobRequest, owner: str, root: Path | None) -> tuple[Job, Snapshot]:
        path = resolve_path(request.notebook, root, "notebook")
        notebook = read_notebook(path, request.notebook)
        kernel = resolve_kernel(notebook, request.kernel, request.notebook)
        declared, inspected = inspect_parameters(notebook.node, kernel, request.papermill.get("language"))
        parameters = check_parameters(request.parameters, declared, inspected, request.secrets)
        self._check_resources(request)
        output_path = self._check_output(request.output, root)
        cwd = self._check_cwd(request, path)
        snapshot = take_snapshot(self._snapshots, notebook, request.include)
        job = Job(
            id=new_id(),
            owner=owner,
            name=(request.name or path.stem)[:MAX_NAME],
            notebook_path=str(path),
            notebook_digest=notebook.digest,
            cwd=cwd,
            snapshot=snapshot.digest,
            kernel=kernel,
            cells=_cells(notebook, bool(parameters)),
            parameters=parameters,
            request=request.settings_json(),
            tags=dict(request.tags),
            created_at=self.clock.now(),
            git=self._keep_git(path.parent),
            output_path=output_path,
            site=self.settings.site,
        )
        return job, snapshot

    def _check_resources(self, request: JobRequest) -> None:
        self.secrets.check(request.secrets)
        if request.gpus:
            inventory = self._inventory()
            if request.gpus > len(inventory.gpus):
                have = len(inventory.gpus)
                raise InvalidInput(
                    "gpus_not_enough",
                    f"The run wants {request.gpus} GPUs; this host has {have}.",
                    inventory.reason or f"Ask for {have} at most.",
                    field="gpus",
                )
        if request.launcher not in (None, *LAUNCHERS):
            raise InvalidInput(
                "launcher_unknown", f"There is no launcher `{request.launcher}`.", "Use `local`.", field="launcher"
            )

    def _check_output(self, given: str | None, root: Path | None) -> str | None:
        if given is None:
            return None
        path = resolve_path(given, root, "output")
        if path.is_dir():
            raise InvalidInput("output_is_folder", f"`{given}` is a folder.", "Name a file.", field="output")
        folder = next(parent for parent in path.parents if parent.exists())
        if not folder.is_dir() or not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise InvalidInput(
                "output_not_writable", f"`{given}` can't be written.", "Choose another place.", field="output"
            )
        return str(path)

    def _check_cwd(self, request: JobRequest, path: Path) -> str:
        if request.cwd is None:
            return str(path.parent)
        folder = Path(request.cwd).expanduser().resolve()
        if not folder.is_dir():
            raise InvalidInput("folder_missing", f"There is no folder `{request.cwd}`.", "Name one.", field="cwd")
        return str(folder)

    def _keep_git(self, folder: Path) -> dict[str, Any] | None:
        found = git_state(folder)
        if found is None:
            return None
        state, diff = found
        return {**state, "diff_digest": self._snapshots.put(diff) if diff else None}

    # -- acting on runs --------------------------------------------------------------------------------------

    def cancel(self, run_id: str) -> Run:
        """Cancel a run: at once where it waits, through its agent where it runs.

        Raises
        ------
        Conflict: ``run_ended``.
        """
        with self.store.write() as connection:
            run = self.runs.get(connection, run_id)
            if run.state in ENDED:
                raise Conflict("run_ended", f"The run is {run.state} already.", "There is nothing to cancel.")
            if run.state is State.QUEUED:
                run = self.runs.change(
                    connection, run, State.CANCELLED, ended_at=self.clock.now(), cancel_requested=True, reason=None
                )
            elif not run.cancel_requested:
                run = self.runs.change(connection, run, cancel_requested=True)
        self._wake()
        return run

    def retry(self, run_id: str) -> Run:
        """Queue one more attempt of a run that has ended.

        Raises
        ------
        Conflict: ``run_not_ended``.
        """
        with self.store.write() as connection:
            run = self.runs.get(connection, run_id)
            if run.state not in ENDED or run.state is State.SKIPPED:
                raise Conflict("run_not_ended", f"The run is {run.state}.", "Wait for its end, or clone it.")
            self.runs.move(connection, run, self.settings.site)
            run = self.runs.change(
                connection,
                run,
                State.QUEUED,
                attempts_allowed=run.attempt_no + 1,
                cancel_requested=False,
                ended_at=None,
                not_before=None,
                reason=None,
            )
        self._wake()
        return run

    def clone(
        self, run_id: str, *, owner: str, parameters: Mapping[str, Any] | None = None, name: str | None = None
    ) -> Run:
        """Queue a new run of the same notebook version; the parameters given replace those of the same name.

        Raises
        ------
        InvalidInput: A parameter is unknown or of the wrong type.
        """
        with self.store.read() as connection:
            run = self.runs.get(connection, run_id)
            snapshot = self.runs.snapshot(connection, run.job.snapshot)
        values = {**run.job.parameters, **(parameters or {})}
        if parameters:
            notebook = self._kept_notebook(run, snapshot)
            declared, inspected = inspect_parameters(notebook.node, run.job.kernel)
            values = check_parameters(values, declared, inspected, tuple(run.job.request["secrets"]))
        job = replace(
            run.job,
            id=new_id(),
            owner=owner,
            name=(name or run.job.name)[:MAX_NAME],
            parameters=values,
            created_at=self.clock.now(),
            # The other file is the original's; this one's results are in its outputs.
            output_path=None,
            site=self.settings.site,
        )
        with self.store.write() as connection:
            self.runs.add_job(connection, job, snapshot)
            cloned = self.runs.add_run(connection, new_id(), job)
        self._wake()
        return cloned

    def execute_again(
        self,
        run: Run,
        attempt: Attempt,
        folder: Path,
        *,
        run_id: str,
        number: int,
        tracking_uri: str,
        startup: str = "",
        tags: Mapping[str, str] | None = None,
    ) -> tuple[AttemptResult, AttemptFiles]:
        """Execute a run's notebook once more, in a child of this process: `again.execute_again`.

        Parameters
        ----------
        tracking_uri: Where it is tracked, in place of MLflow's own store.
        """
        from .again import execute_again

        settings = replace(self.settings, mlflow_tracking_uri=tracking_uri)
        return execute_again(
            settings,
            self.store,
            self.runs,
            run,
            attempt,
            folder,
            run_id=run_id,
            number=number,
            startup=startup,
            tags=tags,
        )

    def remove(self, run_id: str) -> None:
        """Delete a run that has ended, with its files.

        Raises
        ------
        Conflict: ``run_not_ended``.
        """
        with self.store.write() as connection:
            run = self.runs.get(connection, run_id)
            if run.id != run_id:
                raise NotFound("run_unknown", f"There is no run `{run_id}`.", f"Removing takes a whole id: {run.id}.")
            if run.state not in ENDED:
                raise Conflict("run_not_ended", f"The run is {run.state}.", "Cancel it first.")
            self.runs.remove(connection, run)
        folder = self.settings.artifacts / "runs" / run.id
        if folder.exists():
            with writing(folder):
                shutil.rmtree(folder)
        self._wake()

    def needs_agent(self) -> bool:
        """Whether something waits, runs or is scheduled that this environment executes."""
        with self.store.read() as connection:
            if self.runs.unfinished(connection, self.settings.site):
                return True
        return ScheduleService(self.store, self.clock, self.settings.site).next_wait_s() is not None


def _cells(notebook: Notebook, injected: bool) -> int:
    """Code cells of the executed notebook: papermill adds one for the parameters, or replaces the last one's."""
    replaced = any("injected-parameters" in cell.metadata.get("tags", []) for cell in notebook.node.cells)
    return notebook.code_cells + (1 if injected and not replaced else 0)
