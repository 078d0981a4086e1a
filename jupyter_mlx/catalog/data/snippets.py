"""Code that reads a table at the version seen, as it runs in a notebook."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from ..grants import column_names, column_types, everything
from ..models import Table, TableView
from ..types import is_numeric

__all__ = ["Snippet", "make_snippets"]

_SPARK_FORMATS = {"parquet", "orc", "csv", "json", "avro", "delta", "iceberg"}


@dataclass(frozen=True)
class Snippet:
    """Code, what it is called, and the package that it needs and that is not installed here."""

    name: str
    label: str
    code: str
    needs: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {key: value for key, value in vars(self).items() if value is not None}


def make_snippets(view: TableView, whole: Table, reference: str) -> list[Snippet]:
    """The snippets for who has this view.

    All but Spark's read through the catalog, where access is enforced. Spark reads files by their location, around
    filters and masks: it is offered only to whoever sees everything.

    Parameters
    ----------
    reference: What the table is called, without doubt which.
    """
    table = f"mlx.catalog.table({_text(reference)}, version={whole.version.number})"
    name = _variable(whole.name)
    head = "import jupyter_mlx as mlx\n\n"
    made = f"{table}.to_duckdb(connection=connection).create_view({name!r})"
    query = f"SELECT * FROM {name} LIMIT 10"  # noqa: S608 - it is shown, and the name is plain
    found = [
        Snippet("pandas", "pandas", f"{head}{name} = {table}.to_pandas()\n{name}.head()\n"),
        Snippet("polars", "Polars", f"{head}{name} = {table}.to_polars()\n{name}.head()\n", _missing("polars")),
        Snippet("arrow", "Arrow", f"{head}{name} = {table}.to_arrow()\n{name}.schema\n"),
        Snippet(
            "duckdb",
            "DuckDB SQL",
            f"import duckdb\n{head}connection = duckdb.connect()\n{made}\nconnection.sql({_text(query)}).show()\n",
        ),
    ]
    masked = {*view.masks, *view.cells}
    kinds = column_types(whole)
    numbers = [name for name in view.selectable if is_numeric(kinds[name]) and name not in masked]
    if numbers:
        loaded = f"{name} = {table}.to_torch()\nbatch = next(iter(DataLoader({name}, batch_size=1024)))\nbatch.shape\n"
        code = f"{head.rstrip()}\nfrom torch.utils.data import DataLoader\n\n{loaded}"
        found.append(Snippet("torch", "PyTorch Dataset", code, _missing("torch")))
    sees_all = everything(view) and set(view.selectable) == set(column_names(whole))
    if sees_all and whole.format in _SPARK_FORMATS:
        found.append(Snippet("spark", "Spark", _spark(whole, name), _missing("pyspark")))
    return found


def _spark(table: Table, name: str) -> str:
    location = re.sub(r"\As3://", "s3a://", table.location)
    options = ""
    if table.format == "csv":
        given = {
            "header": str(bool(table.parameters.get("header"))).lower(),
            "sep": table.parameters.get("delimiter", ","),
            "inferSchema": "true",
        }
        options = "".join(f".option({_text(key)}, {_text(value)})" for key, value in given.items())
    return (
        "# Spark reads the files at their location, as they are now: not through the catalog, and no pinned version.\n"
        "from pyspark.sql import SparkSession\n\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        f"{name} = spark.read.format({_text(table.format)}){options}.load({_text(location)})\n"
        f"{name}.printSchema()\n"
    )


def _missing(package: str) -> str | None:
    return None if find_spec(package) is not None else package


def _text(value: str) -> str:
    """A literal of Python, in double quotes where that reads well."""
    return f'"{value}"' if value.isprintable() and not set(value) & {'"', "\\"} else repr(value)


def _variable(name: str) -> str:
    """A table's name as one of Python and of SQL that needs no quotes."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)
    taken = keyword.iskeyword(plain) or plain.lower() in {"table", "select", "order", "group", "mlx", "duckdb", "from"}
    return f"table_{plain}" if taken or plain[:1].isdigit() or not plain.strip("_") else plain
