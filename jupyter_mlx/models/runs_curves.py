"""Curves of a tracking store that is a database: thinned out by it, so that a million points are never handed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from .curves import Point, Window, curve_document, parts_of
from .runs_tables import latest_metrics, metrics, runs

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
    logged = set(
        connection.execute(
            sa.select(latest_metrics.c.run_uuid, latest_metrics.c.key).where(
                latest_metrics.c.run_uuid.in_(list(starts)), latest_metrics.c.key.in_(request["metrics"])
            )
        ).tuples()
    )
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
    return Point(row.step, row.timestamp, float("nan") if row.is_nan else row.value)


@dataclass(frozen=True)
class _Thinning:
    """Many points, thinned out as `curves.thin` does it."""

    connection: sa.Connection
    asked: sa.ColumnElement[bool]
    place: sa.Column[Any]
    parts: int

    def points(self) -> list[Point]:
        """In their order."""
        place = self.place
        first, last = self._ends(place)
        if place is metrics.c.step and first.step == last.step:
            place = metrics.c.timestamp  # nobody counted steps
            first, last = self._ends(place)
        low, high = ((point.at if place is metrics.c.timestamp else point.step) for point in (first, last))
        share = self.parts / (high - low + 1)
        # NaN is told from numbers by the part's number, and so has a part of its own.
        is_nan = sa.case((metrics.c.is_nan == sa.true(), 1), else_=0)
        part = self._whole(sa.cast(place - low, sa.Double) * share) * 2 + is_nan
        kept = {first, last, *(self._extremes(part.label("part")))}
        by_time = place is metrics.c.timestamp
        return sorted(kept, key=lambda point: (point.at, point.step) if by_time else (point.step, point.at))

    def _ends(self, place: sa.Column[Any]) -> tuple[Point, Point]:
        order = _order(place)
        found = [
            self.connection.execute(sa.select(*_COLUMNS).where(self.asked).order_by(*by).limit(1)).one()
            for by in (order, [column.desc() for column in order])
        ]
        return _point(found[0]), _point(found[1])

    def _whole(self, number: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        whole = number if self.connection.dialect.name == "sqlite" else sa.func.floor(number)
        return sa.cast(whole, sa.BigInteger)

    def _extremes(self, part: sa.Label[Any]) -> list[Point]:
        if self.connection.dialect.name != "sqlite":
            return self._extremes_of_arrays(part)
        # A bare column beside one min() or max() is of the row that has it: https://sqlite.org/lang_select.html
        queries = [
            sa.select(metrics.c.step, metrics.c.timestamp, extreme(metrics.c.value).label("value"), metrics.c.is_nan)
            .where(self.asked)
            .group_by(part.element)
            for extreme in (sa.func.min, sa.func.max)
        ]
        # Each goes through all points: two at a time, on connections of their own.
        with ThreadPoolExecutor(len(queries)) as threads:
            return [point for points in threads.map(self._read, queries) for point in points]

    def _read(self, query: sa.Select[Any]) -> list[Point]:
        with self.connection.engine.connect() as connection:
            return [_point(row) for row in connection.execute(query)]

    def _extremes_of_arrays(self, part: sa.Label[Any]) -> list[Point]:
        # Arrays are ordered by their first element: the least one brings the step and time of the least value along.
        row = array(
            [metrics.c.value, *(sa.cast(column, sa.Double) for column in (metrics.c.step, metrics.c.timestamp))]
        )
        query = (
            sa.select(sa.func.min(row), sa.func.max(row), sa.func.bool_or(metrics.c.is_nan))
            .where(self.asked)
            .group_by(part.element)
        )
        return [
            Point(int(step), int(at), float("nan") if is_nan else value)
            for least, greatest, is_nan in self.connection.execute(query)
            for value, step, at in (least, greatest)
        ]
