"""Label rows of a retrieval: the table as it was given, its event timestamp, and the instants in it."""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidInput

__all__ = ["EVENT_TIMESTAMP", "Instants", "Labels", "as_datetime", "read_labels"]

EVENT_TIMESTAMP = "event_timestamp"
_MICROSECOND = 1_000
# DuckDB keeps the least and the greatest value for infinity.
_LEAST = {"us": -9_223_372_022_400_000_000, "ns": -(2**63) + 2}
_GREATEST = 2**63 - 2


@dataclass(frozen=True)
class Instants:
    """Points in time in UTC.

    Parameters
    ----------
    values: int64 since 1970; anything where `missing`.
    missing: Where there is none.
    unit: ``us``, or ``ns`` where one of them needs it.
    """

    values: np.ndarray[Any, np.dtype[np.int64]]
    missing: np.ndarray[Any, np.dtype[np.bool_]]
    unit: str

    def at(self, unit: str) -> pa.Array:
        """The instants at a unit; from ns to us rounded down, from us to ns cut to what 64 bits hold."""
        values = self.values
        if unit != self.unit:
            values = values // _MICROSECOND if unit == "us" else _to_ns(values)
        return self._array(values, unit)

    def less(self, duration: timedelta, unit: str) -> pa.Array:
        """The instants less a duration; from ns to us rounded up, cut to what 64 bits hold."""
        values = self.values
        if unit == "us" and self.unit == "ns":
            values = -(-values // _MICROSECOND)
        elif unit != self.unit:
            values = _to_ns(values)
        by = duration // timedelta(microseconds=1) * (_MICROSECOND if unit == "ns" else 1)
        by = min(by, _GREATEST)
        least = _LEAST[unit]
        # Compared before it is taken away, which could overflow.
        below = values < least + by if by >= 0 else np.zeros(len(values), np.bool_)
        return self._array(np.where(below, least, values - np.where(below, 0, by)), unit)

    def _array(self, values: np.ndarray[Any, np.dtype[np.int64]], unit: str) -> pa.Array:
        return pa.array(values, pa.timestamp(unit), mask=self.missing)

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """Microseconds of the first, rounded down, and the last, rounded up; None where all are missing."""
        present = self.values[~self.missing]
        if not len(present):
            return None
        first, last = int(present.min()), int(present.max())
        return (first, last) if self.unit == "us" else (first // _MICROSECOND, -(-last // _MICROSECOND))

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """The first and the last as a `datetime` in UTC, None where all are missing or no `datetime` can be that."""
        if self.span is None:
            return None, None
        return as_datetime(self.span[0]), as_datetime(self.span[1])


def as_datetime(microseconds: int) -> datetime | None:
    """A `datetime` in UTC, None before year 1 and after year 9999."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def _to_ns(values: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    least, greatest = -(-_LEAST["ns"] // _MICROSECOND), _GREATEST // _MICROSECOND
    within: np.ndarray[Any, np.dtype[np.int64]] = np.clip(values, least + 1, greatest - 1)
    return within * _MICROSECOND


@dataclass(frozen=True)
class Labels:
    """Label rows.

    Parameters
    ----------
    table: All columns, in the order given.
    stamp: The column of the event timestamps.
    instants: The event timestamps.
    frame: The DataFrame that was given, if it was one.
    """

    table: pa.Table
    stamp: str
    instants: Instants
    frame: pd.DataFrame | None = None

    @property
    def rows(self) -> int:
        """How many."""
        return int(self.table.num_rows)


def read_labels(given: pd.DataFrame | pa.Table) -> Labels:
    """Label rows of a DataFrame or an Arrow table.

    Raises
    ------
    InvalidInput: ``labels_invalid``, ``label_column_twice``, ``label_column_unusable``, ``event_timestamp_missing``,
        ``event_timestamp_unclear`` or ``event_timestamp_invalid``.
    """
    if isinstance(given, pa.Table):
        names = list(given.column_names)
    elif isinstance(given, pd.DataFrame):
        names = [str(name) for name in given.columns]
    else:
        raise InvalidInput(
            "labels_invalid",
            f"Label rows can't be of type `{type(given).__name__}`.",
            "Give a pandas DataFrame, or the text of a SQL query in DuckDB's language.",
            field="labels",
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(
            "label_column_twice",
            f"The labels have the column `{twice[0]}` more than once.",
            "Rename one of them, or leave it out.",
            field="labels",
        )
    if isinstance(given, pa.Table):
        stamp = _stamp(names, [name for name in names if pa.types.is_timestamp(given.schema.field(name).type)])
        return Labels(given, stamp, _arrow_instants(given[stamp], stamp))
    is_time = pd.api.types.is_datetime64_any_dtype
    stamp = _stamp(names, [name for name, kind in zip(names, given.dtypes, strict=True) if is_time(kind)])
    return _read_frame(given, names, stamp)


def _read_frame(given: pd.DataFrame, names: list[str], stamp: str) -> Labels:
    columns: list[pa.Array | pa.ChunkedArray] = []
    instants: Instants | None = None
    for position, name in enumerate(names):
        values = given.iloc[:, position]
        if name == stamp and not pd.api.types.is_datetime64_any_dtype(values.dtype):
            instants = _object_instants(values, name)
            if _is_date_or_time(values):
                # Times of several zones are one column of Arrow only in UTC.
                columns.append(instants.at(instants.unit).cast(pa.timestamp(instants.unit, "UTC")))
                continue
        try:
            columns.append(pa.array(values, from_pandas=True))
        except (pa.ArrowException, TypeError, ValueError) as error:
            said = str(error).split("\n")[0].rstrip(".")
            raise InvalidInput(
                "label_column_unusable",
                f"The labels' column `{name}` is of no type that Arrow has: {said}.",
                "Make its values one type, or leave it out.",
                field=name,
            ) from error
        if name == stamp and instants is None:
            instants = _arrow_instants(columns[-1], name)
    assert instants is not None
    return Labels(pa.table(columns, names=names), stamp, instants, given)


def _is_date_or_time(values: pd.Series) -> bool:
    present = values.dropna()
    return bool(len(present)) and all(isinstance(value, datetime) for value in present)


def _stamp(names: list[str], times: list[str]) -> str:
    if EVENT_TIMESTAMP in names:
        return EVENT_TIMESTAMP
    if len(times) == 1:
        return times[0]
    if times:
        raise InvalidInput(
            "event_timestamp_unclear",
            f"The labels have {len(times)} columns of times: {', '.join(f'`{name}`' for name in times)}.",
            f"Name the one to look features up at `{EVENT_TIMESTAMP}`.",
            field=EVENT_TIMESTAMP,
        )
    raise InvalidInput(
        "event_timestamp_missing",
        "The labels have no column of times to look features up at.",
        f"Add the column `{EVENT_TIMESTAMP}`.",
        field=EVENT_TIMESTAMP,
    )


def _arrow_instants(column: pa.Array | pa.ChunkedArray, name: str) -> Instants:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _object_instants(array.to_pandas(), name)
    if pa.types.is_date(kind) or pa.types.is_null(kind):
        array = array.cast(pa.timestamp("us"))
    elif not pa.types.is_timestamp(kind):
        raise _not_times(name, str(kind))
    missing = np.asarray(pc.is_null(array), dtype=np.bool_)
    unit = array.type.unit
    if unit in ("s", "ms"):
        array = array.cast(pa.timestamp("us"))
        unit = "us"
    values = np.asarray(array.view(pa.int64()).fill_null(0), dtype=np.int64)
    return _instants(values, missing, unit)


def _instants(
    values: np.ndarray[Any, np.dtype[np.int64]], missing: np.ndarray[Any, np.dtype[np.bool_]], unit: str
) -> Instants:
    if unit == "ns":
        coarse = values // _MICROSECOND
        if np.array_equal(coarse * _MICROSECOND, values):
            return Instants(coarse, missing, "us")
    return Instants(values, missing, unit)


def _object_instants(values: pd.Series, name: str) -> Instants:
    """Instants of strings, and of objects of which each may have a zone of its own; those without one are UTC."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        raise _not_times(name, str(values.dtype))
    # pandas takes numbers for nanoseconds.
    wrong = next((value for value in values if isinstance(value, numbers.Number) and value == value), None)
    if wrong is not None:
        raise _not_times(name, type(wrong).__name__)
    try:
        parsed = pd.to_datetime(values, utc=True, format="ISO8601")
    except (ValueError, TypeError):
        return _each_instant(values, name)
    return _arrow_instants(pa.array(parsed, from_pandas=True), name)


def _each_instant(values: pd.Series, name: str) -> Instants:
    """As `_object_instants`, for times beyond 64 bits of nanoseconds."""
    found = np.zeros(len(values), np.int64)
    missing = np.zeros(len(values), np.bool_)
    for row, value in enumerate(values):
        if pd.isna(value):
            missing[row] = True
            continue
        try:
            stamp = pd.Timestamp(value)
        except (ValueError, TypeError) as error:
            raise InvalidInput(
                "event_timestamp_invalid",
                f"`{value}` in the labels' column `{name}` (row {row + 1}) is not a time.",
                "Write times as `2026-01-31T12:00:00+00:00`, or give them as `datetime`.",
                field=name,
            ) from error
        if stamp.tzinfo is not None:
            stamp = stamp.tz_convert("UTC").tz_localize(None)
        found[row] = stamp.to_datetime64().astype("datetime64[us]").astype(np.int64)
    return Instants(found, missing, "us")


def _not_times(name: str, kind: str) -> InvalidInput:
    return InvalidInput(
        "event_timestamp_invalid",
        f"The labels' column `{name}` holds `{kind}`, not times.",
        "Make it a column of times, with `pandas.to_datetime` for instance.",
        field=name,
    )
