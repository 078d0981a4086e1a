"""Tables in the formats of lakehouses, Delta and Iceberg: recognised by their folders, read through their libraries.

Only metadata is read: the Delta log, Iceberg's metadata file and manifests. What they say of files, rows and bytes is
exact for the snapshot that it is read at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ...backends import library_missing
from ...errors import MlxError, Unavailable
from ..models import Column, ColumnStatistics, Explanation, ObservedTable, Partition, PartitionKey
from ..types import arrow_name
from .options import told

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "delta_storage",
    "iceberg_storage",
    "is_delta",
    "is_iceberg",
    "newest_metadata",
    "observed_iceberg",
    "read_delta",
    "read_iceberg",
    "reading",
]

_DELTA_LOG = re.compile(r"_delta_log/(\d{20}(\.checkpoint.*)?\.(json|parquet)|_last_checkpoint)\Z")
_ICEBERG_METADATA = re.compile(r"(?:\A|.*/)metadata/v?(\d+)[^/]*metadata\.json(?:\.gz)?\Z")


def is_delta(names: Iterable[str]) -> bool:
    """Whether a folder is a Delta table, by the names in it, relative to it."""
    return any(_DELTA_LOG.match(name) for name in names)


def is_iceberg(names: Iterable[str]) -> bool:
    """Whether a folder is an Iceberg table, by the names in it, relative to it."""
    return any(_ICEBERG_METADATA.match(name) for name in names)


# -- Delta ---------------------------------------------------------------------------------------------------


def read_delta(location: str, storage: Mapping[str, Any]) -> ObservedTable:
    """The Delta table at a folder, at its newest version.

    Parameters
    ----------
    location: A path or ``s3://bucket/prefix``.
    storage: For S3: `endpoint_url`, `region`, `anonymous`, `key`, `secret`; all optional.

    Raises
    ------
    Unavailable: ``table_unreadable``, or ``library_missing``.
    """
    with reading(location):
        import pyarrow as pa
        from deltalake import DeltaTable

        table = DeltaTable(location, storage_options=delta_storage(storage) if "://" in location else None)
        metadata = table.metadata()
        schema = pa.schema(table.schema().to_arrow())
        added = pa.table(table.get_add_actions(flatten=True)).to_pylist()
        version = table.version()
        files = _delta_files(added, list(metadata.partition_columns))
    keys = [key for key in metadata.partition_columns if key in schema.names]
    kept = [field for field in schema if field.name not in keys]
    rows = _total(item["rows"] for item in files)
    statistics = _delta_statistics(added, kept, rows)
    return ObservedTable(
        name=metadata.name or _last(location),
        identity=location,
        format="delta",
        classifier="delta",
        location=location,
        columns=_columns(kept),
        explanation=Explanation(
            classifier="delta: the folder has a Delta log (certainty 1.0)",
            sampled=("_delta_log",),
            notes=(f"Version {version} of the log, with {len(files)} files in it.",),
        ),
        partition_keys=tuple(PartitionKey(key, _type_name(schema.field(key).type)) for key in keys),
        partitions=_partitions(files, location) if keys else (),
        files=len(files),
        bytes=sum(item["bytes"] for item in files),
        rows=rows,
        comment=metadata.description or None,
        parameters={
            "version": version,
            "table_id": str(metadata.id),
            **({"properties": dict(metadata.configuration)} if metadata.configuration else {}),
        },
        statistics=statistics,
    )


def delta_storage(storage: Mapping[str, Any]) -> dict[str, str]:
    """The options of S3 as deltalake names them."""
    options = {"AWS_REGION": storage.get("region") or "us-east-1"}
    for ours, theirs in (("endpoint_url", "AWS_ENDPOINT_URL"), ("key", "AWS_ACCESS_KEY_ID")):
        if storage.get(ours):
            options[theirs] = str(storage[ours])
    if storage.get("secret"):
        options["AWS_SECRET_ACCESS_KEY"] = str(storage["secret"])
    if storage.get("anonymous"):
        options["AWS_SKIP_SIGNATURE"] = "true"
    if str(storage.get("endpoint_url") or "").startswith("http://"):
        options["AWS_ALLOW_HTTP"] = "true"
    return options


def _delta_files(added: list[dict[str, Any]], keys: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "values": tuple(_text(item.get(f"partition.{key}")) for key in keys),
            "bytes": item["size_bytes"] or 0,
            "rows": item.get("num_records"),
            "folder": str(PurePosixPath(unquote(item["path"])).parent),
        }
        for item in added
    ]


def _delta_statistics(
    added: list[dict[str, Any]], fields: Iterable[pa.Field], rows: int | None
) -> dict[str, ColumnStatistics]:
    """Least, greatest and nulls over all files, of columns of which each file says them."""
    statistics = {}
    for field in fields:
        nulls: list[Any] = [item.get(f"null_count.{field.name}") for item in added]
        if rows is None or None in nulls or not added:
            continue
        # A file in which all is null has no bounds, and moves none.
        filled = [item for item, count in zip(added, nulls, strict=True) if count != item["num_records"]]
        least: list[Any] = [item.get(f"min.{field.name}") for item in filled]
        greatest: list[Any] = [item.get(f"max.{field.name}") for item in filled]
        bounded = bool(filled) and None not in least and None not in greatest
        statistics[field.name] = ColumnStatistics(
            nulls=sum(nulls),
            min=_json(min(least)) if bounded else None,
            max=_json(max(greatest)) if bounded else None,
        )
    return statistics


# -- Iceberg -------------------------------------------------------------------------------------------------


def read_iceberg(location: str, storage: Mapping[str, Any]) -> ObservedTable:
    """The Iceberg table at a folder, by its newest metadata file; where a catalog has it, that one knows better.

    Parameters
    ----------
    location: A path or ``s3://bucket/prefix``, with ``metadata/`` in it.
    storage: As for `read_delta`.

    Raises
    ------
    Unavailable: ``table_unreadable``, or ``library_missing``.
    """
    with reading(location):
        from pyiceberg.table import StaticTable

        metadata = newest_metadata(location, storage)
        table = StaticTable.from_metadata(metadata, iceberg_storage(location, storage))
        return observed_iceberg(table, name=_last(location), identity=location, location=location)


def observed_iceberg(table: Any, *, name: str, identity: str, location: str) -> ObservedTable:
    """What an Iceberg table's metadata says at its present snapshot.

    A column that a table is cut by as it is becomes a partition key, as in Hive's tables. A key that is computed
    (``bucket[16](id)``) can't be selected: it is in `transforms` of the parameters only.
    """
    from pyiceberg.io.pyarrow import schema_to_pyarrow
    from pyiceberg.transforms import IdentityTransform

    schema, spec, snapshot = table.schema(), table.spec(), table.current_snapshot()
    arrow = schema_to_pyarrow(schema, include_field_ids=False)
    cut = [(field, str(schema.find_column_name(field.source_id))) for field in spec.fields]
    plain = {source: field.name for field, source in cut if isinstance(field.transform, IdentityTransform)}
    keys = {source: name for source, name in plain.items() if source in arrow.names}
    files = [] if snapshot is None else list(_iceberg_files(table, list(keys.values())))
    deletes = sum(file["content"] != 0 for file in files)
    data = [file for file in files if file["content"] == 0]
    notes = [
        f"Snapshot {snapshot.snapshot_id}, with {len(data)} data files." if snapshot else "It has no snapshot yet."
    ]
    if deletes:
        notes.append(f"{deletes} files mark rows as deleted: the rows are those of the data files.")
    return ObservedTable(
        name=name,
        identity=identity,
        format="iceberg",
        classifier="iceberg",
        location=location,
        columns=_columns(
            (arrow.field(name) for name in arrow.names if name not in keys),
            {field.name: field.doc for field in schema.fields},
        ),
        explanation=Explanation(
            classifier=f"iceberg: a metadata file of format version {table.format_version} (certainty 1.0)",
            sampled=(table.metadata_location,),
            notes=tuple(notes),
        ),
        partition_keys=tuple(PartitionKey(name, _type_name(arrow.field(name).type)) for name in keys),
        partitions=_partitions(data, table.location()) if keys else (),
        files=len(data),
        bytes=sum(file["bytes"] for file in data),
        rows=sum(file["rows"] for file in data),
        rows_exact=not deletes,
        primary_key=tuple(sorted(schema.identifier_field_names())),
        comment=table.properties.get("comment"),
        parameters={
            "metadata_location": table.metadata_location,
            "format_version": table.format_version,
            "table_id": str(table.metadata.table_uuid),
            **({"snapshot_id": snapshot.snapshot_id} if snapshot else {}),
            **({"transforms": [_transform(field, source) for field, source in cut]} if cut else {}),
            **({"properties": dict(table.properties)} if table.properties else {}),
        },
    )


def _transform(field: Any, source: str) -> str:
    """``day(ts)``, ``bucket[16](id)``; the column alone where it is cut as it is."""
    return source if str(field.transform) == "identity" else f"{field.transform}({source})"


def _iceberg_files(table: Any, keys: list[str]) -> Iterator[dict[str, Any]]:
    columns = ("content", "file_path", "partition", "record_count", "file_size_in_bytes")
    for file in table.inspect.files().select(columns).to_pylist():
        partition = file["partition"] or {}
        yield {
            "content": file["content"],
            "values": tuple(_text(partition.get(key)) for key in keys),
            "bytes": file["file_size_in_bytes"],
            "rows": file["record_count"],
            "folder": file["file_path"].rpartition("/")[0],
        }


def newest_metadata(location: str, storage: Mapping[str, Any]) -> str:
    """The metadata file with the highest number, which is the table's newest where no catalog says another."""
    from pyarrow.fs import FileSelector

    filesystem, base = _filesystem(location, storage)
    listed = filesystem.get_file_info(FileSelector(f"{base.rstrip('/')}/metadata"))
    found = [(int(match[1]), info) for info in listed if (match := _ICEBERG_METADATA.match(info.path))]
    if not found:
        raise FileNotFoundError(f"no metadata file below {location}/metadata")
    _, newest = max(found, key=lambda item: (item[0], item[1].mtime_ns or 0))
    return f"{location.rstrip('/')}/metadata/{newest.base_name}"


def _filesystem(location: str, storage: Mapping[str, Any]) -> tuple[Any, str]:
    from pyarrow import fs

    scheme, separator, path = location.partition("://")
    if not separator or scheme == "file":
        return fs.LocalFileSystem(), path or location
    endpoint = str(storage.get("endpoint_url") or "")
    options = {"access_key": storage.get("key"), "secret_key": storage.get("secret"), "region": storage.get("region")}
    options["endpoint_override"] = endpoint.partition("://")[2] or None
    return fs.S3FileSystem(
        **{name: value for name, value in options.items() if value},
        anonymous=bool(storage.get("anonymous")),
        scheme="http" if endpoint.startswith("http://") else "https",
    ), path


def iceberg_storage(location: str, storage: Mapping[str, Any]) -> dict[str, str]:
    """The options of S3 as pyiceberg names them, and that no file out of the table's place is opened.

    Parameters
    ----------
    storage: As for `read_delta`; with `within`, the folder that local files may not leave.
    """
    from .confined import confinement

    names = {"endpoint_url": "s3.endpoint", "region": "s3.region", "key": "s3.access-key-id"}
    options = {theirs: str(storage[ours]) for ours, theirs in names.items() if storage.get(ours)}
    if storage.get("secret"):
        options["s3.secret-access-key"] = str(storage["secret"])
    if storage.get("anonymous"):
        options["s3.anonymous"] = "true"
    return options | confinement(location, storage.get("within"))


# -- both ----------------------------------------------------------------------------------------------------


@contextmanager
def reading(what: str, code: str = "table_unreadable", secret: str | None = None) -> Iterator[None]:
    """Translate what pyiceberg and deltalake raise, each of which has an error tree of its own.

    Raises
    ------
    Unavailable: With the given code, or ``library_missing``.
    """
    try:
        yield
    except MlxError:
        raise
    except ModuleNotFoundError as error:
        raise library_missing(error) from error
    except Exception as error:
        raise Unavailable(
            code,
            f"{what} can't be read: {told(error, secret)}.",
            "Check the source's options, and that the table's log or metadata is whole.",
        ) from error


def _columns(fields: Iterable[pa.Field], comments: Mapping[str, str | None] | None = None) -> tuple[Column, ...]:
    said = comments or {}
    return tuple(
        Column(field.name, _type_name(field.type), field.nullable, said.get(field.name) or _comment(field))
        for field in fields
    )


def _type_name(of: pa.DataType) -> str:
    """Arrow's name of a type; how long its offsets are is the libraries' business, no part of the table."""
    return re.sub(r"\blarge_(string|binary|list)\b", r"\1", arrow_name(of))


def _comment(field: pa.Field) -> str | None:
    comment = (field.metadata or {}).get(b"comment")
    return comment.decode(errors="replace") if comment else None


def _partitions(files: Iterable[Mapping[str, Any]], location: str) -> tuple[Partition, ...]:
    """Files put together by the values of their partition."""
    several: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for file in files:
        several.setdefault(file["values"], []).append(file)
    return tuple(
        Partition(
            values,
            _below(location, files[0]["folder"]),
            len(files),
            sum(file["bytes"] for file in files),
            _total(file["rows"] for file in files),
        )
        for values, files in sorted(several.items())
    )


def _below(location: str, folder: str) -> str:
    return folder if "://" in folder or folder.startswith("/") else f"{location.rstrip('/')}/{folder}"


def _total(counts: Iterable[int | None]) -> int | None:
    """Their sum; None where one is not known."""
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)


def _last(location: str) -> str:
    return location.rstrip("/").rpartition("/")[2]


def _text(value: Any) -> str:
    """A partition's value as text; Hive's name for a missing one."""
    if value is None:
        return "__HIVE_DEFAULT_PARTITION__"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str) else str(value)
