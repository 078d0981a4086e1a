"""Drift: how far a feature's values now are from those that a model was trained on.

Of numbers and categories by the population stability index, ``Σ (p − q) · ln(p / q)`` over bins with the shares `p` of
the baseline and `q` of now (N. Siddiqi, Credit Risk Scorecards, Wiley 2006): from about 0.2 on a population is taken
for another one. Of all by the share of missing values.
"""

# ruff: noqa: S608 - names are quoted or our own

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

__all__ = ["MISSING", "PSI", "Drift", "find_drift", "stability_index"]

PSI = 0.2
MISSING = 0.1
"""Growth of the share of missing values."""
DECILES = [number / 10 for number in range(1, 10)]
CATEGORIES = 20
"""Values that are told apart, the most frequent of the baseline; the others are one."""
FEW = 30
"""Values below which shares by bin are chance: nothing is said of them."""
_LEAST = 1e-4
"""The share that an empty bin counts for: none has a logarithm."""
_NUMBERS = ("INT", "FLOAT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class Drift:
    """One test of one feature.

    test: ``psi`` or ``missing``.
    statistic: None where there is nothing to compare.
    """

    feature: str
    test: str
    statistic: float | None
    threshold: float

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {**vars(self), "drifted": self.statistic is not None and self.statistic > self.threshold}


def stability_index(baseline: Sequence[int], present: Sequence[int]) -> float | None:
    """The population stability index of two counts by bin; None where one of them is of fewer than `FEW` values."""
    before, now = sum(baseline), sum(present)
    if min(before, now) < FEW:
        return None
    index = 0.0
    for one, other in zip(baseline, present, strict=True):
        p, q = max(one / before, _LEAST), max(other / now, _LEAST)
        index += (p - q) * math.log(p / q)
    return round(index, 6)


def find_drift(
    connection: duckdb.DuckDBPyConnection, baseline: str, present: str, features: Sequence[str]
) -> list[Drift]:
    """The tests of features, two of each.

    Parameters
    ----------
    baseline, present: Tables of the connection that both have the features.
    """
    before, now = _types(connection, baseline), _types(connection, present)
    found = []
    for name in features:
        counted = None
        if _is_number(before[name]) == _is_number(now[name]):
            counted = _counts(connection, baseline, present, name, before[name])
        found.append(Drift(name, "psi", None if counted is None else stability_index(*counted), PSI))
        shares = [_missing(connection, *table, name) for table in ((baseline, before[name]), (present, now[name]))]
        grown = None if shares[0] is None or shares[1] is None else round(shares[1] - shares[0], 6)
        found.append(Drift(name, "missing", grown, MISSING))
    return found


def _types(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE {table}").fetchall()}


def _is_number(kind: str) -> bool:
    return "[" not in kind and "(" not in kind.removeprefix("DECIMAL(") and any(part in kind for part in _NUMBERS)


def _counts(
    connection: duckdb.DuckDBPyConnection, baseline: str, present: str, name: str, kind: str
) -> tuple[list[int], list[int]] | None:
    column = _quoted(name)
    if "[" in kind or kind.startswith(("STRUCT", "MAP", "BLOB", "TIMESTAMP", "DATE")):
        return None
    number = _is_number(kind)
    distinct = _value(connection, f"SELECT approx_count_distinct({column}) FROM {baseline}")
    if number and distinct > CATEGORIES:
        return _by_deciles(connection, baseline, present, column)
    return _by_values(connection, baseline, present, _present(column, kind))


def _present(column: str, kind: str) -> str:
    """SQL of a value, null where it is none: NaN is a missing value, as data frames have it."""
    return f"CASE WHEN NOT isnan({column}) THEN {column} END" if kind in ("FLOAT", "DOUBLE") else column


def _by_deciles(
    connection: duckdb.DuckDBPyConnection, baseline: str, present: str, column: str
) -> tuple[list[int], list[int]]:
    value = _present(f"CAST({column} AS DOUBLE)", "DOUBLE")
    finite = f"CASE WHEN isfinite(CAST({column} AS DOUBLE)) THEN CAST({column} AS DOUBLE) END"
    quantiles = _value(connection, f"SELECT quantile_cont({finite}, {DECILES}) FROM {baseline}") or []
    edges = sorted(set(quantiles))
    bins = " + ".join([f"CAST({value} > {edge!r} AS INTEGER)" for edge in edges] or ["0"])
    return (
        _histogram(connection, baseline, bins, value, len(edges) + 1),
        _histogram(connection, present, bins, value, len(edges) + 1),
    )


def _histogram(connection: duckdb.DuckDBPyConnection, table: str, bins: str, value: str, count: int) -> list[int]:
    counts = [0] * count
    query = f"SELECT {bins} AS bin, count(*) FROM {table} WHERE {value} IS NOT NULL GROUP BY 1"
    for number, rows in connection.execute(query).fetchall():
        counts[number] = rows
    return counts


def _by_values(
    connection: duckdb.DuckDBPyConnection, baseline: str, present: str, column: str
) -> tuple[list[int], list[int]]:
    query = f"SELECT {column}, count(*) AS n FROM {{}} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    before = connection.execute(query.format(baseline)).fetchall()
    now: Mapping[Any, int] = dict(connection.execute(query.format(present)).fetchall())
    kept = before[:CATEGORIES]
    values = [value for value, _ in kept]
    ones = [rows for _, rows in kept] + [sum(rows for _, rows in before[CATEGORIES:])]
    others = [now.get(value, 0) for value in values]
    return ones, [*others, sum(now.values()) - sum(others)]


def _missing(connection: duckdb.DuckDBPyConnection, table: str, kind: str, name: str) -> float | None:
    value = _present(_quoted(name), kind)
    share: float | None = _value(connection, f"SELECT 1 - count({value}) / nullif(count(*), 0) FROM {table}")
    return share


def _value(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    return connection.execute(query).fetchall()[0][0]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
