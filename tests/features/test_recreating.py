"""A model's training set still says what it was made of when its views are others, and can be made again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow.tracking import MlflowClient

import jupyter_mlx as mlx
from jupyter_mlx import api
from jupyter_mlx.errors import Conflict, NotFound

from .conftest import DEFINITIONS, Flights, labels

pytestmark = pytest.mark.filterwarnings("ignore")
ASKED = labels(("EWR", "2013-01-01 05:30"), ("JFK", "2013-01-01 06:30"), ("LGA", "2013-01-02 06:30"), late=[0, 1, 0])


@pytest.fixture
def applied(flights: Flights) -> Flights:
    """The repository, applied."""
    flights.apply()
    return flights


def change(flights: Flights) -> None:
    """Another time to live, another function, a feature gone: version 2."""
    text = DEFINITIONS.replace("hours=3", "hours=1").replace("5 / 9", "0.5")
    flights.define(text.replace(', Field(name="wind", dtype=Float64)', ""))
    assert flights.apply() == {"metric": "updated v2", "weather": "updated v2"}


@pytest.mark.parametrize("gone", [False, True], ids=["rows kept", "rows gone"])
def test_it_is_made_again_of_the_versions_of_then(applied: Flights, gone: bool) -> None:
    first = applied.training_set(ASKED, "delay", target="late")
    before = first.to_arrow()
    change(applied)
    if gone:
        Path(first.path).unlink()
    again = applied.services.training_sets.make_again(first.id)
    assert (again.id, again.record["digest"], again.cached) == (first.id, first.record["digest"], False)
    assert again.to_arrow().equals(before)
    assert list(again.record["views"]) == ["weather@v1", "metric@v1"]
    assert applied.training_set(ASKED, ["weather", "metric"]).record["digest"] != first.record["digest"]


def test_it_is_made_again_of_views_that_were_removed(applied: Flights) -> None:
    first = applied.training_set(ASKED, "delay")
    applied.define(DEFINITIONS[: DEFINITIONS.index("weather = FeatureView")])
    assert applied.apply() == {"metric": "removed v1", "weather": "removed v1"}
    assert applied.services.training_sets.make_again(first.id).record["digest"] == first.record["digest"]


def test_data_that_changed_since_are_named(applied: Flights) -> None:
    first = applied.training_set(ASKED, "delay")
    source = applied.folder / "weather.parquet"
    weather = pd.read_parquet(source)
    kept = source.read_bytes()
    weather.assign(temp=weather["temp"] + 1).to_parquet(source)
    with pytest.raises(Conflict, match=r"The source of `weather`, weather\.parquet, has changed since") as refused:
        applied.services.training_sets.make_again(first.id)
    assert refused.value.code == "training_set_changed"
    assert first.to_arrow().num_rows == 3, "what was kept stays"
    source.write_bytes(kept)
    again = applied.services.training_sets.make_again(first.id)
    assert again.record["digest"] == first.record["digest"], "the same data, written anew, are the same"


def test_without_its_labels_it_says_so(applied: Flights) -> None:
    first = applied.training_set(ASKED, "delay")
    (Path(first.path).parent / "labels.parquet").unlink()
    with pytest.raises(NotFound) as refused:
        applied.services.training_sets.make_again(first.id)
    assert refused.value.code == "labels_gone"


def test_one_that_could_not_be_made_leaves_no_folder(applied: Flights) -> None:
    (applied.folder / "weather.parquet").unlink()
    with pytest.raises(NotFound):
        applied.training_set(ASKED, "delay")
    assert list(applied.services.training_sets.folder.iterdir()) == []


# -- models ---------------------------------------------------------------------------------------------------


@pytest.fixture
def tracked(applied: Flights, mlflow_uri: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The MLflow run of a job that this process is, as a worker sets it up; services on the repository's store."""
    client = MlflowClient(tracking_uri=mlflow_uri)
    run = client.create_run(client.get_experiment_by_name("Default").experiment_id)
    for name, value in {
        **applied.services.settings.to_env(),
        "MLFLOW_TRACKING_URI": mlflow_uri,
        "MLFLOW_RUN_ID": run.info.run_id,
        "MLX_RUN_ID": "a1b2c3d4e5f6",
    }.items():
        monkeypatch.setenv(name, value)
    api.services.cache_clear()
    yield str(run.info.run_id)
    api.services().close()
    api.services.cache_clear()


def test_a_model_still_says_which_versions_it_was_trained_on(applied: Flights, tracked: str, mlflow_uri: str) -> None:
    made = mlx.features.training_set(ASKED, "delay", target="late", name="delays")
    client = MlflowClient(tracking_uri=mlflow_uri)
    name = f"delay-{tracked}"
    client.create_registered_model(name)
    source = f"{client.get_run(tracked).info.artifact_uri}/model"
    version = client.create_model_version(name, source, run_id=tracked)
    change(applied)
    run = client.get_run(client.get_model_version(name, version.version).run_id)
    assert run.data.tags["mlx.training_set"] == made.id
    assert json.loads(run.data.tags["mlx.features"]) == ["metric@v1", "weather@v1"]
    [logged] = run.inputs.dataset_inputs
    assert (logged.dataset.name, json.loads(logged.dataset.source)["training_set"]) == ("delays", made.id)
    assert made.digest.removeprefix("sha256:").startswith(logged.dataset.digest)
    again = mlx.features.training_set_from(run.data.tags["mlx.training_set"], recreate=True)
    assert again.digest == made.digest
    assert list(again.views) == ["weather@v1", "metric@v1"]


def test_a_change_lists_the_training_set_and_its_run_before_it_is_applied(applied: Flights, tracked: str) -> None:
    made = mlx.features.training_set(ASKED, "delay")
    applied.define(DEFINITIONS.replace("hours=3", "hours=1"))
    changes = {item["name"]: item for item in mlx.features.plan(applied.folder)["changes"]}
    found = {(item["kind"], item["id"], item["version"]) for item in changes["weather"]["affects"]}
    assert {("training_set", made.id, 1), ("run", "a1b2c3d4e5f6", 1)} <= found


def test_several_sets_of_one_run_are_all_told(applied: Flights, tracked: str, mlflow_uri: str) -> None:
    sets = [mlx.features.training_set(ASKED, ["weather:temp"]), mlx.features.training_set(ASKED, ["metric"])]
    assert mlx.features.training_set_from(sets[0].id).to_arrow().equals(sets[0].to_arrow())
    run = MlflowClient(tracking_uri=mlflow_uri).get_run(tracked)
    assert run.data.tags["mlx.training_set"] == ",".join(item.id for item in sets)
    assert json.loads(run.data.tags["mlx.features"]) == ["metric@v1", "weather@v1"]
    assert len(run.inputs.dataset_inputs) == 2


def test_a_run_of_ones_own_is_told_when_asked(
    applied: Flights, tracked: str, mlflow_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MLX_RUN_ID", "MLFLOW_RUN_ID"):
        monkeypatch.delenv(name)
    made = mlx.features.training_set(ASKED, "delay")
    assert not made.log()
    mlflow.set_tracking_uri(mlflow_uri)
    with mlflow.start_run() as run:
        assert made.log()
    mlflow.set_tracking_uri(None)
    tags = MlflowClient(tracking_uri=mlflow_uri).get_run(run.info.run_id).data.tags
    assert tags["mlx.training_set"] == made.id


@pytest.mark.filterwarnings("default")
def test_a_tracker_that_does_not_answer_costs_a_warning(
    applied: Flights, tracked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_RUN_ID", "0" * 32)
    assert "MLFLOW_TRACKING_URI" in os.environ
    with pytest.warns(RuntimeWarning, match="could not be logged in MLflow"):
        made = mlx.features.training_set(ASKED, "delay")
    assert made.to_arrow().num_rows == 3
