"""Pushing events to browsers: one WebSocket each, woken by the bell, caught up from its last event id."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado import web, websocket

from . import contract
from .http import Context, render_error, whole_number
from .store.bell import Bell

__all__ = ["EventHub", "EventsSocket"]

BATCH = 500
LOOK_S = 10.0


class EventHub:
    """Wakes the sockets of this server when the bell rings, and keeps an agent running while there is work."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.sockets: set[EventsSocket] = set()
        self._bell: Bell | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self._warm: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running event loop; costs nothing until somebody connects."""
        self._watchdog = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        """End."""
        if self._watchdog is not None:
            self._watchdog.cancel()
        if self._warm is not None:
            self._warm.cancel()
        for socket in list(self.sockets):
            socket.leave()
        if self._bell is not None:
            asyncio.get_running_loop().remove_reader(self._bell.fileno())
            self._bell.close()
            self._bell = None

    def add(self, socket: EventsSocket) -> None:
        """A browser connected."""
        self.sockets.add(socket)
        if self._bell is None:
            self._bell = Bell(self.context.services.settings.key, "server")
            asyncio.get_running_loop().add_reader(self._bell.fileno(), self._on_ring)
            self._warm = asyncio.get_running_loop().create_task(self.context.call_slow(self.context.services.warm_up))

    def remove(self, socket: EventsSocket) -> None:
        """A browser left."""
        self.sockets.discard(socket)

    def _on_ring(self) -> None:
        if self._bell is not None:
            self._bell.clear()
        for socket in self.sockets:
            socket.wake.set()

    async def _watch(self) -> None:
        """Now and then: sockets look even without a ring (other hosts have no bell here), and work has an agent."""
        while True:
            await asyncio.sleep(LOOK_S)
            for socket in self.sockets:
                socket.wake.set()
            if self.sockets or self.context.services.settings.state_dir.exists():
                try:
                    await self.context.call_slow(self._keep_agent)
                except Exception:
                    logging.getLogger("jupyter_mlx").exception("The agent could not be looked after")

    def _keep_agent(self) -> None:
        from .jobs.control import ensure_agent, is_running

        services = self.context.services
        if is_running(services.settings):
            return
        if services.needs_agent():
            ensure_agent(services.settings)


class EventsSocket(WebSocketMixin, websocket.WebSocketHandler, JupyterHandler):
    """`events`: `hello`, then what the browser missed, then what comes."""

    def initialize(self, context: Context, hub: EventHub) -> None:
        """Take what the application composed."""
        self.context = context
        self.hub = hub
        self.wake = asyncio.Event()
        self._after: int | None = None
        self._pump: asyncio.Task[None] | None = None

    def set_default_headers(self) -> None:
        """A socket has no body to protect; the base class's headers would refuse the upgrade."""

    def get_compression_options(self) -> dict[str, Any]:
        """Compress: events repeat their keys."""
        return {}

    @ws_authenticated
    async def get(self, *arguments: Any, **options: Any) -> None:
        """Upgrade."""
        user = self.current_user
        if not await _ensure(self.authorizer.is_authorized(self, user, "read", "mlx-events")):
            raise web.HTTPError(403)
        self._after = whole_number(self, "after")
        await super().get(*arguments, **options)

    def write_error(self, status_code: int, **options: Any) -> None:
        """Refuse the upgrade as all our refusals read."""
        render_error(self, status_code, options.get("exc_info", (None, None, None))[1])

    async def open(self, *arguments: Any, **options: Any) -> None:
        """Say hello and begin."""
        super().open(*arguments, **options)
        latest = await self.context.call(self._latest)
        from . import __version__

        hello = {
            "id": latest,
            "time": _now(self.context),
            "kind": "hello",
            "subject": "",
            "data": {"version": __version__},
        }
        await self.write_message(contract.dump(hello))
        # A store that was made anew has smaller ids than the browser remembers.
        self._last_id = latest if self._after is None else min(self._after, latest)
        self.wake.set()
        self.hub.add(self)
        self._pump = asyncio.get_running_loop().create_task(self._run())

    def _latest(self) -> int:
        with self.context.services.store.read() as connection:
            return self.context.services.jobs.log.last_id(connection)

    def _next(self) -> list[Any]:
        with self.context.services.store.read() as connection:
            return self.context.services.jobs.log.after(connection, self._last_id, BATCH)

    async def _run(self) -> None:
        try:
            while True:
                await self.wake.wait()
                self.wake.clear()
                while events := await self.context.call(self._next):
                    for event in events:
                        await self.write_message(contract.dump(event.to_json(self.context.root)))
                        self._last_id = event.id
        except websocket.WebSocketClosedError:
            return
        except Exception:
            # An open socket that says nothing looks like a quiet store: the browser reconnects to a closed one.
            self.log.exception("Events can't be read.")
            self.close(1011, "Events can't be read.")

    def on_message(self, message: Any) -> None:
        """Browsers have nothing to say here."""

    def on_close(self) -> None:
        """The browser left."""
        self.leave()
        super().on_close()

    def leave(self) -> None:
        """Say no more: the browser left, or the server ends."""
        self.hub.remove(self)
        if self._pump is not None:
            self._pump.cancel()


async def _ensure(value: Any) -> bool:
    return bool(await value) if asyncio.iscoroutine(value) else bool(value)


def _now(context: Context) -> str | None:
    from .clock import to_iso

    return to_iso(context.services.clock.now())
