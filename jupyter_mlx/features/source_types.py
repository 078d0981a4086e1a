"""Whether sources still have the types that their views define: a number that became text is no feature any more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, NotFound

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["check_types"]

_NUMBERS = ("INT32", "INT64", "FLOAT", "DOUBLE")
_KINDS = {
    "STRING": "text",
    "BYTES": "bytes",
    "BOOL": "truth",
    "UNIX_TIMESTAMP": "time",
    **dict.fromkeys(_NUMBERS, "number"),
}


def check_types(views: Sequence[tuple[Any, Sequence[str]]], folder: Path) -> None:
    """Go on only where sources' columns are of the kinds that features are.

    Parameters
    ----------
    views: Feast's feature views, each with the features that are asked for.
    folder: The repository's, which sources are relative to.

    Raises
    ------
    InvalidInput: ``source_type_changed``.
    """
    from feast import FileSource

    from .asof_sources import source_schema

    for view, names in views:
        source = view.batch_source
        if not isinstance(source, FileSource):
            continue
        try:
            schema = source_schema(source, folder)
        except NotFound:
            continue  # whoever reads it says so, with its columns
        raw = {mapped: column for column, mapped in (source.field_mapping or {}).items()}
        for field in view.features:
            column = raw.get(field.name, field.name)
            if field.name not in names or column not in schema.names:
                continue
            wanted, found = field.dtype.to_value_type().name, schema.field(column).type
            kinds = _KINDS.get(wanted), _kind_of(found)
            if None not in kinds and kinds[0] != kinds[1]:
                raise InvalidInput(
                    "source_type_changed",
                    f"`{view.name}:{field.name}` is {wanted} by its definition; its source has {found} now.",
                    "Mend the source, or change the view's schema and apply it: that makes a version.",
                )


def _kind_of(kind: pa.DataType) -> str | None:
    """What sort of values a column has; None where anything goes, as in one that has nulls alone."""
    import pyarrow.types as types

    if types.is_dictionary(kind):
        kind = kind.value_type
    for name, tests in {
        "truth": (types.is_boolean,),
        "number": (types.is_integer, types.is_floating, types.is_decimal),
        "text": (types.is_string, types.is_large_string),
        "bytes": (types.is_binary, types.is_large_binary),
        "time": (types.is_temporal,),
        "list": (types.is_list, types.is_large_list),
    }.items():
        if any(test(kind) for test in tests):
            return name
    return None
