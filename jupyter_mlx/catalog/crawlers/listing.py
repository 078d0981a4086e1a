"""What files there are: folders by scandir, buckets by ListObjectsV2, in batches while the first are read already."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..port import CrawlContext
from .globs import Selection, glob_start
from .storage import Location, failure_of, open_filesystem, unanswered

__all__ = ["Entry", "Listing", "open_filesystem"]

_JUNK = re.compile(r"(?:\.crc|\.tmp|\.inprogress|~|_\$folder\$)\Z")
_BATCH = 128
PAGE = 1000
"""Objects of a page, the most that S3 gives."""
_DELTA_LOG = "_delta_log"
_ICEBERG = re.compile(r"(?:(.*)/)?metadata/[^/]+\.metadata\.json\Z")


class Entry(NamedTuple):
    """A file as its listing has it.

    path: Below the place that is crawled.
    mtime: In nanoseconds for a local file, in microseconds of an object store.
    etag: Of an object store; empty for local files.
    """

    path: str
    size: int
    mtime: int
    etag: str = ""


def unwanted(name: str) -> str | None:
    """Why a file or folder of this name is no data, by the rules of Hive and Spark; None where it may be."""
    if name.startswith("."):
        return "it is hidden"
    # A partition's folder may well begin with an underscore.
    if name.startswith("_") and "=" not in name:
        return "names that begin with `_` are no data"
    if _JUNK.search(name):
        return "it is a leftover or a check sum"
    return None


class Listing:
    """Lists a place, once.

    Attributes
    ----------
    lakes: Folders that are tables of a table format, with the entries of their logs and metadata by which a change
        is seen; below them nothing else is crawled.
    """

    def __init__(self, location: Location, selection: Selection, options: Mapping[str, Any], context: CrawlContext):
        self.location = location
        self.lakes: dict[str, list[Entry]] = {}
        self._selection = selection
        self._options = options
        self._context = context
        self._own_names = {path.name for path in context.own}

    def batches(self, client: Any = None) -> Iterator[list[Entry]]:
        """The files, in batches; what can't be listed is told to the context.

        Raises
        ------
        InvalidInput: ``location_missing``, there is no such bucket.
        Unavailable: The object store refuses, or does not answer.
        """
        return self._objects(client) if self.location.scheme == "s3" else self._folders()

    def in_lake(self, path: str) -> bool:
        """Whether a file belongs to a table of a table format."""
        if not self.lakes:
            return False
        if "" in self.lakes:
            return True
        parts = path.split("/")
        return any("/".join(parts[:count]) in self.lakes for count in range(1, len(parts)))

    def _skip(self, path: str, reason: str) -> None:
        self._context.skip(self.location.url(path), reason)

    def _fail(self, path: str, error: Exception) -> None:
        self._context.fail(self.location.url(path), *failure_of(error))

    def _take(self, entry: Entry, batch: list[Entry]) -> None:
        """Put a file into a batch, unless it is left out."""
        reason = self._selection.refusal(entry.path)
        if reason is not None:
            if not self.location.single:
                self._skip(entry.path, reason)
            return
        batch.append(entry)

    # -- folders ---------------------------------------------------------------------------------------------

    def _folders(self) -> Iterator[list[Entry]]:
        root = self.location.base
        real_root = os.path.realpath(root)
        linked: set[str] = set()
        stack = [""]
        batch: list[Entry] = []
        while stack:
            folder = stack.pop()
            try:
                with os.scandir(os.path.join(root, folder)) as found:
                    items = sorted(found, key=lambda item: item.name)
            except FileNotFoundError:
                continue  # it went away since its parent was read: it has no files
            except OSError as error:
                self._fail(folder, error)
                continue
            if self._is_lake(folder, items):
                continue
            below: list[str] = []
            for item in items:
                path = f"{folder}/{item.name}" if folder else item.name
                if self._readable_name(path):
                    self._look(item, path, batch, below, real_root, linked)
            stack.extend(reversed(below))
            if len(batch) >= _BATCH:
                self._context.listed += len(batch)
                yield batch
                batch = []
        self._context.listed += len(batch)
        yield batch

    def _look(
        self, item: os.DirEntry[str], path: str, batch: list[Entry], below: list[str], real_root: str, linked: set[str]
    ) -> None:
        reason = unwanted(item.name) or self._leads_out(item) or self._is_own(item)
        if reason is not None:
            self._skip(path, reason)
            return
        try:
            if item.is_dir():
                reason = self._selection.folder_refusal(path)
                if reason is None and item.is_symlink():
                    reason = _link_refusal(os.path.realpath(item.path), real_root, linked)
                if reason is not None:
                    self._skip(path, reason)
                elif not self.location.single:
                    below.append(path)
                return
            status = item.stat()
        except FileNotFoundError:
            self._skip(path, "it is a link to nothing" if item.is_symlink() else "it went away")
            return
        except OSError as error:
            # Links that go round in a circle of their own.
            self._skip(path, f"it is a link that leads nowhere ({error.strerror})")
            return
        if not stat.S_ISREG(status.st_mode):
            self._skip(path, "it is no file")
            return
        self._take(Entry(path, status.st_size, status.st_mtime_ns), batch)

    def _leads_out(self, item: os.DirEntry[str]) -> str | None:
        within = self._options.get("within")
        if not within or not item.is_symlink() or Path(os.path.realpath(item.path)).is_relative_to(within):
            return None
        return f"it is a link out of `{within}`"

    def _is_own(self, item: os.DirEntry[str]) -> str | None:
        # By its name first: a look at the disk for every file would cost as much as the listing.
        if item.name not in self._own_names and not item.is_symlink():
            return None
        real = Path(os.path.realpath(item.path))
        return "it is the workbench's own" if any(map(real.is_relative_to, self._context.own)) else None

    def _readable_name(self, path: str) -> bool:
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(path).decode("utf-8", "backslashreplace")
            self._context.fail(self.location.url(shown), "name_undecodable", "Its name is no UTF-8; rename it.")
            return False
        return True

    def _is_lake(self, folder: str, items: list[os.DirEntry[str]]) -> bool:
        names = {item.name for item in items}
        marks: list[Entry] = []
        if _DELTA_LOG in names:
            marks = self._marks(f"{folder}/{_DELTA_LOG}" if folder else _DELTA_LOG)
        elif "metadata" in names:
            found = self._marks(f"{folder}/metadata" if folder else "metadata")
            marks = found if any(_ICEBERG.fullmatch(entry.path) for entry in found) else []
        if not marks:
            return False
        self.lakes[folder] = marks
        return True

    def _marks(self, folder: str) -> list[Entry]:
        try:
            with os.scandir(os.path.join(self.location.base, folder)) as found:
                kept = [(item.name, item.stat()) for item in found if item.is_file()]
        except OSError:
            return []  # the folder itself is listed like any other then, which reports it
        return [Entry(f"{folder}/{name}", status.st_size, status.st_mtime_ns) for name, status in sorted(kept)]

    # -- buckets ---------------------------------------------------------------------------------------------

    def _objects(self, client: Any) -> Iterator[list[Entry]]:
        prefix = self.location.prefix
        # Of a glob, what stands before its first wildcard is part of every key.
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=self.location.bucket,
            Prefix=prefix + glob_start(self.location.pattern or ""),
            PaginationConfig={"PageSize": PAGE},
        )
        first = True
        from botocore.exceptions import BotoCoreError, ClientError

        iterator = iter(pages)
        while True:
            try:
                page = next(iterator, None)
            except (BotoCoreError, ClientError) as error:
                if first:
                    raise unanswered(error, self.location) from error
                self._fail("", error)
                return
            if page is None:
                return
            first = False
            batch: list[Entry] = []
            for item in page.get("Contents", ()):
                self._object(item, prefix, batch)
            self._context.listed += len(batch)
            yield batch

    def _object(self, item: Mapping[str, Any], prefix: str, batch: list[Entry]) -> None:
        key: str = item["Key"]
        path = key[len(prefix) :]
        if not path or path.endswith("/"):
            return  # the mark of a folder
        mtime = int(item["LastModified"].timestamp() * 1_000_000)
        entry = Entry(path, item["Size"], mtime, item.get("ETag", "").strip('"'))
        folder, mark, _ = f"/{path}".rpartition(f"/{_DELTA_LOG}/")
        if mark:
            self.lakes.setdefault(folder[1:], []).append(entry)
            return
        iceberg = _ICEBERG.fullmatch(path)
        if iceberg:
            self.lakes.setdefault(iceberg.group(1) or "", []).append(entry)
            return
        for name in path.split("/"):
            reason = unwanted(name)
            if reason is not None:
                self._skip(path, reason)
                return
        if "//" in f"/{path}":
            self._skip(path, "its key has an empty folder's name")
            return
        self._take(entry, batch)


def _link_refusal(target: str, real_root: str, linked: set[str]) -> str | None:
    """Why a link to a folder is not followed; a folder is read once, so that no loop can be."""
    if target == real_root or target.startswith(f"{real_root.rstrip('/')}/") or real_root.startswith(f"{target}/"):
        return f"it is a link to `{target}`, which is crawled already or holds what is crawled"
    if any(target == other or target.startswith(f"{other}/") for other in linked):
        return f"it is a link to `{target}`, which another link led to already"
    linked.add(target)
    return None
