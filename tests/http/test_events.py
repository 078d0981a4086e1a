"""The WebSocket: hello first, then every event once and in order, over reconnections and to several browsers."""

from __future__ import annotations

from typing import Any

import pytest
import websocket
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from jupyter_mlx import __version__, contract

from .server import TOKEN, Server

GOES_ON = "import time\nprint('begun', flush=True)\ntime.sleep(600)"
DATA = {
    "job.state": "StateEventData",
    "job.cell": "CellEventData",
    "job.output": "OutputEventData",
    "schedule.changed": "ScheduleEventData",
}


def ids(events: list[dict[str, Any]]) -> list[int]:
    """The ids of events."""
    return [event["id"] for event in events]


def of(run_id: str, events: list[dict[str, Any]]) -> list[int]:
    """The ids of a run's events."""
    return [event["id"] for event in events if event["subject"] == run_id]


def stored(server: Server, run_id: str) -> list[int]:
    """The ids of a run's events, as the store has them."""
    return [event.id for event in server.bench.events(run_id)]


def test_hello_comes_first_and_says_who_speaks(server: Server) -> None:
    last = server.get("jobs", limit=1)["last_event_id"]
    with server.socket() as socket:
        assert socket.hello["kind"] == "hello"
        assert socket.hello["data"] == {"version": __version__}
        assert socket.hello["id"] >= last


def test_a_run_is_told_live_from_its_queue_to_its_end(server: Server) -> None:
    with server.socket() as socket:
        run = server.submit("print('seen live')", name="live.ipynb")
        events = socket.until_end_of(run["id"])
    assert of(run["id"], events) == stored(server, run["id"])
    assert ids(events) == sorted(set(ids(events)))
    assert min(ids(events)) > socket.hello["id"]
    told = [event["data"]["run"] for event in events if event["kind"] == "job.state" and event["subject"] == run["id"]]
    assert [told[0]["state"], told[-1]["state"]] == ["QUEUED", "SUCCEEDED"]
    assert {document["notebook"]["path"] for document in told} == {"live.ipynb"}
    assert "seen live" in str([event["data"] for event in events if event["kind"] == "job.output"])


def test_events_are_as_the_contract_has_them(server: Server, done: dict[str, Any]) -> None:
    registry = Registry().with_resource("mlx:contract", DRAFT202012.create_resource(contract.load()))
    validator = Draft202012Validator({"$ref": "mlx:contract#/components/schemas/Event"}, registry=registry)
    with server.socket("?after=0") as socket:
        validator.validate(socket.hello)
        for event in socket.until(lambda event: event["id"] >= socket.hello["id"]):
            validator.validate(event)
            if event["kind"] in DATA:
                of_kind = {"$ref": f"mlx:contract#/components/schemas/{DATA[event['kind']]}"}
                Draft202012Validator(of_kind, registry=registry).validate(event["data"])


def test_missed_events_are_replayed_and_then_it_goes_on_live(server: Server, done: dict[str, Any]) -> None:
    missed = stored(server, done["id"])
    with server.socket(f"?after={missed[2]}") as socket:
        run = server.submit("1", name="replay.ipynb")
        events = socket.until_end_of(run["id"])
    assert of(done["id"], events) == missed[3:]
    assert of(run["id"], events) == stored(server, run["id"])
    assert ids(events) == sorted(set(ids(events)))


def test_nothing_is_lost_or_doubled_over_reconnections(server: Server) -> None:
    last = server.get("jobs", limit=1)["last_event_id"]
    run = server.submit("for i in range(40):\n    print(i, flush=True)", "1", "2", name="reconnect.ipynb")
    seen: list[dict[str, Any]] = []
    ended = False
    while not ended:
        # As a browser whose connection breaks after every third event.
        with server.socket(f"?after={seen[-1]['id'] if seen else last}") as socket:
            for _ in range(3):
                seen.append(socket.next())
                event = seen[-1]
                ended = (
                    event["kind"] == "job.state"
                    and event["subject"] == run["id"]
                    and event["data"]["run"]["ended_at"] is not None
                )
                if ended:
                    break
    assert of(run["id"], seen) == stored(server, run["id"])
    assert ids(seen) == sorted(set(ids(seen)))


def test_two_browsers_are_told_the_same(server: Server) -> None:
    with server.socket() as one, server.socket() as two:
        run = server.submit("print('both')", name="both.ipynb")
        first, second = one.until_end_of(run["id"]), two.until_end_of(run["id"])
    assert of(run["id"], first) == of(run["id"], second) == stored(server, run["id"])


def test_a_browser_that_leaves_does_not_disturb_the_other(server: Server) -> None:
    with server.socket() as stays:
        with server.socket():
            run = server.submit(GOES_ON, name="leaves.ipynb")
            stays.until(lambda event: "begun" in str(event["data"].get("output", "")))
        server.call("POST", f"jobs/{run['id']}/cancel")
        assert stays.until_end_of(run["id"])[-1]["data"]["run"]["state"] == "CANCELLED"


def test_ids_of_another_store_start_from_now(server: Server) -> None:
    with server.socket("?after=900000000") as socket:
        run = server.submit("1", name="other-store.ipynb")
        assert of(run["id"], socket.until_end_of(run["id"])) == stored(server, run["id"])


def test_a_removed_run_and_a_changed_schedule_are_told(server: Server, done: dict[str, Any]) -> None:
    run = server.run("1", name="told.ipynb")
    with server.socket() as socket:
        server.call("DELETE", f"jobs/{run['id']}", 204)
        job = {"notebook": "told.ipynb"}
        schedule = server.post("schedules", job=job, cron="0 0 29 2 *")
        server.call("DELETE", f"schedules/{schedule['id']}", 204)
        events = socket.until(lambda event: event["kind"] == "schedule.removed")
    assert [(event["kind"], event["subject"]) for event in events] == [
        ("job.removed", run["id"]),
        ("schedule.changed", schedule["id"]),
        ("schedule.removed", schedule["id"]),
    ]
    assert events[1]["data"]["schedule"]["notebook"]["path"] == "told.ipynb"


@pytest.mark.parametrize("after", ["abc", "²", "1.5", "99999999999999999999"])
def test_a_wrong_place_to_start_from_is_refused_before_the_upgrade(server: Server, after: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        server.socket(f"?after={after}")
    assert refused.value.status_code == 400
    assert b"query_invalid" in refused.value.resp_body


def test_a_get_without_an_upgrade_is_refused(server: Server) -> None:
    response = server.session.get(f"{server.url}/events", timeout=30)
    assert response.status_code in (400, 426)


@pytest.mark.parametrize("token", [None, "wrong"])
def test_a_socket_without_the_token_is_refused(server: Server, token: str | None) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        server.socket(token=token)
    assert refused.value.status_code == 403


def test_a_socket_of_a_foreign_page_is_refused_unless_it_has_the_token(server: Server) -> None:
    with server.socket(f"?token={TOKEN}", token=None, origin="http://evil.example") as socket:
        assert socket.hello["kind"] == "hello"
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        server.socket(token=None, origin="http://evil.example")
    assert refused.value.status_code == 403
