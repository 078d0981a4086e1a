"""What is known of files: their shapes, kept once each, their rows, and what their footers say of the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..models import Column, ColumnStatistics
from .encodings import shown
from .listing import Entry

__all__ = ["Bounds", "FileFacts", "Shape", "Shapes", "joined", "merged_statistics"]

Bounds = tuple[int | None, Any, Any]
"""Of one column in one file: nulls, least and greatest value as its encoding has them; None for what isn't known."""


@dataclass(frozen=True, eq=False)
class Shape:
    """What files have in common: format, columns, what a reader needs. There is one object for all files that agree.

    encodings: By column, how bounds are to be read (`encodings`); empty where files carry none.
    """

    format: str
    compression: str | None
    classifier: str
    certainty: float
    columns: tuple[Column, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    encodings: tuple[str | None, ...] = ()

    @cached_property
    def kind(self) -> tuple[str, str, str]:
        """What must be the same for files to be compatible: format, compression, delimiter."""
        return self.format, self.compression or "", str(self.parameters.get("delimiter", ""))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The schema as schemas are compared: names with types."""
        return frozenset((column.name, column.type) for column in self.columns)

    @cached_property
    def names(self) -> frozenset[str]:
        """The columns' names."""
        return frozenset(column.name for column in self.columns)

    def to_json(self) -> dict[str, Any]:
        """As a manifest keeps it."""
        document = dict(vars(self))
        for cached in ("kind", "pairs", "names"):
            document.pop(cached, None)
        document["columns"] = [column.to_json() for column in self.columns]
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Shape:
        """From what `to_json` wrote."""
        columns = tuple(Column.from_json(column) for column in document["columns"])
        notes, encodings = tuple(document["notes"]), tuple(document["encodings"])
        return cls(**{**document, "columns": columns, "notes": notes, "encodings": encodings})


class Shapes:
    """Keeps each shape once."""

    def __init__(self) -> None:
        self._known: dict[str, Shape] = {}

    def one(self, shape: Shape) -> Shape:
        """The shape that is kept for all that are equal to this one."""
        return self._known.setdefault(json.dumps(shape.to_json(), sort_keys=True, default=str), shape)


@dataclass(slots=True)
class FileFacts:
    """One file.

    shape: None where it could not be read.
    exact: `rows` were counted, not estimated.
    read: It was opened; else it is taken to be as those of its folder that were.
    problem: Code and message, where it could not be read.
    passing: The problem may have passed by the next crawl; what was known of the file before is kept until then.
    """

    entry: Entry
    shape: Shape | None = None
    rows: int | None = None
    bounds: tuple[Bounds, ...] = ()
    exact: bool = False
    read: bool = False
    problem: tuple[str, str] | None = None
    passing: bool = False


def joined(parts: Sequence[tuple[Bounds, int | None]]) -> Bounds:
    """The bounds over parts that are given with their rows; without values where they don't hold for all.

    A part without bounds has nulls only, or it is not known what it holds.
    """
    counts = [bounds[0] for bounds, _ in parts]
    nulls = None if None in counts else sum(count for count in counts if count is not None)
    if any(bounds[1] is None and bounds[0] != rows for bounds, rows in parts):
        return nulls, None, None
    bounded = [bounds for bounds, _ in parts if bounds[1] is not None]
    least, greatest = (bounds[1] for bounds in bounded), (bounds[2] for bounds in bounded)
    return nulls, min(least, default=None), max(greatest, default=None)


def merged_statistics(files: Iterable[FileFacts], columns: Sequence[Column]) -> dict[str, ColumnStatistics]:
    """The statistics of a table by column, out of those of its files.

    Files that were not read make nulls unknown and bounds estimates. Values of different encodings are not compared.
    """
    by_shape: dict[int, list[FileFacts]] = {}
    exact = True
    for file in files:
        if file.bounds and file.read:
            by_shape.setdefault(id(file.shape), []).append(file)
        else:
            exact = False
    groups = [(group[0].shape, group) for group in by_shape.values()]
    parts: dict[str, list[tuple[Bounds, int | None]]] = {}
    encodings: dict[str, set[str | None]] = {}
    for shape, group in groups:
        assert shape is not None
        for index, column in enumerate(shape.columns):
            encodings.setdefault(column.name, set()).add(shape.encodings[index])
            parts.setdefault(column.name, []).extend((file.bounds[index], file.rows) for file in group)
    result = {}
    for column in columns:
        known = encodings.get(column.name, set())
        if not known or known == {None}:
            continue
        found = parts[column.name]
        if len(known) > 1:
            found = [((bounds[0], None, None), rows) for bounds, rows in found]
        nulls, least, greatest = joined(found)
        lacking = sum(_rows_without(column.name, group) for _, group in groups)
        encoding = next(iter(known))
        result[column.name] = ColumnStatistics(
            nulls=nulls + lacking if exact and nulls is not None else None,
            min=shown(least, encoding),
            max=shown(greatest, encoding),
            exact=exact,
        )
    return result


def _rows_without(name: str, group: Sequence[FileFacts]) -> int:
    """The rows of files of one shape, if that shape lacks the column: there it is null."""
    shape = group[0].shape
    return 0 if shape is None or name in shape.names else sum(file.rows or 0 for file in group)
