"""A workbench's services with an MLflow store of their own, and models that are registered in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
import torch
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, Schema, TensorSpec
from sklearn.linear_model import LinearRegression, LogisticRegression

from jupyter_mlx import api
from jupyter_mlx.services import Services
from tests.support import make_settings

ROWS = 400


@pytest.fixture
def mlx(tracking_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The services that `jupyter_mlx`'s functions use, and MLflow set to their store."""
    settings = make_settings(tmp_path, mlflow_tracking_uri=tracking_uri)
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    api.services.cache_clear()
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_registry_uri(tracking_uri)
    yield api.services()
    api.services().close()
    api.services.cache_clear()
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)
    del os.environ["MLFLOW_REGISTRY_URI"]  # which MLflow leaves there


def flights(rows: int = ROWS, seed: int = 1) -> pd.DataFrame:
    """Flights, late by what `wind` and `load` say, three classes of delay, and minutes."""
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame({"wind": generator.normal(0, 1, rows), "load": generator.normal(0, 1, rows)})
    level = 2 * frame["wind"] + frame["load"]
    frame["late"] = (generator.random(rows) < 1 / (1 + np.exp(-level))).astype(np.int64)
    frame["class"] = np.array(["early", "fine", "late"])[pd.qcut(level + generator.normal(0, 1, rows), 3, labels=False)]
    frame["minutes"] = 20 + 5 * level + generator.normal(0, 3, rows)
    frame["carrier"] = generator.choice(["AA", "<b>UA</b>", "DL"], rows)
    frame["day"] = np.arange(rows) // 10
    frame["hour"] = pd.date_range("2013-11-01", periods=rows, freq="h")
    return frame


def register_sklearn(name: str, features: list[str], target: str, **options: Any) -> int:
    """A linear model of some columns as the next version."""
    frame = flights(seed=0)
    kind = LinearRegression if target == "minutes" else LogisticRegression
    model = kind().fit(frame[features], frame[target])
    signature = infer_signature(frame[features], model.predict(frame[features]))
    return register(mlflow.sklearn, name, model, **{"signature": signature, **options})


class Weights(torch.nn.Module):
    """What the flights were made by, and an end."""

    def __init__(self, end: str) -> None:
        super().__init__()
        self.end = end

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        level = 2 * inputs[:, 0] + inputs[:, 1]
        if self.end == "softmax":
            return torch.softmax(torch.stack([-level, 0.5 - level.abs() / 3, level], dim=1), dim=1)
        if self.end == "minutes":
            return 20 + 5 * level[:, None]
        return torch.sigmoid(level)[:, None] if self.end == "sigmoid" else level[:, None]


def register_torch(name: str, end: str, *, named: bool = True) -> int:
    """A network with that end as the next version, with a signature of named columns or of one tensor."""
    columns = Schema([ColSpec("double", "wind"), ColSpec("double", "load")])
    tensor = Schema([TensorSpec(np.dtype("float32"), (-1, 2))])
    outputs = Schema([TensorSpec(np.dtype("float32"), (-1, 1))])
    signature = ModelSignature(inputs=columns if named else tensor, outputs=outputs)
    if named:
        return register(mlflow.pytorch, name, Wrapped(end), signature=signature, serialization_format="pickle")
    example = flights(4)[["wind", "load"]].to_numpy(np.float32)
    return register(mlflow.pytorch, name, Weights(end), signature=signature, input_example=example)


class Wrapped(Weights):
    """The same of numbers in double precision, as columns come."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return super().forward(inputs.float())


def register_function(name: str, predict: Any, features: list[str] | None = None, **options: Any) -> int:
    """A plain function of a frame as the next version."""

    class Model(mlflow.pyfunc.PythonModel):
        def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
            return predict(model_input)

    if features is not None:
        options["signature"] = infer_signature(flights(5)[features])
    return register(mlflow.pyfunc, name, Model(), python=True, **options)


def register(
    flavor: Any, name: str, model: Any, *, python: bool = False, experiment: str | None = None, **options: Any
) -> int:
    # Not by `mlflow.set_experiment`: it holds for the whole process, and stores of other tests lack the experiment.
    with mlflow.start_run(experiment_id=experiment):
        given = {"python_model": model} if python else {}
        logged = flavor.log_model(
            *([] if python else [model]),
            **given,
            name="model",
            registered_model_name=name,
            pip_requirements=[],
            **options,
        )
    return int(logged.registered_model_version)
