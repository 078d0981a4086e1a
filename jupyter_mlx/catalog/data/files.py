"""Tables of files: which files, where, with which partition values; and those of columns, as datasets of pyarrow's.

A dataset has the catalog's schema: columns that a file lacks are null, others are cast, partition values come from the
partition, and files of partitions that a condition excludes are not opened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import Unavailable
from ..crawlers.globs import Selection
from ..crawlers.partitions import HIVE_NULL
from ..crawlers.storage import Location, open_filesystem
from ..predicates import Binary, Node, columns_of, to_sql
from ..types import arrow_type
from .engine import open_engine
from .plan import RAW, ReadPlan
from .scan import Scan, StreamedScan, schema_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds

__all__ = ["ColumnScan", "Part", "PartScan", "fitted", "list_files", "partition_values", "read_dataset"]

_READ_AHEAD = 4
_LISTINGS = 16


@dataclass(frozen=True)
class Part:
    """One file, its path in its filesystem, and the values of its partition in the order of the plan's keys."""

    path: str
    filesystem: Any
    values: tuple[str, ...] = ()


def partition_values(plan: ReadPlan, values: tuple[str, ...]) -> dict[str, Any]:
    """The values of a partition by key, in the keys' types; Hive's name for null is null."""
    import pyarrow as pa

    found = {}
    for (name, kind), text in zip(plan.keys, values, strict=False):
        scalar = pa.scalar(None if text == HIVE_NULL else text, pa.string())
        found[name] = scalar.cast(arrow_type(kind))
    return found


def list_files(plan: ReadPlan) -> Iterator[Part]:
    """The table's files, a partition at a time, in the order of their names.

    Partitions in an object store are listed several at a time, once more than the first is asked for.

    Raises
    ------
    Unavailable: ``data_unreadable``, nothing is there.
    """
    filesystem, base = open_filesystem(plan.location, plan.source.get("options", {}), plan.secret)
    if not plan.partitions:
        yield from (Part(path, filesystem) for path in _below(filesystem, base, plan))
        return
    left = list(_surviving(plan))
    at_once = 1
    with ThreadPoolExecutor(_LISTINGS) as executor:
        while left:
            some, left = left[:at_once], left[at_once:]
            folders = [Location.parse(location).base for _, location in some]
            listed = executor.map(lambda folder: _below(filesystem, folder, plan), folders)
            for (values, _), paths in zip(some, listed, strict=True):
                yield from (Part(path, filesystem, values) for path in paths)
            at_once = _LISTINGS


def _surviving(plan: ReadPlan) -> Sequence[tuple[tuple[str, ...], str]]:
    """The partitions that a condition on their keys does not exclude."""
    import pyarrow as pa

    keys = {name for name, _ in plan.keys}
    conditions = [to_sql(node) for node in _conjuncts(plan.pushed()) if columns_of(node) <= keys]
    if not conditions:
        return plan.partitions
    values = [partition_values(plan, each) for each, _ in plan.partitions]
    columns = {name: pa.array([each[name].as_py() for each in values], arrow_type(kind)) for name, kind in plan.keys}
    with open_engine() as connection:
        connection.register("partitions", pa.table({**columns, "mlx number": pa.array(range(len(values)))}))
        statement = f'SELECT "mlx number" FROM partitions WHERE {" AND ".join(conditions)} ORDER BY 1'  # noqa: S608
        return [plan.partitions[number] for (number,) in connection.sql(statement).fetchall()]


def _conjuncts(node: Node | None) -> Iterator[Node]:
    """The conditions that all must hold."""
    if isinstance(node, Binary) and node.operator == "and":
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    elif node is not None:
        yield node


def _below(filesystem: Any, base: str, plan: ReadPlan) -> list[str]:
    """The files at or below a path that the crawl counted to the table."""
    from pyarrow.fs import FileSelector, FileType

    info = filesystem.get_file_info(base)
    inside = _confinement(plan)
    if info.type == FileType.File and inside(base):
        return [base]
    gone = Unavailable("data_unreadable", f"`{plan.path}` is gone from {base}.", "Crawl its source again.")
    if info.type != FileType.Directory:
        raise gone
    chosen = _choice(plan)
    found = sorted(
        item.path
        for item in filesystem.get_file_info(FileSelector(base, recursive=True))
        if item.type == FileType.File and item.size and _is_data(item.path[len(base) :]) and chosen(item.path)
    )
    found = [path for path in found if inside(path)]
    fitting = [path for path in found if _fits(filesystem, path, plan.format, found)]
    if not fitting:
        raise gone
    return fitting


def _confinement(plan: ReadPlan) -> Callable[[str], bool]:
    """Whether a file lies where the source may reach: links out of an admitted folder are not followed."""
    within = plan.source.get("options", {}).get("within")
    if not within or "://" in plan.location:
        return lambda path: True
    return lambda path: Path(os.path.realpath(path)).is_relative_to(within)


def _is_data(path: str) -> bool:
    """Hidden files and folders are no data, as for Hive and Spark."""
    return not any(name.startswith(".") or (name.startswith("_") and "=" not in name) for name in path.split("/"))


def _choice(plan: ReadPlan) -> Callable[[str], bool]:
    """Whether the crawl's globs take a path."""
    base = plan.parameters.get("base")
    if base is None:
        return lambda path: True
    _, root = open_filesystem(str(base), plan.source.get("options", {}), plan.secret)
    selection = Selection(plan.parameters.get("include", ()), plan.parameters.get("exclude", ()))
    return lambda path: selection.refusal(path[len(root) :].lstrip("/")) is None


_USUAL = {
    "parquet": (".parquet", ".parq", ".pq"),
    "orc": (".orc",),
    "arrow": (".arrow", ".feather", ".ipc"),
    "avro": (".avro",),
    "csv": (".csv", ".tsv", ".psv", ".txt", ".tab"),
    "json": (".json", ".jsonl", ".ndjson", ".geojson"),
    "log": (".log",),
}
_MAGIC = {"parquet": b"PAR1", "orc": b"ORC", "arrow": b"ARROW1", "avro": b"Obj\x01"}


def _fits(filesystem: Any, path: str, kind: str, siblings: Sequence[str]) -> bool:
    """Whether a file is of the table's format, where its name does not say so: a README beside the data is not."""
    if _usual(path, kind):
        return True
    if kind in _MAGIC:
        with filesystem.open_input_stream(path, compression=None) as stream:
            return bool(stream.read(6).startswith(_MAGIC[kind]))
    return not any(_usual(other, kind) for other in siblings)


def _usual(path: str, kind: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return any(ending in name for ending in _USUAL.get(kind, ()))


class PartScan(StreamedScan):
    """What scans of files share: each file is a part of its own."""

    def __init__(self, plan: ReadPlan, files: list[Part] | None = None) -> None:
        super().__init__(plan)
        self._files = files

    def files(self) -> Iterator[Part]:
        """The files of this scan."""
        return iter(self._files) if self._files is not None else list_files(self.plan)

    def parts(self) -> Iterator[Scan]:
        """A scan a file."""
        for part in self.files():
            scan = type(self)(self.plan, [part])
            scan.failures = self.failures
            yield scan

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """All batches of all files."""
        for part in self.files():
            values = partition_values(self.plan, part.values)
            for batch in self.read(part):
                yield fitted(batch, schema, values)

    def read(self, part: Part) -> Iterator[pa.RecordBatch]:
        """The batches of one file, with whichever columns it has."""
        raise NotImplementedError


def fitted(batch: pa.RecordBatch, schema: pa.Schema, values: dict[str, Any]) -> pa.RecordBatch:
    """A batch with the columns of a schema: cast, constant for partition keys, null where it has none."""
    import pyarrow as pa

    arrays = []
    for field in schema:
        if field.name in values:
            arrays.append(pa.repeat(values[field.name], batch.num_rows))
        elif field.name in batch.schema.names:
            column = batch.column(field.name)
            arrays.append(column if column.type == field.type else column.cast(field.type))
        else:
            arrays.append(pa.nulls(batch.num_rows, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class ColumnScan(PartScan):
    """Parquet, ORC and Arrow's own files."""

    @property
    def dataset(self) -> ds.Dataset:
        """All files, or those of this part."""
        import pyarrow.dataset as ds

        kind = self._format()
        fragments, filesystem = [], None
        for part in self.files():
            filesystem = part.filesystem
            fragments.append(kind.make_fragment(part.path, part.filesystem, self._expression(part)))
        return ds.FileSystemDataset(fragments, schema_of(self.plan), kind, filesystem)

    def _format(self) -> ds.FileFormat:
        import pyarrow as pa
        import pyarrow.dataset as ds

        if self.plan.format == "parquet":
            # Reads of a column's chunks that lie near each other are one request.
            options = ds.ParquetFragmentScanOptions(
                pre_buffer=True, cache_options=pa.CacheOptions(lazy=True, prefetch_limit=_READ_AHEAD)
            )
            return ds.ParquetFileFormat(default_fragment_scan_options=options)
        return ds.OrcFileFormat() if self.plan.format == "orc" else ds.IpcFileFormat()

    def _expression(self, part: Part) -> Any:
        import pyarrow.dataset as ds

        found = None
        names = {name for name, _ in self.plan.columns}
        for name, value in partition_values(self.plan, part.values).items():
            if name in names:
                each = ds.field(name) == value if value.is_valid else ds.field(name).is_null()
                found = each if found is None else found & each
        return ds.scalar(True) if found is None else found

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """As a dataset, into which DuckDB pushes columns and conditions."""
        connection.register(RAW, self.dataset)


def read_dataset(dataset: ds.Dataset, schema: pa.Schema) -> pa.Table:
    """All rows of a dataset, with the columns of a schema."""
    return dataset.to_table(columns=schema.names).cast(schema)
