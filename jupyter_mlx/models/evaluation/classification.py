"""Scorers of classifiers: of two classes, and of more."""

from __future__ import annotations

import numpy as np

from .metrics import Array, ratio

__all__ = ["BinaryScorer", "LabelScorer", "MulticlassScorer", "groups_of"]

BINS = 10
_LEAST = float(np.finfo(np.float64).eps)


def groups_of(stated: Array, bins: int = BINS) -> Array:
    """Groups of equal size by what was stated, fewer where many state the same: whole numbers from 0."""
    edges = np.unique(np.quantile(stated, np.linspace(0, 1, bins + 1)[1:-1]))
    groups: Array = np.searchsorted(edges, stated, side="left")
    _, dense = np.unique(groups, return_inverse=True)
    return dense


class _Calibration:
    """The expected calibration error: how far stated and true shares lie apart, over groups of equal size."""

    def __init__(self, true: Array, stated: Array) -> None:
        group = groups_of(stated)
        self._columns = np.zeros((len(true), int(group.max()) + 1 if len(group) else 1))
        self._columns[np.arange(len(true)), group] = stated - true

    def error(self, weights: Array, total: Array) -> Array:
        return ratio(np.abs(weights @ self._columns).sum(axis=1), total)


class _Ranking:
    """AUC and average precision of one class against the rest."""

    def __init__(self, true: Array, probability: Array) -> None:
        self._order = np.argsort(-probability, kind="stable")
        ranked = probability[self._order]
        # Rows with the same probability are taken in together.
        self._ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        self._true = true[self._order]

    def scores(self, weights: Array) -> tuple[Array, Array]:
        """AUC as the share of pairs in order, ties half; average precision as scikit-learn has it."""
        ranked = weights[:, self._order]
        taken = np.cumsum(ranked, axis=1)[:, self._ends]
        caught = np.cumsum(ranked * self._true, axis=1)[:, self._ends]
        wrong = taken - caught
        new_caught = np.diff(caught, axis=1, prepend=0)
        new_wrong = np.diff(wrong, axis=1, prepend=0)
        positives, negatives = caught[:, -1], wrong[:, -1]
        in_order = ((caught - new_caught / 2) * new_wrong).sum(axis=1)
        precision = ratio(caught, taken, undefined=0.0)
        return ratio(in_order, positives * negatives), ratio((new_caught * precision).sum(axis=1), positives)


class LabelScorer:
    """Accuracy, F1, precision and recall of labels; of more than two classes the plain mean over them (macro).

    Parameters
    ----------
    actual, labels: Which class, by whole numbers from 0.
    classes: How many there are; of two the second is the positive one.
    """

    def __init__(self, actual: Array, labels: Array, classes: int) -> None:
        self.actual, self.labels, self.classes = actual, labels, classes
        self.rows = len(actual)
        self.names: tuple[str, ...] = ("accuracy", "f1", "precision", "recall")
        self._right = (actual == labels).astype(np.float64)

    def scores(self, weights: Array) -> dict[str, Array]:
        """As `Scorer` has it."""
        total = weights.sum(axis=1)
        found = {"accuracy": ratio(weights @ self._right, total)}
        scored = [1] if self.classes == 2 else range(self.classes)
        # A class that neither occurs nor is predicted, in a draw or a slice, says nothing.
        sums = {name: np.zeros(len(weights)) for name in ("f1", "precision", "recall")}
        seen = np.zeros(len(weights))
        for number in scored:
            is_class, said = self.actual == number, self.labels == number
            columns = np.column_stack([is_class & said, said, is_class]).astype(np.float64)
            hits, stated, there = (weights @ columns).T
            seen += stated + there > 0
            sums["f1"] += ratio(2 * hits, stated + there, 0.0)
            sums["precision"] += ratio(hits, stated, 0.0)
            sums["recall"] += ratio(hits, there, 0.0)
        return {**found, **{name: ratio(value, seen) for name, value in sums.items()}}

    def part(self, members: Array) -> LabelScorer:
        """As `Scorer` has it."""
        return LabelScorer(self.actual[members], self.labels[members], self.classes)

    def losses(self, metric: str) -> Array | None:
        """As `Scorer` has it."""
        return 1 - self._right if metric == "accuracy" else None


class BinaryScorer(LabelScorer):
    """What `LabelScorer` gives, and AUC, average precision, Brier score, log loss and ECE of a probability.

    Parameters
    ----------
    probability: Of the second class.
    """

    def __init__(self, actual: Array, probability: Array, labels: Array | None = None) -> None:
        self.probability = probability
        super().__init__(actual, (probability >= 0.5).astype(np.int64) if labels is None else labels, 2)
        self.names = ("auc", "average_precision", "brier", "log_loss", "ece", *self.names)
        true = actual.astype(np.float64)
        kept = np.clip(probability, _LEAST, 1 - _LEAST)
        self._losses = {
            "brier": (probability - true) ** 2,
            "log_loss": -(true * np.log(kept) + (1 - true) * np.log1p(-kept)),
        }
        self._ranking, self._calibration = _Ranking(true, probability), _Calibration(true, probability)

    def scores(self, weights: Array) -> dict[str, Array]:
        """As `Scorer` has it."""
        found = super().scores(weights)
        total = weights.sum(axis=1)
        found |= {name: ratio(weights @ loss, total) for name, loss in self._losses.items()}
        found["auc"], found["average_precision"] = self._ranking.scores(weights)
        found["ece"] = self._calibration.error(weights, total)
        return found

    def part(self, members: Array) -> BinaryScorer:
        """As `Scorer` has it."""
        return BinaryScorer(self.actual[members], self.probability[members], self.labels[members])

    def losses(self, metric: str) -> Array | None:
        """As `Scorer` has it."""
        return self._losses.get(metric, super().losses(metric))


class MulticlassScorer(LabelScorer):
    """The same of more than two classes.

    AUC and average precision are the plain mean over classes, each against the rest; the Brier score is the sum over
    classes; ECE is that of the label's own probability.

    Parameters
    ----------
    probabilities: Of shape ``(rows, classes)``.
    """

    def __init__(self, actual: Array, probabilities: Array, labels: Array | None = None) -> None:
        self.probabilities = probabilities
        super().__init__(actual, probabilities.argmax(axis=1) if labels is None else labels, probabilities.shape[1])
        self.names = ("auc", "average_precision", "brier", "log_loss", "ece", *self.names)
        rows = np.arange(self.rows)
        hot = np.zeros_like(probabilities)
        hot[rows, actual] = 1
        own = np.clip(probabilities[rows, actual], _LEAST, 1)
        self._losses = {"brier": ((probabilities - hot) ** 2).sum(axis=1), "log_loss": -np.log(own)}
        self._rankings = [_Ranking(hot[:, number], probabilities[:, number]) for number in range(self.classes)]
        self._calibration = _Calibration(self._right, probabilities[rows, self.labels])

    def scores(self, weights: Array) -> dict[str, Array]:
        """As `Scorer` has it."""
        found = super().scores(weights)
        total = weights.sum(axis=1)
        found |= {name: ratio(weights @ loss, total) for name, loss in self._losses.items()}
        found["ece"] = self._calibration.error(weights, total)
        each = np.array([ranking.scores(weights) for ranking in self._rankings])
        # Where a class is not there, it has no AUC; the others have.
        there = ~np.isnan(each)
        means = ratio(np.where(there, each, 0.0).sum(axis=0), there.sum(axis=0).astype(np.float64))
        found["auc"], found["average_precision"] = means
        return found

    def part(self, members: Array) -> MulticlassScorer:
        """As `Scorer` has it."""
        return MulticlassScorer(self.actual[members], self.probabilities[members], self.labels[members])

    def losses(self, metric: str) -> Array | None:
        """As `Scorer` has it."""
        return self._losses.get(metric, super().losses(metric))
