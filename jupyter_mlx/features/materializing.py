"""Materialization: what the online store serves, brought up to date view by view, each with a record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..catalog.models import Principal
from ..clock import to_iso
from ..errors import ExecutionFailed, InvalidInput, MlxError
from ..jobs.models import new_id
from ..store.feature_tables import materializations
from .asking import asked_for, project_of, views_of
from .repository import Repository, calling
from .service import FeatureService, View

__all__ = ["Materialization", "Materializer"]

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Materialization:
    """One view's values of one stretch of time, brought to the online store.

    state: ``RUNNING``, ``SUCCEEDED`` or ``FAILED``; one that runs no more without an end is tried again by the next.
    """

    id: str
    view: str
    state: str
    since: datetime
    until: datetime
    run_id: str | None
    error: dict[str, Any] | None
    started_at: datetime
    ended_at: datetime | None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "id": self.id,
            "view": self.view,
            "state": self.state,
            "since": to_iso(self.since),
            "until": to_iso(self.until),
            "run_id": self.run_id,
            "error": self.error,
            "started_at": to_iso(self.started_at),
            "ended_at": None if self.ended_at is None else to_iso(self.ended_at),
        }


class Materializer:
    """Owns what was brought to online stores, and serves from there."""

    def __init__(self, features: FeatureService) -> None:
        self.features = features

    def materialize(
        self,
        references: Sequence[str] = (),
        *,
        user: str,
        principal: Principal | None = None,
        project: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        run_id: str | None = None,
    ) -> list[Materialization]:
        """Bring views up to date, one after the other; those that are done stay done where one fails.

        Parameters
        ----------
        references: Views; all that are served online by default.
        since: From then on; by default from where the last one ended, and of a view that never was, all that its
            time to live leaves.
        until: The present by default.

        Raises
        ------
        NotFound: ``view_unknown``.
        InvalidInput: ``view_not_online``, ``views_missing``.
        Forbidden: ``permission_missing``.
        ExecutionFailed: ``materialization_failed``, with what was done before.
        """
        chosen = [self.features.view(reference, principal=principal) for reference in references]
        chosen = chosen or [
            view
            for view in self.features.views(project, principal=principal)
            if view.definition.online and view.definition.kind != "on_demand"
        ]
        for view in chosen:
            if not view.definition.online or view.definition.kind == "on_demand":
                name = view.definition.name
                raise InvalidInput(
                    "view_not_online",
                    f"`{name}` is not served online.",
                    "Define it with `online=True`, and apply its repository.",
                )
        if not chosen:
            raise InvalidInput("views_missing", "No view is served online.", "Apply a repository that has one.")
        for view in chosen:
            # All of it is brought, also what is not seen.
            self.features.require(principal, "materialize", self.features.view(view.id))
        end = until or self.features.clock.now()
        return [self._one(view, since, end, user, run_id) for view in chosen]

    def _one(
        self, view: View, since: datetime | None, until: datetime, user: str, run_id: str | None
    ) -> Materialization:
        begin = since or self._last(view) or self._oldest(view, until)
        made, now = new_id(), self.features.clock.now()
        with self.features.store.write() as connection:
            connection.execute(
                sa.insert(materializations).values(
                    id=made,
                    view_id=view.id,
                    version=view.version,
                    state="RUNNING",
                    run_id=run_id,
                    since=begin,
                    until=until,
                    owner=user,
                    started_at=now,
                )
            )
        error: MlxError | None = None
        repository = Repository(view.repository)
        try:
            with calling(repository.folder, "materialization_failed"):
                repository.open().materialize(begin, until, [view.definition.name], disable_event_timestamp=False)
        except MlxError as failure:
            error = failure
        ended = self.features.clock.now()
        with self.features.store.write() as connection:
            connection.execute(
                sa.update(materializations)
                .where(materializations.c.id == made)
                .values(
                    state="SUCCEEDED" if error is None else "FAILED",
                    error=None if error is None else error.to_json(),
                    ended_at=ended,
                )
            )
            self.features.log.append(
                connection, ended, "features.changed", view.id, {"what": "materialization", "ids": [view.id]}
            )
        if error is not None:
            raise ExecutionFailed(
                "materialization_failed",
                f"`{view.definition.name}` was not materialized: {error.message}",
                "Mend what the message names, and materialize again: what was done before stays done.",
            ) from error
        return self.history(view.id)[0]

    def _last(self, view: View) -> datetime | None:
        """Where the last materialization of this version ended; a new version begins anew."""
        query = sa.select(sa.func.max(materializations.c.until)).where(
            materializations.c.view_id == view.id,
            materializations.c.version == view.version,
            materializations.c.state == "SUCCEEDED",
        )
        with self.features.store.read() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    @staticmethod
    def _oldest(view: View, until: datetime) -> datetime:
        ttl = view.definition.ttl_s
        return EVER if ttl is None else until - timedelta(seconds=ttl)

    def history(self, reference: str, *, principal: Principal | None = None) -> list[Materialization]:
        """The materializations of a view, newest first.

        Raises
        ------
        NotFound: ``view_unknown``.
        """
        view = self.features.view(reference, principal=principal)
        query = (
            sa.select(materializations)
            .where(materializations.c.view_id == view.id)
            .order_by(materializations.c.started_at.desc(), materializations.c.id)
        )
        with self.features.store.read() as connection:
            return [
                Materialization(
                    row.id,
                    f"{view.definition.name}@v{row.version}",
                    row.state,
                    row.since,
                    row.until,
                    row.run_id,
                    row.error,
                    row.started_at,
                    row.ended_at,
                )
                for row in connection.execute(query)
            ]

    # -- serving ---------------------------------------------------------------------------------------------

    def online(
        self,
        features: str | Sequence[str],
        entities: Sequence[dict[str, Any]],
        project: str | None = None,
        *,
        principal: Principal | None = None,
    ) -> Any:
        """What is served for some entities: ``{column: [value for each entity]}``.

        Parameters
        ----------
        features: ``view:feature`` each, views, or the name of a service.
        entities: Join keys with values, and what on-demand views ask for: ``[{"origin": "JFK"}]``.

        Raises
        ------
        NotFound: ``project_unknown``, ``view_unknown``, ``feature_unknown``.
        Forbidden: ``permission_missing``.
        InvalidInput: ``entity_invalid``.
        Unavailable: ``online_store_unavailable``.
        """
        row = project_of(self.features, project, principal)
        references = asked_for(self.features, row, features, principal)
        views_of(self.features, row.name, references, principal=principal, action="online")
        repository = Repository(row.repository)
        with calling(repository.folder, "online_read_failed"):
            found = repository.open().get_online_features(references, list(entities))
            served: dict[str, list[Any]] = found.to_dict()
            return served
