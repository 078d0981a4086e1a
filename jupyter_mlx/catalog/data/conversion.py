"""From documents, whose values may be anything, to Arrow batches of a table's types.

A value that is of another type than its column is converted where nothing is lost by it (a number in a text column, a
whole number written as a fraction, ISO 8601 text in a column of moments), else it is null: the types of documents
were told by a sample, and one that was not in it must not end the reading.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["BATCH_ROWS", "array_of", "batches_of"]

BATCH_ROWS = 10_000


def batches_of(
    documents: Iterable[Mapping[str, Any]], schema: pa.Schema, size: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """Documents as batches of at most `size` rows; fields that a schema does not have are left out."""
    import pyarrow as pa

    rows = iter(documents)
    while several := list(islice(rows, size)):
        arrays = [array_of([row.get(field.name) for row in several], field.type) for field in schema]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def array_of(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Values of any kind as an array of one type; see above for those that are of another."""
    import pyarrow as pa

    if not pa.types.is_string(kind):
        try:
            return pa.array(values, kind)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            return pa.array([_fitting(value, kind) for value in values], kind)
    # pyarrow makes text of nothing but text.
    return pa.array([value if isinstance(value, str) else _text(value) for value in values], kind)


def _fitting(value: Any, kind: pa.DataType) -> Any:
    """The value as one of this type, None where it is none."""
    import pyarrow.types as of

    if value is None:
        return None
    if of.is_string(kind):
        return _text(value)
    if of.is_list(kind) or of.is_large_list(kind) or of.is_fixed_size_list(kind):
        return [_fitting(item, kind.value_type) for item in value] if isinstance(value, list | tuple) else None
    if of.is_struct(kind):
        fields = [kind.field(number) for number in range(kind.num_fields)]
        known = isinstance(value, Mapping)
        return {field.name: _fitting(value.get(field.name), field.type) for field in fields} if known else None
    if of.is_map(kind):
        if not isinstance(value, Mapping):
            return None
        return [(_fitting(key, kind.key_type), _fitting(item, kind.item_type)) for key, item in value.items()]
    return _scalar(value, kind)


def _scalar(value: Any, kind: pa.DataType) -> Any:
    import pyarrow as pa
    import pyarrow.types as of

    if of.is_temporal(kind) and isinstance(value, str):
        value = _moment(value, kind)
    elif of.is_boolean(kind) and isinstance(value, int) and value in (0, 1):
        value = bool(value)
    elif of.is_integer(kind) and isinstance(value, float | Decimal) and not isinstance(value, bool):
        value = int(value) if value == value.__trunc__() else None
    elif of.is_decimal(kind) and isinstance(value, float):
        value = Decimal(str(value))
    elif of.is_floating(kind) and isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = float(value)
    try:
        return pa.scalar(value, kind).as_py() if value is not None else None
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None


def _moment(text: str, kind: pa.DataType) -> Any:
    import pyarrow as pa

    try:
        return pa.scalar(text, pa.string()).cast(kind).as_py()
    except (pa.ArrowException, ValueError):
        return None


def _text(value: Any) -> str | None:
    """What a text column shows of a value that is no text: JSON of structures and numbers, Base64 of bytes."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple | bool | int | float):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
