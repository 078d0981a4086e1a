"""`mlx.models.evaluate` and its kin, in a notebook or a script."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...api import services
from ...notes import note
from ...processes import present_run
from ...shown import ShownList
from .evaluating import EVALUATION_TAG, Asked
from .recording import report_of
from .shown import Evaluation, evaluations_html

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import pyarrow as pa


__all__ = ["evaluate", "evaluations", "record_evaluation"]


def evaluate(
    model: str,
    version: int | str,
    data: str | os.PathLike[str] | pd.DataFrame | pa.Table,
    target: str,
    kind: str | None = None,
    *,
    where: str | None = None,
    slices: Sequence[str] = (),
    cluster: str | None = None,
    time: str | None = None,
    champion: int | str | None = None,
    metric: str | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
    season: int = 1,
    features: Sequence[str] = (),
    min_rows: int = 50,
    within: str | os.PathLike[str] | None = None,
) -> Evaluation:
    """Evaluate a version of a model: metrics with 95% intervals, slices, calibration, and against the champion.

    MLflow's own evaluation runs beside it. All of it is logged to the active run, and kept with the version.

    Parameters
    ----------
    version: A number or an alias.
    data: A training set's id or name, ``database.table`` of the catalog, a Parquet or CSV file, a data frame or an
        Arrow table.
    target: The column of answers.
    kind: ``classifier``, ``regressor`` or ``forecaster``; told from the answers by default.
    where: A condition in SQL on the rows.
    slices: Columns: their values, or quarters of numbers, are looked at each by itself.
    cluster: A column: rows of one value are alike, and drawn together for intervals; of forecasts, the series.
    time: The column of time, of forecasts.
    champion: What to compare with, an alias or a number; the alias ``champion`` by default where there is one, and
        ``""`` for no comparison.
    metric: What counts for the comparison; by default AUC, RMSE, MASE.
    bootstrap: Draws behind the intervals, 100 to 100,000.
    seed: Start of the draws.
    season: Steps after which forecasts' series repeat.
    features: The model's inputs in order, where its signature does not name them.
    min_rows: Smaller slices are left out.
    within: Read no file out of this folder, to which paths are then relative.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``, ``data_missing``, ``table_unknown``.
    Forbidden: ``permission_missing``, ``path_outside_root``.
    InvalidInput: What is wrong with the data, the predictions or the options; nothing was kept then.
    ExecutionFailed: ``model_unloadable``, ``prediction_failed``, with what the model's own code said.
    Unavailable: ``mlflow_unavailable``.
    """
    mlx = services()
    options = {
        "slices": tuple(slices),
        "cluster": cluster,
        "time": time,
        "metric": metric,
        "bootstrap": bootstrap,
        "seed": seed,
        "season": season,
        "features": tuple(features),
        "min_rows": min_rows,
    }
    given = os.fspath(data) if isinstance(data, os.PathLike) else data
    folder = None if within is None else Path(within).resolve()
    made = mlx.models.evaluator.evaluate(
        Asked(model, version, given, target, kind, where, champion, options),
        mlx.asker(),
        within=folder,
        values_shown=not mlx.access.by_grants,
    )
    _note(made)
    return made


def record_evaluation(
    model: str,
    version: int | str,
    *,
    kind: str,
    metrics: Mapping[str, float],
    data: Any,
    rows: int,
    target: str = "",
    intervals: Mapping[str, Any] | None = None,
    slices: Sequence[Mapping[str, Any]] = (),
    calibration: Mapping[str, Any] | None = None,
    comparison: Mapping[str, Any] | None = None,
    pictures: Sequence[str] = (),
    confidence: float = 0.95,
    data_digest: str | None = None,
    mlflow_run_id: str | None = None,
    notes: Sequence[str] = (),
    request: Mapping[str, Any] | None = None,
) -> Evaluation:
    """Keep with a version what a notebook of your own found of it, as `evaluate` keeps what it finds.

    Parameters
    ----------
    kind: ``classifier``, ``regressor`` or ``forecaster``.
    data: The name of what it was evaluated on, or a training set.
    rows: How many.
    intervals: By metric ``(low, high)``.
    slices: ``{"column", "value", "rows", "metrics"}`` each; a metric is a number or ``(value, low, high)``.
    calibration: ``{"stated", "observed", "rows", "error"}``.
    comparison: ``{"version", "metric", "difference"}`` and what else is known of ``p_value``, ``test``, ``better``,
        ``message``, ``model``; a difference is a number or ``(value, low, high)``. Without ``better`` that is told
        from the interval.
    pictures: Paths of artifacts of the MLflow run.
    mlflow_run_id: Where it was logged; the active run by default.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``.
    InvalidInput: ``evaluation_invalid``: what was found can't be kept so.
    """
    mlx = services()
    number = mlx.models.registry.resolve(model, str(version))
    record = getattr(data, "record", None)
    report = report_of(
        {
            "model": model,
            "version": number,
            "kind": kind,
            "metrics": metrics,
            "data": str(data if record is None else record["name"] or record["id"]),
            "rows": rows,
            "target": target,
            "data_digest": data_digest if record is None else data_digest or record["digest"],
            "confidence": confidence,
            "pictures": list(pictures),
            "notes": list(notes),
            "request": dict(request or {}),
            "run_id": present_run(),
            "mlflow_run_id": mlflow_run_id or _active_run(),
            "calibration": calibration,
        },
        intervals or {},
        slices,
        comparison,
    )
    kept = mlx.models.evaluations.add(report, mlx.asker())
    mlx.models.registry.update(model, number, None, {EVALUATION_TAG: kept["id"]})
    made = Evaluation(kept)
    _note(made)
    return made


def evaluations(model: str, version: int | str | None = None) -> ShownList:
    """The evaluations of a model, or of one of its versions, newest first: ``EvaluationSummary`` each.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``.
    """
    mlx = services()
    number = None if version is None else mlx.models.registry.resolve(model, str(version))
    return ShownList(mlx.models.evaluations.of(model, number), evaluations_html)


def _active_run() -> str | None:
    # Whoever has not imported MLflow has no run in it.
    mlflow = sys.modules.get("mlflow")
    run = None if mlflow is None else mlflow.active_run()
    return os.environ.get("MLFLOW_RUN_ID") or None if run is None else str(run.info.run_id)


def _note(made: Evaluation) -> None:
    """Have the run's record say what came of it."""
    note("evaluation", {key: made[key] for key in ("id", "model", "version", "kind", "champion", "better")})
