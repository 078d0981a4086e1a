"""What kinds of values a predicate compares: refused are those that a database would have to convert value by value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from .predicates import LOGIC, Binary, Call, Field, In, Literal, Node, Unary, filter_invalid, is_truth, parts_of, to_sql
from .types import is_numeric, is_temporal

__all__ = ["check_kinds"]

_NUMBERS = {"abs", "ceil", "day", "floor", "hour", "length", "month", "round", "year"}
_TEXTS = {"lower", "substr", "trim", "upper"}


def check_kinds(node: Node, types: Mapping[str, str], field: str | None = None) -> None:
    """Refuse a value in the place of a condition, and comparisons and sums of text with numbers.

    A database would make a number of each text, and fail at the first that is none: whoever asks would learn of values
    in rows that a row filter hides from him.

    Parameters
    ----------
    types: Arrow's names of types by column.

    Raises
    ------
    InvalidInput: ``filter_invalid``.
    """
    _check_truth(node, types, field)
    _check_operands(node, types, field)


def _check_truth(node: Node, types: Mapping[str, str], field: str | None) -> None:
    if isinstance(node, Binary) and node.operator in LOGIC:
        _check_truth(node.left, types, field)
        _check_truth(node.right, types, field)
    elif isinstance(node, Unary) and node.operator == "not":
        _check_truth(node.operand, types, field)
    elif isinstance(node, Field) and len(node.path) == 1 and types.get(node.column, "bool") != "bool":
        raise filter_invalid(f"`{node.column}` is a value, not a condition", field)


def _check_operands(node: Node, types: Mapping[str, str], field: str | None) -> None:
    for child in parts_of(node):
        _check_operands(child, types, field)
    operands: tuple[Node, ...] = ()
    if isinstance(node, Binary) and node.operator not in (*LOGIC, "||"):
        operands = (node.left, node.right)
    elif isinstance(node, In):
        operands = (node.operand, *node.items)
    elif isinstance(node, Unary) and node.operator == "-":
        operands = (node.operand, Literal(0))
    elif isinstance(node, Call) and node.name in {"abs", "ceil", "floor", "round", "isnan"}:
        operands = (node.arguments[0], Literal(0))
    kinds = {_kind(operand, types) for operand in operands}
    texts = [operand for operand in operands if _kind(operand, types) == "text" and not isinstance(operand, Literal)]
    if texts and kinds - {"text", None}:
        raise filter_invalid(f"`{to_sql(texts[0])}` is text, and can't be compared or counted with other values", field)


def _kind(node: Node, types: Mapping[str, str]) -> str | None:
    """``text``, ``number``, ``moment`` or ``truth``; None where nobody can say."""
    match node:
        case Field(path=(name,)):
            kind = types.get(name, "")
            if kind in ("string", "large_string") or kind.startswith("union<"):
                return "text"
            return "number" if is_numeric(kind) else "moment" if is_temporal(kind) else None
        case Literal(value=value):
            if value is None:
                return None
            if isinstance(value, bool):
                return "truth"
            return "text" if isinstance(value, str) else "moment" if isinstance(value, date) else "number"
        case Binary(operator=operator):
            return "text" if operator == "||" else "truth" if is_truth(node) else "number"
        case Call(name=name):
            return "number" if name in _NUMBERS else "text" if name in _TEXTS else None
        case Unary(operator=operator):
            return "truth" if operator == "not" else "number"
        case _:
            return "truth"
