"""Executes attempts on this host, forked from the template process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ..template import environment
from .port import Exited, Started

__all__ = ["LocalLauncher"]

RESTART_AFTER_S = 2.0
RESTART_AT_MOST_S = 60.0
PATIENCE = 3
"""Starts of the template that may fail before waiting runs are told."""


class LocalLauncher:
    """Talks to the template, and starts a new one when it is gone.

    Parameters
    ----------
    log: File that takes what the template itself prints.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._ready = False
        self._buffer = b""
        self._pending: dict[str, bytes] = {}
        self._started_at = -RESTART_AT_MOST_S
        self._failures = 0

    @property
    def ready(self) -> bool:
        """Whether the template has imported everything."""
        return self._ready

    @property
    def problem(self) -> str | None:
        """Why nothing is executed; None where all is well, or may soon be."""
        if self._failures < PATIENCE:
            return None
        return f"The process that runs notebooks does not start: look at the end of {self._log}."

    def fileno(self) -> int | None:
        """The socket to the template."""
        return self._channel.fileno() if self._channel else None

    def ensure(self) -> None:
        """Start the template unless it runs; after two seconds, and ever later when it fails again and again."""
        wait_s = min(RESTART_AFTER_S * 2.0 ** min(self._failures, 10), RESTART_AT_MOST_S)
        if self._channel is not None or time.monotonic() - self._started_at < wait_s:
            return
        self._started_at = time.monotonic()
        ours, theirs = socket.socketpair()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_mlx.jobs.template"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(os.environ, theirs.fileno()),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        theirs.close()
        ours.setblocking(False)
        self._channel = ours
        # What the last template was told and, as far as we know, did not start; a worker that did start has its
        # folder locked, and the second one ends at once.
        for request in self._pending.values():
            self._send(request)

    def run(self, folder: Path) -> None:
        """Fork a worker for the attempt in a folder."""
        self._request({"op": "run", "folder": str(folder)})

    def finalize(self, folder: Path, state: str, error: dict[str, Any] | None) -> None:
        """Fork a process that makes the results of an attempt whose worker died."""
        self._request({"op": "finalize", "folder": str(folder), "state": state, "error": error})

    def _request(self, request: dict[str, Any]) -> None:
        line = json.dumps(request).encode() + b"\n"
        self._pending[f"{request['op']} {request['folder']}"] = line
        self._send(line)

    def _send(self, line: bytes) -> None:
        if self._channel is None:
            return  # it is sent when the template is there
        try:
            self._channel.setblocking(True)
            self._channel.sendall(line)
            self._channel.setblocking(False)
        except OSError:
            # It is gone. What it said before lies in the socket still: `news` reads that, then its end.
            return

    def news(self) -> list[Started | Exited]:
        """What the template said since last time."""
        if self._channel is None:
            return []
        try:
            content = self._channel.recv(1 << 20)
        except BlockingIOError:
            return []
        except OSError:
            content = b""
        if not content:
            self._drop()
            return []
        self._buffer += content
        *lines, self._buffer = self._buffer.split(b"\n")
        found: list[Started | Exited] = []
        for line in lines:
            message = json.loads(line)
            if message["op"] == "ready":
                self._ready, self._failures = True, 0
                continue
            folder = Path(message["folder"])
            self._pending.pop(f"{message['task']} {message['folder']}", None)
            if message["op"] == "started" and message["task"] == "run":
                found.append(Started(folder, message["process"]))
            elif message["op"] == "exited":
                found.append(Exited(folder, message["task"], message["exit"]))
        return found

    def _drop(self) -> None:
        """The template is gone; its workers may go on."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.poll()
        if not self._ready:
            self._failures += 1
        self._channel, self._ready, self._buffer = None, False, b""

    def close(self, *, for_good: bool) -> None:
        """Let the template end with its last worker."""
        if for_good:
            self._send(b'{"op": "bye"}\n')
        self._drop()
