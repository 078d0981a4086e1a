"""A tracking store with runs of all kinds, written by MLflow's own client."""

from __future__ import annotations

import math
from pathlib import Path

from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.tracking import MlflowClient

RUNS = 24
START = 1_700_000_000_000
MODELS = ("forest", "boosted trees", "Linear", 'it\'s "quoted" 100%', "_under\\")
VALUES = (0.5, -1.0, math.nan, math.inf, -math.inf, 0.0, 0.25, None)


def fill(uri: str, folder: Path) -> None:
    """Experiments with many runs, `flights`, with two, `other`, and a deleted one.

    Parameters
    ----------
    folder: For artifacts.
    """
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    flights = client.create_experiment("flights", (folder / "flights").as_uri(), tags={"team": "risk"})
    for number in range(RUNS):
        _add_run(client, flights, number)
    other = client.create_experiment("other", (folder / "other").as_uri())
    for number in (3, 5):
        _add_run(client, other, number)
    gone = client.create_experiment("gone", (folder / "gone").as_uri())
    _add_run(client, gone, 1)
    client.delete_experiment(gone)


def opened(uri: str) -> tuple[MlflowClient, list[str]]:
    """MLflow's client of such a store, and the ids of `flights` and `other`."""
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    found = [client.get_experiment_by_name(name) for name in ("flights", "other")]
    return client, [item.experiment_id for item in found if item is not None]


def _add_run(client: MlflowClient, experiment_id: str, number: int) -> None:
    tags = {"mlflow.user": f"user{number % 3}", "mlflow.source.name": f"/notebooks/Train_{number % 4}.ipynb"}
    run = client.create_run(experiment_id, START + number // 2 * 1000, tags, f"run {number:02}")
    auc = VALUES[number % len(VALUES)]
    metrics = [] if auc is None else [Metric("auc", auc, START + number, 0)]
    metrics.append(Metric("loss/val", number % 5 / 7, START + number, number))
    params = [Param("model", MODELS[number % len(MODELS)]), Param("depth", str(number % 11))]
    if number % 4:
        params.append(Param("only some", "x" * (number % 3 + 1)))
    named = [RunTag("team", "risk" if number % 2 else "ops")] if number % 3 else []
    client.log_batch(run.info.run_id, metrics, params, named)
    if number % 4 == 0:
        data = Dataset("flights", f"digest{number % 8}", "local", '{"uri": "flights.parquet"}')
        context = [InputTag("mlflow.data.context", "train" if number % 8 else "test")]
        client.log_inputs(run.info.run_id, [DatasetInput(data, context)])
    if number % 3 == 0:
        client.set_terminated(run.info.run_id, "FAILED" if number % 2 else "FINISHED", START + 100_000 - number * 17)
    if number % 10 == 9:
        client.delete_run(run.info.run_id)
