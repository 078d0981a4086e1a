"""Tables of labels by name: a file, a table of the catalog, or one SELECT over such files and tables.

What a name means is decided where the catalog and its grants are known, and written into a plan; a plan is read in
another process, which can reach nothing else.
"""

from __future__ import annotations

import glob
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Forbidden, InvalidInput, MlxError, NotFound
from ..files import resolve_path

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from ..catalog.data.service import DataService
    from ..catalog.models import Principal

__all__ = ["LabelPlans", "LabelsPlan", "read_plan", "tables_named"]

FILES = (".csv", ".tsv", ".parquet", ".pq")
_QUERY = re.compile(r"\s*(select|with|from)\b", re.IGNORECASE)
_TABLE = re.compile(r"[^\s./\\]+\.[^\s./\\]+")


@dataclass(frozen=True)
class LabelsPlan:
    """How labels are read.

    file: A CSV or Parquet file.
    query: A SELECT; `tables` are what it names as ``schema.table``, each with the catalog's plan of reading it.
    within: The folder out of which a SELECT may read no file, and that relative paths count from; None for anywhere.
    hidden: Files and folders within that it may not read either.
    """

    file: str | None = None
    query: str | None = None
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    within: str | None = None
    hidden: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For another process."""
        return {**vars(self), "tables": dict(self.tables), "hidden": list(self.hidden)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> LabelsPlan:
        """What `to_json` gave."""
        return cls(**{**document, "hidden": tuple(document["hidden"])})


class LabelPlans:
    """Decides what a reference to labels means for a principal.

    Parameters
    ----------
    hidden: Where the workbench keeps its own; nobody reads labels there.
    """

    def __init__(self, data: Callable[[], DataService], hidden: Sequence[Path]) -> None:
        self._data = data
        self._hidden = tuple(os.path.realpath(path) for path in hidden)

    def plan(
        self,
        text: str,
        principal: Principal,
        *,
        within: Path | None = None,
        named: Callable[[str], list[str]] | None = None,
        door: str | None = None,
    ) -> LabelsPlan:
        """How labels are read.

        Parameters
        ----------
        within: Files lie in this folder, to which they are relative; None for anywhere.
        named: Finds the tables that a SELECT names; `tables_named` by default, in this process.

        Raises
        ------
        NotFound: ``labels_missing``, ``table_unknown``.
        Forbidden: ``path_outside_root``, ``permission_missing``.
        InvalidInput: ``labels_invalid``, ``path_invalid``.
        """
        if _QUERY.match(text):
            tables = {name: self._table(name, principal, door) for name in (named or tables_named)(text)}
            hidden = self._hidden if within is not None else ()
            return LabelsPlan(query=text, tables=tables, within=None if within is None else str(within), hidden=hidden)
        # A file of that name is told to be of no use, where there is one.
        if not self.reads_files(text) and not (within or Path.cwd()).joinpath(text).is_file():
            return LabelsPlan(query=f"FROM {_quoted(text)}", tables={text: self._table(text, principal, door)})
        path = resolve_path(text, within, "labels")
        self.check_file(path, text, within)
        return LabelsPlan(file=str(path))

    @staticmethod
    def reads_files(text: str) -> bool:
        """Whether a reference may read files: it is no table of the catalog."""
        return not _TABLE.fullmatch(text) or Path(text).suffix.lower() in FILES

    def check_file(self, path: Path, shown: str, within: Path | None) -> None:
        """Refuse what is no file of labels.

        Parameters
        ----------
        within: The folder whose hidden files are refused, too.

        Raises
        ------
        NotFound: ``labels_missing``.
        Forbidden: ``path_outside_root``.
        InvalidInput: ``labels_invalid``.
        """
        if any(path.is_relative_to(place) for place in self._hidden):
            raise Forbidden(
                "path_outside_root", f"`{shown}` is the workbench's own.", "Name another file.", field="labels"
            )
        if within is not None and _is_hidden(path, Path(os.path.realpath(within))):
            raise _hidden(shown)
        if not path.is_file():
            raise NotFound(
                "labels_missing",
                f"There is no file `{shown}`.",
                "Name a CSV or Parquet file, a table of the catalog as `database.table`, or write a SELECT.",
                field="labels",
            )
        if path.suffix.lower() not in FILES:
            raise InvalidInput(
                "labels_invalid",
                f"`{shown}` is neither CSV nor Parquet.",
                f"Name a file that ends in {', '.join(FILES)}, or write a SELECT that reads it.",
                field="labels",
            )

    def _table(self, name: str, principal: Principal, door: str | None) -> dict[str, Any]:
        try:
            return self._data().reader(name, principal, door=door).plan.to_json()
        except MlxError as error:
            error.field = "labels"
            raise


# -- in the process that reads -------------------------------------------------------------------------------


def tables_named(query: str) -> list[str]:
    """The tables that a SELECT names as ``schema.table``.

    Raises
    ------
    InvalidInput: ``labels_invalid``: it is no SELECT, or more than one statement.
    """
    found = {
        f"{node['schema_name']}.{node['table_name']}"
        for node in _nodes(_parsed(query))
        if node.get("type") == "BASE_TABLE" and node.get("schema_name")
    }
    return sorted(found)


def read_plan(plan: LabelsPlan, limit: int | None = None) -> tuple[pa.Table, int]:
    """The labels, or the first of them, and how many there are.

    A confined SELECT leaves the process in the folder that it is confined to.

    Raises
    ------
    InvalidInput: ``labels_invalid``.
    Forbidden: ``path_outside_root``.
    MlxError: What reading a table of the catalog says.
    """
    import duckdb

    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "python_enable_replacements": "false"}
    with duckdb.connect(config=config) as connection:
        connection.sql("SET TimeZone = 'UTC'")
        try:
            relation = _relation(connection, plan)
            table = (relation if limit is None else relation.limit(limit)).to_arrow_table()
            whole = limit is None or table.num_rows < limit
            return table, table.num_rows if whole else relation.count("*").fetchall()[0][0]
        except duckdb.PermissionException as error:
            raise Forbidden(
                "path_outside_root",
                f"The SELECT reads what it may not: {_said(error)}",
                "Read files below the root folder, and tables of the catalog as `database.table`.",
                field="labels",
            ) from error
        except duckdb.Error as error:
            raise _invalid(f"The labels can't be read: {_said(error)}") from error


def _relation(connection: duckdb.DuckDBPyConnection, plan: LabelsPlan) -> duckdb.DuckDBPyRelation:
    if plan.file is not None:
        # It is one file, whatever its name looks like.
        file = glob.escape(plan.file)
        if plan.file.lower().endswith((".csv", ".tsv")):
            return connection.read_csv(file)
        return connection.read_parquet(file)
    query = plan.query or ""
    _parsed(query)
    allowed = [] if plan.within is None else _allowed(query, Path(plan.within), plan.hidden)
    for number, (name, table) in enumerate(sorted(plan.tables.items())):
        _attach(connection, name, table, f"mlx_labels_{number}")
    if plan.within is not None:
        # DuckDB takes relative paths from the process's folder, which is this reading's own.
        os.chdir(plan.within)
        # These files and no others, by whatever function a SELECT gets at them.
        listed = ", ".join(f"'{_escaped(path)}'" for path in allowed)
        connection.sql(f"SET allowed_paths = [{listed}]")
        connection.sql("SET enable_external_access = false")
        connection.sql("SET lock_configuration = true")
    return connection.sql(query)


def _attach(connection: duckdb.DuckDBPyConnection, name: str, table: Mapping[str, Any], key: str) -> None:
    from ..catalog.data.plan import ReadPlan
    from ..catalog.data.service import TableReader

    schema, _, own = name.partition(".")
    connection.register(key, TableReader(ReadPlan.from_json(table)).to_arrow())
    connection.sql(f"CREATE SCHEMA IF NOT EXISTS {_quote(schema)}")
    connection.sql(f"CREATE VIEW {_quote(schema)}.{_quote(own)} AS FROM {key}")


def _allowed(query: str, within: Path, hidden: Sequence[str]) -> list[str]:
    """The files that a confined SELECT names, and the patterns that it finds them by.

    Raises
    ------
    InvalidInput: ``labels_invalid``: only running it tells a name.
    Forbidden: ``path_outside_root``: a name is of a hidden file or of one out of the folder, or reaches one.
    """
    root = Path(os.path.realpath(within))
    allowed: list[str] = []
    for name in _file_names(query):
        if name is None or "\0" in name:
            raise _invalid("The SELECT computes the name of a file that it reads: names are written out here.")
        reached = glob.glob(name, root_dir=root, recursive=True, include_hidden=True) if glob.has_magic(name) else []
        for item in (name, *reached):
            place = Path(os.path.realpath(root / item))
            if any(_below(str(place), own) for own in hidden):
                raise Forbidden(
                    "path_outside_root", f"`{name}` reaches the workbench's own files.", "Name others.", field="labels"
                )
            if not place.is_relative_to(root):
                raise Forbidden(
                    "path_outside_root", f"`{name}` leads out of the root folder.", "Name others.", field="labels"
                )
            if _is_hidden(place, root):
                raise _hidden(item)
            allowed.append(str(place))
    return allowed


def _is_hidden(path: Path, root: Path) -> bool:
    """Whether a file is one that the server's files don't show: settings, keys and tokens are kept so."""
    return path.is_relative_to(root) and any(part.startswith(".") for part in path.relative_to(root).parts)


def _hidden(shown: str) -> Forbidden:
    return Forbidden(
        "path_outside_root", f"`{shown}` is a hidden file.", "Name files whose names begin with no dot.", field="labels"
    )


def _below(path: str, folder: str) -> bool:
    return Path(path).is_relative_to(folder)


def _file_names(query: str) -> list[str | None]:
    """The names of files in a SELECT; None for one that is computed."""
    found: list[str | None] = []
    for node in _nodes(_parsed(query)):
        if node.get("type") == "BASE_TABLE" and not node.get("schema_name"):
            name = str(node["table_name"])
            if "." in name or "/" in name:
                found.append(name)
        if node.get("type") == "TABLE_FUNCTION":
            function = str(node["function"]["function_name"])
            if function.startswith(("read_", "parquet_", "sniff_")) or function in (
                "glob",
                "arrow_scan",
                "iceberg_scan",
            ):
                arguments = node["function"].get("arguments") or node["function"].get("children") or []
                found += _constants(arguments[:1])
    return found


def _constants(arguments: Any) -> list[str | None]:
    found: list[str | None] = []
    for argument in arguments:
        expression = argument.get("expression", argument)
        if expression.get("type") == "VALUE_CONSTANT":
            literal = expression.get("literal") or expression.get("value") or {}
            found.append(str(literal.get("text", literal.get("value"))))
        elif expression.get("function_name") == "list_value":
            found += _constants(expression.get("arguments") or expression.get("children") or [])
        else:
            found.append(None)
    return found


def _parsed(query: str) -> dict[str, Any]:
    import duckdb

    with duckdb.connect() as connection:
        try:
            row = connection.execute("SELECT json_serialize_sql(?)", [query]).fetchone()
        except duckdb.Error as error:
            raise _invalid(f"The SELECT can't be read: {_said(error)}") from error
    assert row is not None
    parsed: dict[str, Any] = json.loads(row[0])
    if parsed["error"]:
        raise _invalid(f"The SELECT can't be read: {parsed.get('error_message', 'it is no SELECT')}.")
    if len(parsed["statements"]) != 1:
        raise _invalid(f"There are {len(parsed['statements'])} statements.")
    return parsed


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def _quoted(name: str) -> str:
    schema, _, table = name.partition(".")
    return f"{_quote(schema)}.{_quote(table)}"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _said(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _invalid(message: str) -> InvalidInput:
    return InvalidInput(
        "labels_invalid", message, "Give a CSV or Parquet file, `database.table`, or one SELECT.", field="labels"
    )
