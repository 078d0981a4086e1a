"""Digests of a model's files: of what the model is, not of when and by which process it was written."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

__all__ = ["digest_of", "digest_of_file", "digest_of_mlmodel"]

# What tells one logging from another, and nothing of the model.
_OF_LOGGING = {
    "artifact_path",
    "model_id",
    "model_size_bytes",
    "model_uuid",
    "run_id",
    "utc_time_created",
}
_SCHEMA = "schema.json"
_MOST_UNPACKED = 100
"""Times its own size that an archive may unpack to."""
# The addresses by which skops tells objects apart, and by which it names the members that hold their arrays.
_SKOPS_ID = re.compile(rb'("__id__": |")(\d{9,20})(?=[,}\s]|\.npy")')


def digest_of(folder: Path, paths: Sequence[str], mlmodel: Mapping[str, Any]) -> str:
    """``sha256:…`` over the files of a model: the same for two that were logged of the same.

    Parameters
    ----------
    paths: Of the files, relative to the folder, sorted.
    mlmodel: What the file ``MLmodel`` says.
    """
    digest = hashlib.sha256()
    for path in paths:
        content = digest_of_mlmodel(mlmodel) if path == "MLmodel" and mlmodel else digest_of_file(folder / path)
        digest.update(f"{path}\0{content}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def digest_of_mlmodel(mlmodel: Mapping[str, Any]) -> str:
    """Of what the file ``MLmodel`` says of a model, less what it says of its logging."""
    kept = {key: value for key, value in mlmodel.items() if key not in _OF_LOGGING}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def digest_of_file(path: Path) -> str:
    """Of a file's bytes; of an archive (skops, torch, Keras) of its members, without the times of its writing.

    Raises
    ------
    OSError: It can't be read.
    """
    if zipfile.is_zipfile(path):
        try:
            return _digest_of_members(path)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError):
            pass  # nothing that can be unpacked: its bytes tell it
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of_members(path: Path) -> str:
    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as archive:
        members = {item.filename: item for item in archive.infolist()}
        if sum(item.file_size for item in members.values()) > _MOST_UNPACKED * path.stat().st_size:
            raise ValueError("it unpacks to far more than a model does")
        renamed: dict[str, str] = {}
        if _SCHEMA in members:
            schema, renamed = _renumbered(archive.read(_SCHEMA))
            digest.update(schema)
        for name, item in sorted((renamed.get(name, name), item) for name, item in members.items()):
            if name == _SCHEMA:
                continue
            digest.update(f"{name}\0{item.file_size}\0".encode())
            with archive.open(item) as file:
                _update(digest, file)
    return digest.hexdigest()


def _renumbered(schema: bytes) -> tuple[bytes, dict[str, str]]:
    """A skops schema whose addresses are counted in the order in which they are read, and its members' new names."""
    numbers: dict[bytes, int] = {}

    def number(match: re.Match[bytes]) -> bytes:
        return match[1] + str(numbers.setdefault(match[2], len(numbers))).encode()

    text = _SKOPS_ID.sub(number, schema)
    return text, {f"{address.decode()}.npy": f"{index}.npy" for address, index in numbers.items()}


def _update(digest: Any, file: IO[bytes]) -> None:
    while block := file.read(1 << 20):
        digest.update(block)
