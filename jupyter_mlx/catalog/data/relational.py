"""Tables of relational databases: the needed columns, by a condition that the server applies, streamed.

A condition is given to the server only as far as both sides mean the same by it: comparisons of numbers and moments,
equality of texts, nulls. DuckDB applies the whole of it again. Values are bound, names are quoted by SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..crawlers.relational_engine import connect, duckdb_file, source_errors, table_clause
from ..predicates import Binary, Field, In, IsNull, Literal, Node, Unary, quoted, quoted_text
from ..types import is_numeric, is_temporal
from .conversion import array_of
from .plan import RAW, ReadPlan
from .scan import StreamedScan

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["DuckScan", "SqlScan", "pushed_down"]

_ROWS = 10_000
_READ_TIMEOUT_S = 3600.0


class SqlScan(StreamedScan):
    """A table or view that SQLAlchemy reads."""

    def __init__(self, plan: ReadPlan) -> None:
        super().__init__(plan)
        self._engine = connect(plan.location, plan.secret, statement_timeout_s=_READ_TIMEOUT_S)

    def statement(self) -> sa.Select[Any]:
        """What the server is asked."""
        parameters = self.plan.parameters
        names: list[sa.ColumnElement[Any]] = [sa.column(sa.quoted_name(name, True)) for name, _ in self.plan.columns]
        query = sa.select(*names).select_from(table_clause(parameters.get("schema"), parameters["table"]))
        condition = pushed_down(self.plan.pushed(), self.plan.types)
        return query if condition is None else query.where(condition)

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows as the server sends them."""
        import pyarrow as pa

        with source_errors(self.plan.location, self.plan.secret), self._engine.connect() as connection:
            if connection.dialect.name != "sqlite":
                # Rows are streamed within a transaction.
                connection.execution_options(isolation_level="READ COMMITTED")
            streaming = connection.execution_options(stream_results=True, max_row_buffer=_ROWS)
            for rows in streaming.execute(self.statement()).partitions(_ROWS):
                columns = list(zip(*rows, strict=True))
                arrays = [array_of(list(values), field.type) for values, field in zip(columns, schema, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def pushed_down(node: Node | None, types: dict[str, str]) -> sa.ColumnElement[bool] | None:
    """The part of a condition that the server may apply; None for nothing of it.

    What it excludes the whole condition excludes too: of an ``and`` either side will do, of an ``or`` it takes both.
    """
    match node:
        case Binary(operator="and"):
            both = [pushed_down(side, types) for side in (node.left, node.right)]
            found = [each for each in both if each is not None]
            return sa.and_(*found) if found else None
        case Binary(operator="or"):
            left, right = pushed_down(node.left, types), pushed_down(node.right, types)
            return None if left is None or right is None else sa.or_(left, right)
        case Binary(left=Field(path=(name,)), right=Literal(value=value)) if value is not None:
            return _comparison(name, node.operator, value, types[name])
        case In(operand=Field(path=(name,)), items=items) if all(isinstance(item, Literal) for item in items):
            values = [item.value for item in items if isinstance(item, Literal)]
            if all(_alike(value, types[name]) or isinstance(value, str) for value in values):
                return sa.column(sa.quoted_name(name, True)).in_([_bound(value, types[name]) for value in values])
        case IsNull(operand=Field(path=(name,))):
            return sa.column(sa.quoted_name(name, True)).is_(None)
        case Unary(operator="not", operand=IsNull(operand=Field(path=(name,)))):
            return sa.column(sa.quoted_name(name, True)).is_not(None)
    return None


def _alike(value: Any, kind: str) -> bool:
    """Whether a value is of a kind that servers compare as DuckDB does."""
    if isinstance(value, bool):
        return False
    if is_numeric(kind):
        return isinstance(value, int) or hasattr(value, "as_tuple")
    return is_temporal(kind) and hasattr(value, "isoformat")


def _bound(value: Any, kind: str) -> Any:
    return float(value) if hasattr(value, "as_tuple") and not kind.startswith("decimal") else value


def _comparison(name: str, operator: str, value: Any, kind: str) -> sa.ColumnElement[bool] | None:
    # Texts are compared by a collation of the server's: what is equal here is equal there, but not what is less.
    if not (_alike(value, kind) or (operator == "=" and isinstance(value, str) and kind == "string")):
        return None
    column: sa.ColumnElement[Any] = sa.column(sa.quoted_name(name, True))
    bound: sa.BindParameter[Any] = sa.bindparam(None, _bound(value, kind), unique=True)
    match operator:
        case "=":
            return column == bound
        case "<":
            return column < bound
        case "<=":
            return column <= bound
        case ">":
            return column > bound
        case ">=":
            return column >= bound
    return None


class DuckScan(StreamedScan):
    """A table or view of a DuckDB file, which DuckDB reads itself."""

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """As a view, in the catalog's types."""
        path = duckdb_file(self.plan.location)
        connection.sql(f"ATTACH {quoted_text(str(path))} AS source (READ_ONLY)")
        schema = self.plan.parameters.get("schema") or "main"
        place = f"source.{quoted(schema)}.{quoted(self.plan.parameters['table'])}"
        columns = ", ".join(quoted(name) for name, _ in self.plan.columns)
        connection.sql(f"CREATE VIEW {RAW} AS SELECT {columns} FROM {place}")  # noqa: S608 - all quoted
