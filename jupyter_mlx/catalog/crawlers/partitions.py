"""Partition keys out of the names of folders: Hive's ``key=value``, else ``partition_0`` …; typed if all parse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import unquote

__all__ = ["HIVE_NULL", "hive_key", "key_names", "key_type", "partition_value"]

HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"
_INTEGER = re.compile(r"-?\d{1,19}\Z")
# A number with leading zeros of more than two digits is a code, such as a postal one, and would lose them.
_CODE = re.compile(r"-?0\d{2,}\Z")
_DOUBLE = re.compile(r"-?\d{1,30}\.\d{1,30}(?:[eE][-+]?\d{1,3})?\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?\Z")


def hive_key(folder: str) -> str | None:
    """The key of a folder's name ``key=value``; None where it has none.

    >>> hive_key("year=2013"), hive_key("2013")
    ('year', None)
    """
    key, separator, _ = folder.partition("=")
    return unquote(key) if separator and key else None


def partition_value(folder: str) -> str:
    """The value of a folder's name; its text as it is where the name is not Hive's.

    >>> partition_value("city=New%20York"), partition_value("2013")
    ('New York', '2013')
    """
    key, separator, value = folder.partition("=")
    return unquote(value) if separator and key else folder


def key_names(keys: Sequence[str | None]) -> list[str]:
    """The names of keys in their order; those without one are counted, as Glue does, past names that are taken."""
    taken = {key for key in keys if key is not None}
    names: list[str] = []
    number = 0
    for key in keys:
        if key is None:
            while f"partition_{number}" in taken:
                number += 1
            key = f"partition_{number}"
            number += 1
        elif key in names:
            # The same key twice on the way down: the deeper one is told apart.
            key = f"{key}_{len(names)}"
        names.append(key)
    return names


def key_type(values: Iterable[str]) -> str:
    """The type that all values have, Hive's name for null aside: int64, double, date, timestamp, else string."""
    left = {"int64": _is_integer, "double": _is_double, "date32[day]": _is_date, "timestamp[us]": _is_moment}
    some = False
    for value in values:
        if value == HIVE_NULL:
            continue
        some = True
        left = {name: fits for name, fits in left.items() if fits(value)}
        if not left:
            return "string"
    return next(iter(left)) if some else "string"


def _is_integer(text: str) -> bool:
    return bool(_INTEGER.match(text)) and not _CODE.match(text) and -(2**63) <= int(text) < 2**63


def _is_double(text: str) -> bool:
    return bool(_DOUBLE.match(text)) or _is_integer(text)


def _is_date(text: str) -> bool:
    if not _DATE.match(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    if _is_date(text):
        return True
    if not _MOMENT.match(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
