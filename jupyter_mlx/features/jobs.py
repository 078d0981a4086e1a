"""Work on features as notebook jobs: applying, materializing, training sets, statistics.

Each is a template notebook of the package that calls the Python API, so that it is queued, watched, cancelled, retried
and scheduled as any job, and whoever wants to know what it did can read it. What executes a repository's files is done
there and never in a server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..errors import InvalidInput, NotFound
from ..files import resolve_path
from ..jobs.lifecycle import ENDED, State
from ..jobs.models import JobRequest
from ..store.feature_tables import projects
from .asking import asked_for, project_of, views_of
from .repository import Repository

if TYPE_CHECKING:
    from ..catalog.models import Principal
    from ..jobs.models import Run
    from ..jobs.schedules import Schedule
    from ..jobs.service import JobsService
    from .models import View
    from .service import FeatureService

__all__ = ["KIND", "FeatureJobs"]

KIND = "mlx.kind"
"""The tag of a run that says which work it does."""
SUBJECT = "features"
"""The tag that says on what: a repository's folder, a project, the ids of views."""
_UNFINISHED = tuple(state for state in State if state not in ENDED)


class FeatureJobs:
    """Queues the work on features.

    Parameters
    ----------
    repository: What is applied where nothing is named; empty for the present folder.
    """

    def __init__(self, jobs: JobsService, features: FeatureService, repository: str = "") -> None:
        self._jobs = jobs
        self._features = features
        self._repository = repository

    # -- applying --------------------------------------------------------------------------------------------

    def apply(self, repository: str | None, principal: Principal, *, root: Path, dry_run: bool = False) -> Run:
        """Queue a job that applies a repository; where one runs already, that run.

        Parameters
        ----------
        repository: A folder relative to `root`, out of which it may not lead; by default the one of the setting, or
            `root` itself.
        dry_run: Say what would change.

        Raises
        ------
        NotFound: ``repository_missing``.
        Forbidden: ``path_outside_root``.
        """
        # Whoever runs the server may name any folder in its settings.
        given = resolve_path(repository, root, "repository") if repository else Path(self._repository or root)
        folder = Repository(given).folder
        parameters = {"repository": str(folder), "dry_run": dry_run, "details": self._details}
        name = f"{'Plan' if dry_run else 'Apply'} features of {folder.name}"
        running = None if dry_run else self.running("features-apply", str(folder))
        return running or self._submit("features-apply", str(folder), name, parameters, principal, root)

    # -- materializing ---------------------------------------------------------------------------------------

    def materialize(self, document: Mapping[str, Any], principal: Principal, *, cwd: Path) -> Run:
        """Queue a job that brings the online store up to date; where one of the same views runs already, that run.

        Parameters
        ----------
        document: ``MaterializeRequest`` of the contract.
        cwd: The folder that the notebook runs in.

        Raises
        ------
        NotFound: ``view_unknown``, ``project_unknown``.
        InvalidInput: ``view_not_online``, ``project_missing``, ``time_order``.
        """
        since, until = document.get("since"), document.get("until")
        if since is not None and until is not None and since >= until:
            raise InvalidInput("time_order", "`since` is not before `until`.", "Swap them.", field="since")
        request, of_projects = self._materialize_request(document, principal, cwd)
        subjects = [request.tags[SUBJECT], *(of_projects if since is None and until is None else ())]
        running = next(filter(None, (self.running("materialize", subject) for subject in subjects)), None)
        return running or self._jobs.submit(request, owner=principal.user)

    def schedule(self, document: Mapping[str, Any], principal: Principal, *, cwd: Path) -> Schedule:
        """Materialize a project on a schedule, in place of the one that it had.

        Parameters
        ----------
        document: ``MaterializeScheduleRequest`` of the contract.

        Raises
        ------
        NotFound: ``project_unknown``.
        Forbidden: ``permission_missing``.
        InvalidInput: ``project_missing``, ``views_missing``, and what is wrong with the expression.
        """
        project = project_of(self._features, document.get("project"), principal)
        self._features.access.require_project(principal, "schedule", project.name, project.applied_by)
        asked = {"project": project.name, "only_new": document.get("only_new", False)}
        request, _ = self._materialize_request(asked, principal, cwd)
        schedule = self._jobs.schedule(
            request, document["cron"], document.get("timezone", "UTC"), owner=principal.user, name=request.name
        )
        changes: dict[str, Any] = {"schedule_id": schedule.id}
        if "on_new_data" in document:
            changes["on_new_data"] = document["on_new_data"]
        self._set(project.id, **changes)
        if project.schedule_id is not None:
            try:
                self._jobs.schedules.remove(project.schedule_id)
            except NotFound:
                return schedule  # somebody removed it among the schedules
        return schedule

    def on_new_data(self, project: str | None, wanted: bool, principal: Principal) -> str:
        """Whether a crawl that finds new data in a source of a project has it materialized; the project's name.

        Raises
        ------
        NotFound: ``project_unknown``.
        Forbidden: ``permission_missing``.
        InvalidInput: ``project_missing``, ``views_missing``.
        """
        found = project_of(self._features, project, principal)
        self._served([], None, found, principal)
        self._set(found.id, on_new_data=wanted)
        return str(found.name)

    def _set(self, project_id: str, **values: Any) -> None:
        now = self._features.clock.now()
        with self._features.store.write() as connection:
            connection.execute(sa.update(projects).where(projects.c.id == project_id).values(**values))
            event = {"what": "views", "ids": [project_id]}
            self._features.log.append(connection, now, "features.changed", project_id, event)

    def _materialize_request(
        self, document: Mapping[str, Any], principal: Principal, cwd: Path
    ) -> tuple[JobRequest, list[str]]:
        """The job, and the projects whose own materialization does the same."""
        references = document.get("views") or []
        project = None if references else project_of(self._features, document.get("project"), principal)
        chosen = self._served(references, document.get("project"), project, principal)
        if project is None:
            subject = " ".join(sorted(view.id for view in chosen))
            named = ", ".join(view.definition.name for view in chosen)
        else:
            subject, named = project.id, project.name
        by_name = [f"{view.project}/{view.definition.name}" for view in chosen] if references else []
        parameters = {
            "views": by_name if self._details else [view.id for view in chosen],
            "project": project.name if project is not None and self._details else "",
            "since": document.get("since") or "",
            "until": document.get("until") or "",
            "only_new": document.get("only_new", False),
            "anew": document.get("anew", False),
            "details": self._details,
        }
        own = {view.project for view in chosen}
        with self._features.store.read() as connection:
            ids = connection.execute(sa.select(projects.c.id).where(projects.c.name.in_(own))).scalars().all()
        name = f"Materialize {named if self._details else subject}"
        return _request("materialize", subject, name, parameters, cwd), list(ids) if len(own) == 1 else []

    def _served(self, references: Sequence[str], named: str | None, project: Any, principal: Principal) -> list[View]:
        """The views that are to be materialized, where a principal may do that.

        Parameters
        ----------
        named: The project that the references are of.
        project: The one of which all are brought, in place of references.
        """
        chosen = [self._features.view(reference, project=named, principal=principal) for reference in references]
        if project is not None:
            chosen = [view for view in self._features.views(project.name, principal=principal) if _is_served(view)]
            if not chosen:
                raise InvalidInput("views_missing", "No view is served online.", "Apply a repository that has one.")
        for view in chosen:
            if not _is_served(view):
                raise InvalidInput(
                    "view_not_online",
                    f"`{view.definition.name}` is not served online.",
                    "Define it with `online=True`, and apply its repository.",
                    field="views",
                )
            # All of it is brought, also what is not seen.
            self._features.require(principal, "materialize", self._features.view(view.id))
        return chosen

    @property
    def _details(self) -> bool:
        """Whether jobs may name what they work on, and show what they found: whoever may see jobs sees it."""
        return not self._features.access.catalog.access.by_grants

    # -- training sets and statistics ------------------------------------------------------------------------

    def training_set(self, document: Mapping[str, Any], principal: Principal, *, cwd: Path) -> Run:
        """Queue a job that makes a training set.

        Parameters
        ----------
        document: ``TrainingSetRequest`` of the contract.

        Raises
        ------
        NotFound: ``project_unknown``, ``view_unknown``, ``feature_unknown``.
        InvalidInput: ``project_missing``.
        """
        project = project_of(self._features, document.get("project"), principal)
        references = asked_for(self._features, project, document["features"], principal)
        views_of(self._features, project.name, references, principal=principal, action="training-set")
        views = list(dict.fromkeys(reference.partition(":")[0] for reference in references))
        parameters = {
            "labels": document["labels"],
            "features": list(document["features"]),
            "project": project.name,
            "name": document.get("name") or "",
            "target": document.get("target") or "",
            "known_only": document.get("known_only", False),
            "details": self._details,
        }
        name = document.get("name") or f"Training set of {', '.join(views) if self._details else project.id}"
        return self._submit("training-set", project.id, name, parameters, principal, cwd)

    def statistics(self, reference: str, principal: Principal, *, cwd: Path) -> Run:
        """Queue a job that computes the statistics of a view; where one runs already, that run.

        Raises
        ------
        NotFound: ``view_unknown``.
        Forbidden: ``permission_missing``.
        """
        view = self._features.view(reference, principal=principal)
        # All of it is read, also what is not seen.
        self._features.require(principal, "statistics", self._features.view(view.id))
        name = f"Statistics of {view.definition.name if self._details else view.id}"
        by_name = f"{view.project}/{view.definition.name}"
        parameters = {"view": by_name if self._details else view.id, "details": self._details}
        running = self.running("feature-statistics", view.id)
        return running or self._submit("feature-statistics", view.id, name, parameters, principal, cwd)

    # -- looking ---------------------------------------------------------------------------------------------

    def running(self, kind: str, subject: str) -> Run | None:
        """The run that does some work now, or waits to; None where there is none."""
        found, *_ = self._jobs.page(limit=500, states=_UNFINISHED, words=kind)
        wanted = {KIND: kind, SUBJECT: subject}
        return next((run for run in found if wanted.items() <= run.job.tags.items()), None)

    def _submit(
        self, kind: str, subject: str, name: str, parameters: Mapping[str, Any], principal: Principal, cwd: Path
    ) -> Run:
        return self._jobs.submit(_request(kind, subject, name, parameters, cwd), owner=principal.user)


def _is_served(view: View) -> bool:
    return view.definition.online and view.definition.kind != "on_demand"


def _request(kind: str, subject: str, name: str, parameters: Mapping[str, Any], cwd: Path) -> JobRequest:
    notebook = resources.files("jupyter_mlx").joinpath("templates", "jobs", f"{kind}.ipynb")
    return JobRequest(
        notebook=str(notebook),
        parameters=parameters,
        name=name,
        tags={KIND: kind, SUBJECT: subject},
        cwd=str(cwd),
        track=False,
    )
