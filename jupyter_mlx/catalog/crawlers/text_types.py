"""Types of values that are written as text: what a cell reads as, and what a column of cells is.

Only one way of writing dates and times is taken, ISO 8601's: every other depends on who wrote it. Digits with leading
zeros or a plus (postal codes, phone numbers) stay text, since a number would not give them back. What is taken is what
Arrow's and DuckDB's readers of CSV take for the same type, so that a column can be read as what it was recognised as.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["NULL_WORDS", "cell_type", "column_type", "is_text", "temporal_type"]

NULL_WORDS = frozenset({"NA", "N/A", "n/a", "NULL", "null", "NaN", "nan", "None", r"\N", "-"})
"""What stands for "nothing" in columns that hold something else than text. An empty cell is nothing in any column."""

_BOOL = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,37})\Z")
_FRACTION = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\Z")
_NUMERIC = frozenset("0123456789-.")
_SPECIAL = frozenset({"inf", "-inf", "infinity", "-infinity"})
_DATE = r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
_TEMPORAL = re.compile(rf"({_DATE})(?:[T ]({_TIME})(Z|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)?)?\Z")
_CLOCK = re.compile(rf"{_TIME}\Z")
_LARGEST = 2**63
_DAY = "date32[day]"
# More than six digits of a fraction need nanoseconds.
_FINER = {
    "timestamp[us]": "timestamp[ns]",
    "timestamp[us, tz=UTC]": "timestamp[ns, tz=UTC]",
    "time64[us]": "time64[ns]",
}
# What values of the first type can be held by, where a column has values of the second too.
_HELD_BY = (
    ("int64", "decimal128(38, 0)"),
    ("int64", "double"),
    ("decimal128(38, 0)", "double"),
    (_DAY, "timestamp[us]"),
    (_DAY, "timestamp[ns]"),
    *_FINER.items(),
)


def cell_type(text: str) -> str:
    """What one cell reads as; ``null`` for an empty one.

    >>> [cell_type(text) for text in ("7", "7.5", "007", "true", "2013-01-01T05:00:00Z", "")]
    ['int64', 'double', 'string', 'bool', 'timestamp[us, tz=UTC]', 'null']
    """
    stripped = text.strip()
    if not stripped:
        return "null"
    if _INTEGER.match(stripped):
        return "int64" if -_LARGEST <= int(stripped) < _LARGEST else "decimal128(38, 0)"
    if stripped[0] in _NUMERIC and _FRACTION.match(stripped):
        return "double"
    if text[0].isdigit():
        return temporal_type(text)
    if text in _BOOL:
        return "bool"
    return "double" if stripped.lower() in _SPECIAL else "string"


def is_text(cell: str) -> bool:
    """Whether a cell is a string to the rule of headers, to which digits are a number whatever they begin with."""
    return cell_type(cell) in ("string", "null") and not cell.strip().isdigit()


def temporal_type(text: str) -> str:
    """A day, a moment with or without a zone, a time of day; ``string`` for anything else."""
    found = _TEMPORAL.match(text)
    if found:
        day, clock, zone = found.groups()
        if not _is_day(day):
            return "string"
        if clock is None:
            return _DAY
        kind = "timestamp[us, tz=UTC]" if zone else "timestamp[us]"
    elif _CLOCK.match(text):
        clock, kind = text, "time64[us]"
    else:
        return "string"
    return _FINER[kind] if len(clock.partition(".")[2]) > 6 else kind


def _is_day(text: str) -> bool:
    """Whether the month is long enough: the pattern lets the 30th of February through."""
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    if day <= 28:
        return True
    if month == 2:
        return day == 29 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (30 if month in (4, 6, 9, 11) else 31)


def column_type(cells: Iterable[str]) -> tuple[str, frozenset[str]]:
    """The type that all cells of a column read as, and the words for nothing that it took; text where they differ.

    >>> column_type(["1", "2.5", "", "NA"])
    ('double', frozenset({'NA'}))
    """
    distinct = set(cells)
    words = {cell for cell in distinct if cell and (cell.strip() in NULL_WORDS or cell.isspace())}
    types = {cell_type(cell) for cell in distinct - words} - {"null"}
    for narrow, wide in _HELD_BY:
        if wide in types:
            types.discard(narrow)
    if len(types) != 1 or types == {"string"}:
        return "string", frozenset()
    return types.pop(), frozenset(words)
