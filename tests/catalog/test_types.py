"""Types as text, from Arrow to Hive and back."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.catalog.types import arrow_name, arrow_type, from_hive, hive_type, is_numeric, is_temporal, union_of
from jupyter_mlx.errors import InvalidInput

PLAIN = [
    pa.bool_(),
    pa.int8(),
    pa.int64(),
    pa.uint64(),
    pa.float16(),
    pa.float32(),
    pa.float64(),
    pa.string(),
    pa.binary(),
    pa.binary(7),
    pa.date32(),
    pa.date64(),
    pa.time32("s"),
    pa.time64("us"),
    pa.duration("ms"),
    pa.timestamp("ns"),
    pa.timestamp("us", tz="Europe/Warsaw"),
    pa.decimal128(10, 2),
    pa.decimal256(50, 3),
    pa.null(),
]
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


def deeper(inner: st.SearchStrategy[pa.DataType]) -> st.SearchStrategy[pa.DataType]:
    return (
        inner.map(pa.list_)
        | st.tuples(inner, st.integers(1, 5)).map(lambda pair: pa.list_(*pair))
        | inner.map(lambda item: pa.map_(pa.string(), item))
        | st.dictionaries(NAMES, inner, min_size=1, max_size=3).map(lambda fields: pa.struct(list(fields.items())))
    )


TYPES = st.recursive(st.sampled_from(PLAIN), deeper, max_leaves=6)


@given(TYPES)
def test_a_type_is_read_again_from_its_name(data_type: pa.DataType) -> None:
    assert arrow_type(arrow_name(data_type)) == data_type


@given(TYPES)
def test_what_hive_stores_is_read_as_what_hive_stores(data_type: pa.DataType) -> None:
    stored = hive_type(arrow_name(data_type))
    assert hive_type(from_hive(stored)) == stored


@pytest.mark.parametrize(
    ("name", "hive"),
    [
        ("int64", "bigint"),
        ("uint8", "smallint"),
        ("float", "float"),
        ("double", "double"),
        ("large_string", "string"),
        ("timestamp[us, tz=UTC]", "timestamp"),
        ("date32[day]", "date"),
        ("decimal128(12, 3)", "decimal(12,3)"),
        ("list<item: int64>", "array<bigint>"),
        ("list<element: int32 not null>", "array<int>"),
        ("struct<a: int64, b: list<item: string>>", "struct<a:bigint,b:array<string>>"),
        ("map<string, double>", "map<string,double>"),
        ("union<int64, string>", "uniontype<bigint,string>"),
        ("time64[us]", "string"),
        ("no such type", "string"),
    ],
)
def test_what_hive_stores(name: str, hive: str) -> None:
    assert hive_type(name) == hive


@pytest.mark.parametrize("text", ["", "list<", "list<a, b>", "map<int64>", "decimal128(", "array<int64", "nonsense"])
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_hive(text)
    assert refused.value.code == "type_unknown"


def test_names_by_kind() -> None:
    assert is_numeric("int64")
    assert is_numeric("decimal128(3, 1)")
    assert not is_numeric("string")
    assert is_temporal("timestamp[us, tz=UTC]")
    assert not is_temporal("time64[us]")
    assert union_of(["string", "int64", "string"]) == "union<int64, string>"
    assert union_of(["string"]) == "string"
    assert arrow_name(pa.dictionary(pa.int32(), pa.string())) == "string"
