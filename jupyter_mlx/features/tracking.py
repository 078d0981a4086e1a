"""What a run was trained on, in its MLflow run: the training sets by tags, and each as an input."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Mapping
from typing import Any

from ..mlflow_client import be_patient

__all__ = ["FEATURES_TAG", "TRAINING_SET_TAG", "active_run", "log_training_set"]

TRAINING_SET_TAG = "mlx.training_set"
"""The ids of the training sets, with commas between them."""
FEATURES_TAG = "mlx.features"
"""The views that these were made of: a JSON list of ``view@v1``."""
MAX_DIGEST = 36


def active_run() -> str | None:
    """The id of the MLflow run that is active in this process, or that this job has; None where there is none."""
    # Whoever has not imported MLflow has no run in it.
    if "mlflow" in sys.modules:
        import mlflow

        run = mlflow.active_run()
        if run is not None:
            return str(run.info.run_id)
    return os.environ.get("MLFLOW_RUN_ID") or None


def log_training_set(record: Mapping[str, Any], run_id: str) -> bool:
    """Tag an MLflow run with a training set and its views' versions, and log it as an input; whether that worked.

    A training set that can't be logged is there all the same: a warning says so.
    """
    import sqlalchemy as sa

    be_patient()
    import mlflow
    from mlflow.entities import Dataset, DatasetInput, InputTag
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient
    from requests.exceptions import RequestException

    dataset = Dataset(
        name=record["name"] or record["id"],
        digest=record["digest"].removeprefix("sha256:")[:MAX_DIGEST],
        source_type="mlx_training_set",
        source=json.dumps({"training_set": record["id"], "views": sorted(record["views"])}),
        profile=json.dumps({"num_rows": record["rows"], "features": len(record["features"])}),
    )
    try:
        client = MlflowClient(tracking_uri=mlflow.get_tracking_uri())
        tags = client.get_run(run_id).data.tags
        sets = [item for item in tags.get(TRAINING_SET_TAG, "").split(",") if item]
        views = json.loads(tags.get(FEATURES_TAG, "[]"))
        client.set_tag(run_id, TRAINING_SET_TAG, ",".join(dict.fromkeys([*sets, record["id"]])))
        client.set_tag(run_id, FEATURES_TAG, json.dumps(sorted({*views, *record["views"]})))
        client.log_inputs(run_id, datasets=[DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
    except (MlflowException, RequestException, sa.exc.SQLAlchemyError, OSError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        warnings.warn(
            f"Training set {record['id']} could not be logged in MLflow: {reason}", RuntimeWarning, stacklevel=3
        )
        return False
    return True
