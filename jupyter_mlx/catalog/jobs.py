"""Work on the catalog as notebook jobs: crawls, profiles, quality checks, the exchange with Glue.

Each is a template notebook of the package that calls the Python API, so that it is queued, watched, cancelled, retried
and scheduled as any job, and whoever wants to know what it did can read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NotFound
from ..jobs.lifecycle import ENDED, State
from ..jobs.models import JobRequest

if TYPE_CHECKING:
    from ..jobs.models import Run
    from ..jobs.schedules import Schedule
    from ..jobs.service import JobsService
    from .crawling import CrawlService
    from .guarded import GuardedCrawls
    from .hosts import HostRules
    from .models import Crawl, Principal, Source
    from .service import CatalogService

__all__ = ["KIND", "CatalogJobs"]

KIND = "mlx.kind"
"""The tag of a run that says which work it does."""
SUBJECT = "catalog"
"""The tag that says on what: a source's name, by grants its id; or a table's id."""
_UNFINISHED = tuple(state for state in State if state not in ENDED)


class CatalogJobs:
    """Queues the catalog's work.

    Parameters
    ----------
    guarded: Sources and crawls behind the rules of access.
    """

    def __init__(
        self, jobs: JobsService, crawls: CrawlService, catalog: CatalogService, guarded: GuardedCrawls
    ) -> None:
        self._jobs = jobs
        self._crawls = crawls
        self._catalog = catalog
        self._guarded = guarded

    # -- crawls ----------------------------------------------------------------------------------------------

    def crawl(
        self, source: Source, principal: Principal, *, cwd: Path, dry_run: bool = False, full: bool = False
    ) -> Run:
        """Queue a crawl.

        Parameters
        ----------
        cwd: The folder that the notebook runs in.

        Raises
        ------
        Forbidden: ``permission_missing``.
        MlxError: What `JobsService.submit` says.
        """
        self._guarded.require(principal)
        return self._jobs.submit(self._crawl_request(source, cwd, dry_run, full), owner=principal.user)

    def schedule(self, reference: str, cron: str, timezone: str, principal: Principal, *, cwd: Path) -> Schedule:
        """Crawl a source on a schedule, in place of the one that it had.

        Raises
        ------
        Forbidden: ``permission_missing``.
        MlxError: What is wrong with the expression.
        """
        self._guarded.require(principal)
        source = self._crawls.source(reference)
        request = self._crawl_request(source, cwd)
        schedule = self._jobs.schedule(request, cron, timezone, owner=principal.user, name=request.name)
        self._crawls.update_source(source.id, schedule_id=schedule.id)
        self._end_schedule(source)
        return schedule

    def remove_source(self, reference: str, principal: Principal) -> Source:
        """Forget a source, its tables, and the schedule that crawls it; as it was.

        Raises
        ------
        Forbidden: ``permission_missing``.
        NotFound: ``source_unknown``.
        """
        source = self._guarded.remove(reference, principal)
        self._end_schedule(source)
        return source

    def _crawl_request(self, source: Source, cwd: Path, dry_run: bool = False, full: bool = False) -> JobRequest:
        named = source.name if self._details else source.id
        parameters = {"source": source.id, "dry_run": dry_run, "full": full, "details": self._details}
        return _request("crawl", named, f"Crawl {named}", parameters, cwd, source.secret)

    @property
    def _details(self) -> bool:
        """Whether jobs may name what they work on, and show what they found: whoever may see jobs sees it."""
        return not self._guarded.by_grants

    def _end_schedule(self, source: Source) -> None:
        if source.schedule_id is None:
            return
        try:
            self._jobs.schedules.remove(source.schedule_id)
        except NotFound:
            return  # somebody removed it among the schedules

    def cancel(self, reference: str, principal: Principal) -> Crawl | None:
        """Stop a crawl, by its own id or its run's, and the job that it runs in.

        The crawl ends by itself at its next file or table, and its notebook then cancels the job.

        Returns
        -------
        The crawl; None where it had not begun.

        Raises
        ------
        Forbidden: ``permission_missing``.
        NotFound: ``crawl_unknown``.
        Conflict: ``crawl_ended``.
        """
        self._guarded.require(principal)
        try:
            return self._crawls.cancel(reference)
        except NotFound as unknown:
            self._cancel_waiting(reference, unknown)
            return None

    def _cancel_waiting(self, run_id: str, unknown: NotFound) -> None:
        """Cancel the job of a crawl that has not begun."""
        found, *_ = self._jobs.page(limit=500, states=_UNFINISHED, words="crawl")
        run = next((run for run in found if run.id == run_id and run.job.tags.get(KIND) == "crawl"), None)
        if run is None:
            raise unknown
        self._jobs.cancel(run.id)

    # -- tables ----------------------------------------------------------------------------------------------

    def profile(self, reference: str, principal: Principal, *, cwd: Path) -> Run:
        """Queue a profile of a table; where one is being made already, that run.

        Raises
        ------
        NotFound: ``table_unknown``.
        Forbidden: ``permission_missing``.
        """
        return self._of_table("profile", reference, principal, cwd)

    def quality(self, reference: str, principal: Principal, *, cwd: Path) -> Run:
        """Queue a check of a table's quality rules; where one runs already, that run.

        Raises
        ------
        NotFound: ``table_unknown``.
        Forbidden: ``permission_missing``; results are of all rows and all ruled columns.
        """
        self._catalog.require_ruled(reference, principal)
        return self._of_table("quality", reference, principal, cwd)

    def _of_table(self, kind: str, reference: str, principal: Principal, cwd: Path) -> Run:
        view = self._catalog.view(reference, principal)
        self._catalog.access.require(principal, "select", view, door=self._catalog.door)
        table = view.table
        source = self._crawls.source(table.source_id)
        name = f"{kind.capitalize()} {table.path if self._details else table.id}"
        request = _request(kind, table.id, name, {"table": table.id}, cwd, source.secret)
        return self.running(kind, table.id) or self._jobs.submit(request, owner=principal.user)

    def running(self, kind: str, subject: str) -> Run | None:
        """The run that does some work now, or waits to; None where there is none.

        Parameters
        ----------
        subject: A source's name, by grants its id; or a table's id.
        """
        found, *_ = self._jobs.page(limit=500, states=_UNFINISHED, words=subject)
        wanted = {KIND: kind, SUBJECT: subject}
        return next((run for run in found if wanted.items() <= run.job.tags.items()), None)

    # -- exchange --------------------------------------------------------------------------------------------

    def exchange(self, document: Mapping[str, Any], rules: HostRules, principal: Principal, *, cwd: Path) -> Run:
        """Queue an export to Glue, or an import from it.

        Raises
        ------
        Forbidden: ``permission_missing``.
        MlxError: What `HostRules.admit_options` and `JobsService.submit` say.
        """
        self._guarded.require(principal)
        given = dict(document)
        direction = given.pop("direction")
        with self._guarded.refusing(principal, f"catalog.{direction}", "glue"):
            options = rules.admit_options(given)
        name = "Export to Glue" if direction == "export" else "Import from Glue"
        if direction == "export" and options.get("databases") and not self._details:
            options["databases"] = self._catalog.ids(options["databases"], principal)
        parameters = {"direction": direction, "options": options, "details": self._details}
        return self._jobs.submit(
            _request("glue", direction, name, parameters, cwd, options.get("secret")), owner=principal.user
        )


def _request(
    kind: str, subject: str, name: str, parameters: Mapping[str, Any], cwd: Path, secret: str | None
) -> JobRequest:
    notebook = resources.files("jupyter_mlx").joinpath("templates", "jobs", f"{kind}.ipynb")
    return JobRequest(
        notebook=str(notebook),
        parameters=parameters,
        name=name,
        secrets=(secret,) if secret else (),
        tags={KIND: kind, SUBJECT: subject},
        cwd=str(cwd),
        track=False,
    )
