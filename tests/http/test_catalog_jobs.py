"""Crawls as jobs: asked for over HTTP, done by a real agent, watched, scheduled and cancelled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from .server import Server
from .test_catalog import make_shop


@pytest.fixture(scope="module")
def crawled(server: Server) -> dict[str, Any]:
    """The run of a crawl of a place that was not known before, ended."""
    make_shop(server.root, "market.db")
    asked = {"location": "sqlite:///market.db", "name": "market", "database": "market"}
    run = server.post("catalog/crawls", request=asked)
    return server.finish(run["id"])


@pytest.fixture(scope="module")
def wide(server: Server) -> Iterator[str]:
    """A source that takes seconds to crawl."""
    with sqlite3.connect(server.root / "wide.db") as connection:
        connection.executescript("".join(f"CREATE TABLE t{number}(a INTEGER, b TEXT);" for number in range(3000)))
    server.post("catalog/sources", location="sqlite:///wide.db", name="wide")
    yield "wide"
    server.call("DELETE", "catalog/sources/wide", 204)


def test_a_crawl_over_http_is_a_job_with_a_result_and_tables(server: Server, crawled: dict[str, Any]) -> None:
    assert crawled["state"] == "SUCCEEDED", crawled.get("error")
    assert crawled["name"] == "Crawl market"
    assert crawled["tags"] == {"mlx.kind": "crawl", "catalog": "market"}
    assert crawled["mlflow_run_id"] is None
    crawl = server.get(f"catalog/crawls/{crawled['id']}")
    assert (crawl["state"], crawl["run_id"]) == ("SUCCEEDED", crawled["id"])
    assert [change["name"] for change in crawl["tables"]] == ["customer", "order"]
    assert server.get("catalog/tables/market.order")["columns"]
    assert server.get("catalog/sources/market")["last_crawl"]["id"] == crawl["id"]


def test_a_place_that_is_known_is_not_added_twice(server: Server, crawled: dict[str, Any]) -> None:
    run = server.post("catalog/crawls", request={"location": "sqlite:///market.db"}, dry_run=True)
    assert server.finish(run["id"])["tags"]["catalog"] == "market"
    crawl = server.get(f"catalog/crawls/{run['id']}")
    assert (crawl["dry_run"], {change["change"] for change in crawl["tables"]}) == (True, {"unchanged"})
    assert [source["name"] for source in server.get("catalog/sources")["items"]].count("market") == 1


def test_a_crawl_that_can_not_read_its_source_fails_its_job(server: Server) -> None:
    source = server.post("catalog/sources", location="sqlite:///market.db", name="gone", kind="files")
    run = server.finish(server.post("catalog/crawls", source=source["id"])["id"])
    crawl = server.get(f"catalog/crawls/{run['id']}")
    assert (run["state"], crawl["state"]) == ("FAILED", "FAILED")
    assert crawl["error"]["message"] in run["error"]["message"]
    server.call("DELETE", "catalog/sources/gone", 204)


def test_a_schedule_takes_the_place_of_the_one_before(server: Server, crawled: dict[str, Any]) -> None:
    first = server.call("PUT", "catalog/sources/market/schedule", json={"cron": "30 2 * * *"}).json()
    asked = {"cron": "30 3 * * *", "timezone": "Europe/Warsaw"}
    second = server.call("PUT", "catalog/sources/market/schedule", json=asked).json()
    assert server.get("catalog/sources/market")["schedule_id"] == second["id"]
    listed = [schedule["id"] for schedule in server.get("schedules")["items"]]
    assert second["id"] in listed
    assert first["id"] not in listed
    assert (second["name"], second["timezone"]) == ("Crawl market", "Europe/Warsaw")
    server.refused("PUT", "catalog/sources/market/schedule", 400, "cron_invalid", json={"cron": "often"})
    server.refused("PUT", "catalog/sources/nothing/schedule", 404, "source_unknown", json=asked)
    assert server.get("catalog/sources/market")["schedule_id"] == second["id"]


def test_a_source_that_is_forgotten_takes_its_schedule_along(server: Server) -> None:
    make_shop(server.root, "brief.db")
    server.post("catalog/sources", location="sqlite:///brief.db", name="brief")
    made = server.call("PUT", "catalog/sources/brief/schedule", json={"cron": "0 0 * * *"}).json()
    server.call("DELETE", "catalog/sources/brief", 204)
    assert made["id"] not in [schedule["id"] for schedule in server.get("schedules")["items"]]


def test_the_socket_tells_of_a_crawl(server: Server, crawled: dict[str, Any]) -> None:
    with server.socket() as socket:
        run = server.post("catalog/crawls", source="market", full=True)
        events = socket.until_end_of(run["id"])
    crawls = [event["data"]["crawl"] for event in events if event["kind"] == "crawl.state"]
    assert [crawl["state"] for crawl in crawls] == ["RUNNING", "SUCCEEDED"]
    assert all(crawl["run_id"] == run["id"] and crawl["tables"] == [] for crawl in crawls)


def test_a_crawl_is_cancelled_with_its_job(server: Server, wide: str) -> None:
    with server.socket() as socket:
        run = server.post("catalog/crawls", source=wide)
        socket.until(lambda event: event["kind"] == "crawl.progress" and event["data"]["crawl"]["source"] == wide)
        asked = server.call("POST", f"catalog/crawls/{run['id']}/cancel").json()
        assert asked["run_id"] == run["id"]
    assert server.finish(run["id"])["state"] == "CANCELLED"
    assert server.get(f"catalog/crawls/{run['id']}")["state"] == "CANCELLED"


def test_a_crawl_that_has_not_begun_is_cancelled_by_its_run(server: Server, crawled: dict[str, Any]) -> None:
    # Both places of the agent are taken, so that the crawl waits.
    holders = [server.submit("import threading\nthreading.Event().wait()", name=f"hold{n}.ipynb") for n in range(2)]
    for holder in holders:
        server.bench.wait_for(holder["id"], lambda run: run.state == "RUNNING")
    run = server.post("catalog/crawls", source="market")
    server.call("POST", f"catalog/crawls/{run['id']}/cancel", 204)
    assert server.get(f"jobs/{run['id']}")["state"] == "CANCELLED"
    server.refused("GET", f"catalog/crawls/{run['id']}", 404, "crawl_unknown")
    for holder in holders:
        server.call("POST", f"jobs/{holder['id']}/cancel")
        server.finish(holder["id"])


def test_a_job_that_is_cancelled_leaves_its_crawl_cancelled(server: Server, wide: str) -> None:
    with server.socket() as socket:
        run = server.post("catalog/crawls", source=wide)
        socket.until(lambda event: event["kind"] == "crawl.progress" and event["data"]["crawl"]["source"] == wide)
        server.call("POST", f"jobs/{run['id']}/cancel")
    server.finish(run["id"])
    assert server.get(f"catalog/crawls/{run['id']}")["state"] == "CANCELLED"
