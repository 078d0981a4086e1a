"""Cron expressions in a time zone, read by cronsim.

cronsim fires once, not twice, in the night when the clock goes back, and explains itself in words.
"""

from __future__ import annotations

import difflib
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cronsim import CronSim, CronSimError

from ..errors import InvalidInput

__all__ = ["due_firings", "explain", "next_firings"]

MAX_DUE = 1000
FIELDS = 5


def _simulate(cron: str, timezone: str, after: datetime) -> CronSim:
    """cronsim's iterator of firings after a moment.

    Raises
    ------
    InvalidInput: ``timezone_unknown`` or ``cron_invalid``.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = difflib.get_close_matches(timezone, available_timezones(), n=1)
        raise InvalidInput(
            "timezone_unknown",
            f"There is no time zone `{timezone}`.",
            f"Did you mean `{near[0]}`?" if near else "Use a name such as `Europe/Warsaw` or `UTC`.",
            field="timezone",
        ) from error
    try:
        if len(cron.split()) != FIELDS:
            raise CronSimError(f"{len(cron.split())} fields")  # cronsim would take a sixth one, for seconds
        return CronSim(cron, after.astimezone(zone))
    except CronSimError as error:
        raise InvalidInput(
            "cron_invalid",
            f"`{cron}` is no cron expression: {error}.",
            "Five fields: minute hour day month weekday. `30 2 * * 1-5` is 02:30 on weekdays.",
            field="cron",
        ) from error


def next_firings(cron: str, timezone: str, after: datetime, count: int) -> list[datetime]:
    """The next firings after a moment, in the schedule's zone; fewer where the expression never fires again.

    Raises
    ------
    InvalidInput: As the expression or the zone deserves.
    """
    simulation = _simulate(cron, timezone, after)
    found = []
    for _ in range(count):
        try:
            found.append(next(simulation))
        except StopIteration:
            break
    return found


def explain(cron: str, timezone: str) -> str:
    """When an expression fires, in words."""
    words: str = _simulate(cron, timezone, datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))).explain()
    return f"{words} ({timezone})"


def due_firings(cron: str, timezone: str, first: datetime, now: datetime) -> list[datetime]:
    """The firings from `first` to `now`, the last `MAX_DUE` of them."""
    found = [first]
    for moment in _simulate(cron, timezone, first):
        if moment > now:
            break
        found.append(moment)
        if len(found) > MAX_DUE:
            found.pop(0)
    return found
