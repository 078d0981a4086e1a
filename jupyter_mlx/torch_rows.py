"""Rows of Arrow tables as PyTorch has them; imported only where torch is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.utils.data import Dataset

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["RowsInMemory", "tensor"]


def tensor(table: pa.Table | pa.RecordBatch, names: list[str]) -> torch.Tensor:
    """Columns of numbers or truths as `float32` of shape ``(rows, columns)``, nulls NaN."""
    import numpy as np

    columns = [table.column(name).cast("float64").to_numpy(zero_copy_only=False) for name in names]
    matrix = np.stack(columns, axis=1) if columns else np.empty((table.num_rows, 0))
    return torch.from_numpy(matrix.astype(np.float32))


class RowsInMemory(Dataset[Any]):  # type: ignore[misc]
    """All rows, by number: ``features`` as a tensor, with a target that and its value.

    Parameters
    ----------
    features: Columns of numbers or truths, in the tensors' order.
    target: Another one, which is to be predicted.
    """

    def __init__(self, table: pa.Table, features: list[str], target: str | None) -> None:
        self.features = features
        self.x = tensor(table, features)
        self.y = None if target is None else tensor(table, [target])[:, 0]

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> Any:
        return self.x[index] if self.y is None else (self.x[index], self.y[index])
