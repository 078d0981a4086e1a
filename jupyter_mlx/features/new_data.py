"""New data: after a crawl, projects that ask for it are materialized where a source of theirs is not what it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..catalog.models import Principal
from ..store.feature_tables import projects
from .jobs import FeatureJobs
from .materializing import Materializer
from .models import View
from .tables import tables_of
from .training import source_version

if TYPE_CHECKING:
    from ..catalog.models import Crawl
    from ..jobs.models import Run

__all__ = ["NewData"]

_CHANGED = ("created", "updated")


class NewData:
    """Owns what follows from a crawl."""

    def __init__(self, materializer: Materializer, jobs: FeatureJobs) -> None:
        self._log = materializer.log
        self._features = materializer.features
        self._jobs = jobs

    def after_crawl(self, crawl: Crawl) -> list[Run]:
        """Queue materializations, each of what is new only, of the projects that ask for that.

        A view is concerned where its source lies in a table that was crawled, and its files are others than those that
        were materialized last. Of a source whose state nobody can tell, a change of its table counts.

        Raises
        ------
        MlxError: What `JobsService.submit` says.
        """
        if crawl.dry_run or crawl.state != "SUCCEEDED":
            return []
        changes = {table.id: table.change for table in crawl.tables if table.change not in ("deprecated", "deleted")}
        with self._features.store.read() as connection:
            rows = connection.execute(sa.select(projects).where(projects.c.on_new_data)).all()
        return [self._materialize(row) for row in rows if self._has_new(self._features.views(row.name), changes)]

    def _materialize(self, project: Any) -> Run:
        # Whoever applied the project asked for it.
        owner = Principal(project.applied_by, admin=True)
        # New rows may be dated before the end of the last materialization.
        document = {"project": project.name, "only_new": True, "anew": True}
        return self._jobs.materialize(document, owner, cwd=Path(project.repository))

    def _has_new(self, views: Iterable[View], changes: Mapping[str, str]) -> bool:
        served = [view for view in views if view.definition.online and view.definition.kind != "on_demand"]
        tables = tables_of(self._features.access.catalog, served)
        return any(
            self._is_new(view, [changes[table.id] for table in tables[view.id] if table.id in changes])
            for view in served
        )

    def _is_new(self, view: View, changes: Iterable[str]) -> bool:
        found = list(changes)
        if not found:
            return False
        version = source_version(view, Path(view.repository))
        if version is None or version.startswith("unknown:"):
            return any(change in _CHANGED for change in found)
        last = self._log.last(view)
        return last is None or last[1] != version
