"""Sources of feature views as DuckDB reads them: Parquet as it lies, everything else as a table of what is needed."""

# ruff: noqa: S608 - names are quoted or our own

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from feast.data_source import DataSource
from feast.infra.data_sources.contrib.iceberg_catalog.iceberg_source import IcebergSource
from feast.infra.offline_stores.file_source import FileSource

from ..errors import InvalidInput, MlxError, Unavailable
from .asof_engine import Engine
from .asof_files import Files, file_format, find_files
from .asof_readers import Bounds, dataset_of, read_dataset, read_iceberg, require

__all__ = ["Scan", "open_source", "quoted", "reading", "source_schema"]

# Columns that DuckDB adds to every file; one of the source's own under that name would hide it.
_VIRTUAL = {"file_row_number", "file_index", "filename"}


@dataclass(frozen=True)
class Scan:
    """A source that is ready to be read.

    Parameters
    ----------
    relation: What stands after FROM.
    names: SQL of each column that was asked for.
    types: DuckDB's type of each.
    order: SQL of what orders rows as the source has them.
    """

    relation: str
    names: dict[str, str]
    types: dict[str, str]
    order: tuple[str, ...]


def quoted(name: str) -> str:
    """An identifier as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def open_source(
    engine: Engine,
    source: DataSource,
    repo: Path | None,
    columns: Sequence[str],
    bounds: Bounds,
    table: str,
) -> Scan:
    """Make a source's columns readable through an engine.

    Parameters
    ----------
    columns: Those that are needed, as the source names them.
    bounds: What of it is needed; more may be there.
    table: Name for a table in the engine, where the source can't be read as it lies.

    Raises
    ------
    InvalidInput: ``source_column_missing`` or ``source_unsupported``.
    NotFound: ``source_not_found``.
    Unavailable: ``source_unreadable``.
    """
    connection = engine.connection
    with reading(source):
        if isinstance(source, FileSource):
            files = None if file_format(source) == "delta" else find_files(source, repo)
            if files is not None and files.store is None:
                engine.watch(files.paths)
                scan = _open_here(connection, source, files, columns, table)
                if scan is not None:
                    return scan
            reader = read_dataset(source, dataset_of(source, repo, files), columns, bounds)
        elif isinstance(source, IcebergSource):
            reader = read_iceberg(source, columns, bounds)
        else:
            raise _unsupported(source)
        _load(connection, reader, table)
        return _loaded(connection, columns, table)


def _open_here(
    connection: duckdb.DuckDBPyConnection, source: FileSource, files: Files, columns: Sequence[str], table: str
) -> Scan | None:
    """Files of this machine through DuckDB; None where two of their columns have one name to it."""
    kind = file_format(source)
    clause = _clause(files.paths, kind, hive=files.hive)
    types = _describe(connection, f"SELECT * FROM {clause}")
    plain = {name.lower() for name in types}
    if len(plain) < len(types) or plain & _VIRTUAL:
        return None
    require(source, columns, list(types))
    if kind == "csv":
        # Its text would be parsed for each of the statements.
        chosen = ", ".join(f"{quoted(name)} AS c{at}" for at, name in enumerate(columns))
        connection.execute(f"CREATE TEMP TABLE {table} AS SELECT {chosen} FROM {clause}")
        return _loaded(connection, columns, table)
    order = ("file_row_number",) if len(files.paths) == 1 else ("file_index", "file_row_number")
    return Scan(clause, {name: quoted(name) for name in columns}, {name: types[name] for name in columns}, order)


def source_schema(source: DataSource, repo: Path | None) -> pa.Schema:
    """Names and types of all columns of files, folder names included.

    Raises
    ------
    InvalidInput, NotFound, Unavailable: As `open_source`.
    """
    with reading(source):
        if not isinstance(source, FileSource):
            raise _unsupported(source)
        files = None if file_format(source) == "delta" else find_files(source, repo)
        if files is not None and files.store is None and file_format(source) == "csv":
            with duckdb.connect() as connection:
                connection.execute("SET TimeZone = 'UTC'")
                clause = _clause(files.paths, "csv", hive=files.hive)
                return connection.sql(f"SELECT * FROM {clause} LIMIT 0").to_arrow_table().schema
        schema = dataset_of(source, repo, files).schema
        plain = [
            field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in schema
        ]
        return pa.schema(plain)


def _unsupported(source: DataSource) -> InvalidInput:
    return InvalidInput(
        "source_unsupported",
        f"The source `{source.name}` is a `{type(source).__name__}`, which this offline store can't read.",
        "Use a FileSource (Parquet, CSV, Delta) or an IcebergSource, or Feast's own store for this kind.",
    )


MAX_SAID = 500
"""Characters of what a library says of a source."""


@contextmanager
def reading(*sources: DataSource) -> Iterator[None]:
    """Translate what libraries raise where sources can't be read.

    Raises
    ------
    Unavailable: ``source_unreadable`` or ``library_missing``.
    """
    named = ", ".join(dict.fromkeys(f"`{source.name}`" for source in sources))
    try:
        yield
    except (MlxError, duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except ImportError as error:
        raise Unavailable(
            "library_missing",
            f"To read {named} a library is needed that is not installed: {error}.",
            "pip install 'jupyter_mlx[lakehouse]'",
        ) from error
    except Exception as error:
        # deltalake and pyiceberg each have a tree of their own.
        said = (str(error).strip() or type(error).__name__).split("\n")[0].rstrip(".")
        said = said if len(said) <= MAX_SAID else f"{said[:MAX_SAID]}…"
        raise Unavailable(
            "source_unreadable",
            f"{named} can't be read: {said}.",
            "Is it still there, whole, and may this user read it?",
        ) from error


def _clause(paths: Sequence[str], kind: str, *, hive: bool) -> str:
    listed = ", ".join(_text(path) for path in paths)
    options = ["hive_partitioning = " + ("true" if hive else "false")]
    if len(paths) > 1:
        options.append("union_by_name = true")
    if kind == "csv":
        options.append("sample_size = -1")
    return f"read_{kind}([{listed}], {', '.join(options)})"


def _describe(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE {query}").fetchall()}


def _loaded(connection: duckdb.DuckDBPyConnection, columns: Sequence[str], table: str) -> Scan:
    found = _describe(connection, f"SELECT * FROM {table}")
    names = {name: f"c{at}" for at, name in enumerate(columns)}
    return Scan(table, names, {name: found[short] for name, short in names.items()}, ("rowid",))


def _load(connection: duckdb.DuckDBPyConnection, reader: pa.RecordBatchReader, table: str) -> None:
    connection.register("incoming", reader)
    connection.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM incoming")
    connection.unregister("incoming")
