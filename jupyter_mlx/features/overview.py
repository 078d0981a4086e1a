"""What there is of features, as doors show it: projects, views with their freshness, what is made from what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..clock import to_iso
from ..errors import NotFound
from ..jobs.cron import next_firings
from ..jobs.models import relative_path
from ..store.feature_tables import materializations, training_sets
from .asking import projects_of
from .freshness import Freshness, freshness_of, oldest_of
from .models import View
from .paging import page_of
from .service import FeatureService
from .tables import table_of
from .training import TrainingSet

if TYPE_CHECKING:
    from ..catalog.models import Principal
    from ..jobs.schedules import Schedule, ScheduleService

__all__ = ["FeatureOverview"]


class FeatureOverview:
    """Answers questions about features; changes nothing."""

    def __init__(self, features: FeatureService, schedules: ScheduleService) -> None:
        self._features = features
        self._schedules = schedules

    # -- projects --------------------------------------------------------------------------------------------

    def projects(self, principal: Principal, root: Path | None = None) -> list[dict[str, Any]]:
        """The projects that a principal may know of, by name: ``FeatureProject`` of the contract.

        Parameters
        ----------
        root: Folders below it are shown relative to it.
        """
        counts: dict[str, int] = {}
        for view in self._features.views(principal=principal):
            counts[view.project] = counts.get(view.project, 0) + 1
        return [
            {
                "id": row.id,
                "name": row.name,
                "repository": relative_path(row.repository, root),
                "entities": list(row.definition.get("entities", ())),
                "services": list(row.definition.get("services", ())),
                "views": counts.get(row.name, 0),
                "schedule": self._schedule_words(row.schedule_id),
                "on_new_data": row.on_new_data,
                "applied_by": row.applied_by,
                "applied_at": to_iso(row.applied_at),
            }
            for row in projects_of(self._features, principal)
        ]

    def _schedule(self, schedule_id: str | None) -> Schedule | None:
        if schedule_id is None:
            return None
        try:
            return self._schedules.get(schedule_id)
        except NotFound:
            return None  # somebody removed it among the schedules

    def _schedule_words(self, schedule_id: str | None) -> dict[str, Any] | None:
        schedule = self._schedule(schedule_id)
        if schedule is None:
            return None
        shown = schedule.to_json(self._features.clock.now())
        words = f"{shown['words']}, paused" if schedule.paused else shown["words"]
        return {"id": schedule.id, "words": words, "next_fire": shown["next_fire"]}

    # -- views -----------------------------------------------------------------------------------------------

    def views(
        self,
        principal: Principal,
        *,
        project: str | None = None,
        words: str = "",
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[dict[str, Any]], str | None]:
        """A page of the views in force, by project and name, and the cursor of the next.

        Parameters
        ----------
        words: What the name, a feature, a description or a tag of a view contains, all of them.

        Raises
        ------
        InvalidInput: ``cursor_invalid``.
        """
        wanted = words.lower().split()
        known = self._features.views(project, principal=principal)
        found = [view for view in known if all(word in _text(view) for word in wanted)]
        page, following = page_of(found, limit, cursor)
        return self.documents(page, principal), following

    def document(self, view: View, principal: Principal) -> dict[str, Any]:
        """``FeatureView`` of the contract."""
        return self.documents([view], principal)[0]

    def documents(self, views: Sequence[View], principal: Principal) -> list[dict[str, Any]]:
        """The same of several."""
        fresh = self.freshness(views)
        return [
            {**view.to_json(), "table": self.table(view, principal), "freshness": fresh[view.id].to_json()}
            for view in views
        ]

    def table(self, view: View, principal: Principal) -> dict[str, Any] | None:
        """``{"id", "path"}`` of the catalog's table that a view's source is, where a principal may know of it."""
        catalog = self._features.access.catalog
        found = table_of(catalog, view)
        if found is None or catalog.access.views(principal, [found])[0] is None:
            return None
        return {"id": found.id, "path": found.path}

    # -- training sets ---------------------------------------------------------------------------------------

    def training_sets(
        self, principal: Principal, *, view: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[TrainingSet], str | None]:
        """A page of the training sets that a principal may know of, newest first, and the cursor of the next.

        Parameters
        ----------
        view: Those with features of it only.

        Raises
        ------
        NotFound: ``view_unknown``.
        InvalidInput: ``cursor_invalid``.
        """
        query = sa.select(training_sets).order_by(training_sets.c.created_at.desc(), training_sets.c.id)
        wanted = None if view is None else self._features.view(view, principal=principal)
        with self._features.store.read() as connection:
            rows = connection.execute(query).all()
        shown = self.may_show(principal)
        found = [
            TrainingSet(row.record, Path(row.path), cached=True)
            for row in rows
            if shown(row) and (wanted is None or version_used(row.record, wanted) is not None)
        ]
        return page_of(found, limit, cursor)

    def may_show(self, principal: Principal | None) -> Callable[[Any], bool]:
        """Whether a principal may know of a training set, a row of the store.

        By grants it is for whoever made it, as long as he may know of its features.
        """
        access = self._features.access
        if access.sees_all(principal):
            return lambda row: True
        known = {
            f"{view.project}/{view.definition.name}:{feature.name}"
            for view in self._features.views(principal=principal)
            for feature in view.definition.features
        }
        return lambda row: (
            access.owns(principal, row.owner)
            and all(f"{row.record['project']}/{name}" in known for name in row.record["features"])
        )

    # -- freshness -------------------------------------------------------------------------------------------

    def freshness(self, views: Sequence[View]) -> dict[str, Freshness]:
        """By the id of a view, how fresh it is served."""
        now = self._features.clock.now()
        until = self._online_until()
        schedules = {row.name: self._schedule(row.schedule_id) for row in projects_of(self._features)}
        found: dict[str, Freshness] = {}

        def of(view: View) -> Freshness:
            if view.definition.kind != "on_demand":
                reached = until.get((view.id, view.version))
                return freshness_of(view.definition, reached, now, _due(schedules.get(view.project), reached))
            known = {item.definition.name: item for item in self._features.views(view.project)}
            used = [known[name] for name in view.definition.uses if name in known]
            return oldest_of([of(item) for item in used if item.definition.kind != "on_demand"])

        for view in views:
            found[view.id] = of(view)
        return found

    def _online_until(self) -> Mapping[tuple[str, int], datetime]:
        """Up to when each version of a view is served; where a source had nothing new, that is as good."""
        table = materializations.c
        query = (
            sa.select(table.view_id, table.version, sa.func.max(table.until).label("until"))
            .where(table.state.in_(("SUCCEEDED", "SKIPPED")), ~table.dropped)
            .group_by(table.view_id, table.version)
        )
        with self._features.store.read() as connection:
            return {(row.view_id, row.version): row.until for row in connection.execute(query)}


def version_used(record: Mapping[str, Any], view: View) -> int | None:
    """The version of a view that a training set was made from; None where it was not."""
    if record["project"] != view.project:
        return None
    for reference in record["views"]:
        name, _, number = str(reference).rpartition("@v")
        if name == view.definition.name:
            return int(number)
    return None


def _due(schedule: Schedule | None, after: datetime | None) -> datetime | None:
    if schedule is None or schedule.paused or schedule.error is not None or after is None:
        return None
    # What was due before there was a schedule was nobody's to do.
    begin = max(after, schedule.created_at)
    return next(iter(next_firings(schedule.cron, schedule.timezone, begin, 1)), None)


def _text(view: View) -> str:
    """All that a search looks at, in small letters."""
    said = view.definition
    tags = [f"{name}={value}" for name, value in said.tags.items()]
    parts = [view.project, said.name, said.description, said.owner, *tags, *said.join_keys]
    for feature in said.features:
        parts += [feature.name, feature.description, *(f"{name}={value}" for name, value in feature.tags.items())]
    return "\n".join(parts).lower()
