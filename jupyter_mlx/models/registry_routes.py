"""Routes of the registry: models, versions, moves of aliases, promotions, approvals, policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..http import Context, MlxHandler

__all__ = ["routes"]

RESOURCE = "mlx-models"
NAME = r"(?P<name>[^/]+)"
VERSION = r"(?P<version>[^/]+)"
PROMOTION = r"(?P<promotion_id>[^/]+)"

Pages = Callable[..., tuple[list[Any], str | None]]


class RegistryHandler(MlxHandler):
    """What handlers of the registry share."""

    async def send_page(self, pages: Pages, *arguments: Any, **options: Any) -> None:
        """Answer with a page of a list."""
        limit, cursor = self.page_size(), self.get_query_argument("cursor", None)
        found, following = await self.call_tracking(lambda: pages(*arguments, limit=limit, cursor=cursor, **options))
        items = [item if isinstance(item, dict) else item.to_json() for item in found]
        self.send({"items": items, "next_cursor": following})

    @staticmethod
    def whole(version: str) -> int:
        """A version as a number; 0, which none has, where it is none."""
        return int(version) if version.isdecimal() and len(version) < 10 else 0


class ModelsHandler(RegistryHandler):
    """`models/registered`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """A page of models."""
        await self.send_page(self.services.models.registered.models, words=self.get_query_argument("q", ""))


class ModelHandler(RegistryHandler):
    """`models/registered/{name}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """One model."""
        self.send(await self.call_tracking(self.services.models.registered.model, name))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self, name: str) -> None:
        """Change its description or tags."""
        body, registered = self.document("ModelPatch"), self.services.models.registered
        await self.call_tracking(lambda: registered.update(name, None, body, self.principal))
        self.send(await self.call_tracking(registered.model, name))


class VersionsHandler(RegistryHandler):
    """`models/registered/{name}/versions`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """A page of versions."""
        await self.send_page(self.services.models.registered.versions, name)


class VersionHandler(RegistryHandler):
    """`models/registered/{name}/versions/{version}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str, version: str) -> None:
        """One version."""
        self.send(await self.call_tracking(lambda: self._document(name, self.whole(version))))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self, name: str, version: str) -> None:
        """Change its card or tags."""
        body, registered = self.document("ModelPatch"), self.services.models.registered
        await self.call_tracking(lambda: registered.update(name, self.whole(version), body, self.principal))
        self.send(await self.call_tracking(lambda: self._document(name, self.whole(version))))

    def _document(self, name: str, version: int) -> dict[str, Any]:
        return self.services.models.registered.version(name, version, root=self.context.root)


class ApprovalsHandler(RegistryHandler):
    """`models/registered/{name}/versions/{version}/approvals`."""

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self, name: str, version: str) -> None:
        """Approve a version, or ask for changes."""
        body, approvals = self.document("ApprovalRequest"), self.services.models.approvals
        approved, comment = body["approved"], body.get("comment", "")
        seen: dict[str, str] = {key: body[key] for key in ("digest", "card") if key in body}
        said = await self.call_tracking(
            lambda: approvals.say(name, self.whole(version), approved, comment, self.principal, seen=seen)
        )
        self.send(said, 201)


class HistoryHandler(RegistryHandler):
    """`models/registered/{name}/history`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """A page of moves of its aliases."""
        await self.send_page(self.services.models.registered.history, name)


class PromotionsHandler(RegistryHandler):
    """`models/registered/{name}/promotions`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """A page of what was asked for."""
        await self.send_page(self.services.models.promotions.page, name)

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """Move an alias, through the gate of what guards it."""
        body, promotions = self.document("PromotionRequest"), self.services.models.promotions
        made = await self.call_tracking(lambda: promotions.request(name, body, self.principal, cwd=self.context.root))
        self.send(made.to_json(), 201)


class PromotionHandler(RegistryHandler):
    """`models/promotions/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, promotion_id: str) -> None:
        """One promotion."""
        self.send((await self.call_tracking(self.services.models.promotions.get, promotion_id)).to_json())


class PoliciesHandler(RegistryHandler):
    """`models/policies`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """Those that are in force."""
        found = await self.call(self.services.models.policies.in_force)
        self.send({"items": [policy.to_json() for policy in found], "next_cursor": None})

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self) -> None:
        """Put a policy in force."""
        body, policies = self.document("PolicyRequest"), self.services.models.policies
        made = await self.call_slow(
            lambda: policies.apply(body["text"], self.principal, path=body.get("path"), root=self.context.root)
        )
        self.send(made.to_json(), 201)


class PolicyHandler(RegistryHandler):
    """`models/policies/{name}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """All its versions."""
        found = await self.call(self.services.models.policies.versions, name)
        self.send({"items": [policy.to_json() for policy in found], "next_cursor": None})

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, name: str) -> None:
        """Take it out of force."""
        await self.call(lambda: self.services.models.policies.remove(name, self.principal))
        self.set_status(204)
        self.finish()


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"models/registered", ModelsHandler),
        (rf"models/registered/{NAME}", ModelHandler),
        (rf"models/registered/{NAME}/versions", VersionsHandler),
        (rf"models/registered/{NAME}/versions/{VERSION}", VersionHandler),
        (rf"models/registered/{NAME}/versions/{VERSION}/approvals", ApprovalsHandler),
        (rf"models/registered/{NAME}/history", HistoryHandler),
        (rf"models/registered/{NAME}/promotions", PromotionsHandler),
        (rf"models/promotions/{PROMOTION}", PromotionHandler),
        (r"models/policies", PoliciesHandler),
        (rf"models/policies/{NAME}", PolicyHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
