"""Replays as the store keeps them: queued, under way, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ...clock import to_iso
from ...errors import MlxError, NotFound
from ...jobs.lifecycle import ENDED, State
from ...jobs.models import JobRequest, new_id
from ...store.bell import ring
from ...store.events import EventLog
from ...store.model_tables import replays
from .plan import plan_replay

if TYPE_CHECKING:
    from ...catalog.models import Principal
    from ...jobs.models import Run
    from ...services import Services

__all__ = ["ReplayService"]

KIND, SUBJECT = "mlx.kind", "model"
_RUNNING, _FAILED = "RUNNING", "FAILED"
_UNFINISHED = tuple(state for state in State if state not in ENDED)
_EMPTY: dict[str, Any] = {"message": "", "tolerance": 0.0, "cell": None, "metrics": [], "files": []}


class ReplayService:
    """Queues replays and keeps what came of them. `replaying.replay` makes one, in a job's kernel or by hand."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._events = EventLog()

    # -- queueing --------------------------------------------------------------------------------------------

    def queue(self, document: Mapping[str, Any], principal: Principal, *, cwd: Path) -> Run:
        """Queue a job that replays a version; where one of the same waits or runs already, that run.

        Parameters
        ----------
        document: ``ReplayRequest`` of the contract.
        cwd: The folder that the job's own notebook runs in.

        Raises
        ------
        NotFound: ``model_unknown``, ``model_version_unknown``.
        Conflict: ``replay_not_possible``.
        Unavailable: ``mlflow_unavailable``.
        """
        model, version = document["model"], document["version"]
        plan = plan_replay(self._services, model, version)
        tolerance = float(document.get("tolerance", 0.0))
        parameters = {"model": model, "version": version, "tolerance": tolerance}
        running = self._running(parameters)
        if running is not None:
            return running
        request = JobRequest(
            notebook=str(resources.files("jupyter_mlx").joinpath("templates", "jobs", "replay.ipynb")),
            parameters=parameters,
            name=f"Replay {model} version {version}",
            # What the notebook had that is executed again.
            gpus=plan.run.job.request["gpus"],
            secrets=tuple(plan.run.job.request["secrets"]),
            tags={KIND: "replay", SUBJECT: model},
            cwd=str(cwd),
            track=False,
        )
        run = self._services.jobs.submit(request, owner=principal.user)
        self._announce(model, version, tolerance, principal, run.id)
        return run

    def _running(self, parameters: Mapping[str, Any]) -> Run | None:
        found, *_ = self._services.jobs.page(limit=500, states=_UNFINISHED, words="replay")
        same = (run for run in found if run.job.tags.get(KIND) == "replay" and run.job.parameters == dict(parameters))
        return next(same, None)

    def _announce(self, model: str, version: int, tolerance: float, principal: Principal, run_id: str) -> None:
        """Have a replay that waits be seen; the job that makes it may have begun with it already."""
        with self._services.store.write() as connection:
            known = sa.select(replays.c.id).where(replays.c.run_id == run_id)
            if connection.execute(known).first() is None:
                self._add(connection, model, version, tolerance, principal, run_id)
        ring(self._services.settings.key)

    # -- making ----------------------------------------------------------------------------------------------

    def begin(self, model: str, version: int, tolerance: float, principal: Principal, run_id: str | None) -> str:
        """Note that a replay is under way; its id. One that was announced for the run is that one."""
        with self._services.store.write() as connection:
            if run_id is not None:
                waiting = sa.select(replays.c.id).where(replays.c.run_id == run_id, replays.c.state == _RUNNING)
                same = waiting.where(replays.c.model == model, replays.c.version == version)
                found = connection.execute(same).scalar()
                if found is not None:
                    return str(found)
            replay_id = self._add(connection, model, version, tolerance, principal, run_id)
        ring(self._services.settings.key)
        return replay_id

    def finish(self, replay_id: str, state: str, result: Mapping[str, Any]) -> dict[str, Any]:
        """Keep what came of a replay: ``Replay`` of the contract."""
        self._end(replay_id, state, result=dict(result))
        return self.get(replay_id)

    def fail(self, replay_id: str, error: MlxError) -> None:
        """Keep why a replay came to no result."""
        self._end(replay_id, _FAILED, error=error.to_json())

    def _add(
        self,
        connection: sa.Connection,
        model: str,
        version: int,
        tolerance: float,
        principal: Principal,
        run_id: str | None,
    ) -> str:
        replay_id, now = new_id(), self._services.clock.now()
        values = {"id": replay_id, "model": model, "version": version, "state": _RUNNING, "run_id": run_id}
        result = {**_EMPTY, "tolerance": tolerance}
        connection.execute(
            sa.insert(replays).values(**values, result=result, created_by=principal.user, created_at=now)
        )
        self._tell(connection, model, version, replay_id, _RUNNING)
        after = {"id": replay_id, "tolerance": tolerance, "run_id": run_id}
        self._services.access.record(
            principal,
            "replay",
            f"model/{model}/{version}",
            allowed=True,
            door=self._services.door,
            after=after,
            connection=connection,
        )
        return replay_id

    def _end(self, replay_id: str, state: str, **values: Any) -> None:
        with self._services.store.write() as connection:
            row = connection.execute(sa.select(replays).where(replays.c.id == replay_id)).one()
            ended = sa.update(replays).where(replays.c.id == replay_id, replays.c.state == _RUNNING)
            done = connection.execute(ended.values(state=state, ended_at=self._services.clock.now(), **values))
            if done.rowcount:
                self._tell(connection, row.model, row.version, replay_id, state)
        ring(self._services.settings.key)

    def _tell(self, connection: sa.Connection, model: str, version: int, replay_id: str, state: str) -> None:
        data = {"model": model, "version": version, "what": "replay", "id": replay_id, "state": state}
        self._events.append(connection, self._services.clock.now(), "models.changed", replay_id, data)

    # -- looking ---------------------------------------------------------------------------------------------

    def get(self, replay_id: str) -> dict[str, Any]:
        """A replay by its id, or by its run's: the newest of that.

        Raises
        ------
        NotFound: ``replay_unknown``.
        """
        query = sa.select(replays).where(sa.or_(replays.c.id == replay_id, replays.c.run_id == replay_id))
        found = self._read(query.order_by(replays.c.created_at.desc()).limit(1))
        if not found:
            raise NotFound("replay_unknown", f"There is no replay `{replay_id}`.", "Look at the version's page.")
        return found[0]

    def of_version(self, model: str, version: int, limit: int = 20) -> list[dict[str, Any]]:
        """Those of a version, newest first."""
        query = sa.select(replays).where(replays.c.model == model, replays.c.version == version)
        return self._read(query.order_by(replays.c.created_at.desc()).limit(limit))

    def _read(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._services.store.read() as connection:
            rows = list(connection.execute(query))
        return [_document(row) for row in map(self._settled, rows)]

    def _settled(self, row: Any) -> Any:
        """A row; one whose job has ended without a word of it is a failed one from now on."""
        if row.state != _RUNNING or row.run_id is None:
            return row
        try:
            run = self._services.jobs.get(row.run_id)
        except NotFound:
            ended = "was removed"
        else:
            if run.state not in ENDED:
                return row
            ended = f"ended {run.state}"
        self.fail(row.id, MlxError("replay_failed", f"The job of the replay {ended}.", "Look at its log; try again."))
        with self._services.store.read() as connection:
            return connection.execute(sa.select(replays).where(replays.c.id == row.id)).one()


def _document(row: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": row.id,
        "model": row.model,
        "version": row.version,
        "state": row.state,
        **_EMPTY,
        **(row.result or {}),
        "run_id": row.run_id,
        "by": row.created_by,
        "at": to_iso(row.created_at),
        "ended_at": to_iso(row.ended_at),
    }
    if row.error:
        document |= {"error": row.error, "message": row.error["message"]}
    return document
