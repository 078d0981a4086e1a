"""Routes of replays."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..http import Context, MlxHandler

__all__ = ["RESOURCE", "routes"]

RESOURCE = "mlx-models"


class ReplaysHandler(MlxHandler):
    """`models/replays`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Queue a job that replays a version."""
        body = self.document("ReplayRequest")
        root = self.context.root
        run = await self.call_tracking(lambda: self.services.models.replays.queue(body, self.principal, cwd=root))
        self.send(run.to_json(root=root), 201)


class ReplayHandler(MlxHandler):
    """`models/replays/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, replay_id: str) -> None:
        """One replay."""
        self.send(await self.call(self.services.models.replays.get, replay_id))


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """All routes of replays, below ``mlx/v1/``."""
    arguments = {"context": context}
    return [
        (r"models/replays", ReplaysHandler, arguments),
        (r"models/replays/(?P<replay_id>[^/]+)", ReplayHandler, arguments),
    ]
