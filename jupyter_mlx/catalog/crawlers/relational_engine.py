"""Connections to databases that are crawled and read: read-only, with limits, and without passwords in messages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect

from ...backends import library_missing
from ...errors import InvalidInput, MlxError, Unavailable
from .options import told

__all__ = [
    "connect",
    "dialect_of",
    "duckdb_file",
    "identity_of",
    "parse_location",
    "source_errors",
    "table_clause",
    "words",
]

CONNECT_TIMEOUT_S = 10
STATEMENT_TIMEOUT_S = 60.0

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_REFUSED = ("password", "authentication", "access denied", "no pg_hba.conf entry", "login failed")


def parse_location(location: str) -> sa.URL:
    """The URL of a database, with the driver that is used where it names none.

    Raises
    ------
    InvalidInput: ``location_invalid``.
    """
    try:
        url = sa.make_url(location)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise InvalidInput(
            "location_invalid",
            "The location is no URL of a database.",
            "Write it as `postgresql://user@host:5432/name`, `mysql://…`, `sqlite:///file.db` or `duckdb:///file.db`.",
            field="location",
        ) from error
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def dialect_of(location: str) -> Dialect:
    """The dialect of a location, for quoting; nothing is connected.

    Raises
    ------
    InvalidInput: ``location_invalid``, or ``database_unknown`` for a database that SQLAlchemy has no dialect for.
    """
    url = parse_location(location)
    try:
        return url.get_dialect()()
    except sa.exc.NoSuchModuleError as error:
        raise InvalidInput(
            "database_unknown",
            f"There is no dialect for `{url.drivername}://`.",
            "Install the SQLAlchemy dialect of this database, or correct the location.",
            field="location",
        ) from error


def connect(location: str, secret: str | None, *, statement_timeout_s: float = STATEMENT_TIMEOUT_S) -> sa.Engine:
    """An engine that reads a source's database; dispose of it when done. Nothing is connected before its first use.

    Its sessions are read-only where the server can do that, show times in UTC, and end statements that take longer
    than `statement_timeout_s` seconds. It holds no connection that is not in use.

    Parameters
    ----------
    location: The source's location, which has no password.
    secret: The password.

    Raises
    ------
    InvalidInput: ``location_invalid`` or ``database_unknown``.
    Unavailable: ``library_missing``, or ``source_unreachable`` where a file is missing.
    """
    url = parse_location(location)
    dialect = dialect_of(location).name
    if dialect == "sqlite":
        return _sqlite_engine(url)
    if secret is not None:
        url = url.set(password=secret)
    try:
        engine = sa.create_engine(
            url,
            poolclass=sa.NullPool,
            # A statement that fails must not take the transaction of the next one with it.
            isolation_level="AUTOCOMMIT" if dialect in ("postgresql", "mysql", "mariadb") else None,
            connect_args=_connect_args(url, dialect, statement_timeout_s),
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise library_missing(error) from error

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        with connection.cursor() as cursor:
            for statement in _session(dialect, statement_timeout_s):
                cursor.execute(statement)

    return engine


def _connect_args(url: sa.URL, dialect: str, statement_timeout_s: float) -> dict[str, Any]:
    driver = url.drivername.partition("+")[2]
    if driver == "psycopg":
        return {"connect_timeout": CONNECT_TIMEOUT_S, "keepalives_idle": 30, "keepalives_count": 3}
    if driver == "pymysql":
        # The server's own limit comes first; this one is for a server that is gone.
        return {"connect_timeout": CONNECT_TIMEOUT_S, "read_timeout": statement_timeout_s + CONNECT_TIMEOUT_S}
    return {}


def _session(dialect: str, statement_timeout_s: float) -> Iterator[str]:
    """What is said at the start of each session."""
    milliseconds = int(statement_timeout_s * 1000)
    if dialect == "postgresql":
        yield "SET default_transaction_read_only = on"
        yield "SET TIME ZONE 'UTC'"
        yield f"SET statement_timeout = {milliseconds}"
    elif dialect in ("mysql", "mariadb"):
        yield "SET SESSION TRANSACTION READ ONLY"
        yield "SET time_zone = '+00:00'"
        # Each server reads the comment that is for it: MySQL counts milliseconds, MariaDB seconds.
        for_mysql = f"/*!50708 max_execution_time = {milliseconds}, */"
        for_mariadb = f"/*M!100100 max_statement_time = {statement_timeout_s:g}, */"
        yield f"SET {for_mysql} {for_mariadb} @read_by = 'jupyter_mlx'"


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    path = _existing(url)
    # SQLAlchemy's own URL would make a new file where none is.
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    return sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, check_same_thread=False),
        poolclass=sa.NullPool,
        hide_parameters=True,
    )


def duckdb_file(location: str) -> Path:
    """The file of a ``duckdb:///`` location, which is read through DuckDB itself.

    Raises
    ------
    InvalidInput: ``location_invalid``.
    Unavailable: ``source_unreachable``.
    """
    return _existing(parse_location(location))


def _existing(url: sa.URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise InvalidInput(
            "location_invalid",
            f"The location names no file for {url.drivername}.",
            f"Write it as `{url.drivername}:///file.db`.",
            field="location",
        )
    path = Path(url.database)
    if not path.is_file():
        raise Unavailable(
            "source_unreachable",
            f"There is no file {path}.",
            "Check the path; an absolute one has four slashes, as in `sqlite:////data/shop.db`.",
        )
    return path


def identity_of(schema: str | None, table: str) -> str:
    """``schema.table``; a part with a dot or a quote in it is quoted, so that no two tables share an identity."""
    parts = [table] if schema is None else [schema, table]
    return ".".join('"' + part.replace('"', '""') + '"' if {".", '"'} & set(part) else part for part in parts)


# -- reading rows --------------------------------------------------------------------------------------------


def table_clause(schema: str | None, name: str) -> sa.TableClause:
    """A table by its parts, whatever they hold: both are always quoted."""
    return sa.table(sa.quoted_name(name, True), schema=None if schema is None else sa.quoted_name(schema, True))


# -- errors --------------------------------------------------------------------------------------------------


def words(error: BaseException, secret: str | None = None) -> str:
    """What a driver said, in one line, without the password."""
    origin = getattr(error, "orig", None) or error
    said = origin.args[1] if len(origin.args) == 2 and isinstance(origin.args[0], int) else origin
    return told(Exception(said), secret)


@contextmanager
def source_errors(url: sa.URL | str, secret: str | None) -> Iterator[None]:
    """Translate what a driver raises when a whole source can't be read.

    Raises
    ------
    Unavailable: ``source_refused`` where the server lets nobody in by this name and password, else
        ``source_unreachable``.
    """
    try:
        yield
    except MlxError:
        raise
    except sa.exc.SQLAlchemyError as error:
        shown = parse_location(url).render_as_string() if isinstance(url, str) else url.render_as_string()
        said = words(error, secret)
        if any(word in said.lower() for word in _REFUSED):
            raise Unavailable(
                "source_refused",
                f"{shown} refuses the connection: {said}.",
                "Check the user in the location and the secret that the source names.",
            ) from None
        raise Unavailable(
            "source_unreachable",
            f"{shown} can't be read: {said}.",
            "Check the host, the port and the database in the location, and that the server runs.",
        ) from None
