"""A process that is kept running: started, adopted, watched, restarted with more and more patience, ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ...clock import Clock
from ...files import read_json
from ...processes import identity, is_alive
from .folder import ServingFolder

__all__ = ["CRASHED", "READY", "STARTING", "STOPPED", "Slot"]

STARTING = "STARTING"
READY = "READY"
CRASHED = "CRASHED"
STOPPED = "STOPPED"
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
STEADY_S = 60.0
"""A process that was ready for so long has no bad past any more."""
END_S = 35.0
"""How long one may take to answer what it has, before it is killed."""
LOG_BYTES = 10_000_000
MESSAGE = 600
SAID_BYTES = 10_000


@dataclass(eq=False)
class Slot:
    """A place for one process, a session of its own that goes on without the agent.

    Parameters
    ----------
    command: What is run.
    environment: What it has in its environment.
    """

    folder: ServingFolder
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    clock: Clock
    state: str = STOPPED
    message: str = ""
    restarts: int = 0
    since: datetime | None = None
    next_try_at: datetime | None = None
    process: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._not_before = 0.0
        self._ready_at = 0.0
        self._kill_at: float | None = None
        self._log_begins = 0
        self._adopt()

    @property
    def pid(self) -> int | None:
        """The id of its process."""
        return self.process["pid"] if self.process else None

    def note(self) -> dict[str, Any]:
        """What its present process says of itself."""
        found = read_json(self.folder.note(self.name))
        return found if isinstance(found, dict) and self.process and found.get("process") == self.process else {}

    def keep(self) -> None:
        """Have it run; called again and again."""
        if self.process is not None and not self._alive():
            self._ended()
        if self.process is None and time.monotonic() >= self._not_before:
            self._start()
        if self.state == STARTING and self.note().get("ready"):
            self.state, self.since, self.message = READY, self.clock.now(), ""
            self._ready_at = time.monotonic()
        self._bound_log()
        if self.state == READY and time.monotonic() - self._ready_at > STEADY_S:
            self._failures = 0

    def hurry(self) -> None:
        """Somebody changed something: the next try need not wait."""
        self._not_before, self._failures = 0.0, 0

    def watch(self) -> None:
        """See whether it still runs; one that ended is not started again."""
        if self.process is not None and not self._alive():
            self._clear()
            self.state = STOPPED

    def end(self) -> bool:
        """Have it end: what it has is answered first. Called again and again until it is True: it is gone."""
        if self.process is None or not self._alive():
            self._clear()
            self.state = STOPPED
            return True
        now = time.monotonic()
        if self._kill_at is None:
            self._kill_at = now + END_S
            self._signal(signal.SIGTERM)
        elif now > self._kill_at:
            self.kill()
        return False

    def kill(self) -> None:
        """End it now, and all of its group."""
        self._signal(signal.SIGKILL)

    # -- the process -----------------------------------------------------------------------------------------

    def _adopt(self) -> None:
        """Take over a process that an earlier agent started."""
        found = read_json(self.folder.note(self.name))
        if isinstance(found, dict) and is_alive(found.get("process")):
            self.process = found["process"]
            self.state, self.since = STARTING, self.clock.now()

    def _alive(self) -> bool:
        if self._child is not None and self._child.poll() is not None:
            return False
        return is_alive(self.process)

    def _start(self) -> None:
        log = self.folder.log(self.name)
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._log_begins = os.fstat(handle).st_size
            self._child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=handle,
                cwd=self.folder.path,
                env=dict(self.environment),
                start_new_session=True,
            )
        finally:
            os.close(handle)
        # One that ended in this moment has no identity any more: it is seen as ended at the next look.
        self.process = identity(self._child.pid) or {"boot": "", "pid": self._child.pid, "started": 0.0}
        self.state, self.since, self.next_try_at, self._kill_at = STARTING, self.clock.now(), None, None

    def _ended(self) -> None:
        """It ended by itself: say how, and wait before the next try."""
        from .server import EXIT_TAKEN

        code = self._child.returncode if self._child is not None else None
        message = self._how(code)
        self._clear()
        if code == EXIT_TAKEN:
            # One that an agent had started before it could write it down; it leaves its note while it starts.
            self._adopt()
            if self.process is not None:
                return
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**self._failures)
        self._failures += 1
        self.restarts += 1
        self._not_before = time.monotonic() + wait_s
        self.state, self.message, self.since = CRASHED, message, self.clock.now()
        self.next_try_at = self.clock.now() + timedelta(seconds=wait_s)

    def _how(self, code: int | None) -> str:
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            return f"Its process was ended by {name}." + (" Is there too little memory?" if code == -9 else "")
        lines = [line.strip() for line in self._said().splitlines() if line.strip()]
        how = "Its process ended" if code is None else f"Its process ended with exit code {code}"
        return f"{how}: {lines[-1][:MESSAGE].rstrip('.')}." if lines else f"{how}."

    def _said(self) -> str:
        """The last that the process printed since it was started."""
        with contextlib.suppress(FileNotFoundError), self.folder.log(self.name).open("rb") as file:
            file.seek(max(self._log_begins, file.seek(0, os.SEEK_END) - SAID_BYTES))
            return file.read().decode(errors="replace")
        return ""

    def _bound_log(self) -> None:
        """Begin the log anew where it is long; the old one is kept aside."""
        log = self.folder.log(self.name)
        with contextlib.suppress(FileNotFoundError):
            if log.stat().st_size > LOG_BYTES:
                shutil.copyfile(log, log.with_suffix(".1.log"))
                os.truncate(log, 0)
                self._log_begins = 0

    def _clear(self) -> None:
        if self.process is not None:
            self._signal(signal.SIGKILL)  # what it left behind in its session
        if self._child is not None:
            self._child.wait()
        self.process = self._child = self._kill_at = None

    def _signal(self, number: signal.Signals) -> None:
        """To the group: a leader's id is no other process's as long as its group has a member."""
        assert self.process is not None
        if number == signal.SIGTERM:
            if is_alive(self.process):
                os.kill(self.process["pid"], number)
            return
        found = identity(self.process["pid"])
        if found is not None and found != self.process:
            return  # its id is somebody else's by now
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process["pid"], number)
