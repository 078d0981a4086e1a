"""Tables of text files and of Avro, read as streams through whatever compresses them, a batch at a time."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from ...errors import Unavailable
from ..crawlers.json_path import JsonPath
from ..crawlers.text_csv import header_names
from ..types import arrow_type
from .conversion import batches_of
from .files import Part, PartScan
from .scan import schema_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["AvroScan", "CsvScan", "JsonScan", "LogScan"]

_CHUNK = 1 << 20
_SPACE = re.compile(r"[\s,]*")
_SAMPLE_LINES = 1 << 16


@contextmanager
def _opened(part: Part, compression: str | None) -> Iterator[IO[bytes]]:
    """A stream of what a file holds."""
    import pyarrow as pa

    if compression in (None, "gzip", "bz2", "lz4", "zstd"):
        with part.filesystem.open_input_stream(part.path, compression=None) as stored:
            yield stored if compression is None else pa.CompressedInputStream(stored, compression)
    elif compression == "zip":
        import zipfile

        with (
            part.filesystem.open_input_file(part.path) as stored,
            zipfile.ZipFile(stored) as archive,
            archive.open(next(item for item in archive.infolist() if not item.is_dir())) as inner,
        ):
            yield inner
    elif compression == "snappy":
        import cramjam

        with part.filesystem.open_input_stream(part.path, compression=None) as stored:
            yield io.BytesIO(bytes(cramjam.snappy.decompress(stored.read())))
    else:
        raise Unavailable(
            "data_unreadable",
            f"`{part.path}` is compressed by {compression}, which can't be read here.",
            "Unpack it, then crawl its source again.",
        )


class _TextScan(PartScan):
    @property
    def _encoding(self) -> str:
        return str(self.plan.parameters.get("encoding") or "utf-8")

    def _open(self, part: Part) -> Any:
        return _opened(part, self.plan.parameters.get("compression"))


class CsvScan(_TextScan):
    """Delimited text. Rows of another width are left out, as the crawler that judged the file left them out."""

    def read(self, part: Part) -> Iterator[pa.RecordBatch]:
        """The columns that the plan needs, in the catalog's types."""
        import pyarrow.csv as pacsv

        header = bool(self.plan.parameters.get("header"))
        with self._open(part) as stream:
            names = self._header(part) if header else self._names()
            types = {name: arrow_type(kind) for name, kind in self.plan.columns}
            reader = pacsv.open_csv(
                stream,
                pacsv.ReadOptions(
                    column_names=names, skip_rows=int(header), encoding=self._encoding.removesuffix("-sig")
                ),
                self._parse_options(pacsv),
                pacsv.ConvertOptions(
                    column_types=types,
                    include_columns=[name for name in names if name in types],
                    null_values=self.plan.parameters.get("nulls") or [""],
                    strings_can_be_null=False,
                ),
            )
            yield from reader

    def _names(self) -> list[str]:
        return list(self.plan.fields)

    def _header(self, part: Part) -> list[str]:
        """The columns as this file orders them: files of one table may differ in that."""
        with self._open(part) as stream:
            text = codecs.getincrementaldecoder(self._encoding)("replace").decode(stream.read(_SAMPLE_LINES))
        parameters = self.plan.parameters
        rows = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=parameters.get("delimiter", ","),
            quotechar=parameters.get("quote"),
            quoting=csv.QUOTE_NONE if parameters.get("quote") is None else csv.QUOTE_MINIMAL,
            escapechar=parameters.get("escape"),
        )
        names, _ = header_names(next((row for row in rows if row), []))
        return names

    def _parse_options(self, pacsv: Any) -> Any:
        parameters = self.plan.parameters
        return pacsv.ParseOptions(
            delimiter=parameters.get("delimiter", ","),
            quote_char=parameters.get("quote") or False,
            escape_char=parameters.get("escape") or False,
            newlines_in_values=parameters.get("quote") is not None,
            invalid_row_handler=lambda row: "skip",
        )


class JsonScan(_TextScan):
    """Documents: a line each, one after the other, in an array, or at a path of a custom classifier."""

    def read(self, part: Part) -> Iterator[pa.RecordBatch]:
        """The documents as batches."""
        with self._open(part) as stream:
            text = io.TextIOWrapper(stream, encoding=self._encoding)
            yield from batches_of(self._documents(text), schema_of(self.plan))

    def _documents(self, text: io.TextIOWrapper) -> Iterator[Mapping[str, Any]]:
        path, layout = self.plan.parameters.get("path"), self.plan.parameters.get("layout")
        values: Iterator[Any]
        if layout == "lines":
            values = (json.loads(line) for line in text if not line.isspace())
        else:
            values = _values(text, in_array=layout == "array")
        if path:
            steps = JsonPath.parse(path)
            # The path starts from the whole array where the file is one, else from each document.
            roots = [list(values)] if layout == "array" else values
            values = (found for root in roots for found in steps.find(root))
        return (value for value in values if isinstance(value, Mapping))


def _values(text: io.TextIOWrapper, *, in_array: bool) -> Iterator[Any]:
    """Values one after the other, or the items of an array, with no more in memory than one and what was read ahead."""
    decoder = json.JSONDecoder()
    held, at, wanted, ended = text.read(_CHUNK), 0, _CHUNK, False
    if in_array:
        held = held.lstrip().removeprefix("[")
    while True:
        match = _SPACE.match(held, at)
        at = match.end() if match else at
        if held.startswith("]", at) or (ended and at >= len(held)):
            return
        try:
            value, end = decoder.raw_decode(held, at)
        except json.JSONDecodeError:
            if ended:
                raise
            end = len(held)
        # A number at the end of what is held may go on.
        if end >= len(held) and not ended:
            more = text.read(wanted)
            held, at, wanted, ended = held[at:] + more, 0, wanted * 2, not more
            continue
        yield value
        at, wanted = end, _CHUNK


class AvroScan(_TextScan):
    """Avro's object container files."""

    def read(self, part: Part) -> Iterator[pa.RecordBatch]:
        """The records as batches."""
        import fastavro

        with self._open(part) as stream:
            found: Iterator[Any] = iter(fastavro.reader(stream))
            records = (value if isinstance(value, Mapping) else {"value": value} for value in found)
            yield from batches_of(records, schema_of(self.plan))


class LogScan(_TextScan):
    """Logs; what does not match the pattern is left out, as the crawler counted it out."""

    def read(self, part: Part) -> Iterator[pa.RecordBatch]:
        """The records as batches."""
        from ..crawlers.logs import read_log

        with self._open(part) as stream:
            yield from read_log(stream, self.plan.parameters).to_batches()
