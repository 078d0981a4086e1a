"""Bounds of columns as files store them: numbers and texts that compare rightly, and what people are shown of them.

An encoding is ``int``, ``float``, ``bool``, ``text``, ``uint:BITS``, ``date``, ``decimal:SCALE``, ``time:UNIT`` or
``timestamp:UNIT``, the latter with ``:utc`` where values are moments. Source: Parquet's "Logical types".
"""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

__all__ = ["decoder", "encoding_of", "shown"]

MAX_TEXT = 256
_UNITS = {"milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns"}
_PER_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (values without a zone are shown without one)


def encoding_of(physical: str, logical: str) -> str | None:
    """The encoding of a Parquet column by its physical type and its logical one, as JSON; None where none compares."""
    kind = json.loads(logical) if logical.startswith("{") else {}
    name = kind.get("Type", "None")
    if physical == "BOOLEAN":
        return "bool"
    if physical in ("FLOAT", "DOUBLE"):
        return "float"
    if name == "Decimal":
        return f"decimal:{kind['scale']}"
    if physical == "BYTE_ARRAY":
        return "text" if name in ("String", "Enum", "JSON") else None
    if physical not in ("INT32", "INT64"):
        return None
    if name == "Int" and not kind["isSigned"]:
        return f"uint:{64 if physical == 'INT64' else 32}"
    if name == "Date":
        return "date"
    if name in ("Time", "Timestamp"):
        zone = ":utc" if name == "Timestamp" and kind.get("isAdjustedToUTC") else ""
        return f"{name.lower()}:{_UNITS[kind['timeUnit']]}{zone}"
    return "int"


def decoder(encoding: str) -> Any:
    """What makes a comparable value of one as Parquet stores it; None out of it where it is of no use."""
    name, _, detail = encoding.partition(":")
    if name == "uint":
        mask = (1 << int(detail)) - 1
        return lambda value: value & mask
    return {"float": _number, "text": _text, "decimal": _unscaled}.get(name)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _text(value: bytes) -> str | None:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None  # a writer may cut a bound in the middle of a character
    return text if len(text) <= MAX_TEXT else None


def _unscaled(value: int | bytes) -> int:
    return int.from_bytes(value, "big", signed=True) if isinstance(value, bytes) else value


def shown(value: Any, encoding: str | None) -> Any:
    """A bound as JSON holds it: times as ISO 8601, decimals as text."""
    if value is None or encoding is None:
        return None
    name, _, detail = encoding.partition(":")
    if name in ("int", "uint", "float", "bool", "text"):
        return value
    if name == "decimal":
        return str(Decimal(value).scaleb(-int(detail)))
    try:
        if name == "date":
            return date.fromordinal(value + date(1970, 1, 1).toordinal()).isoformat()
        unit, _, zone = detail.partition(":")
        seconds, rest = divmod(value, _PER_SECOND[unit])
        moment = _EPOCH + timedelta(seconds=seconds, microseconds=rest * 10**6 // _PER_SECOND[unit])
    except (OverflowError, ValueError):
        return None  # beyond the year 9999
    if name == "time":
        return moment.time().isoformat()
    return moment.replace(tzinfo=UTC).isoformat() if zone else moment.isoformat()
