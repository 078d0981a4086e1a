"""What grants add up to, by example and against an oracle that looks at each cell alone."""

from __future__ import annotations

from typing import Any

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.catalog.grants import MASKS, Grant, view_of
from jupyter_mlx.catalog.models import Table, TableView

from .tables import make_grant, make_table

TABLE = make_table(
    {"origin": "string", "delay": "int64", "name": "string"},
    tags={"zone": "eu"},
    column_tags={"name": {"zone": "eu", "pii": "yes"}, "delay": {"zone": "us"}},
    statistics={"origin": {"min": "EWR"}, "name": {"min": "Ada"}},
    rows=1000,
)


def view(*grants: Grant, table: Table = TABLE) -> TableView:
    found = view_of(grants, table)
    assert found is not None
    return found


def names(found: TableView) -> list[str]:
    return [column.name for column in found.table.columns]


def test_without_a_grant_not_even_the_name_is_seen() -> None:
    assert view_of([], TABLE) is None
    assert view_of([make_grant(resource="source/lake.other"), make_grant(resource="other/lake.flights")], TABLE) is None


def test_a_grant_on_the_database_reaches_all_its_tables() -> None:
    found = view(make_grant("select", resource="source/lake"))
    assert names(found) == ["origin", "delay", "name"]
    assert found.permissions == {"describe", "select"}


def test_a_grant_on_a_column_reaches_that_one() -> None:
    found = view(make_grant("select", resource="source/lake.flights.delay"))
    assert names(found) == ["delay"]
    assert found.table.statistics == {}


def test_a_column_whose_own_tag_differs_is_out_of_its_tables_grant() -> None:
    found = view(make_grant("select", "tag", expression={"zone": ("eu",)}))
    assert names(found) == ["origin", "name"]
    assert "tag" in found.permissions


def test_a_tagged_column_alone_is_in_and_gives_nothing_of_the_table_as_a_whole() -> None:
    found = view(make_grant("select", "alter", "tag", expression={"pii": ("yes", "maybe")}))
    assert names(found) == ["name"]
    assert found.permissions == {"describe", "select"}


def test_all_keys_of_an_expression_must_match_each_by_one_of_its_values() -> None:
    assert names(view(make_grant(expression={"zone": ("us", "eu"), "pii": ("yes",)}))) == ["name"]
    assert view_of([make_grant(expression={"zone": ("us",), "pii": ("yes",)})], TABLE) is None


def test_describing_shows_the_column_but_no_value_nor_statistics() -> None:
    found = view(make_grant("describe"))
    assert names(found) == ["origin", "delay", "name"]
    assert found.selectable == ()
    assert found.table.statistics == {}


def test_filters_include_or_exclude_columns() -> None:
    assert view(make_grant(include=("origin",))).selectable == ("origin",)
    assert view(make_grant(exclude=("name",))).selectable == ("origin", "delay")


def test_rows_of_several_filters_are_united() -> None:
    found = view(make_grant(rows="delay > 60"), make_grant(rows="origin = 'JFK'"))
    assert found.rows == """(("delay" > 60) OR ("origin" = 'JFK'))"""
    assert not found.cells


def test_a_grant_of_all_rows_ends_the_filter() -> None:
    assert view(make_grant(rows="delay > 60"), make_grant()).rows is None


def test_who_sees_some_rows_sees_no_statistics_and_no_count_of_all() -> None:
    found = view(make_grant(rows="delay > 60"))
    assert found.table.statistics == {}
    assert found.table.rows is None


def test_a_filter_on_a_column_that_the_table_lacks_shows_no_rows() -> None:
    assert view(make_grant(resource="source/lake", rows="region = 'eu'")).rows == "FALSE"


def test_a_mask_holds_unless_some_grant_gives_the_column_without_one() -> None:
    masked = make_grant(masks={"pii=yes": "hash", "delay": "null"})
    assert view(masked).masks == {"name": "hash", "delay": "null"}
    assert view(masked, make_grant(include=("name",))).masks == {"delay": "null"}


def test_of_several_masks_in_one_grant_the_one_that_shows_least_holds() -> None:
    assert view(make_grant(masks={"pii=yes": "partial", "name": "redact"})).masks == {"name": "redact"}


def test_of_masks_in_several_grants_the_one_that_shows_most_holds() -> None:
    assert view(make_grant(masks={"name": "redact"}), make_grant(masks={"name": "partial"})).masks == {
        "name": "partial"
    }


def test_columns_of_one_grant_and_rows_of_another_do_not_multiply() -> None:
    found = view(make_grant(include=("origin",)), make_grant(include=("name",), rows="delay > 60"))
    assert found.rows is None
    assert found.cells == {"name": (('("delay" > 60)', None),)}


# -- against the oracle --------------------------------------------------------------------------------------

DUCKDB = duckdb.connect()
COLUMNS = ("a", "b", "c")
TAGS = {"a": {}, "b": {"pii": "yes"}, "c": {"pii": "no"}}
SMALL = make_table(dict.fromkeys(COLUMNS, "int64"), column_tags=TAGS)
ROWS = {None: {0, 1, 2}, "a = 0": {0}, "a >= 1": {1, 2}, "b = 1": {1}, "zzz = 1": set()}
"""Predicate → the rows that it is true for, where row n holds n in each column."""

grants = st.builds(
    lambda where, permissions, cut, rows, masks: make_grant(*permissions, **where, **cut, rows=rows, masks=masks),
    where=st.sampled_from(
        [
            {"resource": "source/lake"},
            {"resource": "source/lake.flights"},
            {"resource": "source/lake.flights.b"},
            {"expression": {"pii": ("yes",)}},
            {"expression": {"pii": ("yes", "no")}},
        ]
    ),
    permissions=st.sampled_from([("describe",), ("select",), ("describe", "select"), ("tag",)]),
    cut=st.sampled_from([{}, {"include": ("a", "b")}, {"exclude": ("b",)}, {"include": ()}]),
    rows=st.sampled_from(list(ROWS)),
    masks=st.dictionaries(st.sampled_from(["a", "b", "pii=yes", "pii=no"]), st.sampled_from(MASKS), max_size=2),
)


def reached(grant: Grant, column: str) -> bool:
    if grant.expression is not None:
        inside = TAGS[column].get("pii") in grant.expression["pii"]
    else:
        inside = grant.resource != "source/lake.flights.b" or column == "b"
    return inside and (grant.include is None or column in grant.include) and column not in grant.exclude


def shown_alone(grant: Grant, row: int, column: str) -> int | None:
    """How much a grant alone shows of a cell: 0 for all, then the masks' numbers; None for nothing."""
    if "select" not in grant.permissions or not reached(grant, column) or row not in ROWS[grant.rows]:
        return None
    tags = {f"{key}={value}" for key, value in TAGS[column].items()}
    return max((MASKS.index(how) + 1 for what, how in grant.masks.items() if what == column or what in tags), default=0)


def shown_by(found: TableView | None, row: int, column: str) -> int | None:
    """How much a view shows of a cell; its predicates are DuckDB's to decide."""
    if found is None or column not in found.selectable or not true(found.rows, row):
        return None
    ways: Any = found.cells.get(column, (("TRUE", found.masks.get(column)),))
    how = next((how for predicate, how in ways if true(predicate, row)), "nothing")
    return None if how == "nothing" else 0 if how is None else MASKS.index(how) + 1


def true(predicate: str | None, row: int) -> bool:
    if predicate is None:
        return True
    answer = DUCKDB.execute(f"SELECT {predicate} FROM (SELECT {row} AS a, {row} AS b, {row} AS c)").fetchone()
    return bool(answer and answer[0])


@given(st.lists(grants, max_size=4))
def test_each_cell_is_shown_as_the_most_generous_grant_alone_shows_it(given_grants: list[Grant]) -> None:
    found = view_of(given_grants, SMALL)
    for row in range(3):
        for column in COLUMNS:
            alone = [shown_alone(grant, row, column) for grant in given_grants]
            expected = min((way for way in alone if way is not None), default=None)
            assert shown_by(found, row, column) == expected, (row, column)


@given(st.lists(grants, max_size=4))
def test_columns_that_no_grant_reaches_are_left_out(given_grants: list[Grant]) -> None:
    found = view_of(given_grants, SMALL)
    visible = {column for column in COLUMNS if any(reached(grant, column) for grant in given_grants)}
    assert visible == (set() if found is None else {column.name for column in found.table.columns})


@given(st.lists(grants, min_size=1, max_size=4))
def test_grants_only_add(given_grants: list[Grant]) -> None:
    fewer, more = view_of(given_grants[1:], SMALL), view_of(given_grants, SMALL)
    for row in range(3):
        for column in COLUMNS:
            before, after = shown_by(fewer, row, column), shown_by(more, row, column)
            assert before is None or (after is not None and after <= before)
