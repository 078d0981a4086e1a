"""Delimited text: quotes, types, rows that differ, encodings."""

from __future__ import annotations

import csv
import io

import pyarrow.csv as pacsv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlx.catalog.crawlers.classify import Unreadable, validate_classifier
from jupyter_mlx.catalog.types import arrow_type
from jupyter_mlx.errors import InvalidInput

from .samples import kinds, look


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2", " 3 "], "int64"),
        (["+4930123", "1"], "string"),
        (["9223372036854775807"], "int64"),
        (["9223372036854775808", "1"], "decimal128(38, 0)"),
        (["9223372036854775808", "1.5"], "double"),
        (["1", "2.5"], "double"),
        (["1e3", ".5", "-1."], "double"),
        (["inf", "1.5"], "double"),
        (["true", "False", "TRUE"], "bool"),
        (["2020-02-29"], "date32[day]"),
        (["2021-02-29"], "string"),
        (["2020-01-01 05:00", "2020-01-01T05:00:00.123456"], "timestamp[us]"),
        (["2020-01-01", "2020-01-01 05:00"], "timestamp[us]"),
        (["2020-01-01T05:00:00Z", "2020-01-01 05:00:00+02:00"], "timestamp[us, tz=UTC]"),
        (["2020-01-01T05:00:00Z", "2020-01-01 05:00:00"], "string"),
        (["2020-01-01", "2020-01-01T05:00:00.123456789"], "timestamp[ns]"),
        (["05:30", "23:59:59.5"], "time64[us]"),
        (["-", "null", " ", "2.5"], "double"),
        (["01/02/2020"], "string"),
        (["02139", "10001"], "string"),
        (["1", "", "3"], "int64"),
        (["", ""], "string"),
        (["1", "true"], "string"),
        (["1", "NA", "3"], "int64"),
        (["a", "NA"], "string"),
    ],
)
def test_types_and_arrow_reads_them(cells: list[str], kind: str) -> None:
    text = "key,value\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells))
    found = look("x.csv", text)
    assert kinds(found)["value"] == kind
    convert = pacsv.ConvertOptions(
        column_types={"value": arrow_type(kind)}, null_values=found.parameters["nulls"], strings_can_be_null=False
    )
    assert pacsv.read_csv(io.BytesIO(text.encode()), convert_options=convert).num_rows == len(cells)


def test_words_for_nothing_are_told_where_a_column_has_them() -> None:
    found = look("x.csv", "a,b,c\n1,NA,x\n2,3,NA\n")
    assert kinds(found) == {"a": "int64", "b": "int64", "c": "string"}
    assert {"", "NA"} <= set(found.parameters["nulls"])
    assert any("words for nothing" in note for note in found.notes)


def test_quotes_hold_delimiters_line_breaks_and_quotes() -> None:
    found = look("x.csv", 'name,size\n"a, ""b""\nc",1\nd,2\n')
    assert (found.rows, kinds(found)) == (2, {"name": "string", "size": "int64"})


def test_quotes_escaped_by_a_backslash_are_found() -> None:
    found = look("x.csv", 'name,size\n"a \\", b",1\n"c\\"",2\n')
    assert (found.parameters["escape"], found.rows, found.certainty) == ("\\", 2, 1.0)


def test_names_that_repeat_or_lack_are_made_whole() -> None:
    found = look("x.csv", ",a,a,a_2\n0,1,2,3\n")
    assert list(kinds(found)) == ["col1", "a", "a_3", "a_2"]
    assert sum("Column 1" in note or "column 3" in note for note in found.notes) == 2


def test_notes_tell_no_values_and_no_names() -> None:
    found = look("x.csv", "secret,secret\nhidden,1\n2,3,4\n5,6\n")
    assert not any(word in note for note in found.notes for word in ("secret", "hidden"))


def test_a_few_rows_of_another_length_lower_the_certainty_and_are_told() -> None:
    rows = ["name,size", *(f"r{number},{number}" for number in range(98)), "short"]
    found = look("data", "\n".join(rows) + "\n")
    assert found.certainty == 0.99
    assert any("row 100 with 1" in note for note in found.notes)


def test_rows_that_mostly_differ_are_told_with_the_first_row() -> None:
    with pytest.raises(Unreadable, match="Row 2 has 1 cells") as caught:
        look("x.csv", "a,b\n1\n2,3,4\n1,2,3,4\n")
    assert caught.value.code == "csv_ragged"


def test_a_header_only_is_a_table_of_strings() -> None:
    found = look("x.csv", "name,size\n")
    assert (kinds(found), found.rows) == ({"name": "string", "size": "string"}, 0)
    assert "header only" in found.notes[0]


def test_the_row_that_the_sample_cuts_is_not_judged() -> None:
    row = b"name of it,12345\n"
    found = look("x.csv", b"name,size\n" + row * 100_000 + b"x,y,z\n")
    assert (found.certainty, found.rows, kinds(found)) == (1.0, None, {"name": "string", "size": "int64"})


def test_a_cell_as_long_as_the_sample_is_read() -> None:
    found = look("x.csv", "name,size\n" + "x" * 500_000 + ",1\nb,2\n")
    assert kinds(found) == {"name": "string", "size": "int64"}


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
        ("latin-1", "cp1252"),
    ],
)  # fmt: skip
def test_other_encodings_are_found(encoding: str, named: str) -> None:
    text = "größe,straße\n1,Café Müller\n2,Crème brûlée à la carte\n"
    found = look("x.csv", text.encode(encoding))
    assert (found.parameters["encoding"], list(kinds(found))) == (named, ["größe", "straße"])
    assert any("encoding" in note for note in found.notes)


def test_mixed_encodings_are_told_with_the_offset() -> None:
    data = "name,size\nCafé Müller,1\n".encode() + "Müller,2\n".encode("latin-1") + b"end,3\n"
    with pytest.raises(Unreadable, match=f"offset {data.index(bytes([0xFC]))} ") as caught:
        look("x.csv", data)
    assert caught.value.code == "encoding_mixed"


def test_binary_data_are_no_text() -> None:
    assert look("x.csv", b"a,b\n\x00\x01\x02,\x03\n").format == "UNKNOWN"


def test_an_empty_file_is_told() -> None:
    with pytest.raises(Unreadable) as caught:
        look("x.csv", b"")
    assert caught.value.code == "file_empty"


@pytest.mark.parametrize(
    "definition",
    [
        {"delimiter": ",,"}, {"delimiter": "\n"}, {"delimiter": '"'}, {"quote": 3}, {"header": "maybe"}, {"header": 2},
        {"columns": "a"}, {"columns": ["a", "a"]}, {"single_column": "yes"}, {"separator": ","},
    ],
)  # fmt: skip
def test_a_wrong_definition_names_its_field(definition: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        validate_classifier("csv", definition)
    assert (caught.value.code, caught.value.field) == ("classifier_invalid", next(iter(definition)))


def test_a_kind_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(InvalidInput, match="xml"):
        validate_classifier("xml", {})


# What is quoted may hold anything. What is not has no other delimiter, or a text may read in two ways.
PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"), exclude_characters=",|;\\'\""), max_size=8
)
ANYTHING = st.text(st.sampled_from("ab,|;\t\"' \n\r\\xé"), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_the_csv_module_writes_is_read_with_the_same_columns(data: st.DataObject) -> None:
    delimiter = data.draw(st.sampled_from([",", "|", "\t", ";", "\x01"]))
    all_quoted = data.draw(st.booleans())
    quote = data.draw(st.sampled_from("\"'")) if all_quoted else '"'
    ending = data.draw(st.sampled_from(["\n", "\r\n"]))
    count = data.draw(st.integers(2, 6))
    names = [f"name {letter}" for letter in "abcdef"[:count]]
    texts = [ANYTHING if all_quoted else PLAIN] * (count - 1)
    rows = data.draw(st.lists(st.tuples(st.integers(), *texts), min_size=1, max_size=8))
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator=ending).writerows(
        [names, *rows]
    )
    found = look("x.csv", out.getvalue())
    assert (found.format, found.parameters["delimiter"], list(kinds(found))) == ("csv", delimiter, names)
    assert (found.rows, found.certainty, found.parameters["quote"]) == (len(rows), 1.0, quote)
