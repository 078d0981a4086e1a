"""New projects: a folder under git with a notebook that runs as a job."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .errors import Conflict, NotFound, writing
from .files import write_atomic

__all__ = ["create_project", "example_folder"]

_PACKAGE = Path(__file__).parent
_TEMPLATE = _PACKAGE / "templates" / "project"
_IGNORED = (".ipynb_checkpoints/", "__pycache__/", "mlruns/", "mlartifacts/", "*.db")
_LEFT_OUT = shutil.ignore_patterns(
    ".ipynb_checkpoints", "__pycache__", "mlruns", "mlartifacts", "*.db", ".cache", "data"
)


def example_folder(name: str) -> Path:
    """Where an example project lies: in the installed package, or in a checkout beside it.

    Raises
    ------
    NotFound: ``example_missing``.
    """
    for folder in (_PACKAGE / "examples" / name, _PACKAGE.parent / "examples" / name):
        if folder.is_dir():
            return folder
    raise NotFound("example_missing", f"The example `{name}` is not installed.", "Install jupyter_mlx from its wheel.")


def create_project(folder: Path, example: str | None = None) -> list[str]:
    """Make a project in a folder that does not exist yet, or is empty.

    Parameters
    ----------
    example: Start from this example instead of the small template.

    Returns
    -------
    The files made, relative to the folder.

    Raises
    ------
    Conflict: ``folder_not_empty``: nothing is overwritten.
    Forbidden, StorageFull: It can't be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict("folder_not_empty", f"`{folder}` exists and is not empty.", "Choose a new folder.")
    source = example_folder(example) if example else _TEMPLATE
    with writing(folder):
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=_LEFT_OUT)
        ignored = folder / ".gitignore"
        own = ignored.read_text().splitlines() if ignored.exists() else []
        write_atomic(ignored, "".join(f"{line}\n" for line in dict.fromkeys([*_IGNORED, *own])).encode(), 0o644)
    made = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    _start_git(folder)
    return made


def _start_git(folder: Path) -> None:
    """The first commit, so that every run of the project names one; without git the project works all the same."""
    if shutil.which("git") is None:
        return
    inside = subprocess.run(["git", "rev-parse", "--is-inside-work-tree"], cwd=folder, capture_output=True, check=False)
    if inside.returncode == 0:
        return  # part of somebody's repository already
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    identity = ["-c", "user.name=jupyter_mlx", "-c", "user.email=jupyter_mlx@localhost"]
    named = (
        subprocess.run(["git", "config", "user.email"], cwd=folder, capture_output=True, check=False).returncode == 0
    )
    subprocess.run(
        ["git", *([] if named else identity), "commit", "--quiet", "--message", "Start the project"],
        cwd=folder,
        check=True,
    )
