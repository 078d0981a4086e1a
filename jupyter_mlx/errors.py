"""Every error that a user can meet.

::

    MlxError                 code, message, remedy; `status` is its HTTP status
    ├── InvalidInput   400   the request can't be carried out as it is
    ├── NotFound       404   there is no such thing
    ├── Forbidden      403   it is outside of what the caller may touch
    ├── Conflict       409   it clashes with the present state
    ├── Unavailable    503   a part that is needed is missing or does not answer
    ├── StorageFull    507   no space left where something must be written
    └── ExecutionFailed 500  an attempt did not succeed
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = [
    "Conflict",
    "ExecutionFailed",
    "Forbidden",
    "InvalidInput",
    "MlxError",
    "NotFound",
    "StorageFull",
    "Unavailable",
    "writing",
]


class MlxError(Exception):
    """An error with a stable code and the way out of it.

    Parameters
    ----------
    code: Stable identifier in snake case, for programs.
    message: What is wrong, in one sentence that names the thing.
    remedy: What to do about it.
    field: The field of the request that is wrong, dotted (``parameters.lr``).
    cell: Number of the notebook cell, from 1, as the executed notebook counts its cells.
    traceback: The cell's own traceback, as text.
    """

    status = 500

    def __init__(
        self,
        code: str,
        message: str,
        remedy: str = "",
        *,
        field: str | None = None,
        cell: int | None = None,
        traceback: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.field = field
        self.cell = cell
        self.traceback = traceback

    def to_json(self) -> dict[str, Any]:
        """The document of this error, as every door prints it."""
        document: dict[str, Any] = {"code": self.code, "message": self.message}
        for key in ("remedy", "field", "cell", "traceback"):
            value = getattr(self, key)
            if value not in (None, ""):
                document[key] = value
        return document

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> MlxError:
        """The error that `to_json` wrote."""
        return cls(
            document["code"],
            document["message"],
            document.get("remedy", ""),
            field=document.get("field"),
            cell=document.get("cell"),
            traceback=document.get("traceback"),
        )


class InvalidInput(MlxError):
    """The request can't be carried out as it is."""

    status = 400


class NotFound(MlxError):
    """There is no such thing."""

    status = 404


class Forbidden(MlxError):
    """It is outside of what the caller may touch."""

    status = 403


class Conflict(MlxError):
    """It clashes with the present state."""

    status = 409


class Unavailable(MlxError):
    """A part that is needed is missing or does not answer."""

    status = 503


class StorageFull(MlxError):
    """No space is left where something must be written."""

    status = 507


class ExecutionFailed(MlxError):
    """An attempt did not succeed."""

    status = 500


# sqlite reports a full disk in words, not by errno.
_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an exception, or one that it was raised from, says that the disk is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if "database or disk is full" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def writing(where: object) -> Iterator[None]:
    """Translate the operating system's refusals to write into ours.

    Raises
    ------
    StorageFull: The file system has no space left, or a quota is used up.
    Forbidden: The path may not be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                "disk_full",
                f"No space is left to write {where}.",
                "Free some space (`jupyter mlx jobs rm ID` removes a run's files), then try again.",
            ) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise Forbidden(
                "not_writable",
                f"{where} may not be written: {error.strerror}.",
                "Choose another place, or give this user the right to write there.",
            ) from error
        raise
