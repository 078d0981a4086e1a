"""Route of differences."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..http import Context, MlxHandler

__all__ = ["routes"]

RESOURCE = "mlx-diff"
AT_A_TIME = 2


class DiffHandler(MlxHandler):
    """`diff`."""

    def initialize(self, context: Context, turns: asyncio.Semaphore) -> None:  # type: ignore[override]
        """Take what the application composed; `turns` leaves threads to others, however many comparisons wait."""
        super().initialize(context)
        self.turns = turns

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """What differs between two runs or notebooks."""
        a, b = self.get_query_argument("a"), self.get_query_argument("b")
        async with self.turns:
            document = await self.call_slow(lambda: self.services.review.diff(a, b, root=self.context.root))
        self.send(document)


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    return [(r"diff", DiffHandler, {"context": context, "turns": asyncio.Semaphore(AT_A_TIME)})]
