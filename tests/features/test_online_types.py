"""Every type of Feast comes out of the wide online store as out of Feast's own SQLite store."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from feast import FeatureStore, Field, FileSource
from feast import types as feast_types
from feast.protos.feast.types.Value_pb2 import (
    BoolList,
    BytesList,
    DoubleList,
    FloatList,
    Int32List,
    Int64List,
    Map,
    MapKey,
    MapList,
    RepeatedValue,
    ScalarMap,
    ScalarMapEntry,
    StringList,
    Value,
    ZonedTimestamp,
)
from feast.type_map import NULL_TIMESTAMP_INT_VALUE
from feast.types import (
    Array,
    Bool,
    Bytes,
    Decimal,
    FeastType,
    Float32,
    Float64,
    ImageBytes,
    Int32,
    Int64,
    Json,
    PdfBytes,
    Set,
    String,
    Struct,
    TimeUuid,
    UnixTimestamp,
    Uuid,
)
from feast.value_type import ValueType
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlx.features.online_values import field_of

from .online_repo import DRIVER, NOON, key, materialize, plain, repository, source, view

SCALARS: list[FeastType] = [
    Bytes, PdfBytes, ImageBytes, String, Int32, Int64, Float64, Float32, Bool, UnixTimestamp, feast_types.Map, Json,
    Uuid, TimeUuid, Decimal, feast_types.ScalarMap, feast_types.ZonedTimestamp,
]  # fmt: skip
COLLECTED: list[FeastType] = [
    Bytes,
    String,
    Int32,
    Int64,
    Float64,
    Float32,
    Bool,
    UnixTimestamp,
    Uuid,
    TimeUuid,
    Decimal,
]
STRUCT = Struct({"a": Int64, "b": String})
TYPES: list[FeastType] = [
    *SCALARS,
    *map(Array, [*COLLECTED, feast_types.Map, Json]),
    *map(Set, COLLECTED),
    STRUCT,
    Array(STRUCT),
    Array(Array(Int64)),
    Set(Array(String)),
]
KINDS: dict[str, ValueType] = {f"f{place}": kind.to_value_type() for place, kind in enumerate(TYPES)}

moments = st.integers(-62_135_596_800, 253_402_300_799) | st.just(NULL_TIMESTAMP_INT_VALUE)
texts = st.text(max_size=20)
floats = st.floats(allow_nan=False)
singles = st.floats(allow_nan=False, width=32)
uuids = st.uuids().map(str)
decimals = st.decimals(allow_nan=False, allow_infinity=False).map(str)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
).map(json.dumps)
int32s, int64s = st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1)
PARTS: dict[str, tuple[st.SearchStrategy[Any], Callable[..., Any]]] = {
    "bytes": (st.binary(max_size=300), BytesList),
    "string": (texts, StringList),
    "int32": (int32s, Int32List),
    "int64": (int64s, Int64List),
    "double": (floats, DoubleList),
    "float": (singles, FloatList),
    "bool": (st.booleans(), BoolList),
    "unix_timestamp": (moments, Int64List),
    "json": (documents, StringList),
    "uuid": (uuids, StringList),
    "time_uuid": (uuids, StringList),
    "decimal": (decimals, StringList),
}
simple = st.one_of(int64s.map(lambda v: Value(int64_val=v)), texts.map(lambda v: Value(string_val=v)), st.just(Value()))
maps = st.dictionaries(texts, simple, max_size=4).map(lambda content: Map(val=content))
repeated = st.lists(st.lists(int64s, max_size=3).map(lambda v: Value(int64_list_val=Int64List(val=v))), max_size=3).map(
    lambda content: RepeatedValue(val=content)
)
entries = st.builds(lambda k, v: ScalarMapEntry(key=MapKey(int64_key=k), value=v), int64s, simple)
OTHERS: dict[str, st.SearchStrategy[Any]] = {
    "map_val": maps,
    "struct_val": maps,
    "map_list_val": st.lists(maps, max_size=3).map(lambda content: MapList(val=content)),
    "struct_list_val": st.lists(maps, max_size=3).map(lambda content: MapList(val=content)),
    "list_val": repeated,
    "set_val": repeated,
    "scalar_map_val": st.lists(entries, max_size=3).map(lambda content: ScalarMap(val=content)),
    "zoned_timestamp_val": st.builds(
        ZonedTimestamp,
        unix_timestamp=st.integers(0, 4 * 10**9),
        zone=st.sampled_from(["", "Europe/Berlin", "UTC-07:00"]),
    ),
}


def values_of(kind: ValueType) -> st.SearchStrategy[Value]:
    """Values of a type, null among them."""
    field = field_of(kind) or "zoned_timestamp_val"  # which Feast's own table lacks
    if field in OTHERS:
        content = OTHERS[field]
    elif field.endswith(("_list_val", "_set_val")):
        name, _, form = field.removesuffix("_val").rpartition("_")
        part, listed = PARTS[name]
        holder = {"list": listed, "set": Value.DESCRIPTOR.fields_by_name[field].message_type._concrete_class}[form]
        content = st.lists(part, max_size=4).map(lambda found: holder(val=found))
    else:
        content = PARTS[field.removesuffix("_val")][0]
    return st.just(Value()) | content.map(lambda found: Value(**{field: found}))


rows = st.fixed_dictionaries({name: values_of(kind) for name, kind in KINDS.items()})
moment = itertools.count(1)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[FeatureStore, FeatureStore]:
    """A repository with a feature of every type, in the wide store and in Feast's."""
    folder = tmp_path_factory.mktemp("types")
    its = view(
        FileSource(name="none", path=str(folder / "none.parquet"), timestamp_field="event"),
        *(Field(name=f"f{place}", dtype=kind) for place, kind in enumerate(TYPES)),
    )
    return repository(folder / "ours", [DRIVER, its]), plain(folder / "theirs", [DRIVER, its])


def same(pair: tuple[FeatureStore, FeatureStore], written: list[dict[str, Value]], *, python: bool = True) -> None:
    """Write rows to both stores; both answer alike, as messages and as Python values."""
    answers = []
    at = NOON + timedelta(seconds=next(moment))
    for store in pair:
        its = store.get_feature_view("stats")
        batch = [(key(number), values, at, None) for number, values in enumerate(written)]
        store._get_provider().online_write_batch(store.config, its, batch, None)
        refs = [f"stats:{name}" for name in sorted(KINDS)]
        asked = [{"driver_id": number} for number in (*range(len(written)), 10**9)]
        answers.append(store.get_online_features(refs, asked))
    if python:
        assert answers[0].to_dict(True) == answers[1].to_dict(True)
    mine, peer = (answer.proto.SerializeToString(deterministic=True) for answer in answers)
    assert mine == peer
    reads = [
        store._get_provider().online_read(store.config, store.get_feature_view("stats"), [key(0)], None)
        for store in pair
    ]
    assert reads[0][0][0] == reads[1][0][0]
    plain_values = [
        {name: value.SerializeToString(deterministic=True) for name, value in read[0][1].items()} for read in reads
    ]
    assert plain_values[0] == plain_values[1]


@settings(max_examples=25)
@given(written=st.lists(rows, min_size=1, max_size=3))
def test_values_of_every_type_come_back_as_they_were(
    pair: tuple[FeatureStore, FeatureStore], written: list[dict[str, Value]]
) -> None:
    same(pair, written)


def test_numbers_that_sqlite_has_not_come_back(pair: tuple[FeatureStore, FeatureStore]) -> None:
    numbers = [float("nan"), float("inf"), -float("inf"), -0.0, 5e-324, 3.0]
    empty = dict.fromkeys(KINDS, Value())
    double, single = (
        next(name for name, kind in KINDS.items() if kind is which) for which in (ValueType.DOUBLE, ValueType.FLOAT)
    )
    written = [{**empty, double: Value(double_val=number), single: Value(float_val=number)} for number in numbers]
    same(pair, written, python=False)


def test_texts_of_any_content_come_back(pair: tuple[FeatureStore, FeatureStore]) -> None:
    empty = dict.fromkeys(KINDS, Value())
    name = next(name for name, kind in KINDS.items() if kind is ValueType.STRING)
    same(pair, [{**empty, name: Value(string_val=text)} for text in ("", "a\0b", "12", "1.5", "NULL", "🦉", "x'00'")])


def test_a_value_of_another_type_than_the_features_comes_back(pair: tuple[FeatureStore, FeatureStore]) -> None:
    empty = dict.fromkeys(KINDS, Value())
    others = [
        Value(int64_val=2**62),
        Value(string_val="x"),
        Value(double_val=0.5),
        Value(bool_val=True),
        Value(null_val=0),
    ]
    same(
        pair,
        [{name: other if name in ("f3", "f4", "f6", "f8", "f17") else Value() for name in empty} for other in others],
    )


# -- from Arrow, as Feast's local engine would have it -----------------------------------------------------------

STAMPS = [NOON, NOON - timedelta(days=30000, microseconds=1), None]
COLUMNS: dict[str, tuple[FeastType, pa.Array]] = {
    "int64": (Int64, pa.array([2**62, -1, 0])),
    "int64_null": (Int64, pa.array([7, None, -(2**40)])),
    "int64_narrow": (Int64, pa.array([7, None, 3], pa.int16())),
    "int64_float": (Int64, pa.array([7.0, None, 3.0])),
    "int32": (Int32, pa.array([2**31 - 1, -(2**31), None], pa.int32())),
    "int32_wide": (Int32, pa.array([1, 2, 3], pa.int64())),
    "double": (Float64, pa.array([0.1, None, float("nan")])),
    "double_all": (Float64, pa.array([0.1, -0.0, float("inf")])),
    "double_nan": (Float64, pa.array([0.1, float("nan"), 2.0])),
    "double_int": (Float64, pa.array([1, 2, 3])),
    "double_null": (Float64, pa.array([None, None, None], pa.float64())),
    "float": (Float32, pa.array([0.1, None, 1e300])),
    "float_narrow": (Float32, pa.array([0.1, None, 2.5], pa.float32())),
    "string": (String, pa.array(["a", None, ""])),
    "string_large": (String, pa.array(["a", None, "ü"], pa.large_string())),
    "string_words": (String, pa.array(["a", None, "a"]).dictionary_encode()),
    "string_int": (String, pa.array([1, 2, 3])),
    "bool": (Bool, pa.array([True, None, False])),
    "bool_all": (Bool, pa.array([True, True, False])),
    "time": (UnixTimestamp, pa.array(STAMPS, pa.timestamp("us", "UTC"))),
    "time_all": (UnixTimestamp, pa.array(STAMPS[:2] * 2, pa.timestamp("ns"))[:3]),
    "time_null": (UnixTimestamp, pa.array([None] * 3, pa.timestamp("us", "UTC"))),
    "time_zone": (UnixTimestamp, pa.array(STAMPS, pa.timestamp("ms", "Asia/Tokyo"))),
    "bytes": (Bytes, pa.array([b"a", None, b""])),
    "list": (Array(Float32), pa.array([[0.5, 1.5], None, []], pa.list_(pa.float32()))),
    "list_text": (Array(String), pa.array([["a", "b"], None, []], pa.list_(pa.string()))),
    "json": (Json, pa.array(['{"a": [1]}', None, "3"])),
    "uuid": (Uuid, pa.array(["12345678-1234-5678-1234-567812345678", None, "12345678-1234-5678-1234-567812345679"])),
    "decimal": (Decimal, pa.array(["1.50", None, "2"])),
    "set": (Set(Int64), pa.array([[3, 1, 3], None, []], pa.list_(pa.int64()))),
    "struct": (STRUCT, pa.array([{"a": 1, "b": "x"}, None, {"a": 2, "b": "y"}])),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_arrow_columns_give_what_feasts_engine_gives(tmp_path: Path, name: str) -> None:
    kind, column = COLUMNS[name]
    answers: list[Any] = []
    stamps = pa.array([NOON] * 3, pa.timestamp("us", "UTC"))
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        at = source(folder / "stats.parquet", {"driver_id": [0, 1, 2], "f": column, "event": stamps})
        store = make(folder, [DRIVER, view(at, Field(name="f", dtype=kind))])
        materialize(store)
        answers.append(store.get_online_features(["stats:f"], [{"driver_id": number} for number in range(4)]))
    assert answers[0].to_dict(True) == answers[1].to_dict(True)
    assert answers[0].proto == answers[1].proto


def test_large_numbers_among_nulls_stay_exact(tmp_path: Path) -> None:
    exact = pa.array([2**62 + 1, None], pa.int64())
    stamps = pa.array([NOON] * 2, pa.timestamp("us", "UTC"))
    at = source(tmp_path / "stats.parquet", {"driver_id": [0, 1], "f": exact, "event": stamps})
    store = repository(tmp_path, [DRIVER, view(at, Field(name="f", dtype=Int64))])
    store._get_provider().online_store.write_arrow(
        store.config, store.get_feature_view("stats"), pa.table({"driver_id": [0, 1], "f": exact, "event": stamps})
    )
    found = store.get_online_features(["stats:f"], [{"driver_id": 0}, {"driver_id": 1}]).to_dict()
    assert found["f"] == [2**62 + 1, None], "Feast's own way rounds it to a float"


def test_the_list_of_types_is_complete() -> None:
    assert {kind.name for kind in ValueType} - {kind.name for kind in KINDS.values()} == {"UNKNOWN", "NULL"}
