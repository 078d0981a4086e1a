"""A private folder for the sockets of an attempt's kernel.

Over them nobody else can listen in, as on TCP anybody on the host can. The folder's name follows from the attempt, so
that whoever ends the attempt can remove it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import stat
from pathlib import Path
from typing import Any

__all__ = ["make_socket_folder", "remove_socket_folder", "speaks_over_sockets"]


def _folder(token: str) -> Path:
    # In /tmp, whatever TMPDIR says: a socket's path may have about 100 characters only.
    digest = hashlib.sha256(token.encode()).hexdigest()[:16]
    return Path("/tmp") / f"mlx-kernel-{os.getuid()}-{digest}"  # noqa: S108 - private, and its owner is checked below


def make_socket_folder(token: str) -> Path | None:
    """An empty folder that only this user can look into; None where there can't be one.

    Parameters
    ----------
    token: What marks the attempt (`AttemptSpec.token`).
    """
    if not hasattr(socket, "AF_UNIX"):
        return None
    remove_socket_folder(token)
    folder = _folder(token)
    try:
        folder.mkdir(mode=0o700)
    except OSError:  # somebody else has made it, or nothing can be made there
        return None
    return folder


def remove_socket_folder(token: str) -> None:
    """Remove an attempt's folder, if it is ours."""
    folder = _folder(token)
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid():
        shutil.rmtree(folder, ignore_errors=True)


def speaks_over_sockets(spec: Any) -> bool:
    """Whether a kernel takes the transport ``ipc``: those written in Python do, all made of ipykernel's parts.

    Others read it too, but make addresses of it that nobody answers on, and waiting for that takes a minute.
    """
    return bool(spec.argv) and Path(spec.argv[0]).name.startswith(("python", "pypy"))
