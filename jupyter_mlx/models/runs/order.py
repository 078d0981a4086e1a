"""The order of a table of runs, and its pages.

A cursor holds the sort keys of the last run of a page: what comes, ends or goes meanwhile neither repeats another run
on the next page nor leaves one out, as a number of rows to skip would.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...errors import InvalidInput
from .shown import parse_column
from .tables import latest_metrics, params, runs, tags

__all__ = ["Key", "Order", "ordered", "parse_order"]

MAX_KEYS = 16
"""Columns to sort by; each is a join, of which SQLite takes 64."""

ATTRIBUTES = ("start_time", "end_time", "run_name", "status", "duration")
# As much as any database reads as a number of 64 bits.
_NUMBER = r"^\s*[-+]?([0-9]{1,200}[.]?[0-9]{0,200}|[.][0-9]{1,200})([eE][-+]?[0-9]{1,2})?\s*$"


@dataclass(frozen=True)
class Key:
    """One sort key. It is never null, so that rows can be told apart by it."""

    expression: sa.ColumnElement[Any]
    type: type
    descending: bool = False


@dataclass(frozen=True)
class Order:
    """Sort keys, the most important first, and the tables that they need beside `runs`."""

    keys: tuple[Key, ...]
    source: sa.FromClause
    digest: str

    def by(self) -> list[sa.ColumnElement[Any]]:
        """For ORDER BY."""
        return [key.expression.desc() if key.descending else key.expression for key in self.keys]

    def after(self, cursor: str) -> sa.ColumnElement[bool]:
        """Rows past the one that a cursor names.

        Raises
        ------
        InvalidInput: ``cursor_invalid``.
        """
        values = self._values(cursor)
        steps = []
        for index, (key, value) in enumerate(zip(self.keys, values, strict=True)):
            past = key.expression < value if key.descending else key.expression > value
            steps.append(
                sa.and_(
                    *(
                        earlier.expression == same
                        for earlier, same in zip(self.keys[:index], values[:index], strict=True)
                    ),
                    past,
                )
            )
        return sa.or_(*steps)

    def cursor(self, values: Sequence[Any]) -> str:
        """The cursor of a row with these keys."""
        return base64.urlsafe_b64encode(json.dumps([self.digest, *values]).encode()).decode()

    def _values(self, cursor: str) -> list[Any]:
        try:
            found: list[Any] = list(json.loads(base64.urlsafe_b64decode(cursor.encode())))
        except (ValueError, TypeError):
            found = []
        digest, values = (found[0], found[1:]) if found else (None, [])
        # A bool is an int to Python; JSON writes 1.0 and 1 apart, as a key of floats may have been read.
        fits = len(values) == len(self.keys) and all(
            type(value) is key.type or (key.type is float and type(value) is int)
            for key, value in zip(self.keys, values, strict=True)
        )
        if digest != self.digest or not fits:
            raise InvalidInput(
                "cursor_invalid", "The cursor is of no list in this order.", "Begin without a cursor.", field="cursor"
            )
        return values


def parse_order(order_by: Sequence[Mapping[str, Any]]) -> list[tuple[str, bool]]:
    """Column and whether it descends, each column once.

    Raises
    ------
    InvalidInput: ``column_invalid``.
    """
    if len(order_by) > MAX_KEYS:
        raise InvalidInput(
            "column_invalid",
            f"{len(order_by)} columns to sort by were named.",
            f"Name {MAX_KEYS} at most.",
            field="order_by",
        )
    found = [(str(item["column"]), bool(item.get("descending"))) for item in order_by]
    for name, _ in found:
        if name not in ATTRIBUTES and "." not in name:
            raise InvalidInput(
                "column_invalid",
                f"Runs can't be sorted by `{name}`.",
                f"Sort by metrics.NAME, params.NAME, tags.NAME, or {', '.join(ATTRIBUTES)}.",
                field="order_by",
            )
        if name not in ATTRIBUTES:
            parse_column(name, "order_by")
    if len({name for name, _ in found}) < len(found):
        raise InvalidInput("column_invalid", "A column to sort by is named twice.", "Name it once.", field="order_by")
    return found


def ordered(order_by: Sequence[Mapping[str, Any]]) -> Order:
    """Runs in the order that is asked for, then the newest first, then by id.

    What has no value comes last, NaN before it, in either direction. Parameters and tags that read as numbers are
    sorted as such, before those that do not.
    """
    asked = parse_order(order_by)
    source: sa.FromClause = runs
    keys: list[Key] = []
    for name, descending in asked:
        if name in ATTRIBUTES:
            keys += _attribute_keys(name, descending)
        else:
            source, more = _value_keys(source, name, descending)
            keys += more
    if "start_time" not in dict(asked):
        keys.append(Key(sa.func.coalesce(runs.c.start_time, -1), int, descending=True))
    keys.append(Key(runs.c.run_uuid, str))
    return Order(tuple(keys), source, hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:8])


def _attribute_keys(name: str, descending: bool) -> list[Key]:
    if name == "duration":
        value: sa.ColumnElement[Any] = runs.c.end_time - runs.c.start_time
    else:
        value = runs.c[{"run_name": "name"}.get(name, name)]
    kind: type = str if name in ("run_name", "status") else int
    return [
        Key(sa.case((value.is_(None), 1), else_=0), int),
        Key(sa.func.coalesce(value, kind()), kind, descending),
    ]


def _value_keys(source: sa.FromClause, name: str, descending: bool) -> tuple[sa.FromClause, list[Key]]:
    column = parse_column(name, "order_by")
    table = {"metric": latest_metrics, "param": params, "tag": tags}[column.kind].alias()
    source = source.outerjoin(table, sa.and_(table.c.run_uuid == runs.c.run_uuid, table.c.key == column.name))
    value = table.c.value
    if column.kind == "metric":
        rank = sa.case((value.is_(None), 2), (table.c.is_nan == sa.true(), 1), else_=0)
        return source, [Key(rank, int), Key(sa.case((rank == 0, value), else_=0.0), float, descending)]
    is_number = value.regexp_match(_NUMBER)
    rank = sa.case((value.is_(None), 2), (is_number, 0), else_=1)
    number = sa.case((rank == 0, sa.cast(value, sa.Double)), else_=0.0)
    return source, [
        Key(rank, int),
        Key(number, float, descending),
        Key(sa.func.coalesce(value, ""), str, descending),
    ]
