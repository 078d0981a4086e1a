"""The catalog over HTTP: sources within bounds, tables, what is said of them, search, crawls."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .server import Server

SCHEMA = """
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);
CREATE TABLE "order"(id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer(id), at TIMESTAMP, total REAL);
INSERT INTO customer VALUES (1, 'Ada', 'ada@example.org'), (2, 'Bob', NULL);
INSERT INTO "order" VALUES (1, 1, '2013-01-01 10:00:00', 12.5), (2, 1, '2013-01-02 11:00:00', 7.25);
"""


def make_shop(folder: Path, name: str = "shop.db") -> None:
    """A small SQLite database."""
    with sqlite3.connect(folder / name) as connection:
        connection.executescript(SCHEMA)


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[dict[str, Any]]:
    """The source `shop`, crawled."""
    make_shop(server.root)
    source = server.post("catalog/sources", location="sqlite:///shop.db", name="shop", database="shop")
    server.bench.services.crawls.crawl(source["id"], owner="tester")
    yield source
    server.call("DELETE", f"catalog/sources/{source['id']}", 204)


# -- sources ---------------------------------------------------------------------------------------------------


def test_a_source_is_kept_shown_changed_and_forgotten(server: Server) -> None:
    (server.root / "some").mkdir(exist_ok=True)
    made = server.post("catalog/sources", location="some", name="some files", options={"exclude": ["*.tmp"]})
    assert (made["name"], made["kind"], made["location"]) == ("some_files", "files", str(server.root / "some"))
    assert made["last_crawl"] is None
    assert server.get("catalog/sources/some_files") == server.get(f"catalog/sources/{made['id']}") == made
    assert made in server.get("catalog/sources")["items"]
    changed = server.call("PATCH", "catalog/sources/some_files", json={"options": {"combine": True}}).json()
    assert changed["options"] == {"combine": True, "within": str(server.root)}
    server.call("DELETE", "catalog/sources/some_files", 204)
    server.refused("GET", "catalog/sources/some_files", 404, "source_unknown")
    server.refused("DELETE", "catalog/sources/some_files", 404, "source_unknown")


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"location": "/etc"}, 403, "path_outside_root"),
        ({"location": "../x/*.csv"}, 403, "path_outside_root"),
        ({"location": "sqlite:////etc/x.db"}, 403, "path_outside_root"),
        ({"location": "postgresql+psycopg://ada:pw@127.0.0.1/shop"}, 403, "host_refused"),
        ({"location": "s3://lake", "options": {"endpoint_url": "http://169.254.169.254"}}, 403, "host_refused"),
        ({"location": "redis://nobody.invalid"}, 503, "host_unknown"),
        ({"location": "gopher://data.example.org"}, 400, "scheme_refused"),
        ({"location": "some", "kind": "tape"}, 400, "backend_unknown"),
        ({"location": "some", "options": {"update": "maybe"}}, 400, "policy_unknown"),
        ({"location": ""}, 400, "request_invalid"),
        ({"location": "some", "password": "x"}, 400, "field_unknown"),
        ({}, 400, "request_invalid"),
    ],
)
def test_a_wrong_source_is_refused_and_not_kept(
    server: Server, request_: dict[str, Any], status: int, code: str
) -> None:
    before = server.get("catalog/sources")
    server.refused("POST", "catalog/sources", status, code, json=request_)
    assert server.get("catalog/sources") == before


def test_changed_options_stay_within_the_bounds(server: Server, shop: dict[str, Any]) -> None:
    sly = {"options": {"endpoint_url": "http://127.0.0.1:9"}}
    server.refused("PATCH", "catalog/sources/shop", 403, "host_refused", json=sly)


def test_two_sources_of_one_name_are_refused(server: Server, shop: dict[str, Any]) -> None:
    server.refused("POST", "catalog/sources", 409, "source_exists", json={"location": "elsewhere", "name": "shop"})


# -- tables ----------------------------------------------------------------------------------------------------


def test_databases_and_tables_are_listed_in_pages(server: Server, shop: dict[str, Any]) -> None:
    (database,) = server.get("catalog/databases", source="shop")["items"]
    assert (database["name"], database["tables"]) == ("shop", 2)
    page = server.get("catalog/tables", database="shop", limit=1)
    assert [table["name"] for table in page["items"]] == ["customer"]
    rest = server.get("catalog/tables", database="shop", cursor=page["next_cursor"])
    assert [table["name"] for table in rest["items"]] == ["order"]
    assert rest["next_cursor"] is None
    assert server.get("catalog/tables", database=database["id"]) == server.get("catalog/tables", database="shop")


def test_a_table_is_shown_by_id_and_by_name(server: Server, shop: dict[str, Any]) -> None:
    table = server.get("catalog/tables/shop.order")
    assert [column["name"] for column in table["columns"]] == ["id", "customer", "at", "total"]
    assert table["primary_key"] == ["id"]
    assert table["foreign_keys"] == [{"columns": ["customer"], "table": "main.customer", "references": ["id"]}]
    assert table == server.get(f"catalog/tables/{table['id']}") == server.get("catalog/tables/shop%2Fshop.order")
    assert server.get("catalog/tables/shop.order", version=1) == table
    server.refused("GET", "catalog/tables/shop.order?version=9", 404, "version_unknown")
    server.refused("GET", "catalog/tables/shop.order?version=no", 400, "query_invalid")
    server.refused("GET", "catalog/tables/shop.odrer", 404, "table_unknown")
    server.refused("GET", "catalog/tables/'; DROP TABLE catalog_tables; --", 404, "table_unknown")


def test_what_belongs_to_a_table_has_its_own_paths(server: Server, shop: dict[str, Any]) -> None:
    (version,) = server.get("catalog/tables/shop.order/versions")["items"]
    assert (version["number"], version["difference"]) == (1, None)
    assert server.get("catalog/tables/shop.order/partitions") == {"items": [], "next_cursor": None, "total": 0}
    assert server.get("catalog/tables/shop.order/explanation")["table"] == "shop.order"
    assert server.get("catalog/tables/shop.order/uses") == {"items": []}
    for path in (
        "versions",
        "partitions",
        "explanation",
        "uses",
        "preview",
        "profile",
        "quality",
        "snippets",
        "access",
    ):
        server.refused("GET", f"catalog/tables/shop.nothing/{path}", 404, "table_unknown")


def test_a_table_is_forgotten_and_found_again_by_the_next_crawl(server: Server) -> None:
    make_shop(server.root, "attic.db")
    source = server.post("catalog/sources", location="sqlite:///attic.db", name="attic", database="attic")
    server.bench.services.crawls.crawl(source["id"], owner="tester")
    server.call("DELETE", "catalog/tables/attic.customer", 204)
    server.refused("GET", "catalog/tables/attic.customer", 404, "table_unknown")
    server.bench.services.crawls.crawl(source["id"], owner="tester")
    assert server.get("catalog/tables/attic.customer")["version"] == 1
    server.call("DELETE", "catalog/sources/attic", 204)
    assert server.get("catalog/databases", source="attic")["items"] == []


# -- what is said of data --------------------------------------------------------------------------------------


def test_tags_are_defined_inherited_and_taken_away(server: Server, shop: dict[str, Any]) -> None:
    defined = server.call("PUT", "catalog/tags", json={"key": "team", "values": ["sales", "risk"]}).json()
    assert defined == {"key": "team", "values": ["sales", "risk"], "description": None, "used": 0}
    given = server.call("POST", "catalog/assignments", json={"resource": "shop", "tags": {"team": "sales"}}).json()
    assert given == {"resource": "shop", "tags": {"team": "sales"}}
    own = {"resource": "shop.customer.email", "tags": {"team": "risk"}}
    server.call("POST", "catalog/assignments", json=own)
    table = server.get("catalog/tables/shop.customer")
    assert (table["tags"], table["own_tags"]) == ({"team": "sales"}, {})
    assert [column["tags"]["team"] for column in table["columns"]] == ["sales", "sales", "risk"]
    assert [key["used"] for key in server.get("catalog/tags")["items"] if key["key"] == "team"] == [2]
    server.refused("DELETE", "catalog/tags/team", 409, "tag_used")
    wrong = {"resource": "shop", "tags": {"team": "seals"}}
    server.refused("POST", "catalog/assignments", 400, "tag_value_unknown", json=wrong)
    for resource in ("shop", "shop.customer.email"):
        server.call("POST", "catalog/assignments", json={"resource": resource, "tags": {"team": None}})
    server.call("DELETE", "catalog/tags/team", 204)
    server.refused("DELETE", "catalog/tags/team", 404, "tag_unknown")


def test_notes_and_terms_say_what_data_is(server: Server, shop: dict[str, Any]) -> None:
    term = server.call("PUT", "catalog/terms", json={"name": "Net / gross", "definition": "Before tax."}).json()
    assert (term["name"], term["used"]) == ("Net / gross", 0)
    said = {"description": "What was bought.", "owner": "ada", "terms": ["Net / gross"], "attributes": {"kept": "7y"}}
    notes = server.call("PATCH", "catalog/notes", json={"resource": "shop.order", **said}).json()
    assert notes == {"resource": "shop.order", **said}
    table = server.get("catalog/tables/shop.order")
    assert {name: table[name] for name in said} == said
    server.call("PATCH", "catalog/notes", json={"resource": "shop.order.total", "description": "Euros."})
    total = server.get("catalog/tables/shop.order")["columns"][3]
    assert total["description"] == "Euros."
    notes = server.call("PATCH", "catalog/notes", json={"resource": "shop.order", "owner": None}).json()
    assert (notes["owner"], notes["description"]) == (None, "What was bought.")
    server.call("DELETE", "catalog/terms/Net%20%2F%20gross", 204)
    assert server.get("catalog/tables/shop.order")["terms"] == []
    server.refused("PATCH", "catalog/notes", 404, "table_unknown", json={"resource": "shop.nothing"})
    server.refused("DELETE", "catalog/terms/nothing", 404, "term_unknown")


def test_search_finds_ranks_and_counts(server: Server, shop: dict[str, Any]) -> None:
    found = server.get("catalog/search", q="customer source:shop")
    assert found["hits"][0]["path"] == "shop.customer"
    assert found["facets"]["source"] == {"shop": found["total"]}
    assert server.get("catalog/search", q="nothing-is-called-so")["total"] == 0
    page = server.get("catalog/search", q="source:shop", limit=1)
    assert len(page["hits"]) == 1
    assert page["next_cursor"]
    server.refused("GET", "catalog/search?cursor=no", 400, "cursor_invalid")


# -- crawls ----------------------------------------------------------------------------------------------------


def test_crawls_are_listed_without_and_shown_with_what_they_found(server: Server, shop: dict[str, Any]) -> None:
    (listed,) = server.get("catalog/crawls", source="shop")["items"]
    assert (listed["state"], listed["tables"]) == ("SUCCEEDED", [])
    shown = server.get(f"catalog/crawls/{listed['id']}")
    assert [(change["name"], change["change"]) for change in shown["tables"]] == [
        ("customer", "created"),
        ("order", "created"),
    ]
    server.refused("POST", f"catalog/crawls/{listed['id']}/cancel", 409, "crawl_ended")
    server.refused("GET", "catalog/crawls/ffffffffffff", 404, "crawl_unknown")
    server.refused("POST", "catalog/crawls/ffffffffffff/cancel", 404, "crawl_unknown")
    server.refused("GET", "catalog/crawls?source=nothing", 404, "source_unknown")


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({}, 400, "crawl_source_missing"),
        ({"source": "shop", "request": {"location": "some"}}, 400, "crawl_source_missing"),
        ({"source": "nothing"}, 404, "source_unknown"),
        ({"request": {"location": "/etc"}}, 403, "path_outside_root"),
        ({"request": {"location": "redis://127.0.0.1"}}, 403, "host_refused"),
        ({"source": "shop", "force": True}, 400, "field_unknown"),
    ],
)
def test_a_wrong_crawl_is_refused_and_not_queued(
    server: Server, shop: dict[str, Any], request_: dict[str, Any], status: int, code: str
) -> None:
    before = server.get("jobs", q="crawl")["counts"]
    server.refused("POST", "catalog/crawls", status, code, json=request_)
    assert server.get("jobs", q="crawl")["counts"] == before
