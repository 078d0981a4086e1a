"""What is found of predictions whose answers are known: intervals, slices, calibration, a comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from ...errors import InvalidInput
from .calibration import Calibration, calibration_of
from .comparison import Comparison, compare
from .intervals import Interval, Units, bootstrap, intervals
from .metrics import Array, ForecastScorer, Scorer, naive_scale, values_of
from .slices import MIN_ROWS, Slice, slices_of

__all__ = ["Findings", "Options", "document", "find", "forecast_scorer", "series_of", "times_of"]

FEW_UNITS = 10
_FIRST_CHOICE = {
    "classifier": ("auc", "f1"),
    "regressor": ("rmse",),
    "forecaster": ("mase", "mae"),
}
BOOTSTRAP = (100, 100_000)


@dataclass(frozen=True)
class Options:
    """How is evaluated.

    slices: Columns to cut by.
    cluster: A column: rows of one value are drawn together; of forecasts, which series a row is of.
    time: The column of time, of forecasts.
    metric: What counts for the comparison; by default AUC, RMSE, MASE.
    bootstrap: Draws.
    season: Steps after which a forecast's series repeats, for MASE and the blocks.
    features: The model's inputs, where its signature does not name them.
    min_rows: Smaller slices are left out.

    Raises
    ------
    InvalidInput: ``bootstrap_invalid``, ``season_invalid``.
    """

    target: str
    kind: str
    slices: Sequence[str] = ()
    cluster: str | None = None
    time: str | None = None
    metric: str | None = None
    bootstrap: int = 1000
    seed: int = 0
    season: int = 1
    features: Sequence[str] = ()
    min_rows: int = MIN_ROWS

    def __post_init__(self) -> None:
        least, most = BOOTSTRAP
        if not least <= self.bootstrap <= most:
            raise InvalidInput(
                "bootstrap_invalid",
                f"{self.bootstrap:,} draws are none that make an interval.",
                f"Take {least:,} to {most:,}.",
                field="bootstrap",
            )
        if self.season < 1 or self.seed < 0 or self.min_rows < 1:
            raise InvalidInput(
                "number_invalid", "`season` and `min_rows` are 1 or more, `seed` is 0 or more.", "Mend them."
            )

    @property
    def not_features(self) -> tuple[str, ...]:
        """Columns that no model without a signature is asked with; a forecaster is, with the series and the time."""
        others = () if self.kind == "forecaster" else (self.cluster, self.time)
        return tuple(name for name in (self.target, *others) if name is not None)


@dataclass(frozen=True)
class Findings:
    """What was found.

    metric: What counts.
    values: Each metric with its interval.
    slices: The same of each slice.
    notes: What whoever reads it has to know: what was left out, what could not be done.
    """

    metric: str
    values: dict[str, Interval]
    slices: list[tuple[Slice, dict[str, Interval]]]
    calibration: Calibration | None
    comparison: Comparison | None
    notes: list[str] = field(default_factory=list)


def find(scorer: Scorer, other: Scorer | None, frame: pd.DataFrame, options: Options) -> Findings:
    """Look at predictions from all sides, with one set of draws.

    Parameters
    ----------
    other: What another version predicts for the same rows.

    Raises
    ------
    InvalidInput: ``column_unknown``, ``metric_unknown``, ``time_missing``, ``time_invalid``.
    """
    metric = _metric(scorer, options)
    units, notes = _units(frame, options)
    cut, left_out = slices_of(frame, options.slices, options.min_rows)
    parts: dict[str, tuple[Scorer, Array | None]] = {"all": (scorer, None)}
    if other is not None:
        parts["other"] = (other, None)
    for number, item in enumerate(cut):
        parts[f"slice {number}"] = (scorer.part(item.members), item.members)
    drawn = bootstrap(parts, units, options.bootstrap, options.seed)
    found = [
        (item, intervals(parts[key][0], drawn[key], units.count_of(item.members)))
        for number, item in enumerate(cut)
        for key in (f"slice {number}",)
    ]
    comparison = None
    if other is not None:
        missing = metric not in other.names
        if missing:
            notes.append(f"The other version gives no {metric}: it predicts labels, not probabilities.")
        else:
            comparison = compare(scorer, other, metric, (drawn["all"], drawn["other"]), units)
    return Findings(
        metric,
        intervals(scorer, drawn["all"], units.count),
        found,
        calibration_of(scorer),
        comparison,
        [*notes, *left_out],
    )


def _metric(scorer: Scorer, options: Options) -> str:
    if options.metric is None:
        values = values_of(scorer)
        choices = [name for name in _FIRST_CHOICE[options.kind] if np.isfinite(values.get(name, np.nan))]
        return choices[0] if choices else scorer.names[0]
    if options.metric not in scorer.names:
        raise InvalidInput(
            "metric_unknown",
            f"There is no metric `{options.metric}` of what this {options.kind} predicts.",
            f"Take one of {', '.join(scorer.names)}.",
            field="metric",
        )
    return options.metric


def _units(frame: pd.DataFrame, options: Options) -> tuple[Units, list[str]]:
    """What the bootstrap draws, and what has to be said of it."""
    if options.cluster is not None:
        units = Units.clusters(_column(frame, options.cluster, "cluster").to_numpy())
        if units.count > 1:
            few = f"There are {units.count} values of `{options.cluster}` only: intervals are rough."
            return units, [few] if units.count < FEW_UNITS else []
        if options.kind != "forecaster":
            return units, [f"All rows have the same `{options.cluster}`: there are no intervals."]
    if options.kind == "forecaster":
        units = Units.blocks(times_of(frame, options), options.season)
        return units, [f"There are {units.count} times only: intervals are rough."] if units.count < FEW_UNITS else []
    return Units.rows(len(frame)), []


def _column(frame: pd.DataFrame, name: str, what: str) -> pd.Series:
    if name not in frame.columns:
        raise InvalidInput(
            "column_unknown",
            f"The data has no column `{name}`.",
            f"It has {', '.join(map(str, frame.columns))}.",
            field=what,
        )
    return frame[name]


# -- forecasts -----------------------------------------------------------------------------------------------


def times_of(frame: pd.DataFrame, options: Options) -> Array:
    """The times of forecasts: numbers, or moments of which text is read.

    Raises
    ------
    InvalidInput: ``time_missing``, ``column_unknown``, ``time_invalid``.
    """
    if options.time is None:
        raise InvalidInput(
            "time_missing", "A forecast needs its time.", "Name the column of time by `time`.", field="time"
        )
    values = _column(frame, options.time, "time")
    if not pd.api.types.is_numeric_dtype(values.dtype):
        try:
            values = pd.to_datetime(values, utc=True).dt.tz_localize(None)
        except (ValueError, TypeError) as error:
            said = str(error).partition("\n")[0]
            raise InvalidInput(
                "time_invalid", f"`{options.time}` holds no times: {said}", "Name a column of times.", field="time"
            ) from error
    missing = int(values.isna().sum())
    if missing:
        raise InvalidInput(
            "time_invalid",
            f"{missing:,} rows have no `{options.time}`.",
            f"Leave them out: `where='\"{options.time}\" IS NOT NULL'`.",
            field="time",
        )
    found: Array = values.to_numpy()
    return found


def series_of(frame: pd.DataFrame, options: Options) -> Array:
    """Which series each row is of, by whole numbers from 0."""
    if options.cluster is None:
        return np.zeros(len(frame), np.int64)
    codes: Array = pd.factorize(_column(frame, options.cluster, "cluster"), use_na_sentinel=False)[0]
    return codes


def forecast_scorer(
    frame: pd.DataFrame, actual: Array, options: Options
) -> tuple[Callable[[Array], ForecastScorer], list[str]]:
    """Makes scorers of forecasts of some rows, and says what their scale is.

    Raises
    ------
    InvalidInput: As `times_of` has it.
    """
    times = times_of(frame, options)
    scale = naive_scale(actual, series_of(frame, options), times, options.season)
    notes = [f"The horizon is {len(np.unique(times)):,} times, {times.min()} to {times.max()}."]
    unscaled = int(np.isnan(scale).sum())
    if unscaled:
        notes.append(f"{unscaled:,} rows have no MASE: their series is too short, or never changes.")
    steps = "step" if options.season == 1 else "steps"
    notes.append(f"MASE is held against what was {options.season} {steps} before, in these rows.")

    def make(predicted: Array) -> ForecastScorer:
        return ForecastScorer(actual, predicted, scale)

    return make, notes


def document(findings: Findings) -> dict[str, Any]:
    """The parts of the contract's ``Evaluation`` that findings are."""
    return {
        "metrics": {name: item.value for name, item in findings.values.items()},
        "intervals": {name: item.to_json() for name, item in findings.values.items()},
        "slices": [
            {
                "column": item.column,
                "value": item.value,
                "rows": len(item.members),
                "metrics": {name: one.to_json() for name, one in metrics.items()},
            }
            for item, metrics in findings.slices
        ],
        "calibration": None if findings.calibration is None else findings.calibration.to_json(),
        "notes": list(findings.notes),
    }
