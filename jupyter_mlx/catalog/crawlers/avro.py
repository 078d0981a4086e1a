"""Avro's object container files: their schema as Arrow's types.

Source: the Avro specification 1.12, "Object Container Files", "Logical Types".
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ..models import Column
from ..types import struct_of, union_of
from .sample import Classification, Unreadable

__all__ = ["MAGIC", "classify_avro"]

MAGIC = b"Obj\x01"

_PRIMITIVES = {
    "null": "null",
    "boolean": "bool",
    "int": "int32",
    "long": "int64",
    "float": "float",
    "double": "double",
    "bytes": "binary",
    "string": "string",
    "enum": "string",
}
_LOGICAL = {
    "date": "date32[day]",
    "time-millis": "time32[ms]",
    "time-micros": "time64[us]",
    "timestamp-millis": "timestamp[ms, tz=UTC]",
    "timestamp-micros": "timestamp[us, tz=UTC]",
    "timestamp-nanos": "timestamp[ns, tz=UTC]",
    "local-timestamp-millis": "timestamp[ms]",
    "local-timestamp-micros": "timestamp[us]",
    "local-timestamp-nanos": "timestamp[ns]",
    "uuid": "string",
}


def classify_avro(head: bytes, *, cut: bool) -> Classification:
    """Read the schema at a file's beginning; its rows are counted where it is whole.

    Raises
    ------
    Unreadable: ``avro_broken``.
    """
    import fastavro

    try:
        reader = fastavro.block_reader(io.BytesIO(head))
        schema: Any = reader.writer_schema
        rows = None if cut else sum(block.num_records for block in reader)
    # fastavro raises whatever its parts raise: EOFError, ValueError, KeyError, struct.error, its own errors …
    except Exception as error:
        what = str(error) or type(error).__name__
        raise Unreadable("avro_broken", f"It starts as an Avro file but can't be read: {what}.") from error
    metadata: Mapping[str, Any] = reader.metadata
    return Classification(
        "avro",
        "avro",
        1.0,
        columns=_columns(schema),
        parameters={"codec": metadata.get("avro.codec", "null")},
        notes=("The schema is the one at the file's beginning.",),
        rows=rows,
    )


def _columns(schema: Any) -> tuple[Column, ...]:
    named: dict[str, Any] = {}
    if isinstance(schema, dict) and schema.get("type") in ("record", "error"):
        named[_full_name(schema)] = schema
        return tuple(
            Column(field["name"], *_type(field["type"], named, ()), field.get("doc")) for field in schema["fields"]
        )
    return (Column("value", *_type(schema, named, ())),)


def _full_name(schema: Mapping[str, Any]) -> str:
    name, namespace = schema.get("name", ""), schema.get("namespace")
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _type(schema: Any, named: dict[str, Any], within: tuple[str, ...]) -> tuple[str, bool]:
    """The Arrow type of a schema, and whether it may be null."""
    if isinstance(schema, list):
        branches = [_type(branch, named, within)[0] for branch in schema if branch != "null"]
        return (union_of(branches) if branches else "null"), "null" in schema
    if isinstance(schema, str):
        if schema in _PRIMITIVES:
            return _PRIMITIVES[schema], schema == "null"
        # A record within itself (a tree) has no end as a type: from there on it is text.
        return ("string", False) if schema in within or schema not in named else _type(named[schema], named, within)
    kind = schema["type"]
    if isinstance(kind, (dict, list)):
        return _type(kind, named, within)
    if logical := _logical(schema):
        return logical, False
    if kind in ("record", "error"):
        name = _full_name(schema)
        named[name] = schema
        inside = (*within, name)
        return struct_of((field["name"], _type(field["type"], named, inside)[0]) for field in schema["fields"]), False
    if kind == "array":
        return f"list<item: {_type(schema['items'], named, within)[0]}>", False
    if kind == "map":
        return f"map<string, {_type(schema['values'], named, within)[0]}>", False
    if kind == "fixed":
        named[_full_name(schema)] = schema
        return f"fixed_size_binary[{schema['size']}]", False
    if kind == "enum":
        named[_full_name(schema)] = schema
    return _type(kind, named, within) if kind not in _PRIMITIVES else (_PRIMITIVES[kind], kind == "null")


def _logical(schema: Mapping[str, Any]) -> str | None:
    """The type that a logical type gives; a logical type that is not known is left aside, as the specification says."""
    logical = schema.get("logicalType")
    if logical == "decimal":
        precision = schema.get("precision", 0)
        width = 128 if precision <= 38 else 256
        return f"decimal{width}({precision}, {schema.get('scale', 0)})" if 0 < precision <= 76 else None
    return _LOGICAL.get(str(logical))
