"""The notebook that a command is given: a path, papermill's ``in-{x}.ipynb``, or one that comes through a pipe."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import InvalidInput

__all__ = ["fill_path", "is_piped", "notebook_file"]

STDIN = "-"


def is_piped() -> bool:
    """Whether something may come through a pipe on standard input."""
    try:
        return stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError, AttributeError, io.UnsupportedOperation):  # closed, or nothing of the system's
        return False


@contextlib.contextmanager
def notebook_file(given: str) -> Iterator[str]:
    """A path of the notebook; what comes through a pipe lies in a private file meanwhile.

    Raises
    ------
    InvalidInput: ``notebook_unreadable``, the pipe can't be read.
    """
    try:
        content = _piped(given)
    except OSError as error:
        raise InvalidInput(
            "notebook_unreadable",
            f"`{given}` can't be read: {error.strerror}.",
            "Give a file's path.",
            field="notebook",
        ) from error
    if content is None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="mlx-") as folder:
        path = Path(folder) / "stdin.ipynb"
        path.write_bytes(content)
        yield str(path)


def _piped(given: str) -> bytes | None:
    """What comes through a pipe; None where a path is no pipe."""
    if given == STDIN:
        return sys.stdin.buffer.read()
    try:
        if not stat.S_ISFIFO(os.stat(given).st_mode):
            return None
    except (OSError, ValueError):  # whoever reads it says what is wrong
        return None
    return Path(given).read_bytes()


def fill_path(path: str, parameters: Mapping[str, Any], field: str) -> str:
    """papermill's ``out-{lr}.ipynb`` with the parameters' values; a file that is named so literally is meant itself.

    Raises
    ------
    InvalidInput: ``notebook_name_invalid`` or ``output_invalid``, by `field`: a parameter is not there, or the braces
        are no format.
    """
    if "{" not in path and "}" not in path:
        return path
    from papermill.exceptions import PapermillMissingParameterException
    from papermill.parameterize import add_builtin_parameters, parameterize_path

    try:
        return str(parameterize_path(path, add_builtin_parameters(dict(parameters))))
    except (PapermillMissingParameterException, LookupError, ValueError, AttributeError) as error:
        if field != "notebook":
            raise InvalidInput("output_invalid", f"`{path}`: {error}.", "Name a parameter.", field=field) from error
        if os.path.exists(path):
            return path
        raise InvalidInput("notebook_name_invalid", f"`{path}`: {error}.", "Name a parameter.", field=field) from error
