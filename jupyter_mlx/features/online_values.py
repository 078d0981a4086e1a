"""Cells of the wide online store: Feast's values, event times and entity keys as SQLite holds them, and back.

A cell is what one column of one row holds:

- ``NULL``: the feature is null.
- A number or a text: a value of the column's own type.
- A ``BLOB``: a serialized ``feast.types.Value``; every collection and every byte string, and a scalar that SQLite
  can't hold as it is (NaN, which SQLite turns into null, or a value of another type than the column's).
- An empty ``BLOB``: the feature was never written for this entity, as after it was added to its view.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from feast.infra.key_encoding_utils import serialize_entity_key
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.protos.feast.types.Value_pb2 import ValueType as KeyType
from feast.type_map import NULL_TIMESTAMP_INT_VALUE, VALUE_TYPE_TO_PROTO_VALUE_MAP, python_values_to_proto_values
from feast.value_type import ValueType

from ..errors import InvalidInput

__all__ = [
    "ABSENT",
    "NATIVE",
    "Cell",
    "cells_of_column",
    "datetime_of",
    "encode",
    "field_of",
    "keys_of_columns",
    "keys_of_values",
    "nanoseconds",
    "nanoseconds_of_column",
    "value_of",
    "values_of",
]

Cell = int | float | str | bytes | None

ABSENT = b""
"""The cell of a feature that was never written for an entity."""

NATIVE = {
    "int32_val": "INTEGER",
    "int64_val": "INTEGER",
    "bool_val": "INTEGER",
    "unix_timestamp_val": "INTEGER",
    # A REAL column would make 0.0 of -0.0: SQLite stores whole numbers of such columns as integers.
    "double_val": "BLOB",
    "float_val": "BLOB",
    "string_val": "TEXT",
    "json_val": "TEXT",
    "uuid_val": "TEXT",
    "time_uuid_val": "TEXT",
    "decimal_val": "TEXT",
}
"""The fields of a value that are held as SQLite's own types, with the affinity that leaves them unchanged."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST, _GREATEST = -(2**63) + 1, 2**63 - 1
_NO_TIME = int(NULL_TIMESTAMP_INT_VALUE)  # a number of numpy's would be a BLOB to SQLite
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_KEY_VERSION = 3


def field_of(kind: ValueType) -> str:
    """The field of a value message that holds a type's values; ``""`` for a type that has none."""
    # Both kinds of files are byte strings to Feast.
    if kind in (ValueType.PDF_BYTES, ValueType.IMAGE_BYTES):
        kind = ValueType.BYTES
    return VALUE_TYPE_TO_PROTO_VALUE_MAP.get(kind, "")


# -- values ------------------------------------------------------------------------------------------------------


def encode(value: Value, field: str) -> Cell:
    """The cell of a value in a column of `field`."""
    found = value.WhichOneof("val")
    if found is None:
        return None
    if found == field and field in NATIVE:
        cell: Cell = getattr(value, field)
        if cell == cell:  # not NaN
            return cell
    return bytes(value.SerializeToString())


def value_of(cell: Cell, field: str) -> Value:
    """The value that a cell of a column of `field` holds; that of an absent feature is null."""
    if cell is None:
        return Value()
    if isinstance(cell, bytes):
        value: Value = Value.FromString(cell)
        return value
    if field == "bool_val":
        cell = bool(cell)
    return Value(**{field: cell})  # type: ignore[arg-type]


def values_of(cells: Sequence[Cell], field: str) -> list[Value]:
    """The values that a column of cells of `field` holds."""
    if field not in NATIVE or field == "bool_val" or bytes in set(map(type, cells)):
        return [value_of(cell, field) for cell in cells]
    # Without a call for each: there are thousands of them in an answer.
    return [Value() if cell is None else Value(**{field: cell}) for cell in cells]  # type: ignore[arg-type]


# -- times -------------------------------------------------------------------------------------------------------


def nanoseconds(moment: datetime | None) -> int:
    """Nanoseconds since 1970; a moment without a zone is UTC.

    Raises
    ------
    InvalidInput: The moment is null, or outside of the years 1677 to 2262.
    """
    if moment is None or moment != moment:  # pandas' null
        raise InvalidInput("null_timestamp", "An event time is null.", "Remove the rows without an event time.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    # A difference of pandas' time stamps has nanoseconds, one of Python's has not.
    rest = since.microseconds * 1000 + getattr(since, "nanoseconds", 0)
    found = (since.days * 86_400 + since.seconds) * 10**9 + rest
    if not _LEAST <= found <= _GREATEST:
        raise InvalidInput(
            "timestamp_out_of_range",
            f"The time {moment} is outside of what nanoseconds can tell, the years 1677 to 2262.",
            "Correct the time in the source.",
        )
    return found


def datetime_of(stamp: int) -> datetime:
    """The moment, in UTC and to the microsecond, of nanoseconds since 1970."""
    return _EPOCH + timedelta(microseconds=stamp // 1000)


def nanoseconds_of_column(column: pa.ChunkedArray) -> list[int | None]:
    """Nanoseconds since 1970 of a column of time stamps, dates or texts of times.

    Raises
    ------
    InvalidInput: The column holds no times, or one outside of the years 1677 to 2262.
    """
    try:
        if not pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("ns"))
        found: list[int | None] = column.cast(pa.timestamp("ns", column.type.tz)).cast(pa.int64()).to_pylist()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InvalidInput(
            "timestamp_out_of_range", f"A column of times can't be read: {error}", "Correct the times in the source."
        ) from error
    return found


# -- columns -----------------------------------------------------------------------------------------------------


def cells_of_column(column: pa.ChunkedArray, kind: ValueType) -> Sequence[Cell]:
    """The cells of an Arrow column, as those of the values that Feast makes of it.

    Integers, floats, texts, truth values and time stamps of a type that fits go without a value message each.

    Raises
    ------
    TypeError, ValueError, AssertionError: What Feast raises for values that don't fit the feature's type.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    convert = _CONVERTERS.get(kind)
    cells = convert(column) if convert else None
    if cells is not None:
        return cells
    field = field_of(kind)
    values = python_values_to_proto_values(column.to_numpy(zero_copy_only=False), kind)
    return [encode(value, field) for value in values]


def _integers(column: pa.ChunkedArray, width: pa.DataType) -> list[Any] | None:
    if not pa.types.is_integer(column.type):
        return None
    return _listed(column.cast(width))  # ArrowInvalid, a ValueError, where one does not fit


def _floats(column: pa.ChunkedArray, width: pa.DataType) -> list[Any] | None:
    if not pa.types.is_floating(column.type):
        return None
    # float32 and back rounds as the value message would.
    return _listed(column.cast(width, safe=False).cast(pa.float64()))


def _texts(column: pa.ChunkedArray) -> list[Any] | None:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return None
    return list(column.to_pylist())


def _truths(column: pa.ChunkedArray) -> list[Any] | None:
    return _listed(column.cast(pa.int8())) if pa.types.is_boolean(column.type) else None


def _seconds(column: pa.ChunkedArray) -> list[Any] | None:
    if not pa.types.is_timestamp(column.type):
        return None
    # numpy floors as Feast's own conversion does; Arrow's would cut towards 1970.
    whole = column.cast(pa.int64()).fill_null(0).to_numpy() // _UNITS[column.type.unit]
    found: list[Any] = whole.tolist()
    if column.null_count:
        # Feast's own value of a null time, which reads as null.
        absent = column.is_null().to_numpy()
        found = [_NO_TIME if null else cell for cell, null in zip(found, absent, strict=True)]
    return found


def _listed(column: pa.ChunkedArray) -> list[Any]:
    """Python's numbers of a column of numbers; NaN is null, as Feast has it."""
    if column.null_count:
        found: list[Any] = column.to_pylist()
        return [None if cell != cell else cell for cell in found] if pa.types.is_floating(column.type) else found
    numbers = column.to_numpy()
    cells: list[Any] = numbers.tolist()
    if numbers.dtype.kind == "f" and np.isnan(numbers).any():
        return [None if cell != cell else cell for cell in cells]
    return cells


_CONVERTERS: dict[ValueType, Callable[[pa.ChunkedArray], list[Any] | None]] = {
    ValueType.INT32: lambda column: _integers(column, pa.int32()),
    ValueType.INT64: lambda column: _integers(column, pa.int64()),
    ValueType.FLOAT: lambda column: _floats(column, pa.float32()),
    ValueType.DOUBLE: lambda column: _floats(column, pa.float64()),
    ValueType.STRING: _texts,
    ValueType.BOOL: _truths,
    ValueType.UNIX_TIMESTAMP: _seconds,
}


# -- entity keys -------------------------------------------------------------------------------------------------


def _prefix(names: Sequence[str]) -> bytes:
    """What all keys of the same join keys begin with: their number and their names, sorted (Feast's version 3)."""
    parts = [struct.pack("<I", len(names))]
    for name in names:
        text = name.encode()
        parts += [_PACK_HEAD(KeyType.STRING, len(text)), text]
    return b"".join(parts)


_PACK_INT64 = struct.Struct("<IIq").pack
_PACK_INT32 = struct.Struct("<IIi").pack
_PACK_HEAD = struct.Struct("<II").pack


def _packed(field: str, values: Iterable[Any]) -> list[bytes]:
    """The part of every key that one join key's values give."""
    if field == "int64_val":
        return [_PACK_INT64(KeyType.INT64, 8, value) for value in values]
    if field == "unix_timestamp_val":
        return [_PACK_INT64(KeyType.UNIX_TIMESTAMP, 8, value) for value in values]
    if field == "int32_val":
        return [_PACK_INT32(KeyType.INT32, 4, value) for value in values]
    kind = {"string_val": KeyType.STRING, "bytes_val": KeyType.BYTES}.get(field)
    if kind is None:
        raise InvalidInput(
            "unsupported_join_key",
            f"A join key is {'of the kind ' + field.removesuffix('_val') if field else 'null'}.",
            "Use a string, bytes, an int32, an int64 or a time stamp, and leave no join key null.",
        )
    raw = [value.encode() if isinstance(value, str) else value for value in values]
    return [_PACK_HEAD(kind, len(text)) + text for text in raw]


def _joined(columns: dict[str, list[bytes]], rows: int) -> list[bytes]:
    names = sorted(columns)
    head = _prefix(names)
    if not names:
        return [head] * rows
    if len(names) == 1:
        return [head + part for part in columns[names[0]]]
    return [head + b"".join(parts) for parts in zip(*(columns[name] for name in names), strict=True)]


def keys_of_values(columns: dict[str, list[Value]], rows: int, version: int) -> list[bytes]:
    """The serialized keys of entities that are given as one list of values a join key.

    Raises
    ------
    InvalidInput: A join key is null, or of a type that can't be one.
    """
    if version != _KEY_VERSION:
        return [
            serialize_entity_key(EntityKey(join_keys=list(columns), entity_values=row), version)
            for row in zip(*columns.values(), strict=True)
        ]
    packed = {}
    for name, values in columns.items():
        fields = [value.WhichOneof("val") or "" for value in values]
        if len(set(fields)) == 1 and fields[0]:
            packed[name] = _packed(fields[0], [getattr(value, fields[0]) for value in values])
        else:
            packed[name] = [
                _packed(field, [getattr(value, field) if field else None])[0]
                for field, value in zip(fields, values, strict=True)
            ]
    return _joined(packed, rows)


def keys_of_columns(columns: dict[str, tuple[pa.ChunkedArray, ValueType]], rows: int, version: int) -> list[bytes]:
    """The serialized keys of entities that are given as one Arrow column a join key.

    Raises
    ------
    InvalidInput: A join key is null in some row, or of a type that can't be one.
    """
    cells: dict[str, Sequence[Cell]] = {}
    for name, (column, kind) in columns.items():
        cells[name] = cells_of_column(column, kind)
        nulls = column.null_count or sum(cell is None for cell in cells[name])
        if nulls:
            raise InvalidInput(
                "null_join_key",
                f"{nulls} of {rows} rows have no value of the join key {name!r}.",
                "Remove these rows from the source, or give them a key.",
            )
    fields = {name: field_of(kind) for name, (_, kind) in columns.items()}
    # Cells that are no plain value: bytes, and what Feast made another type of than was asked for.
    if version == _KEY_VERSION and not any(isinstance(cell, bytes) for each in cells.values() for cell in each):
        return _joined({name: _packed(fields[name], each) for name, each in cells.items()}, rows)
    values = {name: [value_of(cell, fields[name]) for cell in each] for name, each in cells.items()}
    return keys_of_values(values, rows, version)
