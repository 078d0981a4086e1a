"""What SQL types are in Arrow's names.

The names say how values come through the drivers in use: MySQL's ``TIME`` is a span of time there, PostgreSQL's
``json`` a text. What Arrow has no type for is a string, with a note that says so.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import NullType, TypeEngine

__all__ = ["type_name"]

_MAX_DIGITS = 76
"""What decimal256 holds."""

_DIGITS = re.compile(r"numeric\((\d+),(\d+)\)")

_EXACT: tuple[tuple[type[Any], str], ...] = (
    (sa.Uuid, "string"),
    (postgresql.OID, "uint32"),
    (postgresql.HSTORE, "map<string, string>"),
    (postgresql.INTERVAL, "duration[us]"),
    (mysql.YEAR, "int16"),
    (sa.Boolean, "bool"),
    (sa.Date, "date32[day]"),
    (sa.Interval, "duration[us]"),
)
_AS_TEXT: tuple[tuple[type[Any], str], ...] = (
    (sa.JSON, "JSON"),
    (postgresql.BIT, "bits"),
    (postgresql.MONEY, "an amount in the server's currency"),
    (postgresql.INET, "a network address"),
    (postgresql.CIDR, "a network"),
    (postgresql.MACADDR, "a hardware address"),
    (postgresql.MACADDR8, "a hardware address"),
    (postgresql.TSVECTOR, "a search vector"),
    (postgresql.TSQUERY, "a search query"),
    (postgresql.ranges.AbstractRange, "a range"),
)


def type_name(of: TypeEngine[Any], dialect: str, declared: str | None = None) -> tuple[str, str | None]:
    """The Arrow name of a reflected type, and a note where it needs one.

    Parameters
    ----------
    dialect: ``postgresql``, ``mysql``, ``sqlite`` …
    declared: What the server calls the type, for one that SQLAlchemy does not know.
    """
    if isinstance(of, postgresql.DOMAIN):
        # SQLAlchemy leaves a domain's digits out.
        digits = _DIGITS.fullmatch(declared or "")
        base = sa.Numeric(int(digits[1]), int(digits[2])) if digits else of.data_type
        name, note = type_name(base, dialect, declared)
        return name, note or f"of domain {of.name}"
    if isinstance(of, sa.ARRAY):
        return _array(of, dialect)
    for kind, name in _EXACT:
        if isinstance(of, kind):
            return name, None
    if isinstance(of, sa.Enum):
        return "string", f"one of {', '.join(str(value) for value in of.enums[:20])}"
    for kind, what in _AS_TEXT:
        if isinstance(of, kind):
            return "string", f"{what}, as text"
    if isinstance(of, NullType):
        if dialect == "sqlite":
            return "string", "declared without a type: SQLite holds anything in it"
        return "string", f"{declared or 'a type that is not known'}, as text"
    return _number(of, dialect) or _time(of, dialect) or _bytes_or_text(of)


def _array(of: sa.ARRAY[Any], dialect: str) -> tuple[str, str | None]:
    name, note = type_name(of.item_type, dialect)
    for _ in range(of.dimensions or 1):
        name = f"list<item: {name}>"
    return name, note


def _number(of: TypeEngine[Any], dialect: str) -> tuple[str, str | None] | None:
    if isinstance(of, mysql.TINYINT):
        # BOOLEAN is tinyint(1) there: the width is all that tells them apart.
        if of.display_width == 1:
            return "bool", None
        return _integer(of, 8), None
    if isinstance(of, mysql.BIT):
        return "binary", f"{of.length or 1} bits"
    if isinstance(of, sa.Integer):
        bits = 16 if isinstance(of, sa.SmallInteger) else 64 if isinstance(of, sa.BigInteger) else 32
        # SQLite's integers have 64 bits whatever they are called.
        return _integer(of, 64 if dialect == "sqlite" else bits), None
    # Floats are Numeric too in SQLAlchemy's tree.
    if isinstance(of, sa.Float):
        single = isinstance(of, mysql.FLOAT) or (dialect == "postgresql" and (of.precision or 53) <= 24)
        single = single or (isinstance(of, sa.REAL) and dialect not in ("sqlite", "mysql", "mariadb"))
        return "float" if single else "double", None
    if isinstance(of, sa.Numeric):
        return _decimal(of, dialect)
    return None


def _integer(of: TypeEngine[Any], bits: int) -> str:
    return f"uint{bits}" if getattr(of, "unsigned", False) else f"int{bits}"


def _decimal(of: sa.Numeric[Any], dialect: str) -> tuple[str, str | None]:
    if of.precision is None:
        if dialect == "sqlite":
            return "double", None
        return "double", "numeric without a precision: read as double"
    if of.precision > _MAX_DIGITS:
        return "string", f"numeric({of.precision}, {of.scale or 0}) as text: it has more digits than Arrow's decimals"
    width = 128 if of.precision <= 38 else 256
    return f"decimal{width}({of.precision}, {of.scale or 0})", None


def _time(of: TypeEngine[Any], dialect: str) -> tuple[str, str | None] | None:
    if isinstance(of, sa.DateTime):
        # MySQL keeps a TIMESTAMP as a moment, and shows it in the session's zone, which is UTC in ours.
        moment = of.timezone or (isinstance(of, mysql.TIMESTAMP) and dialect in ("mysql", "mariadb"))
        return "timestamp[us, tz=UTC]" if moment else "timestamp[us]", None
    if isinstance(of, sa.Time):
        if dialect in ("mysql", "mariadb"):
            return "duration[us]", "up to 838 hours, also negative"
        if of.timezone:
            return "string", "a time of day with its zone, as text"
        return "time64[us]", None
    return None


def _bytes_or_text(of: TypeEngine[Any]) -> tuple[str, str | None]:
    if isinstance(of, sa.LargeBinary | sa.BINARY | sa.VARBINARY):
        return "binary", None
    if isinstance(of, mysql.SET):
        return "string", f"any of {', '.join(of.values[:20])}"
    if isinstance(of, sa.String):
        return "string", None
    return "string", f"{of}, as text"
