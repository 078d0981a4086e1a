"""What a crawl keeps for the next one: the listing, and of each file what was read, as Arrow IPC in zstd.

The listing is compared without decoding the rest, so that a crawl of a place where nothing changed costs little more
than its listing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .facts import FileFacts, Shape, Shapes
from .listing import Entry

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Manifest", "write_manifest"]

FORMAT = 2
_LISTING = ("path", "size", "mtime", "etag")


class Manifest:
    """What the last crawl kept.

    fingerprint: The options and classifiers by which it crawled.
    tables: Identity → digest of the table as it was yielded.
    lakes: Folder of a table format's table → its digest.
    """

    def __init__(self, table: pa.Table, about: Mapping[str, Any]) -> None:
        self._table = table
        self._about = about
        self.fingerprint: str = about["fingerprint"]
        self.tables: dict[str, str] = about["tables"]
        self.lakes: dict[str, dict[str, str]] = about["lakes"]

    @classmethod
    def load(cls, data: bytes | None, fingerprint: str) -> Manifest | None:
        """The manifest in these bytes; None where there is none that fits these options."""
        if data is None:
            return None
        import pyarrow as pa

        try:
            table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
        except pa.ArrowInvalid:
            return None  # of another release: everything is read again
        about = json.loads((table.schema.metadata or {}).get(b"about", b"{}"))
        if about.get("format") != FORMAT or about["fingerprint"] != fingerprint:
            return None
        return cls(table, about)

    def same_listing(self, entries: Sequence[Entry]) -> bool:
        """Whether these files, sorted by path, are all that there were, none of them changed."""
        if len(entries) != self._table.num_rows:
            return False
        now = _listing_columns(entries)
        return all(self._table.column(name).combine_chunks().equals(now[name]) for name in _LISTING)

    def problems(self) -> list[tuple[str, str, str]]:
        """Path, code and message of the files that are broken."""
        import pyarrow.compute as pc

        broken = self._table.filter(pc.is_valid(self._table.column("problem"))).select(["path", "problem"])
        return [(row["path"], *json.loads(row["problem"])) for row in broken.to_pylist()]

    def files(self, shapes: Shapes) -> dict[str, FileFacts]:
        """All files by path."""
        known = [shapes.one(Shape.from_json(document)) for document in self._about["shapes"]]
        columns = [self._table.column(name).to_pylist() for name in self._table.column_names]
        found = {}
        for path, size, mtime, etag, shape, rows, exact, read, bounds, problem in zip(*columns, strict=True):
            found[path] = FileFacts(
                Entry(path, size, mtime, etag),
                None if shape is None else known[shape],
                rows,
                tuple(tuple(item) for item in json.loads(bounds)) if bounds else (),
                exact,
                read,
                tuple(json.loads(problem)) if problem else None,
            )
        return found


def _listing_columns(entries: Sequence[Entry]) -> dict[str, pa.Array]:
    paths, sizes, mtimes, etags = zip(*entries, strict=True) if entries else ((), (), (), ())
    return {"path": _texts(paths), "size": _numbers(sizes), "mtime": _numbers(mtimes), "etag": _texts(etags)}


# Made from buffers: `pyarrow.array` would load pandas, which takes longer than a small crawl.


def _texts(values: Sequence[str | None]) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    encoded = [(value or "").encode() for value in values]
    ends = np.zeros(len(values) + 1, np.int64)
    np.cumsum([len(item) for item in encoded], out=ends[1:])
    buffers = [_validity(values), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string(), len(values), buffers)


def _numbers(values: Sequence[int | None]) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    found = np.fromiter((value or 0 for value in values), np.int64, len(values))
    return pa.Array.from_buffers(pa.int64(), len(values), [_validity(values), pa.py_buffer(found)])


def _flags(values: Sequence[bool]) -> pa.Array:
    import pyarrow as pa

    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(values)])


def _validity(values: Sequence[Any]) -> pa.Buffer | None:
    return _bits([value is not None for value in values]) if None in values else None


def _bits(values: Sequence[bool]) -> pa.Buffer:
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(np.packbits(np.fromiter(values, np.bool_, len(values)), bitorder="little"))


def write_manifest(
    files: Sequence[FileFacts], fingerprint: str, tables: Mapping[str, str], lakes: Mapping[str, Any]
) -> bytes:
    """The bytes of a manifest.

    Parameters
    ----------
    files: All that were listed, sorted by path.
    """
    import pyarrow as pa

    numbers: dict[int, int] = {}
    shapes: list[Shape] = []
    for file in files:
        if file.shape is not None and id(file.shape) not in numbers:
            numbers[id(file.shape)] = len(shapes)
            shapes.append(file.shape)
    # What may be read better the next time is kept as no listing has it.
    entries = [Entry(file.entry.path, -1, 0) if file.passing else file.entry for file in files]
    columns: dict[str, Any] = _listing_columns(entries)
    columns |= {
        "shape": _numbers([numbers.get(id(file.shape)) for file in files]),
        "rows": _numbers([file.rows for file in files]),
        "exact": _flags([file.exact for file in files]),
        "read": _flags([file.read for file in files]),
        "bounds": _texts([json.dumps(file.bounds) if file.bounds else None for file in files]),
        "problem": _texts([json.dumps(file.problem) if file.problem else None for file in files]),
    }
    about = {
        "format": FORMAT,
        "fingerprint": fingerprint,
        "tables": dict(tables),
        "lakes": dict(lakes),
        "shapes": [shape.to_json() for shape in shapes],
    }
    table = pa.table(columns).replace_schema_metadata({"about": json.dumps(about)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
