"""What a model's files say, by reading ``MLmodel`` and lists of files: nothing of a model is ever loaded."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from .digest import digest_of
from .signatures import signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["describe"]

MAX_MLMODEL = 5_000_000
MAX_FETCHED = 500_000_000
"""Bytes of a model that is kept elsewhere, up to which its files are brought here for their digest."""
_NOTHING: dict[str, Any] = {
    "flavors": [],
    "size_bytes": None,
    "digest": None,
    "signature": None,
    "requirements": None,
}


def describe(place: str) -> tuple[dict[str, Any], list[str]]:
    """What there is to know of a model's files, and what could not be looked at.

    Parameters
    ----------
    place: The address of a model's folder: a path, ``file:`` or what MLflow's stores of artifacts know.

    Returns
    -------
    ``{"flavors", "size_bytes", "digest", "signature", "requirements"}``, where `requirements` are the lines of
    ``requirements.txt``; and sentences.
    """
    try:
        with _brought(place) as (folder, size, trouble):
            if folder is None or not (folder / "MLmodel").is_file():
                return {**_NOTHING, "size_bytes": size}, trouble or [f"There is no file `MLmodel` at {place}."]
            return _described(folder), trouble
    except OSError as error:
        return dict(_NOTHING), [f"Its files at {place} can't be read: {error.strerror or error}."]


def _described(folder: Path) -> dict[str, Any]:
    files = _files(folder)
    stamp = tuple((path, status.st_size, status.st_mtime_ns) for path, status in files)
    digest, flavors, signature, requirements = _read(folder, stamp)
    return {
        "flavors": list(flavors),
        "size_bytes": sum(status.st_size for _, status in files),
        "digest": digest,
        "signature": signature,
        "requirements": requirements,
    }


@lru_cache(maxsize=256)
def _read(folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> tuple[str, Sequence[str], Any, Any]:
    """Read a model's files; again where one of them has another size or time."""
    mlmodel = _mlmodel(folder)
    flavors = mlmodel.get("flavors")
    return (
        digest_of(folder, [path for path, _, _ in stamp], mlmodel),
        sorted(map(str, flavors)) if isinstance(flavors, dict) else [],
        signature_of(mlmodel, folder),
        _requirements(folder),
    )


def _mlmodel(folder: Path) -> Mapping[str, Any]:
    import yaml

    with (folder / "MLmodel").open("rb") as file:
        text = file.read(MAX_MLMODEL)
    try:
        found = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _requirements(folder: Path) -> list[str] | None:
    try:
        with (folder / "requirements.txt").open(encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file.read(MAX_MLMODEL).splitlines()]
    except FileNotFoundError:
        return None
    return [line for line in lines if line and not line.startswith("#")]


def _files(folder: Path) -> list[tuple[str, Any]]:
    """The files below a folder by their relative paths; links are not followed."""
    every = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return [(path.relative_to(folder).as_posix(), path.stat()) for path in every]


# -- files that are kept elsewhere ---------------------------------------------------------------------------


@contextmanager
def _brought(place: str) -> Iterator[tuple[Path | None, int | None, list[str]]]:
    """A model's folder on this machine, its size, and what is not there; the folder is None where it is too large."""
    parts = urlsplit(place)
    if parts.scheme in ("", "file"):
        yield Path(unquote(parts.path) if parts.scheme else place), None, []
        return
    from mlflow.exceptions import MlflowException
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
    from requests.exceptions import RequestException

    with tempfile.TemporaryDirectory(prefix="mlx-model-") as name:
        try:
            repository = get_artifact_repository(place)
            sizes = _listed(repository)
            total = sum(sizes.values())
            if total > MAX_FETCHED:
                wanted = [path for path in sizes if path in ("MLmodel", "requirements.txt")]
                trouble = [f"Its files have {total:,} bytes and are kept elsewhere: they were not all looked at."]
            else:
                wanted, trouble = list(sizes), []
            for path in wanted:
                repository.download_artifacts(path, name)
        except (MlflowException, RequestException) as error:
            reason = str(error).strip().partition("\n")[0]
            yield None, None, [f"Its files can't be had from where they are kept: {reason}"]
            return
        yield Path(name), total, trouble


def _listed(repository: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    folders: list[str | None] = [None]
    while folders and len(found) < 10_000:
        for item in repository.list_artifacts(folders.pop()):
            if item.is_dir:
                folders.append(item.path)
            else:
                found[item.path] = item.file_size or 0
    return found
