"""Routes of deployments."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..http import Context, MlxHandler

__all__ = ["routes"]

RESOURCE = "mlx-models"
NAME = r"(?P<name>[^/]+)"


class DeploymentsHandler(MlxHandler):
    """`models/deployments`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """All of them."""
        self.send({"items": await self.call(self.services.models.deployments.listing), "next_cursor": None})

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Deploy a version."""
        body = self.document("DeploymentRequest")
        create = self.services.models.deployments.create
        self.send(await self.call_tracking(lambda: create(body, self.principal, root=self.context.root)), 201)


class DeploymentHandler(MlxHandler):
    """`models/deployments/{name}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """One."""
        self.send(await self.call_slow(self.services.models.deployments.get, name))

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def patch(self, name: str) -> None:
        """Change what is served, stop, start."""
        body = self.document("DeploymentPatch")
        self.send(await self.call_tracking(self.services.models.deployments.update, name, body, self.principal))

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, name: str) -> None:
        """Take it away."""
        await self.call_slow(self.services.models.deployments.remove, name, self.principal)
        self.set_status(204)
        self.finish()


class RollbackHandler(MlxHandler):
    """`models/deployments/{name}/rollback`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """Serve what was served before."""
        body = self.document("RollbackRequest")
        self.send(await self.call_slow(self.services.models.deployments.rollback, name, body, self.principal))


class TokenHandler(MlxHandler):
    """`models/deployments/{name}/token`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """How it is called."""
        document = await self.call_slow(self.services.models.deployments.token, name, self.principal)
        self.set_header("Cache-Control", "no-store")
        self.send(document)


class InvocationsHandler(MlxHandler):
    """`models/deployments/{name}/invocations`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """Score rows."""
        body = self.document("ScoreRequest")
        self.send(await self.call_slow(self.services.models.deployments.score, name, body))


class RequestsHandler(MlxHandler):
    """`models/deployments/{name}/requests`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """Requests that were logged."""
        cursor = self.get_query_argument("cursor", None)
        found, more = await self.call_slow(
            self.services.models.deployments.requests, name, limit=self.page_size(), cursor=cursor
        )
        self.send({"items": found, "next_cursor": more})


class LogHandler(MlxHandler):
    """`models/deployments/{name}/log`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """What a process printed."""
        text = await self.call_slow(self.services.models.deployments.log, name, self.number("version", least=1))
        self.finish(text, set_content_type="text/plain; charset=utf-8")


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"models/deployments", DeploymentsHandler),
        (rf"models/deployments/{NAME}", DeploymentHandler),
        (rf"models/deployments/{NAME}/rollback", RollbackHandler),
        (rf"models/deployments/{NAME}/token", TokenHandler),
        (rf"models/deployments/{NAME}/invocations", InvocationsHandler),
        (rf"models/deployments/{NAME}/requests", RequestsHandler),
        (rf"models/deployments/{NAME}/log", LogHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
