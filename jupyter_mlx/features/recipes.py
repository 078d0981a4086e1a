"""What makes a view's values, so that it can be made again: a SELECT, a file, or a function; and its fingerprint."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import os
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput, NotFound

__all__ = ["Recipe", "Tables", "fingerprint_of_file", "read_recipe"]

_READERS = (".parquet", ".csv", ".tsv", ".json", ".jsonl", ".ndjson")
_NOISE = ("query_location", "query_location_length", "qualified_name", "export_state")

Data = "pd.DataFrame | pa.Table | str | os.PathLike[str] | Callable[[], Any]"


@dataclass(frozen=True)
class Tables:
    """What a SELECT reads.

    named: Tables as ``database.table``.
    files: Files, globs and addresses.
    """

    named: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """How values are made.

    kind: ``sql``; ``function``, the source of one without parameters; ``frame``, which nobody can make again.
    text: The SELECT, or the function's source.
    frame: The values of a ``frame``.
    """

    kind: str
    text: str = ""
    frame: Any = None

    @property
    def ending(self) -> str:
        """Of the file that keeps it."""
        return ".recipe.py" if self.kind == "function" else ".sql"

    def tables(self) -> Tables:
        """What a SELECT reads; nothing of other kinds, which nobody can tell."""
        if self.kind != "sql":
            return Tables((), ())
        tree = _parsed(self.text)
        common = {item["key"].lower() for node in _nodes(tree) for item in (node.get("cte_map") or {}).get("map", ())}
        named: list[str] = []
        files: list[str] = []
        for node in _nodes(tree):
            if node.get("type") == "BASE_TABLE":
                name, schema = node["table_name"], node["schema_name"]
                if schema:
                    named.append(f"{schema}.{name}")
                elif name.lower() not in common:
                    files.append(name)
            elif node.get("type") == "TABLE_FUNCTION":
                files += [str(value) for value in _texts(node["function"].get("arguments", ()))]
        return Tables(tuple(dict.fromkeys(named)), tuple(dict.fromkeys(files)))

    def call(self) -> Any:
        """What the function gives.

        Raises
        ------
        InvalidInput: ``recipe_failed``.
        """
        names: dict[str, Any] = {"__name__": "mlx_recipe"}
        try:
            # It is the caller's own code, in the caller's own process; never run in the server.
            exec(compile(self.text, "<recipe>", "exec"), names)  # noqa: S102
            made = next(value for key, value in names.items() if inspect.isfunction(value) and key != "__builtins__")
            return made()
        except Exception as error:
            raise InvalidInput(
                "recipe_failed",
                f"The function can't be run on its own: {type(error).__name__}: {error}.",
                "Import and read inside it whatever it needs, so that a refresh can run it again.",
            ) from error

    def fingerprint(self, folder: Path, keys: Sequence[str], times: Sequence[str], columns: Sequence[str]) -> str:
        """What tells a recipe from others, however it is written; empty of a frame.

        Parameters
        ----------
        folder: Files are relative to it.
        columns: The source's columns that are features.
        """
        if self.kind == "frame":
            return ""
        if self.kind == "function":
            tree = ast.parse(self.text)
            function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
            function.name = "recipe"
            return _digest(["function", ast.dump(tree), sorted(keys), list(times)])
        statement = _parsed(self.text)
        plain = _plain_file(statement)
        if plain is not None:
            return fingerprint_of_file(_absolute(plain, folder), keys, times, columns)
        return _digest(["sql", _normal(statement, folder), sorted(keys), list(times)])


def fingerprint_of_file(place: str, keys: Sequence[str], times: Sequence[str], columns: Sequence[str]) -> str:
    """The fingerprint of a file's columns as they are."""
    return _digest(["file", place, sorted(keys), list(times), sorted(columns)])


def _digest(document: Any) -> str:
    return f"sha256:{hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()}"


def read_recipe(source: Any) -> Recipe:
    """A recipe from what was given: a SELECT, a file, a function without parameters, a frame, an Arrow table.

    Raises
    ------
    NotFound: ``source_missing``.
    InvalidInput: ``recipe_invalid``.
    """
    if isinstance(source, str) and source.lstrip().lower().startswith(("select", "with", "from", "(")):
        _parsed(source)
        return Recipe("sql", textwrap.dedent(source).strip().rstrip(";"))
    if isinstance(source, str | os.PathLike):
        return _of_file(os.fspath(source))
    if inspect.isfunction(source):
        return _of_function(source)
    return Recipe("frame", frame=source)


def _of_file(text: str) -> Recipe:
    suffixes = Path(text).suffixes
    if not suffixes or not any(item.lower() in _READERS for item in suffixes):
        raise InvalidInput(
            "recipe_invalid",
            f"`{text}` is neither a SELECT nor a file that can be read.",
            f"Write a SELECT, or name a file that ends with {', '.join(_READERS)}.",
            field="source",
        )
    if "://" not in text and not any(letter in text for letter in "*?[") and not Path(text).expanduser().is_file():
        raise NotFound("source_missing", f"There is no file {text}.", "Name a file that is there.", field="source")
    quoted = os.path.expanduser(text).replace("'", "''")
    return Recipe("sql", f"SELECT * FROM '{quoted}'")  # noqa: S608 - quoted


def _of_function(function: Callable[[], Any]) -> Recipe:
    remedy = "Define it by `def` in a cell, without parameters, and give the function itself."
    try:
        text = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(text)
    except (OSError, SyntaxError) as error:
        raise InvalidInput("recipe_invalid", "The function's source can't be read.", remedy, field="source") from error
    if not any(isinstance(node, ast.FunctionDef) for node in tree.body) or inspect.signature(function).parameters:
        raise InvalidInput("recipe_invalid", "It takes a function without parameters.", remedy, field="source")
    return Recipe("function", text)


# -- statements ----------------------------------------------------------------------------------------------


def _parsed(text: str) -> Any:
    """DuckDB's own tree of one SELECT.

    Raises
    ------
    InvalidInput: ``recipe_invalid``.
    """
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchone()
    assert found is not None
    document = json.loads(found[0])
    several = len(document.get("statements", ())) != 1
    if document["error"] or several:
        why = document.get("error_message", "it is not one statement")
        raise InvalidInput(
            "recipe_invalid", f"The SELECT can't be read: {why}.", "Write one SELECT of DuckDB's.", field="source"
        )
    return document["statements"][0]["node"]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, dict):
            yield item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _texts(tree: Any) -> list[str]:
    literals = [node.get("literal") for node in _nodes(tree)]
    return [item["text"] for item in literals if isinstance(item, dict) and item.get("kind") == "STRING"]


def _plain_file(tree: Any) -> str | None:
    """The file of ``SELECT * FROM file`` without anything more."""
    table, chosen = tree.get("from_table") or {}, tree.get("select_list") or [{}]
    more = any(tree.get(name) for name in ("modifiers", "where_clause", "group_expressions", "having", "qualify"))
    star = len(chosen) == 1 and chosen[0].get("type") == "STAR"
    changed = star and any(chosen[0].get(name) for name in ("exclude_list", "replace_list", "rename_list"))
    if more or changed or not star or table.get("type") != "BASE_TABLE" or table["schema_name"]:
        return None
    return None if table.get("sample") or tree.get("sample") else str(table["table_name"])


def _absolute(place: str, folder: Path) -> str:
    return place if "://" in place else os.path.realpath(folder / Path(place).expanduser())


def _normal(tree: Any, folder: Path) -> Any:
    """The tree without what changes no value: places in the text, letters' case, names of tables, order of columns."""
    tables = [node for node in _nodes(tree) if node.get("type") == "BASE_TABLE"]
    called = {(node["alias"] or node["table_name"]).lower(): f"t{at}" for at, node in enumerate(tables)}
    alone = len(tables) == 1

    def normal(item: Any) -> Any:
        if isinstance(item, list):
            return [normal(each) for each in item]
        if not isinstance(item, dict):
            return item
        kept = {key: normal(value) for key, value in item.items() if key not in _NOISE}
        if item.get("type") == "COLUMN_REF":
            first, *rest = [name.lower() for name in item["column_names"]]
            kept["column_names"] = [first] if not rest else rest if alone else [called.get(first, first), *rest]
        if item.get("type") == "BASE_TABLE":
            name = item["table_name"]
            kept["table_name"] = name.lower() if item["schema_name"] else _absolute(name, folder)
            kept["schema_name"] = item["schema_name"].lower()
            kept["alias"] = called[(item["alias"] or name).lower()]
        elif "alias" in item:
            kept["alias"] = item["alias"].lower()
        return kept

    made = normal(tree)
    if isinstance(made.get("select_list"), list):
        made["select_list"] = sorted(made["select_list"], key=lambda item: json.dumps(item, sort_keys=True))
    return made
