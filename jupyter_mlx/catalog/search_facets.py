"""Counts beside a search: how many of the matches a source has, a format, a tag, an owner."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..store.catalog_tables import databases, notes, sources, tags
from .models import Table

__all__ = ["COLUMNS", "NAMES", "ages", "listed", "of_rows", "of_tables", "shown"]

NAMES = ("kind", "source", "format", "database", "tag", "owner", "freshness", "quality")
MOST = 20
"""Values of a facet that are told; the most frequent ones."""
_AGES = (("this year", 366), ("this month", 31), ("this week", 7), ("today", 1))


class _Freshness:
    """Counts moments by their age. SQLite's are text in UTC, which is in the order of time as it stands."""

    def __init__(self, now: datetime) -> None:
        self._bounds = [now.astimezone(UTC) - timedelta(days=days) for _, days in _AGES]
        self._texts = [f"{bound:%Y-%m-%d %H:%M:%S.%f}" for bound in self._bounds]
        self._names = ["older", *(name for name, _ in _AGES)]

    def counts(self, moments: Iterable[datetime | str]) -> Counter[str]:
        """How many of each age."""
        return Counter(
            self._names[
                bisect_right(self._texts, moment) if isinstance(moment, str) else bisect_right(self._bounds, moment)
            ]
            for moment in moments
        )


def ages(now: datetime, moments: Iterable[datetime | str]) -> Counter[str]:
    """How many of some moments are of each age."""
    return _Freshness(now).counts(moments)


def listed(connection: sa.Connection, values: Iterable[Any]) -> sa.FromClause:
    """A list as a table with the column `item`, bound as one value: a thousand take longer to bind than to find."""
    bound = sa.literal(json.dumps(list(values)))
    if connection.dialect.name == "sqlite":
        return sa.select(sa.func.json_each(bound).table_valued("value").c.value.label("item")).subquery("listed")
    found = sa.func.json_array_elements_text(sa.cast(bound, sa.JSON)).table_valued("value")
    return sa.select(found.c.value.label("item")).subquery("listed")


def of_tables(found: Collection[Table], now: datetime) -> dict[str, dict[str, int]]:
    """Of tables, as a principal sees them."""
    counted: dict[str, Counter[str]] = {
        "source": Counter(table.source for table in found),
        "format": Counter(table.format for table in found),
        "database": Counter(table.database for table in found),
        "owner": Counter(table.owner for table in found if table.owner),
        "freshness": _Freshness(now).counts(table.updated_at for table in found),
        "quality": Counter(table.quality for table in found),
        "tag": Counter(),
    }
    for table in found:
        pairs = {pair for values in (table.tags, *table.column_tags.values()) for pair in values.items()}
        counted["tag"].update(f"{key}={value}" for key, value in pairs)
    return shown(counted)


COLUMNS = ("number", "id", "name", "uses", "source_id", "database_id", "format", "quality", "updated_at")
"""What is read of a table to rank and to count it."""


def of_rows(connection: sa.Connection, rows: Sequence[Any], now: datetime) -> dict[str, dict[str, int]]:
    """Of rows of `COLUMNS`, with what stands beside them read in a few statements."""
    if not rows:
        return {}
    column = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    below = dict(zip(column["id"], column["database_id"], strict=True))
    about = listed(connection, below)
    owners = (
        sa.select(notes.c.owner)
        .join(about, notes.c.resource_id == about.c.item)
        .where(notes.c.column_name == "", notes.c.owner.is_not(None))
    )
    return shown(
        {
            "source": _by_name(connection, sources, column["source_id"]),
            "format": Counter(column["format"]),
            "database": _by_name(connection, databases, column["database_id"]),
            "owner": Counter(connection.execute(owners).scalars()),
            "freshness": _Freshness(now).counts(column["updated_at"]),
            "quality": Counter(column["quality"]),
            "tag": _tags(connection, below),
        }
    )


def _by_name(connection: sa.Connection, kind: sa.Table, ids: Iterable[str]) -> Counter[str]:
    """The most frequent ones by name, which several may have."""
    counted = dict(Counter(ids).most_common(2 * MOST))
    named: Counter[str] = Counter()
    for found, name in connection.execute(sa.select(kind.c.id, kind.c.name).where(kind.c.id.in_(counted))):
        named[name] += counted[found]
    return named


def _tags(connection: sa.Connection, below: dict[str, str]) -> Counter[str]:
    """How many of the tables have a tag: of their own, on a column, or from their database.

    Parameters
    ----------
    below: Tables by id, with their database's.
    """
    tables_in = Counter(below.values())
    about = listed(connection, [*below, *tables_in])
    query = sa.select(tags.c.resource_id, tags.c.key, tags.c.value).join(about, tags.c.resource_id == about.c.item)
    own: set[tuple[str, str]] = set()
    inherited: set[tuple[str, str]] = set()
    for resource, key, value in connection.execute(query).all():
        (own if resource in below else inherited).add((resource, f"{key}={value}"))
    counted = Counter(pair for _, pair in own)
    also = Counter((below[table], pair) for table, pair in own)
    for database, pair in inherited:
        counted[pair] += tables_in[database] - also[database, pair]
    return counted


def shown(counted: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    """Facets in their order, each with its most frequent values."""
    return {name: dict(counted[name].most_common(MOST)) for name in NAMES if counted.get(name)}
