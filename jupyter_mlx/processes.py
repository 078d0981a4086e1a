"""Who a process is, over restarts and reused ids, and how to end all of its kin."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

__all__ = [
    "TOKEN_VARIABLE",
    "adopt_orphans",
    "end_all",
    "end_descendants",
    "identity",
    "is_alive",
    "own_identity",
    "present_run",
    "tagged",
]

TOKEN_VARIABLE = "MLX_ATTEMPT"  # noqa: S105 - no secret
"""Every process of an attempt inherits this: it finds children that left their group, session and parent."""


def present_run() -> str | None:
    """The id of the run that this process is part of; None outside of runs."""
    return os.environ.get("MLX_RUN_ID") or None


def boot_id() -> str:
    """What tells this boot of the machine from the others."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except FileNotFoundError:
        return str(int(psutil.boot_time()))


def identity(pid: int) -> dict[str, Any] | None:
    """`{"boot", "pid", "started"}` of a running process; None where it is gone.

    `started` counts from the boot on Linux: the wall clock may step, and with it what it says of the past.
    """
    try:
        return {"boot": boot_id(), "pid": pid, "started": _started(pid)}
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return None


def _started(pid: int) -> float:
    """When a process started: clock ticks since the boot on Linux (proc(5), field 22), else seconds since 1970."""
    if sys.platform != "linux":
        return psutil.Process(pid).create_time()
    # The name, in parentheses, may hold spaces and parentheses itself.
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return float(fields[19])


def own_identity() -> dict[str, Any]:
    """The identity of this process."""
    found = identity(os.getpid())
    assert found is not None
    return found


def is_alive(process: dict[str, Any] | None) -> bool:
    """Whether that very process still runs: the same boot, id and start time, and no zombie."""
    if not process or identity(process["pid"]) != process:
        return False
    try:
        return psutil.Process(process["pid"]).status() != psutil.STATUS_ZOMBIE
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


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that `end_descendants` finds them. Linux only."""
    if sys.platform != "linux":
        return
    import ctypes

    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def end_descendants(*, timeout_s: float = 10.0) -> list[int]:
    """Kill all that this process started, at whatever remove; the ids that were still there after the time."""
    return _end(lambda: _alive(psutil.Process().children(recursive=True)), timeout_s)


def end_all(token: str, *, timeout_s: float = 10.0) -> list[int]:
    """Kill every process of an attempt with its descendants, and those that they start meanwhile.

    Returns
    -------
    The ids that were still there when the time was over: an empty list is the rule.
    """
    return _end(lambda: _alive(_with_descendants(tagged(token))), timeout_s)


def _with_descendants(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Processes, and what they started with a cleaned environment."""
    found = {process.pid: process for process in processes}
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found |= {child.pid: child for child in process.children(recursive=True)}
    return list(found.values())


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    left = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
    return left


def _end(look: Callable[[], list[psutil.Process]], timeout_s: float) -> list[int]:
    deadline = time.monotonic() + timeout_s
    while True:
        left = look()
        if not left or time.monotonic() > deadline:
            return [process.pid for process in left]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(left, timeout=0.2)
