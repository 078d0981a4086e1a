"""Columns of documents that have no schema."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.catalog.crawlers.documents import MAX_DEPTH, MAX_FIELDS, Documents, infer, merge, type_of
from jupyter_mlx.catalog.types import arrow_type, hive_type


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "bool"),
        (7, "int64"),
        (2**63, "decimal128(38, 0)"),
        (10**40, "double"),
        (2.5, "double"),
        ("x", "string"),
        (b"x", "binary"),
        (Decimal("1.250"), "decimal128(38, 3)"),
        (Decimal("NaN"), "double"),
        (datetime(2026, 1, 1, tzinfo=UTC), "timestamp[us, tz=UTC]"),
        (datetime(2026, 1, 1), "timestamp[us]"),  # noqa: DTZ001
        ([1, 2.5, None], "list<item: double>"),
        ([], "list<item: null>"),
        ([1, "x"], "list<item: union<int64, string>>"),
        ({"a": {"b c": 1}}, "struct<a: struct<`b c`: int64>>"),
        ({}, "struct<>"),
    ],
)
def test_a_values_type_is_told_by_the_value(value: object, expected: str) -> None:
    assert type_of(value) == expected


def test_whole_numbers_and_fractions_of_one_field_are_doubles() -> None:
    (column,) = infer([{"n": 1}, {"n": 2.5}])
    assert (column.type, column.types) == ("double", None)


def test_what_disagrees_is_a_union_with_the_share_of_each_type() -> None:
    (column,) = infer([{"n": 1}, {"n": 2}, {"n": 3.5}, {"n": "four"}])
    assert column.type == "union<double, string>"
    assert column.types == {"double": 0.75, "string": 0.25}


def test_a_field_that_comes_and_goes_says_how_often_it_is_there() -> None:
    columns = {column.name: column for column in infer([{"a": 1, "b": None}, {"a": 2}, {"a": 3}, {"a": 4}])}
    assert (columns["a"].presence, columns["a"].nullable) == (1.0, None)
    assert (columns["b"].presence, columns["b"].nullable, columns["b"].type) == (0.25, True, "null")


def test_columns_come_in_the_order_in_which_they_were_first_seen() -> None:
    assert [column.name for column in infer([{"z": 1}, {"a": 1, "z": 2}])] == ["z", "a"]


def test_fields_of_samples_come_by_name_also_within_others() -> None:
    documents = Documents(by_name=True)
    for document in ({"z": {"b": 1, "a": 1}, "c": 1}, {"a": 1}):
        documents.add(document)
    assert [(column.name, column.type) for column in documents.columns()] == [
        ("a", "int64"),
        ("c", "int64"),
        ("z", "struct<a: int64, b: int64>"),
    ]


def test_nested_fields_that_come_and_go_or_disagree_are_told_in_notes() -> None:
    documents = Documents()
    for zip_code in (1, "AB1"):
        documents.add({"address": {"zip": zip_code}})
    documents.add({"address": {}, "items": [{"sku": "a"}, {}]})
    notes = documents.notes()
    assert "`address.zip` is in 67% of those that could have it." in notes
    assert "`address.zip` disagrees: int64 50%, string 50%." in notes
    assert "`items[].sku` is in 50% of those that could have it." in notes


def test_documents_keyed_by_data_are_cut_off_with_a_note() -> None:
    documents = Documents()
    for start in range(0, 3 * MAX_FIELDS, 100):
        documents.add({f"user-{number}": 1 for number in range(start, start + 100)})
    assert len(documents.columns()) == MAX_FIELDS
    assert any("left out" in note for note in documents.notes())


def test_very_deep_documents_are_text_below_a_depth() -> None:
    text = '{"a":' * 200 + "1" + "}" * 200
    documents = Documents()
    documents.add(json.loads(text))
    assert documents.columns()[0].type.count("struct<") == MAX_DEPTH - 1
    assert any("deeper" in note for note in documents.notes())


def test_types_of_several_samples_merge() -> None:
    assert merge(["int64", "null", "double"]) == "double"
    assert merge(["decimal128(38, 2)", "int64", "decimal128(38, 4)"]) == "decimal128(38, 4)"
    assert merge(["int64", "string"]) == "union<int64, string>"
    assert merge(["null"]) == merge([]) == "null"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes() | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.text(), _VALUES, max_size=5), max_size=5))
def test_every_inferred_type_can_be_read_by_the_catalog(documents: list[dict[str, object]]) -> None:
    for column in infer(documents):
        assert arrow_type(column.type) is not None
        assert hive_type(column.type)
        assert 0 < (column.presence or 0) <= 1
