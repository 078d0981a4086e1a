"""The SQLite file of the wide online store: connections, transactions, and its errors as ours."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import MlxError, NotFound, StorageFull, Unavailable

__all__ = ["Connection", "Database"]

BUSY_S = 30.0
CACHE_KIB = 64 * 1024
LOG_BYTES = 64 * 2**20
INDEX_BYTES = 64 << 10
"""More than SQLite adds to the index of its log at a time."""


class Connection(sqlite3.Connection):
    """A connection that remembers the tables that it has met.

    Attributes
    ----------
    known: What is known of each table, for the schema's version `schema`.
    owner: The process that opened it, and the file's device and number.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.known: dict[str, Any] = {}
        self.schema = -1
        self.owner: tuple[int, ...] = ()


class Database:
    """Connections to a file: each is used by one thread at a time, and by the process that opened it.

    Parameters
    ----------
    path: The SQLite file. It and its folder are made with the first table.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._idle: list[Connection] = []
        self._owner: tuple[int, ...] = ()

    def __del__(self) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a transaction that sees one state of the file.

        Raises
        ------
        NotFound: There is no such file.
        Unavailable: The file can't be read.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self, *, create: bool = False) -> Iterator[Connection]:
        """A connection in a transaction that is kept as a whole or not at all.

        Raises
        ------
        NotFound: There is no such file, and it is not to be made.
        Unavailable: The file can't be written, or another process holds it for longer than half a minute.
        StorageFull: No space is left.
        """
        if create:
            with self._mapped():
                Path(self.path).parent.mkdir(parents=True, exist_ok=True)
                Path(self.path).touch()
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the connections that nobody uses now."""
        idle, self._idle = self._idle, []
        if self._owner[:1] == (os.getpid(),):
            for connection in idle:
                connection.close()
        else:
            _ABANDONED.extend(idle)

    def remove(self) -> None:
        """Close the file and delete it, with what SQLite keeps beside it."""
        self.close()
        with self._mapped():
            for ending in ("", "-wal", "-shm"):
                Path(self.path + ending).unlink(missing_ok=True)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self._mapped():
            connection = self._taken()
            try:
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # Closing takes back what was not committed, whatever state the connection is in.
                connection.close()
                raise
            if connection.owner == self._owner:
                self._idle.append(connection)
            else:
                connection.close()

    def _taken(self) -> Connection:
        """A connection to the file that has the path now: it may have been removed and made again."""
        found = os.stat(self.path)
        owner = (os.getpid(), found.st_dev, found.st_ino)
        if owner != self._owner:
            self.close()
            self._owner = owner
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened(owner)

    def _opened(self, owner: tuple[int, ...]) -> Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False, factory=Connection
        )
        try:
            _keep_log(connection)
            # Feast's registry says that an interval is there once it was written: it must outlast a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        except BaseException:
            connection.close()
            raise
        connection.owner = owner
        return connection

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Errors of SQLite and of the file system as ours."""
        try:
            yield
        except FileNotFoundError as error:
            message = f"There is no online store at {self.path}."
            raise NotFound("no_online_store", message, "Run `feast apply`.") from error
        except (sqlite3.DatabaseError, OSError) as error:
            raise _translated(self.path, error) from error


def _keep_log(connection: Connection) -> None:
    """Let the file have a write-ahead log: readers don't wait for a writer then, nor it for them.

    Where several processes open a new file at once, SQLite refuses all but one without waiting.
    """
    deadline = time.monotonic() + BUSY_S
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


_ABANDONED: list[Connection] = []
"""Connections that a fork left in a child: SQLite must not hear of them there, not even that they are closed."""


def _is_full(path: str, error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF == sqlite3.SQLITE_IOERR:
        # The index of the log is a mapped file: where it can't grow, SQLite knows only that input or output failed.
        return shutil.disk_usage(Path(path).parent).free < INDEX_BYTES
    return bool(code == sqlite3.SQLITE_FULL)


def _translated(path: str, error: Exception) -> MlxError:
    if _is_full(path, error):
        return StorageFull("online_store_full", f"No space is left for the online store {path}.", "Free some space.")
    remedy = "Make the file readable and writable, then run the same command again: no batch was kept in part."
    if _is_busy(error):
        remedy = "Another process has been writing for half a minute. Run the same command again when it is done."
    return Unavailable("online_store_unavailable", f"The online store {path} can't be used: {error}.", remedy)
