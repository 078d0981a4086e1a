"""Routes of grants, and of the log of who did what."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..errors import InvalidInput
from ..http import Context, MlxHandler
from .routes import CatalogHandler

__all__ = ["routes"]

RESOURCE = "mlx-access"
GRANT = r"(?P<grant_id>[^/]+)"
_ALLOWED = {"true": True, "false": False}


class GrantsHandler(CatalogHandler):
    """`catalog/grants`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """The grants that the caller may know of."""
        found = await self.call(lambda: self.services.grants.known(self.principal))
        self.send({"items": [grant.to_json() for grant in found], "next_cursor": None})

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self) -> None:
        """Grant."""
        body = self.document("GrantRequest")
        grant = await self.call(lambda: self.services.grants.give(body, self.principal, door="http"))
        self.send(grant.to_json(), 201)


class GrantHandler(CatalogHandler):
    """`catalog/grants/{id}`."""

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, grant_id: str) -> None:
        """Take it back."""
        await self.call(lambda: self.services.grants.revoke(grant_id, self.principal, door="http"))
        self.done()


class AuditHandler(CatalogHandler):
    """`catalog/audit`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """A page of the log."""
        found, cursor = await self.call(
            lambda: self.services.access.audit(
                self.principal,
                who=self.get_query_argument("who", None),
                resource=self.get_query_argument("resource", None),
                allowed=self._allowed(),
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
                door="http",
            )
        )
        self.send({"items": [entry.to_json() for entry in found], "next_cursor": cursor})

    def _allowed(self) -> bool | None:
        text = self.get_query_argument("allowed", None)
        if text is not None and text not in _ALLOWED:
            raise InvalidInput("query_invalid", f"`allowed={text}` is neither `true` nor `false`.", "Mend the query.")
        return None if text is None else _ALLOWED[text]


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"catalog/grants", GrantsHandler),
        (rf"catalog/grants/{GRANT}", GrantHandler),
        (r"catalog/audit", AuditHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
