"""Crawls: a source is read by its crawler, and what it found is written in batches, while others look on."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ..backends import CRAWLERS, load_backend
from ..clock import Clock
from ..errors import Conflict, InvalidInput, MlxError, NotFound
from ..faults import fail_point
from ..jobs.models import new_id
from ..processes import is_alive, own_identity
from ..secrets import SecretStore
from ..settings import Settings
from ..store.bell import ring
from ..store.catalog_tables import classifiers, crawls, manifests, sources
from ..store.engine import Store
from ..store.tables import runs
from .access import AccessService
from .applying import Applier
from .hosts import ADMITTED, check_again
from .models import Crawl, ObservedTable, Problem, Source, TableChange, Unchanged
from .port import CrawlContext, Progress
from .repository import CatalogRepository
from .sources import SourceStore

__all__ = ["CrawlService", "crawl_unknown"]

MAX_PROBLEMS = 1000
TELL_EVERY_S = 0.5
OWN_OPTIONS = frozenset({"update", "delete", "prefix", "recrawl", "classifiers", "check_quality", ADMITTED})
"""Options of every source that are no crawler's business."""
BATCH_TABLES, BATCH_PARTITIONS = 200, 10_000


class _Cancelled(Exception):
    """Somebody asked for the crawl to stop."""


class _DryRun(Exception):
    """What a dry run wrote is to be rolled back."""


class CrawlService(SourceStore):
    """Owns sources and their crawls.

    Parameters
    ----------
    access: Takes down who changed what.
    """

    def __init__(
        self, store: Store, clock: Clock, settings: Settings, secrets: SecretStore, access: AccessService
    ) -> None:
        super().__init__(store, clock, secrets)
        self.settings = settings
        self.access = access
        self.repository = CatalogRepository()

    # -- crawling --------------------------------------------------------------------------------------------

    def crawl(
        self,
        reference: str,
        *,
        owner: str,
        dry_run: bool = False,
        full: bool = False,
        run_id: str | None = None,
        progress: Progress | None = None,
    ) -> Crawl:
        """Read a source, in this process, and write what changed.

        Parameters
        ----------
        dry_run: Write nothing, say what would change.
        full: Read everything, also what the listing says is unchanged.
        run_id: The job that this is the work of.
        progress: Told of the counts now and then.

        Returns
        -------
        The crawl as it ended: FAILED with its error where the source as a whole could not be read.

        Raises
        ------
        NotFound: ``source_unknown``.
        Conflict: ``crawl_running``.
        """
        source = self.source(reference)
        crawl = self._begin(source, owner, dry_run, run_id)
        reading = _Reading(self, source, crawl, progress)
        fail_point("crawl")
        started = time.monotonic()
        try:
            reading.run(full)
            state, error = "SUCCEEDED", None
        except _Cancelled:
            state, error = "CANCELLED", None
        except MlxError as failure:
            state, error = "FAILED", failure.to_json()
        except BaseException as failure:
            stopped = isinstance(failure, KeyboardInterrupt)
            broken = MlxError(
                "crawl_failed",
                f"{type(failure).__name__}: {failure}",
                "This is a defect of the crawler: the traceback has the details.",
            )
            self._end(reading, "CANCELLED" if stopped else "FAILED", None if stopped else broken.to_json(), started)
            raise
        self._end(reading, state, error, started)
        return self.get(crawl.id) if not dry_run else replace(self.get(crawl.id), tables=tuple(reading.changes))

    def _begin(self, source: Source, owner: str, dry_run: bool, run_id: str | None) -> Crawl:
        crawl_id = new_id()
        with self.store.write() as connection:
            running = sa.select(crawls).where(crawls.c.source_id == source.id, crawls.c.state == "RUNNING")
            for row in connection.execute(running).all():
                if not self._is_lost(row):
                    raise Conflict(
                        "crawl_running",
                        f"`{source.name}` is being crawled already, since {row.started_at:%H:%M:%S} UTC ({row.id}).",
                        "Wait for its end, or cancel it.",
                    )
                self._lose(connection, row.id)
            connection.execute(
                sa.insert(crawls).values(
                    id=crawl_id,
                    source_id=source.id,
                    state="RUNNING",
                    dry_run=dry_run,
                    owner=owner,
                    run_id=run_id,
                    host=socket.gethostname(),
                    process=own_identity(),
                    started_at=self.clock.now(),
                )
            )
            crawl = self._announce(connection, crawl_id, "crawl.state")
        ring(self.settings.key)
        return crawl

    def _end(self, reading: _Reading, state: str, error: dict[str, Any] | None, started: float) -> None:
        context = reading.context
        with self.store.write() as connection:
            connection.execute(
                sa.update(crawls)
                .where(crawls.c.id == reading.crawl.id)
                .values(
                    state=state,
                    error=error,
                    listed=context.listed,
                    read=context.read,
                    skipped=len(context.skipped),
                    failed=len(context.problems),
                    tables=[change.to_json() for change in reading.changes],
                    problems=[problem.to_json() for problem in context.problems[:MAX_PROBLEMS]],
                    ended_at=self.clock.now(),
                    seconds=round(time.monotonic() - started, 3),
                )
            )
            if state == "SUCCEEDED" and not reading.crawl.dry_run:
                self._keep_manifest(connection, reading.source.id, context.manifest)
            self._announce(connection, reading.crawl.id, "crawl.state")
            changed = [change.id for change in reading.changes if change.change != "unchanged"]
            if changed and not reading.crawl.dry_run:
                self.log.append(
                    connection,
                    self.clock.now(),
                    "catalog.changed",
                    reading.source.id,
                    {"what": "tables", "ids": changed[:MAX_PROBLEMS]},
                )
        ring(self.settings.key)

    def _keep_manifest(self, connection: sa.Connection, source_id: str, data: bytes | None) -> None:
        present = connection.execute(sa.select(manifests.c.data).where(manifests.c.source_id == source_id)).scalar()
        if present == data:
            return
        connection.execute(sa.delete(manifests).where(manifests.c.source_id == source_id))
        if data is not None:
            connection.execute(sa.insert(manifests).values(source_id=source_id, data=data))

    # -- looking ---------------------------------------------------------------------------------------------

    def get(self, reference: str) -> Crawl:
        """A crawl by its id or its run's; one whose process died is LOST from here on.

        Raises
        ------
        NotFound: ``crawl_unknown``.
        """
        self._find_lost()
        with self.store.read() as connection:
            found = self._read_crawls(
                connection, sa.or_(crawls.c.id == reference, crawls.c.run_id == reference), limit=1
            )
        if not found:
            raise crawl_unknown(reference)
        return found[0]

    def page(
        self, *, sources: Sequence[str] | None = None, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[Crawl], str | None]:
        """Crawls, newest first, and the cursor of the next page.

        Parameters
        ----------
        sources: Of these only, by id.

        Raises
        ------
        InvalidInput: ``cursor_invalid``.
        """
        self._find_lost()
        condition = sa.true() if sources is None else crawls.c.source_id.in_(sources)
        offset = _offset(cursor)
        with self.store.read() as connection:
            found = self._read_crawls(connection, condition, limit=limit + 1, offset=offset)
        return found[:limit], str(offset + limit) if len(found) > limit else None

    def _read_crawls(
        self, connection: sa.Connection, condition: sa.ColumnElement[bool], *, limit: int, offset: int = 0
    ) -> list[Crawl]:
        query = (
            sa.select(crawls, sources.c.name.label("source"))
            .join(sources, sources.c.id == crawls.c.source_id)
            .where(condition)
            .order_by(crawls.c.started_at.desc(), crawls.c.id)
            .limit(limit)
            .offset(offset)
        )
        return [_crawl(row) for row in connection.execute(query)]

    def _find_lost(self) -> None:
        with self.store.read() as connection:
            running = connection.execute(sa.select(crawls).where(crawls.c.state == "RUNNING")).all()
        lost = [row.id for row in running if self._is_lost(row)]
        if lost:
            with self.store.write() as connection:
                for crawl_id in lost:
                    self._lose(connection, crawl_id)
            ring(self.settings.key)

    @staticmethod
    def _is_lost(row: Any) -> bool:
        return row.host == socket.gethostname() and not is_alive(row.process)

    def _lose(self, connection: sa.Connection, crawl_id: str) -> None:
        """Write down how a crawl ended whose process is gone: CANCELLED where it, or its job, was asked to stop."""
        query = (
            sa.select(crawls.c.cancel_requested.is_(True) | runs.c.cancel_requested.is_(True))
            .outerjoin(runs, runs.c.id == crawls.c.run_id)
            .where(crawls.c.id == crawl_id)
        )
        asked = bool(connection.execute(query).scalar())
        lost = {
            "code": "crawl_lost",
            "message": "The process that crawled is gone.",
            "remedy": "Crawl again: what it had written stays.",
        }
        done = connection.execute(
            sa.update(crawls)
            .where(crawls.c.id == crawl_id, crawls.c.state == "RUNNING")
            .values(state="CANCELLED" if asked else "LOST", ended_at=self.clock.now(), error=None if asked else lost)
        )
        if done.rowcount:
            self._announce(connection, crawl_id, "crawl.state")

    def cancel(self, reference: str) -> Crawl:
        """Ask a crawl to stop: what it has written stays, and no table counts as gone.

        Raises
        ------
        NotFound: ``crawl_unknown``.
        Conflict: ``crawl_ended``.
        """
        crawl = self.get(reference)
        if crawl.state != "RUNNING":
            raise Conflict("crawl_ended", f"The crawl is {crawl.state} already.", "There is nothing to cancel.")
        with self.store.write() as connection:
            connection.execute(sa.update(crawls).where(crawls.c.id == crawl.id).values(cancel_requested=True))
        return self.get(crawl.id)

    def _announce(self, connection: sa.Connection, crawl_id: str, kind: str) -> Crawl:
        crawl = self._read_crawls(connection, crawls.c.id == crawl_id, limit=1)[0]
        told = crawl.to_json(whole=False)
        if self.access.by_grants:  # every subscriber gets it: whoever may know more asks for it by its id
            told = {name: told[name] for name in ("id", "source_id", "run_id", "state")}
        self.log.append(connection, self.clock.now(), kind, crawl_id, {"crawl": told})
        return crawl

    # -- for the reading -------------------------------------------------------------------------------------

    def progressed(self, crawl_id: str, counts: Mapping[str, int]) -> bool:
        """Take down how far a crawl is, and tell of it; whether it may go on."""
        with self.store.write() as connection:
            connection.execute(sa.update(crawls).where(crawls.c.id == crawl_id).values(**counts))
            self._announce(connection, crawl_id, "crawl.progress")
            query = sa.select(crawls.c.cancel_requested).where(crawls.c.id == crawl_id)
            cancelled = connection.execute(query).scalar_one()
        ring(self.settings.key)
        return not cancelled

    def context_of(self, source: Source, full: bool) -> CrawlContext:
        """What the source's crawler is given.

        Raises
        ------
        NotFound: ``secret_unknown``.
        InvalidInput: ``classifier_unknown``.
        """
        with self.store.read() as connection:
            kept = connection.execute(sa.select(manifests.c.data).where(manifests.c.source_id == source.id)).scalar()
            rows = connection.execute(sa.select(classifiers)).all()
        known = {row.name: {"kind": row.kind, **row.definition} for row in rows}
        wanted = source.options.get("classifiers") or ()
        for name in wanted:
            if name not in known:
                raise InvalidInput(
                    "classifier_unknown",
                    f"There is no classifier `{name}`.",
                    f"Known: {', '.join(sorted(known)) or 'none'}.",
                    field="options.classifiers",
                )
        recrawl_all = full or source.options.get("recrawl") == "all"
        return CrawlContext(
            secret=self.secrets.value(source.secret) if source.secret else None,
            classifiers={name: known[name] for name in wanted},
            manifest=None if recrawl_all else kept,
            own=self.settings.own_files(),
        )


class _Reading:
    """One crawl at work: takes what the crawler yields, and writes it in batches."""

    def __init__(self, service: CrawlService, source: Source, crawl: Crawl, progress: Progress | None) -> None:
        self._service = service
        self.source = source
        self.crawl = crawl
        self._progress = progress
        self._told = time.monotonic()
        self.context = CrawlContext()
        self.changes: list[TableChange] = []

    def run(self, full: bool) -> None:
        """Read and write all of it."""
        service = self._service
        self.context = service.context_of(self.source, full)
        self.context.progress = self._tell
        applier = Applier(self.source, self.crawl.id, service.clock.now(), service.repository)
        self.changes = applier.changes
        with service.store.read() as connection:
            self.context.known = applier.load(connection)
        crawler = load_backend(CRAWLERS, self.source.kind, "jupyter_mlx.crawlers")()
        check_again(self.source.options)
        theirs = {name: value for name, value in self.source.options.items() if name not in OWN_OPTIONS}
        observed = crawler.crawl(replace(self.source, options=theirs), self.context)
        if self.crawl.dry_run:
            self._rehearse(applier, list(observed))
            return
        for batch in _batches(observed):
            self._write(applier, batch)
        with service.store.write() as connection:
            applier.finish(connection, self.context.incomplete)

    def _write(self, applier: Applier, batch: list[ObservedTable | Unchanged]) -> None:
        with self._service.store.write() as connection:
            applier.apply(connection, batch)
        fail_point("crawl_batch")

    def _rehearse(self, applier: Applier, observed: list[ObservedTable | Unchanged]) -> None:
        """Write all of it and take it back: the same rules say what would change."""
        try:
            with self._service.store.write() as connection:
                applier.apply(connection, observed)
                applier.finish(connection, self.context.incomplete)
                raise _DryRun
        except _DryRun:
            return

    def _tell(self, listed: int, read: int, skipped: int, failed: int) -> None:
        now = time.monotonic()
        if now - self._told < TELL_EVERY_S:
            return
        self._told = now
        if self._progress is not None:
            self._progress(listed, read, skipped, failed)
        counts = {"listed": listed, "read": read, "skipped": skipped, "failed": failed}
        if not self._service.progressed(self.crawl.id, counts):
            raise _Cancelled


def _batches(
    observed: Iterator[ObservedTable | Unchanged], clock: Callable[[], float] = time.monotonic
) -> Iterator[list[ObservedTable | Unchanged]]:
    """Cut what comes into pieces that are written at once: by number, and by time so that first tables show early."""
    batch: list[ObservedTable | Unchanged] = []
    weight, begun = 0, clock()
    for item in observed:
        batch.append(item)
        weight += len(item.partitions) if isinstance(item, ObservedTable) else 0
        if len(batch) >= BATCH_TABLES or weight >= BATCH_PARTITIONS or clock() - begun > 2 * TELL_EVERY_S:
            yield batch
            batch, weight, begun = [], 0, clock()
    if batch:
        yield batch


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit() or len(cursor) > 12:
        raise InvalidInput("cursor_invalid", f"The cursor `{cursor}` can't be read.", "Start again without one.")
    return int(cursor)


def crawl_unknown(reference: str) -> NotFound:
    """The error for a crawl that is not there, or not for the caller to know of: the same words for both."""
    return NotFound("crawl_unknown", f"There is no crawl `{reference}`.", "See `jupyter mlx catalog crawls`.")


def _crawl(row: Any) -> Crawl:
    return Crawl(
        id=row.id,
        source_id=row.source_id,
        source=row.source,
        state=row.state,
        dry_run=row.dry_run,
        owner=row.owner,
        started_at=row.started_at,
        ended_at=row.ended_at,
        run_id=row.run_id,
        listed=row.listed,
        read=row.read,
        skipped=row.skipped,
        failed=row.failed,
        tables=tuple(TableChange(**change) for change in row.tables),
        problems=tuple(Problem(**problem) for problem in row.problems),
        problems_total=row.failed,
        error=row.error,
        seconds=row.seconds,
    )
