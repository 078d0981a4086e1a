"""Pictures of an evaluation, as figures that belong to no window and no notebook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .calibration import Calibration
from .classification import BinaryScorer, LabelScorer, MulticlassScorer
from .intervals import CONFIDENCE, Interval
from .metrics import Array, RegressionScorer
from .slices import Slice

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "calibration_picture",
    "confusion_picture",
    "forecast_picture",
    "png",
    "ranking_picture",
    "residuals_picture",
    "slices_picture",
]

BLUE, RED, GREY = "#2f6db5", "#c8442f", "#8a8f98"
_MOST_POINTS = 5_000
_MOST_CLASSES = 30


def png(figure: Figure) -> bytes:
    """A figure as a PNG file."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110)
    return stream.getvalue()


def _figure(panels: int, height: float = 4.0) -> tuple[Figure, list[Axes]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.5 * panels, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = list(figure.subplots(1, panels, squeeze=False)[0])
    for ax in axes:
        ax.set_facecolor("white")
        ax.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _titled(ax: Axes, title: str, **labels: Any) -> None:
    ax.set_title(_plain(title), loc="left", weight="bold")
    ax.set(**labels)


def _plain(text: Any) -> str:
    """A text that is drawn as it is: what stands between dollars would be read as mathematics."""
    return str(text)[:60].replace("$", r"\$")


# -- classifiers ---------------------------------------------------------------------------------------------


def ranking_picture(scorer: BinaryScorer | MulticlassScorer, classes: Sequence[Any]) -> Figure:
    """ROC and precision-recall curves: of the second class, or of each of more."""
    figure, (left, right) = _figure(2)
    if isinstance(scorer, BinaryScorer):
        curves = [(classes[1], scorer.actual == 1, scorer.probability)]
    else:
        numbers = range(min(scorer.classes, 10))
        curves = [(classes[n], scorer.actual == n, scorer.probabilities[:, n]) for n in numbers]
    for name, true, probability in curves:
        false_share, caught, precision = _curves(true, probability)
        left.plot(false_share, caught, label=_plain(name))
        right.plot(caught, precision, label=_plain(name))
    left.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle=":")
    _titled(left, "ROC", xlabel="false positive rate", ylabel="true positive rate")
    _titled(right, "Precision and recall", xlabel="recall", ylabel="precision", ylim=(0, 1.02))
    left.legend(frameon=False, loc="lower right")
    return figure


def _curves(true: Array, probability: Array) -> tuple[Array, Array, Array]:
    order = np.argsort(-probability, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(probability[order]) != 0, True))
    caught, taken = np.cumsum(true[order])[ends], ends + 1
    wrong = taken - caught
    keep = np.unique(np.linspace(0, len(ends) - 1, min(len(ends), _MOST_POINTS)).astype(int))
    caught, taken, wrong = caught[keep], taken[keep], wrong[keep]
    start = np.zeros(1)
    shares = [np.concatenate([start, part / max(part[-1], 1)]) for part in (wrong, caught)]
    return shares[0], shares[1], np.concatenate([[1.0], caught / taken])


def calibration_picture(curve: Calibration) -> Figure:
    """Stated and true shares."""
    figure, (ax,) = _figure(1)
    ax.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle=":")
    ax.plot(curve.stated, curve.observed, marker="o", color=RED)
    top = max(float(np.max([curve.stated, curve.observed])) * 1.05, 0.01)
    _titled(ax, f"Calibration, ECE {curve.error:.3f}", xlabel="stated probability", ylabel="true share")
    ax.set(xlim=(0, min(top, 1.02)), ylim=(0, min(top, 1.02)))
    return figure


def confusion_picture(scorer: LabelScorer, classes: Sequence[Any]) -> Figure | None:
    """How the rows of each class were labelled; None for very many classes."""
    if scorer.classes > _MOST_CLASSES:
        return None
    size = scorer.classes
    counts = np.bincount(scorer.actual * size + scorer.labels, minlength=size * size).reshape(size, size)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, (ax,) = _figure(1, max(4.0, 0.35 * size + 1))
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [_plain(item) for item in classes]
    ax.set_xticks(range(size), names, rotation=0 if size < 6 else 90)
    ax.set_yticks(range(size), names)
    if size <= 10:
        for row, column in np.ndindex(size, size):
            colour = "white" if shares[row, column] > 0.5 else "black"
            ax.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", color=colour)
    _titled(ax, "Confusion", xlabel="predicted", ylabel="actual")
    return figure


# -- numbers -------------------------------------------------------------------------------------------------


def residuals_picture(scorer: RegressionScorer) -> Figure:
    """What was predicted against what was, and the errors."""
    figure, (left, right) = _figure(2)
    error = scorer.predicted - scorer.actual
    some = np.linspace(0, scorer.rows - 1, min(scorer.rows, _MOST_POINTS)).astype(int)
    left.scatter(scorer.predicted[some], scorer.actual[some], s=6, alpha=0.4, color=BLUE, linewidths=0)
    ends = [min(scorer.predicted.min(), scorer.actual.min()), max(scorer.predicted.max(), scorer.actual.max())]
    left.plot(ends, ends, color="black", linewidth=0.8, linestyle=":")
    right.hist(error, bins=50, color=BLUE)
    right.axvline(0, color="black", linewidth=0.8)
    _titled(left, "Predicted and actual", xlabel="predicted", ylabel="actual")
    _titled(right, "Errors", xlabel="predicted minus actual", ylabel="rows")
    return figure


def forecast_picture(scorer: RegressionScorer, times: Array) -> Figure:
    """Forecast and actual over time, means where several rows are of one time, and the errors below them."""
    figure, (left, right) = _figure(2)
    distinct, codes = np.unique(times, return_inverse=True)
    count = np.bincount(codes)
    actual, predicted = (np.bincount(codes, values) / count for values in (scorer.actual, scorer.predicted))
    left.plot(distinct, actual, color=GREY, label="actual")
    left.plot(distinct, predicted, color=RED, label="forecast", linewidth=1)
    left.legend(frameon=False)
    right.plot(distinct, predicted - actual, color=BLUE, linewidth=0.8)
    right.axhline(0, color="black", linewidth=0.8)
    _titled(left, "Forecast and actual")
    _titled(right, "Errors", ylabel="forecast minus actual")
    if np.issubdtype(distinct.dtype, np.datetime64):
        figure.autofmt_xdate()
    return figure


# -- slices --------------------------------------------------------------------------------------------------


def slices_picture(
    found: Sequence[tuple[Slice, Mapping[str, Interval]]], metric: str, whole: float, most: int = 40
) -> Figure:
    """A metric with its interval by slices, the best above."""
    shown = sorted(found[:most], key=lambda item: (item[0].column, item[1][metric].value))
    figure, (ax,) = _figure(1, 0.3 * len(shown) + 1.4)
    columns = list(dict.fromkeys(item.column for item, _ in shown))
    for place, (item, metrics) in enumerate(shown):
        colour = f"C{columns.index(item.column)}"
        interval = metrics[metric]
        if interval.low is not None and interval.high is not None:
            ax.plot([interval.low, interval.high], [place, place], color=colour, linewidth=2.5)
        ax.plot(interval.value, place, "o", color=colour)
    ax.axvline(whole, color="black", linewidth=0.8, linestyle=":")
    names = [_plain(f"{item.column}: {item.value} ({len(item.members):,})") for item, _ in shown]
    ax.set_yticks(range(len(shown)), names, fontsize=8)
    _titled(ax, f"{metric}, {CONFIDENCE:.0%} interval", xlabel=f"{metric} (dotted: all rows)")
    return figure
