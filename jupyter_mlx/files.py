"""Private, atomic files, and paths that stay inside their root."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from .errors import Forbidden, InvalidInput

__all__ = [
    "make_private",
    "read_json",
    "resolve",
    "resolve_inside",
    "resolve_path",
    "sha256_file",
    "write_atomic",
    "write_json",
]


def make_private(folder: Path) -> Path:
    """Create a folder, and those above it that are missing, readable by this user only (0700)."""
    missing = [folder, *folder.parents]
    missing = missing[: next(i for i, path in enumerate(missing) if path.exists())]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_atomic(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a whole file or nothing: readers see the old content or the new one.

    Raises
    ------
    OSError: As the file system says; no temporary file is left.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_json(path: Path, document: Any) -> None:
    """`write_atomic` of a JSON document."""
    write_atomic(path, json.dumps(document, ensure_ascii=False, default=str).encode())


def read_json(path: Path) -> Any | None:
    """The JSON document in a file, or None where there is no such file or it is not whole."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def sha256_file(path: Path) -> str:
    """``sha256:`` and the hexadecimal digest of a file's content."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def resolve(folder: Path, given: str, *, field: str) -> Path:
    """The absolute path of a user's path, links followed; a relative one counts from `folder`.

    Raises
    ------
    InvalidInput: ``path_invalid`` where no file can have that path: empty, a NUL byte, half a character, a link that
        leads to itself, the home of nobody.
    """
    if not given or "\0" in given:
        raise InvalidInput("path_invalid", "The path is empty or holds a NUL byte.", "Give a file's path.", field=field)
    try:
        return (folder / given).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        shown = ascii(given)[1:-1]
        raise InvalidInput(
            "path_invalid", f"`{shown}` can't be followed: {error}.", "Give a file's path.", field=field
        ) from error


def resolve_inside(root: Path, relative: str, *, field: str) -> Path:
    """The absolute path of a user's path, which must stay below `root`, links followed.

    Raises
    ------
    InvalidInput: ``path_invalid``, as `resolve`.
    Forbidden: ``path_outside_root`` for an absolute path, one that climbs out, or a link out.
    """
    resolved_root = root.resolve()
    resolved = resolve(resolved_root, relative, field=field)
    if os.path.isabs(relative) or not resolved.is_relative_to(resolved_root):
        raise Forbidden(
            "path_outside_root",
            f"`{relative}` is outside the root folder.",
            "Give a path relative to the root, without `..` and without links that lead out of it.",
            field=field,
        )
    return resolved


def resolve_path(given: str, root: Path | None, field: str) -> Path:
    """The absolute path of what a door was given: inside a root over HTTP, any path in the terminal.

    Raises
    ------
    InvalidInput, Forbidden: As `resolve_inside`.
    """
    if root is not None:
        return resolve_inside(root, given, field=field)
    return resolve(Path.cwd(), os.path.expanduser(given), field=field)
