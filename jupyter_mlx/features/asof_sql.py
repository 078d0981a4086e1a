"""SQL of the point-in-time join.

Three scans, of which only the last reads features: an ASOF join of keys and times finds each label's event time, a
second pass orders what shares that key and time, and the rows found fetch their features. Sorting whole rows, as one
ASOF join over all columns does, costs twice that.

Of rows of one key and event time the one with the newest created time counts, one without created time last, and of
those the last of the source.
"""

# ruff: noqa: S608 - names are quoted or our own

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InvalidInput
from .asof_readers import Bounds
from .asof_sources import Scan

__all__ = [
    "Lookup",
    "TimeKind",
    "bounds_sql",
    "comparable_key",
    "fetch_any_sql",
    "fetch_sql",
    "in_unit",
    "known_sql",
    "match_sql",
    "newest_sql",
    "time_sql",
]

_WHOLE = {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
}
_TIMES = {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS", "TIMESTAMPTZ_NS", "TIMESTAMP_S", "TIMESTAMP_MS"}


@dataclass(frozen=True)
class TimeKind:
    """How times of a column are compared.

    Parameters
    ----------
    unit: ``us`` or ``ns``.
    zone: Whether DuckDB's type has a time zone.
    """

    unit: str
    zone: bool

    @property
    def type(self) -> str:
        """DuckDB's name."""
        if self.unit == "ns":
            return "TIMESTAMPTZ_NS" if self.zone else "TIMESTAMP_NS"
        return "TIMESTAMP WITH TIME ZONE" if self.zone else "TIMESTAMP"


@dataclass(frozen=True)
class Lookup:
    """One feature view's source as statements see it.

    Parameters
    ----------
    scan: The source.
    keys: SQL of the join keys, in the order of the labels' ``k0``, ``k1`` …
    time: SQL of the event time, in `kind`.
    created: SQL of the created time, in whatever type; None where the source has none.
    features: SQL of the features, in the order of ``f0``, ``f1`` …
    where: SQL of what bounds the rows.
    known: SQL of the created time in `kind`, where rows count only from then on.
    """

    scan: Scan
    keys: tuple[str, ...]
    time: str
    kind: TimeKind
    created: str | None
    features: tuple[str, ...]
    where: str
    known: str | None = None


def time_sql(source: str, column: str, scan: Scan) -> tuple[str, TimeKind]:
    """SQL of a source's time, without a zone UTC, and how it is compared.

    Raises
    ------
    InvalidInput: ``source_time_invalid``.
    """
    sql, kind = scan.names[column], scan.types[column]
    if kind == "TIMESTAMP":
        return sql, TimeKind("us", zone=False)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return sql, TimeKind("us", zone=True)
    if kind in ("TIMESTAMP_NS", "TIMESTAMPTZ_NS"):
        return sql, TimeKind("ns", zone=kind == "TIMESTAMPTZ_NS")
    if kind in ("DATE", "TIMESTAMP_S", "TIMESTAMP_MS"):
        return f"CAST({sql} AS TIMESTAMP)", TimeKind("us", zone=False)
    if kind == "VARCHAR":
        return f"CAST({sql} AS TIMESTAMPTZ)", TimeKind("us", zone=True)
    if kind == '"NULL"':
        return f"CAST({sql} AS TIMESTAMP)", TimeKind("us", zone=False)
    raise InvalidInput(
        "source_time_invalid",
        f"The column `{column}` of the source `{source}` holds `{kind}`, not times.",
        "Name a column of times as `timestamp_field` and `created_timestamp_column`.",
        field=column,
    )


def bounds_sql(time: str, kind: TimeKind, bounds: Bounds) -> str:
    """A condition that Parquet's statistics can answer, too; ns that can't hold a bound have no row beyond it."""
    parts = [f"{time} IS NOT NULL"]
    for value, compare in ((bounds.first, ">="), (bounds.last, "<=")):
        if value is None or (kind.unit == "ns" and not 1678 <= value.year <= 2261):
            continue
        text = value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds") + ("+00" if kind.zone else "")
        parts.append(f"{time} {compare} CAST('{text}' AS {kind.type})")
    return " AND ".join(parts)


def in_unit(sql: str, kind: TimeKind, unit: str) -> str:
    """SQL of a time without zone in a unit; what ns can't hold becomes the first or the last that they can."""
    if kind.zone:
        sql = f"({sql} AT TIME ZONE 'UTC')"
    if kind.unit == unit:
        return sql
    first, last = "1678-01-01", "2262-01-01"
    return (
        f"CASE WHEN {sql} < TIMESTAMP '{first}' THEN TIMESTAMP_NS '{first}' "
        f"WHEN {sql} > TIMESTAMP '{last}' THEN TIMESTAMP_NS '{last}' ELSE TRY_CAST({sql} AS TIMESTAMP_NS) END"
    )


def _family(kind: str) -> str:
    if kind in _WHOLE or kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL"):
        return "number"
    if kind in ("VARCHAR", "UUID") or kind.startswith("ENUM"):
        return "text"
    if kind in _TIMES or kind == "DATE":
        return "time"
    return kind


def comparable_key(label: str, column: str, given: str, source: str, wanted: str) -> str:
    """SQL of a label's key in the type of the source's; null where that type has no such value.

    Parameters
    ----------
    label: SQL of the label's key.
    column: Its name.
    given, wanted: DuckDB's types of the label's and the source's.

    Raises
    ------
    InvalidInput: ``key_types_differ``.
    """
    if given == wanted or given == '"NULL"':
        return f"CAST({label} AS {wanted})" if given != wanted else label
    if wanted == '"NULL"':
        return label
    if _family(given) != _family(wanted):
        raise InvalidInput(
            "key_types_differ",
            f"`{column}` is {given} in the labels and {wanted} in the source `{source}`: they can't be compared.",
            f"Give the labels' `{column}` the type of the source's.",
            field=column,
        )
    cast = f"TRY_CAST({label} AS {wanted})"
    if _family(given) == "text":
        return cast
    # 1.5 is no 2, though a cast makes it one.
    return f"CASE WHEN {cast} = {label} THEN {cast} END"


def _list(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{at}" for at in range(count)]


def _same(left: str, right: str, names: list[str]) -> str:
    return " AND ".join(f"{left}.{name} = {right}.{name}" for name in names)


def _narrowed(look: Lookup, columns: str, labels: str) -> str:
    """The source's rows of the labels' keys."""
    named = [f"{sql} AS {name}" for sql, name in zip(look.keys, _names("k", len(look.keys)), strict=True)]
    inner = f"SELECT {_list(*named, columns)} FROM {look.scan.relation} WHERE {look.where}"
    if not look.keys:
        return inner
    return f"SELECT s.* FROM ({inner}) s SEMI JOIN {labels} l ON {_same('s', 'l', _names('k', len(look.keys)))}"


def match_sql(look: Lookup, labels: str, target: str) -> str:
    """A table of the labels' rows ``n``, keys and event times ``e`` found; expired ones left out after the join.

    labels: A table with ``n``, the keys, the time ``t`` in the source's kind and, in the same, the ``oldest`` it takes.
    """
    keys = _names("k", len(look.keys))
    on = " AND ".join(filter(None, [_same("l", "s", keys), "l.t >= s.e"]))
    return (
        f"CREATE TEMP TABLE {target} AS SELECT {_list('l.n', *(f's.{key}' for key in keys), 's.e')} "
        f"FROM {labels} l ASOF JOIN ({_narrowed(look, f'{look.time} AS e', labels)}) s ON {on} "
        "WHERE l.oldest IS NULL OR s.e >= l.oldest"
    )


def known_sql(look: Lookup, labels: str, target: str) -> str:
    """As `match_sql`, of what was known at the label's time, that is created by then; its rows are told, too.

    A row is known from the later of its two times on. One that is never the best, because a better one is known no
    later, is left out. Of the others the better is known later, so that the last that is known is the best.
    """
    keys = _names("k", len(look.keys))
    rows = _names("r", len(look.scan.order))
    ordered = _list(*(f"{sql} AS {name}" for sql, name in zip(look.scan.order, rows, strict=True)))
    partition = f"PARTITION BY {', '.join(keys)} " if keys else ""
    columns = f"{look.time} AS e, {look.known} AS c, {ordered}"
    better = f"{partition}ORDER BY e, c, {', '.join(rows)} ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING"
    on = " AND ".join(filter(None, [_same("l", "s", keys), "l.t >= s.a"]))
    return (
        f"CREATE TEMP TABLE {target} AS WITH known AS ("
        f"SELECT *, greatest(e, c) AS a FROM ({_narrowed(look, columns, labels)}) WHERE c IS NOT NULL "
        f"QUALIFY coalesce(min(greatest(e, c)) OVER ({better}) > greatest(e, c), true)) "
        f"SELECT {_list('l.n', *(f's.{name}' for name in rows), 's.e')} FROM {labels} l ASOF JOIN known s ON {on} "
        "WHERE l.oldest IS NULL OR s.e >= l.oldest"
    )


def newest_sql(look: Lookup, target: str) -> str:
    """A table of each key's newest event time ``e``, as `match_sql` makes one, with one ``n`` for all."""
    keys = _names("k", len(look.keys))
    named = [f"{sql} AS {name}" for sql, name in zip(look.keys, keys, strict=True)]
    grouped = f"GROUP BY {', '.join(keys)}" if keys else "HAVING count(*) > 0"
    present = " AND ".join([look.where, *(f"{sql} IS NOT NULL" for sql in look.keys)])
    return (
        f"CREATE TEMP TABLE {target} AS SELECT {_list('0 AS n', *named, f'max({look.time}) AS e')} "
        f"FROM {look.scan.relation} WHERE {present} {grouped}"
    )


def fetch_any_sql(look: Lookup, matches: str, most: int) -> str:
    """As `fetch_sql` of keys and event times, without a choice where a key has several rows at one time.

    most: Rows at most: one more than there can be without several of a key tells of them, and no more are collected.
    """
    keys = _names("k", len(look.keys))
    features = _names("f", len(look.features))
    columns = [f"{sql} AS {name}" for sql, name in zip(look.keys, keys, strict=True)]
    columns += [f"{look.time} AS e", *(f"{sql} AS {name}" for sql, name in zip(look.features, features, strict=True))]
    return (
        f"SELECT {_list('m.n', *(f's.{name}' for name in features))} FROM {matches} m "
        f"JOIN (SELECT {', '.join(columns)} FROM {look.scan.relation} WHERE {look.where}) s "
        f"USING ({_list(*keys, 'e')}) LIMIT {most}"
    )


def fetch_sql(look: Lookup, matches: str, *, by_row: bool) -> str:
    """A query of each label's row ``n`` that something was found for, with its features ``f0``, ``f1`` and so on.

    by_row: Whether the matches name rows, and not keys and event times.
    """
    rows = _names("r", len(look.scan.order))
    found = rows if by_row else [*_names("k", len(look.keys)), "e"]
    columns = [f"{sql} AS {name}" for sql, name in zip(look.scan.order, rows, strict=True)]
    if not by_row:
        columns += [f"{sql} AS {name}" for sql, name in zip(look.keys, _names("k", len(look.keys)), strict=True)]
        columns.append(f"{look.time} AS e")
    features = _names("f", len(look.features))
    columns += [f"{sql} AS {name}" for sql, name in zip(look.features, features, strict=True)]
    best = ""
    if not by_row:
        if look.created is not None:
            columns.append(f"{look.created} AS c")
        order = ["c DESC NULLS LAST"] if look.created is not None else []
        order += [f"{name} DESC" for name in rows]
        best = f" QUALIFY row_number() OVER (PARTITION BY {', '.join(found)} ORDER BY {', '.join(order)}) = 1"
    source = (
        f"SELECT s.* FROM (SELECT {', '.join(columns)} FROM {look.scan.relation} WHERE {look.where}) s "
        f"SEMI JOIN {matches} m ON {_same('s', 'm', found)}{best}"
    )
    chosen = _list("m.n", *(f"s.{name}" for name in features))
    return f"SELECT {chosen} FROM {matches} m JOIN ({source}) s USING ({', '.join(found)})"
