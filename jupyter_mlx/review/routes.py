"""Route of differences."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..http import Context, MlxHandler

__all__ = ["routes"]

RESOURCE = "mlx-diff"


class DiffHandler(MlxHandler):
    """`diff`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """What differs between two runs or notebooks."""
        a, b = self.get_query_argument("a"), self.get_query_argument("b")
        self.send(await self.call(lambda: self.services.review.diff(a, b, root=self.context.root)))


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    return [(r"diff", DiffHandler, {"context": context})]
