"""Stated and true shares, in groups of equal size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .classification import BINS, BinaryScorer, MulticlassScorer, groups_of
from .metrics import Array, Scorer

__all__ = ["Calibration", "calibration_of"]


@dataclass(frozen=True)
class Calibration:
    """A calibration curve.

    stated, observed: The mean probability of each group, and the share for which it was true.
    error: How far both lie apart on average (ECE).
    """

    stated: Array
    observed: Array
    rows: Array

    @property
    def error(self) -> float:
        """The expected calibration error."""
        return float(np.average(np.abs(self.stated - self.observed), weights=self.rows))

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "stated": self.stated.tolist(),
            "observed": self.observed.tolist(),
            "rows": self.rows.tolist(),
            "error": self.error,
        }


def calibration_of(scorer: Scorer, bins: int = BINS) -> Calibration | None:
    """The curve of a classifier: of the second class, or of more classes that of the label; None without probabilities.

    Parameters
    ----------
    bins: How many groups at most.
    """
    if isinstance(scorer, BinaryScorer):
        stated, true = scorer.probability, scorer.actual
    elif isinstance(scorer, MulticlassScorer):
        stated = scorer.probabilities[np.arange(scorer.rows), scorer.labels]
        true = scorer.actual == scorer.labels
    else:
        return None
    group = groups_of(stated, bins)
    rows = np.bincount(group)
    return Calibration(np.bincount(group, stated) / rows, np.bincount(group, true) / rows, rows)
