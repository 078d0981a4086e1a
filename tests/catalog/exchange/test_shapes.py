"""Tables in Glue's shape: any of ours comes back as it was; an edit in Glue changes what it says and nothing else."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.catalog.exchange.entry import Entry
from jupyter_mlx.catalog.exchange.glue_shapes import (
    DatabaseEntry,
    database_input,
    glue_names,
    partition_input,
    read_database,
    read_partition,
    read_table,
    table_input,
)
from jupyter_mlx.catalog.exchange.packing import MAX_PIECE, pack, unpack
from jupyter_mlx.catalog.models import Column, Partition, PartitionKey

from .entries import entries, partitions, small

ONE_LINE = re.compile(r"[\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\t]*\Z")


def sent(entry: Entry) -> dict[str, Any]:
    """The table as Glue answers with it."""
    document: dict[str, Any] = json.loads(json.dumps(table_input(entry)))
    return {**document, "DatabaseName": "lake", "CreateTime": "2026-01-01", "VersionId": "1"}


@given(entries())
def test_any_table_comes_back_as_it_was(entry: Entry) -> None:
    read = read_table(sent(entry))
    assert read.entry == entry
    assert read.words == ()


@given(entries())
def test_what_is_sent_keeps_to_the_limits_of_glue(entry: Entry) -> None:
    document = table_input(entry)
    columns = [*document["StorageDescriptor"]["Columns"], *document["PartitionKeys"]]
    found = [column["Name"] for column in columns]
    assert len(set(found)) == len(found)
    for column in columns:
        assert column["Name"] == column["Name"].lower()
        assert 1 <= len(column["Name"]) <= 255
        assert ONE_LINE.match(column["Name"])
        assert len(column.get("Comment", "")) <= 255
        assert ONE_LINE.match(column.get("Comment", ""))
    assert len(document.get("Description", "")) <= 2048
    assert len(document.get("Owner", "")) <= 255
    for key, value in document["Parameters"].items():
        assert 1 <= len(key) <= 255
        assert isinstance(value, str)
        assert len(value.encode()) <= 512_000


@given(entries(), st.data())
def test_an_edit_in_glue_arrives_and_nothing_else_changes(entry: Entry, data: st.DataObject) -> None:
    table = sent(entry)
    columns = table["StorageDescriptor"]["Columns"]
    edits = ["add", "parameter", "owner", "rows", "location"] + (["type", "comment"] if columns else [])
    edit = data.draw(st.sampled_from(edits))
    expected = entry
    if edit == "add":
        columns.append({"Name": "added in glue", "Type": "array<int>", "Comment": "new"})
        made = Column("added in glue", "list<item: int32>", None, "new")
        expected = replace(entry, columns=(*entry.columns, made))
    elif edit == "type":
        own = {made: name for name, made in glue_names(entry).items()}[columns[0]["Name"]]
        columns[0]["Type"] = "varchar(7)" if columns[0]["Type"] == "string" else "string"
        changed = [replace(item, type="string", types=None) if item.name == own else item for item in entry.columns]
        kept = {name: value for name, value in entry.statistics.items() if name != own}
        expected = replace(entry, columns=tuple(changed), statistics=kept)
    elif edit == "comment":
        own = {made: name for name, made in glue_names(entry).items()}[columns[0]["Name"]]
        columns[0]["Comment"] = "said in Glue"
        if entry.said(own, "description"):
            notes = {**entry.notes, own: {**entry.notes[own], "description": "said in Glue"}}
            expected = replace(entry, notes=notes)
        else:
            changed = [replace(item, comment="said in Glue") if item.name == own else item for item in entry.columns]
            expected = replace(entry, columns=tuple(changed))
    elif edit == "parameter":
        table["Parameters"]["team"] = "risk"
        expected = replace(entry, parameters={**entry.parameters, "glue": {"team": "risk"}})
    elif edit == "owner":
        table["Owner"] = "somebody in Glue"
        notes = {**entry.notes, "": {**entry.notes.get("", {}), "owner": "somebody in Glue"}}
        expected = replace(entry, notes=notes)
    elif edit == "rows":
        table["Parameters"]["recordCount"] = "4242424242424242424"
        expected = replace(entry, rows=4242424242424242424, rows_exact=False)
    else:
        table["StorageDescriptor"]["Location"] = "s3://elsewhere/x"
        expected = replace(entry, location="s3://elsewhere/x")
    assert read_table(table).entry == expected
    # And it stays, there and back again.
    assert read_table(sent(expected)).entry == expected


def test_the_exact_type_is_restored_only_where_glue_s_type_is_the_one_that_was_exported() -> None:
    table = sent(small())
    assert [column["Type"] for column in table["StorageDescriptor"]["Columns"]] == ["decimal(20,0)", "string"]
    table["StorageDescriptor"]["Columns"][1]["Type"] = "date"
    read = read_table(table).entry
    assert [column.type for column in read.columns] == ["uint64", "date32[day]"]
    assert read.statistics == {"dep_delay": {"min": -43, "nulls": 0}}


def test_a_column_that_is_gone_takes_its_keys_notes_tags_and_statistics_along() -> None:
    table = sent(small(primary_key=("Origin",)))
    del table["StorageDescriptor"]["Columns"][1]
    read = read_table(table).entry
    assert [column.name for column in read.columns] == ["dep_delay"]
    assert read.primary_key == ()
    assert (set(read.statistics), set(read.notes), set(read.tags)) == ({"dep_delay"}, {""}, {""})


def test_a_partition_key_that_is_a_column_too_is_a_key_in_glue_and_both_here() -> None:
    entry = small(partition_keys=(PartitionKey("Origin", "large_string"),))
    table = sent(entry)
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == ["dep_delay"]
    assert [column["Name"] for column in table["PartitionKeys"]] == ["origin"]
    assert read_table(table).entry == entry


def test_names_that_glue_can_t_tell_apart_get_numbers() -> None:
    entry = small(columns=(Column("A", "int64"), Column("a", "string"), Column("\n", "bool")))
    assert glue_names(entry) == {"A": "a", "a": "a_2", "\n": "_", "year": "year"}
    assert read_table(sent(entry)).entry.columns == entry.columns


def test_another_serde_in_glue_is_how_it_is_read_here() -> None:
    parameters = {"delimiter": ";", "quote": '"', "escape": None, "header": True}
    table = sent(small(format="csv", parameters=parameters))
    assert table["Parameters"]["skip.header.line.count"] == "1"
    table["StorageDescriptor"]["SerdeInfo"]["Parameters"]["separatorChar"] = "|"
    read = read_table(table)
    assert read.entry.parameters["delimiter"] == "|"
    assert read.words == ("How it is stored was changed in Glue.",)
    # What is kept of Glue's descriptor goes back as it was.
    again = sent(read.entry)
    assert again["StorageDescriptor"]["SerdeInfo"] == table["StorageDescriptor"]["SerdeInfo"]


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"columns": 1}', "zlib:3", "zlib:x", "{"])
def test_a_damaged_parameter_of_ours_leaves_what_glue_says(damage: str) -> None:
    table = sent(small())
    table["Parameters"]["mlx.table"] = damage
    read = read_table(table).entry
    assert [column.type for column in read.columns] == ["decimal128(20, 0)", "string"]
    assert read.rows == 336_776
    assert not [key for key in read.parameters["glue"] if key.startswith("mlx.")]


@given(partitions())
def test_any_partition_comes_back_as_it_was(partition: Partition) -> None:
    document = json.loads(json.dumps(partition_input(partition, {"SerdeInfo": {}, "Columns": []})))
    assert "Columns" not in document["StorageDescriptor"]
    assert read_partition(document) == partition


def test_an_edited_partition_arrives() -> None:
    base = Partition(("2013",), "s3://lake/y=2013/", 2, 100, 10, {"etag": "x"})
    document = copy.deepcopy(partition_input(base, {}))
    document["StorageDescriptor"]["Location"] = "s3://lake/moved/"
    document["Parameters"] |= {"recordCount": "11", "team": "risk"}
    read = read_partition(document)
    assert read == replace(
        base, location="s3://lake/moved/", rows=11, parameters={"etag": "x", "glue": {"team": "risk"}}
    )
    assert read_partition(partition_input(read, {})) == read


def test_a_database_comes_back_and_its_description_may_be_changed_in_glue() -> None:
    entry = DatabaseEntry("lake", {"description": "All\0of it", "terms": ["flight"]}, {"zone": "raw"})
    document = database_input(entry)
    assert read_database(document) == entry
    changed = read_database({**document, "Description": "Some of it"})
    assert changed == replace(entry, notes={"description": "Some of it", "terms": ["flight"]})
    assert read_database({"Name": "bare"}) == DatabaseEntry("bare", {}, {})


def test_long_documents_are_compressed_and_cut() -> None:
    document = {"text": "".join(f"{number * 7919 % 1_000_003:x}" for number in range(400_000))}
    packed = pack("mlx.table", document)
    assert packed["mlx.table"] == f"zlib:{len(packed) - 1}"
    assert len(packed) > 2
    assert max(map(len, packed.values())) <= MAX_PIECE
    assert unpack("mlx.table", packed) == document
    del packed["mlx.table.2"]
    assert unpack("mlx.table", packed) is None
