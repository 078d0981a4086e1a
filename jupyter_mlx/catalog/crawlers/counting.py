"""How many rows a text file has: by its lines, where the classifier saw only its beginning."""

from __future__ import annotations

import bz2
import gzip
import zipfile
from collections.abc import Callable
from contextlib import closing
from typing import IO, Any

from .sample import Classification, Sample

__all__ = ["rows_by_lines"]

_CHUNK = 1 << 20
_LINES = frozenset({"csv", "log", "json"})
MAX_STORED = 64 << 20
"""Bytes of a file, as stored, up to which all of its lines are counted."""
MAX_UNPACKED = 1 << 30


def rows_by_lines(sample: Sample, found: Classification, *, near: bool) -> tuple[int | None, bool]:
    """Rows, and whether they are exact; None where a row is not a line, or it can't be told at a fair price.

    Parameters
    ----------
    near: Reading the whole file costs little. Else a text's lines are estimated from the length of those in its
        beginning; how long a compressed one is only its end tells, so it is read.
    """
    if found.format not in _LINES:
        return None, False
    if found.compression is None:
        if found.format == "json" and sample.head.lstrip()[:1] == b"[":
            return None, False
        if near and sample.size <= MAX_STORED:
            with closing(sample.open()) as stream:
                return _count(stream, found)
        lines, used = sample.head.count(b"\n"), sample.head.rfind(b"\n") + 1
        return (max(0, round(lines * sample.size / used) - _header(found)), False) if lines else (None, False)
    opener = _OPENERS.get(found.compression)
    if opener is None or sample.size > MAX_STORED:
        return None, False
    with closing(sample.open()) as stored, closing(opener(stored)) as stream:
        return _count(stream, found)


def _count(stream: IO[bytes], found: Classification) -> tuple[int | None, bool]:
    lines, size, end = 0, 0, b"\n"
    # A quoted cell may hold lines, an empty line is no row, and a log's entry may go on over several.
    exact = found.format != "log" and found.parameters.get("encoding", "utf-8") == "utf-8"
    while chunk := stream.read(_CHUNK):
        if not size and found.format == "json" and chunk.lstrip()[:1] == b"[":
            return None, False
        size += len(chunk)
        if size > MAX_UNPACKED:
            return None, False
        lines += chunk.count(b"\n")
        seam = end + chunk
        blank = b"\n\n" in seam or b"\n\r\n" in seam
        exact = exact and not blank and not (found.format == "csv" and b'"' in chunk)
        end = seam[-2:]
    return max(0, lines + (not end.endswith(b"\n")) - _header(found)), exact


def _header(found: Classification) -> int:
    return int(bool(found.parameters.get("header")))


def _zipped(stored: IO[bytes]) -> Any:
    archive = zipfile.ZipFile(stored)
    return archive.open(next(item for item in archive.infolist() if not item.is_dir()))


_OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {
    "gzip": lambda stored: gzip.GzipFile(fileobj=stored),
    "bz2": bz2.BZ2File,
    "zip": _zipped,
}
