"""Values of metrics as JSON holds them."""

from __future__ import annotations

import math

__all__ = ["MetricValue", "as_number", "metric_value", "shown_value"]

MetricValue = float | int | str
_INFINITE = 1.7976931348623157e308
"""What MLflow's databases hold for infinity: the greatest number."""


def metric_value(value: float) -> MetricValue:
    """A number, or the text ``NaN``, ``Infinity`` or ``-Infinity``."""
    if math.isfinite(value) and abs(value) < _INFINITE:
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def as_number(value: MetricValue) -> float:
    """The number that `metric_value` wrote."""
    return float(value)


def shown_value(value: MetricValue | None) -> str:
    """A value in a sentence: four significant digits."""
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else f"{value:.4g}"
