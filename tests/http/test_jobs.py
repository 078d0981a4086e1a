"""Jobs over HTTP: queued, shown, cancelled, retried, cloned and removed, by a real server, agent and kernel."""

from __future__ import annotations

import re
from typing import Any

from tests.support import parameters

from .server import Server

WAITS = "import time\nprint('begun', flush=True)\ntime.sleep(600)"


def test_a_posted_job_is_answered_before_it_has_started_and_succeeds(server: Server) -> None:
    server.bench.notebook("train.ipynb", parameters("lr = 0.1"), "print('lr is', lr)")
    response = server.call("POST", "jobs", 201, json={"notebook": "train.ipynb", "parameters": {"lr": 0.5}})
    queued = response.json()
    assert queued["state"] == "QUEUED"
    assert queued["started_at"] is None
    assert queued["attempts"] == []
    assert response.headers["Location"] == f"/mlx/v1/jobs/{queued['id']}"
    ended = server.finish(queued["id"])
    assert ended["state"] == "SUCCEEDED"
    assert ended["notebook"]["path"] == "train.ipynb"
    assert ended["parameters"] == {"lr": 0.5}
    assert ended["progress"]["cell"] == ended["progress"]["cells"] == 3
    assert [attempt["state"] for attempt in ended["attempts"]] == ["SUCCEEDED"]
    assert {output["name"] for output in ended["outputs"]} >= {"notebook.ipynb", "notebook.html"}
    assert ended["mlflow_run_id"]
    assert ended["record"]["cells"]


def test_a_request_with_every_field_is_kept_as_it_was_given(server: Server) -> None:
    (server.root / "side.txt").write_text("from the side file")
    run = server.run(
        parameters("n = 1"),
        "print(open('side.txt').read(), n)",
        name="full.ipynb",
        parameters={"n": 2},
        kernel="python3",
        gpus=1,
        timeout_s=50,
        retries={"max": 1, "backoff_s": 0.5},
        include=["side.txt"],
        secrets=[],
        tags={"team": "risk", "experiment": "http"},
        outputs=["ipynb"],
        output="results/full-out.ipynb",
        launcher="local",
    )
    assert run["state"] == "SUCCEEDED", run
    assert run["attempts"][0]["gpus"] == ["gpu-a"]
    assert run["tags"] == {"team": "risk", "experiment": "http"}
    assert {output["name"] for output in run["outputs"]} == {"notebook.ipynb", "record.json"}
    assert run["request"] == {
        "kernel": "python3",
        "gpus": 1,
        "timeout_s": 50,
        "retries": {"max": 1, "backoff_s": 0.5},
        "include": ["side.txt"],
        "secrets": [],
        "outputs": ["ipynb"],
        "launcher": "local",
    }
    assert "from the side file 2" in (server.root / "results" / "full-out.ipynb").read_text()


def test_the_same_idempotency_key_answers_with_the_same_run(server: Server) -> None:
    server.bench.notebook("once.ipynb", "1")
    body = {"notebook": "once.ipynb"}
    first, second = (
        server.call("POST", "jobs", 201, json=body, headers={"Idempotency-Key": "key-1"}).json() for _ in range(2)
    )
    other = server.call("POST", "jobs", 201, json=body, headers={"Idempotency-Key": "key-2"}).json()
    assert first["id"] == second["id"]
    assert other["id"] != first["id"]
    assert len(server.get("jobs", notebook="once.ipynb")["items"]) == 2


def test_a_failed_run_says_which_cell_raised_what(server: Server) -> None:
    run = server.run("1", "raise ValueError('too small')", name="fails.ipynb")
    assert run["state"] == "FAILED"
    assert run["error"]["code"] == "cell_failed"
    assert run["error"]["cell"] == 2
    assert "ValueError: too small" in run["error"]["message"]
    plain = re.sub(r"\x1b\[[0-9;]*m", "", run["error"]["traceback"])
    assert "raise ValueError('too small')" in plain


def test_a_running_job_is_cancelled_and_tells_so_at_once(server: Server) -> None:
    run_id = server.submit(WAITS, name="cancel.ipynb")["id"]
    server.bench.wait_for_output(run_id, "begun")
    asked = server.call("POST", f"jobs/{run_id}/cancel").json()
    assert asked["cancel_requested"]
    ended = server.finish(run_id)
    assert ended["state"] == "CANCELLED"
    assert ended["ended_at"]
    error = server.refused("POST", f"jobs/{run_id}/cancel", 409, "run_ended")
    assert "CANCELLED" in error["message"]


def test_a_retry_adds_an_attempt_to_the_same_run(server: Server) -> None:
    marker = server.root / "second-time"
    source = f"import pathlib\np = pathlib.Path({str(marker)!r})\nonce = p.exists()\np.touch()\nassert once"
    failed = server.run(source, name="retry.ipynb")
    assert failed["state"] == "FAILED"
    again = server.call("POST", f"jobs/{failed['id']}/retry").json()
    assert again["id"] == failed["id"]
    assert again["ended_at"] is None
    ended = server.finish(failed["id"])
    assert ended["state"] == "SUCCEEDED"
    assert [attempt["state"] for attempt in ended["attempts"]] == ["FAILED", "SUCCEEDED"]
    assert "error" not in ended


def test_a_clone_runs_the_kept_version_with_other_parameters(server: Server, done: dict[str, Any]) -> None:
    kept = (server.root / "done.ipynb").read_bytes()
    (server.root / "done.ipynb").write_text("overwritten")
    try:
        clone = server.post(f"jobs/{done['id']}/clone", parameters={"who": "moon"}, name="the clone")
    finally:
        (server.root / "done.ipynb").write_bytes(kept)
    assert clone["id"] != done["id"]
    assert clone["name"] == "the clone"
    ended = server.finish(clone["id"])
    assert ended["state"] == "SUCCEEDED"
    assert ended["parameters"] == {"lr": 0.5, "who": "moon"}
    assert "hello moon 0.5" in server.call("GET", f"jobs/{clone['id']}/log").text


def test_a_clone_needs_no_body(server: Server, done: dict[str, Any]) -> None:
    clone = server.call("POST", f"jobs/{done['id']}/clone", 201, headers={"Content-Type": "application/json"}, json={})
    assert clone.json()["parameters"] == done["parameters"]
    server.call("POST", f"jobs/{clone.json()['id']}/cancel")


def test_a_removed_run_is_gone_with_its_files(server: Server) -> None:
    run = server.run("1", name="remove.ipynb")
    folder = server.bench.settings.artifacts / "runs" / run["id"]
    assert folder.is_dir()
    server.call("DELETE", f"jobs/{run['id']}", 204)
    assert not folder.exists()
    server.refused("GET", f"jobs/{run['id']}", 404, "run_unknown")
    assert server.get("jobs", notebook="remove.ipynb")["items"] == []


def test_a_run_that_goes_on_is_not_removed_nor_retried(server: Server) -> None:
    run_id = server.submit(WAITS, name="busy.ipynb")["id"]
    server.bench.wait_for_output(run_id, "begun")
    server.refused("DELETE", f"jobs/{run_id}", 409, "run_not_ended")
    server.refused("POST", f"jobs/{run_id}/retry", 409, "run_not_ended")
    server.call("POST", f"jobs/{run_id}/cancel")
    assert server.finish(run_id)["state"] == "CANCELLED"


def test_events_of_an_attempt_tell_its_story_in_order(server: Server, done: dict[str, Any]) -> None:
    events = server.get(f"jobs/{done['id']}/events")["items"]
    ids = [event["id"] for event in events]
    assert ids == sorted(set(ids))
    assert {"job.state", "job.cell", "job.output"} <= {event["kind"] for event in events}
    assert {event["subject"] for event in events} == {done["id"]}
    assert server.get(f"jobs/{done['id']}/events", after=ids[3])["items"] == events[4:]
    assert server.get(f"jobs/{done['id']}/events", limit=2)["items"] == events[:2]
    assert server.get(f"jobs/{done['id']}/events", attempt=2)["items"] == []


def test_config_tells_kernels_zones_and_secrets_by_name(server: Server) -> None:
    server.bench.services.secrets.put("HTTP_SECRET", "never-shown-value")
    response = server.call("GET", "config")
    config = response.json()
    assert "python3" in {kernel["name"] for kernel in config["kernels"]}
    assert config["default_kernel"] == "python3"
    assert config["gpus"] == 1
    assert "Europe/Warsaw" in config["timezones"]
    assert "HTTP_SECRET" in config["secrets"]
    assert "never-shown-value" not in response.text
