"""Tracked runs over HTTP: what a job logged is found, drawn, compared and opened; nothing else waits for MLflow."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.support import Workbench, parameters

from .server import Server

TRAIN = """
import math, mlflow, pathlib
for step in range(20):
    mlflow.log_metric("loss", math.nan if step == 7 else 1 / (step + lr), step=step)
mlflow.log_metric("auc", 1 - lr)
pathlib.Path("page.html").write_text("<script>parent.x</script>")
mlflow.log_artifact("page.html", "report")
mlflow.log_text("<svg/>", "report/plot.svg")
mlflow.log_text("alert(1)", "report/app.js")
mlflow.log_text("lr: 1", "report/a b.yaml")
"""


@pytest.fixture(scope="module")
def tracked(server: Server) -> list[dict[str, Any]]:
    """Two jobs that logged, ended."""
    made = [
        server.submit(parameters("lr = 0.1"), TRAIN, name="tracked.ipynb", parameters={"lr": lr}, tags={"team": "risk"})
        for lr in (0.25, 0.5)
    ]
    found = [server.finish(run["id"]) for run in made]
    assert [run["state"] for run in found] == ["SUCCEEDED"] * 2, found[0].get("error")
    return found


def search(server: Server, **request: Any) -> dict[str, Any]:
    found: dict[str, Any] = server.post("models/runs/search", 200, **{"experiments": [], **request})
    return found


def test_what_jobs_logged_is_a_table(server: Server, tracked: list[dict[str, Any]]) -> None:
    found = search(
        server,
        filter="params.lr != '9' and tags.team = 'risk'",
        words="tracked.ipynb",
        order_by=[{"column": "metrics.auc", "descending": True}],
        columns=["metrics.auc", "params.lr"],
    )
    assert found["total"] == 2
    assert [item["job_id"] for item in found["items"]] == [run["id"] for run in tracked]
    assert [item["id"] for item in found["items"]] == [run["mlflow_run_id"] for run in tracked]
    first = found["items"][0]
    assert first["values"] == {"metrics.auc": 0.75, "params.lr": "0.25"}
    assert (first["source"], first["state"]) == ("tracked.ipynb", "FINISHED")
    experiment = server.get(f"models/experiments/{first['experiment_id']}")
    assert experiment in server.get("models/experiments")["items"]
    columns = server.get(f"models/experiments/{experiment['id']}/columns", kind="metric", q="au")
    assert [item["column"] for item in columns["items"]] == ["metrics.auc"]


def test_a_run_its_curves_and_what_differs(server: Server, tracked: list[dict[str, Any]]) -> None:
    ids = [run["mlflow_run_id"] for run in tracked]
    run = server.get(f"models/runs/{ids[0]}")
    assert run["run"]["source"] == "tracked.ipynb"
    assert {item["name"]: item["value"] for item in run["metrics"]}["auc"] == 0.75
    curves = server.post("models/runs/curves", 200, runs=[*ids, "f" * 32], metrics=["loss"], points=10)
    assert curves["missing"] == ["f" * 32]
    assert [(item["total"], item["steps"][0], item["steps"][-1]) for item in curves["items"]] == [(20, 0, 19)] * 2
    assert "NaN" in curves["items"][0]["values"]
    compared = server.post("models/runs/compare", 200, runs=ids)
    rows = {row["name"]: row for row in [*compared["parameters"], *compared["metrics"], *compared["environment"]]}
    assert (rows["lr"]["values"], rows["auc"]["values"]) == (["0.25", "0.5"], [0.75, 0.5])
    assert rows["python"]["equal"]
    assert rows["package mlflow"]["equal"]
    different = server.post("models/runs/compare", 200, runs=ids, only_different=True)
    assert different["environment"] == []


def test_files_come_as_what_they_are_in_a_sandbox(server: Server, tracked: list[dict[str, Any]]) -> None:
    base = f"models/runs/{tracked[0]['mlflow_run_id']}/artifacts"
    assert "report" in [item["path"] for item in server.get(base)["items"]]
    listed = {
        item["path"]: item["bytes"] for item in server.call("GET", base, params={"path": "report"}).json()["items"]
    }
    assert set(listed) == {"report/a b.yaml", "report/app.js", "report/page.html", "report/plot.svg"}
    for name, kind, saved in (
        ("page.html", "text/html; charset=utf-8", False),
        ("plot.svg", "image/svg+xml", False),
        ("a b.yaml", "text/plain; charset=utf-8", False),
        ("app.js", "application/octet-stream", True),
    ):
        response = server.call("GET", f"{base}/{quote(f'report/{name}', safe='')}")
        assert response.headers["Content-Type"] == kind
        assert ("attachment" in response.headers.get("Content-Disposition", "")) == saved
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("sandbox")
        assert "allow-same-origin" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert len(response.content) == listed[f"report/{name}"]
    response = server.call("GET", f"{base}/{quote('report/page.html', safe='')}", params={"download": "true"})
    assert "page.html" in response.headers["Content-Disposition"]
    for path in ("../../mlflow.db", "/etc/passwd", "../x", "report", "report/none.txt", "a\0b", "..\\x"):
        server.refused("GET", f"{base}/{quote(path, safe='')}", 404, "artifact_unknown")
    server.refused("GET", base, 404, "artifact_unknown", params={"path": "../.."})


def test_what_can_not_be_asked_is_refused(server: Server, tracked: list[dict[str, Any]]) -> None:
    for request, status, code in (
        ({"experiments": [], "filter": "metrics.auc >"}, 400, "filter_invalid"),
        ({"experiments": ["77"]}, 404, "experiment_unknown"),
        ({"experiments": [], "columns": ["auc"]}, 400, "column_invalid"),
        ({"experiments": [], "order_by": [{"column": "auc"}]}, 400, "column_invalid"),
        ({"experiments": [], "cursor": "x"}, 400, "cursor_invalid"),
        ({"experiments": [], "limit": 0}, 400, "request_invalid"),
        ({}, 400, "request_invalid"),
    ):
        server.refused("POST", "models/runs/search", status, code, json=request)
    server.refused("POST", "models/runs/curves", 400, "request_invalid", json={"runs": [], "metrics": ["a"]})
    server.refused("POST", "models/runs/compare", 400, "request_invalid", json={"runs": ["a"]})
    server.refused("GET", f"models/runs/{'f' * 32}", 404, "model_run_unknown")
    server.refused("GET", "models/experiments/77", 404, "experiment_unknown")
    server.refused("GET", "models/experiments/77/columns", 404, "experiment_unknown")
    server.refused("GET", "models/experiments", 400, "cursor_invalid", params={"cursor": "x"})


def test_a_tracking_server_that_never_answers_holds_up_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "3")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        bench = Workbench(tmp_path, mlflow_tracking_uri=address)
        server = Server(bench)
        try:
            answers: list[requests.Response] = []
            asking = [
                threading.Thread(
                    target=lambda: answers.append(server.session.get(f"{server.url}/models/experiments", timeout=90))
                )
                for _ in range(2)
            ]
            for thread in asking:
                thread.start()
            while any(thread.is_alive() for thread in asking):
                server.get("jobs")
                asking[0].join(0.5)
            assert [answer.status_code for answer in answers] == [503, 503]
            # The process is killed where it did not say so itself in time.
            assert {answer.json()["error"]["code"] for answer in answers} <= {"mlflow_unavailable", "mlflow_slow"}
            assert "doctor" in answers[0].json()["error"]["remedy"]
        finally:
            server.close()
            bench.close()
