"""Work on the catalog as notebook jobs: crawls, profiles, quality checks, the exchange with Glue.

Each is a template notebook of the package that calls the Python API, so that it is queued, watched, cancelled, retried
and scheduled as any job, and whoever wants to know what it did can read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, NotFound
from ..jobs.lifecycle import ENDED, State
from ..jobs.models import JobRequest
from .models import Source, SourceRequest

if TYPE_CHECKING:
    from ..jobs.models import Run
    from ..jobs.schedules import Schedule
    from ..jobs.service import JobsService
    from .crawling import CrawlService
    from .hosts import HostRules
    from .models import Crawl, Principal
    from .service import CatalogService

__all__ = ["KIND", "CatalogJobs"]

KIND = "mlx.kind"
"""The tag of a run that says which work it does."""
SUBJECT = "catalog"
"""The tag that says on what: a source's name, or a table's id."""


class CatalogJobs:
    """Queues the catalog's work."""

    def __init__(self, jobs: JobsService, crawls: CrawlService, catalog: CatalogService) -> None:
        self._jobs = jobs
        self._crawls = crawls
        self._catalog = catalog

    # -- crawls ----------------------------------------------------------------------------------------------

    def crawl(self, source: Source, *, owner: str, cwd: Path, dry_run: bool = False, full: bool = False) -> Run:
        """Queue a crawl.

        Parameters
        ----------
        cwd: The folder that the notebook runs in.

        Raises
        ------
        MlxError: What `JobsService.submit` says.
        """
        return self._jobs.submit(_crawl_request(source, cwd, dry_run, full), owner=owner)

    def asked_for(self, document: Mapping[str, Any], rules: HostRules, *, owner: str) -> Source:
        """The source of a `CrawlRequest`: a known one, or a new one where the rules admit it.

        Raises
        ------
        InvalidInput: ``crawl_source_missing``; what `HostRules.admit` says.
        NotFound: ``source_unknown``.
        """
        if ("source" in document) == ("request" in document):
            raise InvalidInput(
                "crawl_source_missing",
                "The crawl names no source, or two.",
                "Give `source`, the name of one that is known, or `request`, a place to crawl.",
                field="source",
            )
        if "source" in document:
            return self._crawls.source(document["source"])
        return self._crawls.add_source(rules.admit(SourceRequest(**document["request"])), owner=owner)

    def update_source(self, reference: str, patch: Mapping[str, Any], rules: HostRules) -> Source:
        """Change how a source is crawled, within the rules.

        Raises
        ------
        MlxError: What `HostRules.admit_options` and `CrawlService.update_source` say.
        """
        changes = dict(patch)
        if "options" in changes:
            changes["options"] = rules.admit_options(changes["options"], self._crawls.source(reference).options)
        return self._crawls.update_source(reference, **changes)

    def remove_source(self, reference: str) -> None:
        """Forget a source, its tables, and the schedule that crawls it.

        Raises
        ------
        NotFound: ``source_unknown``.
        """
        source = self._crawls.source(reference)
        self._crawls.remove_source(source.id)
        self._end_schedule(source)

    def schedule(self, reference: str, cron: str, timezone: str, *, owner: str, cwd: Path) -> Schedule:
        """Crawl a source on a schedule, in place of the one that it had.

        Raises
        ------
        MlxError: What is wrong with the expression.
        """
        source = self._crawls.source(reference)
        request = _crawl_request(source, cwd)
        schedule = self._jobs.schedule(request, cron, timezone, owner=owner, name=request.name)
        self._crawls.update_source(source.id, schedule_id=schedule.id)
        self._end_schedule(source)
        return schedule

    def _end_schedule(self, source: Source) -> None:
        if source.schedule_id is None:
            return
        try:
            self._jobs.schedules.remove(source.schedule_id)
        except NotFound:
            return  # somebody removed it among the schedules

    def cancel(self, reference: str) -> Crawl | None:
        """Stop a crawl, by its own id or its run's, and the job that it runs in.

        Returns
        -------
        The crawl; None where it had not begun.

        Raises
        ------
        NotFound: ``crawl_unknown``.
        Conflict: It has ended.
        """
        try:
            crawl = self._crawls.cancel(reference)
        except NotFound:
            self._cancel_waiting(reference)
            return None
        return crawl

    def _cancel_waiting(self, run_id: str) -> None:
        """Cancel the job of a crawl that has not begun.

        Raises
        ------
        NotFound: ``run_unknown``.
        """
        run = self._jobs.get(run_id)
        if run.job.tags.get(KIND) != "crawl":
            raise NotFound("crawl_unknown", f"Run {run.id} is no crawl.", "See `jupyter mlx catalog crawls`.")
        self._jobs.cancel(run.id)

    # -- tables ----------------------------------------------------------------------------------------------

    def profile(self, reference: str, principal: Principal, *, owner: str, cwd: Path) -> Run:
        """Queue a profile of a table; where one is being made already, that run.

        Raises
        ------
        NotFound: ``table_unknown``.
        """
        return self._of_table("profile", reference, principal, owner, cwd)

    def quality(self, reference: str, principal: Principal, *, owner: str, cwd: Path) -> Run:
        """Queue a check of a table's quality rules; where one runs already, that run.

        Raises
        ------
        NotFound: ``table_unknown``.
        """
        return self._of_table("quality", reference, principal, owner, cwd)

    def _of_table(self, kind: str, reference: str, principal: Principal, owner: str, cwd: Path) -> Run:
        table = self._catalog.table(reference, principal)
        source = self._crawls.source(table.source_id)
        request = _request(kind, table.id, f"{kind.capitalize()} {table.path}", {"table": table.id}, cwd, source.secret)
        return self.running(kind, table.id) or self._jobs.submit(request, owner=owner)

    def running(self, kind: str, subject: str) -> Run | None:
        """The run that does some work now, or waits to; None where there is none.

        Parameters
        ----------
        subject: A source's name, or a table's id.
        """
        states = [state for state in State if state not in ENDED]
        found, *_ = self._jobs.page(limit=500, states=states, words=subject)
        wanted = {KIND: kind, SUBJECT: subject}
        return next((run for run in found if wanted.items() <= run.job.tags.items()), None)

    # -- exchange --------------------------------------------------------------------------------------------

    def exchange(self, document: Mapping[str, Any], rules: HostRules, *, owner: str, cwd: Path) -> Run:
        """Queue an export to Glue, or an import from it.

        Raises
        ------
        MlxError: What `HostRules.admit_options` and `JobsService.submit` say.
        """
        given = dict(document)
        direction = given.pop("direction")
        options = rules.admit_options(given)
        name = "Export to Glue" if direction == "export" else "Import from Glue"
        parameters = {"direction": direction, "options": options}
        return self._jobs.submit(_request("glue", direction, name, parameters, cwd, options.get("secret")), owner=owner)


def _crawl_request(source: Source, cwd: Path, dry_run: bool = False, full: bool = False) -> JobRequest:
    parameters = {"source": source.id, "dry_run": dry_run, "full": full}
    return _request("crawl", source.name, f"Crawl {source.name}", parameters, cwd, source.secret)


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
