"""Columns of documents that have no schema: JSON, MongoDB, DynamoDB, Redis hashes.

Each value's type is told by the value. Whole numbers and fractions of one field are one number type; what else
disagrees is a ``union<…>`` with the share of each type. Mappings become structs, sequences lists. How much is kept is
bounded: past `MAX_FIELDS` fields or `MAX_DEPTH` levels the rest is text, with a note.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from ..models import Column
from ..types import struct_of, union_of

__all__ = ["MAX_DEPTH", "MAX_FIELDS", "Documents", "infer", "merge", "type_of"]

MAX_FIELDS = 5_000
"""Fields, those of nested documents included, that are told apart; documents keyed by data have no end of them."""

MAX_DEPTH = 16
"""Levels of documents within documents."""

MAX_ITEMS = 1_000
"""Items of one list that are looked at."""

MAX_NOTES = 50

_INTEGER, _BIG, _DOUBLE, _DECIMAL = "int64", "decimal128(38, 0)", "double", "decimal"
_STRUCT, _LIST = "struct", "list"
_LEAVES: tuple[tuple[type[Any], str], ...] = (
    (bool, "bool"),
    (float, _DOUBLE),
    (str, "string"),
    (bytes, "binary"),
    (bytearray, "binary"),
    (memoryview, "binary"),
    (uuid.UUID, "string"),
    (date, "date32[day]"),
    (time, "time64[us]"),
    (timedelta, "duration[us]"),
)


def type_of(value: Any) -> str:
    """The Arrow name of one value's type; ``null`` for None.

    >>> type_of({"a": [1, 2.5]})
    'struct<a: list<item: double>>'
    """
    documents = Documents()
    documents.add({"value": value})
    return documents.columns()[0].type


def merge(types: Iterable[str]) -> str:
    """One type for values of several: numbers are widened, ``null`` goes with any, the rest is a union.

    >>> merge(["int64", "double", "null"])
    'double'
    """
    several = set(types) - {"null"}
    if not several:
        return "null"
    numbers = {name for name in several if _is_number(name)}
    if numbers:
        several = several - numbers | {_widest(numbers)}
    return union_of(several)


def infer(documents: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns of documents, in the order in which their fields first came."""
    seen = Documents()
    for document in documents:
        seen.add(document)
    return seen.columns()


class Documents:
    """Looks at documents one by one and keeps what their fields are like, never the documents.

    Parameters
    ----------
    name_of: The type of a value that Python has no own kind for (an ObjectId); None leaves it to the rules here.
    by_name: Fields come by their names, for samples in which they come in another order each time.
    """

    def __init__(self, name_of: Callable[[Any], str | None] | None = None, *, by_name: bool = False) -> None:
        self.count = 0
        self._by_name = by_name
        self._fields: dict[str, _Seen] = {}
        self._budget = _Budget(name_of or (lambda value: None))

    def add(self, document: Mapping[str, Any]) -> None:
        """Look at one document."""
        self.count += 1
        _add_fields(self._fields, document, 1, self._budget)

    def columns(self) -> tuple[Column, ...]:
        """The columns so far, in the order in which their fields first came, or by their names."""
        columns = []
        for name, seen in _ordered(self._fields, self._by_name):
            presence = seen.count / self.count
            nullable = True if seen.nulls or presence < 1 else None
            kind, shares = seen.type(self._by_name), seen.shares(self._by_name)
            columns.append(Column(name, kind, nullable, None, round(presence, 4), shares))
        return tuple(columns)

    def notes(self) -> tuple[str, ...]:
        """What was decided, a sentence each: nested fields that come and go or disagree, and what was cut off."""
        found = list(islice(_nested_notes(self._fields, "", self.count, self._by_name), MAX_NOTES))
        if self._budget.dropped:
            found.append(f"There are more than {MAX_FIELDS:,} different fields: those that came later are left out.")
        if self._budget.deep:
            found.append(f"What lies deeper than {MAX_DEPTH} levels is text.")
        if self._budget.long:
            found.append(f"Of longer lists the first {MAX_ITEMS:,} items were looked at.")
        return tuple(found)


class _Budget:
    """What may still be kept, and what was not."""

    def __init__(self, name_of: Callable[[Any], str | None]) -> None:
        self.name_of = name_of
        self.left = MAX_FIELDS
        self.dropped = self.deep = self.long = False


class _Seen:
    """The values of one field, or the items of one list."""

    __slots__ = ("count", "fields", "items", "kinds", "nulls", "scale")

    def __init__(self) -> None:
        self.count = 0
        self.nulls = 0
        self.kinds: Counter[str] = Counter()
        self.scale = 0
        self.fields: dict[str, _Seen] = {}
        self.items: _Seen | None = None

    def add(self, value: Any, depth: int, budget: _Budget) -> None:
        self.count += 1
        if value is None:
            self.nulls += 1
            return
        kind = budget.name_of(value) or self._kind(value)
        if kind in (_STRUCT, _LIST) and depth >= MAX_DEPTH:
            budget.deep = True
            kind = "string"
        self.kinds[kind] += 1
        if kind == _STRUCT:
            _add_fields(self.fields, value, depth + 1, budget)
        elif kind == _LIST:
            self.items = self.items or _Seen()
            budget.long = budget.long or len(value) > MAX_ITEMS
            for item in islice(value, MAX_ITEMS):
                self.items.add(item, depth + 1, budget)

    def _kind(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return _STRUCT
        if isinstance(value, list | tuple | set | frozenset):
            return _LIST
        if isinstance(value, datetime):
            return "timestamp[us]" if value.tzinfo is None else "timestamp[us, tz=UTC]"
        if isinstance(value, int) and not isinstance(value, bool):
            return _INTEGER if -(2**63) <= value < 2**63 else _BIG if abs(value) < 10**38 else _DOUBLE
        if isinstance(value, Decimal):
            exponent = value.as_tuple().exponent
            if not isinstance(exponent, int):
                return _DOUBLE  # NaN and infinity
            self.scale = max(self.scale, min(-exponent, 37))
            return _DECIMAL
        return next((name for kind, name in _LEAVES if isinstance(value, kind)), "string")

    def type(self, by_name: bool) -> str:
        return union_of(self._types(by_name)) if self.kinds else "null"

    def shares(self, by_name: bool) -> dict[str, float] | None:
        """The share of each type where they disagree."""
        types = self._types(by_name)
        if len(types) < 2:
            return None
        whole = sum(types.values())
        return {name: round(count / whole, 4) for name, count in sorted(types.items())}

    def _types(self, by_name: bool) -> Counter[str]:
        """How many values are of each type, all numbers as one."""
        named = {kind: self._named(kind, by_name) for kind in self.kinds}
        numbers = {name for name in named.values() if _is_number(name)}
        types: Counter[str] = Counter()
        for kind, count in self.kinds.items():
            types[_widest(numbers) if named[kind] in numbers else named[kind]] += count
        return types

    def _named(self, kind: str, by_name: bool) -> str:
        if kind == _STRUCT:
            return struct_of((name, seen.type(by_name)) for name, seen in _ordered(self.fields, by_name))
        if kind == _LIST:
            return f"list<item: {self.items.type(by_name) if self.items else 'null'}>"
        return f"decimal128(38, {self.scale})" if kind == _DECIMAL else kind


def _ordered(fields: Mapping[str, _Seen], by_name: bool) -> Iterable[tuple[str, _Seen]]:
    return sorted(fields.items(), key=lambda item: item[0]) if by_name else fields.items()


def _add_fields(fields: dict[str, _Seen], document: Mapping[Any, Any], depth: int, budget: _Budget) -> None:
    for key, value in document.items():
        name = str(key)
        seen = fields.get(name)
        if seen is None:
            if budget.left == 0:
                budget.dropped = True
                continue
            budget.left -= 1
            seen = fields[name] = _Seen()
        seen.add(value, depth, budget)


def _is_number(name: str) -> bool:
    return name in (_INTEGER, _DOUBLE) or name.startswith("decimal128(")


def _widest(numbers: set[str]) -> str:
    """The type that holds numbers of several; doubles take all, decimals the longest fraction."""
    if _DOUBLE in numbers or numbers == {_INTEGER}:
        return _DOUBLE if _DOUBLE in numbers else _INTEGER
    scales = [int(name.rpartition(",")[2].strip(" )")) for name in numbers if name != _INTEGER]
    return f"decimal128(38, {max(scales)})"


def _nested_notes(fields: Mapping[str, _Seen], path: str, documents: int, by_name: bool) -> Iterator[str]:
    """Presence and disagreement of fields below the columns, which the columns themselves can't tell."""
    for name, seen in _ordered(fields, by_name):
        where = f"{path}{name}"
        if path and seen.count < documents:
            yield f"`{where}` is in {seen.count / documents:.0%} of those that could have it."
        shares = seen.shares(by_name) if path else None
        if shares:
            yield f"`{where}` disagrees: {', '.join(f'{kind} {share:.0%}' for kind, share in shares.items())}."
        yield from _nested_notes(seen.fields, f"{where}.", seen.kinds[_STRUCT], by_name)
        if seen.items is not None:
            yield from _nested_notes(seen.items.fields, f"{where}[].", seen.items.kinds[_STRUCT], by_name)
