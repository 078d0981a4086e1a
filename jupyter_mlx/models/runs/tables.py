"""MLflow's tables."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from mlflow.store.model_registry.dbmodels.models import SqlModelVersion
from mlflow.store.tracking.dbmodels.models import (
    SqlDataset,
    SqlExperiment,
    SqlExperimentTag,
    SqlInput,
    SqlInputTag,
    SqlLatestMetric,
    SqlLoggedModel,
    SqlMetric,
    SqlParam,
    SqlRun,
    SqlTag,
)

__all__ = [
    "dataset",
    "experiment_tags",
    "experiments",
    "input_tag",
    "inputs",
    "latest_metrics",
    "logged_models",
    "metrics",
    "model_versions",
    "params",
    "runs",
    "tags",
]

dataset = cast("sa.Table", SqlDataset.__table__)
experiment_tags = cast("sa.Table", SqlExperimentTag.__table__)
experiments = cast("sa.Table", SqlExperiment.__table__)
input_tag = cast("sa.Table", SqlInputTag.__table__)
inputs = cast("sa.Table", SqlInput.__table__)
latest_metrics = cast("sa.Table", SqlLatestMetric.__table__)
logged_models = cast("sa.Table", SqlLoggedModel.__table__)
metrics = cast("sa.Table", SqlMetric.__table__)
model_versions = cast("sa.Table", SqlModelVersion.__table__)
params = cast("sa.Table", SqlParam.__table__)
runs = cast("sa.Table", SqlRun.__table__)
tags = cast("sa.Table", SqlTag.__table__)
