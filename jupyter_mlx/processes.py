"""Who a process is, over restarts and reused ids, and how to end all of its kin."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil

__all__ = ["TOKEN_VARIABLE", "end_all", "identity", "is_alive", "own_identity", "tagged"]

TOKEN_VARIABLE = "MLX_ATTEMPT"  # noqa: S105 - no secret
"""Every process of an attempt inherits this: it finds children that left their group, session and parent."""


def boot_id() -> str:
    """What tells this boot of the machine from the others."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except FileNotFoundError:
        return str(int(psutil.boot_time()))


def identity(pid: int) -> dict[str, Any] | None:
    """`{"boot", "pid", "started"}` of a running process; None where it is gone. `started` is seconds since 1970."""
    try:
        return {"boot": boot_id(), "pid": pid, "started": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return None


def own_identity() -> dict[str, Any]:
    """The identity of this process."""
    found = identity(os.getpid())
    assert found is not None
    return found


def is_alive(process: dict[str, Any] | None) -> bool:
    """Whether that very process still runs: the same boot, id and start time, and no zombie."""
    if not process or process["boot"] != boot_id():
        return False
    try:
        found = psutil.Process(process["pid"])
        # The clock's resolution is 10 ms; a reused id starts later than that.
        return abs(found.create_time() - process["started"]) < 0.05 and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def tagged(token: str) -> list[psutil.Process]:
    """All processes of this user whose environment carries an attempt's token."""
    found = []
    wanted = f"{TOKEN_VARIABLE}={token}".encode()
    for process in psutil.process_iter():
        try:
            if wanted in _environment(process) and process.pid != os.getpid():
                found.append(process)
        except (psutil.Error, OSError):
            continue  # it ended, or it belongs to somebody else
    return found


def _environment(process: psutil.Process) -> list[bytes]:
    path = Path(f"/proc/{process.pid}/environ")
    if path.parent.exists():
        return path.read_bytes().split(b"\0")
    return [f"{key}={value}".encode() for key, value in process.environ().items()]


def end_all(token: str, *, timeout_s: float = 10.0) -> list[int]:
    """Kill every process of an attempt, and those that they start meanwhile.

    Returns
    -------
    The ids that were still there when the time was over: an empty list is the rule.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        left = [process for process in tagged(token) if process.status() != psutil.STATUS_ZOMBIE]
        if not left or time.monotonic() > deadline:
            return [process.pid for process in left]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(left, timeout=0.2)
