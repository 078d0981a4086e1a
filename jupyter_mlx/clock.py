"""The one clock: UTC, timezone-aware, replaceable so that tests move time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock", "from_iso", "to_iso"]


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment that it was last set to."""
        return self._now

    def advance(self, **delta: float) -> None:
        """Move by a `timedelta`'s keywords; negative values step back."""
        self._now += timedelta(**delta)


def to_iso(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC with a ``Z``, or None.

    >>> to_iso(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000Z'
    """
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """The moment that `to_iso` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)
