"""Waiting for a deployment to be as it is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ...errors import ExecutionFailed, Unavailable
from ...store.bell import Bell
from .service import DeploymentService

__all__ = ["wait_for_deployment"]

LOOK_S = 1.0
CHECK_AGENT_S = 5.0
_SETTLED = ("READY", "STOPPED", "DEGRADED", "FAILED")


def wait_for_deployment(
    service: DeploymentService,
    key: str,
    name: str,
    timeout_s: float | None = None,
    *,
    say: Callable[[str], object] = lambda message: None,
) -> dict[str, Any]:
    """The deployment once it serves what it should, or is stopped. One whose agent died gets a new one meanwhile.

    Parameters
    ----------
    key: Of the store's bell.
    timeout_s: Seconds; None for as long as it takes.
    say: Called with what is waited for, each time that it is something else.

    Raises
    ------
    ExecutionFailed: ``deployment_failed``: something of it does not run; it is tried again all the same.
    Unavailable: ``wait_timed_out``; it goes on.
    NotFound: ``deployment_unknown``.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    next_check = time.monotonic() + CHECK_AGENT_S
    said = ""
    with Bell(key, "wait") as bell:
        while True:
            if time.monotonic() > next_check:
                next_check = time.monotonic() + CHECK_AGENT_S
                service.keep_agent()
            found = service.get(name)
            if found["state"] in _SETTLED:
                if found["state"] in ("DEGRADED", "FAILED") and not _loading(found):
                    raise ExecutionFailed(
                        "deployment_failed",
                        f"`{name}` is {found['state'].lower()}: {found['message']}",
                        f"`jupyter mlx models log {name}` shows what its processes said.",
                    )
                if found["state"] in ("READY", "STOPPED"):
                    return found
            if found["message"] and found["message"] != said:
                said = found["message"]
                say(said)
            left = LOOK_S if deadline is None else min(LOOK_S, deadline - time.monotonic())
            if left <= 0:
                raise Unavailable(
                    "wait_timed_out",
                    f"`{name}` is {found['state'].lower()} after {timeout_s:g} s: {found['message']}",
                    "It goes on; wait longer, or look at it later.",
                )
            bell.wait(left)


def _loading(found: dict[str, Any]) -> bool:
    """Whether all that is missing is on its way."""
    states = {version["state"] for version in found["versions"]}
    return found["state"] == "DEGRADED" and "CRASHED" not in states and "STARTING" in states
