"""Training sets as datasets for PyTorch; imported only where torch is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..torch_rows import RowsInMemory

if TYPE_CHECKING:
    import pyarrow as pa
    from torch.utils.data import Dataset

    from .training import TrainingSet

__all__ = ["make_dataset"]


def make_dataset(rows: TrainingSet, columns: Sequence[str] | None) -> Dataset[Any]:
    """The dataset that `jupyter_mlx.features.api.TrainingSet.to_torch` describes.

    Raises
    ------
    InvalidInput: ``column_unknown``, ``column_not_numeric``.
    """
    table = rows.to_arrow()
    target = rows.record["target"]
    chosen = list(columns) if columns is not None else _features(table, rows.record["features"], target)
    for name in [*chosen, *([] if target is None else [target])]:
        if name not in table.column_names:
            near = get_close_matches(name, table.column_names, 1)
            remedy = f"Did you mean `{near[0]}`?" if near else f"It has {', '.join(table.column_names)}."
            raise InvalidInput("column_unknown", f"The training set has no column `{name}`.", remedy, field="columns")
        if not _is_numeric(table.schema.field(name).type):
            raise _not_numeric(name, table)
    if not chosen:
        raise _not_numeric(None, table)
    return RowsInMemory(table, chosen, target)


def _features(table: pa.Table, references: Sequence[str], target: str | None) -> list[str]:
    names = dict.fromkeys(reference.partition(":")[2] for reference in references)
    return [
        name
        for name in names
        if name in table.column_names and name != target and _is_numeric(table.schema.field(name).type)
    ]


def _is_numeric(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    )


def _not_numeric(name: str | None, table: pa.Table) -> InvalidInput:
    numeric = [field.name for field in table.schema if _is_numeric(field.type)]
    return InvalidInput(
        "column_not_numeric",
        "The training set has no feature of numbers." if name is None else f"`{name}` holds no numbers.",
        f"Choose `columns` of these, or encode it first: {', '.join(numeric) or 'there is none'}.",
        field="columns",
    )
