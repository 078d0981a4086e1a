"""Routes of sources, crawls, databases and search; the catalog's other routes share their base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..http import Context, MlxHandler

if TYPE_CHECKING:
    from .hosts import HostRules

__all__ = ["RESOURCE", "CatalogHandler", "routes"]

RESOURCE = "mlx-catalog"
SOURCE = r"(?P<source_id>[^/]+)"
CRAWL = r"(?P<crawl_id>[^/]+)"


class CatalogHandler(MlxHandler):
    """What handlers of the catalog share."""

    @property
    def hosts(self) -> HostRules:
        """Where crawls that are asked for here may go."""
        from .hosts import HostRules

        return HostRules(self.services.settings.catalog_hosts, self.context.root)

    def done(self) -> None:
        """It is done, and there is nothing to say."""
        self.set_status(204)
        self.finish()


class SourcesHandler(CatalogHandler):
    """`catalog/sources`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """All sources."""
        found = await self.call(lambda: self.services.guarded.sources(self.principal))
        self.send({"items": [source.to_json() for source in found], "next_cursor": None})

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self) -> None:
        """Keep a source."""
        from .models import SourceRequest

        request = SourceRequest(**self.document("SourceRequest"))
        source = await self.call_slow(lambda: self.services.guarded.add(request, self.hosts, self.principal))
        self.send(source.to_json(), 201)


class SourceHandler(CatalogHandler):
    """`catalog/sources/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, source_id: str) -> None:
        """One source."""
        self.send((await self.call(lambda: self.services.guarded.source(source_id, self.principal))).to_json())

    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self, source_id: str) -> None:
        """Change it."""
        body = self.document("SourcePatch")
        source = await self.call_slow(lambda: self.services.guarded.update(source_id, body, self.hosts, self.principal))
        self.send(source.to_json())

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, source_id: str) -> None:
        """Forget it."""
        await self.call_slow(lambda: self.services.catalog_jobs.remove_source(source_id, self.principal))
        self.done()


class SourceScheduleHandler(CatalogHandler):
    """`catalog/sources/{id}/schedule`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def put(self, source_id: str) -> None:
        """Crawl it on a schedule."""
        body = self.document("CrawlScheduleRequest")
        schedule = await self.call_slow(
            lambda: self.services.catalog_jobs.schedule(
                source_id, body["cron"], body.get("timezone", "UTC"), self.principal, cwd=self.context.root
            )
        )
        self.send(schedule.to_json(self.services.clock.now(), self.context.root))


class CrawlsHandler(CatalogHandler):
    """`catalog/crawls`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """A page of crawls."""
        found, cursor = await self.call(
            lambda: self.services.guarded.page(
                self.principal,
                source=self.get_query_argument("source", None),
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
            )
        )
        self.send({"items": [crawl.to_json(whole=False) for crawl in found], "next_cursor": cursor})

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Queue a crawl."""
        body = self.document("CrawlRequest")
        source = await self.call_slow(lambda: self.services.guarded.asked_for(body, self.hosts, self.principal))
        how = {"dry_run": body.get("dry_run", False), "full": body.get("full", False)}
        run = await self.call_slow(
            lambda: self.services.catalog_jobs.crawl(source, self.principal, cwd=self.context.root, **how)
        )
        self.send(run.to_json(root=self.context.root), 201)


class CrawlHandler(CatalogHandler):
    """`catalog/crawls/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, crawl_id: str) -> None:
        """One crawl."""
        self.send((await self.call(lambda: self.services.guarded.crawl(crawl_id, self.principal))).to_json())


class CrawlCancelHandler(CatalogHandler):
    """`catalog/crawls/{id}/cancel`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, crawl_id: str) -> None:
        """Stop it."""
        crawl = await self.call_slow(lambda: self.services.catalog_jobs.cancel(crawl_id, self.principal))
        if crawl is None:
            self.done()
        else:
            self.send(crawl.to_json())


class DatabasesHandler(CatalogHandler):
    """`catalog/databases`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """The databases that the caller may see."""
        source = self.get_query_argument("source", None)
        found = await self.call(lambda: self.services.catalog.databases(self.principal, source=source))
        self.send({"items": [database.to_json() for database in found], "next_cursor": None})


class SearchHandler(CatalogHandler):
    """`catalog/search`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """Find."""
        found = await self.call(
            lambda: self.services.search.search(
                self.get_query_argument("q", ""),
                self.principal,
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
            )
        )
        self.send(found.to_json())


class GlueHandler(CatalogHandler):
    """`catalog/exchange/glue`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Queue an export or an import."""
        body = self.document("GlueRequest")
        run = await self.call_slow(
            lambda: self.services.catalog_jobs.exchange(body, self.hosts, self.principal, cwd=self.context.root)
        )
        self.send(run.to_json(root=self.context.root), 201)


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Context]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"catalog/sources", SourcesHandler),
        (rf"catalog/sources/{SOURCE}", SourceHandler),
        (rf"catalog/sources/{SOURCE}/schedule", SourceScheduleHandler),
        (r"catalog/crawls", CrawlsHandler),
        (rf"catalog/crawls/{CRAWL}", CrawlHandler),
        (rf"catalog/crawls/{CRAWL}/cancel", CrawlCancelHandler),
        (r"catalog/databases", DatabasesHandler),
        (r"catalog/search", SearchHandler),
        (r"catalog/exchange/glue", GlueHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
