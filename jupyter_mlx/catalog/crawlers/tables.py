"""Tables out of groups of files: columns, partitions, counts, statistics, and why."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from ..models import Explanation, ObservedTable, Partition, PartitionKey, Skipped
from ..port import CrawlContext
from .facts import FileFacts, Shape, merged_statistics
from .grouping import Group
from .partitions import key_names, key_type, partition_value
from .storage import Location
from .widening import merged_columns

__all__ = ["TableBuilder", "file_stem", "table_digest"]

MAX_SHOWN = 100
MAX_GROUPING = 1000
_SUFFIX = re.compile(
    r"\.(?:parquet|parq|pq|orc|arrow|feather|ipc|avro|csv|tsv|psv|txt|dat|jsonl?|ndjson|geojson|log|data"
    r"|gz|gzip|bz2|bzip2|zip|lz4|snappy|sz|zst|zstd)\Z",
    re.IGNORECASE,
)


def file_stem(name: str) -> str:
    """A file's name without what tells its format and compression.

    >>> file_stem("flights.csv.zip")
    'flights'
    """
    while (cut := _SUFFIX.sub("", name)) not in (name, ""):
        name = cut
    return name


def table_digest(table: ObservedTable) -> str:
    """What tells a table from what it was; its explanation aside."""
    told = replace(table, explanation=Explanation(""))
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


class TableBuilder:
    """Makes the tables of one place."""

    def __init__(
        self, location: Location, include: Sequence[str], exclude: Sequence[str], context: CrawlContext
    ) -> None:
        self._location = location
        self._filters = {name: list(globs) for name, globs in (("include", include), ("exclude", exclude)) if globs}
        self._context = context

    def build(self, group: Group) -> ObservedTable:
        """The table of a group."""
        files = [file for leaf in group.leaves for file in leaf.files]
        counts = Counter(id(file.shape) for file in files)
        shapes = {id(file.shape): file.shape for file in files if file.shape is not None}
        usual = shapes[counts.most_common(1)[0][0]]
        columns, widened = merged_columns(shape.columns for shape in shapes.values())
        estimated = _estimate(files)
        keys, partitions, doubled = self._partitions(group)
        known = [file.rows for file in files]
        rows = None if None in known else sum(count for count in known if count is not None)
        url = self._location.url(group.path)
        notes = (*usual.notes, *widened, *doubled, *self._counting_notes(files, rows, estimated))
        return ObservedTable(
            name=self._name(group),
            identity=url,
            format=usual.format,
            classifier=usual.classifier,
            location=url,
            columns=columns,
            explanation=self._explanation(group, url, files, list(shapes.values()), usual, notes),
            partition_keys=keys,
            partitions=partitions,
            files=len(files),
            bytes=sum(file.entry.size for file in files),
            rows=rows,
            rows_exact=not estimated and all(file.exact for file in files),
            parameters=self._parameters(group, usual),
            statistics=merged_statistics(files, columns),
        )

    def _name(self, group: Group) -> str:
        if group.single:
            return file_stem(group.path.rpartition("/")[2])
        if group.path:
            return group.path.rpartition("/")[2]
        if self._location.pattern and not self._location.single:
            # Of `access.log*` the files are named, the folder is anybody's.
            stem = file_stem(re.split(r"[*?\[{]", self._location.pattern.partition("/")[0])[0].rstrip("._-"))
            if len(stem) > 1:
                return stem
        return self._location.base.rstrip("/").rpartition("/")[2] or "root"

    def _parameters(self, group: Group, usual: Shape) -> dict[str, Any]:
        parameters = dict(usual.parameters)
        if usual.compression:
            parameters["compression"] = usual.compression
        if self._filters and not group.single:
            # Whoever reads the folder must leave out what the crawl left out; relative to what was crawled.
            parameters |= {"base": self._location.url(), **self._filters}
        return parameters

    def _partitions(self, group: Group) -> tuple[tuple[PartitionKey, ...], tuple[Partition, ...], tuple[str, ...]]:
        """Keys, partitions, and notes on folders with the same values."""
        if not group.keys:
            return (), (), ()
        start = len(group.path) + 1 if group.path else 0
        found: dict[tuple[str, ...], Partition] = {}
        notes = []
        for leaf in group.leaves:
            values = tuple(partition_value(name) for name in leaf.path[start:].split("/"))
            rows = [file.rows for file in leaf.files]
            part = Partition(
                values,
                self._location.url(leaf.path),
                len(leaf.files),
                sum(file.entry.size for file in leaf.files),
                None if None in rows else sum(count for count in rows if count is not None),
            )
            if values in found:
                notes.append(f"`{leaf.path}` has the values of another folder; the catalog knows that one only.")
                continue
            found[values] = part
        names = key_names(group.keys)
        kinds = [key_type({values[index] for values in found}) for index in range(len(names))]
        keys = tuple(PartitionKey(name, kind) for name, kind in zip(names, kinds, strict=True))
        return keys, tuple(found.values()), tuple(notes)

    def _counting_notes(self, files: Sequence[FileFacts], rows: int | None, estimated: bool) -> list[str]:
        notes = []
        unread = sum(not file.read for file in files)
        if unread:
            notes.append(
                f"{len(files) - unread} of {len(files)} files were read; the others are taken to be like them."
            )
        if rows is not None and (estimated or not all(file.exact for file in files)):
            notes.append("The number of rows is an estimate.")
        kept = sum(file.problem is not None for file in files)
        if kept:
            notes.append(f"{kept} files could not be read now; what was known of them is kept.")
        return notes

    def _explanation(
        self,
        group: Group,
        url: str,
        files: Sequence[FileFacts],
        shapes: Sequence[Shape],
        usual: Shape,
        notes: tuple[str, ...],
    ) -> Explanation:
        grouping = [replace(item, folder=self._location.url(item.folder)) for item in group.grouping[:MAX_GROUPING]]
        if len(group.grouping) > MAX_GROUPING:
            notes = (*notes, f"{len(group.grouping) - MAX_GROUPING} more folders were grouped than are shown.")
        classifier = f"{usual.classifier} (certainty {usual.certainty:.2f})"
        others = sorted({shape.classifier for shape in shapes} - {usual.classifier})
        if others:
            classifier += f"; some files by {', '.join(others)}"
        sampled = [file.entry.path for file in files if file.read][:MAX_SHOWN]
        return Explanation(
            classifier,
            tuple(grouping),
            tuple(map(self._location.url, sampled)),
            self._skipped(url),
            notes,
        )

    @cached_property
    def _skips(self) -> list[Skipped]:
        return sorted(self._context.skipped, key=lambda item: item.path)

    def _skipped(self, url: str) -> tuple[Skipped, ...]:
        """What was left out below a table, the first of it."""
        prefix = f"{url.rstrip('/')}/"
        start = bisect_left(self._skips, prefix, key=lambda item: item.path)
        return tuple(item for item in self._skips[start : start + MAX_SHOWN] if item.path.startswith(prefix))


def _estimate(files: Sequence[FileFacts]) -> bool:
    """Give files that were not read as many rows as their bytes let expect; whether any has them."""
    sums: dict[int, list[int]] = {}
    for file in files:
        if file.read and file.rows is not None:
            total = sums.setdefault(id(file.shape), [0, 0])
            total[0] += file.rows
            total[1] += file.entry.size
    estimated = False
    for file in files:
        if not file.read and file.rows is None and sums.get(id(file.shape), [0, 0])[1]:
            rows, size = sums[id(file.shape)]
            file.rows = round(rows * file.entry.size / size)
            estimated = True
    return estimated
