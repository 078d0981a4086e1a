"""Files of a source: those of a path, a folder or a pattern, here or in an object store."""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feast.data_format import DeltaFormat
from feast.infra.offline_stores.file_source import FileSource
from pyarrow import fs

from ..errors import NotFound

__all__ = ["Files", "absolute", "file_format", "find_files", "fingerprint", "object_store"]

_PATTERN = re.compile(r"[*?\[]")
_CSV = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".csv.zst", ".csv.bz2")
_PARQUET = (".parquet", ".parq", ".pq")


@dataclass(frozen=True)
class Files:
    """Files of one source, in the order of their names.

    Parameters
    ----------
    paths: Absolute here; as their object store has them elsewhere.
    hive: Whether folders are named ``column=value``.
    store: Where they are, None for this machine.
    """

    paths: tuple[str, ...]
    hive: bool
    store: fs.FileSystem | None = None


def absolute(source: FileSource, repo: Path | None) -> str:
    """A source's path, which counts from the repository, or its address."""
    path = source.path.removeprefix("file://")
    return str(FileSource.get_uri_for_file_path(repo, path))


def file_format(source: FileSource) -> str:
    """``parquet``, ``csv`` or ``delta``; Feast has no name for CSV, the file's name says it."""
    if isinstance(source.file_format, DeltaFormat):
        return "delta"
    if source.file_format is None and source.path.lower().endswith(_CSV):
        return "csv"
    return "parquet"


def object_store(source: FileSource, address: str) -> tuple[fs.FileSystem, str]:
    """The file system of an address, and the path in it."""
    if address.startswith("s3://"):
        endpoint = source.s3_endpoint_override or ""
        store, path = FileSource.create_filesystem_and_path(address, endpoint, source.resolve_credentials())
        return store, str(path)
    store, path = fs.FileSystem.from_uri(address)
    return store, str(path)


def find_files(source: FileSource, repo: Path | None) -> Files:
    """The files of a source.

    Raises
    ------
    NotFound: ``source_not_found`` where there is none.
    """
    address = absolute(source, repo)
    if "://" in address:
        store, path = object_store(source, address)
        base, paths = _remote(store, path)
    else:
        store = None
        base, paths = _local(address)
    if not paths:
        raise NotFound(
            "source_not_found",
            f"The source `{source.name}` has no files at `{address}`.",
            "Is the path right? A relative one counts from the folder of `feature_store.yaml`.",
        )
    hive = any("=" in os.path.dirname(path.removeprefix(base)) for path in paths)
    return Files(tuple(paths), hive, store)


def fingerprint(paths: tuple[str, ...]) -> tuple[tuple[int, int, int], ...]:
    """What changes when one of these files does."""
    found = [os.stat(path) for path in paths]
    return tuple((state.st_ino, state.st_size, state.st_mtime_ns) for state in found)


def _local(path: str) -> tuple[str, list[str]]:
    if os.path.isfile(path):
        return os.path.dirname(path), [path]
    if os.path.isdir(path):
        found = [
            os.path.join(folder, name)
            for folder, folders, names in os.walk(path)
            if _visible(folder.removeprefix(path))
            for name in names
        ]
        return path, _of_data(path, found)
    if _PATTERN.search(path):
        found = [name for name in glob.glob(path, recursive=True) if os.path.isfile(name)]
        base = _fixed(path)
        return base, _of_data(base, found)
    return path, []


def _remote(store: fs.FileSystem, path: str) -> tuple[str, list[str]]:
    if _PATTERN.search(path):
        base = _fixed(path)
        wanted = re.compile(_expression(path))
        found = [name for name in _walk(store, base) if wanted.fullmatch(name)]
        return base, _of_data(base, found)
    info: Any = store.get_file_info(path)
    if info.type == fs.FileType.File:
        return os.path.dirname(path), [path]
    return path, _of_data(path, _walk(store, path.rstrip("/")))


def _walk(store: fs.FileSystem, base: str) -> list[str]:
    selector = fs.FileSelector(base, allow_not_found=True, recursive=True)
    return [info.path for info in store.get_file_info(selector) if info.type == fs.FileType.File]


def _of_data(base: str, paths: list[str]) -> list[str]:
    """Without hidden files and those that engines leave beside their data."""
    found = sorted(path for path in paths if _visible(path.removeprefix(base)))
    parquet = [path for path in found if path.lower().endswith(_PARQUET)]
    return parquet or found


def _visible(relative: str) -> bool:
    return not any(part.startswith((".", "_")) for part in relative.split("/") if part)


def _fixed(pattern: str) -> str:
    """The folders before the first part with a wild card."""
    found = _PATTERN.search(pattern)
    return pattern[: pattern.rfind("/", 0, found.start() if found else len(pattern))]


def _expression(pattern: str) -> str:
    """A pattern of the shell as a regular expression: ``*`` stays in one folder, ``**`` does not."""
    out = ""
    for part in re.split(r"(\*\*/?|\*|\?|\[[^]]*\])", pattern):
        if part.startswith("**"):
            out += "(?:.*/)?" if part.endswith("/") else ".*"
        elif part in ("*", "?"):
            out += {"*": "[^/]*", "?": "[^/]"}[part]
        elif part.startswith("["):
            out += part.replace("[!", "[^")
        else:
            out += re.escape(part)
    return out
