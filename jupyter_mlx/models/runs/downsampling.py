"""Curves thinned out with their extremes kept.

The steps are cut into equal parts (the time, where nobody counted steps). Of each part the least and the greatest value
stay, with the first point and the last of all; NaN has a point of its own in each part where it comes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .shown import shown_value

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
    """Into how many parts the steps are cut, so that two points of each, and both ends, are about so many."""
    return max(1, (points - 2) // 2)


def thin(points: Sequence[Point], window: Window, start: int) -> list[Point]:
    """Points in the window, in their order along the axis; of many, those that show the shape of all.

    Parameters
    ----------
    start: Of the run, in milliseconds since 1970.
    """
    low, high = window.bounds(start)
    by_time = window.axis == "time"

    def along(point: Point) -> tuple[int, int]:
        return (point.at, point.step) if by_time else (point.step, point.at)

    inside = [
        point
        for point in points
        if (low is None or along(point)[0] >= low) and (high is None or along(point)[0] <= high)
    ]
    if len(inside) > window.points:
        inside = _shape(inside, parts_of(window.points))
    return sorted(inside, key=along)


def _shape(points: Sequence[Point], parts: int) -> list[Point]:
    by_step = min(point.step for point in points) < max(point.step for point in points)  # else nobody counted steps

    def place(point: Point) -> tuple[int, int]:
        return (point.step, point.at) if by_step else (point.at, point.step)

    first, last = min(points, key=place), max(points, key=place)
    low, width = place(first)[0], place(last)[0] - place(first)[0] + 1
    groups: dict[int, list[Point]] = {}
    for point in points:
        groups.setdefault((place(point)[0] - low) * parts // width, []).append(point)
    kept = {first, last}
    for group in groups.values():
        finite = [point for point in group if not math.isnan(point.value)]
        if finite:
            kept |= {min(finite, key=_by_value), max(finite, key=_by_value)}
        if len(finite) < len(group):
            kept.add(next(point for point in group if math.isnan(point.value)))
    return list(kept)


def _by_value(point: Point) -> float:
    return point.value


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
