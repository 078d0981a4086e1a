"""The router's side towards the processes that have models: connections that are kept, and who answers or not."""

from __future__ import annotations

import asyncio
import time
from typing import cast

import httptools

from .http11 import Answer

__all__ = ["Backend", "Disconnected"]

CONNECT_S = 5.0
KEPT = 64
"""Connections a process that are kept while nobody needs them."""
PING = b"GET /ping HTTP/1.1\r\nhost: mlx\r\n\r\n"


class Disconnected(Exception):
    """A process can't be reached, or went away before it had answered."""


class Backend:
    """A process with a version of the model, reached by a socket in the working folder.

    `busy` is how many requests it has at the moment; `up` whether the last one, or the last ping, reached it.
    """

    def __init__(self, slot: str, version: int) -> None:
        self.slot = slot
        self.version = version
        self.busy = 0
        self.up = True
        self.silent_since: float | None = None
        self._idle: list[_Upstream] = []

    async def ask(self, request: bytes, limit_s: float) -> Answer:
        """What it answers to a request.

        Raises
        ------
        Disconnected: It can't be reached, or went away.
        TimeoutError: It took longer than `limit_s` seconds.
        """
        self.busy += 1
        connection = None
        try:
            async with asyncio.timeout(limit_s):
                connection = await self._connection()
                answer = await connection.ask(request)
        except Disconnected:
            self.up = False
            raise
        except BaseException:
            # What it answers later would be taken for the answer to another request.
            if connection is not None:
                connection.close()
            raise
        finally:
            self.busy -= 1
        self.up = True
        if not connection.closed and len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    async def ping(self, limit_s: float) -> bool:
        """Whether it answers; whether that is news. `silent_since` says since when it does not."""
        before = self.up
        try:
            await self.ask(PING, limit_s)
            self.silent_since = None
        except (Disconnected, TimeoutError):
            self.silent_since = self.silent_since or time.time()
        return self.up != before

    def close(self) -> None:
        """Let go of connections; requests that it has are answered."""
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    async def _connection(self) -> _Upstream:
        while self._idle:
            kept = self._idle.pop()
            if not kept.closed:
                return kept
        try:
            async with asyncio.timeout(CONNECT_S):
                loop = asyncio.get_running_loop()
                _, made = await loop.create_unix_connection(_Upstream, f"{self.slot}.sock")
        except (OSError, TimeoutError) as error:
            raise Disconnected(str(error)) from error
        return made


class _Upstream(asyncio.Protocol):
    """A connection to a process, for one request at a time."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self._begin()
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Disconnected("the connection was closed"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            if self._answer is not None and not self._answer.done():
                self._answer.set_exception(Disconnected(f"no HTTP: {error}"))
            self._transport.abort()

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Send a request; the answer to come, or `Disconnected`."""
        self._answer = asyncio.get_running_loop().create_future()
        if self.closed:
            self._answer.set_exception(Disconnected("the connection is closed"))
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Close."""
        self._transport.abort()

    def _begin(self) -> None:
        self._content_type = b"application/json"
        self._keep = True
        self._body: list[bytes] = []

    def on_message_begin(self) -> None:
        self._begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._content_type = value

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        answer = Answer(self._parser.get_status_code(), b"".join(self._body), self._content_type)
        if not self._parser.should_keep_alive():
            self.closed = True
            self._transport.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)
