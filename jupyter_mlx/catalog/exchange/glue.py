"""The Data Catalog of AWS Glue through boto3: read page by page, written in the batches that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .aws import Connection, batches, open_client, translated
from .packing import PREFIX

__all__ = ["GlueCatalog", "PartitionCounts"]

BATCH_CREATE, BATCH_UPDATE, BATCH_DELETE = 100, 100, 25
_WRITTEN_TABLE = (
    "Name",
    "Description",
    "Owner",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "ViewOriginalText",
    "ViewExpandedText",
    "TableType",
    "Parameters",
    "TargetTable",
)
# What an export writes itself: where it does not, what is there is of an export before.
_GENERATED = {
    *("recordCount", "objectCount", "sizeKey", "averageRecordSize", "compressionType", "skip.header.line.count"),
    *("metadata_location", "table_type", "spark.sql.sources.provider"),
}
_WRITTEN_PARTITION = ("Values", "LastAccessTime", "StorageDescriptor", "Parameters", "LastAnalyzedTime")


@dataclass(frozen=True)
class PartitionCounts:
    """What was done to the partitions of a table, and what was refused, in words."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    refused: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.deleted)


class GlueCatalog:
    """One Data Catalog.

    Raises
    ------
    Unavailable: ``glue_unavailable``, from every method but those that write one thing: these raise boto3's
        ``ClientError``, so that the caller can go on with the next.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def client(self) -> Any:
        """boto3's client."""
        return open_client("glue", self.connection)

    # -- reading ---------------------------------------------------------------------------------------------

    def _pages(self, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        with translated(self.connection):
            paginator = self.client.get_paginator(operation)
            for page in paginator.paginate(**self.connection.whose, **arguments):
                yield from page[key]

    def databases(self) -> dict[str, dict[str, Any]]:
        """All databases by name."""
        return {item["Name"]: item for item in self._pages("get_databases", "DatabaseList")}

    def tables(self, database: str) -> Iterator[dict[str, Any]]:
        """The tables of a database."""
        return self._pages("get_tables", "TableList", DatabaseName=database)

    def partitions(self, database: str, table: str) -> Iterator[dict[str, Any]]:
        """The partitions of a table, without the columns that each repeats."""
        return self._pages(
            "get_partitions", "Partitions", DatabaseName=database, TableName=table, ExcludeColumnSchema=True
        )

    # -- writing ---------------------------------------------------------------------------------------------

    def put_database(self, document: Mapping[str, Any], present: Mapping[str, Any] | None) -> str:
        """Create or change a database: ``created``, ``updated`` or ``unchanged``."""
        if present is None:
            self.client.create_database(**self.connection.whose, DatabaseInput=document)
            return "created"
        kept = {name: present[name] for name in ("LocationUri", "CreateTableDefaultPermissions") if present.get(name)}
        parameters = _merged_parameters(document["Parameters"], present.get("Parameters"))
        wanted = {**kept, **document, "Parameters": parameters}
        if parameters == present.get("Parameters") and wanted.get("Description") == present.get("Description"):
            return "unchanged"
        self.client.update_database(**self.connection.whose, Name=document["Name"], DatabaseInput=wanted)
        return "updated"

    def put_table(self, database: str, document: Mapping[str, Any], present: Mapping[str, Any] | None) -> str:
        """Create or change a table: ``created``, ``updated`` or ``unchanged``.

        Parameters that somebody added in Glue are kept. Glue keeps the version before where the schema changed.
        """
        where = {**self.connection.whose, "DatabaseName": database}
        if present is None:
            self.client.create_table(**where, TableInput=document)
            return "created"
        old = {name: present[name] for name in _WRITTEN_TABLE if present.get(name) is not None}
        wanted = {**old, **document, "Parameters": _merged_parameters(document["Parameters"], old.get("Parameters"))}
        for name in ("Description", "Owner"):
            if name not in document:
                wanted.pop(name, None)
        _keep_column_parameters(wanted, old)
        if wanted == old:
            return "unchanged"
        same = all(_schema(wanted)[part] == _schema(old)[part] for part in ("columns", "keys"))
        self.client.update_table(**where, TableInput=wanted, SkipArchive=same)
        return "updated"

    def sync_partitions(self, database: str, table: str, wanted: Sequence[dict[str, Any]]) -> PartitionCounts:
        """Create, change and delete partitions until they are those wanted."""
        present = {tuple(item["Values"]): item for item in self.partitions(database, table)}
        new = {tuple(item["Values"]): item for item in wanted}
        created = [item for values, item in new.items() if values not in present]
        updated = [
            {"PartitionValueList": list(values), "PartitionInput": _partition(item, present[values])}
            for values, item in new.items()
            if values in present and not _same_partition(item, present[values])
        ]
        deleted = [{"Values": list(values)} for values in present if values not in new]
        where = {**self.connection.whose, "DatabaseName": database, "TableName": table}
        client = self.client
        refused: list[str] = []
        refused += _in_batches(client.batch_create_partition, where, "PartitionInputList", created, BATCH_CREATE)
        refused += _in_batches(client.batch_update_partition, where, "Entries", updated, BATCH_UPDATE)
        refused += _in_batches(client.batch_delete_partition, where, "PartitionsToDelete", deleted, BATCH_DELETE)
        return PartitionCounts(len(created), len(updated), len(deleted), tuple(refused))


def _in_batches(
    send: Callable[..., Any], where: Mapping[str, Any], name: str, items: Sequence[Any], size: int
) -> Iterator[str]:
    """Send items in pieces; what was refused, in words."""
    for batch in batches(items, size):
        for error in send(**where, **{name: batch}).get("Errors") or []:
            values = error.get("PartitionValues") or error.get("PartitionValueList") or []
            detail = error.get("ErrorDetail") or {}
            yield f"partition {'/'.join(values)}: {detail.get('ErrorMessage') or detail.get('ErrorCode') or 'refused'}"


def _merged_parameters(document: Mapping[str, str], present: Mapping[str, str] | None) -> dict[str, str]:
    """Ours, and those that are there and none of ours; pieces of a longer document of before go."""
    kept = {
        name: value for name, value in (present or {}).items() if not name.startswith(PREFIX) and name not in _GENERATED
    }
    return {**kept, **document}


def _keep_column_parameters(wanted: dict[str, Any], old: Mapping[str, Any]) -> None:
    """Leave columns the parameters that somebody gave them in Glue."""
    before = {column["Name"]: column.get("Parameters") for column in _columns(old)}
    storage = dict(wanted["StorageDescriptor"])
    storage["Columns"] = [_with_parameters(column, before) for column in storage.get("Columns") or []]
    wanted["StorageDescriptor"] = {**old.get("StorageDescriptor", {}), **storage}
    wanted["PartitionKeys"] = [_with_parameters(column, before) for column in wanted.get("PartitionKeys") or []]


def _with_parameters(column: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**(before.get(column["Name"]) or {}), **(column.get("Parameters") or {})}
    return {**column, "Parameters": merged} if merged else dict(column)


def _columns(table: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    storage = table.get("StorageDescriptor") or {}
    return [*(storage.get("Columns") or []), *(table.get("PartitionKeys") or [])]


def _schema(table: Mapping[str, Any]) -> dict[str, Any]:
    storage = table.get("StorageDescriptor") or {}
    return {
        "columns": [(column["Name"], column.get("Type")) for column in storage.get("Columns") or []],
        "keys": [(column["Name"], column.get("Type")) for column in table.get("PartitionKeys") or []],
    }


def _partition(document: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """What to write over a partition: ours, with the parameters and the SerDe that it has."""
    old = {name: present[name] for name in _WRITTEN_PARTITION if present.get(name) is not None}
    storage = {**(old.get("StorageDescriptor") or {}), **document["StorageDescriptor"]}
    parameters = _merged_parameters(document["Parameters"], old.get("Parameters"))
    return {**old, **document, "StorageDescriptor": storage, "Parameters": parameters}


def _same_partition(document: Mapping[str, Any], present: Mapping[str, Any]) -> bool:
    merged = _merged_parameters(document["Parameters"], present.get("Parameters"))
    place = (present.get("StorageDescriptor") or {}).get("Location")
    return merged == present.get("Parameters") and document["StorageDescriptor"]["Location"] == place
