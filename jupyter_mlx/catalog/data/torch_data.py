"""Datasets for PyTorch over a table's numbers; imported only where torch is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torch.utils.data import Dataset, IterableDataset, get_worker_info

from ...errors import InvalidInput
from ...torch_rows import RowsInMemory, tensor
from ..predicates import column_unknown
from ..types import is_numeric

if TYPE_CHECKING:
    from .reader import TableReader

__all__ = ["StreamedTable", "make_dataset"]


def make_dataset(reader: TableReader, *, target: str | None, iterable: bool, batch_rows: int) -> Dataset[Any]:
    """The dataset that `TableReader.to_torch` describes."""
    numeric = [name for name, kind in reader.plan.shown() if is_numeric(kind) or kind == "bool"]
    names = [name for name, _ in reader.plan.shown()]
    if target is not None and target not in names:
        raise column_unknown(target, names, "target")
    others = [name for name in names if name not in numeric]
    refused = [name for name in others if reader.plan.chosen or name == target]
    if refused or not numeric:
        name = refused[0] if refused else "the table"
        raise InvalidInput(
            "column_not_numeric",
            f"`{name}` holds no numbers." if refused else f"`{reader.plan.path}` has no column of numbers.",
            f"Choose of these: {', '.join(numeric)}." if numeric else "Encode its columns first.",
            field="columns",
        )
    features = [name for name in numeric if name != target]
    if iterable:
        return StreamedTable(reader, features, target, batch_rows)
    return RowsInMemory(reader.to_arrow(), features, target)


class StreamedTable(IterableDataset[Any]):  # type: ignore[misc]
    """Rows as they are read; each of several workers takes every n-th batch."""

    def __init__(self, reader: TableReader, features: list[str], target: str | None, batch_rows: int) -> None:
        self.features = features
        self._reader = reader
        self._target = target
        self._batch_rows = batch_rows

    def __iter__(self) -> Iterator[Any]:
        worker = get_worker_info()
        number, workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        for index, batch in enumerate(self._reader.to_batches(self._batch_rows)):
            if index % workers != number:
                continue
            x = tensor(batch, self.features)
            if self._target is None:
                yield from x
            else:
                yield from zip(x, tensor(batch, [self._target])[:, 0], strict=True)
