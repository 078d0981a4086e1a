"""The ports: of crawlers, what one is given and what it gives; of the search, what else than tables it finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from .models import ObservedTable, Principal, Problem, Skipped, Source, Unchanged

__all__ = ["CrawlContext", "Crawler", "Entry", "EntryGuard", "EntryPart", "Progress"]


class Progress(Protocol):
    """Told now and then how far a crawl is; raises to cancel it."""

    def __call__(self, listed: int, read: int, skipped: int, failed: int) -> None:
        """Take the counts so far."""


@dataclass
class CrawlContext:
    """What a crawler is given besides the source, and where it reports to. Used by one thread at a time.

    secret: The value of the source's secret; None where it has none.
    classifiers: Custom classifiers by name: ``{"kind": "grok" | "csv" | "json", …}``.
    manifest: What the crawler kept at its last crawl (its own bytes); it replaces it with what the next one is to have.
    known: Tables of the last crawl by identity, as ``{"format", "digest"}``: what can be answered with `Unchanged`.
    own: Files and folders of the workbench itself, which no crawl of files opens: closing a file drops the locks that
        SQLite holds on it in this process.
    """

    secret: str | None = None
    classifiers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    manifest: bytes | None = None
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    own: Collection[Path] = ()
    progress: Progress | None = None
    listed: int = 0
    read: int = 0
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)
    """Identities or location prefixes below which something could not be read: no table there counts as gone."""

    def tell(self) -> None:
        """Report progress; cheap enough to be called for each file."""
        if self.progress is not None:
            self.progress(self.listed, self.read, len(self.skipped), len(self.problems))

    def fail(self, path: str, code: str, message: str) -> None:
        """Report something that can't be read; no table at or above it counts as gone."""
        self.problems.append(Problem(path, code, message))
        self.incomplete.add(path)

    def skip(self, path: str, reason: str) -> None:
        """Note something that was not read on purpose."""
        self.skipped.append(Skipped(path, reason))


class Crawler(Protocol):
    """Reads one kind of source."""

    def crawl(self, source: Source, context: CrawlContext) -> Iterator[ObservedTable | Unchanged]:
        """Yield the source's tables.

        What is broken is told to `context.fail` and left out. Only what makes the whole source unreadable is raised.

        Raises
        ------
        InvalidInput: The location or an option is wrong.
        Unavailable: The source does not answer.
        """


# -- the search ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EntryPart:
    """A part of an entry, as a column is of a table."""

    name: str
    type: str
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """What another part of the workbench has found by the catalog's search.

    kind: Of it, such as ``feature_view``; `part_kind` of its parts.
    id: What it is opened by; it is unique among all entries.
    group: What it is in: its path is ``group/name``, and ``group/name.part``.
    """

    kind: str
    part_kind: str
    id: str
    name: str
    group: str
    updated_at: datetime
    description: str = ""
    owner: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[EntryPart, ...] = ()


class EntryGuard(Protocol):
    """Tells what of the entries of a kind may be seen."""

    def shown_parts(self, principal: Principal, ids: Collection[str]) -> Mapping[str, Collection[str]]:
        """By id the parts that a principal may know of; entries that he may not are left out."""
