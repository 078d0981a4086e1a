"""Champion against challenger on the same rows: the paired difference with its interval, and a paired test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .classification import BinaryScorer, LabelScorer
from .intervals import CONFIDENCE, Draws, Interval, Units, percentiles
from .metrics import HIGHER_IS_BETTER, Array, Scorer, values_of

__all__ = ["Comparison", "compare", "delong"]

FEW = 25
"""With fewer rows on which just one of both is right, McNemar's test is exact."""


@dataclass(frozen=True)
class Comparison:
    """How a version compares with another.

    difference: Of the metric, this version's less the other's.
    test: Which gave the p-value.
    better: Whether it is better beyond chance; None where that is open.
    """

    metric: str
    difference: Interval
    p_value: float | None
    test: str
    better: bool | None

    def to_json(self, model: str, version: int) -> dict[str, Any]:
        """``ComparisonResult`` of the contract, numbers as they are.

        Parameters
        ----------
        model, version: The other.
        """
        return {
            "model": model,
            "version": version,
            "metric": self.metric,
            "difference": self.difference.to_json(),
            "p_value": self.p_value,
            "test": self.test,
            "better": self.better,
            "message": self._message(version),
        }

    def _message(self, version: int) -> str:
        low, high = self.difference.low, self.difference.high
        between = "" if low is None else f", {CONFIDENCE:.0%} interval {low:+.4g} to {high:+.4g}"
        sure = "" if self.p_value is None else f", p = {self.p_value:.2g} ({self.test})"
        verdict = {
            True: f"Better than version {version} beyond chance",
            False: f"Worse than version {version} beyond chance",
            None: f"Neither better nor worse than version {version} beyond chance",
        }[self.better]
        return f"{verdict}: {self.metric} differs by {self.difference.value:+.4g}{between}{sure}."


def compare(challenger: Scorer, champion: Scorer, metric: str, drawn: tuple[Draws, Draws], units: Units) -> Comparison:
    """Compare two on the same rows.

    It is better or worse where the interval of the difference leaves 0 out and the test agrees.

    Parameters
    ----------
    drawn: The metrics of both in the same draws.
    """
    value = values_of(challenger)[metric] - values_of(champion)[metric]
    differences = drawn[0][metric] - drawn[1][metric]
    low, high = percentiles(differences) if units.count > 1 else (None, None)
    p_value, test = _test(challenger, champion, metric, differences, units)
    better = None
    if low is not None and high is not None and p_value is not None and p_value < 1 - CONFIDENCE:
        up = HIGHER_IS_BETTER[metric]
        if low > 0 or high < 0:
            better = (low > 0) == up
    return Comparison(metric, Interval(value, low, high), p_value, test, better)


def _test(
    challenger: Scorer, champion: Scorer, metric: str, differences: Array, units: Units
) -> tuple[float | None, str]:
    """The p-value of that there is no difference, and the name of the test."""
    if metric == "auc" and units.codes is None and isinstance(challenger, BinaryScorer):
        assert isinstance(champion, BinaryScorer)
        return delong(challenger.actual, challenger.probability, champion.probability), "DeLong"
    if metric == "accuracy" and units.codes is None and isinstance(challenger, LabelScorer):
        assert isinstance(champion, LabelScorer)
        return _mcnemar(challenger.actual == challenger.labels, champion.actual == champion.labels), "McNemar"
    own, other = challenger.losses(metric), champion.losses(metric)
    if own is None or other is None:
        return _bootstrap_p(differences), "paired bootstrap"
    defined = np.isfinite(own) & np.isfinite(other)
    difference = np.where(defined, own - other, 0.0)
    if units.block > 1:
        return _diebold_mariano(difference, units), "Diebold-Mariano"
    name = "paired t-test" if units.codes is None else "paired t-test, by cluster"
    return _paired_t(difference, units), name


def delong(actual: Array, first: Array, second: Array) -> float | None:
    """The p-value of equal AUCs of two probabilities of the same rows, two-sided (DeLong et al., 1988).

    By midranks, in n log n (Sun and Xu, 2014). None with fewer than two rows of a class.
    """
    from scipy.stats import norm, rankdata  # type: ignore[import-untyped]

    positive = actual == 1
    ones, zeros = int(positive.sum()), int((~positive).sum())
    if min(ones, zeros) < 2:
        return None
    # Each positive row's share of negatives below it, and each negative row's share of positives above it.
    above, below, areas = [], [], []
    for probability in (first, second):
        ranks = rankdata(probability)
        above.append((ranks[positive] - rankdata(probability[positive])) / zeros)
        below.append(1 - (ranks[~positive] - rankdata(probability[~positive])) / ones)
        areas.append(above[-1].mean())
    spread = np.cov(above) / ones + np.cov(below) / zeros
    variance = spread[0, 0] + spread[1, 1] - 2 * spread[0, 1]
    if variance <= np.finfo(np.float64).eps ** 2:
        return 1.0 if areas[0] == areas[1] else 0.0
    return float(2 * norm.sf(abs(areas[0] - areas[1]) / np.sqrt(variance)))


def _mcnemar(first: Array, second: Array) -> float:
    """The p-value of that both are right equally often; exact where they disagree on few rows."""
    from scipy.stats import binomtest, chi2

    only_first, only_second = int((first & ~second).sum()), int((~first & second).sum())
    unequal = only_first + only_second
    if unequal == 0:
        return 1.0
    if unequal < FEW:
        return float(binomtest(only_first, unequal, 0.5).pvalue)
    return float(chi2.sf((abs(only_first - only_second) - 1) ** 2 / unequal, 1))


def _paired_t(difference: Array, units: Units) -> float | None:
    """That the mean difference of losses is 0; by clusters, of sums that are independent of each other."""
    from scipy.stats import t

    codes = np.arange(units.count) if units.codes is None else units.codes
    mean = difference.mean()
    sums = np.bincount(codes, difference - mean, minlength=units.count)
    if units.count < 2:
        return None
    variance = (sums**2).sum() * units.count / (units.count - 1)
    return _two_sided(mean * len(difference), variance, lambda value: 2 * t.sf(value, units.count - 1))


def _diebold_mariano(difference: Array, units: Units) -> float | None:
    """That the mean difference of losses is 0, where neighbours in time are alike.

    The variance is Newey and West's, with as many neighbours as a block has.
    """
    from scipy.stats import t

    assert units.codes is not None
    if units.count < 2:
        return None
    mean = difference.mean()
    sums = np.bincount(units.codes, difference - mean, minlength=units.count)
    variance = float(sums @ sums)
    for lag in range(1, units.block):
        variance += 2 * (1 - lag / units.block) * float(sums[lag:] @ sums[:-lag])
    return _two_sided(mean * len(difference), variance, lambda value: 2 * t.sf(value, units.count - 1))


def _two_sided(total: float, variance: float, tail: Any) -> float:
    if variance <= 0:
        return 1.0 if total == 0 else 0.0
    return float(tail(abs(total) / np.sqrt(variance)))


def _bootstrap_p(differences: Array) -> float | None:
    """Twice the share of draws on the rarer side of 0: at least 2 of all draws and one."""
    drawn = differences[np.isfinite(differences)]
    if not len(drawn):
        return None
    rarer = min((drawn <= 0).sum(), (drawn >= 0).sum())
    return float(min(1.0, 2 * (rarer + 1) / (len(drawn) + 1)))
