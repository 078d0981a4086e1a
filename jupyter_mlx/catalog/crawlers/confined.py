"""The files of an Iceberg table: its metadata names each by a whole address, which may lie anywhere.

A table in an object store has no file on this machine, and one in a folder that was admitted has none out of it;
metadata that says otherwise is not followed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

__all__ = ["ConfinedFileIO", "confinement"]

REMOTE = "mlx.remote"
WITHIN = "mlx.within"


def confinement(location: str, within: str | None) -> dict[str, str]:
    """The properties by which pyiceberg opens the files of a table through `ConfinedFileIO`.

    Parameters
    ----------
    location: The table's: a path, or an address in an object store.
    within: The folder out of which no local file may lie; None for anywhere.
    """
    remote = "://" in location and not location.startswith("file://")
    return {
        "py-io-impl": f"{__name__}.{ConfinedFileIO.__name__}",
        **({REMOTE: "true"} if remote else {}),
        **({WITHIN: within} if within else {}),
    }


class ConfinedFileIO(PyArrowFileIO):  # type: ignore[misc]
    """Opens what belongs to the table."""

    def new_input(self, location: str) -> PyArrowFile:
        """A file to read.

        Raises
        ------
        PermissionError: It lies where no file of the table may lie.
        """
        self._check(location)
        return super().new_input(location)

    def _check(self, location: str) -> None:
        properties: dict[str, Any] = self.properties
        local = "://" not in location or location.startswith("file:")
        within = properties.get(WITHIN)
        if properties.get(REMOTE):
            outside = local
        elif within:
            path = unquote(urlsplit(location).path) if location.startswith("file:") else location
            outside = not local or not Path(os.path.realpath(path)).is_relative_to(within)
        else:
            outside = False
        if outside:
            raise PermissionError("the table's metadata names a file out of the table's place")
