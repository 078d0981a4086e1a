"""What is made from views, registered models in MLflow included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from jupyter_mlx.features.tracking import FEATURES_TAG
from jupyter_mlx.services import Services
from tests.support import make_settings

from .conftest import DEFINITIONS, Flights, labels

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def tracked(flights: Flights, mlflow_uri: str, tmp_path: Path) -> Flights:
    """The repository applied, a training set made, and the services of a tracker that answers."""
    flights.services.close()
    flights.services = Services(make_settings(tmp_path, mlflow_tracking_uri=mlflow_uri))
    flights.apply()
    flights.training_set(labels(("JFK", "2013-01-01 10:00")), ["weather"], name="first")
    return flights


def register(uri: str, name: str, views: Any) -> str:
    """A registered model of a run that says which views it used; its name."""
    client = MlflowClient(tracking_uri=uri)
    found = client.get_experiment_by_name(name)
    experiment = found.experiment_id if found else client.create_experiment(name)
    run = client.create_run(experiment, tags={FEATURES_TAG: views if isinstance(views, str) else json.dumps(views)})
    client.create_registered_model(name)
    client.create_model_version(name, f"runs:/{run.info.run_id}/model", run.info.run_id)
    return name


def made(flights: Flights, view: str = "weather") -> dict[str, Any]:
    return flights.services.feature_uses.of(view, flights.services.principal())


def test_models_are_told_with_the_version_of_the_view_that_they_were_trained_on(
    tracked: Flights, mlflow_uri: str, request: pytest.FixtureRequest
) -> None:
    name = register(mlflow_uri, f"delay-{tracked.folder.parent.name}", ["metric@v3", "weather@v1"])
    register(mlflow_uri, f"other-{tracked.folder.parent.name}", ["weather_2@v1"])
    register(mlflow_uri, f"broken-{tracked.folder.parent.name}", '["weather@v1"')
    found = made(tracked)
    models = [item for item in found["to"] if item["kind"] == "model"]
    assert (name, 1) in [(item["name"].rpartition("@")[0], item["version"]) for item in models]
    assert not any(item["name"].startswith(("other", "broken")) for item in models)
    assert found["problems"] == []


def test_a_plan_says_which_models_a_change_reaches(tracked: Flights, mlflow_uri: str) -> None:
    name = register(mlflow_uri, f"plan-{tracked.folder.parent.name}", ["weather@v1"])
    tracked.define(DEFINITIONS.replace("hours=3", "hours=6"))
    principal = tracked.services.principal()
    planned = tracked.services.feature_uses.plan(str(tracked.folder), principal)
    change = next(item for item in planned.changes if item.name == "weather")
    reached = [(item["kind"], item["name"]) for item in change.affects]
    assert ("training_set", "first") in reached
    assert ("model", f"{name}@v1") in reached
    assert tracked.apply()["weather"] == "updated v2"
    assert ("model", f"{name}@v1") in [(item["kind"], item["name"]) for item in made(tracked)["to"]]


def test_without_mlflow_the_rest_is_told_and_what_is_missing(flights: Flights, tmp_path: Path) -> None:
    flights.services.close()
    flights.services = Services(make_settings(tmp_path, mlflow_tracking_uri="http://127.0.0.1:9"))
    flights.apply()
    flights.training_set(labels(("JFK", "2013-01-01 10:00")), ["weather"], name="first")
    found = made(flights)
    assert {item["kind"] for item in found["to"]} == {"training_set", "view", "service"}
    assert "Registered models are left out: MLflow at" in found["problems"][0]


def test_what_it_is_made_of(flights: Flights) -> None:
    flights.apply()
    assert [(item["kind"], item["name"]) for item in made(flights)["from"]] == [("source", "weather.parquet")]
    metric = made(flights, "metric")
    assert [(item["kind"], item["name"], item["version"]) for item in metric["from"]] == [("view", "weather", 1)]
