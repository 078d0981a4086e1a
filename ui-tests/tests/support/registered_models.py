"""Track runs that learn which flights are late; register two of them, a worse version and a better one.

Prints the experiment's id as JSON. The data that versions are evaluated on lies in the folder, as `flights.parquet`.
"""

import json
import sys
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.entities import Metric
from mlflow.models import infer_signature
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import jupyter_mlx as mlx
from jupyter_mlx.settings import Settings

INPUTS = ["origin", "carrier", "hour", "distance", "wind"]
EPOCHS = 30

# What each run learns from, and how fast; the first is registered as version 1, the last one as version 2.
RUNS = [
    ("distance", ["distance"], 1e-4),
    ("weather", ["distance", "wind"], 1e-4),
    ("airline", ["origin", "carrier"], 1e-4),
    ("airline-hour", ["origin", "carrier", "hour"], 1e-4),
    ("everything-slow", INPUTS, 3e-5),
    ("everything", INPUTS, 3e-4),
]


def flights(rows: int, seed: int) -> pd.DataFrame:
    """Flights, of which those in the evening, in wind and of some airlines are late more often."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "origin": random.choice(["EWR", "JFK", "LGA"], rows),
            "carrier": random.choice(["AA", "B6", "DL", "EV", "UA"], rows),
            "hour": random.integers(5, 24, rows),
            "distance": random.gamma(4, 260, rows).round(),
            "wind": random.gamma(4, 2.5, rows).round(1),
        }
    )
    odds = (
        (frame["hour"] - 15) / 3.5
        + (frame["wind"] - 10) / 5
        + frame["carrier"].map({"AA": 0, "B6": 0.4, "DL": -0.6, "EV": 1, "UA": 0.1})
        + frame["origin"].map({"EWR": 0.5, "JFK": 0, "LGA": 0.2})
        - frame["distance"] / 4000
        - 0.9
    )
    frame["late"] = (random.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)
    return frame


def learn(
    training: pd.DataFrame, test: pd.DataFrame, run: str, columns: list[str], rate: float, registered: str | None
) -> None:
    """One run with its curves, and the model where it is to be registered by a name."""
    words = [column for column in columns if column in ("origin", "carrier")]
    numbers = [column for column in columns if column not in words]
    prepare = ColumnTransformer(
        [("words", OneHotEncoder(handle_unknown="ignore"), words), ("numbers", StandardScaler(), numbers)]
    )
    classifier = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=rate, alpha=1e-4, random_state=7)
    learned, seen = prepare.fit_transform(training[INPUTS]), prepare.transform(test[INPUTS])
    with mlflow.start_run(run_name=run) as active:
        mlflow.log_params({"columns": " ".join(columns), "rate": rate, "epochs": EPOCHS, "rows": len(training)})
        found = []
        for epoch in range(EPOCHS):
            classifier.partial_fit(learned, training["late"], classes=[0, 1])
            stated = classifier.predict_proba(seen)[:, 1]
            figures = {"auc": roc_auc_score(test["late"], stated), "loss": log_loss(test["late"], stated)}
            found += [Metric(key, float(value), 1_780_000_000_000 + epoch, epoch) for key, value in figures.items()]
        mlflow.MlflowClient().log_batch(active.info.run_id, metrics=found)
        if registered:
            mlflow.sklearn.log_model(
                Pipeline([("prepare", prepare), ("classifier", classifier)]),
                name="model",
                registered_model_name=registered,
                signature=infer_signature(test[INPUTS], np.array([0, 1])),
                input_example=test[INPUTS].head(1),
                pip_requirements=["scikit-learn"],
            )


def main(folder: Path, name: str) -> None:
    """Runs, versions, and what an evaluation found of each."""
    folder.mkdir(parents=True)
    mlflow.set_tracking_uri(Settings.from_env().mlflow_tracking_uri)
    # Without a place MLflow writes below whatever folder the process is in.
    mlflow.create_experiment(name, artifact_location=(folder / "mlartifacts").absolute().as_uri())
    experiment = mlflow.set_experiment(name)
    training, test = flights(4000, seed=1), flights(2000, seed=2)
    test.to_parquet(folder / "flights.parquet")
    for run, columns, rate in RUNS:
        learn(training, test, run, columns, rate, name if run in (RUNS[0][0], RUNS[-1][0]) else None)
    for version in (1, 2):
        mlx.models.evaluate(
            name,
            version,
            f"{folder.name}/flights.parquet",
            "late",
            slices=["origin"],
            champion="",
            bootstrap=200,
            within=folder.parent,
        )
    print(json.dumps({"experiment": experiment.experiment_id}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
