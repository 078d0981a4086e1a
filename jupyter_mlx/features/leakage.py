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

    column = table.column(name)
    if pa.types.is_nested(column.type):
        return None  # lists are neither counted nor held against a target
    filled = len(column) - column.null_count
    if filled and filled == len(column) and pc.count_distinct(column).as_py() == 1 and len(column) > 1:
        return Finding(name, "constant", filled, f"`{name}` has one value in all {filled:,} rows: it can tell nothing.")
    if target is None or target == name or filled < 3:
        return None
    share = _likeness(column, table.column(target))
    if share is None or share < NEAR:
        return None
    return Finding(
        name,
        "near_target",
        filled,
        f"`{name}` is `{target}` to {share:.1%}: it may be the answer itself, or made of it.",
    )


def _likeness(column: pa.ChunkedArray, target: pa.ChunkedArray) -> float | None:
    """Correlation of numbers by rank or by value, else the share of rows in which one value tells the other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    both = pc.and_(pc.is_valid(column), pc.is_valid(target))
    one, other = pc.filter(column, both), pc.filter(target, both)
    if len(one) < 3:
        return None
    if _is_number(one.type) and _is_number(other.type):
        values = [np.asarray(item.cast(pa.float64()).to_numpy(), float) for item in (one, other)]
        if any(np.ptp(item) == 0 for item in values):
            return None
        ranks = [np.argsort(np.argsort(item)).astype(float) for item in values]
        return float(max(abs(np.corrcoef(x, y)[0, 1]) for x, y in (values, ranks)))
    if pc.count_distinct(one).as_py() > len(one) / 2:
        return None  # a name for each row tells any target, and nothing
    pairs = pa.table({"one": one.cast(pa.string()), "other": other.cast(pa.string())})
    counted = pairs.group_by(["one", "other"]).aggregate([([], "count_all")])
    most = counted.group_by("one").aggregate([("count_all", "max")])
    base = counted.group_by("other").aggregate([("count_all", "sum")])
    told = pc.sum(most["count_all_max"]).as_py() / len(one)
    usual = pc.max(base["count_all_sum"]).as_py() / len(one)
    # What the most frequent answer alone would get right is no likeness.
    return float(told) if usual < NEAR else None


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))
