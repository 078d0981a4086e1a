"""The process in front of a deployment's versions: it owns the port, asks for the token, and passes requests on.

It takes over new routes without a lost request, and goes on while no agent is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hmac
import os
import secrets
import signal
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from ...files import read_json, write_json
from ...processes import own_identity
from ...store.bell import Bell, ring
from .counters import Counters
from .folder import ROUTER, ServingFolder, replace_json
from .http11 import Answer, Connections, Request, event_loop, refusal
from .request_log import Call, RequestLog
from .routing import Draw, Routing
from .server import BACKLOG, EXIT_TAKEN, GRACE_S, take_lock
from .upstream import Backend, Disconnected

__all__ = ["Router", "main"]

LOOK_S = 1.0
PING_S = 5.0
SHADOWS = 200
"""Copies that may wait for a shadow; more are dropped."""
SHADOW_TASKS = 2
TRIES = 2
"""Processes of a version that are asked, one after the other."""
MARGIN_S = 5.0
"""What the router waits longer than the process itself."""
VERSION_HEADER = b"x-mlx-version"
CALL_HEADER = b"x-mlx-request"


class Router:
    """Passes requests on; `handle` answers one.

    Parameters
    ----------
    folder: The deployment's; also the working folder.
    token: What a request must bring.
    key: Of the bell that tells of new routes.
    limit_s: How long a model may take.
    """

    def __init__(self, folder: ServingFolder, token: str, key: str, limit_s: float) -> None:
        self._folder = folder
        self._key = key
        self._limit_s = limit_s
        self._authorization = f"Bearer {token}".encode()
        self._draw = Draw()
        self._log = RequestLog(folder)
        told = read_json(folder.counters) or {}
        self._counters = Counters(told.get("versions"))
        self._written: dict[str, Any] = {}
        self._shadows: asyncio.Queue[tuple[Call, Routing, bytes, bool]] = asyncio.Queue(SHADOWS)
        self._shadows_dropped = 0
        self._stamp: tuple[int, int] | None = None
        self.note: dict[str, Any] = {"process": own_identity(), "ready": True, "generation": 0}
        self._told = True
        self._routing = Routing(0, (), (), (), {}, 0.0, frozenset())

    # -- routes ----------------------------------------------------------------------------------------------

    def reload(self) -> bool:
        """Take over new routes, if there are any; requests under way go on where they are."""
        try:
            status = self._folder.routes.stat()
        except FileNotFoundError:
            return False
        stamp = (status.st_mtime_ns, status.st_ino)
        document = read_json(self._folder.routes) if stamp != self._stamp else None
        if document is None:
            return False
        self._stamp = stamp
        before = self._routing.all_backends()
        self._routing = Routing.of(document, before)
        self._log.share, self._log.mask = self._routing.log_share, self._routing.mask
        for slot, backend in before.items():
            if slot not in self._routing.all_backends():
                backend.close()
        self.note["generation"] = self._routing.generation
        return True

    def tell(self) -> None:
        """Say which routes were taken over."""
        try:
            replace_json(self._folder.note(ROUTER), self.note)
        except OSError as error:  # a full disk stops no prediction: it is said later
            print(f"{self._folder.note(ROUTER)} can't be written: {error}", file=sys.stderr, flush=True)
            self._told = False
            return
        self._told = True
        ring(self._key)

    # -- requests --------------------------------------------------------------------------------------------

    def admit(self, method: bytes, path: bytes, headers: dict[bytes, bytes]) -> Answer | None:
        """Refuse who has no token, unless they only ask whether somebody is there, and send nothing."""
        if _is_ping(method, path) and not {b"content-length", b"transfer-encoding"} & headers.keys():
            return None
        if hmac.compare_digest(headers.get(b"authorization", b""), self._authorization):
            return None
        return refusal(
            401,
            "UNAUTHENTICATED",
            "The token is missing or wrong: send `Authorization: Bearer TOKEN`.",
            (b"www-authenticate", b"Bearer"),
        )

    async def handle(self, request: Request) -> Answer:
        """Answer a request that was admitted."""
        if _is_ping(request.method, request.path):
            up = any(backend.up for backend in self._routing.all_backends().values())
            return Answer(200, b"\n") if up else self._nobody()
        if request.path == b"/version" and request.method == b"GET":
            return await self._pass_on(self._routing, self._pick(), b"GET /version HTTP/1.1\r\nhost: mlx\r\n\r\n")
        if request.path != b"/invocations":
            return refusal(404, "ENDPOINT_NOT_FOUND", "Send rows with POST to /invocations.")
        if request.method != b"POST":
            return refusal(405, "BAD_REQUEST", "Send rows with POST.", (b"allow", b"POST"))
        return await self._invoke(request)

    def _pick(self) -> int:
        return self._routing.version_at(self._draw.next()) if self._routing.order else 0

    async def _invoke(self, request: Request) -> Answer:
        begun = time.perf_counter()
        routing = self._routing
        asked = request.headers.get(VERSION_HEADER)
        version = self._pick()
        if asked is not None:
            served = {str(known).encode(): known for known in (*routing.order, *routing.shadows)}
            if asked not in served:
                names = b", ".join(served).decode()
                shown = asked[:20].decode("latin-1")
                return refusal(400, "BAD_REQUEST", f"Version `{shown}` is not served. Served: {names}.")
            version = served[asked]
        payload = b"".join(
            (
                b"POST /invocations HTTP/1.1\r\nhost: mlx\r\ncontent-type: ",
                request.headers.get(b"content-type", b"application/json"),
                b"\r\ncontent-length: ",
                str(len(request.body)).encode(),
                b"\r\n\r\n",
                request.body,
            )
        )
        answer = await self._pass_on(routing, version, payload, strict=asked is not None)
        took_ms = (time.perf_counter() - begun) * 1000
        answered_by = int(dict(answer.headers).get(VERSION_HEADER, version))
        self._counters.add(answered_by, answer.status, took_ms)
        call = Call(f"{time.time_ns():016x}{secrets.token_hex(4)}", request, answered_by, answer, took_ms)
        answer.headers = (*answer.headers, (CALL_HEADER, call.id.encode()))
        self._remember(call, routing, payload, copied=asked is None)
        return answer

    async def _pass_on(self, routing: Routing, version: int, payload: bytes, *, strict: bool = False) -> Answer:
        """What a version answers; where its processes are gone, one that stands in for it."""
        for candidate in (version,) if strict else routing.stand_ins(version):
            tried: set[Backend] = set()
            while len(tried) < TRIES and (backend := routing.least_busy(candidate, tried)) is not None:
                tried.add(backend)
                try:
                    answer = await backend.ask(payload, self._limit_s + MARGIN_S)
                except Disconnected:
                    ring(self._key)  # the agent looks at once
                    continue
                except TimeoutError:
                    return refusal(504, "TIMEOUT", f"Version {candidate} took longer than {self._limit_s:g} s.")
                answer.headers = ((VERSION_HEADER, str(candidate).encode()),)
                return answer
        return self._nobody()

    def _nobody(self) -> Answer:
        return refusal(503, "TEMPORARILY_UNAVAILABLE", "No version is ready: try again.", (b"retry-after", b"2"))

    # -- after the answer ------------------------------------------------------------------------------------

    def _remember(self, call: Call, routing: Routing, payload: bytes, *, copied: bool) -> None:
        logged = self._log.wants()
        if copied and routing.shadows and call.answer.status < 500:
            try:
                self._shadows.put_nowait((call, routing, payload, logged))
                return
            except asyncio.QueueFull:
                self._shadows_dropped += 1
        if logged:
            self._log.add(call)

    async def shadow(self) -> None:
        """Send copies to shadows, until cancelled."""
        while True:
            call, routing, payload, logged = await self._shadows.get()
            for version in routing.shadows:
                begun = time.perf_counter()
                answer = await self._pass_on(routing, version, payload, strict=True)
                self._counters.add(version, answer.status, (time.perf_counter() - begun) * 1000)
                call.shadow.append((version, answer))
            if logged:
                self._log.add(call)
            self._shadows.task_done()

    async def finish(self) -> None:
        """Write what was not written yet."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PING_S):
                await self._shadows.join()
        await self._log.flush()
        await self._count()

    async def look(self) -> None:
        """New routes that nobody told of, what was counted, who does not answer; until cancelled."""
        pinged = 0.0
        while True:
            await asyncio.sleep(LOOK_S)
            if self.reload() or not self._told:
                self.tell()
            if time.monotonic() - pinged >= PING_S:
                pinged = time.monotonic()
                backends = self._routing.all_backends().values()
                if any(await asyncio.gather(*(backend.ping(PING_S) for backend in backends))):
                    ring(self._key)
            await self._count()

    async def _count(self) -> None:
        silent = {slot: b.silent_since for slot, b in self._routing.all_backends().items() if b.silent_since}
        counted: dict[str, Any] = {"versions": self._counters.to_json(), "silent": silent}
        counted |= {"shadows_dropped": self._shadows_dropped, "log_dropped": self._log.dropped}
        if counted != self._written:
            try:
                await asyncio.to_thread(replace_json, self._folder.counters, counted)
                self._written = counted
            except OSError as error:  # a full disk stops no prediction
                print(f"The counters can't be written: {error}", file=sys.stderr, flush=True)

    async def log(self) -> None:
        """Write the log of requests, until cancelled."""
        await self._log.run()


def _is_ping(method: bytes, path: bytes) -> bool:
    return method == b"GET" and path in (b"/ping", b"/health")


def main() -> None:
    """Route: ``FOLDER KEY PORT LIMIT_S``; port 0 is any free one, and the one of before where there was one."""
    folder, key, port, limit_s = ServingFolder(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    os.chdir(folder.path)
    lock = take_lock(ROUTER)
    if lock is None:
        sys.exit(EXIT_TAKEN)
    token = folder.token
    if token is None:
        sys.exit(f"There is no token in {folder.path}.")
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(_route(Router(folder, token, key, limit_s), folder, key, folder.port or port))


async def _route(router: Router, folder: ServingFolder, key: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    connections = Connections(router.handle, router.admit)
    with Bell(key, "router") as bell:
        router.reload()
        try:
            server = await loop.create_server(connections, "127.0.0.1", port, backlog=BACKLOG, reuse_address=True)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            sys.exit(f"Port {port} is taken by another program: end that one, or deploy to another port.")
        if folder.port is None:
            write_json(folder.path / "port", server.sockets[0].getsockname()[1])
        router.note["port"] = folder.port
        router.tell()
        print(f"Ready at port {folder.port}, process {os.getpid()}.", flush=True)

        def on_ring() -> None:
            bell.clear()
            if router.reload():
                router.tell()

        loop.add_reader(bell.fileno(), on_ring)
        work: list[Coroutine[Any, Any, None]] = [router.look(), router.log()]
        tasks = [loop.create_task(part) for part in (*work, *(router.shadow() for _ in range(SHADOW_TASKS)))]
        await _until(stop, tasks)
        await connections.close(server, GRACE_S)
        await router.finish()
        for task in tasks:
            task.cancel()
        loop.remove_reader(bell.fileno())


async def _until(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the end; a defect of what goes on in the background ends the router, and the agent starts it anew."""
    waiting = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


if __name__ == "__main__":
    main()
