"""Schedules over HTTP: kept, shown, changed, paused, previewed and removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support import parameters

from .server import Server

NEVER_SOON = "30 2 29 2 *"


@pytest.fixture
def schedule(server: Server) -> Iterator[dict[str, Any]]:
    """A schedule that fires on leap days."""
    server.bench.notebook("scheduled.ipynb", parameters("n = 1"), "print(n)")
    job = {"notebook": "scheduled.ipynb", "parameters": {"n": 2}}
    made = server.post("schedules", job=job, cron=NEVER_SOON, timezone="Europe/Warsaw", name="leap days")
    yield made
    if made["id"] in [kept["id"] for kept in server.get("schedules")["items"]]:
        server.call("DELETE", f"schedules/{made['id']}", 204)


def test_a_schedule_is_kept_with_its_words_and_next_firings(server: Server, schedule: dict[str, Any]) -> None:
    assert schedule["name"] == "leap days"
    assert schedule["notebook"]["path"] == "scheduled.ipynb"
    assert schedule["parameters"] == {"n": 2}
    assert "Europe/Warsaw" in schedule["words"]
    assert not schedule["paused"]
    assert schedule["next_fire"] == schedule["next_fires"][0]
    first = datetime.fromisoformat(schedule["next_fire"]).astimezone(UTC)
    # 02:30 in the winter of Warsaw.
    assert (first.month, first.day, first.hour, first.minute) == (2, 29, 1, 30)
    shown = server.get(f"schedules/{schedule['id']}")
    assert shown == schedule
    assert schedule["id"] in [kept["id"] for kept in server.get("schedules")["items"]]


def test_a_paused_schedule_has_no_next_firing_until_it_goes_on(server: Server, schedule: dict[str, Any]) -> None:
    path = f"schedules/{schedule['id']}"
    paused = server.call("PATCH", path, json={"paused": True}).json()
    assert (paused["paused"], paused["next_fire"], paused["next_fires"]) == (True, None, [])
    resumed = server.call("PATCH", path, json={"paused": False}).json()
    assert resumed["next_fires"] == schedule["next_fires"]


def test_a_schedule_is_changed(server: Server, schedule: dict[str, Any]) -> None:
    path = f"schedules/{schedule['id']}"
    changes = {"cron": "0 12 29 2 *", "timezone": "UTC", "name": "noon", "policy": {"overlap": "enqueue"}}
    changed = server.call("PATCH", path, json=changes).json()
    assert (changed["name"], changed["cron"], changed["timezone"]) == ("noon", "0 12 29 2 *", "UTC")
    first = datetime.fromisoformat(changed["next_fire"])
    assert (first.month, first.day, first.hour, first.utcoffset()) == (2, 29, 12, timedelta(0))
    assert changed["policy"] == {**schedule["policy"], "overlap": "enqueue"}


def test_a_removed_schedule_is_gone(server: Server, schedule: dict[str, Any]) -> None:
    server.call("DELETE", f"schedules/{schedule['id']}", 204)
    server.refused("GET", f"schedules/{schedule['id']}", 404, "schedule_unknown")
    server.refused("DELETE", f"schedules/{schedule['id']}", 404, "schedule_unknown")


def test_the_preview_explains_and_counts(server: Server) -> None:
    preview = server.get("schedules/preview", cron="0 6 * * 1-5", timezone="Europe/Warsaw", count=3)
    assert "Monday" in preview["words"]
    assert len(preview["next_fires"]) == 3
    assert preview["next_fires"] == sorted(preview["next_fires"])
    assert len(server.get("schedules/preview", cron="0 6 * * *")["next_fires"]) == 10


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("", "query_missing", None),
        ("cron=often", "cron_invalid", "cron"),
        ("cron=99+*+*+*+*", "cron_invalid", "cron"),
        ("cron=0+6+*+*+*&timezone=Mars/Olympus", "timezone_unknown", "timezone"),
        ("cron=0+6+*+*+*&timezone=../../etc/passwd", "timezone_unknown", "timezone"),
        ("cron=0+6+*+*+*&timezone=%00", "timezone_unknown", "timezone"),
        ("cron=0+6+*+*+*&count=0", "query_invalid", "count"),
        ("cron=0+6+*+*+*&count=101", "query_invalid", "count"),
    ],
)
def test_a_wrong_preview_is_refused_in_words(server: Server, query: str, code: str, field: str | None) -> None:
    assert server.refused("GET", f"schedules/preview?{query}", 400, code).get("field") == field


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"cron": "often"}, "cron_invalid", "cron"),
        ({"cron": "0 0 31 2 *"}, "cron_invalid", "cron"),
        ({"timezone": "Mars/Olympus"}, "timezone_unknown", "timezone"),
        ({"cron": None}, "request_invalid", "cron"),
        ({"when": "later"}, "field_unknown", "when"),
        ({"policy": {"overlap": "maybe"}}, "request_invalid", "policy.overlap"),
        ({"policy": {"misfire_grace_s": -1}}, "request_invalid", "policy.misfire_grace_s"),
        ({"policy": {"nonsense": 1}}, "field_unknown", "policy.nonsense"),
        ({"job": {"notebook": "missing.ipynb"}}, "notebook_missing", "notebook"),
        ({"job": {"notebook": "scheduled.ipynb", "nonsense": 1}}, "field_unknown", "job.nonsense"),
        ({"job": {"notebook": "scheduled.ipynb", "parameters": {"m": 1}}}, "parameter_unknown", "parameters.m"),
    ],
)
def test_a_wrong_schedule_is_refused_and_not_kept(
    server: Server, schedule: dict[str, Any], change: dict[str, Any], code: str, field: str
) -> None:
    body = {"job": {"notebook": "scheduled.ipynb"}, "cron": NEVER_SOON, **change}
    before = server.get("schedules")["items"]
    status = 404 if code == "notebook_missing" else 400
    assert server.refused("POST", "schedules", status, code, json=body)["field"] == field
    assert server.get("schedules")["items"] == before


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"paused": "yes"}, "request_invalid", "paused"),
        ({"cron": "often"}, "cron_invalid", "cron"),
        ({"job": {}}, "field_unknown", "job"),
        ({"policy": {"nonsense": 1}}, "field_unknown", "policy.nonsense"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(
    server: Server, schedule: dict[str, Any], change: dict[str, Any], code: str, field: str
) -> None:
    path = f"schedules/{schedule['id']}"
    assert server.refused("PATCH", path, 400, code, json=change)["field"] == field
    assert server.get(path) == schedule


def test_a_change_of_nothing_leaves_a_schedule_as_it_was(server: Server, schedule: dict[str, Any]) -> None:
    assert server.call("PATCH", f"schedules/{schedule['id']}", json={}).json() == schedule


def test_runs_of_a_schedule_are_listed_by_it(server: Server, schedule: dict[str, Any]) -> None:
    assert server.get("jobs", schedule=schedule["id"])["items"] == []
