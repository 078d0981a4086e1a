"""JSON: how documents stand in a file, their types, and what is broken or endless."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlx.catalog.crawlers.classify import SAMPLE_BYTES, Sample, Unreadable, classify, validate_classifier
from jupyter_mlx.catalog.types import arrow_type
from jupyter_mlx.errors import InvalidInput

from .samples import kinds, look

DOCUMENTS = [{"a": 1, "b": {"c": [1.5]}}, {"a": 2.5, "b": {"c": [], "d": "x"}}]
COLUMNS = {"a": "double", "b": "struct<c: list<item: double>, d: string>"}


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("lines", "\n".join(json.dumps(item) for item in DOCUMENTS) + "\n"),
        ("array", json.dumps(DOCUMENTS)),
        ("array", json.dumps(DOCUMENTS, indent=2)),
        ("documents", "\n".join(json.dumps(item, indent=2) for item in DOCUMENTS)),
    ],
)
def test_documents_are_rows_however_they_stand(layout: str, text: str) -> None:
    found = look("x.json", text)
    assert (found.format, found.certainty, found.parameters["layout"]) == ("json", 1.0, layout)
    assert (kinds(found), found.rows) == (COLUMNS, 2)


def test_one_document_over_several_lines_is_one_row() -> None:
    found = look("x", json.dumps(DOCUMENTS[0], indent=2))
    assert (found.parameters["layout"], found.rows) == ("document", 1)


def test_fields_that_disagree_are_unions_with_shares_and_presence() -> None:
    found = look("x.jsonl", '{"a": 1}\n{"a": "x", "b": true}\n')
    first, second = found.columns
    assert (first.type, first.types, first.presence) == ("union<int64, string>", {"int64": 0.5, "string": 0.5}, None)
    assert (second.type, second.presence) == ("bool", 0.5)


def test_texts_that_are_all_moments_are_moments() -> None:
    found = look("x.jsonl", '{"t": "2020-01-01T00:00:00Z", "d": "2020-01-01", "s": "2020"}\n')
    assert kinds(found) == {"t": "timestamp[us, tz=UTC]", "d": "date32[day]", "s": "string"}


@pytest.mark.parametrize("text", ["[1, 2]", "[[1], [2]]", "[]", "{}\n{}"])
def test_values_that_are_no_documents_make_no_table(text: str) -> None:
    assert look("x.json", text).format == "UNKNOWN"


@pytest.mark.parametrize(
    ("path", "text", "where"),
    [
        ("x.json", '{"a": 1}\n{"a": \n', "Line 3"),
        ("x.json", '{"a": 1', "Line 1"),
        ("x.json", '[{"a": 1} {"a": 2}]', "comma"),
        ("x.json", '[{"a": 1}] x', "follows"),
        ("x.json", "name,size\n", "starts with"),
        ("no suffix", '{"a": 1}\n{"a" 2}\n', "Line 2, column 6"),
    ],
)
def test_what_is_broken_is_told_with_its_place(path: str, text: str, where: str) -> None:
    with pytest.raises(Unreadable, match=where) as caught:
        look(path, text)
    assert caught.value.code == "json_broken"


def test_text_in_braces_that_is_no_json_is_left_to_others() -> None:
    assert look("notes.txt", "{ not json }\nat all\n").format == "UNKNOWN"


def test_documents_nested_without_end_are_told() -> None:
    with pytest.raises(Unreadable) as caught:
        look("x.json", '{"a":' * 100_000)
    assert caught.value.code == "json_deep"


ITEM = '{"n": 1, "s": "{,["}, '


class _Endless(io.RawIOBase):
    """A stream of 2 GB that must not be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise AssertionError("the whole file was read")


@pytest.mark.parametrize(
    ("start", "item", "columns"),
    [
        ('{"kind": "x", "items": [', ITEM, {"kind": "string", "items": "list<item: struct<n: int64, s: string>>"}),
        ("[", ITEM, {"n": "int64", "s": "string"}),
        ('{"text": "never ends ', "more and more ", None),
    ],
)  # fmt: skip
def test_a_line_of_2_gb_is_judged_by_its_beginning(start: str, item: str, columns: dict[str, str] | None) -> None:
    head = (start + item * (SAMPLE_BYTES // len(item) + 1)).encode()[:SAMPLE_BYTES]
    tracemalloc.start()
    try:
        found = classify(Sample("big.json", 2 << 30, head, lambda: io.BufferedReader(_Endless())))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20
    assert found.rows is None
    if columns is None:
        assert found.format == "UNKNOWN"
    else:
        assert kinds(found) == columns


@pytest.mark.parametrize("definition", [{}, {"path": 3}, {"path": "$.a["}, {"path": "$.a b"}, {"path": "$..a"}])
def test_a_wrong_path_is_refused(definition: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        validate_classifier("json", definition)
    assert caught.value.field == "path"


SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
FILES = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, min_size=1), min_size=1, max_size=5)


def _accepts(kind: str, value: Any) -> bool:
    """Whether a value fits in a type: what Arrow makes of it, where no union is in between."""
    import pyarrow as pa

    if "union<" in kind:
        return True
    try:
        pa.array([value], arrow_type(kind))
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return False
    return True


@settings(max_examples=100, deadline=None)
@given(FILES)
def test_the_schema_accepts_every_document_that_it_was_inferred_from(documents: list[dict[str, Any]]) -> None:
    found = look("x.json", json.dumps(documents))
    types = kinds(found)
    for document in documents:
        for name, value in document.items():
            assert _accepts(types[name], value), (name, types[name], value)
