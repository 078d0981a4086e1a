"""AWS Glue's documented rules of classifiers, each with its case.

Sources: AWS Glue, "Defining and managing classifiers" (order, certainty, CSV) and "Writing custom classifiers".
"""

from __future__ import annotations

from typing import Any

import pytest

from .samples import kinds, look

GROK = {"kind": "grok", "pattern": "^%{WORD:letter},%{INT:number:int}$"}
HALF = {"kind": "grok", "pattern": "^%{WORD:letter},1$"}
PIPES = {"kind": "csv", "delimiter": "|"}
COMMAS = {"kind": "csv", "delimiter": ","}
TWO_ROWS = "a,1\nb,2\n"

ORDER: list[tuple[str, list[tuple[str, dict[str, Any]]], str, float]] = [
    ("custom classifiers come before the built-in ones", [("mine", COMMAS)], "mine", 1.0),
    ("the first custom classifier that is certain ends the search", [("one", COMMAS), ("two", GROK)], "one", 1.0),
    ("custom classifiers run in the listed order", [("two", GROK), ("one", COMMAS)], "two", 1.0),
    ("one that does not recognise the file is passed over", [("pipes", PIPES), ("two", GROK)], "two", 1.0),
    ("without any that recognises it, the built-in ones are asked", [("pipes", PIPES)], "csv", 1.0),
    ("the highest certainty wins, even a built-in one's over a custom one's", [("half", HALF)], "csv", 1.0),
]


@pytest.mark.parametrize(("rule", "custom", "classifier", "certainty"), ORDER, ids=[case[0] for case in ORDER])
def test_order_and_certainty(
    rule: str, custom: list[tuple[str, dict[str, Any]]], classifier: str, certainty: float
) -> None:
    found = look("letters", TWO_ROWS, custom)
    assert (found.classifier, found.certainty) == (classifier, certainty)


def test_without_any_certainty_above_zero_it_is_unknown() -> None:
    found = look("notes.txt", "Only prose here\nand no columns\n", [("pipes", PIPES)])
    assert (found.classifier, found.format, found.certainty, found.columns) == ("UNKNOWN", "UNKNOWN", 0.0, ())


def test_the_highest_certainty_wins_where_none_is_certain() -> None:
    lines = "a 1\nb 1\nc 2\n"
    low = {"kind": "grok", "pattern": "^%{WORD:letter} 1$"}
    found = look("letters", lines, [("low", low)])
    assert (found.classifier, found.certainty) == ("low", round(2 / 3, 4))


@pytest.mark.parametrize("delimiter", [",", "|", "\t", ";", "\x01"])
def test_each_of_the_five_delimiters_is_recognised(delimiter: str) -> None:
    found = look("data", f"name{delimiter}size\nfirst{delimiter}1\nsecond{delimiter}2\n")
    assert (found.format, found.certainty, found.parameters["delimiter"]) == ("csv", 1.0, delimiter)
    assert kinds(found) == {"name": "string", "size": "int64"}


@pytest.mark.parametrize("text", ["a:1\nb:2\n", "a b\nc d\n", "one\ntwo\nthree\n", "a,b\n"])
def test_another_delimiter_a_single_column_or_a_single_row_is_no_csv(text: str) -> None:
    assert look("data", text).format == "UNKNOWN"


LONG, LONGER = "x" * 149, "x" * 150
HEADERS: list[tuple[str, str, list[str]]] = [
    ("all cells strings and a row that is not: a header", "name,size\na,1\nb,2\n", ["name", "size"]),
    ("all rows strings: none", "name,city\na,Rome\nb,Oslo\n", ["col1", "col2"]),
    ("a number among its cells: none", "name,7\na,1\nb,2\n", ["col1", "col2"]),
    ("digits are no string even with leading zeros: none", "name,007\na,1\n", ["col1", "col2"]),
    ("and tell data from a header", "zip,city\n02139,Cambridge\n", ["zip", "city"]),
    ("a day among its cells: none", "name,2020-01-01\na,1\nb,2\n", ["col1", "col2"]),
    ("a truth value among its cells: none", "name,true\na,1\nb,2\n", ["col1", "col2"]),
    ("149 characters: a header", f"{LONG},size\na,1\n", [LONG, "size"]),
    ("150 characters: none", f"{LONGER},size\na,1\n", ["col1", "col2"]),
    ("150 characters in the last: a header", f"size,{LONGER}\n1,a\n", ["size", LONGER]),
    ("control characters, which fit in no name: none", 'na\x1bme,size\na,1\nb,"2"\n', ["col1", "col2"]),
    ("a line break, which fits in no name: none", '"na\nme",size\na,1\n', ["col1", "col2"]),
    (
        "an empty last cell throughout, from a trailing delimiter: a header",
        "name,size,\na,1,\n",
        ["name", "size", "col3"],
    ),
    ("one cell far below that is no string: a header", "a,b\n" + "x,y\n" * 50 + "x,1\n", ["a", "b"]),
    ("empty cells are not other than strings: none", "a,b\nx,\n,y\n", ["col1", "col2"]),
    ("names of other scripts fit: a header", "größe,名前,😀\n1,a,b\n", ["größe", "名前", "😀"]),
]


@pytest.mark.parametrize(("rule", "text", "names"), HEADERS, ids=[case[0] for case in HEADERS])
def test_header(rule: str, text: str, names: list[str]) -> None:
    found = look("data.csv", text)
    assert [column.name for column in found.columns] == names
    assert found.parameters["header"] is (names[0] != "col1")
    assert any("header" in note for note in found.notes)


def test_a_custom_csv_classifier_says_what_the_heading_is() -> None:
    text = "name,city\na,Rome\n"
    present = look("x", text, [("c", {**COMMAS, "header": "present"})])
    absent = look("x", "name,size\na,1\n", [("c", {**COMMAS, "header": "absent"})])
    named = look("x", text, [("c", {**COMMAS, "header": "absent", "columns": ["who", "where"]})])
    assert [list(kinds(found)) for found in (present, absent, named)] == [
        ["name", "city"],
        ["col1", "col2"],
        ["who", "where"],
    ]


def test_a_custom_csv_classifier_may_allow_a_single_column() -> None:
    single = {"kind": "csv", "single_column": True}
    assert look("x.csv", "1\n2\n3\n").format == "UNKNOWN"
    assert kinds(look("x.csv", "1\n2\n3\n", [("one", single)])) == {"col1": "int64"}


def test_a_custom_csv_classifier_has_its_own_quotes_and_delimiter() -> None:
    found = look("x", "a:~b:c~:1\nd:e:2\n", [("c", {"kind": "csv", "delimiter": ":", "quote": "~"})])
    assert kinds(found) == {"col1": "string", "col2": "string", "col3": "int64"}


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("$.records[*]", {"a": "int64"}),
        ("$.records", {"a": "int64"}),
        ("records[0]", {"a": "int64"}),
        ("$['other'].*", {"b": "string"}),
        ("$", {"records": "list<item: struct<a: int64>>", "other": "struct<x: struct<b: string>>"}),
    ],
)
def test_a_custom_json_classifier_takes_the_rows_at_its_path(path: str, columns: dict[str, str]) -> None:
    text = '{"records": [{"a": 1}, {"a": 2}], "other": {"x": {"b": "c"}}}'
    found = look("x", text, [("rows", {"kind": "json", "path": path})])
    assert (found.classifier, kinds(found), found.parameters["path"]) == ("rows", columns, path)


@pytest.mark.parametrize(
    ("name", "arrow"),
    [
        ("byte", "int8"), ("short", "int16"), ("int", "int32"), ("long", "int64"), ("float", "float"),
        ("double", "double"), ("boolean", "bool"), (None, "string"),
    ],
)  # fmt: skip
def test_grok_fields_are_cast_to_the_types_that_glue_has(name: str | None, arrow: str) -> None:
    pattern = "^%{NOTSPACE:value" + (f":{name}" if name else "") + "} end$"
    assert kinds(look("x", "1 end\n2 end\n", [("g", {"kind": "grok", "pattern": pattern})])) == {"value": arrow}
