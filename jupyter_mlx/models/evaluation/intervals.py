"""Bootstrap intervals: rows, clusters of rows or blocks of time drawn again and again, as weights.

A draw of rows with replacement is how often each row was drawn. Weights are made for some draws at a time, so that
memory does not grow with their number; all scorers see the same draws, which makes their differences paired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .metrics import Array, Scorer, values_of

__all__ = ["CONFIDENCE", "Draws", "Interval", "Units", "bootstrap", "intervals", "percentiles"]

CONFIDENCE = 0.95
CELLS = 2_000_000
"""Weights that are held at once."""


@dataclass(frozen=True)
class Interval:
    """A value with its percentile interval, without one where too few draws gave a value."""

    value: float
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it, numbers as they are."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Units:
    """What is drawn.

    codes: Which unit each row is of, by whole numbers from 0; None where each row is its own.
    count: How many units.
    block: How many neighbours are drawn together, for units in the order of time; 1 for independent ones.
    """

    codes: Array | None
    count: int
    block: int = 1

    @classmethod
    def rows(cls, count: int) -> Units:
        """Each row for itself."""
        return cls(None, count)

    @classmethod
    def clusters(cls, values: Array) -> Units:
        """Rows of one value together (cluster bootstrap)."""
        codes = _codes(values)
        return cls(codes, int(codes.max()) + 1)

    @classmethod
    def blocks(cls, times: Array, least: int = 1) -> Units:
        """Moving blocks of neighbouring times (Künsch, 1989), of the cube root of their number each.

        Parameters
        ----------
        least: A block is at least that long: a season.
        """
        distinct, codes = np.unique(times, return_inverse=True)
        length = max(round(len(distinct) ** (1 / 3)), least, 1)
        return cls(codes, len(distinct), min(length, len(distinct)))

    def count_of(self, members: Array) -> int:
        """How many units some rows are of."""
        return len(members if self.codes is None else np.unique(self.codes[members]))

    def weights(self, draws: int, seed: int) -> Iterator[Array]:
        """How often each row was drawn, some draws at a time: arrays of shape ``(some, rows)``."""
        generator = np.random.default_rng(seed)
        rows = self.count if self.codes is None else len(self.codes)
        at_once = max(1, min(draws, CELLS // max(rows, 1)))
        for start in range(0, draws, at_once):
            drawn = self._draw(generator, min(at_once, draws - start))
            yield drawn if self.codes is None else drawn[:, self.codes]

    def _draw(self, generator: np.random.Generator, draws: int) -> Array:
        if self.block == 1:
            chosen = generator.integers(0, self.count, (draws, self.count))
        else:
            starts = generator.integers(0, self.count - self.block + 1, (draws, -(-self.count // self.block)))
            chosen = (starts[:, :, None] + np.arange(self.block)).reshape(draws, -1)[:, : self.count]
        chosen += np.arange(draws)[:, None] * self.count
        counts = np.bincount(chosen.ravel(), minlength=draws * self.count)
        return counts.reshape(draws, self.count).astype(np.float64)


def _codes(values: Array) -> Array:
    import pandas as pd  # type: ignore[import-untyped]

    # A missing value is a cluster as any other.
    codes: Array = pd.factorize(values, use_na_sentinel=False)[0]
    return codes


Draws = dict[str, Array]
"""By metric, its value in each draw."""


def bootstrap(
    parts: Mapping[str, tuple[Scorer, Array | None]], units: Units, draws: int, seed: int
) -> dict[str, Draws]:
    """The metrics of several scorers in the same draws.

    Parameters
    ----------
    parts: By a key, a scorer, and of which rows it is; None for all.
    """
    found: dict[str, list[Draws]] = {key: [] for key in parts}
    for weights in units.weights(draws, seed):
        for key, (scorer, members) in parts.items():
            found[key].append(scorer.scores(weights if members is None else weights[:, members]))
    return {
        key: {name: np.concatenate([item[name] for item in several]) for name in parts[key][0].names}
        for key, several in found.items()
    }


def percentiles(drawn: Array, confidence: float = CONFIDENCE) -> tuple[float | None, float | None]:
    """The middle of what was drawn; None where less than half of the draws have a value."""
    finite = drawn[np.isfinite(drawn)]
    if len(finite) * 2 < len(drawn) or not len(finite):
        return None, None
    low, high = np.quantile(finite, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def intervals(scorer: Scorer, drawn: Draws, count: int, confidence: float = CONFIDENCE) -> dict[str, Interval]:
    """Each metric with its interval.

    Parameters
    ----------
    count: How many units the scorer's rows are of: fewer than two give no interval.
    """
    values = values_of(scorer)
    ends: dict[str, tuple[float | None, float | None]] = dict.fromkeys(values, (None, None))
    if count > 1:
        ends = {name: percentiles(drawn[name], confidence) for name in values}
    if count > 1 and "ece" in values:
        # Drawing rows adds noise to each group, and to the error of all: as much as the mean of the draws is above it.
        shifted = drawn["ece"] - np.mean(drawn["ece"]) + values["ece"]
        ends["ece"] = percentiles(np.maximum(shifted, 0.0), confidence)
    return {name: Interval(value, *ends[name]) for name, value in values.items()}
