"""Routes of GPUs and leases."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..http import Context, MlxHandler

__all__ = ["routes"]

RESOURCE = "mlx-compute"


class GpusHandler(MlxHandler):
    """`compute/gpus`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """The GPUs of this host."""
        self.send(await self.call_slow(lambda: self.services.compute.gpus()))


class LeasesHandler(MlxHandler):
    """`compute/leases`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """The leases that are held."""
        self.send({"items": await self.call(lambda: self.services.compute.leases())})


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [(r"compute/gpus", GpusHandler), (r"compute/leases", LeasesHandler)]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
