"""Values as JSON holds them: times as ISO 8601, bytes as Base64, large whole numbers and decimals as text, NaN null."""

from __future__ import annotations

import base64
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["encoded", "encoded_rows"]

_LARGEST = 2**53 - 1
"""The last whole number that JavaScript tells from the next."""


def encoded_rows(table: pa.Table) -> list[list[Any]]:
    """The rows of a table, each a list."""
    columns = [[encoded(value) for value in _microseconds(column).to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _microseconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Python's moments have no nanoseconds."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column


def encoded(value: Any) -> Any:
    """One value, and what is in it."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -_LARGEST <= value <= _LARGEST else str(value)
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {str(name): encoded(item) for name, item in value.items()}
        case list() | tuple():
            return [encoded(item) for item in value]
    return str(value)
