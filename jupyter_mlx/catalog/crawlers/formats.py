"""Binary formats by their footers: Parquet with statistics, ORC and Arrow IPC. Sizes come from the listing."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ..models import Column
from ..types import arrow_name
from .encodings import decoder, encoding_of
from .facts import Bounds, FileFacts, Shape, Shapes, joined, merged_statistics
from .listing import Entry
from .sample import Classification, Sample, Unreadable

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["FOOTER_SUFFIXES", "FooterReader", "footer_kind", "read_binary"]

FOOTER_SUFFIXES = {
    ".parquet": "parquet",
    ".parq": "parquet",
    ".pq": "parquet",
    ".orc": "orc",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
MAX_STATISTICS = 500
"""Columns of a file whose bounds are kept."""
_SAME = {"large_string": "string", "string_view": "string", "large_binary": "binary", "binary_view": "binary"}
_WHERE = re.compile(r"(?:Could not open Parquet input source|Error creating dataset\.[^:]*:?) ?'[^']*':? ?", re.DOTALL)
_DAMAGE = re.compile(r"thrift|parquet|orc|magic|footer|corrupt|flatbuffer|not an arrow file", re.IGNORECASE)


def footer_kind(path: str) -> str | None:
    """Which format a file's name promises, of those that are read by their footer."""
    return FOOTER_SUFFIXES.get(path[path.rfind(".") :].lower())


def read_binary(kind: str, sample: Sample) -> Classification:
    """Classify a file by its footer.

    Parameters
    ----------
    kind: ``parquet``, ``orc`` or ``arrow``.

    Raises
    ------
    Unreadable: ``file_empty``, ``file_damaged``.
    """
    import pyarrow as pa

    with closing(sample.open()) as stored:
        stream = pa.PythonFile(stored, mode="r")
        facts = FooterReader(Shapes()).read(kind, Entry(sample.path, sample.size, 0), stream)
    shape = facts.shape
    assert shape is not None
    return Classification(
        shape.classifier,
        shape.format,
        shape.certainty,
        columns=shape.columns,
        parameters=shape.parameters,
        rows=facts.rows,
        statistics=merged_statistics([facts], shape.columns),
    )


FEW = 64
"""Files that are opened, which takes one request more; for more of them it pays to load Arrow's datasets, and pandas
with them, which takes a third of a second."""


class FooterReader:
    """Reads footers; used by several threads.

    Parameters
    ----------
    filesystem: Where paths are opened, so that ranges of known size are asked for and nothing else.
    """

    def __init__(self, shapes: Shapes, filesystem: Any = None) -> None:
        self._shapes = shapes
        self._filesystem = filesystem
        self._lock = threading.Lock()
        self._few = FEW
        self._seen: deque[tuple[Any, bytes | None, Shape, _Bounding]] = deque(maxlen=64)

    def read(self, kind: str, entry: Entry, source: Any) -> FileFacts:
        """The facts of a file.

        Parameters
        ----------
        source: Its path in the file system, or an open file.

        Raises
        ------
        Unreadable: ``file_empty``, ``file_damaged``.
        OSError: It can't be read at all.
        """
        import pyarrow as pa

        if entry.size == 0:
            raise Unreadable("file_empty", "The file is empty.")
        try:
            return getattr(self, f"_{kind}")(entry, source)  # type: ignore[no-any-return]
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise _damaged(kind, error) from error
        except OSError as error:
            # Arrow reports bad footers as OSError too, then without a number.
            if error.errno is None and _DAMAGE.search(_told(error)) and "AWS" not in str(error):
                raise _damaged(kind, error) from error
            raise

    def _parquet(self, entry: Entry, source: Any) -> FileFacts:
        metadata = self._metadata(entry, source)
        shape, bounding = self._shape(metadata)
        bounds = bounding.of(metadata)
        return FileFacts(entry, shape, metadata.num_rows, bounds, exact=True, read=True)

    def _metadata(self, entry: Entry, source: Any) -> pq.FileMetaData:
        import pyarrow.parquet as pq

        if not isinstance(source, str):
            return pq.read_metadata(source)
        if self._few > 0:
            self._few -= 1
            with self._filesystem.open_input_file(source) as file:
                return pq.read_metadata(file)

        import pyarrow.dataset as ds

        fragment = ds.ParquetFileFormat().make_fragment(source, filesystem=self._filesystem, file_size=entry.size)
        fragment.ensure_complete_metadata()
        return fragment.metadata

    def _shape(self, metadata: pq.FileMetaData) -> tuple[Shape, _Bounding]:
        schema = metadata.schema
        arrow = (metadata.metadata or {}).get(b"ARROW:schema")
        for known, known_arrow, shape, bounding in list(self._seen):
            if arrow == known_arrow and schema.equals(known):
                return shape, bounding
        found = schema.to_arrow_schema()
        bounding = _Bounding(metadata, found.names)
        with self._lock:
            shape = self._shapes.one(_plain_shape("parquet", found, bounding.encodings))
            self._seen.append((schema, arrow, shape, bounding))
        return shape, bounding

    def _orc(self, entry: Entry, source: Any) -> FileFacts:
        from pyarrow import orc

        file = orc.ORCFile(self._open(source))
        return self._facts(entry, _plain_shape("orc", file.schema), file.nrows)

    def _arrow(self, entry: Entry, source: Any) -> FileFacts:
        from pyarrow import ipc

        with ipc.open_file(self._open(source)) as file:
            rows = sum(file.get_batch(index).num_rows for index in range(file.num_record_batches))
            return self._facts(entry, _plain_shape("arrow", file.schema), rows)

    def _open(self, source: Any) -> Any:
        return self._filesystem.open_input_file(source) if isinstance(source, str) else source

    def _facts(self, entry: Entry, shape: Shape, rows: int) -> FileFacts:
        with self._lock:
            shape = self._shapes.one(shape)
        return FileFacts(entry, shape, rows, exact=True, read=True)


class _Bounding:
    """How the bounds of one Parquet schema's columns are read; of those at the top, nested ones have none."""

    def __init__(self, metadata: pq.FileMetaData, names: Sequence[str]) -> None:
        schema = metadata.schema
        leaves: dict[str, tuple[int, str]] = {}
        for index in range(len(schema)):
            leaf = schema.column(index)
            if leaf.path == leaf.name and len(leaves) < MAX_STATISTICS:
                encoding = encoding_of(leaf.physical_type, leaf.logical_type.to_json())
                if encoding is not None and leaf.max_repetition_level == 0:
                    leaves[leaf.name] = (index, encoding)
        self.encodings = tuple(leaves[name][1] if name in leaves else None for name in names)
        self._columns = [
            (leaves[name][0], decoder(leaves[name][1])) if name in leaves else (None, None) for name in names
        ]

    def of(self, metadata: pq.FileMetaData) -> tuple[Bounds, ...]:
        """Nulls, least and greatest value by column."""
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        groups = [group for group in groups if group.num_rows]
        found = [
            [_NOTHING if at is None else _chunk_bounds(group.column(at), decode) for at, decode in self._columns]
            for group in groups
        ]
        if len(found) == 1:
            return tuple(found[0])
        rows = [group.num_rows for group in groups]
        # A file without rows has no nulls and no bounds, and neither is unknown.
        columns = zip(*found, strict=True) if found else ((),) * len(self._columns)
        return tuple(joined(tuple(zip(column, rows, strict=True))) for column in columns)


_NOTHING: Bounds = (None, None, None)


def _chunk_bounds(chunk: Any, decode: Any) -> Bounds:
    """Of one column in one row group; without bounds where it has nulls only, or where they are of no use."""
    found = chunk.statistics
    if found is None:
        return _NOTHING
    nulls = found.null_count if found.has_null_count else None
    if not found.has_min_max:
        return nulls, None, None
    least, greatest = found.min_raw, found.max_raw
    if decode is not None:
        least, greatest = decode(least), decode(greatest)
        if least is None or greatest is None:
            return nulls, None, None
    return nulls, least, greatest


def _plain_shape(kind: str, schema: pa.Schema, encodings: tuple[str | None, ...] = ()) -> Shape:
    columns = tuple(Column(field.name, _type_name(field.type), nullable=_nullable(field)) for field in schema)
    return Shape(kind, None, kind, 1.0, columns, encodings=encodings)


def _type_name(data_type: pa.DataType) -> str:
    # How long offsets are is a matter of the writer's, not of the data.
    name = arrow_name(data_type)
    return _SAME.get(name, name)


def _nullable(field: pa.Field) -> bool | None:
    # Most writers declare every column nullable, which says nothing.
    return None if field.nullable else False


def _told(error: BaseException) -> str:
    return " ".join(_WHERE.sub("", str(error)).split())[:300]


def _damaged(kind: str, error: BaseException) -> Unreadable:
    name = {"parquet": "Parquet", "orc": "ORC", "arrow": "Arrow"}[kind]
    return Unreadable("file_damaged", f"It is no whole {name} file: {_told(error)}")
