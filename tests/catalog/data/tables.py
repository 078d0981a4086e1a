"""Tables of the catalog as values, for rules that need no store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from jupyter_mlx.catalog.grants import Grant
from jupyter_mlx.catalog.models import Column, PartitionKey, Table, TableVersion

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def make_table(columns: dict[str, str], **changes: Any) -> Table:
    """`source/lake.flights` with these columns."""
    keys = changes.pop("partition_keys", {})
    version = TableVersion(
        number=1,
        columns=tuple(Column(name, kind) for name, kind in columns.items()),
        partition_keys=tuple(PartitionKey(name, kind) for name, kind in keys.items()),
        primary_key=changes.pop("primary_key", ()),
        foreign_keys=(),
        created_at=NOON,
    )
    values: dict[str, Any] = {
        "id": "t1",
        "source_id": "s1",
        "source": "source",
        "database_id": "d1",
        "database": "lake",
        "name": "flights",
        "identity": "flights",
        "state": "active",
        "version": version,
        "versions": 1,
        "format": "parquet",
        "classifier": "parquet",
        "location": "/nowhere",
        "parameters": {},
        "partitions": 0,
        "files": 1,
        "bytes": 1,
        "rows": 1,
        "rows_exact": True,
        "comment": None,
        "created_at": NOON,
        "updated_at": NOON,
        **changes,
    }
    return Table(**values)


def make_grant(*permissions: str, **changes: Any) -> Grant:
    """A grant to everyone on `source/lake.flights` unless it says otherwise."""
    if "expression" not in changes:
        changes.setdefault("resource", "source/lake.flights")
    values = {"id": "g", "principal": "everyone", "created_by": "root", "created_at": NOON, **changes}
    return Grant(permissions=permissions or ("describe", "select"), **values)
