"""DuckDB as it is used here: one connection a read, without files, extensions or the caller's variables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ...errors import InvalidInput, MlxError, Unavailable

if TYPE_CHECKING:
    import duckdb

    from .plan import ReadPlan

__all__ = ["open_engine", "reading_errors", "seal", "unreadable"]


def open_engine(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection to a database in memory, which `seal` closes against everything else.

    Parameters
    ----------
    threads: As many as there are cores by default.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
    }
    if threads is not None:
        config["threads"] = threads
    connection = duckdb.connect(config=config)
    connection.sql("SET TimeZone = 'UTC'")
    return connection


def seal(connection: duckdb.DuckDBPyConnection) -> None:
    """Take away what a statement could reach besides the tables that are registered; once is for good."""
    if connection.sql("SELECT current_setting('lock_configuration')").fetchall() == [(True,)]:
        return
    connection.sql("SET enable_external_access = false")
    connection.sql("SET lock_configuration = true")


@contextmanager
def reading_errors(plan: ReadPlan) -> Iterator[None]:
    """Translate what DuckDB, pyarrow and the operating system raise while a table is read.

    Of a discreet plan nothing that they say is handed on: it may hold values, and whole rows.

    Raises
    ------
    InvalidInput: ``filter_failed``, the condition does not fit the values.
    Unavailable: ``data_unreadable``, the table can't be read or is not what the catalog says.
    """
    import duckdb
    import pyarrow as pa

    try:
        yield
    except Unavailable as error:
        if plan.discreet:
            raise replace_message(error, plan) from None
        raise
    except MlxError:
        raise
    except (duckdb.ConversionException, duckdb.BinderException, duckdb.OutOfRangeException) as error:
        # What DuckDB says holds the value, which may be one that the reader is not to see.
        raise InvalidInput(
            "filter_failed",
            f"The condition does not fit the values of `{plan.path}`.",
            "Compare a column with values of its own type; the table's page has the types.",
            field="filter",
        ) from error
    except (duckdb.Error, pa.ArrowException, OSError, UnicodeError) as error:
        raise unreadable(plan, error) from (None if plan.discreet else error)


def unreadable(plan: ReadPlan, error: BaseException) -> Unavailable:
    """What to say where a table's data can't be read."""
    said = (str(error).strip() or type(error).__name__).split("\n")[0].rstrip(".")[:300]
    found = Unavailable(
        "data_unreadable",
        f"`{plan.path}` can't be read: {said}.",
        "Is it still there, and as it was? Crawl its source again.",
    )
    return replace_message(found, plan) if plan.discreet else found


def replace_message(error: Unavailable, plan: ReadPlan) -> Unavailable:
    """The same error with nothing in it that the source said."""
    return Unavailable(
        error.code,
        f"`{plan.path}` can't be read, or is not what the catalog says.",
        "Somebody who sees all of it is told why: have them crawl its source again, or look at it.",
    )
