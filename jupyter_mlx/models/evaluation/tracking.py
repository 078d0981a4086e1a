"""An evaluation in MLflow: the run that it is logged to, MLflow's own evaluation, our metrics and pictures."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import Conflict
from ...mlflow_client import answering, connect
from .classification import LabelScorer
from .data import EvaluationData
from .metrics import RegressionScorer, Scorer
from .predicting import LoadedVersion
from .service import EXPERIMENT

if TYPE_CHECKING:
    from ...settings import Settings

__all__ = ["log_report", "mlflow_evaluate", "set_to", "tracked_run"]

MAX_DIGEST = 36


@contextlib.contextmanager
def set_to(uri: str) -> Iterator[None]:
    """Have MLflow's functions mean this tracking store and registry, and afterwards what they meant before.

    Raises
    ------
    Conflict: ``mlflow_elsewhere``: a run of another tracking store is active.
    """
    import mlflow

    before = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None
    if mlflow.active_run() is not None and before != uri:
        raise Conflict(
            "mlflow_elsewhere",
            "A run of another tracking store is active.",
            "End it by `mlflow.end_run()`, or set `mlflow_tracking_uri` to its store.",
        )
    logger = logging.getLogger("mlflow")
    level = logger.level
    mlflow.set_tracking_uri(uri)
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        mlflow.set_tracking_uri(before)


@contextlib.contextmanager
def tracked_run(settings: Settings, name: str, user: str) -> Iterator[str]:
    """The run that is active, that of this job, or a new one; its id.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``.
    """
    import mlflow

    uri = settings.mlflow_tracking_uri
    active = mlflow.active_run()
    if active is not None:
        yield str(active.info.run_id)
        return
    with answering(uri):
        if os.environ.get("MLFLOW_RUN_ID"):
            run = mlflow.start_run()
        else:
            # Not a run made before: MLflow does not start one of another experiment than the notebook has set.
            tags = {"mlflow.user": user}
            run = mlflow.start_run(experiment_id=_experiment(settings), run_name=name, tags=tags)
    try:
        yield str(run.info.run_id)
    except BaseException:
        mlflow.end_run("FAILED")
        raise
    mlflow.end_run()


def _experiment(settings: Settings) -> str:
    """The id of the experiment of evaluations."""
    client = connect(settings.mlflow_tracking_uri)
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    # Without a place MLflow writes below whatever folder the process is in.
    own = settings.mlflow_tracking_uri.startswith("sqlite:///")
    place = (Path(settings.state_dir) / "mlartifacts" / EXPERIMENT).as_uri() if own else None
    return str(client.create_experiment(EXPERIMENT, artifact_location=place))


def mlflow_evaluate(
    loaded: LoadedVersion, data: EvaluationData, inputs: Any, scorer: Scorer, classes: list[Any]
) -> dict[str, float]:
    """What `mlflow.models.evaluate` finds, in the active run and at the logged model; the data is the run's input.

    MLflow asks scikit-learn's models itself, which gives it their probabilities. Of others it is given what they
    predicted: it takes a classifier's output for labels.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``.
    """
    import mlflow
    import pandas as pd  # type: ignore[import-untyped]
    from matplotlib import pyplot as plt

    frame = pd.DataFrame(inputs).reset_index(drop=True)
    frame.columns = [str(name) for name in frame.columns]
    actual, predicted = _answers(scorer, classes)
    target, prediction = _free("target", frame), _free("prediction", frame)
    frame[target] = actual
    own = "sklearn" in loaded.model.metadata.flavors and hasattr(inputs, "columns")
    if not own:
        frame[prediction] = predicted
    kind = "classifier" if isinstance(scorer, LabelScorer) else "regressor"
    # As this is imported, it has matplotlib draw as it wants; a notebook would show what it leaves open.
    before = set(plt.get_fignums())
    with answering(mlflow.get_tracking_uri()), warnings.catch_warnings():
        # The data's schema is that of rows that are there: integers among them are not missing.
        warnings.filterwarnings("ignore", message="Hint: Inferred schema contains integer")
        dataset = mlflow.data.from_pandas(
            frame,
            source=_source(data),
            name=data.name[:500],
            targets=target,
            digest=(data.digest or "").removeprefix("sha256:")[:MAX_DIGEST] or None,
            predictions=None if own else prediction,
        )
        result = mlflow.models.evaluate(
            model=loaded.model if own else None,
            data=dataset,
            model_type=kind,
            evaluators="default",
            evaluator_config={"log_model_explainability": False},
            model_id=loaded.model_id,
        )
    for number in set(plt.get_fignums()) - before:
        plt.close(number)
    return dict(result.metrics)


def _answers(scorer: Scorer, classes: list[Any]) -> tuple[Any, Any]:
    import numpy as np

    if isinstance(scorer, LabelScorer):
        names = np.asarray(classes)
        return names[scorer.actual], names[scorer.labels]
    assert isinstance(scorer, RegressionScorer)
    return scorer.actual, scorer.predicted


def _free(name: str, frame: Any) -> str:
    while name in frame.columns:
        name = f"{name}_"
    return name


def _source(data: EvaluationData) -> Any:
    """Where the data is from: its name alone, since MLflow's own kinds of sources know none of ours."""
    from mlflow.data.code_dataset_source import CodeDatasetSource

    return CodeDatasetSource(tags={"mlx.data": data.name})


def log_report(
    report: Mapping[str, Any], metrics: Mapping[str, float], files: Mapping[str, bytes], model_id: str | None
) -> None:
    """Log metrics to the active run and the logged model, pictures, and the report as ``evaluation.json``.

    Parameters
    ----------
    metrics: Finite or not: MLflow takes both.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``.
    """
    import tempfile

    import mlflow

    with answering(mlflow.get_tracking_uri()), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mlflow.log_metrics(dict(metrics), model_id=model_id)
        mlflow.set_tags(
            {"mlx.evaluation": report["id"], "mlx.model": report["model"], "mlx.model_version": report["version"]}
        )
        for file, content in files.items():
            (folder / file).write_bytes(content)
        (folder / "evaluation.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
        mlflow.log_artifacts(name, "evaluation")
