"""What somebody's own notebook found of a version, in the form that evaluations are kept in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...contract import check
from ...errors import InvalidInput
from ...jobs.models import new_id
from .metrics import HIGHER_IS_BETTER
from .service import storable

__all__ = ["report_of"]


def report_of(
    known: Mapping[str, Any],
    intervals: Mapping[str, Any],
    slices: Sequence[Mapping[str, Any]],
    comparison: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """``Evaluation`` of the contract, less who made it and when.

    Parameters
    ----------
    known: What has its form already.
    intervals, slices, comparison: As `record_evaluation` takes them.

    Raises
    ------
    InvalidInput: ``evaluation_invalid``.
    """
    metrics = dict(known["metrics"])
    unknown = sorted(set(intervals) - set(metrics))
    if unknown:
        raise _invalid(f"There are intervals of {', '.join(unknown)}, and no such metrics.", "intervals")
    compared = None if comparison is None else _comparison(comparison, known["model"])
    report = {
        **known,
        "id": new_id(),
        "intervals": {name: _interval((value, *_ends(name, intervals.get(name)))) for name, value in metrics.items()},
        "slices": [_slice(item) for item in slices],
        "comparison": compared,
        "champion": None if compared is None else compared["version"],
        "better": None if compared is None else compared["better"],
    }
    # Who made it and when is added where it is kept.
    found = storable(report)
    try:
        check("Evaluation", {**found, "by": "", "at": "2013-01-01T00:00:00.000Z"})
    except InvalidInput as error:
        raise _invalid(error.message, error.field) from error
    return dict(found)


def _ends(name: str, given: Any) -> tuple[Any, Any]:
    if given is None:
        return None, None
    if isinstance(given, Mapping):
        return given.get("low"), given.get("high")
    if len(given) != 2:
        raise _invalid(f"The interval of {name} has {len(given)} ends.", "intervals")
    low, high = given
    return low, high


def _interval(given: Any) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return {key: given.get(key) for key in ("value", "low", "high")}
    value, low, high = given if isinstance(given, (tuple, list)) else (given, None, None)
    return {"value": value, "low": low, "high": high}


def _slice(given: Mapping[str, Any]) -> dict[str, Any]:
    missing = [key for key in ("column", "value", "rows", "metrics") if key not in given]
    if missing:
        raise _invalid(f"A slice has no {', '.join(missing)}.", "slices")
    metrics = {name: _interval(item) for name, item in given["metrics"].items()}
    return {"column": given["column"], "value": str(given["value"]), "rows": given["rows"], "metrics": metrics}


def _comparison(given: Mapping[str, Any], model: str) -> dict[str, Any]:
    missing = [key for key in ("version", "metric", "difference") if key not in given]
    if missing:
        raise _invalid(f"The comparison has no {', '.join(missing)}.", "comparison")
    difference = _interval(given["difference"])
    better = given["better"] if "better" in given else _better(given["metric"], difference)
    words = {True: "Better than", False: "Worse than", None: "Neither better nor worse than"}
    message = f"{words[better]} version {given['version']} by {given['metric']}."
    return {
        "model": given.get("model", model),
        "version": given["version"],
        "metric": given["metric"],
        "difference": difference,
        "p_value": given.get("p_value"),
        "test": given.get("test", "paired bootstrap"),
        "better": better,
        "message": given.get("message", message),
    }


def _better(metric: str, difference: Mapping[str, Any]) -> bool | None:
    """Whether the interval leaves 0 out, and on which side; None of a metric whose better side nobody knows."""
    low, high = difference["low"], difference["high"]
    if low is None or high is None or metric not in HIGHER_IS_BETTER or low <= 0 <= high:
        return None
    return bool((low > 0) == HIGHER_IS_BETTER[metric])


def _invalid(message: str, field: str | None) -> InvalidInput:
    return InvalidInput(
        "evaluation_invalid", message, "Give it as `help(mlx.models.record_evaluation)` says.", field=field
    )
