"""Evaluations over HTTP: a version evaluated by a job of a real agent, and what is refused before one."""

from __future__ import annotations

from typing import Any

import mlflow
import pytest

from jupyter_mlx import cli
from tests.models.evaluation.conftest import flights, register_function, register_sklearn

from .server import Server

# MLflow warns of its own parts; and a job that imports it and draws takes long on a busy machine.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(600)]

NAME = "http-delay"
ASKED = {"model": NAME, "version": 2, "kind": "classifier", "data": "flights.parquet", "target": "late"}


@pytest.fixture(scope="module")
def registered(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model with two versions, the first of them the champion, and data."""
    uri = server.bench.settings.mlflow_tracking_uri
    mlflow.set_tracking_uri(uri)
    experiment = mlflow.create_experiment("http-models", tmp_path_factory.mktemp("artifacts").as_uri())
    register_sklearn(NAME, ["wind"], "late", experiment=experiment)
    register_sklearn(NAME, ["wind", "load"], "late", experiment=experiment)
    register_function("http-rule", lambda given: given["wind"] / 0, experiment=experiment)
    mlflow.MlflowClient().set_registered_model_alias(NAME, "champion", "1")
    mlflow.set_tracking_uri(None)
    flights().to_parquet(server.root / "flights.parquet")
    return NAME


@pytest.fixture(scope="module")
def run(server: Server, registered: str) -> dict[str, Any]:
    """The run of the job that evaluated the second version, ended."""
    asked = {**ASKED, "slices": ["carrier"], "cluster": "day", "where": "wind > -9", "bootstrap": 100}
    return ended(server, **asked)


def ended(server: Server, **asked: Any) -> dict[str, Any]:
    """The run of an evaluation, ended: MLflow is imported for it and draws, which takes long on a busy machine."""
    run = server.post("models/evaluations", **asked)
    server.bench.finish(run["id"], within_s=300)
    document: dict[str, Any] = server.get(f"jobs/{run['id']}")
    return document


def test_a_version_is_evaluated_by_a_job_that_is_its_mlflow_run(server: Server, run: dict[str, Any]) -> None:
    assert run["state"] == "SUCCEEDED", run.get("error")
    assert run["tags"]["mlx.kind"] == "evaluate-classifier"
    said = run["record"]["evaluation"]
    assert (said["model"], said["version"], said["champion"], said["better"]) == (NAME, 2, 1, True)
    found = server.get(f"models/evaluations/{said['id']}")
    assert (found["run_id"], found["mlflow_run_id"]) == (run["id"], run["mlflow_run_id"])
    assert found["rows"] == 400
    assert run["metrics"]["auc"] == pytest.approx(found["metrics"]["auc"])
    assert [item["value"] for item in found["slices"]] != []
    # The notebook shows the tables, and four pictures after them.
    cells = server.bench.executed(server.bench.jobs.get(run["id"])).cells
    kinds = [kind for cell in cells for output in cell.get("outputs", []) for kind in output.get("data", {})]
    assert kinds.count("image/png") == 4
    assert kinds.count("text/html") == 1
    said = [output.text for cell in cells for output in cell.get("outputs", []) if output.output_type == "stream"]
    assert said == [], run["record"]["cells"]


def test_a_model_that_fails_fails_the_job_and_the_terminal_says_its_own_words(
    server: Server, registered: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in server.bench.settings.to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(server.root)
    words = ["models", "evaluate", "http-rule", "1", "--data", "flights.parquet", "--target", "minutes", "--job"]
    assert cli.main(words) == 2
    assert "--kind" in capsys.readouterr().err
    assert cli.main([*words, "--kind", "regressor"]) == 1
    printed = capsys.readouterr()
    assert "Evaluate http-rule v1  QUEUED" in printed.out
    assert "predicts NaN or infinity for 400 of 400 rows" in printed.err


def test_what_is_wrong_is_said_before_a_job_is_queued(server: Server, registered: str) -> None:
    def refused(status: int, code: str, **changes: Any) -> None:
        server.refused("POST", "models/evaluations", status, code, json={**ASKED, **changes})

    refused(404, "model_unknown", model="nobodys")
    refused(404, "model_version_unknown", version=7)
    refused(404, "alias_unknown", champion="best")
    refused(404, "data_missing", data="nowhere.parquet")
    refused(404, "table_unknown", data="lake.flights")
    refused(403, "path_outside_root", data="../mlflow.db.parquet")
    refused(400, "data_invalid", data="SELECT 1")
    refused(400, "time_missing", kind="forecaster")
    refused(400, "request_invalid", kind="oracle")
    refused(400, "request_invalid", bootstrap=1)
    server.refused("GET", "models/evaluations/none", 404, "evaluation_unknown")
