"""Predicates: one boolean expression over a table's columns, as a tree, and what is made of it.

What a grant's row filter, a preview's filter or a reader's `where` says never reaches a database as it was typed. It is
read (`predicate_reader`) into a small tree that holds columns, literals, operators and a few functions and nothing
else, so that there is no way to a subquery, another table, a file or a setting; DuckDB's text, or a statement of
SQLAlchemy with bound parameters, is then made of the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from ..errors import InvalidInput

__all__ = [
    "COMPARISONS",
    "FUNCTIONS",
    "LOGIC",
    "Binary",
    "Call",
    "Field",
    "In",
    "IsNull",
    "Like",
    "Literal",
    "Node",
    "Unary",
    "any_of",
    "column_unknown",
    "columns_of",
    "filter_invalid",
    "is_truth",
    "joined",
    "parts_of",
    "quoted",
    "quoted_text",
    "resolve",
    "to_sql",
]

_LONGEST_CHAIN = 16

FUNCTIONS = {
    "abs": (1, 1),
    "ceil": (1, 1),
    "coalesce": (1, 16),
    "contains": (2, 2),
    "day": (1, 1),
    "floor": (1, 1),
    "hour": (1, 1),
    "isnan": (1, 1),
    "length": (1, 1),
    "lower": (1, 1),
    "month": (1, 1),
    "round": (1, 2),
    "starts_with": (2, 2),
    "substr": (2, 3),
    "trim": (1, 1),
    "upper": (1, 1),
    "year": (1, 1),
}
"""Name → least and most arguments."""
_TRUTHS = {"contains", "isnan", "starts_with"}
COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
LOGIC = {"and", "or"}


class Node:
    """A part of a predicate; two that are written the same are equal."""


@dataclass(frozen=True)
class Field(Node):
    """A column, or a field of a struct in it. Before `resolve`, `path` is only what was written between dots."""

    path: tuple[str, ...]

    @property
    def column(self) -> str:
        """The column's name."""
        return self.path[0]


@dataclass(frozen=True)
class Literal(Node):
    """A value: text, number, truth, None, day or moment."""

    value: str | int | Decimal | bool | date | datetime | None


@dataclass(frozen=True)
class Unary(Node):
    """``not`` or ``-``."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary(Node):
    """``and``, ``or``, a comparison, arithmetic, ``is distinct from`` or ``is not distinct from``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class IsNull(Node):
    """``IS NULL``."""

    operand: Node


@dataclass(frozen=True)
class In(Node):
    """``IN (…)``."""

    operand: Node
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Like(Node):
    """``LIKE``, or ``ILIKE`` where `any_case`."""

    operand: Node
    pattern: str
    any_case: bool = False


@dataclass(frozen=True)
class Call(Node):
    """A function of `FUNCTIONS`."""

    name: str
    arguments: tuple[Node, ...]


def filter_invalid(why: str, field: str | None = None) -> InvalidInput:
    """The error of a filter that is no condition over the columns."""
    return InvalidInput(
        "filter_invalid",
        f"The filter can't be read: {why}.",
        "Write one condition over the table's columns, such as `delay > 60 AND origin IN ('JFK', 'LGA')`.",
        field=field,
    )


def is_truth(node: Node) -> bool:
    """Whether a node is, or may be, a condition."""
    match node:
        case Binary(operator=operator):
            if operator in LOGIC:
                return is_truth(node.left) and is_truth(node.right)
            return operator in COMPARISONS or operator.startswith("is ")
        case Unary(operator="not", operand=operand):
            return is_truth(operand)
        case Literal(value=value):
            return value is None or isinstance(value, bool)
        case Call(name=name):
            return name in _TRUTHS or name == "coalesce"
        case _:
            return isinstance(node, In | IsNull | Like | Field)


# -- making --------------------------------------------------------------------------------------------------


def any_of(nodes: Iterable[Node]) -> Node:
    """True where one of them is; of none, false."""
    found = list(dict.fromkeys(nodes))
    return joined("or", found) if found else Literal(False)


def joined(operator: str, nodes: Sequence[Node]) -> Node:
    """Conditions, one at least, joined by ``and`` or ``or``; many of them as a tree of little depth."""
    if len(nodes) > _LONGEST_CHAIN:
        middle = len(nodes) // 2
        return Binary(operator, joined(operator, nodes[:middle]), joined(operator, nodes[middle:]))
    found = nodes[0]
    for node in nodes[1:]:
        found = Binary(operator, found, node)
    return found


# -- using ---------------------------------------------------------------------------------------------------


def parts_of(node: Node) -> Iterator[Node]:
    """The nodes right below a node."""
    for value in vars(node).values():
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, Node))


def columns_of(node: Node) -> set[str]:
    """The columns that a resolved predicate reads."""
    if isinstance(node, Field):
        return {node.column}
    return {name for child in parts_of(node) for name in columns_of(child)}


def resolve(node: Node, columns: Sequence[str], field: str | None = None) -> Node:
    """The same with each name looked up: exactly, else in any case; ``a.b`` is the column of that name, else a field.

    Raises
    ------
    InvalidInput: ``column_unknown``.
    """
    match node:
        case Field(path=path):
            return Field(_look_up(path, columns, field))
        case Unary():
            return Unary(node.operator, resolve(node.operand, columns, field))
        case Binary():
            return Binary(node.operator, resolve(node.left, columns, field), resolve(node.right, columns, field))
        case IsNull():
            return IsNull(resolve(node.operand, columns, field))
        case In():
            items = tuple(resolve(item, columns, field) for item in node.items)
            return In(resolve(node.operand, columns, field), items)
        case Like():
            return Like(resolve(node.operand, columns, field), node.pattern, node.any_case)
        case Call():
            return Call(node.name, tuple(resolve(item, columns, field) for item in node.arguments))
        case _:
            return node


def _look_up(path: tuple[str, ...], columns: Sequence[str], field: str | None) -> tuple[str, ...]:
    for length in range(len(path), 0, -1):
        name = ".".join(path[:length])
        if name in columns:
            return (name, *path[length:])
        folded = [column for column in columns if column.casefold() == name.casefold()]
        if len(folded) == 1:
            return (folded[0], *path[length:])
    raise column_unknown(".".join(path), columns, field)


def column_unknown(name: str, columns: Sequence[str], field: str | None = None) -> InvalidInput:
    """The error of a column that a table does not have, with the nearest of those that it has."""
    near = get_close_matches(name, columns, 3, 0.6) or list(columns[:5])
    remedy = f"Did you mean {', '.join(f'`{column}`' for column in near)}?" if near else "The table shows no columns."
    return InvalidInput("column_unknown", f"There is no column `{name}`.", remedy, field=field)


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def to_sql(node: Node) -> str:
    """A resolved predicate in DuckDB's SQL, with all names quoted; `parse_predicate` reads it again."""
    match node:
        case Field(path=path):
            return ".".join(quoted(name) for name in path)
        case Literal(value=value):
            return _literal_sql(value)
        case Unary(operator="not"):
            return f"(NOT {to_sql(node.operand)})"
        case Unary():
            return f"(- {to_sql(node.operand)})"
        case Binary():
            return f"({to_sql(node.left)} {node.operator.upper()} {to_sql(node.right)})"
        case IsNull():
            return f"({to_sql(node.operand)} IS NULL)"
        case In():
            return f"({to_sql(node.operand)} IN ({', '.join(to_sql(item) for item in node.items)}))"
        case Like():
            word = "ILIKE" if node.any_case else "LIKE"
            return f"({to_sql(node.operand)} {word} {quoted_text(node.pattern)})"
        case Call():
            return f"{node.name}({', '.join(to_sql(item) for item in node.arguments)})"
        case _:
            raise TypeError(f"{type(node).__name__} is no part of a predicate")


def _literal_sql(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(UTC)
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return quoted_text(value)
    return str(value) if isinstance(value, int) else f"{value:f}" if abs(value.adjusted()) < 30 else str(value)
