"""Two users of one server: what no grant gives is seen by nobody, through whichever path it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_mlx.services import current_user
from tests.support import Workbench

from .identity import TOKENS
from .server import Server
from .test_catalog import make_shop

HIDDEN = ("email", "ada@example.org")


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory, mlflow_uri: str) -> Iterator[Server]:
    """A server where access is by grants, as its administrator sees it: a shop whose `email` is `pii=yes`."""
    bench = Workbench(
        tmp_path_factory.mktemp("access"),
        mlflow_tracking_uri=mlflow_uri,
        catalog_access="grants",
        # Crawls and profiles run as the server's own user.
        admins=f"ada,{current_user()}",
        groups="ops=dan",
    )
    config = {"identity_provider_class": "tests.http.identity.Tokens"}
    made = Server(bench, config, TOKENS["ada"])
    make_shop(made.root)
    source = made.post("catalog/sources", location="sqlite:///shop.db", name="shop", database="shop")
    bench.services.crawls.crawl(source["id"], owner="ada")
    made.call("PUT", "catalog/tags", json={"key": "pii", "values": ["yes", "no"]})
    for resource, value in {"shop": "no", "shop.customer.email": "yes"}.items():
        made.call("POST", "catalog/assignments", json={"resource": resource, "tags": {"pii": value}})
    yield made
    made.close()
    bench.close()


@pytest.fixture(scope="module")
def bob(ada: Server) -> Server:
    """A viewer: he may select what is not personal."""
    grant = {"principal": "user:bob", "expression": {"pii": ["no"]}, "permissions": ["describe", "select"]}
    ada.post("catalog/grants", **grant)
    return ada.as_user(TOKENS["bob"])


@pytest.fixture(scope="module")
def carol(ada: Server) -> Server:
    """Nobody's grantee, but for her group."""
    return ada.as_user(TOKENS["carol"])


def texts(server: Server, *paths: str) -> str:
    """All that these paths answer with."""
    return "\n".join(json.dumps(server.get(path)) for path in paths)


def test_an_administrator_sees_all(ada: Server) -> None:
    assert "email" in texts(ada, "catalog/tables/shop.customer", "catalog/search?q=email")
    assert ada.get("catalog/tables/shop.customer/access")["admin"]


def test_what_is_hidden_is_in_no_answer(ada: Server, bob: Server) -> None:
    paths = [
        *("catalog/tables", "catalog/tables/shop.customer", "catalog/tables/shop.customer/versions"),
        *("catalog/tables/shop.customer/explanation", "catalog/tables/shop.customer/preview"),
        *("catalog/tables/shop.customer/profile", "catalog/tables/shop.customer/quality"),
        *("catalog/tables/shop.customer/snippets", "catalog/tables/shop.customer/access"),
        *("catalog/search?q=customer", "catalog/search?q=type:string", "catalog/search?q=tag:pii"),
        *("catalog/crawls", "catalog/sources", "catalog/databases"),
    ]
    profiled = ada.finish(ada.post("catalog/tables/shop.customer/profile")["id"])
    assert profiled["state"] == "SUCCEEDED", profiled.get("error")
    seen = texts(bob, *paths)
    assert "customer" in seen
    for word in HIDDEN:
        assert word not in seen, word
    assert [column["name"] for column in bob.get("catalog/tables/shop.customer")["columns"]] == ["id", "name"]
    preview = bob.get("catalog/tables/shop.customer/preview")
    assert preview["rows"] == [[1, "Ada"], [2, "Bob"]]
    profile = bob.get("catalog/tables/shop.customer/profile")["profile"]
    assert [column["name"] for column in profile["columns"]] == ["id", "name"]
    assert len(ada.get("catalog/tables/shop.customer/profile")["profile"]["columns"]) == 3


def test_search_neither_finds_nor_counts_what_is_hidden(ada: Server, bob: Server) -> None:
    assert ada.get("catalog/search", q="email")["total"]
    assert bob.get("catalog/search", q="email")["total"] == 0
    assert bob.get("catalog/search", q="tag:pii=yes")["total"] == 0


def test_a_hidden_column_is_refused_where_it_is_named(bob: Server) -> None:
    for query in ('columns=["email"]', "filter=email IS NULL", "sort=email"):
        error = bob.refused("GET", f"catalog/tables/shop.customer/preview?{query}", 400, "column_unknown")
        assert "ada@example.org" not in json.dumps(error)


@pytest.mark.parametrize("work", ["catalog/crawls", "catalog/tables/shop.customer/profile"])
def test_what_a_job_made_tells_nothing_that_is_hidden(ada: Server, bob: Server, work: str) -> None:
    body = {"source": "shop", "full": True} if work.endswith("crawls") else {}
    run = ada.finish(ada.post(work, **body)["id"])
    assert run["state"] == "SUCCEEDED", run.get("error")
    for path in (f"jobs/{run['id']}/outputs/notebook.ipynb", f"jobs/{run['id']}/log", f"jobs/{run['id']}/events"):
        seen = bob.call("GET", path).text
        assert not [word for word in (*HIDDEN, "customer", "shop") if word in seen], path
    listed = json.dumps(bob.get(f"jobs/{run['id']}"))
    assert not [word for word in (*HIDDEN, "customer") if word in listed]


def test_the_socket_tells_of_a_crawl_by_its_ids(ada: Server, bob: Server) -> None:
    with bob.socket(token=TOKENS["bob"]) as socket:
        run = ada.post("catalog/crawls", source="shop", full=True)
        events = socket.until_end_of(run["id"])
    crawls = [event["data"]["crawl"] for event in events if event["kind"] == "crawl.state"]
    assert [crawl["state"] for crawl in crawls] == ["RUNNING", "SUCCEEDED"]
    assert all(set(crawl) == {"id", "source_id", "run_id", "state"} for crawl in crawls)


def test_rows_and_values_that_a_grant_hides_or_masks_are_not_read(ada: Server, carol: Server) -> None:
    carol.refused("GET", "catalog/tables/shop.customer", 404, "table_unknown")
    grant = ada.post(
        "catalog/grants",
        principal="group:risk",
        resource="shop.customer",
        permissions=["describe", "select"],
        filter={"rows": "id = 1"},
        masks={"email": "redact"},
    )
    preview = carol.get("catalog/tables/shop.customer/preview")
    assert [row[:2] for row in preview["rows"]] == [[1, "Ada"]]
    assert (preview["masked"], preview["filtered"]) == (["email"], True)
    assert "ada@example.org" not in json.dumps(preview)
    assert carol.get("catalog/tables/shop.customer/access")["permissions"] == ["describe", "select"]
    ada.call("DELETE", f"catalog/grants/{grant['id']}", 204)
    carol.refused("GET", "catalog/tables/shop.customer/preview", 404, "table_unknown")


def test_whoever_sees_nothing_is_told_of_nothing(carol: Server) -> None:
    assert carol.get("catalog/tables")["items"] == []
    assert carol.get("catalog/databases")["items"] == []
    assert carol.get("catalog/sources")["items"] == []
    assert carol.get("catalog/crawls")["items"] == []
    assert carol.get("catalog/grants")["items"] == []
    assert carol.get("catalog/search", q="shop")["total"] == 0
    for reference in ("shop.customer", "shop/shop.customer"):
        carol.refused("GET", f"catalog/tables/{reference.replace('/', '%2F')}", 404, "table_unknown")
    carol.refused("GET", "catalog/sources/shop", 404, "source_unknown")


def test_a_viewer_changes_nothing(ada: Server, bob: Server) -> None:
    crawl = ada.get("catalog/crawls")["items"][0]["id"]
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "catalog/sources", {"location": "sqlite:///other.db"}),
        ("PATCH", "catalog/sources/shop", {"options": {}}),
        ("DELETE", "catalog/sources/shop", {}),
        ("PUT", "catalog/sources/shop/schedule", {"cron": "0 0 * * *"}),
        ("POST", "catalog/crawls", {"source": "shop"}),
        ("POST", f"catalog/crawls/{crawl}/cancel", {}),
        ("DELETE", "catalog/tables/shop.customer", {}),
        ("PATCH", "catalog/notes", {"resource": "shop.customer", "description": "mine"}),
        ("POST", "catalog/assignments", {"resource": "shop.customer", "tags": {"pii": "yes"}}),
        ("PUT", "catalog/tags", {"key": "pii", "values": ["no"]}),
        ("PUT", "catalog/terms", {"name": "Mine", "definition": "Mine."}),
        ("PUT", "catalog/tables/shop.customer/quality", {"rules": []}),
        ("POST", "catalog/grants", {"principal": "user:bob", "resource": "shop", "permissions": ["select"]}),
        ("POST", "catalog/exchange/glue", {"direction": "export"}),
    ]
    for method, path, document in asked:
        bob.refused(method, path, 403, "permission_missing", json=document)
    assert ada.get("catalog/sources/shop")["schedule_id"] is None


def test_each_refusal_is_in_the_log_that_administrators_read(ada: Server, bob: Server) -> None:
    bob.refused("GET", "catalog/audit", 403, "admin_only")
    refused = ada.get("catalog/audit", who="bob", allowed="false", limit=500)["items"]
    assert {entry["door"] for entry in refused} == {"http"}
    assert {"alter", "audit", "grant.create"} <= {entry["action"] for entry in refused}
    changed = ada.get("catalog/audit", who="ada", allowed="true", limit=500)["items"]
    assert {"source.create", "grant.create", "tags.change"} <= {entry["action"] for entry in changed}
    page = ada.get("catalog/audit", limit=1)
    assert ada.get("catalog/audit", limit=1, cursor=page["next_cursor"])["items"][0]["id"] < page["items"][0]["id"]
    ada.refused("GET", "catalog/audit?allowed=maybe", 400, "query_invalid")


def test_the_groups_that_the_server_knows_count(ada: Server, carol: Server) -> None:
    grant = ada.post("catalog/grants", principal="group:risk", resource="shop", permissions=["describe"])
    assert carol.get("catalog/databases")["items"][0]["name"] == "shop"
    assert [item["id"] for item in carol.get("catalog/grants")["items"]] == [grant["id"]]
    ada.call("DELETE", f"catalog/grants/{grant['id']}", 204)
