"""The files of a registered version, brought to this machine: by a process that may load MLflow, never a server."""

from __future__ import annotations

import gzip
import shutil
import tarfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ...errors import NotFound
from ...mlflow_client import answering, connect

__all__ = ["copy_model", "local_model", "pack"]

_LEFT_OUT = "__pycache__"


def local_model(tracking_uri: str, model: str, version: int, folder: Path) -> Path:
    """The folder of a version's files: where they lie, or in `folder`, to which they are brought from elsewhere.

    Raises
    ------
    NotFound: ``model_files_missing``.
    Unavailable: ``mlflow_unavailable``.
    """
    with answering(tracking_uri):
        place = connect(tracking_uri).get_model_version_download_uri(model, str(version))
        parts = urlsplit(place)
        if parts.scheme in ("", "file"):
            found = Path(unquote(parts.path) if parts.scheme else place)
        else:
            from mlflow.artifacts import download_artifacts

            folder.mkdir(parents=True, exist_ok=True)
            found = Path(download_artifacts(artifact_uri=place, dst_path=str(folder), tracking_uri=tracking_uri))
    if not (found / "MLmodel").is_file():
        raise NotFound(
            "model_files_missing", f"The files of `{model}` version {version} are not at {place}.", "Log it anew."
        )
    return found


def copy_model(source: Path, target: Path) -> None:
    """Copy a model's files to a new folder, less what loading them left, and links to what is not of the model."""
    whole = source.resolve()

    def left_out(folder: str, names: list[str]) -> list[str]:
        return [
            name for name in names if name == _LEFT_OUT or not (Path(folder) / name).resolve().is_relative_to(whole)
        ]

    shutil.copytree(source, target, ignore=left_out)


def pack(source: Path, archive: Path) -> None:
    """Write ``model.tar.gz``: the same bytes for the same files, whoever packs them and when."""

    def plain(item: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if _LEFT_OUT in Path(item.name).parts or not (item.isfile() or item.isdir()):
            return None
        item.mtime, item.uid, item.gid, item.uname, item.gname = 0, 0, 0, "", ""
        item.mode = 0o755 if item.isdir() else 0o644
        return item

    with (
        archive.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed,
        tarfile.open(mode="w", fileobj=packed) as tar,
    ):
        for path in sorted(source.iterdir()):
            tar.add(path, arcname=path.name, filter=plain)
