"""Predicates: read strictly, written anew with the same meaning."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.catalog.predicate_reader import parse_predicate
from jupyter_mlx.catalog.predicates import (
    Binary,
    Call,
    Field,
    In,
    IsNull,
    Like,
    Literal,
    Node,
    Unary,
    columns_of,
    resolve,
    to_sql,
)
from jupyter_mlx.errors import InvalidInput

COLUMNS = ["n", "s", "odd name", 'q"uote', "a.b"]
DUCKDB = duckdb.connect()
ROW = '(SELECT 3 AS n, \'x\' AS s, 2 AS "odd name", 1 AS "q""uote", {\'c\': 4} AS "a.b")'


def value(predicate: str) -> Any:
    """What DuckDB makes of a predicate over `ROW`."""
    return DUCKDB.execute(f"SELECT {predicate} FROM {ROW}").fetchone()[0]


@pytest.mark.parametrize(
    "text",
    [
        "n > 2 AND s = 'x' OR n < 0",
        "NOT (n = 3 OR s LIKE 'y%')",
        "n BETWEEN 1 AND 5 AND s IN ('x', 'y''z')",
        "n NOT BETWEEN 1 AND 2",
        "n NOT IN (1, 2) AND s NOT LIKE '_y'",
        '"odd name" = 2 AND "q""uote" = 1',
        "a.b.c = 4",
        "S ILIKE 'X' AND N == 3 AND n != 4",
        "n + 2 * 3 - 1 = 8 AND -n = -3 AND n % 2 = 1",
        "lower(s) || 'y' = 'xy' AND length(s) = 1",
        "s IS NOT NULL AND n IS DISTINCT FROM 4 AND n IS NOT DISTINCT FROM 3",
        "DATE '2020-01-01' < TIMESTAMP '2020-01-01 00:00:01'",
        "coalesce(NULL, n) = 3.0 AND TRUE",
        "n = 3e0 AND n < .5e2",
        "NOT NOT n = 3",
    ],
)
def test_what_is_written_anew_means_the_same(text: str) -> None:
    written = to_sql(resolve(parse_predicate(text), COLUMNS))
    original = text.replace("a.b.c", '"a.b".c')
    assert value(written) == value(original)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n + 1",
        "n >",
        "n = (SELECT 1)",
        "EXISTS (SELECT 1)",
        "n = 1; DROP TABLE x",
        "n = 1 --",
        "n = /* */ 1",
        "n IN ()",
        "n IN (SELECT 1)",
        "read_text('x') = 'x'",
        "getvariable('x') = 1",
        "n::text = '1'",
        "CAST(n AS text) = '1'",
        "CASE WHEN n = 1 THEN TRUE END",
        "s LIKE n",
        "s LIKE 'a' ESCAPE 'b'",
        "count(*) = 1",
        "sum(n) OVER () = 1",
        "[1] = n",
        "{'a': 1} = n",
        "n = $1",
        "n = ?",
        "s = 'x",
        's = "x',
        "lower() = 'x'",
        "DATE 'soon' = n",
        "x.y. = 1",
        "(" * 60 + "n = 1" + ")" * 60,
        "n = 1 OR " * 5000 + "n = 1",
        "n = '\0'",
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve(parse_predicate(text, "filter"), COLUMNS)
    assert caught.value.code == "filter_invalid"
    assert caught.value.remedy


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve(parse_predicate('"odd nam" = 1'), COLUMNS)
    assert (caught.value.code, "`odd name`" in caught.value.remedy) == ("column_unknown", True)


fields = st.sampled_from(COLUMNS).map(lambda name: Field((name,)))
literals = st.one_of(
    st.integers(-(2**70), 2**70),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
    st.booleans(),
    st.none(),
    st.dates(date(1, 1, 1)),
    st.datetimes(datetime(1, 1, 1)),  # noqa: DTZ001 - a moment without a zone, as SQL has it
    st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**9), max_value=10**9),
).map(Literal)
values = st.one_of(fields, literals, st.builds(lambda item: Call("lower", (item,)), fields))
comparisons = st.one_of(
    st.builds(Binary, st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "is distinct from"]), values, values),
    st.builds(IsNull, values),
    st.builds(In, values, st.lists(values, min_size=1, max_size=3).map(tuple)),
    st.builds(Like, values, st.text("a%_'\"", max_size=4), st.booleans()),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from(["and", "or"]), inner, inner), st.builds(Unary, st.just("not"), inner)
    ),
    max_leaves=8,
)


@given(conditions)
def test_every_condition_is_read_again_as_it_was_written(node: Node) -> None:
    text = to_sql(node)
    again = resolve(parse_predicate(text), COLUMNS)
    assert to_sql(again) == text
    assert columns_of(again) == columns_of(node)


@given(st.text(max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    try:
        node = parse_predicate(text)
    except InvalidInput:
        return
    assert parse_predicate(to_sql(node)) is not None


def test_numbers_keep_their_digits() -> None:
    assert to_sql(Literal(Decimal("0.1000000000000000055"))) == "0.1000000000000000055"


@pytest.mark.parametrize("operator", ["OR", "AND"])
def test_many_conditions_in_a_row_are_read_and_written_again(operator: str) -> None:
    text = f" {operator} ".join(f"a = {number}" for number in range(1500))
    node = resolve(parse_predicate(text), ["a"])
    assert resolve(parse_predicate(to_sql(node)[:20_000]) if len(to_sql(node)) <= 20_000 else node, ["a"]) == node
    assert columns_of(node) == {"a"}


@pytest.mark.parametrize("text", ["a = " + "1" * 5000, "a = " + "+".join(["1"] * 1500)])
def test_what_grows_without_end_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_predicate(text)
    assert refused.value.code == "filter_invalid"
