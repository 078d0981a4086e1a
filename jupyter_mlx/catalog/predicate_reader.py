"""Predicates from the texts, or the lists of filters, that people give.

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
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..errors import InvalidInput
from .predicates import (
    COMPARISONS,
    FUNCTIONS,
    Binary,
    Call,
    Field,
    In,
    IsNull,
    Like,
    Literal,
    Node,
    Unary,
    any_of,
    filter_invalid,
    is_truth,
    joined,
)

__all__ = ["from_triples", "parse_predicate"]

MAX_CHARACTERS = 20_000
MAX_DEPTH = 40
MAX_OPERATORS = 100
"""Of a chain of arithmetic; conditions may be as many as the text holds."""
MAX_DIGITS = 100

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


class _Reader:
    def __init__(self, text: str, field: str | None) -> None:
        self._field = field
        if len(text) > MAX_CHARACTERS or "\0" in text:
            raise self._error(f"it has more than {MAX_CHARACTERS} characters, or a zero byte")
        self._tokens = list(self._split(text))
        self._at = 0
        self._depth = 0

    def _error(self, why: str) -> InvalidInput:
        return filter_invalid(why, self._field)

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
        if not is_truth(node):
            raise self._error("it is a value, not a condition")
        return node

    def _disjunction(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"it is nested more than {MAX_DEPTH} deep")
        node = self._joined("or", lambda: self._joined("and", self._negation))
        self._depth -= 1
        return node

    def _chain(self, operators: Sequence[str], part: Any) -> Node:
        node: Node = part()
        for _ in range(MAX_OPERATORS):
            found = next((operator for operator in operators if self._take(operator)), None)
            if found is None:
                return node
            node = Binary(found, node, part())
        raise self._error(f"it has more than {MAX_OPERATORS} operators in a row")

    def _joined(self, operator: str, part: Callable[[], Node]) -> Node:
        nodes = [part()]
        while self._take(operator):
            nodes.append(part())
        return joined(operator, nodes)

    def _negation(self) -> Node:
        count = 0
        while self._take("not"):
            count += 1
        node = self._comparison()
        return Unary("not", node) if count % 2 else node

    def _comparison(self) -> Node:
        left = self._sum()
        for operator, name in (("==", "="), ("!=", "<>"), *((sign, sign) for sign in sorted(COMPARISONS))):
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
            if len(value) > MAX_DIGITS:
                raise self._error(f"it has a number of more than {MAX_DIGITS} digits")
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


# -- from lists ----------------------------------------------------------------------------------------------


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
        raise filter_invalid("the list is empty", field)
    groups = [filters] if isinstance(filters[0], tuple) else filters
    return any_of(_all_of([_triple(item, field) for item in group], field) for group in groups)


def _all_of(nodes: Sequence[Node], field: str | None) -> Node:
    if not nodes:
        raise filter_invalid("a list in it is empty", field)
    return joined("and", nodes)


def _triple(item: Any, field: str | None) -> Node:
    if not isinstance(item, tuple | list) or len(item) != 3 or not all(isinstance(word, str) for word in item[:2]):
        raise filter_invalid(f"`{item!r:.80}` is no (column, operator, value)", field)
    name, operator, value = item
    operator = {"==": "=", "!=": "<>"}.get(operator.strip().lower(), operator.strip().lower())
    column = Field((name,))
    if operator in ("in", "not in"):
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise filter_invalid(f"`{operator}` takes a list of values", field)
        items = tuple(_literal(each, field) for each in value)
        node: Node = In(column, items) if items else Literal(False)
        return node if operator == "in" else Unary("not", node)
    if operator not in COMPARISONS:
        raise filter_invalid(f"`{operator[:20]}` is no operator", field)
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
            raise filter_invalid("NaN and infinity can't be compared with", field)
        return Literal(Decimal(repr(value)))
    if value is None or isinstance(value, str | int | Decimal | date | datetime):
        return Literal(value)
    raise filter_invalid(f"a value of type `{type(value).__name__}` can't be compared with", field)
