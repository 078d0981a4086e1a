"""Names of the catalog."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.catalog.names import catalog_name, unique_name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Flights", "flights"),
        ("Flüge 2013.csv", "fluge_2013_csv"),
        ("a--b  c", "a_b_c"),
        ('x"; DROP TABLE y; --', "x_drop_table_y"),
        ("k=v", "k_v"),
    ],
)
def test_a_name_is_made_of_what_the_source_calls_it(raw: str, name: str) -> None:
    assert catalog_name(raw) == name


@given(st.text(), st.text(max_size=5))
def test_any_name_becomes_one_that_the_catalog_takes(raw: str, prefix: str) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,128}", catalog_name(raw, prefix))


def test_names_without_any_letter_are_told_apart() -> None:
    assert catalog_name("🛫") != catalog_name("🛬")


def test_a_second_table_of_a_name_gets_a_hash_that_stays() -> None:
    second = unique_name("flights", "other/flights", {"flights"})
    assert re.fullmatch(r"flights_[0-9a-f]{8}", second)
    assert unique_name("flights", "other/flights", {"flights"}) == second
    assert len(unique_name("x" * 128, "y", {"x" * 128})) == 128
