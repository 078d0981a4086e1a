"""Processes that compare notebooks, kept warm for the next comparison and killed when one takes too long."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from ..errors import Forbidden, InvalidInput, MlxError, NotFound, Unavailable

__all__ = ["DiffPool", "TimeIsUp"]

_KINDS: dict[int, type[MlxError]] = {kind.status: kind for kind in (InvalidInput, Forbidden, NotFound)}
_CHUNK = 1 << 20


class TimeIsUp(Exception):
    """A comparison was killed; the pool's caller decides what that means."""


class _Ended(Exception):
    """The process ended without an answer."""


class DiffPool:
    """Runs comparisons in processes of their own; safe to call from several threads.

    Parameters
    ----------
    size: Comparisons at a time; others wait.
    """

    def __init__(self, size: int = 2) -> None:
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []

    def compare(
        self, a: Mapping[str, str], b: Mapping[str, str], *, limit_s: float, fine: bool, report: bool
    ) -> dict[str, Any]:
        """Compare two notebooks; what `notebook_diff.diff_notebooks` returns.

        Parameters
        ----------
        a, b: ``{"path" | "content", "shown"}``.
        limit_s: Seconds, the start of a process included, after which it is killed.

        Raises
        ------
        TimeIsUp: It took longer.
        MlxError: A notebook can't be read.
        Unavailable: ``diff_failed``, the process ended without an answer.
        """
        request = {"a": a, "b": b, "fine": fine, "report": report, "limit_s": limit_s}
        line = json.dumps(request).encode() + b"\n"
        with self._slots:
            deadline = time.monotonic() + limit_s
            answer = json.loads(self._ask(line, deadline))
        if "error" in answer:
            status = answer["error"].pop("status")
            raise _KINDS.get(status, InvalidInput).from_json(answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def _ask(self, line: bytes, deadline: float) -> bytes:
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        if kept is not None:
            try:
                return self._exchange(kept, line, deadline)
            except _Ended:
                pass  # it had waited long enough and went away: a new one is asked
        try:
            return self._exchange(_start(), line, deadline)
        except _Ended as error:
            raise Unavailable(
                "diff_failed",
                f"The process that compares notebooks ended: {error}.",
                "Is there memory left? Clear large outputs, then try again.",
            ) from error

    def _exchange(self, process: subprocess.Popen[bytes], line: bytes, deadline: float) -> bytes:
        try:
            answer = _talk(process, line, deadline)
        except BaseException:
            process.kill()
            _reap(process)
            raise
        with self._lock:
            self._idle.append(process)
        return answer

    def close(self) -> None:
        """End the processes that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.kill()
            _reap(process)


def _start() -> subprocess.Popen[bytes]:
    # -P: the working folder is no place to import from, a notebook's neighbour could be named json.py.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"{__package__}.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _reap(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:
                continue  # what it did not read is of no use any more
    process.wait()


def _talk(process: subprocess.Popen[bytes], line: bytes, deadline: float) -> bytes:
    """Write a request and read its answer, neither past the deadline."""
    assert process.stdin is not None
    assert process.stdout is not None
    source, target = process.stdout.fileno(), process.stdin.fileno()
    os.set_blocking(target, False)
    left = memoryview(line)
    chunks: list[bytes] = []
    # Not select(): it takes no descriptor from 1024 on, and a server with many sockets has those.
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        selector.register(target, selectors.EVENT_WRITE)
        while True:
            ready = {key.fd for key, _ in selector.select(max(0.0, deadline - time.monotonic()))}
            if not ready:
                raise TimeIsUp
            if target in ready:
                try:
                    left = left[os.write(target, left[:_CHUNK]) :]
                except BrokenPipeError as error:
                    raise _Ended("it takes no request") from error
                if not left:
                    selector.unregister(target)
            if source in ready:
                chunk = os.read(source, _CHUNK)
                if not chunk:
                    raise _Ended(f"exit code {process.wait()}")
                chunks.append(chunk)
                if chunk.endswith(b"\n"):
                    return b"".join(chunks)
