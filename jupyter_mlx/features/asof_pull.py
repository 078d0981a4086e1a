"""Rows of a source as they are, for materialization and saved datasets."""

# ruff: noqa: S608 - names are our own

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from feast.data_source import DataSource
from feast.feature_view import DUMMY_ENTITY_ID, DUMMY_ENTITY_VAL

from .asof_engine import Engine
from .asof_readers import Bounds
from .asof_sources import open_source, reading
from .asof_sql import Lookup, bounds_sql, fetch_sql, newest_sql, time_sql

__all__ = ["pull"]


def pull(
    engine: Engine,
    source: DataSource,
    repo: Path | None,
    keys: Sequence[str],
    columns: Sequence[str],
    bounds: Bounds,
    created: str | None,
    *,
    latest: bool,
) -> pa.Table:
    """Rows of a source with a time in a range: keys, columns, event time and created time, times in UTC.

    Parameters
    ----------
    keys, columns: As the source names them.
    bounds: The event time's column, and the range.
    latest: Only the newest of each key; one without a key is nobody's and left out.

    Raises
    ------
    InvalidInput, NotFound, Unavailable: As `look_up`.
    """
    times = [bounds.column, *([created] if created else [])]
    wanted = list(dict.fromkeys([*keys, *columns, *times]))
    scan = open_source(engine, source, repo, wanted, bounds, "source")
    time, kind = time_sql(source.name, bounds.column, scan)
    where = bounds_sql(time, kind, bounds) if latest or bounds.first or bounds.last else "true"
    stamps = {bounds.column: time}
    if created:
        stamps[created] = time_sql(source.name, created, scan)[0]
    features = tuple(stamps.get(name, scan.names[name]) for name in wanted)
    look = Lookup(scan, tuple(scan.names[key] for key in keys), time, kind, stamps.get(created or ""), features, where)
    with reading(source):
        if latest:
            engine.connection.execute(newest_sql(look, "newest"))
            query = f"{fetch_sql(look, 'newest', by_row=False)} ORDER BY ALL"
        else:
            named = ", ".join(f"{sql} AS f{at}" for at, sql in enumerate(features))
            query = f"SELECT 0 AS n, {named} FROM {scan.relation} WHERE {where}"
        found = engine.connection.sql(query).to_arrow_table()
    table = found.drop_columns(["n"]).rename_columns(wanted)
    for name in times:
        kind_found = table.schema.field(name).type
        if pa.types.is_timestamp(kind_found):
            at = table.column_names.index(name)
            table = table.set_column(at, name, table[name].cast(pa.timestamp(kind_found.unit, "UTC")))
    if not keys:
        table = table.append_column(DUMMY_ENTITY_ID, pa.array([DUMMY_ENTITY_VAL] * table.num_rows, pa.string()))
    # Feast writes the first batch of a table to the online store and no other.
    return table.combine_chunks()
