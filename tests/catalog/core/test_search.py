"""Search: what is found, how it is ranked, counted and shown; and that what is hidden is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.catalog.port import Entry, EntryPart
from jupyter_mlx.catalog.search_query import fts5, parse, tsquery
from jupyter_mlx.errors import InvalidInput

from .conftest import Shop


@pytest.fixture
def found(shop: Shop) -> Shop:
    """A catalog of four tables with tags, notes and an owner."""
    shop.sql(
        "CREATE TABLE flights (dep_delay INTEGER, origin TEXT, time_hour TIMESTAMP)",
        "CREATE TABLE airports (faa TEXT, name TEXT)",
    )
    shop.crawl()
    catalog = shop.services.catalog
    catalog.define_tag(principal=shop.me, key="pii", values=["yes", "no"])
    catalog.assign("shop.customers.name", {"pii": "yes"}, shop.me)
    catalog.assign("shop.flights.origin", {"pii": "yes"}, shop.me)
    catalog.annotate("shop.airports", {"description": "Where flights of all carriers leave", "owner": "eve"}, shop.me)
    catalog.annotate("shop.flights", {"owner": shop.me.user}, shop.me)
    return shop


def look(shop: Shop, text: str, **options: Any) -> dict[str, Any]:
    document: dict[str, Any] = shop.services.search.search(text, shop.me, **options).to_json()
    return document


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("flights", ["shop.flights", "shop.airports"]),  # the name before the description
        ("fli", ["shop.flights", "shop.airports"]),
        ("dep_delay", ["shop.flights.dep_delay"]),
        ("delay", ["shop.flights.dep_delay"]),
        ("del", ["shop.flights.dep_delay"]),
        ("tag:pii=yes", ["shop.customers.name", "shop.flights.origin"]),
        ("tag:pii", ["shop.customers.name", "shop.flights.origin"]),
        ("tag:pii=yes origin", ["shop.flights.origin"]),
        ("tag:pii=no", []),
        ("type:timestamp", ["shop.flights.time_hour"]),
        ("owner:me", ["shop.flights"]),
        ("owner:eve", ["shop.airports"]),
        ("source:shop_db faa", ["shop.airports.faa"]),
        ("source:elsewhere faa", []),
        ("format:sqlite born", ["shop.customers.born"]),
        ('"all carriers"', ["shop.airports"]),
        ('"carriers all"', []),
        ("fresh:1d faa", ["shop.airports.faa"]),
        ("quality:failing", []),
        ("carriers leave", ["shop.airports"]),
    ],
)
def test_what_is_found(found: Shop, text: str, paths: list[str]) -> None:
    hits = [hit["path"] for hit in look(found, text)["hits"]]
    assert hits == paths or (not text.startswith("fli") and sorted(hits) == sorted(paths))


def test_facets_count_the_matches(found: Shop) -> None:
    document = look(found, "tag:pii=yes")
    assert document["total"] == 2
    assert document["facets"]["tag"] == {"pii=yes": 2}
    assert document["facets"]["format"] == {"sqlite": 2}
    assert document["facets"]["owner"] == {found.me.user: 1}
    assert document["facets"]["freshness"] == {"today": 2}


def test_a_misspelled_word_finds_what_is_near_and_says_so(found: Shop) -> None:
    document = look(found, "custommers")
    assert [hit["path"] for hit in document["hits"]] == ["shop.customers"]
    assert document["corrected"] == "customers"
    assert "corrected" not in look(found, "customers")
    assert look(found, "xyzzyxyzzy")["hits"] == []


def test_snippets_mark_what_matched_and_nothing_else(found: Shop) -> None:
    hit = look(found, "carriers")["hits"][0]
    assert hit["snippet"] == "Where flights of all ⟦carriers⟧ leave"
    found.services.catalog.annotate("shop.airports", {"description": "⟦forged⟧ carriers"}, found.me)
    assert look(found, "carriers")["hits"][0]["snippet"] == "forged ⟦carriers⟧"


def test_pages_hold_each_hit_once(found: Shop) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        document = look(found, "", limit=1, cursor=cursor)
        seen += [hit["path"] for hit in document["hits"]]
        cursor = document["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == ["shop.airports", "shop.customers", "shop.flights", "shop.orders"]


def test_of_equals_the_more_used_comes_first(found: Shop) -> None:
    orders = found.table("shop.orders")
    for number in range(3):
        found.services.catalog.note_use(orders.id, f"run{number}", 1, ["id"], "ada")
    assert look(found, "")["hits"][0]["path"] == "shop.orders"
    assert found.table("shop.orders").uses == 3


def test_the_index_follows_every_change(found: Shop) -> None:
    found.services.catalog.annotate("shop.airports", {"description": None}, found.me)
    assert found.find("carriers") == []
    found.sql("ALTER TABLE airports ADD COLUMN elevation REAL")
    found.crawl()
    assert found.find("elevation") == ["shop.airports.elevation"]
    found.services.catalog.remove_table("shop.airports", found.me)
    assert found.find("faa") == []


@pytest.mark.parametrize("text", ["fresh:soon", "quality:good", "x" * 1001])
def test_what_a_filter_does_not_take_is_refused(found: Shop, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        look(found, text)
    assert refused.value.field == "q"


def test_hidden_columns_are_neither_found_nor_counted_nor_shown(make_shop: Callable[..., Shop], db_url: str) -> None:
    shop = make_shop(db_url=db_url, catalog_access="grants")
    shop.sql("CREATE TABLE people (id INTEGER, passport TEXT)", "CREATE TABLE secrets (passport TEXT)")
    shop.crawl()
    catalog = shop.services.catalog
    catalog.define_tag(principal=shop.me, key="pii", values=["yes"])
    catalog.assign("shop.people.passport", {"pii": "yes"}, shop.me)
    catalog.annotate("shop.people.passport", {"description": "number of the travel document"}, shop.me)
    shop.services.grants.give(
        {
            "principal": "user:eve",
            "resource": "shop.people",
            "permissions": ["describe"],
            "filter": {"exclude": ["passport"]},
        },
        shop.me,
    )
    eve = shop.services.access.principal("eve")
    for text in ("passport", "tag:pii=yes", "travel", "pasport", "secrets"):
        document = shop.services.search.search(text, eve).to_json()
        assert (document["total"], document["hits"], document["facets"]) == (0, [], {}), text
        assert "corrected" not in document
    document = shop.services.search.search("people", eve).to_json()
    assert [hit["path"] for hit in document["hits"]] == ["shop.people"]
    assert "tag" not in document["facets"]
    assert "passport" not in str(document)
    assert shop.find("passport") != []


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        query = parse(text, "ada")
    except InvalidInput:
        return
    assert isinstance(fts5(query), str)
    assert isinstance(tsquery(query), str)


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        "*",
        "a OR b",
        "NEAR(a b)",
        "name:x",
        "-",
        "a'b",
        'a"b',
        "a\\",
        "(",
        "tag:",
        "tag:=",
        "type:(",
        "é 🛫",
        "a & b | !c",
        "x:*",
    ],
)
def test_what_databases_read_as_syntax_is_text(found: Shop, text: str) -> None:
    assert look(found, text)["total"] >= 0


# -- what is no table ----------------------------------------------------------------------------------------


@pytest.fixture
def with_views(found: Shop) -> Shop:
    """The catalog, with feature views among what is searched."""
    now = datetime.now(UTC)
    delays = Entry(
        "feature_view",
        "feature",
        "view-1",
        "carrier_delays",
        "flights",
        now,
        "How late a carrier was",
        found.me.user,
        {"team": "ops"},
        (EntryPart("mean_delay", "double", "", {"pii": "yes"}), EntryPart("cancelled", "int64", "in the last hour")),
    )
    weather = Entry("feature_view", "feature", "view-2", "weather", "flights", now, parts=(EntryPart("temp", "float"),))
    with found.services.store.write() as connection:
        found.services.catalog.put_entries(connection, [delays, weather])
    return found


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("carrier_delays", ["flights/carrier_delays"]),
        ("delay", ["flights/carrier_delays", "shop.flights.dep_delay"]),
        ("mean_delay", ["flights/carrier_delays.mean_delay"]),
        ("tag:pii=yes mean", ["flights/carrier_delays.mean_delay"]),
        ("tag:team=ops", ["flights/carrier_delays"]),
        ("temp", ["flights/weather.temp"]),
        ("type:double mean", ["flights/carrier_delays.mean_delay"]),
        ("kind:feature_view", ["flights/weather", "flights/carrier_delays"]),
        ("kind:table delay", ["shop.flights.dep_delay"]),
        ("kind:view flights", ["flights/weather", "flights/carrier_delays"]),
        ("owner:me", ["shop.flights", "flights/carrier_delays"]),
        ("source:shop_db delay", ["shop.flights.dep_delay"]),
        ("quality:unknown delay", ["shop.flights.dep_delay"]),
        ("hour", ["shop.flights.time_hour", "flights/carrier_delays.cancelled"]),
        ("fresh:1d temp", ["flights/weather.temp"]),
    ],
)
def test_views_are_found_beside_tables(with_views: Shop, text: str, paths: list[str]) -> None:
    assert with_views.find(text) == paths


def test_a_hit_of_a_view_says_what_it_is(with_views: Shop) -> None:
    document = look(with_views, "late carrier")
    hit = document["hits"][0]
    assert (hit["kind"], hit["id"], hit["path"]) == ("feature_view", "view-1", "flights/carrier_delays")
    assert hit["snippet"] == "How ⟦late⟧ a ⟦carrier⟧ was"
    part = look(with_views, "cancelled")["hits"][0]
    assert (part["kind"], part["id"], part["name"]) == ("feature", "view-1", "cancelled")
    facets = look(with_views, "delay")["facets"]
    assert facets["kind"] == {"table": 1, "feature_view": 1}
    assert facets["tag"] == {"pii=yes": 2, "team=ops": 1}
    assert facets["format"] == {"sqlite": 1}
    assert "kind" not in look(with_views, "customers")["facets"]


def test_views_are_paged_with_tables(with_views: Shop) -> None:
    first = look(with_views, "flights", limit=2)
    rest = look(with_views, "flights", limit=9, cursor=first["next_cursor"])
    assert first["total"] == len(first["hits"]) + len(rest["hits"]) == 4
    assert rest["next_cursor"] is None


def test_words_of_views_correct_others(with_views: Shop) -> None:
    assert look(with_views, "cancelld")["corrected"] == "cancelled"


def test_a_view_that_is_gone_is_found_no_more(with_views: Shop) -> None:
    with with_views.services.store.write() as connection:
        with_views.services.catalog.put_entries(connection, [], ["view-2"])
    assert with_views.find("temp") == []


def test_no_such_kind_is_refused(with_views: Shop) -> None:
    with pytest.raises(InvalidInput, match="no kind"):
        look(with_views, "kind:model")
