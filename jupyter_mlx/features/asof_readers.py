"""Sources as pyarrow reads them, in part: files of an object store, Delta and Iceberg tables."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from feast.data_source import DataSource
from feast.infra.data_sources.contrib.iceberg_catalog.iceberg_source import IcebergSource
from feast.infra.offline_stores.file_source import FileSource

from ..errors import InvalidInput, NotFound
from .asof_files import Files, absolute, file_format

__all__ = ["Bounds", "dataset_of", "iceberg_table", "read_dataset", "read_iceberg", "require", "storage_options"]


@dataclass(frozen=True)
class Bounds:
    """Which rows are needed at least: those with a time of this column in a range, ends included.

    first, last: Aware, None for no bound.
    """

    column: str
    first: datetime | None = None
    last: datetime | None = None


def require(source: DataSource, columns: Sequence[str], known: list[str]) -> None:
    """Look whether a source has these columns.

    Raises
    ------
    InvalidInput: ``source_column_missing``.
    """
    missing = [name for name in columns if name not in known]
    if not missing:
        return
    near = difflib.get_close_matches(missing[0], known, 1, 0.5)
    hint = f"Is `{near[0]}` meant? " if near else ""
    raise InvalidInput(
        "source_column_missing",
        f"The source `{source.name}` has no column `{missing[0]}`.",
        f"{hint}It has {', '.join(f'`{name}`' for name in sorted(known))}; a `field_mapping` gives one another name.",
        field=missing[0],
    )


def dataset_of(source: FileSource, repo: Path | None, files: Files | None) -> ds.Dataset:
    """Files, or a Delta table where there are none, as pyarrow reads them."""
    if files is None:
        from deltalake import DeltaTable

        address = absolute(source, repo)
        if "://" not in address and not os.path.isdir(address):
            raise NotFound(
                "source_not_found",
                f"The source `{source.name}` has no table at `{address}`.",
                "Is the path right? A relative one counts from the folder of `feature_store.yaml`.",
            )
        return DeltaTable(address, storage_options=storage_options(source)).to_pyarrow_dataset()
    options = {
        "filesystem": files.store,
        "format": file_format(source),
        "partitioning": "hive" if files.hive else None,
    }
    schema = None
    if len(files.paths) > 1:
        # The first file's columns are not all there are.
        each = [ds.dataset([path], **options).schema for path in files.paths]
        schema = pa.unify_schemas(each, promote_options="permissive")
    return ds.dataset(list(files.paths), schema, **options)


def storage_options(source: FileSource) -> dict[str, str]:
    """What deltalake needs to reach an object store."""
    found = {key: value for key, value in (source.resolve_credentials() or {}).items() if key.startswith("AWS_")}
    if source.s3_endpoint_override:
        found["AWS_ENDPOINT_URL"] = source.s3_endpoint_override
        if source.s3_endpoint_override.startswith("http://"):
            found["AWS_ALLOW_HTTP"] = "true"
    return found


def read_dataset(
    source: DataSource, dataset: ds.Dataset, columns: Sequence[str], bounds: Bounds
) -> pa.RecordBatchReader:
    """Columns as ``c0``, ``c1`` …, of the rows in the bounds where the column's type allows to tell."""
    require(source, columns, dataset.schema.names)
    wanted = {}
    for at, name in enumerate(columns):
        kind = dataset.schema.field(name).type
        # DuckDB has no half floats.
        wanted[f"c{at}"] = ds.field(name).cast(pa.float32()) if pa.types.is_float16(kind) else ds.field(name)
    condition = None
    kind = dataset.schema.field(bounds.column).type if bounds.column in dataset.schema.names else None
    if kind is not None and pa.types.is_timestamp(kind):
        for value, compare in ((bounds.first, pc.greater_equal), (bounds.last, pc.less_equal)):
            literal = _literal(value, kind)
            if literal is not None:
                part = compare(ds.field(bounds.column), literal)
                condition = part if condition is None else condition & part
    return dataset.scanner(columns=wanted, filter=condition).to_reader()


def _literal(value: datetime | None, kind: pa.DataType) -> pa.Scalar | None:
    """A bound in a column's type; none where the type can't hold it, for the statement compares once more."""
    if value is None:
        return None
    try:
        plain = pa.scalar(value.replace(tzinfo=None), pa.timestamp("us"))
        found = plain.cast(pa.timestamp(kind.unit), safe=kind.unit == "ns")
    except pa.ArrowInvalid:
        return None
    return found.cast(kind) if kind.tz is None else pc.assume_timezone(found, "UTC").cast(kind)


def iceberg_table(source: IcebergSource) -> Any:
    """The table of a source, through the catalog that it names."""
    name = f"{source.namespace}.{source.iceberg_table}"
    if source.catalog_type != "rest":
        return source.get_catalog_client().load_table(name)  # type: ignore[no-untyped-call]
    from pyiceberg.catalog import load_catalog

    options = {"type": "rest", "uri": source.endpoint, "warehouse": source.warehouse, **source.catalog_properties}
    token = os.environ.get(source.token_env_var) if source.token_env_var else None
    if token:
        options["token"] = token
    return load_catalog(source.catalog_name, **options).load_table(name)


def read_iceberg(source: IcebergSource, columns: Sequence[str], bounds: Bounds) -> pa.RecordBatchReader:
    """As `read_dataset`, of an Iceberg table."""
    from pyiceberg.expressions import AlwaysTrue, And, GreaterThanOrEqual, LessThanOrEqual
    from pyiceberg.types import TimestampType, TimestamptzType

    table = iceberg_table(source)
    schema = table.schema()
    require(source, columns, [field.name for field in schema.fields])
    kind = schema.find_field(bounds.column).field_type
    condition: Any = AlwaysTrue()
    if isinstance(kind, (TimestampType, TimestamptzType)):
        zone = "+00:00" if isinstance(kind, TimestamptzType) else ""
        for value, compare in ((bounds.first, GreaterThanOrEqual), (bounds.last, LessThanOrEqual)):
            if value is not None:
                text = value.replace(tzinfo=None).isoformat(timespec="microseconds") + zone
                condition = And(condition, compare(bounds.column, text))
    # A name twice would be read twice.
    wanted = tuple(dict.fromkeys(columns))
    reader = table.scan(row_filter=condition, selected_fields=wanted).to_arrow_batch_reader()
    names = {name: f"c{at}" for at, name in enumerate(columns)}
    renamed = pa.schema([field.with_name(names[field.name]) for field in reader.schema])
    batches = (batch.rename_columns([names[name] for name in batch.schema.names]) for batch in reader)
    return pa.RecordBatchReader.from_batches(renamed, (batch.cast(renamed) for batch in batches))
