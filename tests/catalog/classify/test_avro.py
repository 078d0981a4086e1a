"""Avro: schemas with logical types, and files that break off."""

from __future__ import annotations

import io
from typing import Any

import fastavro
import pytest

from jupyter_mlx.catalog.crawlers.classify import Unreadable

from .samples import kinds, look

PLANES = ["null", "Plane"]
SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Flight",
    "namespace": "nyc",
    "fields": [
        {"name": "id", "type": "long", "doc": "Its number."},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "here", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
        {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "delay", "type": ["null", "double"]},
        {"name": "either", "type": ["null", "int", "string"]},
        {"name": "carrier", "type": {"type": "enum", "name": "Carrier", "symbols": ["AA", "UA"]}},
        {"name": "again", "type": "Carrier"},
        {"name": "stops", "type": {"type": "array", "items": "string"}},
        {"name": "facts", "type": {"type": "map", "values": "float"}},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}},
        {"name": "plane", "type": {"type": "record", "name": "Plane", "fields": [{"name": "next", "type": PLANES}]}},
        {"name": "odd", "type": {"type": "string", "logicalType": "poem"}},
    ],
}  # fmt: skip


def written(count: int = 3, codec: str = "deflate") -> bytes:
    import datetime as dt
    from decimal import Decimal

    row = {
        "id": 1, "day": dt.date(2020, 1, 1), "at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        "here": dt.datetime(2020, 1, 1),  # noqa: DTZ001
        "clock": dt.time(5), "price": Decimal("1.25"), "delay": None, "either": "x",
        "carrier": "AA", "again": "UA", "stops": ["JFK"], "facts": {"a": 1.0}, "hash": b"abcd",
        "plane": {"next": None}, "odd": "x",
    }  # fmt: skip
    out = io.BytesIO()
    fastavro.writer(out, fastavro.parse_schema(SCHEMA), [row] * count, codec=codec)
    return out.getvalue()


def test_the_schema_becomes_arrow_types() -> None:
    found = look("flights.avro", written())
    assert (found.format, found.certainty, found.rows, found.parameters["codec"]) == ("avro", 1.0, 3, "deflate")
    assert kinds(found) == {
        "id": "int64",
        "day": "date32[day]",
        "at": "timestamp[ms, tz=UTC]",
        "here": "timestamp[us]",
        "clock": "time32[ms]",
        "price": "decimal128(9, 2)",
        "delay": "double",
        "either": "union<int32, string>",
        "carrier": "string",
        "again": "string",
        "stops": "list<item: string>",
        "facts": "map<string, float>",
        "hash": "fixed_size_binary[4]",
        "plane": "struct<next: string>",
        "odd": "string",
    }
    assert [column.nullable for column in found.columns[:8]] == [False] * 6 + [True, True]
    assert found.columns[0].comment == "Its number."


def test_magic_tells_where_the_name_does_not() -> None:
    assert look("part-0", written()).classifier == "avro"


@pytest.mark.parametrize("data", [written()[:40], written()[:-20], b"no avro at all", b"Obj\x01" + b"\xff" * 50])
def test_what_breaks_off_or_is_none_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        look("flights.avro", data)
    assert caught.value.code == "avro_broken"
