"""Look features up at the labels' times."""

# ruff: noqa: S608 - names are our own

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ..errors import InvalidInput
from .asof_engine import Engine
from .asof_labels import EVENT_TIMESTAMP, Labels, as_datetime, read_labels
from .asof_readers import Bounds
from .asof_sources import Scan, open_source, reading
from .asof_sql import (
    Lookup,
    TimeKind,
    bounds_sql,
    comparable_key,
    fetch_any_sql,
    fetch_sql,
    in_unit,
    known_sql,
    match_sql,
    time_sql,
)
from .asof_views import View

__all__ = ["all_keys", "labels_of_query", "look_up"]


def labels_of_query(engine: Engine, query: str, repo: Path | None) -> Labels:
    """Label rows of a SQL query in DuckDB's language, in its order; files it names count from the repository, too.

    Raises
    ------
    InvalidInput: ``labels_query_failed``, and as `read_labels`.
    """
    try:
        if repo is not None:
            text = str(repo).replace("'", "''")
            engine.connection.execute(f"SET file_search_path = '{text}'")
        relation = engine.connection.sql(query)
        table = None if relation is None else relation.to_arrow_table()
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        raise InvalidInput(
            "labels_query_failed",
            f"The query of the labels failed: {str(error).strip()}",
            "It is one SELECT of DuckDB's, over files for instance: SELECT * FROM 'labels.parquet'.",
            field="labels",
        ) from error
    if table is None:
        raise InvalidInput(
            "labels_query_failed",
            "The query of the labels gives no rows: it is not a SELECT.",
            "Write one SELECT of DuckDB's, over files for instance: SELECT * FROM 'labels.parquet'.",
            field="labels",
        )
    return read_labels(table)


def look_up(
    engine: Engine,
    views: Sequence[View],
    labels: Labels,
    repo: Path | None,
    *,
    known_only: bool,
    since: datetime | None = None,
) -> pa.Table:
    """The labels and each view's features at their times: as many rows, in the same order.

    Parameters
    ----------
    known_only: Leave out what was created after the label's time.
    since: Event times before it don't count.

    Raises
    ------
    InvalidInput: ``label_key_missing``, ``label_column_clash``, ``key_types_differ``, ``source_column_missing``,
        ``source_time_invalid`` or ``source_unsupported``.
    NotFound, Unavailable: A source can't be read.
    """
    _check_columns(views, labels)
    scans = [_open(engine, view, labels, repo, since, f"source{at}") for at, view in enumerate(views)]
    looks = [
        _lookup(view, scan, _bounds(view, labels, since), known_only=known_only)
        for view, scan in zip(views, scans, strict=True)
    ]
    given = _register(engine.connection, views, looks, labels)
    by_row = []
    for at, (view, look) in enumerate(zip(views, looks, strict=True)):
        with reading(view.source):
            by_row.append(_match(engine.connection, view, look, given, at))
    if not any(view.features for view in views):
        return labels.table
    with reading(*(view.source for view in views)):
        found = _fetch(engine.connection, looks, by_row, labels.rows, choose=False)
        if found.num_rows != labels.rows:
            # A key has several rows at one time. To choose among them costs as much again as all else of this.
            found = _fetch(engine.connection, looks, by_row, labels.rows, choose=True)
    if found.num_rows != labels.rows:
        raise AssertionError(f"{labels.rows} labels, {found.num_rows} rows")
    table = labels.table
    names = [name for view in views for name, _ in view.features]
    for name, column in zip(names, found.columns, strict=True):
        table = table.append_column(name, column)
    return table


def _fetch(
    connection: duckdb.DuckDBPyConnection, looks: Sequence[Lookup], by_row: Sequence[bool], rows: int, *, choose: bool
) -> pa.Table:
    """The features of all labels in their order.

    choose: Take the best where a key has several rows at one time; without it there are more rows than labels then.
    """
    chosen: list[str] = []
    joins: list[str] = []
    for at, (look, named) in enumerate(zip(looks, by_row, strict=True)):
        matches = f"match{at}"
        query = (
            fetch_sql(look, matches, by_row=named) if choose or named else fetch_any_sql(look, matches, most=rows + 1)
        )
        joins.append(f"LEFT JOIN ({query}) x{at} USING (n)")
        chosen += [f"x{at}.f{number} AS x{at}f{number}" for number in range(len(look.features))]
    return connection.sql(
        f"SELECT {', '.join(chosen)} FROM range({rows}) l(n) {' '.join(joins)} ORDER BY n"
    ).to_arrow_table()


def _check_columns(views: Sequence[View], labels: Labels) -> None:
    known = list(labels.table.column_names)
    for view in views:
        for key, _ in view.keys:
            if key in known:
                continue
            near = difflib.get_close_matches(key, known, 1, 0.5)
            meant = f"Is `{near[0]}` meant? Rename it, or map" if near else "Add it, or map"
            raise InvalidInput(
                "label_key_missing",
                f"The labels have no column `{key}`, the join key of the feature view `{view.name}`.",
                f"{meant} it with `with_join_key_map`. They have {', '.join(f'`{name}`' for name in known)}.",
                field=key,
            )
    taken = set(known)
    for view in views:
        for name, _ in view.features:
            if name in taken:
                raise InvalidInput(
                    "label_column_clash",
                    f"`{name}` is a feature of `{view.name}` and already a column of the labels or of another view.",
                    "Rename the labels' column or leave it out, or ask for `full_feature_names`.",
                    field=name,
                )
            taken.add(name)


def _bounds(view: View, labels: Labels, since: datetime | None) -> Bounds:
    if labels.instants.span is None:
        return Bounds(view.time, since)
    first = None
    if view.ttl is not None:
        first = as_datetime(labels.instants.span[0] - view.ttl // timedelta(microseconds=1))
    if since is not None and (first is None or first < since):
        first = since
    return Bounds(view.time, first, as_datetime(labels.instants.span[1]))


def _open(engine: Engine, view: View, labels: Labels, repo: Path | None, since: datetime | None, table: str) -> Scan:
    bounds = _bounds(view, labels, since)
    return open_source(engine, view.source, repo, view.columns, bounds, table)


def _lookup(view: View, scan: Scan, bounds: Bounds, *, known_only: bool) -> Lookup:
    time, kind = time_sql(view.source.name, view.time, scan)
    where = bounds_sql(time, kind, bounds)
    created = known = None
    if view.created is not None:
        created, other = time_sql(view.source.name, view.created, scan)
        if known_only:
            where += f" AND {bounds_sql(created, other, Bounds(view.created, None, bounds.last))}"
            unit = max(kind.unit, other.unit, key=("us", "ns").index)
            time, known = in_unit(time, kind, unit), in_unit(created, other, unit)
            kind = TimeKind(unit, zone=False)
    return Lookup(
        scan=scan,
        keys=tuple(scan.names[column] for _, column in view.keys),
        time=time,
        kind=kind,
        created=created,
        features=tuple(scan.names[column] for _, column in view.features),
        where=where,
        known=known,
    )


def _register(
    connection: duckdb.DuckDBPyConnection, views: Sequence[View], looks: Sequence[Lookup], labels: Labels
) -> dict[str, tuple[str, str]]:
    """Make the labels' rows, keys and times the table ``labels``; name and type there of each key."""
    columns: dict[str, pa.Array | pa.ChunkedArray] = {"n": pa.array(np.arange(labels.rows, dtype=np.int64))}
    keys: dict[str, str] = {}
    for view, look in zip(views, looks, strict=True):
        for key, _ in view.keys:
            if key not in keys:
                keys[key] = f"key_{len(keys)}"
                columns[keys[key]] = _key_array(labels.table[key])
        unit = look.kind.unit
        columns.setdefault(f"time_{unit}", labels.instants.at(unit))
        if view.ttl is not None:
            columns.setdefault(_oldest(view.ttl, unit), labels.instants.less(view.ttl, unit))
    connection.register("labels", pa.table(columns))
    types = {str(row[0]): str(row[1]) for row in connection.execute("DESCRIBE labels").fetchall()}
    return {key: (name, types[name]) for key, name in keys.items()}


def _oldest(ttl: timedelta, unit: str) -> str:
    return f"oldest_{unit}_{ttl // timedelta(microseconds=1)}"


def _key_array(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A key as DuckDB can read it."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column.cast(pa.float32()) if pa.types.is_float16(column.type) else column


def _zoned(name: str, kind: TimeKind) -> str:
    return f"{name} AT TIME ZONE 'UTC'" if kind.zone else name


def _match(
    connection: duckdb.DuckDBPyConnection,
    view: View,
    look: Lookup,
    given: dict[str, tuple[str, str]],
    at: int,
) -> bool:
    """Fill ``match{at}`` with what each label's row finds; whether it names rows, and not keys and times."""
    kind = look.kind
    chosen = []
    for number, (key, column) in enumerate(view.keys):
        name, found = given[key]
        sql = comparable_key(name, key, found, view.source.name, look.scan.types[column])
        chosen.append(f"{sql} AS k{number}")
    oldest = "NULL" if view.ttl is None else _zoned(_oldest(view.ttl, kind.unit), kind)
    chosen += [f"{_zoned(f'time_{kind.unit}', kind)} AS t", f"CAST({oldest} AS {kind.type}) AS oldest"]
    present = " AND ".join(f"{name} IS NOT NULL" for name in (*(f"k{at}" for at in range(len(view.keys))), "t"))
    connection.execute(
        f"CREATE TEMP TABLE wanted AS SELECT * FROM (SELECT n, {', '.join(chosen)} FROM labels) WHERE {present}"
    )
    statement = match_sql if look.known is None else known_sql
    connection.execute(statement(look, "wanted", f"match{at}"))
    connection.execute("DROP TABLE wanted")
    return look.known is not None


def all_keys(engine: Engine, views: Sequence[View], repo: Path | None, first: datetime, last: datetime) -> Labels:
    """A label row at the end of a range for each key that has a row in it, of views with the same join keys.

    Raises
    ------
    InvalidInput: ``labels_needed``, and as `look_up`.
    """
    keyed = [view for view in views if view.keys]
    names = [key for key, _ in keyed[0].keys] if keyed else []
    for view in keyed:
        if sorted(key for key, _ in view.keys) != sorted(names):
            raise InvalidInput(
                "labels_needed",
                f"`{keyed[0].name}` and `{view.name}` have different join keys: whose rows are meant is unclear.",
                "Give label rows, or ask for the views one by one.",
                field="labels",
            )
    parts = []
    for at, view in enumerate(keyed):
        bounds = Bounds(view.time, first, last)
        scan = open_source(engine, view.source, repo, view.columns, bounds, f"keys{at}")
        time, kind = time_sql(view.source.name, view.time, scan)
        own = dict(view.keys)
        chosen = ", ".join(f"{scan.names[own[name]]} AS k{number}" for number, name in enumerate(names))
        parts.append(f"SELECT {chosen} FROM {scan.relation} WHERE {bounds_sql(time, kind, bounds)}")
    if parts:
        present = " AND ".join(f"k{number} IS NOT NULL" for number in range(len(names)))
        query = f"SELECT DISTINCT * FROM ({' UNION ALL '.join(parts)}) WHERE {present} ORDER BY ALL"
        table = engine.connection.sql(query).to_arrow_table().rename_columns(names)
    else:
        table = pa.table({"n": [0]}).select([])
    rows = table.num_rows if parts else 1
    stamps = pa.array([last.astimezone(UTC)] * rows, pa.timestamp("us", "UTC"))
    return read_labels(table.append_column(EVENT_TIMESTAMP, stamps) if names else pa.table({EVENT_TIMESTAMP: stamps}))
