"""What a classifier is given, the beginning of a file, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from ..models import Column, ColumnStatistics

__all__ = ["SAMPLE_BYTES", "UNKNOWN", "Classification", "Sample", "Unreadable"]

SAMPLE_BYTES = 1 << 20
UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Sample:
    """One file as far as it was read.

    size: Bytes of the whole file.
    head: The first bytes as stored, at most `SAMPLE_BYTES`.
    open: A fresh, seekable stream of the whole file, for formats that need its end.
    """

    path: str
    size: int
    head: bytes
    open: Callable[[], BinaryIO]

    @property
    def cut(self) -> bool:
        """Whether the file goes on behind the head."""
        return len(self.head) < self.size

    @property
    def suffix(self) -> str:
        """The last suffix of the name in lower case, with its dot; empty where there is none."""
        return PurePosixPath(self.path.replace("\\", "/")).suffix.lower()


@dataclass(frozen=True)
class Classification:
    """What a file was recognised as.

    classifier: Who decided: a custom classifier's name, or the built-in one's.
    format: ``csv``, ``json``, ``avro``, ``log``, ``parquet`` …, or `UNKNOWN`.
    certainty: 0 to 1.
    compression: What was looked through: ``gzip``, ``bz2``, ``zip``, ``lz4``, ``snappy``, ``zstd``; None for nothing.
    parameters: What a reader needs, JSON values only.
    notes: Decisions, one sentence each.
    rows: Where the sample tells: it was the whole file, or the format counts them.
    """

    classifier: str
    format: str
    certainty: float
    compression: str | None = None
    columns: tuple[Column, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rows: int | None = None
    statistics: Mapping[str, ColumnStatistics] = field(default_factory=dict)

    def noting(self, *notes: str) -> Classification:
        """The same with these sentences before its own."""
        return replace(self, notes=(*notes, *self.notes))


class Unreadable(Exception):
    """A file that is broken, or not what its name says; becomes a `Problem` with the file's path.

    code: Stable identifier in snake case.
    message: One sentence.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
