"""A recipe's values, checked and written as the file that a view reads."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from ..errors import InvalidInput
from .asof_engine import Limits, open_engine
from .recipes import Recipe

if TYPE_CHECKING:
    import pyarrow as pa

    from ..catalog.data.service import TableReader

__all__ = ["Built", "Shape", "build", "guessed"]

_TYPES = {
    "BOOLEAN": ("Bool", "BOOLEAN"),
    "TINYINT": ("Int32", "INTEGER"),
    "SMALLINT": ("Int32", "INTEGER"),
    "INTEGER": ("Int32", "INTEGER"),
    "UTINYINT": ("Int32", "INTEGER"),
    "USMALLINT": ("Int32", "INTEGER"),
    "BIGINT": ("Int64", "BIGINT"),
    "UINTEGER": ("Int64", "BIGINT"),
    # Sums of whole numbers, and decimals, have no type of Feast's.
    "HUGEINT": ("Float64", "DOUBLE"),
    "DECIMAL": ("Float64", "DOUBLE"),
    "FLOAT": ("Float32", "FLOAT"),
    "DOUBLE": ("Float64", "DOUBLE"),
    "VARCHAR": ("String", "VARCHAR"),
    "ENUM": ("String", "VARCHAR"),
    "UUID": ("String", "VARCHAR"),
    "BLOB": ("Bytes", "BLOB"),
    "TIMESTAMP WITH TIME ZONE": ("UnixTimestamp", "TIMESTAMP WITH TIME ZONE"),
    # Features keep microseconds.
    "TIMESTAMPTZ_NS": ("UnixTimestamp", "TIMESTAMP WITH TIME ZONE"),
}
"""DuckDB's types with Feast's, and the type that is written."""
_KEYS = ("String", "Int32", "Int64")
_INSTANTS = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
_INDEX = re.compile(r"__index_level_\d+__")
"""How pandas writes the numbers of its rows."""


@dataclass(frozen=True)
class Shape:
    """Which columns are no features.

    keys: The entities' join keys.
    timezone: Whose local time a timestamp without one is.
    """

    keys: tuple[str, ...]
    timestamp: str
    created: str | None = None
    timezone: str | None = None

    @property
    def times(self) -> tuple[str, ...]:
        """The columns of times."""
        return (self.timestamp, *((self.created,) if self.created else ()))


@dataclass(frozen=True)
class Built:
    """Values that were written: types as Feast calls them, by column."""

    path: Path
    rows: int
    keys: Mapping[str, str]
    features: Mapping[str, str]


def build(recipe: Recipe, shape: Shape, folder: Path, path: Path, table: Callable[[str], TableReader]) -> Built:
    """Run a recipe, and write what it gives as Parquet, by time and key.

    Parameters
    ----------
    folder: Files in a SELECT are relative to it.
    path: What is written.
    table: Opens a table of the catalog that a SELECT names, ``database.table``.

    Raises
    ------
    InvalidInput: ``recipe_failed``, ``column_unknown``, ``features_missing``, ``type_unsupported``,
        ``timestamp_without_zone``, ``values_null``, ``rows_repeated``, ``rows_missing``.
    MlxError: As the offline store and the catalog have it.
    """
    with open_engine(Limits()) as engine:
        connection = engine.connection
        types = _given(connection, recipe, folder, table)
        chosen = _columns(types, shape)
        listed = ", ".join(f"{expression} AS {_name(name)}" for name, (_, expression) in chosen.items())
        order = ", ".join(_name(name) for name in (*shape.times, *shape.keys))
        try:
            connection.execute(
                f"COPY (SELECT {listed} FROM given ORDER BY {order}) TO {_text(str(path))} "  # noqa: S608 - quoted
                "(FORMAT parquet, COMPRESSION zstd)"
            )
        except duckdb.Error as error:
            raise _failed(error) from error
        rows = _count(connection, path, shape)
    kinds = {name: kind for name, (kind, _) in chosen.items()}
    return Built(
        path,
        rows,
        {name: kinds[name] for name in shape.keys},
        {name: kind for name, kind in kinds.items() if name not in (*shape.keys, *shape.times)},
    )


def guessed(
    recipe: Recipe, folder: Path, table: Callable[[str], TableReader], keys: Collection[str], shape: Shape
) -> Shape:
    """A shape without gaps: the columns that are join keys of something, and the only one that is a time.

    Raises
    ------
    InvalidInput: ``entity_missing``, ``timestamp_missing``, ``recipe_failed``.
    """
    if shape.keys and shape.timestamp:
        return shape
    with open_engine(Limits()) as engine:
        types = _given(engine.connection, recipe, folder, table)
    found = shape.keys or tuple(name for name in types if name in keys)
    if not found:
        raise InvalidInput(
            "entity_missing", "No column is the join key of a view.", 'Name the join keys: `entity="origin"`.'
        )
    times = [name for name, kind in types.items() if kind.startswith("TIMESTAMP")]
    if not shape.timestamp and len(times) != 1:
        listed = ", ".join(f"`{name}`" for name in times) or "none"
        raise InvalidInput(
            "timestamp_missing", f"Which column is the event's time? There is {listed}.", "Name it: `timestamp=…`."
        )
    return replace(shape, keys=found, timestamp=shape.timestamp or times[0])


def _given(connection: Any, recipe: Recipe, folder: Path, table: Callable[[str], TableReader]) -> dict[str, str]:
    """Make the view ``given`` of what a recipe gives; its types by column."""
    connection.execute(f"SET file_search_path = {_text(str(folder))}")
    made = recipe.call() if recipe.kind == "function" else recipe.frame
    try:
        if made is None:
            _attach(connection, recipe, table)
            connection.execute(f"CREATE TEMP VIEW given AS {recipe.text}")
        else:
            connection.register("given", _arrow(made))
        described = connection.sql("DESCRIBE given").fetchall()
        return {str(name): str(kind) for name, kind, *_ in described if not _INDEX.fullmatch(str(name))}
    except duckdb.Error as error:
        raise _failed(error) from error


def _attach(connection: Any, recipe: Recipe, table: Callable[[str], TableReader]) -> None:
    for number, reference in enumerate(recipe.tables().named):
        schema, _, name = reference.partition(".")
        table(reference).to_duckdb(connection).create_view(f"catalog_{number}")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_name(schema)}")
        connection.execute(f"CREATE VIEW {_name(schema)}.{_name(name)} AS FROM catalog_{number}")


def _arrow(made: Any) -> pa.Table:
    import pyarrow as pa

    if isinstance(made, pa.Table):
        return made
    for name in ("to_arrow_table", "to_arrow", "arrow"):
        if hasattr(made, name):
            found = getattr(made, name)()
            return found.read_all() if isinstance(found, pa.RecordBatchReader) else found
    if hasattr(made, "columns"):
        return pa.Table.from_pandas(made, preserve_index=False)
    raise InvalidInput(
        "recipe_invalid",
        f"A {type(made).__name__} is no table.",
        "Give a data frame, an Arrow table, a relation of DuckDB's, a file, or a SELECT.",
        field="source",
    )


def _failed(error: Exception) -> InvalidInput:
    text = str(error).strip().splitlines()[0].rstrip(".")
    missing = "does not exist" in text
    return InvalidInput(
        "recipe_failed",
        f"The values can't be made: {text}.",
        "A SELECT reads files, relative to where it is run, and tables of the catalog as `database.table`; "
        "give a data frame itself."
        if missing
        else "Mend the SELECT or the data, and try it in DuckDB.",
        field="source",
    )


# -- columns -------------------------------------------------------------------------------------------------


def _columns(types: Mapping[str, str], shape: Shape) -> dict[str, tuple[str, str]]:
    """By column, its type in Feast and the expression that is written."""
    for name in (*shape.keys, *shape.times):
        if name not in types:
            near = difflib.get_close_matches(name, types, n=1)
            listed = ", ".join(f"`{one}`" for one in types)
            hint = f"Did you mean `{near[0]}`?" if near else f"There are {listed}."
            raise InvalidInput("column_unknown", f"There is no column `{name}`.", hint, field=name)
    if len(types) == len({*shape.keys, *shape.times}):
        raise InvalidInput(
            "features_missing", "There is no column besides keys and times.", "Add a column that is a feature."
        )
    found: dict[str, tuple[str, str]] = {}
    for name, kind in types.items():
        if name in shape.times:
            found[name] = ("UnixTimestamp", _instant(name, kind, shape.timezone))
            continue
        _check_name(name)
        feast, written = _feast_type(name, kind, shape.timezone)
        if name in shape.keys and feast not in _KEYS:
            raise InvalidInput(
                "type_unsupported", f"The key `{name}` is {kind}.", "Keys are texts or whole numbers: cast it."
            )
        found[name] = (feast, written)
    return found


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or "__" in name:
        raise InvalidInput(
            "name_invalid",
            f"A feature can't be called `{name}`.",
            "Use letters, digits and single underscores: `SELECT … AS name`.",
            field="source",
        )


def _instant(name: str, kind: str, timezone: str | None) -> str:
    if kind in _INSTANTS:
        return f"{_name(name)}::TIMESTAMP WITH TIME ZONE"
    if not kind.startswith("TIMESTAMP"):
        raise InvalidInput(
            "type_unsupported",
            f"`{name}` is {kind}, no time.",
            f"Cast it: `CAST({name} AS TIMESTAMPTZ)`, or `make_timestamptz(…)` of its parts.",
            field="timestamp",
        )
    if timezone is None:
        raise InvalidInput(
            "timestamp_without_zone",
            f"`{name}` has no time zone: nobody can tell which moments it means.",
            f"Say whose time it is, `timezone=\"UTC\"`, or select `{name} AT TIME ZONE 'UTC' AS {name}`.",
            field="timestamp",
        )
    return f"{_name(name)}::TIMESTAMP AT TIME ZONE {_text(timezone)}"


def _feast_type(name: str, kind: str, timezone: str | None) -> tuple[str, str]:
    element, listed, rest = kind.partition("[")
    known = _TYPES.get(element.partition("(")[0])
    if known is not None and (not listed or rest == "]"):
        feast, written = known
        return (f"Array({feast})", f"{_name(name)}::{written}[]") if listed else (feast, f"{_name(name)}::{written}")
    if kind.startswith("TIMESTAMP"):
        return "UnixTimestamp", _instant(name, kind, timezone)
    raise InvalidInput(
        "type_unsupported",
        f"`{name}` is {kind}, which no feature can be.",
        f"Cast it, as `CAST({name} AS VARCHAR)` or `CAST({name} AS DOUBLE)`, or leave it out.",
        field="source",
    )


# -- rows ----------------------------------------------------------------------------------------------------


def _count(connection: Any, path: Path, shape: Shape) -> int:
    """Rows, none of which lacks a key or a time, or is there twice."""
    needed = (*shape.keys, *shape.times)
    nulls = ", ".join(f"count(*) - count({_name(name)})" for name in needed)
    file = f"read_parquet({_text(str(path))})"
    counted = connection.sql(f"SELECT count(*), {nulls} FROM {file}").fetchall()[0]  # noqa: S608 - quoted
    rows = int(counted[0])
    if not rows:
        raise InvalidInput("rows_missing", "There are no rows.", "Look at the filter and the source's data.")
    for name, count in zip(needed, counted[1:], strict=True):
        if count:
            raise InvalidInput(
                "values_null",
                f"{count:,} of {rows:,} rows have no `{name}`.",
                f"Leave them out: `WHERE {name} IS NOT NULL`.",
                field=name,
            )
    listed = ", ".join(_name(name) for name in needed)
    grouped = f"SELECT {listed}, count(*) - 1 AS more FROM {file} GROUP BY ALL HAVING count(*) > 1"  # noqa: S608
    repeated = connection.sql(f"SELECT sum(more), any_value({_name(shape.keys[0])}) FROM ({grouped})").fetchall()[0]  # noqa: S608
    if repeated[0]:
        raise InvalidInput(
            "rows_repeated",
            f"{repeated[0]:,} rows repeat the {', '.join(f'`{name}`' for name in needed)} of another one, "
            f"as of `{repeated[1]}`: nobody can tell which counts.",
            f"Aggregate, keep one by `SELECT DISTINCT ON ({', '.join(needed)}) …`, or name the column of the time "
            "at which each was written (`created`).",
        )
    return rows


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
