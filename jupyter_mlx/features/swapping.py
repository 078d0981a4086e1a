"""Files that change together: all of them, or none."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ..files import write_atomic

__all__ = ["Swap"]


class Swap:
    """Files that are written beside their places, and take them together; where the block fails, nothing changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Path, Path] = {}
        self._before: dict[Path, Path | None] = {}
        self._folders: list[Path] = []

    @property
    def files(self) -> tuple[Path, ...]:
        """The places, in order."""
        return tuple(self._made)

    def __enter__(self) -> Swap:
        return self

    def new(self, relative: str) -> Path:
        """A path to write what is to be at another."""
        place = self._folder / relative
        missing = [path for path in (place.parent, *place.parent.parents) if not path.exists()]
        self._folders += missing
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".new")
        os.close(handle)
        self._made[place] = Path(name)
        return Path(name)

    def write(self, relative: str, text: str) -> None:
        """Write a text."""
        write_atomic(self.new(relative), text.encode(), 0o644)

    def install(self) -> None:
        """Put all in their places."""
        for place, made in self._made.items():
            kept = made.with_suffix(".old") if place.exists() else None
            if kept is not None:
                _keep(place, kept)
            self._before[place] = kept
            os.replace(made, place)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is not None:
            for place, kept in self._before.items():
                if kept is None:
                    place.unlink(missing_ok=True)
                else:
                    os.replace(kept, place)
        for path in (*self._made.values(), *filter(None, self._before.values())):
            path.unlink(missing_ok=True)
        if error is not None:
            for folder in sorted(self._folders, key=lambda path: -len(path.parts)):
                if not any(folder.iterdir()):
                    folder.rmdir()


def _keep(place: Path, kept: Path) -> None:
    try:
        os.link(place, kept)
    except OSError:  # a file system without links; readers find nothing there for a moment
        os.replace(place, kept)
