"""Which files are read, and what the others are taken for.

All footers are read; of other formats a few files of each leaf folder and suffix, and all of them where those few
turn out to differ. A sampled crawl reads so many files of each leaf folder, Hive's partitions of a folder counting as
one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .facts import FileFacts, Shape
from .formats import footer_kind
from .grouping import alike
from .listing import Entry

__all__ = ["Sampler"]

TEXT_SAMPLE = 3
TRIES = 3
"""How often more files are read where those before told nothing."""


@dataclass
class _Class:
    """Files that are thought to be alike: of one folder and with the same suffix."""

    asked: int = 0
    tries: int = 0
    waiting: list[Entry] = field(default_factory=list)
    results: list[FileFacts] = field(default_factory=list)


class Sampler:
    """Decides while files are listed, and again when those that it chose were read.

    Parameters
    ----------
    sample: Files of a leaf folder; None for all footers and a few text files.
    """

    def __init__(self, sample: int | None) -> None:
        self._sample = sample
        self._size = TEXT_SAMPLE if sample is None else sample
        self._classes: dict[tuple[str, str], _Class] = {}

    def _key(self, path: str) -> tuple[str, str] | None:
        if self._sample is None and footer_kind(path):
            return None
        folder, _, name = path.rpartition("/")
        if self._sample is not None:
            folder = "/".join(part.partition("=")[0] if "=" in part else part for part in folder.split("/"))
        return folder, ".".join(name.rsplit(".", 2)[1:]).lower()

    def wants(self, entry: Entry) -> bool:
        """Whether to read a file now; if not, it waits for what the others of its kind turn out to be."""
        key = self._key(entry.path)
        if key is None:
            return True
        kind = self._classes.setdefault(key, _Class())
        # One of a few is kept for the last file of the folder, which is the most unlike the first.
        if kind.asked < self._size - (self._sample is None):
            kind.asked += 1
            return True
        kind.waiting.append(entry)
        return False

    def take(self, facts: FileFacts) -> None:
        """Hear what a file that was chosen turned out to be."""
        key = self._key(facts.entry.path)
        if key is not None:
            self._classes[key].results.append(facts)

    def last(self) -> list[Entry]:
        """What else to read once all is listed."""
        found = []
        for kind in self._classes.values():
            if kind.waiting and kind.asked < self._size:
                kind.asked += 1
                found.append(kind.waiting.pop())
        return found

    def more(self) -> list[Entry]:
        """What else to read now that all chosen files were read; empty when it is known enough."""
        found = []
        for kind in self._classes.values():
            shapes = _shapes(kind.results)
            if not kind.waiting or (shapes and _agree(shapes)):
                continue
            if not shapes:
                if kind.tries >= TRIES:
                    continue
                kind.tries += 1
            count = len(kind.waiting) if shapes else self._size
            found += kind.waiting[:count]
            del kind.waiting[:count]
        return found

    def assumed(self) -> Iterable[FileFacts]:
        """The files that were not read, as what they are taken for; without a shape where nothing is known."""
        for kind in self._classes.values():
            shapes = Counter(map(id, _shapes(kind.results)))
            usual = shapes.most_common(1)[0][0] if shapes else None
            shape = next((facts.shape for facts in kind.results if facts.shape and id(facts.shape) == usual), None)
            yield from (FileFacts(entry, shape) for entry in kind.waiting)


def _shapes(results: Iterable[FileFacts]) -> list[Shape]:
    return [facts.shape for facts in results if facts.shape is not None]


def _agree(shapes: list[Shape]) -> bool:
    return all(alike(shapes[0], shape) for shape in shapes[1:])
