"""Processes that do one thing at a time for this one: kept warm for the next request, killed when one takes too long.

One request a line on a process's input, one answer a line on its output::

    → {…, "limit_s"}
    ← {"result": …}  or  {"error": {…, "status"}}

`WorkerPool` is this side of it, `serve` the other.
"""

from __future__ import annotations

import json
import os
import select
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from .errors import Conflict, ExecutionFailed, Forbidden, InvalidInput, MlxError, NotFound, StorageFull, Unavailable

__all__ = ["TimeIsUp", "WorkerEnded", "WorkerPool", "serve"]

_KINDS: dict[int, type[MlxError]] = {
    kind.status: kind
    for kind in (InvalidInput, Forbidden, NotFound, Conflict, Unavailable, StorageFull, ExecutionFailed)
}
_CHUNK = 1 << 20


class TimeIsUp(Exception):
    """A process was killed in the middle of its work; the pool's caller decides what that means."""


class WorkerEnded(Exception):
    """A process ended without an answer."""


class WorkerPool:
    """Has requests answered in processes of their own; safe to call from several threads.

    Parameters
    ----------
    module: What the processes run: it calls `serve`.
    size: Requests at a time; others wait.
    environment: What the processes have in theirs besides this process's.
    """

    def __init__(self, module: str, size: int = 2, environment: Mapping[str, str] | None = None) -> None:
        self._module = module
        self._environment = environment or {}
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []

    def ask(self, request: Mapping[str, Any], limit_s: float) -> Any:
        """The result of a request.

        Parameters
        ----------
        limit_s: Seconds, the start of a process included, after which it is killed.

        Raises
        ------
        TimeIsUp: It took longer.
        WorkerEnded: The process ended without an answer.
        MlxError: What the process answered.
        """
        line = json.dumps({**request, "limit_s": limit_s}).encode() + b"\n"
        with self._slots:
            deadline = time.monotonic() + limit_s
            answer = json.loads(self._ask(line, deadline))
        if "error" in answer:
            status = answer["error"].pop("status")
            raise _KINDS.get(status, ExecutionFailed).from_json(answer["error"])
        return answer["result"]

    def warm_up(self) -> None:
        """Start a process where none waits, so that the next request finds one that has loaded what it needs."""
        with self._lock:
            if not self._idle:
                self._idle.append(self._start())

    def _start(self) -> subprocess.Popen[bytes]:
        # -P: the working folder is no place to import from, a notebook's neighbour could be named json.py.
        return subprocess.Popen(
            [sys.executable, "-P", "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **self._environment},
        )

    def _ask(self, line: bytes, deadline: float) -> bytes:
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        if kept is not None:
            try:
                return self._exchange(kept, line, deadline)
            except WorkerEnded:
                pass  # it had waited long enough and went away: a new one is asked
        return self._exchange(self._start(), line, deadline)

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
                    raise WorkerEnded("it takes no request") from error
                if not left:
                    selector.unregister(target)
            if source in ready:
                chunk = os.read(source, _CHUNK)
                if not chunk:
                    raise WorkerEnded(f"exit code {process.wait()}")
                chunks.append(chunk)
                if chunk.endswith(b"\n"):
                    return b"".join(chunks)


def serve(answer: Callable[[Mapping[str, Any]], Any], prepare: Callable[[], None], idle_s: float = 60.0) -> None:
    """Answer requests until the input ends, or nobody has asked for a while.

    Parameters
    ----------
    answer: Makes the result of a request, something that JSON can hold; an `MlxError` is handed on.
    prepare: Loads what is needed, while the first request is on its way.
    idle_s: Seconds.
    """
    # Nothing but answers may go there, whatever a library prints.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    prepare()
    while select.select([0], [], [], idle_s)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        request = json.loads(line)
        # Should the parent die meanwhile, nobody else would end this one.
        signal.alarm(int(request["limit_s"]) + 2)
        try:
            document: dict[str, Any] = {"result": answer(request)}
        except MlxError as error:
            document = {"error": {**error.to_json(), "status": error.status}}
        signal.alarm(0)
        answers.write(json.dumps(document).encode() + b"\n")
        answers.flush()
