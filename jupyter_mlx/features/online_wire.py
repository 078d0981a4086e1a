"""Cells of the wide online store as serialized messages: a message is read from bytes faster than built value by value.

The encoding is protobuf's (https://protobuf.dev/programming-guides/encoding/): each value is field 1 of a
``FeatureVector``, with its length before it; a field is its number and kind, then its content.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import repeat

from feast.protos.feast.types.Value_pb2 import Value

from .online_values import Cell

__all__ = ["values"]

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_MASK = 2**64 - 1
_BYTE = [bytes([number]) for number in range(256)]
_ENTRY = b"\x0a"
_NULL = _ENTRY + b"\x00"
_NUMBERS = {field.name: field.number for field in Value.DESCRIPTOR.fields}
_INTEGERS = {"int32_val", "int64_val", "unix_timestamp_val", "bool_val"}


def values(cells: Sequence[Cell], field: str) -> bytes:
    """The values of a feature vector, from cells of a column of `field`; absent ones are null."""
    fixed = _FIXED.get(field)
    if fixed:
        head, pack = fixed
        kinds = set(map(type, cells))
        if kinds == {float}:
            return b"".join(map(pack, repeat(head), cells))
        if bytes not in kinds:
            return b"".join([_NULL if cell is None else pack(head, cell) for cell in cells])
        return b"".join(pack(head, cell) if isinstance(cell, float) else _entry(cell) for cell in cells)
    if field in _INTEGERS:
        tag = _tag(field, _VARINT)
        return b"".join(_entry(tag + _varint(cell & _MASK) if isinstance(cell, int) else cell) for cell in cells)
    tag = _tag(field, _LENGTH) if field else b""
    return b"".join(_entry(_text(tag, cell) if isinstance(cell, str) else cell) for cell in cells)


def _entry(message: Cell) -> bytes:
    """A serialized value as an entry of the vector."""
    if not message:
        return _NULL
    assert isinstance(message, bytes)
    return _ENTRY + _varint(len(message)) + message


def _text(tag: bytes, cell: str) -> bytes:
    content = cell.encode()
    return tag + _varint(len(content)) + content


def _tag(field: str, kind: int) -> bytes:
    return _varint(_NUMBERS[field] << 3 | kind)


def _varint(number: int) -> bytes:
    encoded = b""
    while number > 127:
        encoded += _BYTE[number & 127 | 128]
        number >>= 7
    return encoded + _BYTE[number]


def _fixed(field: str, kind: int, letter: str) -> tuple[bytes, Callable[..., bytes]]:
    """What comes before every number of a field of one width, and what packs both."""
    tag = _tag(field, kind)
    head = _ENTRY + _varint(len(tag) + struct.calcsize(f"<{letter}")) + tag
    return head, struct.Struct(f"<{len(head)}s{letter}").pack


_FIXED = {"double_val": _fixed("double_val", _FIXED64, "d"), "float_val": _fixed("float_val", _FIXED32, "f")}
