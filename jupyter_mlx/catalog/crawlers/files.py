"""Files in folders and buckets as tables with partitions.

Options of such a source:

- ``include``, ``exclude``: globs relative to the location (`globs`).
- ``table_level``: tables are the folders at this level. The location is level 1; in an object store the bucket is.
- ``combine``: compatible data is one table, however its schemas differ.
- ``sample``: files read of a leaf folder, Hive's partitions counting as one; True is 1. By default all footers are
  read, and a few files of other formats.
- ``threads``: requests in flight: 16, of a local folder 4.
- ``within``: a folder that links may not lead out of; sources that are added over HTTP have it.
- Of S3: ``endpoint_url``, ``region``, ``anonymous``, ``timeout_s``; the secret is ``KEY:SECRET``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ...errors import InvalidInput, MlxError
from ..models import ObservedTable, Source, Unchanged
from ..port import CrawlContext
from .facts import FileFacts, Shapes
from .globs import Selection
from .grouping import Folder, Rules, group_tables
from .listing import Entry, Listing
from .manifest import Manifest, write_manifest
from .options import Options
from .reading import Reading
from .sampling import Sampler
from .storage import Location, one_object, s3_client, s3_keys
from .tables import TableBuilder, table_digest

__all__ = ["FileCrawler", "FileOptions"]

_KNOWN = ("include", "exclude", "table_level", "combine", "sample", "threads", "within")
_S3 = ("endpoint_url", "region", "anonymous", "timeout_s")
# A local footer is there at once: more threads only take turns.
_LOCAL_THREADS = 4
_IN_FLIGHT = 8
"""Pieces of work a thread that may be waiting before the listing waits for them."""
_TELL_EVERY = 16
UNKNOWN_REASON = "UNKNOWN: no classifier recognised it"
EMPTY_REASON = "it is empty"


@dataclass(frozen=True)
class FileOptions:
    """The options of a source of files, checked."""

    selection: Selection
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    rules: Rules
    sample: int | None
    threads: int

    @classmethod
    def of(cls, given: Mapping[str, Any], location: Location) -> FileOptions:
        """From what a source has.

        Raises
        ------
        InvalidInput: ``option_unknown``, ``option_invalid``, ``glob_invalid``.
        """
        options = Options("files", given, (*_KNOWN, *_S3))
        for name in ("endpoint_url", "region"):
            options.text(name)
        options.flag("anonymous", False)
        options.number("timeout_s", 30, 0.1, 3600)
        include, exclude = options.texts("include"), options.texts("exclude")
        level = options.integer("table_level", 1, 1, 1000) if given.get("table_level") is not None else None
        wanted = (*([location.pattern] if location.pattern else ()), *include)
        base_level = 1 + location.base.count("/") if location.scheme == "s3" else 1
        return cls(
            _selection(wanted, exclude),
            wanted,
            exclude,
            Rules(options.flag("combine", False), level, base_level),
            _sample(given, options),
            options.integer("threads", 16 if location.scheme == "s3" else _LOCAL_THREADS, 1, 256),
        )


def _sample(given: Mapping[str, Any], options: Options) -> int | None:
    value = given.get("sample")
    if value is None or isinstance(value, bool):
        return 1 if value else None
    return options.integer("sample", 1, 1, 1000)


def _selection(include: tuple[str, ...], exclude: tuple[str, ...]) -> Selection:
    for field, globs in (("include", include), ("exclude", exclude)):
        for glob in globs:
            try:
                Selection([glob])
            except re.error as error:
                raise InvalidInput(
                    "glob_invalid",
                    f"The glob `{glob}` can't be read: {error.msg}.",
                    "Close brackets and braces; a backslash takes a character as it is.",
                    field=f"options.{field}",
                ) from error
    return Selection(include, exclude)


class FileCrawler:
    """Reads files, local and in object stores (`crawlers.files` has the options)."""

    def crawl(self, source: Source, context: CrawlContext) -> Iterator[ObservedTable | Unchanged]:
        """Yield the tables that the files are; what is broken is told to the context.

        Raises
        ------
        InvalidInput: The location or an option is wrong.
        Unavailable: The object store refuses or does not answer.
        """
        location = Location.parse(source.location)
        options = FileOptions.of(source.options, location)
        client = None
        if location.scheme == "s3":
            client = s3_client(source.options, context.secret, options.threads + 1)
            found = one_object(location, client)
            if found is not location:
                location, options = found, FileOptions.of(source.options, found)
        yield from _Crawl(source, location, options, context, client).run()


class _Crawl:
    """One crawl."""

    def __init__(
        self, source: Source, location: Location, options: FileOptions, context: CrawlContext, client: Any
    ) -> None:
        self._source = source
        self._location = location
        self._options = options
        self._context = context
        self._client = client
        self._shapes = Shapes()
        self._listing = Listing(location, options.selection, source.options, context)
        self._sampler = Sampler(options.sample)
        self._facts: dict[str, FileFacts] = {}
        self._previous: dict[str, FileFacts] = {}
        self._fingerprint = self._make_fingerprint()

    def _make_fingerprint(self) -> str:
        ours = {key: value for key, value in self._source.options.items() if key not in ("threads", "timeout_s")}
        # The order of classifiers counts, that of options does not.
        text = json.dumps(
            [self._source.location, sorted(ours.items()), list(self._context.classifiers.items())], default=str
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def run(self) -> Iterator[ObservedTable | Unchanged]:
        manifest = Manifest.load(self._context.manifest, self._fingerprint)
        reading = Reading(
            self._location,
            self._source.options,
            self._context.secret,
            self._context.classifiers,
            self._shapes,
            self._options.threads,
            self._client,
        )
        with closing(reading):
            if manifest is None:
                entries = self._list_and_read(reading)
            else:
                entries = [entry for batch in self._listing.batches(self._client) for entry in self._told(batch)]
                entries = self._outside_lakes(entries)
                if self._is_unchanged(manifest, entries):
                    yield Unchanged()
                    return
                self._read_changed(reading, manifest, entries)
            self._read_more(reading)
        yield from self._tables(manifest, entries)

    def _told(self, batch: list[Entry]) -> list[Entry]:
        self._context.tell()
        return batch

    def _outside_lakes(self, entries: list[Entry]) -> list[Entry]:
        if self._listing.lakes:
            entries = [entry for entry in entries if not self._listing.in_lake(entry.path)]
        return sorted(entries)

    # -- reading ---------------------------------------------------------------------------------------------

    def _list_and_read(self, reading: Reading) -> list[Entry]:
        """Read files while others are listed still."""
        entries: list[Entry] = []
        for batch in self._listing.batches(self._client):
            entries += self._told(batch)
            reading.start([entry for entry in batch if self._sampler.wants(entry)])
            self._take(reading, above=_IN_FLIGHT * self._options.threads)
        return self._outside_lakes(entries)

    def _read_changed(self, reading: Reading, manifest: Manifest, entries: list[Entry]) -> None:
        """Read what is new or changed; of other files what was known is known still."""
        self._previous = manifest.files(self._shapes)
        changed = []
        for entry in entries:
            before = self._previous.get(entry.path)
            if before is not None and before.entry == entry:
                self._facts[entry.path] = before
            elif self._sampler.wants(entry):
                changed.append(entry)
        reading.start(changed)

    def _read_more(self, reading: Reading) -> None:
        reading.start(self._sampler.last())
        self._take(reading)
        while more := self._sampler.more():
            reading.start(more)
            self._take(reading)
        for facts in self._sampler.assumed():
            self._facts[facts.entry.path] = facts

    def _take(self, reading: Reading, *, above: int = 0) -> None:
        context = self._context
        for facts in reading.results(above=above):
            self._sampler.take(facts)
            if facts.passing and facts.entry.path in self._previous:
                before = self._previous[facts.entry.path]
                facts.shape, facts.rows, facts.bounds = before.shape, before.rows, before.bounds
                facts.exact, facts.read = before.exact, before.read
            self._facts[facts.entry.path] = facts
            context.read += 1
            if context.read % _TELL_EVERY == 0:
                context.tell()

    # -- nothing changed -------------------------------------------------------------------------------------

    def _is_unchanged(self, manifest: Manifest, entries: list[Entry]) -> bool:
        """Whether all is as it was and known to the catalog; broken files are told of again."""
        known = self._context.known
        if not manifest.same_listing(entries) or any(identity not in known for identity in manifest.tables):
            return False
        if self._lake_marks() != {path: kept["marks"] for path, kept in manifest.lakes.items()}:
            return False
        for path, code, message in manifest.problems():
            self._context.fail(self._location.url(path), code, message)
        return True

    def _lake_marks(self) -> dict[str, str]:
        return {
            path: hashlib.sha256(repr(sorted(marks)).encode()).hexdigest()
            for path, marks in self._listing.lakes.items()
        }

    # -- tables ----------------------------------------------------------------------------------------------

    def _tables(self, manifest: Manifest | None, entries: list[Entry]) -> Iterator[ObservedTable | Unchanged]:
        context = self._context
        files = [self._facts[entry.path] for entry in entries]
        for facts in files:
            self._tell_of(facts)
        before = manifest.tables if manifest else {}
        digests: dict[str, str] = {}
        root = Folder.tree([facts for facts in files if facts.shape is not None])
        builder = TableBuilder(self._location, self._options.include, self._options.exclude, context)
        for group in group_tables(root, self._options.rules):
            table = builder.build(group)
            digest = digests[table.identity] = table_digest(table)
            if before.get(table.identity) == digest and table.identity in context.known:
                yield Unchanged(table.identity)
            else:
                yield table
        lakes: dict[str, dict[str, str]] = {}
        yield from self._lakes(manifest, lakes)
        digests |= {kept["identity"]: "" for kept in lakes.values()}
        context.manifest = write_manifest(files, self._fingerprint, digests, lakes)

    def _tell_of(self, facts: FileFacts) -> None:
        url = self._location.url(facts.entry.path)
        if facts.problem is not None:
            self._context.fail(url, *facts.problem)
        elif facts.shape is None:
            reason = EMPTY_REASON if facts.entry.size == 0 else UNKNOWN_REASON
            self._context.skip(url, reason if facts.read else "those of its kind that were read told nothing")

    def _lakes(self, manifest: Manifest | None, kept: dict[str, dict[str, str]]) -> Iterator[ObservedTable | Unchanged]:
        """Tables of Delta and Iceberg, each through its library."""
        from .lakehouse import is_delta, read_delta, read_iceberg

        marks = self._lake_marks()
        for path, digest in marks.items():
            url = self._location.url(path)
            before = manifest.lakes.get(path) if manifest else None
            if before and before["marks"] == digest and before["identity"] in self._context.known:
                kept[path] = before
                yield Unchanged(before["identity"])
                continue
            start = len(path) + 1 if path else 0
            names = [entry.path[start:] for entry in self._listing.lakes[path]]
            try:
                read = read_delta if is_delta(names) else read_iceberg
                table = read(url, self._storage())
            except MlxError as error:
                self._context.fail(url, error.code, error.message)
                continue
            kept[path] = {"marks": digest, "identity": table.identity}
            yield table

    def _storage(self) -> dict[str, Any]:
        key, secret = s3_keys(self._context.secret)
        given = {name: self._source.options.get(name) for name in ("endpoint_url", "region", "anonymous", "within")}
        given |= {"key": key, "secret": secret}
        return {name: value for name, value in given.items() if value is not None}
