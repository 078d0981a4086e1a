"""From answers and predictions to scorers: which kind of model it is, what its classes are, whether outputs fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from ...errors import InvalidInput
from .classification import BinaryScorer, LabelScorer, MulticlassScorer
from .metrics import Array
from .predicting import LoadedVersion, as_array, require_finite

__all__ = ["KINDS", "answers_of", "classify", "kind_of", "numbers_of", "predict_numbers"]

KINDS = ("classifier", "regressor", "forecaster")
FEW_CLASSES = 20
MIN_ROWS = 10


def kind_of(answers: pd.Series, time: str | None) -> str:
    """Which kind of model has such answers: a forecaster where there is a time, a classifier of few distinct ones."""
    if time is not None:
        return "forecaster"
    kind = answers.dtype
    if pd.api.types.is_bool_dtype(kind) or not pd.api.types.is_numeric_dtype(kind):
        return "classifier"
    distinct = answers.dropna().unique()
    whole = (distinct == np.floor(distinct)).all()
    return "classifier" if len(distinct) <= FEW_CLASSES and whole else "regressor"


def answers_of(frame: pd.DataFrame, target: str) -> pd.Series:
    """The column of answers.

    Raises
    ------
    InvalidInput: ``target_unknown``, ``target_missing``, ``rows_too_few``.
    """
    if target not in frame.columns:
        raise InvalidInput(
            "target_unknown",
            f"The data has no column `{target}`.",
            f"It has {', '.join(map(str, frame.columns))}.",
            field="target",
        )
    answers = frame[target]
    missing = int(answers.isna().sum())
    if missing:
        raise InvalidInput(
            "target_missing",
            f"{missing:,} of {len(answers):,} rows have no `{target}`.",
            f"Leave them out: `where='\"{target}\" IS NOT NULL'`.",
            field="target",
        )
    if len(answers) < MIN_ROWS:
        raise InvalidInput(
            "rows_too_few", f"{len(answers)} rows are too few.", f"Evaluate on {MIN_ROWS} at least.", field="data"
        )
    return answers


def numbers_of(answers: pd.Series) -> Array:
    """Answers as finite numbers.

    Raises
    ------
    InvalidInput: ``target_not_numeric``.
    """
    try:
        found: Array = pd.to_numeric(answers).to_numpy(np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            "target_not_numeric", f"`{answers.name}` holds no numbers: {error}.", "Name another target.", field="target"
        ) from error
    if not np.isfinite(found).all():
        raise InvalidInput(
            "target_not_numeric",
            f"`{answers.name}` is infinite in {int((~np.isfinite(found)).sum()):,} rows.",
            f"Leave them out: `where='isfinite(\"{answers.name}\")'`.",
            field="target",
        )
    return found


def predict_numbers(loaded: LoadedVersion, inputs: Any) -> Array:
    """One number a row.

    Raises
    ------
    MlxError: As `LoadedVersion.predict`, `as_array` and `require_finite` have it.
    """
    found, names = as_array(loaded, loaded.predict(inputs), len(inputs))
    if found.ndim == 2 or found.dtype.kind not in "biuf":
        raise _refused(
            loaded,
            "predictions_invalid",
            f"{found.shape[1]} values a row ({', '.join(map(str, names or ()))})" if found.ndim == 2 else "no numbers",
            "Log a model that predicts one number a row, or a table with a column `yhat`.",
        )
    require_finite(loaded, found)
    return found.astype(np.float64)


def classify(loaded: LoadedVersion, inputs: Any, answers: pd.Series) -> tuple[LabelScorer, list[Any]]:
    """The scorer of a classifier, and its classes; of two the second is the positive one.

    Probabilities come from `predict_proba` of the library's own model, or are what the model predicts.

    Raises
    ------
    InvalidInput: ``one_class``, ``class_unknown``, ``not_probabilities``, ``predictions_missing``.
    MlxError: As `LoadedVersion.predict` and `as_array` have it.
    """
    there = _sorted(answers.unique())
    if len(there) < 2:
        raise InvalidInput(
            "one_class",
            f"All rows have the same `{answers.name}`: {there[0]}.",
            "Evaluate on rows of two classes at least.",
            field="target",
        )
    output = loaded.predict(inputs)
    found, names = as_array(loaded, output, len(answers))
    require_finite(loaded, found)
    if hasattr(loaded.raw, "predict_proba") and hasattr(loaded.raw, "classes_"):
        classes = list(loaded.raw.classes_)
        probabilities = loaded.probabilities(inputs)
        require_finite(loaded, probabilities)
        labels = _codes(loaded, found, classes, "predicts") if found.ndim == 1 else None
        return _scorer(_codes(loaded, answers, classes, "knows no"), probabilities, labels), classes
    if found.ndim == 2:
        classes = _classes_of_columns(loaded, names, found.shape[1], there)
        _require_probabilities(loaded, found)
        return _scorer(_codes(loaded, answers, classes, "knows no"), found.astype(np.float64), None), classes
    if _is_probability(found, there):
        _require_probabilities(loaded, found)
        if len(there) > 2:
            raise _refused(
                loaded,
                "predictions_invalid",
                f"one probability a row, and `{answers.name}` has {len(there)} classes",
                "Log a model that predicts a probability for each class.",
            )
        found = found.astype(np.float64)
        both = np.column_stack([1 - found, found])
        return _scorer(_codes(loaded, answers, there, "knows no"), both, None), there
    classes = _sorted({*there, *pd.unique(found)})
    actual, labels = (_codes(loaded, values, classes, "knows no") for values in (answers, found))
    return LabelScorer(actual, labels, len(classes)), classes


def _scorer(actual: Array, probabilities: Array, labels: Array | None) -> LabelScorer:
    if probabilities.shape[1] == 2:
        return BinaryScorer(actual, probabilities[:, 1], labels)
    return MulticlassScorer(actual, probabilities, labels)


def _is_probability(found: Array, classes: Sequence[Any]) -> bool:
    """Whether values are meant to be probabilities: numbers with a fraction, where classes have none."""
    if found.dtype.kind != "f":
        return False
    return not set(pd.unique(found)) <= set(classes)


def _require_probabilities(loaded: LoadedVersion, found: Array) -> None:
    if found.dtype.kind not in "fiu":
        raise _refused(loaded, "not_probabilities", "no numbers", "Log a model that predicts labels or probabilities.")
    low, high = float(found.min()), float(found.max())
    if low < 0 or high > 1:
        raise _refused(
            loaded,
            "not_probabilities",
            f"values from {low:.4g} to {high:.4g}, which are no probabilities",
            "Are they logits? Log a model that ends in a sigmoid or a softmax.",
        )
    if found.ndim == 2 and not np.allclose(found.sum(axis=1), 1, atol=1e-3):
        raise _refused(
            loaded,
            "not_probabilities",
            "values for each class that do not add up to 1",
            "Log a model that ends in a softmax; of several labels at once, evaluate each by itself.",
        )


def _classes_of_columns(loaded: LoadedVersion, names: list[Any] | None, width: int, there: list[Any]) -> list[Any]:
    """Which class each column is of: by its name, by order, or by its number."""
    if names is not None:
        by_text = {str(item): item for item in there}
        if set(by_text) <= {str(name) for name in names}:
            return [by_text.get(str(name), name) for name in names]
    if width == len(there):
        return there
    if all(isinstance(item, (int, np.integer)) and 0 <= item < width for item in there):
        return list(range(width))
    raise _refused(
        loaded,
        "predictions_invalid",
        f"{width} values a row, and there are {len(there)} classes: {', '.join(map(str, there[:20]))}",
        "Log a model whose columns have the classes' names, or evaluate on rows of all its classes.",
    )


def _codes(loaded: LoadedVersion, values: Any, classes: Sequence[Any], verb: str) -> Array:
    number = {item: index for index, item in enumerate(classes)}
    codes = pd.Series(np.asarray(values)).map(number)
    unknown = codes.isna().to_numpy()
    if unknown.any():
        some = ", ".join(str(item) for item in pd.unique(np.asarray(values)[unknown])[:10])
        raise InvalidInput(
            "class_unknown",
            f"{loaded.shown} {verb} {some}: its classes are {', '.join(map(str, classes[:20]))}.",
            "Evaluate on answers that are written as the model's classes are.",
            field="target",
        )
    found: Array = codes.to_numpy(np.int64)
    return found


def _sorted(values: Any) -> list[Any]:
    items = [item.item() if isinstance(item, np.generic) else item for item in values]
    try:
        return sorted(set(items))
    except TypeError:  # of several types
        return sorted(set(items), key=str)


def _refused(loaded: LoadedVersion, code: str, what: str, remedy: str) -> InvalidInput:
    return InvalidInput(code, f"{loaded.shown} predicts {what}.", remedy, field="model")
