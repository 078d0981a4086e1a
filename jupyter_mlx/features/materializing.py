"""Materialization: what the online store serves, brought up to date view by view, each with a record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..catalog.models import Principal
from ..errors import ExecutionFailed, InvalidInput, MlxError
from ..faults import fail_point
from .asking import asked_for, project_of, views_of
from .entities import checked_entities
from .materialization_log import Materialization, MaterializationLog
from .models import View
from .paging import page_of
from .repository import Repository, calling
from .service import FeatureService
from .source_types import check_types
from .training import source_version

__all__ = ["Materialization", "Materializer"]

NOBODY = {"__dummy_id": ""}
"""What Feast asks for where a view has no entities, and nothing is to be named."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Materializer:
    """Owns what was brought to online stores, and serves from there."""

    def __init__(self, features: FeatureService) -> None:
        self.features = features
        self.log = MaterializationLog(features.store, features.clock)

    def materialize(
        self,
        references: Sequence[str] = (),
        *,
        user: str,
        principal: Principal | None = None,
        project: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        only_new: bool = False,
        anew: bool = False,
        run_id: str | None = None,
    ) -> list[Materialization]:
        """Bring views up to date, one after the other; those that are done stay done where one fails.

        Parameters
        ----------
        references: Views; all that are served online by default.
        since: From then on; by default from where the last one ended, and of a view that never was, all that its
            time to live leaves.
        until: The present by default.
        only_new: Leave out views whose source is as it was when they were last materialized. Rows that are dated
            ahead of that are brought once the source changes, or without this.
        anew: From the beginning that the time to live leaves, not from where the last one ended: rows that came late
            are dated before that.

        Raises
        ------
        NotFound: ``view_unknown``.
        InvalidInput: ``view_not_online``, ``views_missing``.
        Forbidden: ``permission_missing``.
        Conflict: ``materialization_running``.
        ExecutionFailed: ``materialization_failed``.
        """
        chosen = [self.features.view(reference, project=project, principal=principal) for reference in references]
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
        return [self._one(view, since, end, user, run_id, only_new=only_new, anew=anew) for view in chosen]

    def _one(
        self,
        view: View,
        since: datetime | None,
        until: datetime,
        user: str,
        run_id: str | None,
        *,
        only_new: bool,
        anew: bool,
    ) -> Materialization:
        source = source_version(view, Path(view.repository))
        last = self.log.last(view)
        begin = since or (last[0] if last and not anew else self._oldest(view, until))
        unchanged = only_new and last is not None and source is not None and last[1] == source
        if since is None and (unchanged or begin > until):
            return self.log.skip(view, min(begin, until), until, user, run_id)
        made = self.log.begin(view, begin, until, user, run_id, source)
        fail_point("materialize_begun")
        try:
            # From the beginning, the source says what is served, also where it has less than what was served before.
            whole = since is None and (last is None or (anew and until >= last[0]))
            self._bring(view, begin, until, whole=whole)
        except MlxError as error:
            self.log.end(made, view, error)
            if run_id is not None and self.features.access.catalog.access.by_grants:
                # Whoever may see jobs sees how a run ended.
                raise ExecutionFailed(
                    "materialization_failed",
                    f"The view {view.id} was not materialized: {error.code}.",
                    "Its materializations say more, to whoever may read its values.",
                ) from None
            raise ExecutionFailed(
                "materialization_failed",
                f"`{view.definition.name}` was not materialized: {error.message}",
                f"{error.remedy or 'Mend what the message names.'} Then materialize again: what was done stays done.",
            ) from error
        except BaseException as error:
            stopped = f"It was stopped: {type(error).__name__}."
            self.log.end(made, view, MlxError("materialization_interrupted", stopped, "Materialize again."))
            raise
        fail_point("materialized")
        return self.log.end(made, view)

    @staticmethod
    def _bring(view: View, begin: datetime, until: datetime, *, whole: bool) -> None:
        from .online import WideOnlineStore

        repository = Repository(view.repository)
        name = view.definition.name
        with calling(repository.folder, "materialization_failed", heard=False), repository.materializing(name) as store:
            feast = store.registry.get_any_feature_view(name, store.project)
            check_types([(feast, [feature.name for feature in feast.features])], repository.folder)
            online = store._get_provider().online_store  # noqa: SLF001 - Feast has no public name for it
            if isinstance(online, WideOnlineStore):
                # What is pushed may be newer than the source.
                online.replacing = whole and getattr(feast, "stream_source", None) is None
            store.materialize(begin, until, [name], disable_event_timestamp=False)

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
        return [self._told(item, view, principal) for item in self.log.of(view)]

    def _told(self, item: Materialization, view: View, principal: Principal | None) -> Materialization:
        """Errors may name all features of the version, and values of theirs: they are for who may read these."""
        if item.error is None or self.features.access.sees_all(principal):
            return item
        if self.features.may_read(principal, self.features.view(f"{view.project}/{item.view}")):
            return item
        error = {
            "code": item.error["code"],
            "message": "What went wrong is told to whoever may read all of the view's values.",
            "remedy": "Ask whoever applied the project, or an administrator.",
        }
        return replace(item, error=error)

    def page(
        self, reference: str, *, principal: Principal | None, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[Materialization], str | None]:
        """A page of the same, and the cursor of the next.

        Raises
        ------
        NotFound: ``view_unknown``.
        InvalidInput: ``cursor_invalid``.
        """
        return page_of(self.history(reference, principal=principal), limit, cursor)

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
        views = views_of(self.features, row.name, references, principal=principal, action="online")
        checked = checked_entities(entities, views, row.definition.get("entities", ()))
        repository = Repository(row.repository)
        with calling(repository.folder, "online_read_failed"), repository.opened() as store:
            found = store.get_online_features(references, [entity or NOBODY for entity in checked])
            served: dict[str, list[Any]] = found.to_dict()
            return served
