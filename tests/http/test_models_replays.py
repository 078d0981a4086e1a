"""Replays over HTTP."""

from __future__ import annotations

import pytest
from mlflow.tracking import MlflowClient

from .server import Server


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of MLflow's classes of tables
def test_what_can_not_be_replayed_is_refused_before_a_job_is_queued(server: Server) -> None:
    uri = server.bench.settings.mlflow_tracking_uri
    client = MlflowClient(uri, uri)
    client.create_registered_model("untold")
    client.create_model_version("untold", server.root.as_uri(), client.create_run("0").info.run_id)
    asked = {"model": "untold", "version": 1}
    refused = server.refused("POST", "models/replays", 409, "replay_not_possible", json=asked)
    assert "was made by no job" in refused["message"]
    server.refused("POST", "models/replays", 404, "model_unknown", json={"model": "nobody", "version": 1})
    ill = server.refused("POST", "models/replays", 400, "request_invalid", json={**asked, "tolerance": -1})
    assert ill["field"] == "tolerance"


def test_a_replay_that_is_not_there_is_not_found(server: Server) -> None:
    server.refused("GET", "models/replays/ffffffffffff", 404, "replay_unknown")
