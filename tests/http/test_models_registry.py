"""The registry over HTTP: what a page reads and does, with a gate that runs as a job."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.models.conftest import _mlflow_tables  # noqa: F401 - every test here uses it
from tests.models.registered import Models
from tests.support import parameters

from .server import Server

POLICY = """\
policy: delay-champion
model: delay
aliases: [champion]
checks:
  - check: metric
    metric: auc
    min: 0.7
  - check: notebook
    notebook: gate.ipynb
"""


@pytest.fixture(scope="module")
def models(server: Server, mlflow_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Models:
    """The model `delay` with three versions, of which the second is a bad one."""
    made = Models(mlflow_uri, tmp_path_factory.mktemp("models"))
    for auc in (0.8, 0.6, 0.9):
        made.register(metrics={"auc": auc})
    return made


@pytest.fixture(scope="module")
def guarded(server: Server, models: Models) -> Iterator[Server]:
    """The server, with a policy that guards its champion."""
    server.bench.notebook(
        "gate.ipynb",
        parameters("model: str = ''\nversion: int = 0"),
        "import jupyter_mlx as mlx",
        "mlx.models.gate_result(version != 2, f'{model} {version} was looked at', value=version)",
    )
    server.call("POST", "models/policies", 201, json={"text": POLICY, "path": "policy.yaml"})
    yield server
    server.call("DELETE", "models/policies/delay-champion", 204)
    server.refused("DELETE", "models/policies/delay-champion", 404, "policy_unknown")
    assert server.get("models/policies")["items"] == []


def test_models_and_versions_are_read(server: Server, models: Models) -> None:
    page = server.get("models/registered", q="delay", limit=1)
    assert [item["name"] for item in page["items"]] == ["delay"]
    assert server.get("models/registered/delay")["latest"] == 3
    first = server.get("models/registered/delay/versions", limit=2)
    rest = server.get("models/registered/delay/versions", limit=2, cursor=first["next_cursor"])
    assert [item["version"] for item in (*first["items"], *rest["items"])] == [3, 2, 1]
    version = server.get("models/registered/delay/versions/1")
    assert version["signature"]["inputs"][0]["name"] == "distance"
    server.refused("GET", "models/registered/nobody", 404, "model_unknown")
    server.refused("GET", "models/registered/delay/versions/99", 404, "model_version_unknown")
    server.refused("GET", "models/registered/delay/versions/first", 404, "model_version_unknown")
    server.refused("GET", "models/registered/delay/versions?cursor=x", 400, "cursor_invalid")
    server.refused("GET", "models/promotions/nothing", 404, "promotion_unknown")


def test_cards_and_tags_are_changed(server: Server, models: Models) -> None:
    place = "models/registered/delay/versions/3"
    changed = server.call("PATCH", place, json={"description": "# Mine", "tags": {"team": "risk"}}).json()
    assert (changed["card"], changed["card_edited"], changed["tags"]) == ("# Mine", True, {"team": "risk"})
    changed = server.call("PATCH", "models/registered/delay", json={"description": "Late or not"}).json()
    assert changed["description"] == "Late or not"
    server.refused("PATCH", place, 400, "field_unknown", json={"card": "x"})


def test_aliases_without_a_guard_move_at_once(server: Server, models: Models) -> None:
    promotions = "models/registered/delay/promotions"
    moved = server.post(promotions, version=1, alias="challenger", why="try it")
    assert (moved["state"], moved["from"]) == ("PROMOTED", None)
    refused = server.refused(
        "POST", promotions, 409, "alias_moved", json={"version": 3, "alias": "challenger", "expected": 2}
    )
    assert "Version 1 has `challenger` now, not version 2" in refused["message"]
    server.refused("POST", promotions, 409, "alias_unchanged", json={"version": 1, "alias": "challenger"})
    server.refused("POST", promotions, 400, "alias_invalid", json={"version": 1, "alias": "v1"})
    assert server.get("models/registered/delay/history")["items"][0]["why"] == "try it"
    assert server.get(promotions)["items"][0] == moved


def test_versions_are_approved(server: Server, models: Models) -> None:
    place = "models/registered/delay/versions/1/approvals"
    assert server.post(place, approved=True)["current"]
    server.refused("POST", place, 400, "comment_missing", json={"approved": False})
    page = server.get("models/registered/delay/versions/1")
    assert len(page["approvals"]) == 1
    seen = {"approved": True, "digest": page["digest"], "card": ""}
    assert server.post(place, **seen)["current"]
    server.refused("POST", place, 409, "version_changed", json={**seen, "card": "# Another"})
    (models.files("delay", 1) / "model.bin").write_bytes(b"changed")
    server.refused("POST", place, 409, "version_changed", json=seen)


def test_policies_that_are_wrong_are_refused_with_the_line(server: Server) -> None:
    wrong = POLICY.replace("min:", "mn:")
    error = server.refused("POST", "models/policies", 400, "policy_invalid", json={"text": wrong})
    assert error["message"] == "Line 7: `metric` has no field `mn`."
    missing = {"text": POLICY.replace("gate.ipynb", "none.ipynb")}
    server.refused("POST", "models/policies", 404, "notebook_missing", json=missing)
    outside = {"text": POLICY.replace("gate.ipynb", "../gate.ipynb")}
    server.refused("POST", "models/policies", 403, "path_outside_root", json=outside)


def test_a_gate_refuses_the_bad_version_and_lets_the_good_one_through(guarded: Server, models: Models) -> None:
    promotions = "models/registered/delay/promotions"
    assert guarded.get("models/registered/delay")["guarded"] == {"champion": "delay-champion"}
    with guarded.socket() as socket:
        bad = guarded.post(promotions, version=2, alias="champion")
        assert (bad["state"], bad["policy"]["name"]) == ("CHECKING", "delay-champion")
        told = socket.until(
            lambda event: event["kind"] == "models.changed" and event["data"].get("state") == "REFUSED", within_s=180
        )
        assert told[-1]["subject"] == bad["id"]
    assert guarded.finish(bad["run_id"])["state"] == "FAILED"
    ended = guarded.get(f"models/promotions/{bad['id']}")
    assert (ended["state"], ended["error"]["code"]) == ("REFUSED", "gate_refused")
    assert [check["passed"] for check in ended["checks"]] == [False, False]
    assert "auc is 0.6; at least 0.7 was asked for" in ended["error"]["message"]
    assert "delay 2 was looked at" in ended["checks"][1]["message"]
    assert models.alias("delay", "champion") is None

    good = guarded.post(promotions, version=3, alias="champion", why="it is better")
    assert guarded.finish(good["run_id"])["state"] == "SUCCEEDED"
    assert guarded.get(f"models/promotions/{good['id']}")["state"] == "PROMOTED"
    newest = guarded.get("models/registered/delay/history")["items"][0]
    assert (newest["to"], newest["gate"], newest["why"]) == (3, "passed", "it is better")
    version = guarded.get("models/registered/delay/versions/3")
    assert (version["gate"], version["aliases"]) == ("passed", ["champion"])
    assert [policy["number"] for policy in guarded.get("models/policies/delay-champion")["items"]] == [1]
