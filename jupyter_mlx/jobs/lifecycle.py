"""The one table of states. Whatever is not in it is refused.

A run is QUEUED until an agent claims it for an attempt, then shows the attempt's state. When an attempt
ends badly and the retry policy allows another, the run goes back to QUEUED and the attempt keeps its end.
"""

from __future__ import annotations

from enum import StrEnum

from ..errors import Conflict

__all__ = ["ENDED", "RETRIED", "State", "check_attempt", "check_run"]


class State(StrEnum):
    """Where a run or an attempt is."""

    QUEUED = "QUEUED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLED = "CANCELLED"
    LOST = "LOST"
    SKIPPED = "SKIPPED"


_BROKEN = frozenset({State.FAILED, State.TIMED_OUT, State.CANCELLED, State.LOST})
ENDED = _BROKEN | {State.SUCCEEDED, State.SKIPPED}
"""States that only an explicit retry leaves."""
RETRIED = frozenset({State.FAILED, State.TIMED_OUT, State.LOST})
"""Ends of an attempt after which the retry policy is asked."""

_ATTEMPT: dict[State, frozenset[State]] = {
    State.STARTING: _BROKEN | {State.RUNNING},
    State.RUNNING: _BROKEN | {State.SUCCEEDED},
}

_RUN: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.STARTING, State.CANCELLED, State.SKIPPED, State.FAILED}),
    State.STARTING: _ATTEMPT[State.STARTING] | {State.QUEUED},
    State.RUNNING: _ATTEMPT[State.RUNNING] | {State.QUEUED},
    **{state: frozenset({State.QUEUED}) for state in _BROKEN | {State.SUCCEEDED}},
}


def check_run(old: State, new: State) -> None:
    """Refuse a change of a run's state that is not in the table.

    Raises
    ------
    Conflict: ``state_change_refused``.
    """
    _check(_RUN, "run", old, new)


def check_attempt(old: State, new: State) -> None:
    """Refuse a change of an attempt's state that is not in the table.

    Raises
    ------
    Conflict: ``state_change_refused``.
    """
    _check(_ATTEMPT, "attempt", old, new)


def _check(table: dict[State, frozenset[State]], what: str, old: State, new: State) -> None:
    if new not in table.get(old, frozenset()):
        raise Conflict(
            "state_change_refused", f"A {what} that is {old} can't become {new}.", "Look at its state again."
        )
