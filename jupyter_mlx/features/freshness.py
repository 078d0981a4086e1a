"""How fresh is what the online store serves: by when it was brought up to date, its time to live and its schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..clock import to_iso
from .models import ViewDefinition

__all__ = ["GRACE_S", "Freshness", "freshness_of", "oldest_of"]

GRACE_S = 600.0
"""A firing of the schedule counts as missed after this many seconds: its run waits for a place, and takes a while."""
_ORDER = ("never", "expired", "late", "fresh", "offline")


@dataclass(frozen=True)
class Freshness:
    """What is known of a view's values in the online store.

    online_until: The end of the stretch of time that was brought there last; None where nothing was.
    lag_s: Seconds from then to now.
    state: ``fresh``, ``late`` (a firing of the schedule was missed), ``expired`` (older than the time to live),
        ``never``, or ``offline`` (not served).
    words: The same in a sentence.
    """

    online_until: datetime | None
    lag_s: float | None
    state: str
    words: str

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "online_until": None if self.online_until is None else to_iso(self.online_until),
            "lag_s": self.lag_s,
            "state": self.state,
            "words": self.words,
        }


def freshness_of(
    view: ViewDefinition, online_until: datetime | None, now: datetime, due: datetime | None = None
) -> Freshness:
    """The freshness of a view that is not computed on demand.

    Parameters
    ----------
    due: The first firing of the schedule after `online_until`; None without a schedule.
    """
    if not view.online:
        return Freshness(None, None, "offline", "It is not served online.")
    if online_until is None:
        return Freshness(None, None, "never", "It was never materialized: nothing is served.")
    lag = max(0.0, (now - online_until).total_seconds())
    ago = duration(lag)
    if view.ttl_s is not None and lag > view.ttl_s:
        words = f"Materialized up to {ago} ago, past its time to live of {duration(view.ttl_s)}."
        return Freshness(online_until, lag, "expired", words)
    if due is not None and now - due > timedelta(seconds=GRACE_S):
        missed = duration((now - due).total_seconds())
        words = f"Materialized up to {ago} ago; its schedule should have done it again {missed} ago."
        return Freshness(online_until, lag, "late", words)
    return Freshness(online_until, lag, "fresh", f"Materialized up to {ago} ago.")


def oldest_of(sources: list[Freshness]) -> Freshness:
    """The freshness of a view that is computed when it is asked for: that of the stalest of its sources."""
    if not sources:
        return Freshness(None, None, "fresh", "It is computed from the request alone.")
    stalest = min(sources, key=lambda item: (_ORDER.index(item.state), -(item.lag_s or 0.0)))
    words = "It is computed when it is asked for. Its stalest source: " + stalest.words[0].lower() + stalest.words[1:]
    return Freshness(stalest.online_until, stalest.lag_s, stalest.state, words)


def duration(seconds: float) -> str:
    """A length of time in the largest unit of which there is one at least: ``3 h``."""
    for unit, size in (("d", 86_400.0), ("h", 3_600.0), ("min", 60.0)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.0f} s"
