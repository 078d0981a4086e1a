"""Files of runs: the run's own, and those of models that it logged, which MLflow keeps in places of their own."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ...errors import MlxError, NotFound, Unavailable
from ...files import make_private

__all__ = ["Places", "artifact_file", "list_artifacts"]

KEPT_S = 600.0
"""How long a file that was brought here stays at least."""


@dataclass(frozen=True)
class Places:
    """Where a run's files are.

    Parameters
    ----------
    tracking_uri: The store that knows of them.
    root: URI of the run's own folder.
    models: URI of the folder of each model that it logged, by name.
    """

    tracking_uri: str
    run_id: str
    root: str
    models: Mapping[str, str] = field(default_factory=dict)


def list_artifacts(places: Places, path: str) -> dict[str, Any]:
    """``ArtifactList`` of a folder, folders first.

    Raises
    ------
    NotFound: ``artifact_unknown``.
    Unavailable: ``artifacts_unavailable``.
    """
    parts = _parts(places, path)
    found: dict[str, dict[str, Any]] = {}
    there = not parts
    for uri, below in _candidates(places, parts):
        listed = _list(places, uri, below)
        there = there or listed is not None
        for name, folder, size in listed or ():
            found[name] = {"path": "/".join([*parts, name]), "folder": folder, "bytes": size}
    if not parts:
        for name in places.models:
            found.setdefault(name, {"path": name, "folder": True, "bytes": None})
    if not there:
        raise _unknown(places, path)
    return {"items": sorted(found.values(), key=lambda item: (not item["folder"], item["path"]))}


def artifact_file(places: Places, path: str) -> str:
    """Where a file lies on this machine; it is brought here where it is kept elsewhere.

    Raises
    ------
    NotFound: ``artifact_unknown``: no such file, a folder, or a path that leads out of the run's files.
    Unavailable: ``artifacts_unavailable``.
    """
    parts = _parts(places, path)
    for uri, below in _candidates(places, parts):
        if not below:
            continue
        folder = _local(uri)
        found = _inside(folder, below) if folder is not None else _bring(places, uri, below)
        if found is not None and found.is_file():
            return str(found)
    raise _unknown(places, path)


def _unknown(places: Places, path: str) -> NotFound:
    shown = path.replace("\0", "")
    return NotFound(
        "artifact_unknown", f"Run {places.run_id} has no file `{shown}`.", "List the run's files: its page shows them."
    )


def _parts(places: Places, path: str) -> tuple[str, ...]:
    if not path:
        return ()
    parts = path.rstrip("/").split("/")
    if "\0" in path or "\\" in path or any(part in ("", ".", "..") for part in parts):
        raise _unknown(places, path)
    return tuple(parts)


def _candidates(places: Places, parts: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    found = [(places.root, parts)]
    if parts and parts[0] in places.models:
        found.append((places.models[parts[0]], parts[1:]))
    return found


def _local(uri: str) -> Path | None:
    """The folder, where it is one of this machine."""
    from mlflow.utils.file_utils import local_file_uri_to_path

    return Path(local_file_uri_to_path(uri)) if urlsplit(uri).scheme in ("", "file") else None


def _inside(folder: Path, parts: tuple[str, ...]) -> Path | None:
    """What lies there, unless a link leads out of the folder."""
    root = folder.resolve()
    found = root.joinpath(*parts).resolve()
    return found if found.is_relative_to(root) and found.exists() else None


def _list(places: Places, uri: str, parts: tuple[str, ...]) -> list[tuple[str, bool, int | None]] | None:
    """Name, whether it is a folder, bytes; None where there is no such folder."""
    folder = _local(uri)
    if folder is None:
        return _list_elsewhere(places, uri, parts)
    found = _inside(folder, parts)
    if found is None or not found.is_dir():
        return None
    return [
        (item.name, item.is_dir(), None if item.is_dir() else item.stat().st_size)
        for item in found.iterdir()
        if _inside(folder, (*parts, item.name)) is not None
    ]


def _list_elsewhere(places: Places, uri: str, parts: tuple[str, ...]) -> list[tuple[str, bool, int | None]] | None:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    with _elsewhere(uri):
        repository = get_artifact_repository(uri, tracking_uri=places.tracking_uri)
        found = repository.list_artifacts("/".join(parts) or None)
    if parts and not found:
        return None  # object stores have no empty folders
    return [(PurePosixPath(item.path).name, bool(item.is_dir), item.file_size) for item in found]


def _bring(places: Places, uri: str, parts: tuple[str, ...]) -> Path | None:
    listed = _list_elsewhere(places, uri, parts[:-1])
    if (parts[-1], False) not in [(name, folder) for name, folder, _ in listed or ()]:
        return None
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    target = tempfile.mkdtemp(dir=_shelf())
    with _elsewhere(uri):
        repository = get_artifact_repository(uri, tracking_uri=places.tracking_uri)
        return Path(repository.download_artifacts("/".join(parts), target))


def _shelf() -> Path:
    """A folder of this user's for what was brought here; what has lain there for long goes."""
    shelf = make_private(Path(tempfile.gettempdir()) / f"mlx-artifacts-{os.getuid()}")
    found = shelf.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Unavailable(
            "artifacts_unavailable",
            f"{shelf} is not this user's own folder.",
            "Remove it, or set TMPDIR to another place.",
        )
    old = time.time() - KEPT_S
    for item in shelf.iterdir():
        if item.stat().st_mtime < old:
            shutil.rmtree(item, ignore_errors=True)  # another process may be at it
    return shelf


@contextmanager
def _elsewhere(uri: str) -> Iterator[None]:
    """Translate what the libraries of object stores, and MLflow, raise: each has exceptions of its own."""
    try:
        yield
    except MlxError:
        raise
    except Exception as error:
        shown = uri.rpartition("@")[2]
        raise Unavailable(
            "artifacts_unavailable",
            f"The files at {shown} can't be read: {str(error) or type(error).__name__}.",
            "Has this server the rights and the address of that store, as the one that wrote there had?",
        ) from error
