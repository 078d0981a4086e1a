"""Rows appended to a source, results kept as files, and logged features."""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from feast.data_source import DataSource
from feast.errors import SavedDatasetLocationAlreadyExists
from feast.feature_logging import LoggingDestination
from feast.infra.data_sources.contrib.iceberg_catalog.iceberg_source import IcebergSource
from feast.infra.offline_stores.file_source import FileLoggingDestination, FileSource
from feast.saved_dataset import SavedDatasetStorage
from pyarrow import fs

from ..errors import InvalidInput, writing
from .asof_files import Files, absolute, file_format, find_files, object_store
from .asof_readers import iceberg_table, storage_options
from .asof_sources import source_schema

__all__ = ["append_rows", "persist", "write_logs"]

_WRITTEN = re.compile(r"(\.written-\d{20})?$")


def append_rows(source: DataSource, repo: Path | None, rows: pa.Table) -> None:
    """Append rows to a source: to a file by writing it anew, to a folder as a file that comes last.

    Parameters
    ----------
    rows: With the source's columns, in any order, by its names or by those of its field mapping.

    Raises
    ------
    InvalidInput: ``rows_do_not_fit`` or ``source_not_writable``.
    """
    if isinstance(source, IcebergSource):
        table = iceberg_table(source)
        table.append(_fitting(source, rows, table.schema().as_arrow()))
        return
    if not isinstance(source, FileSource) or file_format(source) == "csv":
        raise _not_writable(source)
    fitting = _fitting(source, rows, source_schema(source, repo))
    if file_format(source) == "delta":
        from deltalake import write_deltalake

        write_deltalake(absolute(source, repo), fitting, mode="append", storage_options=storage_options(source))
        return
    files = find_files(source, repo)
    address = absolute(source, repo)
    store, path = (None, address) if "://" not in address else object_store(source, address)
    with writing(address):
        if files.paths == (path,):
            _rewrite(store or fs.LocalFileSystem(), path, fitting)
        elif _is_folder(store, path):
            _add_file(files, path, fitting)
        else:
            raise _not_writable(source)


def _not_writable(source: DataSource) -> InvalidInput:
    return InvalidInput(
        "source_not_writable",
        f"Rows can't be appended to the source `{source.name}`.",
        "Parquet files and folders, Delta and Iceberg tables can be written; a pattern of files or CSV can't.",
    )


def _fitting(source: DataSource, rows: pa.Table, schema: pa.Schema) -> pa.Table:
    raw = {mapped: column for column, mapped in (source.field_mapping or {}).items()}
    named = rows.rename_columns([name if name in schema.names else raw.get(name, name) for name in rows.column_names])
    if sorted(named.column_names) != sorted(schema.names):
        missing = sorted(set(schema.names) - set(named.column_names))
        extra = sorted(set(named.column_names) - set(schema.names))
        said = [f"{what} {', '.join(f'`{name}`' for name in found)}" for what, found in _both(missing, extra) if found]
        raise InvalidInput(
            "rows_do_not_fit",
            f"The rows don't have the columns of the source `{source.name}`: {'; '.join(said)}.",
            "Give the rows all columns of the source and no others.",
        )
    try:
        return named.select(schema.names).cast(schema)
    except pa.ArrowException as error:
        raise InvalidInput(
            "rows_do_not_fit",
            f"The rows don't have the types of the source `{source.name}`: {error}.",
            "Give the columns the source's types.",
        ) from error


def _both(missing: list[str], extra: list[str]) -> list[tuple[str, list[str]]]:
    return [("missing", missing), ("unknown", extra)]


def _is_folder(store: fs.FileSystem | None, path: str) -> bool:
    info: Any = (store or fs.LocalFileSystem()).get_file_info(path)
    return bool(info.type == fs.FileType.Directory)


def _rewrite(store: fs.FileSystem, path: str, rows: pa.Table) -> None:
    """Write a file with rows added; readers see the old one or the new one."""
    temporary = f"{os.path.dirname(path)}/.{os.path.basename(path)}.{uuid.uuid4().hex}"
    try:
        with pq.ParquetFile(path, filesystem=store) as old:
            schema = old.schema_arrow
            with pq.ParquetWriter(temporary, schema, filesystem=store) as writer:
                for group in range(old.num_row_groups):
                    writer.write_table(old.read_row_group(group))
                writer.write_table(rows.cast(schema))
        store.move(temporary, path)
    except BaseException:
        if store.get_file_info(temporary).type == fs.FileType.File:
            store.delete_file(temporary)
        raise


def _add_file(files: Files, folder: str, rows: pa.Table) -> None:
    """Add a file whose name comes after the others', so that its rows are the last."""
    last = os.path.basename(files.paths[-1])
    stem, _, _ = last.rpartition(".")
    name = f"{_WRITTEN.sub('', stem, count=1)}.written-{time.time_ns():020d}"
    partitioning = None
    if files.hive:
        known = ds.dataset(list(files.paths), filesystem=files.store, format="parquet", partitioning="hive")
        partitioning = ds.partitioning(known.partitioning.schema, flavor="hive")
    ds.write_dataset(
        rows,
        folder,
        filesystem=files.store,
        format="parquet",
        partitioning=partitioning,
        basename_template=f"{name}-{{i}}.parquet",
        existing_data_behavior="overwrite_or_ignore",
    )


def persist(
    storage: SavedDatasetStorage, repo: Path | None, result: Callable[[], pa.Table], *, overwrite: bool
) -> None:
    """Write a result where a saved dataset is to be; readers see the old one or the new one.

    Raises
    ------
    SavedDatasetLocationAlreadyExists: Feast's own, before the result is computed.
    InvalidInput: ``storage_unsupported``.
    """
    target = storage.to_data_source()
    if not isinstance(target, FileSource):
        raise InvalidInput(
            "storage_unsupported",
            f"A result can't be kept as `{type(storage).__name__}`.",
            "Give a SavedDatasetFileStorage.",
        )
    address = absolute(target, repo)
    if file_format(target) == "delta":
        _persist_delta(target, address, result, overwrite=overwrite)
        return
    store: fs.FileSystem
    store, path = (fs.LocalFileSystem(), address) if "://" not in address else object_store(target, address)
    there: Any = store.get_file_info(path)
    if there.type != fs.FileType.NotFound and not overwrite:
        raise SavedDatasetLocationAlreadyExists(location=address)
    table = result()
    with writing(address):
        if isinstance(store, fs.LocalFileSystem):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = f"{os.path.dirname(path)}/.{os.path.basename(path)}.{uuid.uuid4().hex}"
        if path.endswith(".parquet"):
            pq.write_table(table, temporary, filesystem=store)
            store.move(temporary, path)
            return
        ds.write_dataset(table, temporary, filesystem=store, format="parquet")
        if there.type == fs.FileType.Directory:
            store.delete_dir(path)
        if isinstance(store, fs.LocalFileSystem):
            os.replace(temporary, path)
        else:
            fs.copy_files(temporary, path, source_filesystem=store, destination_filesystem=store)
            store.delete_dir(temporary)


def _persist_delta(target: FileSource, address: str, result: Callable[[], pa.Table], *, overwrite: bool) -> None:
    from deltalake import DeltaTable, write_deltalake

    options = storage_options(target)
    if not overwrite and DeltaTable.is_deltatable(address, options):
        raise SavedDatasetLocationAlreadyExists(location=address)
    write_deltalake(address, result(), mode="overwrite", schema_mode="overwrite", storage_options=options)


def write_logs(destination: LoggingDestination, repo: Path | None, data: pa.Table | Path) -> None:
    """Add logged features to a folder, as files of their own.

    Raises
    ------
    InvalidInput: ``storage_unsupported``.
    """
    if not isinstance(destination, FileLoggingDestination):
        raise InvalidInput(
            "storage_unsupported",
            f"Features can't be logged to a `{type(destination).__name__}`.",
            "Give a FileLoggingDestination.",
        )
    table = pq.read_table(data) if isinstance(data, (str, Path)) else data
    target = FileSource(path=destination.path, s3_endpoint_override=destination.s3_endpoint_override)
    address = absolute(target, repo)
    store, path = (None, address) if "://" not in address else object_store(target, address)
    partitioning = None
    if destination.partition_by:
        kinds = pa.schema([table.schema.field(name) for name in destination.partition_by])
        partitioning = ds.partitioning(kinds, flavor="hive")
    with writing(address):
        ds.write_dataset(
            table,
            path,
            filesystem=store,
            format="parquet",
            partitioning=partitioning,
            basename_template=f"{uuid.uuid4().hex}-{{i}}.parquet",
            existing_data_behavior="overwrite_or_ignore",
        )
