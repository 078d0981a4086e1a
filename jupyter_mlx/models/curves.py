"""Curves thinned out with their extremes kept.

The axis is cut into equal parts, and of each the least and the greatest value stay, with the first point and the last;
NaN has a point of its own in each part where it comes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .runs_shown import shown_value

__all__ = ["POINTS", "Point", "Window", "curve_document", "parts_of", "thin"]

POINTS = 1000
"""Points of a curve where no number is asked for."""


@dataclass(frozen=True, order=True)
class Point:
    """One value of a metric. `at` is in milliseconds since 1970."""

    step: int
    at: int
    value: float


@dataclass(frozen=True)
class Window:
    """What of a curve is asked for.

    Parameters
    ----------
    axis: ``step``, or ``time``: seconds from the start of the run.
    points: About how many, at most.
    """

    axis: str = "step"
    since: float | None = None
    until: float | None = None
    points: int = POINTS

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Window:
        """Of a ``CurveRequest``."""
        return cls(
            request.get("axis", "step"), request.get("since"), request.get("until"), request.get("points", POINTS)
        )

    def bounds(self, start: int) -> tuple[float | None, float | None]:
        """`since` and `until` as steps, or as milliseconds since 1970.

        Parameters
        ----------
        start: Of the run, in milliseconds since 1970.
        """
        if self.axis == "step":
            return self.since, self.until
        return tuple(None if bound is None else start + bound * 1000 for bound in (self.since, self.until))  # type: ignore[return-value]


def parts_of(points: int) -> int:
    """Into how many parts the axis is cut, so that two points of each, and both ends, are about so many."""
    return max(1, (points - 2) // 2)


def thin(points: Sequence[Point], window: Window, start: int) -> list[Point]:
    """Points in the window, in their order; of many, those that show the shape of all.

    Parameters
    ----------
    start: Of the run, in milliseconds since 1970.
    """
    low, high = window.bounds(start)

    def place(point: Point) -> int:
        return point.at if by_time else point.step

    by_time = window.axis == "time"
    inside = [
        point for point in points if (low is None or place(point) >= low) and (high is None or place(point) <= high)
    ]
    inside.sort(key=lambda point: (place(point), point.at, point.step))
    if len(inside) <= window.points:
        return inside
    if not by_time and inside[0].step == inside[-1].step:
        by_time = True  # nobody counted steps
    first, last = inside[0], inside[-1]
    width = (place(last) - place(first) + 1) / parts_of(window.points)
    parts: dict[int, list[Point]] = {}
    for point in inside:
        parts.setdefault(int((place(point) - place(first)) / width), []).append(point)
    kept = {first, last}
    for part in parts.values():
        finite = [point for point in part if not math.isnan(point.value)]
        if finite:
            kept |= {min(finite, key=lambda point: point.value), max(finite, key=lambda point: point.value)}
        if len(finite) < len(part):
            kept.add(next(point for point in part if math.isnan(point.value)))
    return sorted(kept, key=lambda point: (place(point), point.at, point.step))


def curve_document(run_id: str, metric: str, total: int, points: Iterable[Point], start: int | None) -> dict[str, Any]:
    """``Curve``.

    Parameters
    ----------
    total: Points that were logged in all.
    start: Of the run, in milliseconds since 1970; its first point's where it is not known.
    """
    listed = list(points)
    begin = start if start is not None else min((point.at for point in listed), default=0)
    return {
        "run_id": run_id,
        "metric": metric,
        "total": total,
        "steps": [point.step for point in listed],
        "seconds": [(point.at - begin) / 1000 for point in listed],
        "values": [shown_value(point.value) for point in listed],
    }
