"""Reading files, many at a time: footers of binary formats, the beginning of others for the classifiers."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from typing import Any, BinaryIO

from .classify import classify
from .counting import rows_by_lines
from .facts import FileFacts, Shape, Shapes
from .formats import FooterReader, footer_kind
from .listing import Entry
from .sample import SAMPLE_BYTES, UNKNOWN, Classification, Sample, Unreadable
from .storage import Location, failure_of, open_filesystem

__all__ = ["Reading"]

_MAGIC = ((b"PAR1", "parquet"), (b"ORC", "orc"), (b"ARROW1\0\0", "arrow"))


class Reading:
    """Reads files in threads; the results come to one.

    Parameters
    ----------
    classifiers: Custom ones, in the order in which they are tried.
    threads: Requests in flight.
    client: Boto3's, of an object store.
    """

    def __init__(
        self,
        location: Location,
        options: Mapping[str, Any],
        secret: str | None,
        classifiers: Mapping[str, Mapping[str, Any]],
        shapes: Shapes,
        threads: int,
        client: Any = None,
    ) -> None:
        self._location = location
        self._options = options
        self._secret = secret
        self._custom = tuple(classifiers.items())
        self._shapes = shapes
        self._client = client
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="crawl")
        self._results: queue.SimpleQueue[list[FileFacts] | BaseException] = queue.SimpleQueue()
        self._pending = 0
        # Handing over costs more than reading a local footer does: some at a time.
        self._chunk = 16 if location.scheme == "file" else 2

    @cached_property
    def _filesystem(self) -> Any:
        folder = self._location.base if self._location.scheme == "file" else self._location.url()
        return open_filesystem(folder, self._options, self._secret)[0]

    @cached_property
    def _footers(self) -> FooterReader:
        return FooterReader(self._shapes, self._filesystem)

    def start(self, entries: Sequence[Entry]) -> None:
        """Have files read."""
        if entries:
            # Made before the threads, which must not each make one.
            _ = self._footers
        for start in range(0, len(entries), self._chunk):
            self._pool.submit(self._work, entries[start : start + self._chunk])
            self._pending += 1

    def results(self, *, above: int = 0) -> Iterator[FileFacts]:
        """What was read; waits until no more than `above` pieces of work are left, and takes what is there besides."""
        while self._pending:
            try:
                done = self._results.get(block=self._pending > above)
            except queue.Empty:
                return
            self._pending -= 1
            if isinstance(done, BaseException):
                raise done
            yield from done

    def close(self) -> None:
        """Leave what has not begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, entries: Sequence[Entry]) -> None:
        try:
            self._results.put([self._read(entry) for entry in entries])
        except BaseException as error:  # noqa: BLE001 (raised again where the results are taken)
            self._results.put(error)

    def _read(self, entry: Entry) -> FileFacts:
        try:
            return self._facts(entry)
        except Unreadable as error:
            return FileFacts(entry, problem=(error.code, error.message))
        except Exception as error:  # noqa: BLE001 (boto3's and Arrow's have no common class; each becomes a problem)
            return FileFacts(entry, problem=failure_of(error), passing=True)

    def _facts(self, entry: Entry) -> FileFacts:
        kind = footer_kind(entry.path)
        if kind is None:
            if entry.size == 0:
                return FileFacts(entry, read=True)
            head = self._head(entry)
            kind = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
            if kind is None:
                return self._classified(entry, head)
        return self._footers.read(kind, entry, self._path(entry))

    def _path(self, entry: Entry) -> str:
        return f"{self._location.base.rstrip('/')}/{entry.path}"

    def _head(self, entry: Entry) -> bytes:
        size = min(SAMPLE_BYTES, entry.size)
        if self._location.scheme == "file":
            with open(self._path(entry), "rb") as file:
                return file.read(size)
        answer = self._client.get_object(
            Bucket=self._location.bucket, Key=self._location.prefix + entry.path, Range=f"bytes=0-{size - 1}"
        )
        with closing(answer["Body"]) as body:
            head: bytes = body.read()
        return head

    def _open(self, entry: Entry) -> BinaryIO:
        if self._location.scheme == "file":
            return open(self._path(entry), "rb")
        stream: BinaryIO = self._filesystem.open_input_file(self._path(entry))
        return stream

    def _classified(self, entry: Entry, head: bytes) -> FileFacts:
        sample = Sample(entry.path, entry.size, head, lambda: self._open(entry))
        found = classify(sample, self._custom)
        if found.format == UNKNOWN:
            return FileFacts(entry, read=True)
        rows, exact = found.rows, found.rows is not None
        if rows is None:
            rows, exact = rows_by_lines(sample, found, near=self._location.scheme == "file")
        return FileFacts(entry, self._shapes.one(_shape(found)), rows, exact=exact, read=True)


def _shape(found: Classification) -> Shape:
    return Shape(
        found.format,
        found.compression,
        found.classifier,
        found.certainty,
        found.columns,
        dict(found.parameters),
        found.notes,
    )
