"""Types of one column that files disagree on: the widest of them, else text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ...errors import InvalidInput
from ..models import Column
from ..types import arrow_name, arrow_type, is_numeric

__all__ = ["merged_columns", "widened"]


@lru_cache(maxsize=4096)
def widened(one: str, other: str) -> str:
    """The type that values of both have: integers widen, with fractions they are ``double``, dates ``timestamp``.

    >>> widened("int32", "int64"), widened("int64", "double"), widened("int64", "string")
    ('int64', 'double', 'string')
    """
    import pyarrow as pa

    if one == other or other == "null":
        return one
    if one == "null":
        return other
    if is_numeric(one) and is_numeric(other) and "float" in one + other:
        return "double" if one != other else one
    try:
        fields = [pa.schema([("x", arrow_type(name))]) for name in (one, other)]
        found = arrow_name(pa.unify_schemas(fields, promote_options="permissive").field("x").type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, InvalidInput):
        return "string"
    return {"large_string": "string", "large_binary": "binary"}.get(found, found)


def merged_columns(schemas: Iterable[Sequence[Column]]) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """All columns of several schemas, in the order in which they are met, and notes on types that were widened."""
    merged: dict[str, Column] = {}
    seen: dict[str, list[str]] = {}
    for columns in schemas:
        for column in columns:
            before = merged.get(column.name)
            types = seen.setdefault(column.name, [])
            if column.type not in types:
                types.append(column.type)
            if before is None:
                merged[column.name] = column
            elif before != column:
                nullable = False if before.nullable is False and column.nullable is False else None
                kind = widened(before.type, column.type)
                merged[column.name] = Column(column.name, kind, nullable, before.comment or column.comment)
    notes = tuple(
        f"Files disagree on the type of `{name}` ({', '.join(types)}): it is {merged[name].type}."
        for name, types in seen.items()
        if len([kind for kind in types if kind != "null"]) > 1
    )
    return tuple(merged.values()), notes
