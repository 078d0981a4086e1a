"""Deployments over HTTP: made, tried, changed, looked into, removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.models.serving.registered import LOAD_S, ROW, register

from .server import Server

PATH = "models/deployments"


@pytest.fixture(scope="module")
def deployed(server: Server) -> Iterator[dict[str, Any]]:
    """A deployment of the champion, ready."""
    register(server.root / "delay-model", server.bench.settings.mlflow_tracking_uri, "delay-http")
    made = server.post(PATH, name="delay", model="delay-http", options={"mask": ["carrier"]}, why="first")
    assert made["state"] == "STARTING"
    yield until(server, "READY")
    server.call("DELETE", f"{PATH}/delay", 204)


def until(server: Server, state: str) -> dict[str, Any]:
    """The deployment once it is so."""

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = server.get(f"{PATH}/delay")
        return found if found["state"] == state else None

    found: dict[str, Any] = server.bench.wait_until(look, state, LOAD_S)
    return found


def test_it_is_listed_and_shown(server: Server, deployed: dict[str, Any]) -> None:
    assert deployed["routes"] == [{"version": 1, "share": 1.0, "shadow": False}]
    assert deployed["options"] == {"port": 0, "workers": 1, "log_share": 1.0, "mask": ["carrier"]}
    assert [field["name"] for field in deployed["signature"]["inputs"]] == ["dep", "dist", "carrier"]
    assert "delay" in [item["name"] for item in server.get(PATH)["items"]]


def test_rows_are_tried_and_logged(server: Server, deployed: dict[str, Any]) -> None:
    scored = server.post(f"{PATH}/delay/invocations", 200, inputs=[ROW, {**ROW, "dep": 3.0}])
    assert scored["predictions"] == [2.0, 3.0]
    assert scored["version"] == 1
    error = server.refused("POST", f"{PATH}/delay/invocations", 400, "input_invalid", json={"inputs": [{"dep": 1.0}]})
    assert "missing `dist`, `carrier`" in error["message"]
    server.refused("POST", f"{PATH}/delay/invocations", 400, "input_invalid", json={"inputs": []})
    server.refused("POST", f"{PATH}/delay/invocations", 400, "input_invalid", json={"inputs": [ROW], "version": 7})
    calls = server.bench.wait_until(
        lambda: [c for c in server.get(f"{PATH}/delay/requests")["items"] if c["status"] == 200], "the log"
    )
    assert calls[-1]["inputs"][0] == {**ROW, "carrier": "***"}
    page = server.get(f"{PATH}/delay/requests", limit=1)
    assert len(page["items"]) == 1
    server.refused("GET", f"{PATH}/delay/requests?cursor=../x", 400, "cursor_invalid")


def test_how_it_is_called_is_shown(server: Server, deployed: dict[str, Any]) -> None:
    shown = server.post(f"{PATH}/delay/token", 200)
    assert shown["address"] == deployed["address"]
    assert shown["token"] in shown["curl"]
    assert "requests.post" in shown["python"]


def test_its_processes_logs_are_shown(server: Server, deployed: dict[str, Any]) -> None:
    assert "ready" in server.call("GET", f"{PATH}/delay/log?version=1").text
    assert "Ready at port" in server.call("GET", f"{PATH}/delay/log").text
    server.refused("GET", f"{PATH}/delay/log?version=8", 404, "version_not_served")


def test_changes_are_revisions_and_wrong_ones_are_refused(server: Server, deployed: dict[str, Any]) -> None:
    change = {"routes": [{"version": 1, "share": 1.0}], "expected": 1, "why": "again"}
    assert server.call("PATCH", f"{PATH}/delay", json=change).json()["revision"] == 2
    server.refused("PATCH", f"{PATH}/delay", 409, "deployment_changed", json=change)
    server.refused("PATCH", f"{PATH}/delay", 400, "request_empty", json={})
    wrong = {"routes": [{"version": 1, "share": 0.7}]}
    server.refused("PATCH", f"{PATH}/delay", 400, "routes_invalid", json=wrong)
    unknown = {"routes": [{"version": 99, "share": 1}]}
    server.refused("PATCH", f"{PATH}/delay", 404, "model_version_unknown", json=unknown)
    back = server.post(f"{PATH}/delay/rollback", 200)
    assert (back["revision"], back["revisions"][0]["why"]) == (3, "rollback")
    server.refused("POST", f"{PATH}/delay/rollback", 404, "revision_unknown", json={"to": 44})
    until(server, "READY")


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"name": "delay", "model": "delay-http"}, 409, "deployment_exists"),
        ({"name": "x/y", "model": "delay-http"}, 400, "request_invalid"),
        ({"name": "new", "model": "nothing"}, 404, "model_unknown"),
        ({"name": "new", "model": "delay-http", "version": 77}, 404, "model_version_unknown"),
        ({"name": "new", "model": "delay-http", "alias": "nobody"}, 404, "alias_unknown"),
        ({"name": "new", "model": "delay-http", "options": {"role": "r"}}, 400, "deployment_option_invalid"),
        (
            {"name": "new", "model": "delay-http", "target": "container", "options": {"folder": "../out"}},
            403,
            "path_outside_root",
        ),
    ],
)
def test_what_can_t_be_deployed_is_refused(
    server: Server, deployed: dict[str, Any], request_: dict[str, Any], status: int, code: str
) -> None:
    server.refused("POST", PATH, status, code, json=request_)
    assert [item["name"] for item in server.get(PATH)["items"]] == ["delay"]


def test_one_that_there_is_not(server: Server) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/token"), ("GET", "/requests"), ("GET", "/log")):
        server.refused(method, f"{PATH}/nobody{path}", 404, "deployment_unknown")
