"""Tables of every kind that a catalog may hold, for property-based tests; and the edits that somebody makes in Glue."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from jupyter_mlx.catalog.exchange.entry import Entry
from jupyter_mlx.catalog.models import Column, ForeignKey, Partition, PartitionKey

__all__ = ["entries", "partitions", "small"]

TYPES = [
    "int64",
    "uint64",
    "int8",
    "bool",
    "double",
    "float",
    "string",
    "large_string",
    "binary",
    "fixed_size_binary[16]",
    "date32[day]",
    "timestamp[us, tz=UTC]",
    "timestamp[ns]",
    "time64[us]",
    "duration[s]",
    "decimal128(38, 9)",
    "decimal256(60, 2)",
    "list<item: struct<a: int64, `b c`: string>>",
    "map<string, double>",
    "struct<`ü`: int64>",
    "union<int64, string>",
    "null",
]
KEY_TYPES = ["string", "int64", "date32[day]"]

text = st.text(max_size=30)
names = st.text(min_size=1, max_size=20).filter(lambda name: name.strip("\0") == name)
plain = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
counts = st.none() | st.integers(0, 2**53)
values = st.none() | st.booleans() | st.integers() | text
noted = st.fixed_dictionaries(
    {},
    optional={
        "description": st.text(min_size=1, max_size=3000),
        "owner": st.text(min_size=1, max_size=300),
        "terms": st.lists(plain, min_size=1, max_size=3, unique=True),
        "attributes": st.dictionaries(plain, values, min_size=1, max_size=3),
    },
).filter(bool)
tagged = st.dictionaries(plain, plain, min_size=1, max_size=3)

PARAMETERS: dict[str, Any] = {
    "parquet": {"compression": "zstd"},
    "orc": {},
    "avro": {"codec": "deflate"},
    "csv": {"delimiter": "\x01", "quote": None, "escape": None, "header": True, "nulls": ["", "NA"]},
    "json": {"layout": "array", "path": "$.items[*]"},
    "log": {"pattern": "%{IP:client} %{MINE:x}", "custom_patterns": {"MINE": "a|b c"}, "types": {"x": "string"}},
    "iceberg": {"metadata_location": "s3://b/t/metadata/1.json", "snapshot_id": 2**60},
    "delta": {"version": 3},
    "postgresql": {"schema": "public", "table": "Orders; DROP TABLE x"},
    "dynamodb": {"table": "orders"},
}


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Any table, with all that may be known and said of it."""
    found = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    keys = draw(st.lists(names, max_size=2, unique=True))
    columns = tuple(
        Column(
            name,
            draw(st.sampled_from(TYPES)),
            draw(st.none() | st.booleans()),
            draw(st.none() | st.text(min_size=1, max_size=300)),
            draw(st.none() | st.floats(0, 1)),
        )
        for name in found
    )
    kind = draw(st.sampled_from(sorted(PARAMETERS)))
    every = [*found, *(key for key in keys if key not in found)]
    of_columns = st.sampled_from(["", *every])
    return Entry(
        name=draw(plain),
        format=kind,
        classifier=draw(plain),
        location=draw(
            st.sampled_from(["/data/a b/ü", "s3://bucket/x y=1/", "postgresql://ada@db/shop", "dynamodb://"])
        ),
        columns=columns,
        partition_keys=tuple(PartitionKey(key, draw(st.sampled_from(KEY_TYPES))) for key in keys),
        primary_key=tuple(draw(st.lists(st.sampled_from(found), max_size=2, unique=True))),
        foreign_keys=(ForeignKey((found[0],), "shop.customers", ("id",)),) if draw(st.booleans()) else (),
        parameters=PARAMETERS[kind],
        statistics=draw(
            st.dictionaries(st.sampled_from(found), st.fixed_dictionaries({"nulls": counts, "min": values}), max_size=3)
        ),
        comment=draw(st.none() | st.text(min_size=1, max_size=3000)),
        files=draw(counts),
        bytes=draw(counts),
        rows=draw(counts),
        rows_exact=draw(st.booleans()),
        notes=draw(st.dictionaries(of_columns, noted, max_size=3)),
        tags=draw(st.dictionaries(of_columns, tagged, max_size=3)),
    )


def partitions() -> st.SearchStrategy[Partition]:
    """Any partition of a table with two keys."""
    return st.builds(
        Partition,
        st.tuples(text, text),
        st.sampled_from(["/data/a b", "s3://bucket/x=1/"]),
        st.integers(0, 2**40),
        st.integers(0, 2**53),
        counts,
        st.dictionaries(plain, values, max_size=2),
    )


def small(**changes: Any) -> Entry:
    """A table of two columns and a key."""
    given: dict[str, Any] = {
        "name": "flights",
        "format": "parquet",
        "classifier": "parquet",
        "location": "s3://lake/flights/",
        "columns": (Column("dep_delay", "uint64", True, "minutes"), Column("Origin", "large_string")),
        "partition_keys": (PartitionKey("year", "int64"),),
        "primary_key": ("dep_delay",),
        "statistics": {"dep_delay": {"min": -43, "nulls": 0}, "Origin": {"distinct": 3}},
        "comment": "All flights",
        "rows": 336_776,
        "files": 12,
        "bytes": 7_000_000,
        "notes": {"": {"owner": "ada"}, "Origin": {"description": "Airport"}},
        "tags": {"": {"zone": "raw"}, "Origin": {"pii": "no"}},
    }
    return Entry(**{**given, **changes})
