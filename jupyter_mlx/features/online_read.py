"""Reading from the wide online store: one statement for many entities."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from feast import FeatureView, utils
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import RepoConfig

from . import online_tables as tables
from .online_file import Database
from .online_response import Found
from .online_tables import Column
from .online_values import ABSENT, Cell, datetime_of, keys_of_values, values_of
from .online_write import table_of

__all__ = ["Answer", "answers", "find", "read"]

CHUNK = 1024
"""Entities a statement: a power of two, below the 32,766 variables that SQLite takes since 3.32."""

Held = tuple[Any, ...]
"""A row: key, event time, cells."""

Answer = tuple[datetime | None, dict[str, Value] | None]
"""What Feast reads of an entity: its event time and values by the features' names, or neither."""


def read(
    database: Database, config: RepoConfig, view: FeatureView, keys: Sequence[bytes], features: Sequence[str] | None
) -> tuple[list[Column | None], dict[bytes, Held]]:
    """The rows of entities by their keys, all of one state of the table, and the columns in the order of their cells.

    Parameters
    ----------
    keys: Keys without repetition.
    features: Names of features; all of the table if None. A column is None where the table has no such feature: the
        cells don't tell of it.

    Raises
    ------
    NotFound: The view has no table.
    Unavailable: The file can't be read.
    """
    table = table_of(config, view)
    held: dict[bytes, Held] = {}
    with database.reading() as connection:
        known = tables.columns(connection, table)
        columns = [known.get(name) for name in (known if features is None else features)]
        names = tuple(each.name for each in columns if each)
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            # Few texts of statements, so that SQLite has them ready: the places that are over match nothing.
            size = 1 << (len(part) - 1).bit_length()
            rows = connection.execute(
                tables.select(table, names, size), [*part, *[None] * (size - len(part))]
            ).fetchall()
            held.update(zip([row[0] for row in rows], rows, strict=True))
    return columns, held


def answers(columns: Sequence[Column | None], rows: Collection[Held]) -> list[Answer]:
    """The event times of rows, and their values by the features' names; those that were never written left out."""
    if not rows:
        return []
    present = [each for each in columns if each]
    names = [each.feature for each in present]
    _, events, *cells = zip(*rows, strict=True)
    values = [values_of(each, column.field) for each, column in zip(cells, present, strict=True)]
    found = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)] or [{} for _ in rows]
    for column, each in zip(present, cells, strict=True):
        if ABSENT in each:
            for answer, cell in zip(found, each, strict=True):
                if cell == ABSENT:
                    del answer[column.feature]
    return list(zip(map(datetime_of, events), found, strict=True))


def find(
    database: Database,
    config: RepoConfig,
    view: FeatureView,
    features: Sequence[str],
    join_keys: dict[str, list[Value]],
    entities: dict[str, str],
    *,
    full_names: bool,
) -> Found:
    """What a view has for the rows of a request.

    Parameters
    ----------
    join_keys: The request's values by join key.
    entities: Join keys by the entities' names.
    full_names: Whether names in the answer begin with the view's.

    Raises
    ------
    KeyError: The request has none of the view's join keys.
    InvalidInput: A join key is null.
    NotFound, Unavailable: As `read`.
    """
    values = utils._get_table_entity_values(view, entities, join_keys)  # noqa: SLF001
    if not any(values.values()):
        utils._get_unique_entities(view, join_keys, entities)  # noqa: SLF001  Feast's own error
    rows = min(map(len, values.values()), default=0)
    keys = keys_of_values(values, rows, config.entity_key_serialization_version)
    columns, held = read(database, config, view, list(dict.fromkeys(keys)), features)
    absent: Held = (None, None, *[ABSENT for each in columns if each])
    ordered = [held.get(key, absent) for key in keys]
    read_columns = iter(list(zip(*ordered, strict=True))[1:]) if ordered else iter([()] * (len(columns) + 1))
    events = next(read_columns)
    cells: list[Sequence[Cell]] = [next(read_columns) if each else [ABSENT] * rows for each in columns]
    prefix = f"{view.projection.name_to_use()}__" if full_names else ""  # type: ignore[no-untyped-call]
    return Found(view, [prefix + name for name in features], columns, cells, events)
