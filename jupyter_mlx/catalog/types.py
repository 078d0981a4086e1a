"""Types as text: Apache Arrow's names, and Hive's, as AWS Glue stores them; from each to the other.

Field names of structs may hold any character: those that would be read as syntax are quoted by backticks.
Sources: Arrow's `DataType::ToString`, the Hive language manual's types, Glue's "Crawler data types".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["arrow_name", "arrow_type", "from_hive", "hive_type", "is_numeric", "is_temporal", "struct_of", "union_of"]

_TO_HIVE = {
    "null": "string",
    "bool": "boolean",
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "uint8": "smallint",
    "uint16": "int",
    "uint32": "bigint",
    "uint64": "decimal(20,0)",
    "halffloat": "float",
    "float": "float",
    "float16": "float",
    "float32": "float",
    "double": "double",
    "float64": "double",
    "string": "string",
    "large_string": "string",
    "string_view": "string",
    "binary": "binary",
    "large_binary": "binary",
    "binary_view": "binary",
    "date32[day]": "date",
    "date64[ms]": "timestamp",
    "month_interval": "string",
    "month_day_nano_interval": "string",
}
_FROM_HIVE = {
    "void": "null",
    "boolean": "bool",
    "tinyint": "int8",
    "smallint": "int16",
    "int": "int32",
    "integer": "int32",
    "bigint": "int64",
    "long": "int64",
    "float": "float",
    "real": "float",
    "double": "double",
    "double precision": "double",
    "string": "string",
    "binary": "binary",
    "date": "date32[day]",
    "timestamp": "timestamp[ns]",
    "timestamp with local time zone": "timestamp[us, tz=UTC]",
}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NUMERIC = re.compile(r"u?int\d+\Z|float\d*\Z|halffloat\Z|double\Z|decimal\d*\(")
_TEMPORAL = re.compile(r"timestamp|date32|date64")


@dataclass(frozen=True)
class _Node:
    """A type and what it is made of: `names` of fields, `children` their types, `detail` in parentheses or brackets."""

    kind: str
    children: tuple[_Node, ...] = ()
    names: tuple[str, ...] = ()
    detail: str = ""


def arrow_name(data_type: pa.DataType) -> str:
    """The text of an Arrow type, which `arrow_type` reads again; dictionaries are named by their values."""
    import pyarrow as pa
    import pyarrow.types as of

    if of.is_dictionary(data_type):
        return arrow_name(data_type.value_type)
    if of.is_struct(data_type):
        return struct_of((child.name, arrow_name(child.type)) for child in _children(data_type))
    if of.is_map(data_type):
        return f"map<{arrow_name(data_type.key_type)}, {arrow_name(data_type.item_type)}>"
    if of.is_fixed_size_list(data_type):
        return f"fixed_size_list<item: {arrow_name(data_type.value_type)}>[{data_type.list_size}]"
    if of.is_list(data_type) or of.is_large_list(data_type):
        return f"list<item: {arrow_name(data_type.value_type)}>"
    if of.is_union(data_type):
        return union_of(arrow_name(child.type) for child in _children(data_type))
    if isinstance(data_type, pa.BaseExtensionType):
        return arrow_name(data_type.storage_type)
    return str(data_type)


def _children(data_type: Any) -> list[Any]:
    return [data_type.field(index) for index in range(data_type.num_fields)]


def union_of(names: Iterable[str]) -> str:
    """The type of what was seen as several: the one type, or ``union<…>`` in alphabetical order."""
    several = sorted(set(names))
    return several[0] if len(several) == 1 else f"union<{', '.join(several)}>"


def struct_of(fields: Iterable[tuple[str, str]]) -> str:
    """The type of a struct, from its fields' names and types; names may hold any character."""
    return f"struct<{', '.join(f'{_quoted(name)}: {kind}' for name, kind in fields)}>"


@lru_cache(maxsize=4096)
def hive_type(name: str) -> str:
    """What Glue stores for an Arrow type's name; a type that Hive lacks becomes ``string``.

    >>> hive_type("list<item: struct<a: int64>>")
    'array<struct<a:bigint>>'
    """
    try:
        return _hive(_parse(name))
    except InvalidInput:
        return "string"


def _hive(node: _Node) -> str:
    kind = node.kind
    if kind in ("list", "large_list", "fixed_size_list"):
        return f"array<{_hive(node.children[0])}>"
    if kind == "struct":
        fields = (f"{_quoted(name)}:{_hive(child)}" for name, child in zip(node.names, node.children, strict=True))
        return f"struct<{','.join(fields)}>"
    if kind == "map":
        return f"map<{_hive(node.children[0])},{_hive(node.children[1])}>"
    if kind == "union":
        return f"uniontype<{','.join(_hive(child) for child in node.children)}>"
    if kind.startswith("decimal"):
        precision, _, scale = node.detail.partition(",")
        digits = min(int(precision), 38)
        return f"decimal({digits},{min(int(scale or 0), digits)})"
    if kind == "timestamp":
        return "timestamp"
    if kind in ("time32", "time64", "duration"):
        return "string"
    if kind == "fixed_size_binary":
        return "binary"
    full = f"{kind}[{node.detail}]" if node.detail else kind
    return _TO_HIVE.get(full, _TO_HIVE.get(kind, "string"))


def from_hive(text: str) -> str:
    """The Arrow name of a Hive type; ``char(n)`` and ``varchar(n)`` are strings.

    Raises
    ------
    InvalidInput: ``type_unknown``.
    """
    return _from_hive(_parse(text))


def _from_hive(node: _Node) -> str:
    kind = node.kind.lower()
    if kind == "array":
        return f"list<item: {_from_hive(node.children[0])}>"
    if kind == "struct":
        fields = (
            f"{_quoted(name)}: {_from_hive(child)}" for name, child in zip(node.names, node.children, strict=True)
        )
        return f"struct<{', '.join(fields)}>"
    if kind == "map":
        return f"map<{_from_hive(node.children[0])}, {_from_hive(node.children[1])}>"
    if kind == "uniontype":
        return union_of(_from_hive(child) for child in node.children)
    if kind == "decimal":
        precision, _, scale = (node.detail or "10,0").partition(",")
        return f"decimal128({int(precision)}, {int(scale or 0)})"
    if kind in ("char", "varchar"):
        return "string"
    found = _FROM_HIVE.get(kind)
    if found is None:
        raise _unknown(node.kind)
    return found


@lru_cache(maxsize=4096)
def arrow_type(name: str) -> pa.DataType:
    """The Arrow type of a name; unions, which no file can hold, are strings.

    Raises
    ------
    InvalidInput: ``type_unknown``.
    """
    return _arrow(_parse(name))


def _arrow(node: _Node) -> pa.DataType:
    import pyarrow as pa

    kind, detail = node.kind, node.detail
    if kind in ("list", "large_list"):
        return pa.list_(_arrow(node.children[0]))
    if kind == "fixed_size_list":
        return pa.list_(_arrow(node.children[0]), int(detail))
    if kind == "struct":
        return pa.struct([(name, _arrow(child)) for name, child in zip(node.names, node.children, strict=True)])
    if kind == "map":
        return pa.map_(_arrow(node.children[0]), _arrow(node.children[1]))
    if kind == "union":
        return pa.string()
    if kind.startswith("decimal"):
        precision, _, scale = detail.partition(",")
        make = {"decimal32": pa.decimal32, "decimal64": pa.decimal64, "decimal256": pa.decimal256}
        return make.get(kind, pa.decimal128)(int(precision), int(scale or 0))
    if kind == "timestamp":
        unit, _, zone = detail.partition(",")
        return pa.timestamp(unit.strip() or "us", tz=zone.strip().removeprefix("tz=") or None)
    if kind in ("time32", "time64", "duration"):
        return getattr(pa, kind)(detail or "us")
    if kind == "fixed_size_binary":
        return pa.binary(int(detail))
    if kind in ("date32", "date64"):
        return getattr(pa, kind)()
    try:
        return pa.type_for_alias({"halffloat": "float16", "float": "float32"}.get(kind, kind))
    except ValueError as error:
        raise _unknown(kind) from error


def is_numeric(name: str) -> bool:
    """Whether values of the type are numbers."""
    return bool(_NUMERIC.match(name))


def is_temporal(name: str) -> bool:
    """Whether values of the type are moments or days."""
    return bool(_TEMPORAL.match(name))


def _quoted(name: str) -> str:
    return name if _PLAIN.match(name) else "`" + name.replace("`", "``") + "`"


def _unknown(text: str) -> InvalidInput:
    return InvalidInput("type_unknown", f"There is no type `{text}`.", "Use a name of Arrow's or Hive's.")


# -- reading -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _parse(text: str) -> _Node:
    node, rest = _read(text.strip(), text)
    if rest.strip():
        raise _unknown(text)
    return node


_HEAD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?: precision| with local time zone)?")


def _read(text: str, whole: str) -> tuple[_Node, str]:
    match = _HEAD.match(text)
    if not match:
        raise _unknown(whole)
    kind, rest = match.group(), text[match.end() :]
    if rest.startswith("<"):
        node, rest = _read_inner(kind, rest[1:], whole)
        if rest.startswith("["):
            size, _, rest = rest[1:].partition("]")
            node = _Node(node.kind, node.children, node.names, size)
        return node, rest
    for opening, closing in (("[", "]"), ("(", ")")):
        if rest.startswith(opening):
            detail, found, rest = rest[1:].partition(closing)
            if not found:
                raise _unknown(whole)
            return _Node(kind, detail=detail.strip()), rest
    return _Node(kind), rest


def _read_inner(kind: str, text: str, whole: str) -> tuple[_Node, str]:
    """What stands between ``<`` and ``>``: fields ``name: type`` or types."""
    children: list[_Node] = []
    names: list[str] = []
    rest = text.lstrip()
    while not rest.startswith(">"):
        name, rest = _read_name(rest)
        child, rest = _read(rest.lstrip(), whole)
        rest = re.sub(r"^ not null", "", rest).lstrip()
        children.append(child)
        names.append(name)
        if rest.startswith(","):
            rest = rest[1:].lstrip()
        elif not rest.startswith(">"):
            raise _unknown(whole)
    if kind in ("list", "array", "large_list", "fixed_size_list") and len(children) != 1:
        raise _unknown(whole)
    if kind == "map" and len(children) != 2:
        raise _unknown(whole)
    return _Node(kind, tuple(children), tuple(names)), rest[1:]


_NAME = re.compile(r"(?:`((?:[^`]|``)*)`|([^<>,:`\[\]()]+))\s*:")


def _read_name(text: str) -> tuple[str, str]:
    match = _NAME.match(text)
    if not match:
        return "", text
    quoted, plain = match.groups()
    name = quoted.replace("``", "`") if quoted is not None else plain.strip()
    return name, text[match.end() :]
