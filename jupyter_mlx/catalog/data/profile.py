"""The profile of a table: counts, extremes, quantiles, histograms and the most frequent values of its columns.

DuckDB reads the table once into memory (on disk where it is larger than that), with only the columns and rows that the
plan shows. One statement then finds what needs no second look; histograms and most frequent values are grouped
column by column, which DuckDB does fastest.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ...clock import from_iso, to_iso
from ..predicates import quoted
from ..types import is_numeric, is_temporal
from .encoding import encoded
from .engine import open_engine, reading_errors, seal
from .plan import ReadPlan
from .scan import open_scan

if TYPE_CHECKING:
    import duckdb

__all__ = ["TOP", "ColumnProfile", "Profile", "is_cut", "make_profile", "profile_columns"]

BINS = 20
TOP = 10
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MAX_ROWS = 50_000_000
"""Of larger tables a sample of about so many rows is profiled."""
_COUNTABLE = 10_000
"""Columns with more distinct values have their most frequent ones found approximately."""
_LONGEST = 200


@dataclass(frozen=True)
class ColumnProfile:
    """What is known of a column's values.

    count: Rows, nulls included. NaN and infinity count as nulls.
    distinct: Approximate (HyperLogLog); None for nested types and bytes.
    min, max, quantiles, histogram, top: As JSON holds values. Quantiles are approximate (t-digest).
    histogram: ``{"edges", "counts"}`` with one more edge than counts, equally wide.
    """

    name: str
    type: str
    count: int
    nulls: int
    distinct: int | None = None
    min: Any = None
    max: Any = None
    mean: float | None = None
    std: float | None = None
    quantiles: Mapping[str, Any] = field(default_factory=dict)
    histogram: Mapping[str, Any] | None = None
    top: Sequence[Mapping[str, Any]] = ()

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        document: dict[str, Any] = {**vars(self), "approximate": self.distinct is not None, "top": list(self.top)}
        if self.histogram is None:
            del document["histogram"]
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ColumnProfile:
        """From what `to_json` wrote."""
        known = {key: value for key, value in document.items() if key != "approximate"}
        return cls(**{**known, "top": tuple(known["top"])})


@dataclass(frozen=True)
class Profile:
    """The profile of one version of a table."""

    table: str
    version: int
    rows: int
    sampled: bool
    columns: tuple[ColumnProfile, ...]
    created_at: datetime
    seconds: float

    def only(self, names: Sequence[str]) -> Profile:
        """The same of these columns."""
        kept = tuple(column for column in self.columns if column.name in names)
        return Profile(self.table, self.version, self.rows, self.sampled, kept, self.created_at, self.seconds)

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        columns = [column.to_json() for column in self.columns]
        return {**vars(self), "columns": columns, "created_at": to_iso(self.created_at)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Profile:
        """From what `to_json` wrote."""
        columns = tuple(ColumnProfile.from_json(column) for column in document["columns"])
        return cls(**{**document, "columns": columns, "created_at": from_iso(document["created_at"])})


def make_profile(plan: ReadPlan, now: datetime, rows: int | None = None, threads: int | None = None) -> Profile:
    """Compute the profile of what a plan shows.

    Parameters
    ----------
    rows: How many rows the table has, where that is known: of more than `MAX_ROWS` a sample is taken.
    threads: As many as there are cores by default.

    Raises
    ------
    MlxError: As `TableReader` has it.
    """
    started = time.perf_counter()
    statement = plan.select()
    sampled = rows is not None and rows > MAX_ROWS
    if rows is not None and sampled:
        statement = f"SELECT * FROM ({statement}) USING SAMPLE {100 * MAX_ROWS / rows:.4f} PERCENT (bernoulli)"  # noqa: S608
    with (
        reading_errors(plan),
        tempfile.TemporaryDirectory(prefix="mlx-profile-") as folder,
        open_scan(plan) as scan,
        open_engine(threads) as connection,
    ):
        connection.sql(f"SET temp_directory = '{folder}'")
        scan.attach(connection)
        seal(connection)
        columns, count = profile_columns(connection, statement, plan.shown())
    # Documents tell moments by the millisecond.
    made = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return Profile(plan.path, plan.version, count, sampled, columns, made, round(time.perf_counter() - started, 3))


def profile_columns(
    connection: duckdb.DuckDBPyConnection, statement: str, shown: Sequence[tuple[str, str]]
) -> tuple[tuple[ColumnProfile, ...], int]:
    """The profiles of a SELECT's columns, and how many rows it gives; it is run once, into a table ``profiled``.

    Parameters
    ----------
    shown: The names of the columns, and their types as Arrow has them.
    """
    connection.sql(f"CREATE TEMP TABLE profiled AS {statement}")
    wanted = [f"{expression} AS {quoted(f'{number} {what}')}" for number, what, expression in _expressions(shown)]
    summary = f"SELECT count(*) AS rows, {', '.join(wanted)} FROM profiled"  # noqa: S608 - made of quoted names
    found = connection.sql(summary).to_arrow_table()
    values = {name: found.column(name)[0].as_py() for name in found.column_names}
    count = values["rows"]
    columns = []
    for number, (name, kind) in enumerate(shown):
        facts = {key.partition(" ")[2]: value for key, value in values.items() if key.startswith(f"{number} ")}
        columns.append(_column(connection, name, kind, count, facts))
    return tuple(columns), count


def _expressions(shown: Sequence[tuple[str, str]]) -> list[tuple[int, str, str]]:
    found = []
    for number, (name, kind) in enumerate(shown):
        value = _finite(name, kind)
        found.append((number, "count", f"count({value})"))
        if not _is_plain(kind):
            continue
        found += [
            (number, "distinct", f"approx_count_distinct({value})"),
            (number, "min", f"min({value})"),
            (number, "max", f"max({value})"),
        ]
        if is_numeric(kind):
            found += [(number, "mean", f"avg({value})"), (number, "std", f"stddev_samp({value})")]
        if is_numeric(kind) or is_temporal(kind):
            found.append((number, "quantiles", f"approx_quantile({value}, {list(QUANTILES)})"))
    return found


def _finite(name: str, kind: str) -> str:
    column = quoted(name)
    if kind.startswith("timestamp[ns, tz"):
        # DuckDB has no quantiles of that type; features and documents tell moments less finely.
        return f"CAST({column} AS TIMESTAMPTZ)"
    floating = kind in ("float", "double", "halffloat", "float16", "float32", "float64")
    return f"CASE WHEN isfinite({column}) THEN {column} END" if floating else column


def _is_plain(kind: str) -> bool:
    """Whether values can be ordered in a way that tells something."""
    return (
        is_numeric(kind) or is_temporal(kind) or kind.startswith(("string", "large_string", "bool", "time", "union<"))
    )


def _column(
    connection: duckdb.DuckDBPyConnection, name: str, kind: str, count: int, facts: Mapping[str, Any]
) -> ColumnProfile:
    known: dict[str, Any] = {key: _short(encoded(facts[key])) for key in ("min", "max") if key in facts}
    if facts.get("quantiles") is not None:
        known["quantiles"] = {str(q): encoded(value) for q, value in zip(QUANTILES, facts["quantiles"], strict=True)}
    for key in ("mean", "std"):
        known[key] = encoded(float(facts[key])) if facts.get(key) is not None else None
    valid = facts["count"]
    distinct = min(facts["distinct"], valid) if "distinct" in facts else None
    if (is_numeric(kind) or is_temporal(kind)) and facts["min"] is not None and facts["min"] != facts["max"]:
        known["histogram"] = _histogram(connection, name, kind, facts["min"], facts["max"])
    # Of values that are nearly all different none is frequent.
    if distinct is not None and valid and distinct <= max(TOP, valid / 2):
        known["top"] = tuple(_top(connection, _finite(name, kind), distinct))
    return ColumnProfile(name, kind, count, count - valid, distinct, **known)


def _histogram(connection: duckdb.DuckDBPyConnection, name: str, kind: str, least: Any, most: Any) -> dict[str, Any]:
    """Equally wide bins from the least value to the greatest; of whole numbers each bin holds equally many."""
    value = _finite(name, kind)
    if is_temporal(kind):
        value = f"epoch({value})"
        least, most = _epoch(least), _epoch(most)
    if isinstance(least, int):
        width: float = -(-(most - least + 1) // BINS)
        bins = -(-(most - least + 1) // int(width))
        last: float = least + bins * width
    else:
        least, last = float(least), float(most)
        width, bins = (last - least) / BINS, BINS
    # The greatest value belongs to the last bin.
    number = f"least(CAST(floor((CAST({value} AS DOUBLE) - {least!r}) / {width!r}) AS INTEGER), {bins - 1})"
    counts = [0] * bins
    for bin_number, found in connection.sql(
        f"SELECT {number} AS bin, count(*) FROM profiled WHERE {value} IS NOT NULL GROUP BY 1"  # noqa: S608 - made of quoted names
    ).fetchall():
        counts[max(0, bin_number)] += found
    edges = [*(least + width * index for index in range(bins)), last]
    return {"edges": [_moment(edge, kind) if is_temporal(kind) else encoded(edge) for edge in edges], "counts": counts}


def _epoch(value: Any) -> float:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return float((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())


def _moment(seconds: float, kind: str) -> Any:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    if kind.startswith("date32"):
        return encoded(moment.date())
    return encoded(moment if "tz=" in kind else moment.replace(tzinfo=None))


def _top(connection: duckdb.DuckDBPyConnection, value: str, distinct: int) -> list[dict[str, Any]]:
    """The most frequent values with their counts; of very many distinct ones, those that are so approximately."""
    where = f"{value} IS NOT NULL"
    if distinct > _COUNTABLE:
        where = f"{value} IN (SELECT unnest(approx_top_k({value}, {2 * TOP})) FROM profiled)"  # noqa: S608 - made of quoted names
    statement = f"SELECT {value} AS value, count(*) AS n FROM profiled WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
    rows = connection.sql(f"{statement} LIMIT {TOP}").to_arrow_table().to_pylist()
    return [{"value": _short(encoded(row["value"])), "count": row["n"]} for row in rows]


def is_cut(value: Any) -> bool:
    """Whether a value of a profile is only the beginning of a long text."""
    return isinstance(value, str) and len(value) == _LONGEST + 1 and value.endswith("…")


def _short(value: Any) -> Any:
    return value[:_LONGEST] + "…" if isinstance(value, str) and len(value) > _LONGEST else value
