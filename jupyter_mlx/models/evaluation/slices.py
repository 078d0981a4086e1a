"""Slices: the rows of each value of a column, of numbers by quarters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from ...errors import InvalidInput
from .metrics import Array

__all__ = ["Slice", "slices_of"]

MIN_ROWS = 50
MAX_SLICES = 50
"""Values of a column that are looked at, those with the most rows."""
DISTINCT = 12
"""A column of numbers with more values is cut at its quartiles."""
MISSING = "(missing)"


@dataclass(frozen=True)
class Slice:
    """The rows of a value.

    members: Their positions.
    """

    column: str
    value: str
    members: Array


def slices_of(frame: pd.DataFrame, columns: Sequence[str], min_rows: int = MIN_ROWS) -> tuple[list[Slice], list[str]]:
    """The slices by columns, the largest first, and sentences that say what was left out.

    Raises
    ------
    InvalidInput: ``column_unknown``.
    """
    unknown = [column for column in columns if column not in frame.columns]
    if unknown:
        raise InvalidInput(
            "column_unknown",
            f"The data has no column {', '.join(f'`{name}`' for name in unknown)} to cut slices by.",
            f"It has {', '.join(map(str, frame.columns))}.",
            field="slices",
        )
    found, notes = [], []
    for column in dict.fromkeys(columns):
        cut = sorted(_cut(column, frame[column]), key=lambda item: -len(item.members))
        large = [item for item in cut if len(item.members) >= min_rows]
        if len(cut) > len(large):
            notes.append(f"{len(cut) - len(large):,} slices of `{column}` have under {min_rows:,} rows.")
        if len(large) > MAX_SLICES:
            notes.append(f"Of `{column}` the {MAX_SLICES} largest of {len(large):,} slices are shown.")
        found += large[:MAX_SLICES]
    return found, notes


def _cut(column: str, values: pd.Series) -> Iterator[Slice]:
    if values.dtype == object:
        values = values.map(_hashable)
    labels = _quarters(values) if _is_scale(values) else values.astype(object)
    labels = labels.where(values.notna(), MISSING)
    for value, members in labels.groupby(labels, observed=True, sort=False).indices.items():
        yield Slice(column, _shown(value), np.asarray(members))


def _hashable(value: Any) -> Any:
    """The value, or how it is written: lists are values of columns too."""
    return str(value) if isinstance(value, (list, dict, set, np.ndarray)) else value


def _is_scale(values: pd.Series) -> bool:
    kind = values.dtype
    ordered = pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind)
    return bool(ordered and not pd.api.types.is_bool_dtype(kind) and values.nunique() > DISTINCT)


def _quarters(values: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(values.dtype) and np.isinf(values.to_numpy(float, na_value=np.nan)).any():
        # Between infinities there are no quarters: they are values by themselves.
        infinite = values.isin([np.inf, -np.inf])
        return _quarters(values.mask(infinite)).where(~infinite, values.astype(object))
    quarters = pd.qcut(values, 4, duplicates="drop")
    if len(quarters.cat.categories) == 1 and pd.api.types.is_numeric_dtype(values.dtype):
        # One value has more than three quarters of the rows: it is one slice, and the others are cut.
        common = values.mode().iloc[0]
        is_common = values.eq(common).fillna(False).astype(bool)
        others = pd.qcut(values.mask(is_common), 4, duplicates="drop").astype(object)
        named = others.map(lambda item: f"{item.left:g} to {item.right:g}", na_action="ignore")
        return named.mask(is_common, f"{common:g}")
    if isinstance(values.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
        shown = {item: f"{item.left:%Y-%m-%d %H:%M} to {item.right:%Y-%m-%d %H:%M}" for item in quarters.cat.categories}
    else:
        shown = {item: f"{item.left:g} to {item.right:g}" for item in quarters.cat.categories}
    # Two quarters whose ends look the same stay two.
    if len(set(shown.values())) < len(shown):
        shown = {item: str(item) for item in quarters.cat.categories}
    return quarters.astype(object).map(shown)


def _shown(value: Any) -> str:
    return str(value)[:200]
