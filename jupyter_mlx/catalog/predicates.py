"""Predicates that people give: one boolean expression over a table's columns, read strictly and written anew.

What a grant's row filter, a preview's filter or a reader's `where` says never reaches a database as it was typed. It is
read into a small tree that holds columns, literals, operators and a few functions and nothing else, so that there is
no way to a subquery, another table, a file or a setting; DuckDB's text, or a statement of SQLAlchemy with bound
parameters, is then made of the tree.

::

    predicate  := conjunction { OR conjunction }
    conjunction:= negation { AND negation }
    negation   := NOT negation | comparison
    comparison := sum [ (= | == | <> | != | < | <= | > | >=) sum | IS [NOT] NULL | IS [NOT] DISTINCT FROM sum
                  | [NOT] IN ( sum {, sum} ) | [NOT] BETWEEN sum AND sum | [NOT] (LIKE | ILIKE) text ]
    sum        := product { (+ | - | ||) product }
    product    := factor { (* | / | %) factor }
    factor     := - factor | literal | DATE text | TIMESTAMP text | function ( … ) | column | ( predicate )
    column     := name { . name }       a name may stand in double quotes; what follows a column are a struct's fields

Keywords and functions are read in any case.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from ..errors import InvalidInput
from .types import is_numeric, is_temporal

__all__ = [
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
    "check_kinds",
    "column_unknown",
    "columns_of",
    "from_triples",
    "parse_predicate",
    "quoted",
    "quoted_text",
    "resolve",
    "to_sql",
]

MAX_CHARACTERS = 20_000
MAX_DEPTH = 40
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
_COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
_LOGIC = {"and", "or"}


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


# -- reading -------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
      | (?P<text>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")+")
      | (?P<word>[^\W\d]\w*)
      | (?P<symbol>\|\||<>|!=|<=|>=|==|[-+*/%=<>(),.])
    )""",
    re.VERBOSE,
)
_RESERVED = {"and", "or", "not", "is", "null", "in", "between", "like", "ilike", "true", "false", "distinct", "from"}
_RESERVED |= {"select", "case", "exists", "cast", "union", "limit", "order", "escape", "collate", "over", "interval"}


def parse_predicate(text: str, field: str | None = None) -> Node:
    """The tree of a predicate; its columns are not looked up yet.

    Parameters
    ----------
    field: The field of the request that it came in, for the error.

    Raises
    ------
    InvalidInput: ``filter_invalid``, with the place.
    """
    return _Reader(text, field).predicate()


def _invalid(why: str, field: str | None = None) -> InvalidInput:
    return InvalidInput(
        "filter_invalid",
        f"The filter can't be read: {why}.",
        "Write one condition over the table's columns, such as `delay > 60 AND origin IN ('JFK', 'LGA')`.",
        field=field,
    )


class _Reader:
    def __init__(self, text: str, field: str | None) -> None:
        self._field = field
        if len(text) > MAX_CHARACTERS or "\0" in text:
            raise self._error(f"it has more than {MAX_CHARACTERS} characters, or a zero byte")
        self._tokens = list(self._split(text))
        self._at = 0
        self._depth = 0

    def _error(self, why: str) -> InvalidInput:
        return _invalid(why, self._field)

    def _split(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                rest = text[at:].lstrip()
                raise self._error(f"`{rest[:20]}` is no part of a condition")
            at = match.end()
            yield match.lastgroup, match.group(match.lastgroup)
        yield "end", ""

    def _is(self, *words: str) -> bool:
        """Whether these keywords or symbols come next."""
        upcoming = self._tokens[self._at : self._at + len(words)]
        return len(upcoming) == len(words) and all(
            kind in ("word", "symbol") and value.lower() == word
            for (kind, value), word in zip(upcoming, words)  # noqa: B905 - as long
        )

    def _take(self, *words: str) -> bool:
        if not self._is(*words):
            return False
        self._at += len(words)
        return True

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected(f"`{word.upper()}` is missing before")

    def _unexpected(self, what: str = "did not expect") -> InvalidInput:
        kind, value = self._tokens[self._at]
        return self._error(f"{what} the end" if kind == "end" else f"{what} `{value[:40]}`")

    def predicate(self) -> Node:
        node = self._disjunction()
        if self._tokens[self._at][0] != "end":
            raise self._unexpected()
        if not _is_truth(node):
            raise self._error("it is a value, not a condition")
        return node

    def _disjunction(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"it is nested more than {MAX_DEPTH} deep")
        node = self._chain(("or",), lambda: self._chain(("and",), self._negation))
        self._depth -= 1
        return node

    def _chain(self, operators: Sequence[str], part: Any) -> Node:
        node: Node = part()
        while True:
            found = next((operator for operator in operators if self._take(operator)), None)
            if found is None:
                return node
            node = Binary(found, node, part())

    def _negation(self) -> Node:
        count = 0
        while self._take("not"):
            count += 1
        node = self._comparison()
        return Unary("not", node) if count % 2 else node

    def _comparison(self) -> Node:
        left = self._sum()
        for operator, name in (("==", "="), ("!=", "<>"), *((sign, sign) for sign in sorted(_COMPARISONS))):
            if self._take(operator):
                return Binary(name, left, self._sum())
        if self._take("is", "not", "null"):
            return Unary("not", IsNull(left))
        if self._take("is", "null"):
            return IsNull(left)
        if self._take("is", "not", "distinct", "from"):
            return Binary("is not distinct from", left, self._sum())
        if self._take("is", "distinct", "from"):
            return Binary("is distinct from", left, self._sum())
        negated = self._take("not")
        node = self._membership(left)
        if node is None:
            if negated:
                raise self._unexpected()
            return left
        return Unary("not", node) if negated else node

    def _membership(self, left: Node) -> Node | None:
        if self._take("in"):
            self._need("(")
            items = [self._sum()]
            while self._take(","):
                items.append(self._sum())
            self._need(")")
            return In(left, tuple(items))
        if self._take("between"):
            low = self._sum()
            self._need("and")
            return Binary("and", Binary(">=", left, low), Binary("<=", left, self._sum()))
        for word in ("like", "ilike"):
            if self._take(word):
                return Like(left, self._text(word.upper()), any_case=word == "ilike")
        return None

    def _text(self, after: str) -> str:
        kind, value = self._tokens[self._at]
        if kind != "text":
            raise self._unexpected(f"{after} takes a text in single quotes, not")
        self._at += 1
        return value[1:-1].replace("''", "'")

    def _sum(self) -> Node:
        return self._chain(("+", "-", "||"), lambda: self._chain(("*", "/", "%"), self._factor))

    def _factor(self) -> Node:
        negative = False
        while self._take("-"):
            negative = not negative
        node = self._primary()
        if not negative:
            return node
        if isinstance(node, Literal) and isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
            return Literal(-node.value)
        return Unary("-", node)

    def _primary(self) -> Node:
        kind, value = self._tokens[self._at]
        if kind == "text":
            return Literal(self._text(""))
        if kind == "number":
            self._at += 1
            return Literal(int(value) if value.isdigit() else Decimal(value))
        if self._take("("):
            node = self._disjunction()
            self._need(")")
            return node
        for word, constant in (("true", True), ("false", False), ("null", None)):
            if self._take(word):
                return Literal(constant)
        if kind == "word" and self._tokens[self._at + 1][0] == "text" and value.lower() in ("date", "timestamp"):
            self._at += 1
            return self._moment(value.lower())
        if kind == "word" and self._tokens[self._at + 1] == ("symbol", "("):
            return self._call(value.lower())
        if kind == "quoted" or (kind == "word" and value.lower() not in _RESERVED):
            return self._field_path()
        raise self._unexpected()

    def _moment(self, kind: str) -> Node:
        text = self._text(kind.upper())
        try:
            return Literal(date.fromisoformat(text) if kind == "date" else datetime.fromisoformat(text))
        except ValueError as error:
            raise self._error(f"`{text[:40]}` is no {kind} as ISO 8601 writes it") from error

    def _call(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise self._error(f"`{name}` is none of the functions that it may use ({', '.join(sorted(FUNCTIONS))})")
        self._at += 2
        arguments: list[Node] = []
        while not self._is(")"):
            arguments.append(self._disjunction())
            if not self._take(","):
                break
        self._need(")")
        least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            raise self._error(f"`{name}` takes {least if least == most else f'{least} to {most}'} arguments")
        return Call(name, tuple(arguments))

    def _field_path(self) -> Node:
        path = [self._name()]
        while self._take("."):
            path.append(self._name())
        return Field(tuple(path))

    def _name(self) -> str:
        kind, value = self._tokens[self._at]
        if kind not in ("word", "quoted"):
            raise self._unexpected("a name should stand before")
        self._at += 1
        return value[1:-1].replace('""', '"') if kind == "quoted" else value


def _is_truth(node: Node) -> bool:
    match node:
        case Binary(operator=operator):
            if operator in _LOGIC:
                return _is_truth(node.left) and _is_truth(node.right)
            return operator in _COMPARISONS or operator.startswith("is ")
        case Unary(operator="not", operand=operand):
            return _is_truth(operand)
        case Literal(value=value):
            return value is None or isinstance(value, bool)
        case Call(name=name):
            return name in _TRUTHS or name == "coalesce"
        case _:
            return isinstance(node, In | IsNull | Like | Field)


# -- making --------------------------------------------------------------------------------------------------


def any_of(nodes: Iterable[Node]) -> Node:
    """True where one of them is; of none, false."""
    found: Node | None = None
    for node in dict.fromkeys(nodes):
        found = node if found is None else Binary("or", found, node)
    return Literal(False) if found is None else found


def from_triples(filters: Sequence[Any], field: str | None = "where") -> Node:
    """The tree of a filter in the form that pandas and pyarrow take.

    Parameters
    ----------
    filters: ``[(column, operator, value), …]``, all of which must hold, or a list of such lists, one of which must.

    Raises
    ------
    InvalidInput: ``filter_invalid``.
    """
    if not filters:
        raise _invalid("the list is empty", field)
    groups = [filters] if isinstance(filters[0], tuple) else filters
    return any_of(_all_of([_triple(item, field) for item in group], field) for group in groups)


def _all_of(nodes: Sequence[Node], field: str | None) -> Node:
    if not nodes:
        raise _invalid("a list in it is empty", field)
    found = nodes[0]
    for node in nodes[1:]:
        found = Binary("and", found, node)
    return found


def _triple(item: Any, field: str | None) -> Node:
    if not isinstance(item, tuple | list) or len(item) != 3 or not all(isinstance(word, str) for word in item[:2]):
        raise _invalid(f"`{item!r:.80}` is no (column, operator, value)", field)
    name, operator, value = item
    operator = {"==": "=", "!=": "<>"}.get(operator.strip().lower(), operator.strip().lower())
    column = Field((name,))
    if operator in ("in", "not in"):
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise _invalid(f"`{operator}` takes a list of values", field)
        items = tuple(_literal(each, field) for each in value)
        node: Node = In(column, items) if items else Literal(False)
        return node if operator == "in" else Unary("not", node)
    if operator not in _COMPARISONS:
        raise _invalid(f"`{operator[:20]}` is no operator", field)
    if value is None:
        node = IsNull(column)
        return node if operator == "=" else Unary("not", node)
    return Binary(operator, column, _literal(value, field))


def _literal(value: Any, field: str | None) -> Literal:
    item = getattr(value, "item", None)
    if callable(item):  # a numpy scalar
        value = item()
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _invalid("NaN and infinity can't be compared with", field)
        return Literal(Decimal(repr(value)))
    if value is None or isinstance(value, str | int | Decimal | date | datetime):
        return Literal(value)
    raise _invalid(f"a value of type `{type(value).__name__}` can't be compared with", field)


# -- using ---------------------------------------------------------------------------------------------------


def _children(node: Node) -> Iterator[Node]:
    for value in vars(node).values():
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, Node))


def columns_of(node: Node) -> set[str]:
    """The columns that a resolved predicate reads."""
    if isinstance(node, Field):
        return {node.column}
    return {name for child in _children(node) for name in columns_of(child)}


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
    if isinstance(node, Binary) and node.operator in _LOGIC:
        _check_truth(node.left, types, field)
        _check_truth(node.right, types, field)
    elif isinstance(node, Unary) and node.operator == "not":
        _check_truth(node.operand, types, field)
    elif isinstance(node, Field) and len(node.path) == 1 and types.get(node.column, "bool") != "bool":
        raise _invalid(f"`{node.column}` is a value, not a condition", field)


def _check_operands(node: Node, types: Mapping[str, str], field: str | None) -> None:
    for child in _children(node):
        _check_operands(child, types, field)
    operands: tuple[Node, ...] = ()
    if isinstance(node, Binary) and node.operator not in (*_LOGIC, "||"):
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
        raise _invalid(f"`{to_sql(texts[0])}` is text, and can't be compared or counted with other values", field)


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
            return "text" if operator == "||" else "truth" if _is_truth(node) else "number"
        case Call(name=name):
            return "number" if name in _NUMBERS else "text" if name in _TEXTS else None
        case Unary(operator=operator):
            return "truth" if operator == "not" else "number"
        case _:
            return "truth"


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
