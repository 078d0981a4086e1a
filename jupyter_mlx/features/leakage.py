"""What in a training set may tell the answer, or tells nothing: by its labels, its features and their times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Finding", "Found", "find"]

NEAR = 0.98
"""Correlation, or share of equal values, from which a feature is taken for the target itself."""
FEW = 10
"""Rows of each of two answers below which an order tells nothing: a few are in order by chance."""
MANY = 0.5
"""Share of labels without a value that is worth a word."""


@dataclass(frozen=True)
class Finding:
    """One suspicion.

    kind: ``known_later``, ``near_target``, ``constant``, ``missing`` or ``expired``.
    rows: Labels that it is about.
    """

    feature: str
    kind: str
    rows: int
    message: str

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Found:
    """What of a view was found for the labels: counts of rows; `known_later` of those that matched."""

    matched: int
    expired: int
    missing: int
    known_later: int = 0

    def to_json(self) -> dict[str, int]:
        """As the contract has it."""
        return {"matched": self.matched, "expired": self.expired, "missing": self.missing}


def find(
    table: pa.Table, features: Mapping[str, Sequence[str]], found: Mapping[str, Found], target: str | None
) -> list[Finding]:
    """Look through a training set.

    Parameters
    ----------
    features: Columns by view.
    found: What was found of each view.
    target: The labels' column that is to be predicted; None where none is named.
    """
    findings: list[Finding] = []
    for view, counts in found.items():
        findings += _of_view(view, counts, table.num_rows)
    for columns in features.values():
        for name in columns:
            finding = _of_column(table, name, target)
            if finding is not None:
                findings.append(finding)
    return findings


def _of_view(view: str, counts: Found, rows: int) -> list[Finding]:
    findings = []
    if counts.known_later:
        findings.append(
            Finding(
                view,
                "known_later",
                counts.known_later,
                f"{counts.known_later:,} of {rows:,} labels have values that were written down only after the "
                "label's time: nobody knew them then. Ask for `known_only`, or shift the view's time.",
            )
        )
    for kind, count, why in (
        ("missing", counts.missing, "no value at or before the label's time"),
        ("expired", counts.expired, "only values older than the view's time to live"),
    ):
        if rows and count / rows >= MANY:
            message = f"{count:,} of {rows:,} labels have {why}: what is null most of the time tells the label's kind."
            findings.append(Finding(view, kind, count, message))
    return findings


def _of_column(table: pa.Table, name: str, target: str | None) -> Finding | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = _plain(table.column(name))
    if pa.types.is_nested(column.type):
        return None  # lists are neither counted nor held against a target
    filled = len(column) - column.null_count
    if filled and filled == len(column) and pc.count_distinct(column).as_py() == 1 and len(column) > 1:
        return Finding(name, "constant", filled, f"`{name}` has one value in all {filled:,} rows: it can tell nothing.")
    if target is None or target == name or filled < 3:
        return None
    share = _likeness(column, _plain(table.column(target)))
    if share is None or share < NEAR:
        return None
    return Finding(
        name,
        "near_target",
        filled,
        f"`{name}` is `{target}` to {share:.1%}: it may be the answer itself, or made of it.",
    )


def _likeness(column: pa.ChunkedArray, target: pa.ChunkedArray) -> float | None:
    """Correlation of numbers by rank or by value, or the share of rows in which one value tells the other.

    Of a target with two values also how far a feature's order tells them apart, whatever they are called.
    """
    import pyarrow.compute as pc

    both = pc.and_(pc.is_valid(column), pc.is_valid(target))
    one, other = pc.filter(column, both), pc.filter(target, both)
    if len(one) < 3:
        return None
    if _is_number(one.type) and _is_number(other.type):
        return _of_numbers(_numbers(one), _numbers(other))
    found = [_of_values(one, other)]
    if _is_number(one.type) and pc.count_distinct(other).as_py() == 2:
        found.append(_of_order(_numbers(one), _codes(other) == 0))
    return max((share for share in found if share is not None), default=None)


def _of_numbers(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float | None:
    finite = np.isfinite(one) & np.isfinite(other)
    one, other = one[finite], other[finite]
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    likeness = max(abs(np.corrcoef(x, y)[0, 1]) for x, y in ((one, other), (_ranks(one), _ranks(other))))
    if len(np.unique(other)) == 2:
        likeness = max(likeness, _of_order(one, other == other.max()) or 0.0)
    return float(likeness)


def _of_order(one: np.ndarray[Any, Any], chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> float | None:
    """The rank-biserial correlation of numbers and a choice of them: 1 where a threshold tells which are chosen."""
    there = ~np.isnan(one)
    one, chosen = one[there], chosen[there]
    some, others = int(chosen.sum()), int((~chosen).sum())
    if min(some, others) < FEW:
        return None
    ranks = _ranks(one)
    return float(abs(2 * (ranks[chosen].mean() - ranks[~chosen].mean()) / len(one)))


def _ranks(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Ranks of which equal values have the mean: else the rows' order would be theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: np.ndarray[Any, Any] = (ends - (counts - 1) / 2)[places]
    return ranks


def _numbers(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    import pyarrow as pa

    return np.asarray(column.cast(pa.float64()).to_numpy(), float)


def _codes(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Numbers of different values, of whatever type."""
    import pyarrow as pa

    whole = pa.chunked_array([column.combine_chunks()], column.type)
    [coded] = whole.dictionary_encode().chunks
    return np.asarray(coded.indices.to_numpy(zero_copy_only=False))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Without a dictionary, as data frames have one of categories."""
    import pyarrow as pa

    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _of_values(one: pa.ChunkedArray, other: pa.ChunkedArray) -> float | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.count_distinct(one).as_py() > len(one) / 2:
        return None  # a name for each row tells any target, and nothing
    pairs = pa.table({"one": _codes(one), "other": _codes(other)})
    counted = pairs.group_by(["one", "other"]).aggregate([([], "count_all")])
    most = counted.group_by("one").aggregate([("count_all", "max")])
    base = counted.group_by("other").aggregate([("count_all", "sum")])
    told = pc.sum(most["count_all_max"]).as_py() / len(one)
    usual = pc.max(base["count_all_sum"]).as_py() / len(one)
    # What the most frequent answer alone would get right is no likeness.
    return float(told) if usual < NEAR else None


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_decimal)
    return any(test(kind) for test in tests)
