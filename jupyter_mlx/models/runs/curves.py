"""Curves of a tracking store that is a database: thinned out by it, so that a million points are never handed over."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from .downsampling import Point, Window, curve_document, parts_of
from .tables import latest_metrics, metrics, runs

__all__ = ["read_curves"]


def read_curves(connection: sa.Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """``CurveList``: a curve for each run and metric that has one, runs that are gone apart."""
    window = Window.of(request)
    asked = list(dict.fromkeys(request["runs"]))
    found = connection.execute(
        sa.select(runs.c.run_uuid, runs.c.start_time).where(
            runs.c.run_uuid.in_(asked), runs.c.lifecycle_stage == "active"
        )
    ).all()
    starts = {row.run_uuid: row.start_time for row in found}
    with_a_value = sa.select(latest_metrics.c.run_uuid, latest_metrics.c.key).where(
        latest_metrics.c.run_uuid.in_(list(starts)), latest_metrics.c.key.in_(request["metrics"])
    )
    logged = {(row.run_uuid, row.key) for row in connection.execute(with_a_value)}
    return {
        "items": [
            _curve(connection, run_id, metric, starts[run_id], window)
            for run_id in asked
            for metric in dict.fromkeys(request["metrics"])
            if (run_id, metric) in logged
        ],
        "missing": [run_id for run_id in asked if run_id not in starts],
    }


def _curve(connection: sa.Connection, run_id: str, metric: str, start: int | None, window: Window) -> dict[str, Any]:
    whole = sa.and_(metrics.c.run_uuid == run_id, metrics.c.key == metric)
    counted = sa.select(sa.func.count()).select_from(metrics)
    total = connection.scalar(counted.where(whole)) or 0
    start_or_first = start
    if start_or_first is None:
        start_or_first = connection.scalar(sa.select(sa.func.min(metrics.c.timestamp)).where(whole)) or 0
    place = metrics.c.timestamp if window.axis == "time" else metrics.c.step
    low, high = window.bounds(start_or_first)
    asked = sa.and_(whole, *([place >= low] if low is not None else ()), *([place <= high] if high is not None else ()))
    inside = total if low is None and high is None else connection.scalar(counted.where(asked)) or 0
    if inside <= window.points:
        points: Iterable[Point] = map(_point, connection.execute(_select(asked, place)))
    else:
        points = _Thinning(connection, asked, place, parts_of(window.points)).points()
    return curve_document(run_id, metric, total, points, start_or_first)


_COLUMNS = (metrics.c.step, metrics.c.timestamp, metrics.c.value, metrics.c.is_nan)


def _select(asked: sa.ColumnElement[bool], place: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(asked).order_by(*_order(place))


def _order(place: sa.Column[Any]) -> list[sa.Column[Any]]:
    return [place, *(column for column in (metrics.c.timestamp, metrics.c.step) if column is not place)]


def _point(row: Any) -> Point:
    return Point(row.step, row.timestamp, math.nan if row.is_nan else row.value)


@dataclass(frozen=True)
class _Thinning:
    """Many points, thinned out as `curves.thin` does it."""

    connection: sa.Connection
    asked: sa.ColumnElement[bool]
    place: sa.Column[Any]
    parts: int

    def points(self) -> list[Point]:
        """In their order along the axis."""
        place = metrics.c.step
        first, last = self._ends(place)
        if first.step == last.step:
            place = metrics.c.timestamp  # nobody counted steps
            first, last = self._ends(place)
        by_time = metrics.c.timestamp in (place, self.place)
        low, high = (point.at if place is metrics.c.timestamp else point.step for point in (first, last))
        if self.connection.dialect.name != "sqlite":
            extremes = self._extremes_of_arrays(self._part(place, low, high))
        elif place is metrics.c.step:
            extremes = self._extremes_of_ranges(low, high)
        else:
            extremes = self._extremes_of_groups(self._part(place, low, high))
        kept = {first, last, *extremes}
        return sorted(kept, key=lambda point: (point.at, point.step) if by_time else (point.step, point.at))

    def _ends(self, place: sa.Column[Any]) -> tuple[Point, Point]:
        order = _order(place)
        found = [
            self.connection.execute(sa.select(*_COLUMNS).where(self.asked).order_by(*by).limit(1)).one()
            for by in (order, [column.desc() for column in order])
        ]
        return _point(found[0]), _point(found[1])

    def _part(self, place: sa.Column[Any], low: int, high: int) -> sa.ColumnElement[Any]:
        """The number of the part that a point is in, twice; plus one of NaN, which so has parts of its own."""
        number: sa.ColumnElement[Any] = sa.cast(place - low, sa.Double) * (self.parts / (high - low + 1))
        whole = number if self.connection.dialect.name == "sqlite" else sa.func.floor(number)
        return sa.cast(whole, sa.BigInteger) * 2 + sa.case((metrics.c.is_nan == sa.true(), 1), else_=0)

    # A bare column beside one min() or max() is of the row that has it: https://sqlite.org/lang_select.html

    def _extremes_of_ranges(self, low: int, high: int) -> list[Point]:
        """By an index a part at a time: a third of the time that one query by groups takes."""
        is_nan, value = "is_nan", "CASE WHEN is_nan THEN NULL ELSE value END"
        bounds = [low + (high - low + 1) * number // self.parts for number in range(self.parts + 1)]
        # The whole text is ours; what is asked for is bound.
        asked = self.asked.compile(self.connection.engine, compile_kwargs={"render_postcompile": True})
        names = list(asked.positiontup or ())
        given = tuple(asked.params[name] for name in names)
        source = f"FROM metrics WHERE {asked} AND step >= ? AND step < ?"
        least = f"SELECT step, timestamp, min({value}), total({is_nan}) {source}"
        greatest = f"SELECT step, timestamp, max({value}) {source}"
        unknown = f"SELECT step, timestamp {source} AND {is_nan} LIMIT 1"
        ask = self.connection.exec_driver_sql
        found = []
        for start, end in pairwise(bounds):
            step, at, lowest, missing = ask(least, (*given, start, end)).one()
            if lowest is not None:
                found += [Point(step, at, lowest), Point(*ask(greatest, (*given, start, end)).one())]
            if missing:
                step, at = ask(unknown, (*given, start, end)).one()
                found.append(Point(step, at, math.nan))
        return found

    def _extremes_of_groups(self, part: sa.ColumnElement[Any]) -> list[Point]:
        found = []
        for extreme in (sa.func.min, sa.func.max):
            value = extreme(metrics.c.value).label("value")
            query = sa.select(metrics.c.step, metrics.c.timestamp, value, metrics.c.is_nan)
            found += [_point(row) for row in self.connection.execute(query.where(self.asked).group_by(part))]
        return found

    def _extremes_of_arrays(self, part: sa.ColumnElement[Any]) -> list[Point]:
        # Arrays are ordered by their first element: the least one brings the step and time of the least value along.
        row = array(
            [metrics.c.value, *(sa.cast(column, sa.Double) for column in (metrics.c.step, metrics.c.timestamp))]
        )
        query = (
            sa.select(sa.func.min(row), sa.func.max(row), sa.func.bool_or(metrics.c.is_nan))
            .where(self.asked)
            .group_by(part)
        )
        return [
            Point(int(step), int(at), math.nan if is_nan else value)
            for least, greatest, is_nan in self.connection.execute(query)
            for value, step, at in (least, greatest)
        ]
