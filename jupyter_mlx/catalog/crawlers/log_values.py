"""From the texts of log fields to values: numbers, and the ways in which logs write a moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

__all__ = ["Converter", "converter"]

Converter = Callable[[str], Any]

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_BITS = {"int8": 7, "int16": 15, "int32": 31, "int64": 63}
_HTTP = re.compile(r"(\d{2})/([A-Z][a-z]{2})/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})\Z")
_ERROR = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))? (\d{4})\Z")
_NGINX = re.compile(r"(\d{4})/(\d{2})/(\d{2}) (\d{2}):(\d{2}):(\d{2})\Z")
_ISO_FRACTION = re.compile(r"[.,](\d{1,9})")
_ISO_SPACE = re.compile(r" (?=[+-]\d|Z)")


def converter(kind: str) -> Converter:
    """What makes a value of an Arrow type from text; it raises `ValueError` where the text is none.

    >>> converter("timestamp[us, tz=UTC]")("10/Oct/2000:13:55:36 -0700").isoformat()
    '2000-10-10T20:55:36+00:00'
    """
    if kind in _BITS:
        return lambda text: _integer(text, _BITS[kind])
    if kind in ("float", "double"):
        return float
    if kind == "bool":
        return _boolean
    if kind.startswith("timestamp"):
        return _moment if "tz=" in kind else lambda text: _moment(text).replace(tzinfo=None)
    if kind.startswith("date"):
        return date.fromisoformat
    return str


def _integer(text: str, bits: int) -> int:
    value = int(text)
    if not -(1 << bits) <= value < 1 << bits:
        raise ValueError(text)
    return value


def _boolean(text: str) -> bool:
    word = text.lower()
    if word not in ("true", "false"):
        raise ValueError(text)
    return word == "true"


def _moment(text: str) -> datetime:
    """A moment; one that tells no zone is taken for UTC."""
    if found := _HTTP.match(text):
        day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        zone = timezone(-offset if sign == "-" else offset)
        local = datetime(int(year), _month(month), int(day), int(hour), int(minute), _second(second), tzinfo=zone)
        return local.astimezone(UTC)
    if found := _NGINX.match(text):
        year, month, day, hour, minute, second = found.groups()
        return datetime(int(year), int(month), int(day), int(hour), int(minute), _second(second), tzinfo=UTC)
    if found := _ERROR.match(text):
        month, day, hour, minute, second, fraction, year = found.groups()
        micro = int((fraction or "0").ljust(6, "0"))
        return datetime(int(year), _month(month), int(day), int(hour), int(minute), _second(second), micro, tzinfo=UTC)
    # Python reads six digits of a fraction and no space before a zone; Go and Java write nine, others a space.
    plain = _ISO_FRACTION.sub(lambda found: f".{found[1][:6].ljust(6, '0')}", text.strip())
    moment = datetime.fromisoformat(_ISO_SPACE.sub("", plain))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _month(name: str) -> int:
    if name not in _MONTHS:
        raise ValueError(name)
    return _MONTHS[name]


def _second(text: str) -> int:
    """A leap second counts as the one before it: `datetime` has none."""
    return min(int(text), 59)
