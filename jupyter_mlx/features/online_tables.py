"""The tables of the wide online store.

One table a feature view, one row an entity, one column a feature. A column's declared type is its affinity and the
name of Feast's value type (``INTEGER INT64``), so that the file itself tells what it holds. ``_wide_tables`` tells
which tables are the store's, of which project, and by which join keys.
"""

# ruff: noqa: S608 - names are quoted, values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from feast.value_type import ValueType

from ..errors import Conflict, InvalidInput, NotFound
from .online_file import Connection
from .online_values import NATIVE, field_of

__all__ = [
    "CREATED",
    "EVENT",
    "KEY",
    "Column",
    "add_columns",
    "column",
    "columns",
    "drop",
    "drop_project",
    "make",
    "select",
    "upsert",
]

KEY = "entity_key"
EVENT = "event_ts"
CREATED = "created_ts"
_OWN = (KEY, EVENT, CREATED)
_MARKS = "_wide_tables"


@dataclass(frozen=True)
class Column:
    """One feature of a table.

    Attributes
    ----------
    feature: Its name in the view.
    name: Its column's name.
    kind: Its value type.
    field: The field of a value message that holds such values.
    """

    feature: str
    name: str
    kind: ValueType
    field: str


def column(feature: str, kind: ValueType) -> Column:
    """The column of a feature of a type."""
    return Column(feature, _column_name(feature), kind, field_of(kind))


def _column_name(feature: str) -> str:
    """The column of a feature: its own name, if that can't be another's.

    SQLite takes no notice of case, and three names are the store's: such a name is followed by ``~`` and the places
    of its capitals as a number in base 16.
    """
    if feature == feature.lower() and "~" not in feature and feature not in _OWN:
        return feature
    capitals = sum(1 << place for place, letter in enumerate(feature) if letter.isascii() and letter.isupper())
    return f"{feature}~{capitals:x}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _declared(one: Column) -> str:
    """A column's definition: a row that is older than the column has an empty BLOB there, not null."""
    kind = f"{NATIVE.get(one.field, 'BLOB')} {one.kind.name}"
    return f"{_quoted(one.name)} {_quoted(kind)} DEFAULT x''"


def _exists(connection: Connection, table: str) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
    return found.fetchone() is not None


def columns(connection: Connection, table: str) -> dict[str, Column]:
    """The columns of a table's features by the features' names; called inside of a transaction.

    Raises
    ------
    NotFound: The file has no such table.
    Conflict: Another online store made it.
    """
    (schema,) = connection.execute("PRAGMA schema_version").fetchone()
    if schema != connection.schema:
        connection.known.clear()
        connection.schema = schema
    found: dict[str, Column] | None = connection.known.get(table)
    if found is None:
        found = connection.known[table] = _described(connection, table)
    return found


def _described(connection: Connection, table: str) -> dict[str, Column]:
    described = connection.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    if not described:
        raise NotFound("no_online_table", f"The online store has no table {table!r}.", "Run `feast apply`.")
    found = {}
    for _, name, declared, *_ in described:
        if name in _OWN:
            continue
        kind = ValueType.__members__.get(declared.rpartition(" ")[2])
        if kind is None:
            raise _foreign(table)
        feature = name.rpartition("~")[0] or name
        found[feature] = column(feature, kind)
    return found


def _foreign(table: str) -> Conflict:
    return Conflict(
        "foreign_online_table",
        f"The table {table!r} of the online store is another store's or another project's.",
        "Give this project's online store a `path` of its own, apply, and materialize.",
    )


def make(connection: Connection, table: str, project: str, keys: str, features: Mapping[str, ValueType]) -> bool:
    """Let a table have exactly the columns of a view's features; whether rows had to be given up.

    Added features become new columns, removed ones are dropped with their values. Where a feature's type or the join
    keys changed, the whole table is made anew: it is empty then.

    Parameters
    ----------
    keys: The view's join keys and their types, as text.
    features: The types of the view's features by their names.

    Raises
    ------
    Conflict: Another online store, or another project, has a table of this name in the file.
    InvalidInput: SQLite can't have a table of as many columns.
    """
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {_MARKS} (name TEXT PRIMARY KEY, project TEXT NOT NULL, keys TEXT NOT NULL)"
    )
    wanted = {name: column(name, kind) for name, kind in features.items()}
    limit = connection.getlimit(sqlite3.SQLITE_LIMIT_COLUMN) - len(_OWN)
    if len(wanted) > limit:
        raise InvalidInput(
            "too_many_features",
            f"The table {table!r} would have {len(wanted)} features; SQLite's limit is {limit}.",
            "Split the feature view.",
        )
    known = connection.execute(f"SELECT project, keys FROM {_MARKS} WHERE name = ?", (table,)).fetchone()
    anew = False
    if _exists(connection, table):
        if known is None or known[0] != project:
            raise _foreign(table)
        present = columns(connection, table)
        if known[1] == keys and all(present.get(name, one) == one for name, one in wanted.items()):
            for name in present.keys() - wanted.keys():
                connection.execute(f"ALTER TABLE {_quoted(table)} DROP COLUMN {_quoted(present[name].name)}")
            add_columns(connection, table, [one for name, one in wanted.items() if name not in present])
            return False
        anew = connection.execute(f"SELECT 1 FROM {_quoted(table)} LIMIT 1").fetchone() is not None
        connection.execute(f"DROP TABLE {_quoted(table)}")
    own = f"{KEY} BLOB PRIMARY KEY NOT NULL, {EVENT} INTEGER NOT NULL, {CREATED} INTEGER"
    connection.execute(f"CREATE TABLE {_quoted(table)} ({', '.join([own, *map(_declared, wanted.values())])})")
    connection.execute(f"INSERT OR REPLACE INTO {_MARKS} VALUES (?, ?, ?)", (table, project, keys))
    return anew


def add_columns(connection: Connection, table: str, added: Sequence[Column]) -> None:
    """Give a table more columns; nothing is there yet in the rows that it has."""
    for one in added:
        connection.execute(f"ALTER TABLE {_quoted(table)} ADD COLUMN {_declared(one)}")


def drop(connection: Connection, table: str) -> None:
    """Remove a table with its rows, if it is there and the wide store's.

    Raises
    ------
    Conflict: Another online store made it.
    """
    if _exists(connection, table):
        columns(connection, table)
        connection.execute(f"DROP TABLE {_quoted(table)}")
        connection.execute(f"DELETE FROM {_MARKS} WHERE name = ?", (table,))


def drop_project(connection: Connection, project: str) -> bool:
    """Remove all tables of a project; whether the file has none left."""
    if _exists(connection, _MARKS):
        for (name,) in connection.execute(f"SELECT name FROM {_MARKS} WHERE project = ?", (project,)).fetchall():
            drop(connection, name)
    left = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name <> ?", (_MARKS,))
    return bool(left.fetchone() == (0,))


@lru_cache(maxsize=512)
def select(table: str, names: tuple[str, ...], entities: int) -> str:
    """The statement that reads rows by their keys: key, event time, and columns in their order."""
    listed = ", ".join([KEY, EVENT, *map(_quoted, names)])
    return f"SELECT {listed} FROM {_quoted(table)} WHERE {KEY} IN ({', '.join('?' * entities)})"


@lru_cache(maxsize=128)
def upsert(table: str, names: tuple[str, ...], *, replacing: bool = False) -> str:
    """The statement that writes a row: key, event time, created time, columns; an older one changes nothing.

    Parameters
    ----------
    replacing: An older one counts, too.
    """
    own = [KEY, EVENT, CREATED, *map(_quoted, names)]
    changed = ", ".join(f"{name} = excluded.{name}" for name in own[1:])
    written = (
        f"INSERT INTO {_quoted(table)} AS held ({', '.join(own)}) VALUES ({', '.join('?' * len(own))}) "
        f"ON CONFLICT ({KEY}) DO UPDATE SET {changed}"
    )
    if replacing:
        return written
    return (
        f"{written} WHERE excluded.{EVENT} > held.{EVENT} OR (excluded.{EVENT} = held.{EVENT} "
        # A created time that is not known decides nothing.
        f"AND ifnull(excluded.{CREATED} >= held.{CREATED}, 1))"
    )
