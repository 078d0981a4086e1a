"""Metrics over many sets of row weights at once: a draw of a bootstrap is one set of weights.

A scorer takes a matrix of weights, a row a draw, and gives each metric an array, a value a draw. Most metrics are made
of weighted sums: one product of matrices gives them for all draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

__all__ = [
    "HIGHER_IS_BETTER",
    "Array",
    "ForecastScorer",
    "RegressionScorer",
    "Scorer",
    "naive_scale",
    "values_of",
]

Array = np.ndarray[Any, np.dtype[Any]]

HIGHER_IS_BETTER: Mapping[str, bool] = {
    "auc": True,
    "average_precision": True,
    "accuracy": True,
    "f1": True,
    "precision": True,
    "recall": True,
    "brier": False,
    "log_loss": False,
    "ece": False,
    "rmse": False,
    "mae": False,
    "r2": True,
    "mape": False,
    "smape": False,
    "mase": False,
}
"""Every metric by the name that it has in reports, in MLflow and in policies."""


class Scorer(Protocol):
    """The metrics of predictions whose answers are known.

    names: What `scores` gives.
    rows: How many there are.
    """

    names: tuple[str, ...]
    rows: int

    def scores(self, weights: Array) -> dict[str, Array]:
        """Each metric for each draw: NaN where it is not defined, such as AUC of one class.

        Parameters
        ----------
        weights: Not negative, of shape ``(draws, rows)``.
        """

    def part(self, members: Array) -> Scorer:
        """The scorer of some rows alone."""

    def losses(self, metric: str) -> Array | None:
        """What each row adds to a metric that is a mean, or grows with one; None for others. Lower is better."""


def values_of(scorer: Scorer) -> dict[str, float]:
    """The metrics themselves: every row counts once."""
    found = scorer.scores(np.ones((1, scorer.rows)))
    return {name: float(found[name][0]) for name in scorer.names}


def ratio(above: Array, below: Array, undefined: float = float("nan")) -> Array:
    """A quotient, and a value for where it is none."""
    found: Array = np.full(np.broadcast(above, below).shape, undefined)
    np.divide(above, below, out=found, where=below != 0)
    return found


@dataclass(frozen=True)
class _Sums:
    """The weighted sums of columns: ``weights @ columns``, by name."""

    columns: Mapping[str, Array]

    def of(self, weights: Array) -> dict[str, Array]:
        matrix = np.column_stack(list(self.columns.values()))
        return dict(zip(self.columns, (weights @ matrix).T, strict=True))


class RegressionScorer:
    """RMSE, MAE, R² and MAPE; the last one only where no answer is 0.

    Parameters
    ----------
    actual, predicted: Numbers, of shape ``(rows,)``.
    """

    def __init__(self, actual: Array, predicted: Array, *, mape: bool | None = None) -> None:
        self.actual, self.predicted = actual, predicted
        self.rows = len(actual)
        self._mape = bool((actual != 0).all()) if mape is None else mape
        self.names: tuple[str, ...] = ("rmse", "mae", "r2", *(("mape",) if self._mape else ()))
        self._losses = self._row_losses()
        centred = actual - actual.mean()
        # Sums of squares of what is far from 0 would lose their last digits.
        self._sums = _Sums({"one": np.ones(self.rows), "y": centred, "yy": centred**2, **self._losses})

    def _row_losses(self) -> dict[str, Array]:
        error = self.predicted - self.actual
        found = {"rmse": error**2, "mae": np.abs(error)}
        if self._mape:
            found["mape"] = np.abs(error) / np.abs(self.actual)
        return found

    def scores(self, weights: Array) -> dict[str, Array]:
        """As `Scorer` has it."""
        sums = self._sums.of(weights)
        total = sums["one"]
        spread = sums["yy"] - ratio(sums["y"] ** 2, total)
        means = {name: ratio(sums[name], total) for name in self._losses}
        with np.errstate(invalid="ignore", divide="ignore"):
            r2 = np.where(spread > 0, 1 - sums["rmse"] / spread, np.nan)
        return {**means, "rmse": np.sqrt(means["rmse"]), "r2": r2}

    def part(self, members: Array) -> RegressionScorer:
        """As `Scorer` has it."""
        return RegressionScorer(self.actual[members], self.predicted[members], mape=self._mape)

    def losses(self, metric: str) -> Array | None:
        """As `Scorer` has it: RMSE and R² grow and fall with the squared error."""
        return self._losses.get({"r2": "rmse"}.get(metric, metric))


class ForecastScorer(RegressionScorer):
    """RMSE, MAE, MAPE, sMAPE and MASE.

    Parameters
    ----------
    scale: What each row's error is held against by MASE: `naive_scale`.
    """

    def __init__(self, actual: Array, predicted: Array, scale: Array, *, mape: bool | None = None) -> None:
        self._scale = scale
        self._scaled = np.isfinite(scale)
        super().__init__(actual, predicted, mape=mape)
        self.names = (*(name for name in self.names if name != "r2"), "smape", "mase")

    def _row_losses(self) -> dict[str, Array]:
        error = np.abs(self.predicted - self.actual)
        size = (np.abs(self.actual) + np.abs(self.predicted)) / 2
        scaled = np.where(self._scaled, error / np.where(self._scaled, self._scale, 1), 0.0)
        return {**super()._row_losses(), "smape": ratio(error, size, undefined=0.0), "mase": scaled}

    def scores(self, weights: Array) -> dict[str, Array]:
        """As `Scorer` has it; MASE is of the rows that have a scale."""
        found = super().scores(weights)
        scaled = weights @ self._scaled.astype(np.float64)
        return {**found, "mase": ratio(found["mase"] * weights.sum(axis=1), scaled)}

    def losses(self, metric: str) -> Array | None:
        """As `Scorer` has it."""
        found = super().losses(metric)
        return np.where(self._scaled, found, np.nan) if metric == "mase" and found is not None else found

    def part(self, members: Array) -> ForecastScorer:
        """As `Scorer` has it."""
        return ForecastScorer(self.actual[members], self.predicted[members], self._scale[members], mape=self._mape)


def naive_scale(actual: Array, series: Array, time: Array, season: int) -> Array:
    """For each row the mean absolute error, in its series, of forecasting what was `season` steps before.

    The scale of MASE (Hyndman and Koehler, 2006), taken from the evaluated rows: models are registered without the
    series that they were trained on. NaN where a series has no pair of rows so far apart, or never changes.

    Parameters
    ----------
    series: Whole numbers from 0: which series each row is of.
    """
    order = np.lexsort((time, series))
    own, values = series[order], actual[order]
    changes = np.abs(values[season:] - values[:-season])
    inside = own[season:] == own[:-season]
    count = int(series.max()) + 1 if len(series) else 0
    total = np.bincount(own[season:][inside], changes[inside], minlength=count)
    pairs = np.bincount(own[season:][inside], minlength=count)
    scale = ratio(total, pairs)
    scale[scale == 0] = np.nan
    found: Array = scale[series]
    return found
