"""HTTP/1.1 as the router and the processes behind it answer it: whole requests, whole answers, connections kept.

It is thin on purpose: what a web framework adds to a request is more than the router may cost.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

import httptools

__all__ = ["Admit", "Answer", "Connections", "Request", "event_loop", "refusal"]

BODY_LIMIT = 50_000_000
"""Bytes."""
HEAD_LIMIT = 64_000
IDLE_S = 75.0
PIPELINED = 8
_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


@dataclass(slots=True)
class Request:
    """A request, whole. Names of headers are in lower case. The body of one that was `refused` by its head is empty."""

    method: bytes
    path: bytes
    headers: dict[bytes, bytes]
    body: bytes
    keep_alive: bool = True
    refused: Answer | None = None


@dataclass(slots=True)
class Answer:
    """An answer, whole."""

    status: int
    body: bytes
    content_type: bytes = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def encode(self, keep_alive: bool, *, with_body: bool = True) -> bytes:
        """The bytes that go over the wire."""
        parts = [_LINES[self.status], b"content-type: ", self.content_type]
        parts += [b"\r\ncontent-length: ", str(len(self.body)).encode()]
        for name, value in self.headers:
            parts += [b"\r\n", name, b": ", value]
        parts.append(b"\r\nconnection: keep-alive\r\n\r\n" if keep_alive else b"\r\nconnection: close\r\n\r\n")
        if with_body:
            parts.append(self.body)
        return b"".join(parts)


def refusal(status: int, code: str, message: str, *headers: tuple[bytes, bytes]) -> Answer:
    """An error as MLflow's scoring server words them: ``{"error_code", "message"}``."""
    return Answer(status, json.dumps({"error_code": code, "message": message}).encode(), headers=headers)


def event_loop() -> asyncio.AbstractEventLoop:
    """A new event loop, the fast one where there is one."""
    try:
        import uvloop
    except ImportError:  # Windows has none
        return asyncio.new_event_loop()
    return cast("asyncio.AbstractEventLoop", uvloop.new_event_loop())


Handle = Callable[[Request], Awaitable[Answer]]
Admit = Callable[[bytes, bytes, dict[bytes, bytes]], Answer | None]


@dataclass
class Connections:
    """All connections of a server; `close` lets what is being answered be answered.

    Parameters
    ----------
    handle: Answers a request.
    admit: Says by method, path and headers why a request is refused, or None: what a stranger sends is not kept.
    """

    handle: Handle
    admit: Admit = lambda _method, _path, _headers: None
    open: set[_Connection] = field(default_factory=set)
    closing: bool = False

    def __call__(self) -> _Connection:
        """A protocol for one more connection."""
        return _Connection(self)

    async def close(self, server: asyncio.Server, grace_s: float) -> None:
        """Take no more, answer what was asked, then end; after `grace_s` in any case."""
        server.close()
        self.closing = True
        for connection in list(self.open):
            connection.close_when_done()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                while self.open:
                    await asyncio.wait([connection.ended for connection in self.open])
        for connection in list(self.open):
            connection.abort()


class _Connection(asyncio.Protocol):
    """One client: requests are read whole and answered in turn."""

    def __init__(self, owner: Connections) -> None:
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None
        self._refusal: Answer | None = None
        self._heard = self._loop.time()
        self._may_write: asyncio.Future[None] | None = None
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._begin()

    # -- the transport ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._owner.open.add(self)
        self._timer = self._loop.call_later(IDLE_S, self._look_for_idleness)

    def connection_lost(self, error: Exception | None) -> None:
        self._owner.open.discard(self)
        self._timer.cancel()
        if not self.ended.done():
            self.ended.set_result(None)
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        if self._refusal is not None:
            return  # it is told that it goes too far; what it still sends is of no interest
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refusal = self._refusal or refusal(400, "BAD_REQUEST", "This is no HTTP/1.1 request.")
        if self._refusal is not None and self._task is None:
            self._refuse()

    def pause_writing(self) -> None:
        self._may_write = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._may_write is not None and not self._may_write.done():
            self._may_write.set_result(None)
        self._may_write = None

    def close_when_done(self) -> None:
        """Close once nothing waits for an answer."""
        if self._task is None:
            self._transport.close()

    def abort(self) -> None:
        """Close now."""
        if self._task is not None:
            self._task.cancel()
        self._transport.abort()

    def _look_for_idleness(self) -> None:
        quiet_s = self._loop.time() - self._heard
        if self._task is None and quiet_s >= IDLE_S:
            self._transport.close()
            return
        self._timer = self._loop.call_later(max(1.0, IDLE_S - quiet_s), self._look_for_idleness)

    # -- the parser ------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._url = b""
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._refused: Answer | None = None
        self._head_bytes = 0
        self._body_bytes = 0

    def on_message_begin(self) -> None:
        self._begin()

    def on_url(self, url: bytes) -> None:
        self._count_head(len(url))
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value))
        self._headers[name.lower()] = value

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > HEAD_LIMIT:
            self._refusal = refusal(431, "BAD_REQUEST", f"The headers are longer than {HEAD_LIMIT:,} bytes.")

    def on_headers_complete(self) -> None:
        self._refused = self._owner.admit(self._parser.get_method(), self._url, self._headers)
        length = self._headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > BODY_LIMIT:
            self._refuse_body()
        elif self._headers.get(b"expect", b"").lower() == b"100-continue" and self._refusal is None:
            self._refusal = self._refused
            if self._refusal is None:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes > BODY_LIMIT:
            self._refuse_body()
        elif self._refusal is None and self._refused is None:
            self._body.append(body)

    def _refuse_body(self) -> None:
        self._body.clear()
        self._refusal = refusal(
            413, "REQUEST_TOO_LARGE", f"The body is longer than {BODY_LIMIT:,} bytes: send fewer rows at a time."
        )

    def on_message_complete(self) -> None:
        if self._refusal is not None:
            return
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        keep = self._parser.should_keep_alive()
        request = Request(self._parser.get_method(), self._url, self._headers, body, keep, self._refused)
        self._waiting.append(request)
        if self._task is None:
            self._task = self._loop.create_task(self._answer())
        elif len(self._waiting) >= PIPELINED:
            self._transport.pause_reading()

    # -- answering -------------------------------------------------------------------------------------------

    async def _answer(self) -> None:
        keep = True
        while self._waiting and keep and not self._transport.is_closing():
            request = self._waiting.popleft()
            try:
                answer = request.refused or await self._owner.handle(request)
            except Exception as error:  # noqa: BLE001 - whatever it is, the client is not left waiting
                traceback.print_exception(error)
                answer = refusal(500, "INTERNAL_ERROR", f"{type(error).__name__}: {error}")
            keep = request.keep_alive and not self._owner.closing
            self._transport.write(answer.encode(keep, with_body=request.method != b"HEAD"))
            self._heard = self._loop.time()
            if self._may_write is not None:
                await self._may_write
        self._task = None
        if self._refusal is not None:
            self._refuse()
        elif not keep:
            self._transport.close()
        else:
            self._transport.resume_reading()

    def _refuse(self) -> None:
        assert self._refusal is not None
        self._transport.write(self._refusal.encode(keep_alive=False))
        self._transport.close()
