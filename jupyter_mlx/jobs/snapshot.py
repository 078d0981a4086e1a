"""Content-addressed snapshots: a notebook and its side files, kept by the digest of what they hold."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput, NotFound, writing
from ..files import make_private, resolve_inside, sha256_file, write_atomic
from .notebook import Notebook

__all__ = ["Snapshot", "SnapshotStore", "take_snapshot"]

MAX_FILES = 10_000
MAX_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Snapshot:
    """A manifest: relative path → digest and size; its own digest is the snapshot's id."""

    notebook: str
    files: dict[str, dict[str, Any]]

    @property
    def manifest(self) -> dict[str, Any]:
        """The document that the store keeps."""
        return {"notebook": self.notebook, "files": self.files}

    @property
    def digest(self) -> str:
        """``sha256:`` of the canonical manifest."""
        canonical = json.dumps(self.manifest, sort_keys=True, separators=(",", ":")).encode()
        return f"sha256:{hashlib.sha256(canonical).hexdigest()}"


class SnapshotStore:
    """Files by digest below one folder; writing the same content twice costs nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, digest: str) -> Path:
        name = digest.removeprefix("sha256:")
        return self.folder / name[:2] / name[2:]

    def put(self, content: bytes) -> str:
        """Keep some content; its digest.

        Raises
        ------
        StorageFull, Forbidden: It can't be written.
        """
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        path = self._path(digest)
        if not path.exists() or sha256_file(path) != digest:  # a damaged copy is mended
            with writing(self.folder):
                make_private(path.parent)
                write_atomic(path, content, mode=0o400)
        return digest

    def holds(self, digest: str) -> bool:
        """Whether the content of a digest is kept; it is not read."""
        return self._path(digest).exists()

    def get(self, digest: str) -> bytes:
        """The content of a digest, checked against it.

        Raises
        ------
        NotFound: ``snapshot_missing`` or ``snapshot_damaged``.
        """
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(
                "snapshot_missing", f"The stored file {digest} is gone.", "Submit the notebook again."
            ) from error
        if hashlib.sha256(content).hexdigest() != digest.removeprefix("sha256:"):
            raise NotFound("snapshot_damaged", f"The stored file {digest} was changed.", "Submit the notebook again.")
        return content

    def lay_out(self, snapshot: Snapshot, folder: Path) -> None:
        """Write a snapshot's files below a folder, as they lay beside each other.

        Raises
        ------
        NotFound: As `get`.
        StorageFull, Forbidden: They can't be written.
        """
        with writing(folder):
            for relative, entry in snapshot.files.items():
                target = folder / relative
                make_private(target.parent)
                source = self._path(entry["digest"])
                if not source.exists():
                    raise NotFound(
                        "snapshot_missing", f"The stored copy of `{relative}` is gone.", "Submit the notebook again."
                    )
                shutil.copyfile(source, target)
                if sha256_file(target) != entry["digest"]:
                    raise NotFound(
                        "snapshot_damaged",
                        f"The stored copy of `{relative}` was changed.",
                        "Submit the notebook again.",
                    )
                os.chmod(target, 0o700 if entry.get("executable") else 0o600)


def take_snapshot(store: SnapshotStore, notebook: Notebook, include: tuple[str, ...]) -> Snapshot:
    """Keep a notebook and the side files that the globs name, relative to the notebook's folder.

    Raises
    ------
    InvalidInput: ``include_empty`` where a glob matches nothing, ``include_too_large``.
    Forbidden: ``path_outside_root`` where a match lies, or links, outside of the notebook's folder.
    """
    name = notebook.path.name
    files = {name: {"digest": store.put(notebook.content), "bytes": len(notebook.content)}}
    total = 0
    for path in _matches(notebook.path.parent, include):
        relative = path.relative_to(notebook.path.parent).as_posix()
        if relative in files:
            continue
        resolve_inside(notebook.path.parent, relative, field="include")
        total += path.stat().st_size
        if len(files) > MAX_FILES or total > MAX_BYTES:
            raise InvalidInput(
                "include_too_large",
                f"The side files are more than {MAX_FILES:,} or hold more than {MAX_BYTES // 10**9} GB.",
                "Name fewer files; read large data from where it is.",
                field="include",
            )
        content = path.read_bytes()
        files[relative] = {"digest": store.put(content), "bytes": len(content)}
        if os.access(path, os.X_OK):
            files[relative]["executable"] = True
    return Snapshot(name, files)


def _matches(folder: Path, include: tuple[str, ...]) -> list[Path]:
    found: list[Path] = []
    for pattern in include:
        if os.path.isabs(pattern) or ".." in Path(pattern).parts or "\0" in pattern or not pattern.strip():
            raise InvalidInput(
                "include_invalid",
                f"`{pattern}` is no glob below the notebook's folder.",
                "Use a relative glob without `..`, such as `*.py` or `data/**/*.csv`.",
                field="include",
            )
        try:
            matches = [path for path in sorted(folder.glob(pattern)) if path.is_file()]
        except ValueError as error:
            raise InvalidInput(
                "include_invalid", f"`{pattern}`: {error}.", "Such as `*.py` or `data/**/*.csv`.", field="include"
            ) from error
        if not matches:
            raise InvalidInput(
                "include_empty",
                f"No file matches `{pattern}`.",
                "Globs are relative to the notebook's folder.",
                field="include",
            )
        found += matches
    return found
