"""Writing to the wide online store: rows as Feast hands them over, and whole Arrow tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from feast import FeatureView
from feast.feature_view import DUMMY_ENTITY_ID, DUMMY_ENTITY_VAL
from feast.infra.online_stores.helpers import compute_table_id
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import RepoConfig
from feast.value_type import ValueType

from ..errors import Conflict, InvalidInput, NotFound
from ..faults import fail_point
from . import online_tables as tables
from .online_file import Connection, Database
from .online_values import (
    Cell,
    cells_of_column,
    encode,
    field_of,
    keys_of_columns,
    keys_of_values,
    nanoseconds,
    nanoseconds_of_column,
)

__all__ = ["Row", "make", "serialized", "table_of", "write_arrow", "write_rows"]

Row = tuple[EntityKey, dict[str, Value], datetime, datetime | None]
Cells = tuple[Cell, ...]


def table_of(config: RepoConfig, view: FeatureView) -> str:
    """The table of a view: of the project, and of the view's version where versions are kept."""
    return str(compute_table_id(config.project, view, config.registry.enable_online_feature_view_versioning))


def make(connection: Connection, config: RepoConfig, view: FeatureView) -> bool:
    """Let a view have its table; whether rows had to be given up."""
    keys = sorted(f"{each.name} {each.dtype.to_value_type().name}" for each in view.entity_columns)
    return tables.make(connection, table_of(config, view), config.project, ", ".join(keys), _kinds(view))


def _kinds(view: FeatureView) -> dict[str, ValueType]:
    return {each.name: each.dtype.to_value_type() for each in view.features}


def write_rows(
    database: Database, config: RepoConfig, view: FeatureView, data: Sequence[Row], *, replacing: bool
) -> None:
    """Write rows in one transaction; see `WideOnlineStore.online_write_batch`."""
    kinds = _kinds(view)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in data:
        groups.setdefault(tuple(row[1]), []).append(row)
    batches = []
    for given, rows in groups.items():
        # Of an on-demand view Feast hands over the join keys among the values.
        names = [name for name in given if name not in view.join_keys]
        unknown = [name for name in names if name not in kinds]
        if unknown:
            raise InvalidInput(
                "unknown_feature",
                f"View {view.name!r} has no feature {', '.join(map(repr, unknown))}.",
                "Write features of the view only, or apply its new definition first.",
            )
        fields = [field_of(kinds[name]) for name in names]
        keys = serialized([row[0] for row in rows], config.entity_key_serialization_version)
        events = [nanoseconds(row[2]) for row in rows]
        created = [None if row[3] is None or row[3] != row[3] else nanoseconds(row[3]) for row in rows]
        cells = [[encode(row[1][name], field) for row in rows] for name, field in zip(names, fields, strict=True)]
        batches.append((names, list(zip(keys, events, created, *cells, strict=True))))
    _write(database, config, view, batches, replacing=replacing)


def serialized(keys: Sequence[EntityKey], version: int) -> list[bytes]:
    """The keys of entities as bytes; there is at least one.

    Raises
    ------
    InvalidInput: A join key is null, or of a type that can't be one.
    """
    names = list(keys[0].join_keys)
    if any(key.join_keys != names for key in keys):
        return [serialized([key], version)[0] for key in keys]
    columns = {name: [key.entity_values[place] for key in keys] for place, name in enumerate(names)}
    return keys_of_values(columns, len(keys), version)


def write_arrow(database: Database, config: RepoConfig, view: FeatureView, table: pa.Table, *, replacing: bool) -> None:
    """Write the rows of an Arrow table in one transaction; see `WideOnlineStore.write_arrow`."""
    rows, kinds = table.num_rows, _kinds(view)
    columns = {name: table.column(name) for name in table.column_names}
    if DUMMY_ENTITY_ID in view.join_keys:
        columns[DUMMY_ENTITY_ID] = pa.chunked_array([pa.repeat(DUMMY_ENTITY_VAL, rows)])
    joins = {each.name: each.dtype.to_value_type() for each in view.entity_columns}
    source = view.batch_source
    if source is None:
        raise InvalidInput("no_source", f"View {view.name!r} has no batch source.", "Give the view a batch source.")
    event_name, created_name = source.timestamp_field, source.created_timestamp_column
    missing = [name for name in [*joins, *kinds, event_name, created_name] if name and name not in columns]
    if missing:
        raise InvalidInput(
            "missing_column",
            f"The source of view {view.name!r} gives no column {', '.join(map(repr, missing))}.",
            "Correct the view's schema, or its source's field mapping.",
        )
    keys = keys_of_columns(
        {name: (columns[name], kind) for name, kind in joins.items()}, rows, config.entity_key_serialization_version
    )
    events = nanoseconds_of_column(columns[event_name])
    if None in events:
        raise InvalidInput(
            "null_timestamp",
            f"{events.count(None)} rows of view {view.name!r} have no event time.",
            "Remove these rows from the source.",
        )
    created = nanoseconds_of_column(columns[created_name]) if created_name else [None] * rows
    cells = [_cells(view, name, columns[name], kind) for name, kind in kinds.items()]
    batch = (list(kinds), zip(keys, events, created, *cells, strict=True))
    _write(database, config, view, [batch], replacing=replacing)


def _cells(view: FeatureView, name: str, column: pa.ChunkedArray, kind: ValueType) -> Sequence[Cell]:
    try:
        return cells_of_column(column, kind)
    except (TypeError, ValueError, AssertionError) as error:
        raise InvalidInput(
            "unfit_value",
            f"Feature {name!r} of view {view.name!r} is a {kind.name}; its source has a {column.type}: {error}",
            "Correct the feature's type, or the source.",
        ) from error


def _write(
    database: Database,
    config: RepoConfig,
    view: FeatureView,
    batches: Sequence[tuple[list[str], Iterable[Any]]],
    *,
    replacing: bool,
) -> None:
    """Write rows of cells, all or none; the rows of a batch have the same features."""
    with database.writing(create=True) as connection:
        for names, rows in batches:
            found = _columns(connection, config, view, names)
            connection.executemany(tables.upsert(table_of(config, view), found, replacing=replacing), rows)
        fail_point("online_batch_written")
    fail_point("online_batch_kept")


def _columns(connection: Connection, config: RepoConfig, view: FeatureView, names: Sequence[str]) -> tuple[str, ...]:
    """The columns of features, made where they are missing: the view may have been applied on another machine.

    Raises
    ------
    Conflict: The table's column has another type.
    """
    table, kinds = table_of(config, view), _kinds(view)
    try:
        present = tables.columns(connection, table)
    except NotFound:
        make(connection, config, view)
        present = tables.columns(connection, table)
    wanted = [tables.column(name, kinds[name]) for name in names]
    changed = [each for each in wanted if present.get(each.feature, each) != each]
    if changed:
        raise Conflict(
            "changed_type",
            f"Feature {changed[0].feature!r} of view {view.name!r} is a {changed[0].kind.name}; its online column "
            f"holds values of the type {present[changed[0].feature].kind.name}.",
            "Run `feast apply`, then materialize the view again.",
        )
    tables.add_columns(connection, table, [each for each in wanted if each.feature not in present])
    return tuple(each.name for each in wanted)
