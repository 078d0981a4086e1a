"""Opening the store, its transactions, and the database's clock."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ..errors import StorageFull, Unavailable, is_disk_full, writing
from ..files import make_private

__all__ = ["Store", "db_now", "open_store"]

WRITE_LOCK = 7205759403792794
"""PostgreSQL's advisory lock that writers hold, as SQLite's BEGIN IMMEDIATE; it keeps the events' order too."""


BUSY_S = 30
"""Seconds to wait for another process that writes to SQLite."""


class db_now(FunctionElement[float]):
    """The database's clock in seconds since 1970; leases are measured by it alone."""

    type = sa.Float()
    inherit_cache = True


@compiles(db_now, "sqlite")
def _sqlite_now(element: db_now, compiler: Any, **options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(db_now, "postgresql")
def _postgresql_now(element: db_now, compiler: Any, **options: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"


class Store:
    """Transactions on the store.

    `write` takes the write lock at once, so that what a transaction read is still true when it writes.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is an SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only reads, on one snapshot."""
        with _translated(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                # Every statement of READ COMMITTED sees another moment: a page and the id of its newest event differ.
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that writes: committed at the end, rolled back on any exception."""
        with _translated(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.begin()
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        if is_disk_full(error.orig):
            raise StorageFull(
                "disk_full", "No space is left for the store.", "Free some space, then try again."
            ) from error
        if isinstance(error, sa.exc.OperationalError):
            raise Unavailable(
                "store_unavailable", f"The store does not answer: {error.orig}.", "Check it with `jupyter mlx doctor`."
            ) from error
        raise


def open_store(url: str) -> Store:
    """Open the store at an SQLAlchemy URL; create it, or bring it up to date, where needed.

    Raises
    ------
    Unavailable: ``store_unavailable``, ``store_url_invalid`` or ``store_newer``.
    StorageFull: There is no space to create it.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise Unavailable(
            "store_url_invalid", "The store's URL can't be read.", "Set `db_url` to an SQLAlchemy URL."
        ) from error
    if parsed.get_backend_name() == "sqlite":
        engine = _sqlite_engine(parsed)
    else:
        try:
            engine = sa.create_engine(parsed, pool_pre_ping=True, isolation_level="READ COMMITTED")
        except (sa.exc.ArgumentError, ImportError) as error:
            raise Unavailable(
                "store_url_invalid",
                f"There is no driver for a store at `{parsed.drivername}://`: {error}.",
                "Use `sqlite:///FILE` or `postgresql+psycopg://…` (`pip install 'jupyter-mlx[postgres]'`).",
            ) from error
    try:
        with _translated():
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        try:
            with writing(path):
                make_private(path.parent)
                _create_private(path)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise Unavailable(
                "store_unavailable", f"{path} can't be a store: {error.strerror}.", "Set `db_url` or `state_dir`."
            ) from error
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_S, "check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, record: Any) -> None:
        # The driver's own transaction control off: BEGIN IMMEDIATE is ours to say.
        connection.isolation_level = None
        _keep_log(connection)
        cursor = connection.cursor()
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_S * 1000}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _keep_log(connection: sqlite3.Connection) -> None:
    """Let the file have a write-ahead log.

    Where several processes open a new file at once, SQLite refuses all but one without waiting.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            busy = (getattr(error, "sqlite_errorcode", 0) & 0xFF) == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _create_private(path: Path) -> None:
    """Create the store's file with no moment at which others can read it.

    A file that is there is not opened: closing any descriptor of it would drop the locks that this process holds on
    it (fcntl's, which SQLite uses), and another process would then take the log away from under our connections.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _migrate(engine: sa.Engine) -> None:
    """Upgrade the schema, one process at a time; a store of today costs one query."""
    from .migrations import HEAD, upgrade

    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        if inspector.has_table("alembic_version"):
            present = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            if present == HEAD:
                return
    upgrade(engine)
