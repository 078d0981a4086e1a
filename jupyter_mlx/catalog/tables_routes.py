"""Routes of tables: their versions, partitions, explanation, rows, profile, quality, snippets, access and uses."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .. import contract
from ..errors import InvalidInput
from ..http import Context, MlxHandler
from .routes import RESOURCE, CatalogHandler

__all__ = ["routes"]

TABLE = r"(?P<table_id>[^/]+)"
ARROW = "application/vnd.apache.arrow.stream"


class TablesHandler(CatalogHandler):
    """`catalog/tables`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """A page of tables."""
        found, cursor = await self.call(
            lambda: self.services.catalog.tables(
                self.principal,
                database=self.get_query_argument("database", None),
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
            )
        )
        self.send({"items": [table.to_json() for table in found], "next_cursor": cursor})


class TableHandler(CatalogHandler):
    """`catalog/tables/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """One table."""
        version = self.number("version", least=1)
        self.send(await self.call(lambda: self.services.catalog.document(table_id, self.principal, version)))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, table_id: str) -> None:
        """Forget it."""
        await self.call(lambda: self.services.catalog.remove_table(table_id, self.principal))
        self.done()


class VersionsHandler(CatalogHandler):
    """`catalog/tables/{id}/versions`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """Its versions."""
        found = await self.call(lambda: self.services.catalog.versions(table_id, self.principal))
        self.send({"items": [version.to_json() for version in found], "next_cursor": None})


class PartitionsHandler(CatalogHandler):
    """`catalog/tables/{id}/partitions`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """A page of its partitions."""
        found, cursor, total = await self.call(
            lambda: self.services.catalog.partitions(
                table_id, self.principal, limit=self.page_size(), cursor=self.get_query_argument("cursor", None)
            )
        )
        self.send({"items": [item.to_json() for item in found], "next_cursor": cursor, "total": total})


class ExplanationHandler(CatalogHandler):
    """`catalog/tables/{id}/explanation`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """Why it is one table."""
        self.send(await self.call(lambda: self.services.catalog.explanation(table_id, self.principal)))


class PreviewHandler(CatalogHandler):
    """`catalog/tables/{id}/preview`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """Its first rows, or a sample."""
        preview = await self.call_slow(
            lambda: self.services.data.preview(
                table_id,
                self.principal,
                limit=self.number("limit", 100, least=1, most=10_000) or 100,
                columns=self._columns(),
                where=self.get_query_argument("filter", None),
                sort=self.get_query_argument("sort", None),
                sample=bool(self.get_query_argument("sample", "")),
                door="http",
            )
        )
        if ARROW not in self.request.headers.get("Accept", ""):
            self.send(await self.call_slow(preview.to_json))
            return
        content = await self.call_slow(preview.to_arrow_stream)
        self.set_header("Content-Type", ARROW)
        self.finish(content)

    def _columns(self) -> list[str] | None:
        text = self.get_query_argument("columns", None)
        if text is None:
            return None
        names = contract.parse(text.encode())
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise InvalidInput(
                "query_invalid", "`columns` is no list of names.", 'Give a JSON list: `["a", "b"]`.', field="columns"
            )
        return names


class ProfileHandler(CatalogHandler):
    """`catalog/tables/{id}/profile`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """Its profile, where there is one."""
        self.send(await self.call(lambda: self._state(table_id)))

    def _state(self, table_id: str) -> dict[str, Any]:
        profile = self.services.data.stored_profile(table_id, self.principal)
        run = self.services.catalog_jobs.running("profile", self.services.catalog.table(table_id, self.principal).id)
        return {
            "profile": profile.to_json() if profile is not None else None,
            "run": {"id": run.id, "state": run.state} if run is not None else None,
        }

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, table_id: str) -> None:
        """Queue a job that makes one."""
        run = await self.call_slow(
            lambda: self.services.catalog_jobs.profile(table_id, self.principal, cwd=self.context.root)
        )
        self.send(run.to_json(root=self.context.root), 201)


class QualityHandler(CatalogHandler):
    """`catalog/tables/{id}/quality`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """Rules and results."""
        self.send(await self.call(lambda: self.services.data.quality(table_id, self.principal)))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def put(self, table_id: str) -> None:
        """Set the rules."""
        rules = self.document("QualityRequest")["rules"]
        self.send(await self.call(lambda: self.services.data.set_rules(table_id, rules, self.principal)))

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, table_id: str) -> None:
        """Queue a job that checks them."""
        run = await self.call_slow(
            lambda: self.services.catalog_jobs.quality(table_id, self.principal, cwd=self.context.root)
        )
        self.send(run.to_json(root=self.context.root), 201)


class SnippetsHandler(CatalogHandler):
    """`catalog/tables/{id}/snippets`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """Code that reads it."""
        self.send({"items": await self.call(lambda: self.services.data.snippets(table_id, self.principal))})


class AccessHandler(CatalogHandler):
    """`catalog/tables/{id}/access`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """What the caller may do with it."""
        self.send(await self.call(lambda: self.services.grants.access_to(table_id, self.principal)))


class UsesHandler(CatalogHandler):
    """`catalog/tables/{id}/uses`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, table_id: str) -> None:
        """Runs that read it."""
        self.send({"items": await self.call(lambda: self.services.catalog.uses(table_id, self.principal))})


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"catalog/tables", TablesHandler),
        (rf"catalog/tables/{TABLE}", TableHandler),
        (rf"catalog/tables/{TABLE}/versions", VersionsHandler),
        (rf"catalog/tables/{TABLE}/partitions", PartitionsHandler),
        (rf"catalog/tables/{TABLE}/explanation", ExplanationHandler),
        (rf"catalog/tables/{TABLE}/preview", PreviewHandler),
        (rf"catalog/tables/{TABLE}/profile", ProfileHandler),
        (rf"catalog/tables/{TABLE}/quality", QualityHandler),
        (rf"catalog/tables/{TABLE}/snippets", SnippetsHandler),
        (rf"catalog/tables/{TABLE}/access", AccessHandler),
        (rf"catalog/tables/{TABLE}/uses", UsesHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
