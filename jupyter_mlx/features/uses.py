"""What features are made of, and what is made from them, each with the version that it was made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..errors import MlxError
from ..store.feature_tables import training_sets
from ..store.tables import attempts, jobs, runs
from .asking import projects_of
from .models import Applied, View, ViewChange
from .overview import FeatureOverview, version_used
from .service import FeatureService

if TYPE_CHECKING:
    from ..catalog.models import Principal

__all__ = ["FeatureUses"]

Models = Callable[[Sequence[str], str], Sequence[Mapping[str, Any]]]
"""The registered models of some MLflow runs, and of all runs that say that they used a view."""


@dataclass(frozen=True)
class _Made:
    """A training set of a view, with the run that it was made in, which may be gone."""

    id: str
    name: str
    version: int
    run_id: str | None
    run_name: str | None
    at: str


class FeatureUses:
    """Answers what a change of a view would reach; changes nothing.

    Parameters
    ----------
    models: Finds registered models; it raises `MlxError` where MLflow does not answer.
    """

    def __init__(self, features: FeatureService, overview: FeatureOverview, models: Models) -> None:
        self._features = features
        self._overview = overview
        self._models = models

    def of(self, reference: str, principal: Principal) -> dict[str, Any]:
        """``FeatureUses`` of the contract; `problems` says what could not be looked at.

        Raises
        ------
        NotFound: ``view_unknown``.
        """
        view = self._features.view(reference, principal=principal)
        made = self._training_sets(view, principal)
        models, problems = self._registered(view, made)
        to = [*models, *_used_in(made), *self._views_on(view, principal), *self._services_with(view, principal)]
        return {"from": self._made_of(view, principal), "to": to, "problems": problems}

    def plan(self, folder: str, principal: Principal | None) -> Applied:
        """What applying a repository would change; what was made from that, registered models included.

        Raises
        ------
        MlxError: As `FeatureService.plan`. Where MLflow does not answer, models are left out.
        """
        planned = self._features.plan(folder, principal=principal)
        return replace(planned, changes=tuple(self._with_models(planned.project, change) for change in planned.changes))

    def _with_models(self, project: str, change: ViewChange) -> ViewChange:
        if change.change not in ("updated", "removed"):
            return change
        view = self._features.view(f"{project}/{change.name}")
        models, _ = self._registered(view, self._training_sets(view, None))
        found = [
            {key: model[key] for key in ("kind", "id", "name", "version")}
            for model in models
            if model["version"] in (None, view.version)
        ]
        return replace(change, affects=(*change.affects, *found))

    # -- what it is made of ----------------------------------------------------------------------------------

    def _made_of(self, view: View, principal: Principal) -> list[dict[str, Any]]:
        found = []
        source = view.definition.source
        if source is not None:
            found.append(_use("source", source.name, source.place or source.name))
        table = self._overview.table(view, principal)
        if table is not None:
            found.append(_use("table", table["id"], table["path"]))
        known = {item.definition.name: item for item in self._features.views(view.project, principal=principal)}
        for name in view.definition.uses:
            used = known.get(name)
            found.append(_use("source", name, name) if used is None else _use("view", used.id, name, used.version))
        return found

    # -- what is made from it --------------------------------------------------------------------------------

    def _services_with(self, view: View, principal: Principal) -> list[dict[str, Any]]:
        name = view.definition.name
        return [
            _use("service", service["name"], service["name"])
            for project in projects_of(self._features, principal)
            if project.name == view.project
            for service in project.definition.get("services", ())
            if any(feature.partition(":")[0] == name for feature in service["features"])
        ]

    def _views_on(self, view: View, principal: Principal) -> list[dict[str, Any]]:
        return [
            _use("view", other.id, other.definition.name)
            for other in self._features.views(view.project, principal=principal)
            if view.definition.name in other.definition.uses
        ]

    def _training_sets(self, view: View, principal: Principal | None) -> list[_Made]:
        query = (
            sa.select(training_sets, jobs.c.name.label("run_name"))
            .outerjoin(runs, runs.c.id == training_sets.c.run_id)
            .outerjoin(jobs, jobs.c.id == runs.c.job_id)
            .order_by(training_sets.c.created_at.desc(), training_sets.c.id)
        )
        with self._features.store.read() as connection:
            rows = connection.execute(query).all()
        shown = self._overview.may_show(principal)
        found = []
        for row in rows:
            version = version_used(row.record, view)
            if version is not None and shown(row):
                at = row.record["created_at"]
                found.append(_Made(row.id, row.name or row.id, version, row.run_id, row.run_name, at))
        return found

    def _registered(self, view: View, made: Sequence[_Made]) -> tuple[list[dict[str, Any]], list[str]]:
        """Models, newest first, by the version that they were trained on; and why there may be more."""
        by_run = {item.run_id: item.version for item in made if item.run_id is not None}
        query = (
            sa.select(attempts.c.mlflow_run_id, runs.c.id)
            .join(runs, runs.c.id == attempts.c.run_id)
            .where(runs.c.id.in_(list(by_run)), attempts.c.mlflow_run_id.is_not(None))
        )
        with self._features.store.read() as connection:
            tracked = {row.mlflow_run_id: by_run[row.id] for row in connection.execute(query)}
        try:
            models = self._models(sorted(tracked), view.definition.name)
        except MlxError as error:
            return [], [f"Registered models are left out: {error.message}"]
        return [
            _use(
                "model",
                f"{model['name']}@v{model['version']}",
                f"{model['name']}@v{model['version']}",
                model["view_version"] or tracked.get(model["run_id"]),
                model["at"],
            )
            for model in models
        ], []


def _used_in(made: Sequence[_Made]) -> list[dict[str, Any]]:
    found = []
    for item in made:
        found.append(_use("training_set", item.id, item.name, item.version, item.at))
        if item.run_id is not None:
            found.append(_use("run", item.run_id, item.run_name or item.run_id, item.version, item.at))
    return found


def _use(kind: str, identifier: str, name: str, version: int | None = None, at: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "id": identifier, "name": name, "version": version, "at": at}
