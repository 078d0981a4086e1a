"""A bell that processes on one host ring when something was written, so that nobody has to poll.

Each listener binds a datagram socket in a private folder; ringing sends one byte to all of them. The bell
carries no data: the store is the truth, and who misses a ring finds the change at its next, slower look.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import stat
from pathlib import Path

from ..errors import Forbidden

__all__ = ["Bell", "ring"]


def bell_folder(key: str) -> Path:
    """The folder of a store's sockets, in /tmp because a socket's path may have about 100 characters only.

    Raises
    ------
    Forbidden: ``bell_folder_taken`` where another user made that folder.
    """
    folder = Path("/tmp") / f"mlx-{os.getuid()}-{key}"  # noqa: S108 - private, and its owner is checked below
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise Forbidden(
            "bell_folder_taken", f"{folder} belongs to another user or is open to others.", f"Remove {folder}."
        )
    return folder


class Bell:
    """A listener; `fileno` is readable after a ring.

    Parameters
    ----------
    key: The store's key (`Settings.key`).
    name: Prefix of the socket's name: who listens.
    """

    def __init__(self, key: str, name: str) -> None:
        self.path = bell_folder(key) / f"{name}-{os.getpid()}-{secrets.token_hex(4)}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(str(self.path))

    def fileno(self) -> int:
        """For select and event loops."""
        return self._socket.fileno()

    def clear(self) -> None:
        """Take all rings so far."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(64)

    def wait(self, timeout_s: float) -> bool:
        """Sleep until a ring, at most `timeout_s`; whether it rang."""
        import select

        rang = bool(select.select([self._socket], [], [], timeout_s)[0])
        self.clear()
        return rang

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()

    def __enter__(self) -> Bell:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def ring(key: str) -> None:
    """Wake all listeners of a store on this host; those whose process is gone are cleared away."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for path in bell_folder(key).iterdir():
            try:
                sender.sendto(b"!", str(path))
            except BlockingIOError:
                # Its queue is full: it will wake anyway.
                continue
            except ConnectionRefusedError:
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()
            except FileNotFoundError:
                continue
