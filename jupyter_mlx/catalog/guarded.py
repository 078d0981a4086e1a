"""Sources and crawls as one principal may see and change them: for doors that serve several.

Where access is by grants, a source is seen by whoever sees one of its databases, without how it is crawled; what a
crawl found, with the names of tables and columns and the paths of what is broken, is for administrators, and so is
every change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import Forbidden, InvalidInput, NotFound
from .crawling import crawl_unknown
from .models import Crawl, Principal, Source, SourceRequest

if TYPE_CHECKING:
    from .access import AccessService
    from .crawling import CrawlService
    from .hosts import HostRules
    from .service import CatalogService

__all__ = ["GuardedCrawls"]


class GuardedCrawls:
    """`CrawlService` behind the rules of access.

    Parameters
    ----------
    door: Through which it is asked, for the audit log.
    """

    def __init__(self, crawls: CrawlService, catalog: CatalogService, access: AccessService, door: str) -> None:
        self._crawls = crawls
        self._catalog = catalog
        self._access = access
        self._door = door

    @property
    def by_grants(self) -> bool:
        """Whether grants decide who sees what."""
        return self._access.by_grants

    # -- looking ---------------------------------------------------------------------------------------------

    def sources(self, principal: Principal) -> list[Source]:
        """The sources that a principal may know of."""
        found = self._crawls.sources()
        if self._access.sees_all(principal):
            return found
        seen: dict[str, int] = {}
        for database in self._catalog.databases(principal):
            seen[database.source_id] = seen.get(database.source_id, 0) + database.tables
        return [
            replace(source, options={}, secret=None, tables=seen[source.id]) for source in found if source.id in seen
        ]

    def source(self, reference: str, principal: Principal) -> Source:
        """One source.

        Raises
        ------
        NotFound: ``source_unknown``.
        """
        for source in self.sources(principal):
            if reference in (source.id, source.name):
                return source
        if self._access.sees_all(principal):
            return self._crawls.source(reference)
        hidden = [source for source in self._crawls.sources() if reference in (source.id, source.name)]
        raise self._unknown(
            principal,
            hidden,
            NotFound("source_unknown", f"There is no source `{reference}`.", "See `GET catalog/sources`."),
        )

    def page(
        self, principal: Principal, *, source: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[Crawl], str | None]:
        """Crawls, newest first, and the cursor of the next page.

        Raises
        ------
        NotFound: ``source_unknown``.
        InvalidInput: ``cursor_invalid``.
        """
        wanted = None if source is None else [self.source(source, principal).id]
        if self._access.sees_all(principal):
            return self._crawls.page(sources=wanted, limit=limit, cursor=cursor)
        known = [item.id for item in self.sources(principal)]
        found, following = self._crawls.page(sources=known if wanted is None else wanted, limit=limit, cursor=cursor)
        return [_bare(crawl) for crawl in found], following

    def crawl(self, reference: str, principal: Principal) -> Crawl:
        """One crawl, by its id or its run's.

        Raises
        ------
        NotFound: ``crawl_unknown``.
        """
        crawl = self._crawls.get(reference)
        if self._access.sees_all(principal):
            return crawl
        if not self._catalog.databases(principal, source=crawl.source_id):
            raise self._unknown(principal, [self._crawls.source(crawl.source_id)], crawl_unknown(reference))
        return _bare(crawl)

    def _unknown(self, principal: Principal, hidden: Sequence[Source], error: NotFound) -> NotFound:
        """The error; where something is only hidden, the log has it."""
        if hidden:
            self._access.refuse(principal, "describe", hidden[0].name, door=self._door, error=error)
        return error

    # -- changing --------------------------------------------------------------------------------------------

    def add(self, request: SourceRequest, rules: HostRules | None, principal: Principal) -> Source:
        """Keep a source, where the rules admit it.

        Parameters
        ----------
        rules: None for whoever asks from this machine itself.

        Raises
        ------
        Forbidden: ``permission_missing``.
        MlxError: What `HostRules.admit` and `CrawlService.add_source` say.
        """
        self.require(principal)
        admitted = self.admitted(request, rules, principal)
        source = self._crawls.add_source(admitted, owner=principal.user)
        self._record(principal, "source.create", source, after=_told(source))
        return source

    def update(self, reference: str, patch: Mapping[str, Any], rules: HostRules | None, principal: Principal) -> Source:
        """Change how a source is crawled, within the rules; None is as in `add`.

        Raises
        ------
        Forbidden: ``permission_missing``.
        MlxError: What `HostRules.admit_options` and `CrawlService.update_source` say.
        """
        self.require(principal)
        before = self._crawls.source(reference)
        changes = dict(patch)
        if not changes:
            return before
        if "options" in changes and rules is not None:
            with self.refusing(principal, "source.update", before.name):
                changes["options"] = rules.admit_options(changes["options"], before.options)
        source = self._crawls.update_source(before.id, **changes)
        self._record(principal, "source.update", source, before=_told(before), after=_told(source))
        return source

    def keep(self, request: SourceRequest, principal: Principal) -> tuple[Source, bool]:
        """The source that a request from this machine means, changed as it says; whether it is a new one.

        Raises
        ------
        Forbidden: ``permission_missing``.
        MlxError: What `CrawlService.add_source` and `CrawlService.update_source` say.
        """
        self.require(principal)
        known = self._crawls.find(request)
        if known is None:
            return self.add(request, None, principal), True
        given = {
            "database": request.database,
            "secret": request.secret,
            "options": {**known.options, **request.options} if request.options else None,
        }
        changes = {name: value for name, value in given.items() if value and value != getattr(known, name)}
        return self.update(known.id, changes, None, principal), False

    def remove(self, reference: str, principal: Principal) -> Source:
        """Forget a source with its tables; as it was.

        Raises
        ------
        Forbidden: ``permission_missing``.
        NotFound: ``source_unknown``.
        """
        self.require(principal)
        source = self._crawls.source(reference)
        self._crawls.remove_source(source.id)
        self._record(principal, "source.remove", source, before=_told(source))
        return source

    def asked_for(self, document: Mapping[str, Any], rules: HostRules, principal: Principal) -> Source:
        """The source of a `CrawlRequest`: one that is known by name or location, else a new one.

        Raises
        ------
        InvalidInput: ``crawl_source_missing``; what `HostRules.admit` says.
        NotFound: ``source_unknown``.
        Forbidden: ``permission_missing``.
        """
        if ("source" in document) == ("request" in document):
            raise InvalidInput(
                "crawl_source_missing",
                "The crawl names no source, or two.",
                "Give `source`, the name of one that is known, or `request`, a place to crawl.",
                field="source",
            )
        self.require(principal)
        if "source" in document:
            return self._crawls.source(document["source"])
        request = SourceRequest(**document["request"])
        return self._crawls.find(self.admitted(request, rules, principal)) or self.add(request, rules, principal)

    def admitted(self, request: SourceRequest, rules: HostRules | None, principal: Principal) -> SourceRequest:
        """The request as the rules admit it; a refusal is in the audit log.

        Raises
        ------
        MlxError: What `HostRules.admit` says.
        """
        if rules is None:
            return request
        with self.refusing(principal, "source.create", request.name or "a new source"):
            return rules.admit(request)

    @contextmanager
    def refusing(self, principal: Principal, action: str, resource: str) -> Iterator[None]:
        """Write in the audit log which place a rule refuses within.

        Raises
        ------
        Forbidden: The refusal.
        """
        try:
            yield
        except Forbidden as error:
            self._access.refuse(principal, action, resource, door=self._door, error=error)

    def require(self, principal: Principal) -> None:
        """Go on only where a principal may change sources.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        self._access.require(principal, "alter", None, door=self._door)

    def _record(self, principal: Principal, action: str, source: Source, **change: Any) -> None:
        self._access.record(principal, action, source.name, allowed=True, door=self._door, **change)


def _told(source: Source) -> dict[str, Any]:
    """What the audit log keeps of a source."""
    document = source.to_json()
    return {name: document[name] for name in ("kind", "location", "database", "options", "secret")}


def _bare(crawl: Crawl) -> Crawl:
    """A crawl without what it found."""
    return replace(crawl, tables=(), problems=(), error=None)
