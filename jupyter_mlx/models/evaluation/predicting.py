"""Loading a version, and what it predicts for rows: in a kernel or a terminal, never in the server or the agent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from ...errors import ExecutionFailed, InvalidInput
from ...mlflow_client import be_patient
from .metrics import Array

if TYPE_CHECKING:
    from mlflow.pyfunc import PyFuncModel

__all__ = ["LoadedVersion", "as_array", "load", "require_finite"]


@dataclass(frozen=True)
class LoadedVersion:
    """A version of a model, ready to predict.

    raw: The library's own model below MLflow's, where that has one.
    """

    name: str
    version: int
    model: PyFuncModel
    raw: Any

    @property
    def model_id(self) -> str | None:
        """MLflow's logged model; None for one from before MLflow 3."""
        found: str | None = self.model.model_id
        return found

    @property
    def shown(self) -> str:
        """How messages name it."""
        return f"`{self.name}` version {self.version}"

    def inputs(self, frame: pd.DataFrame, features: Sequence[str], not_features: Sequence[str]) -> Any:
        """What the model is asked with.

        By its signature; without names in that, `features`, or else what the model says that it was fitted with, or
        else all columns but `not_features`.

        Raises
        ------
        InvalidInput: ``signature_broken``.
        """
        schema = self.model.metadata.get_input_schema()
        if schema is not None and schema.has_input_names():
            optional = set(schema.optional_input_names())
            wanted = [name for name in schema.input_names() if name in frame.columns or name not in optional]
            return self._take(frame, wanted)
        fitted = getattr(self.raw, "feature_names_in_", None)
        if not len(features) and fitted is not None:
            features = list(fitted)
        if not len(features):
            features = [name for name in frame.columns if name not in not_features]
        taken = self._take(frame, features)
        return taken if schema is None or not schema.is_tensor_spec() else self._tensor(taken, schema.inputs[0])

    def _take(self, frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise InvalidInput(
                "signature_broken",
                f"{self.shown} takes {_listed(missing)}, which the data does not have.",
                f"Evaluate on data with all its columns; it has {_listed(list(frame.columns))}.",
                field="data",
            )
        return frame[list(names)]

    def _tensor(self, taken: pd.DataFrame, spec: Any) -> Array:
        """The columns as one array, where a signature has a shape and no names."""
        width = spec.shape[-1] if len(spec.shape) > 1 else 1
        if width not in (-1, taken.shape[1]):
            raise InvalidInput(
                "signature_broken",
                f"{self.shown} takes {width} numbers a row; the data has {taken.shape[1]}: {_listed(taken.columns)}.",
                "Name the columns by `features`, or log the model with a signature that names them.",
                field="data",
            )
        try:
            found: Array = taken.to_numpy().astype(spec.type)
            return found
        except (TypeError, ValueError) as error:
            raise InvalidInput(
                "signature_broken",
                f"{self.shown} takes {spec.type}, which not all of {_listed(taken.columns)} are: {error}.",
                "Name columns of numbers by `features`.",
                field="data",
            ) from error

    def predict(self, inputs: Any) -> Any:
        """What MLflow's generic flavor predicts.

        Raises
        ------
        InvalidInput: ``signature_broken``.
        ExecutionFailed: ``prediction_failed``.
        """
        from mlflow.exceptions import MlflowException

        try:
            return self.model.predict(inputs)
        except MlflowException as error:
            raise InvalidInput(
                "signature_broken",
                f"{self.shown} does not take the data: {_said(error)}",
                "Evaluate on data of the types that its signature has.",
                field="data",
            ) from error
        except Exception as error:
            raise self._failed(error) from error

    def probabilities(self, inputs: Any) -> Array:
        """What the library's own model says of each class; only where `raw` can.

        Raises
        ------
        ExecutionFailed: ``prediction_failed``.
        """
        try:
            return np.asarray(self.raw.predict_proba(inputs), dtype=np.float64)
        except Exception as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> ExecutionFailed:
        return ExecutionFailed(
            "prediction_failed",
            f"{self.shown} failed on the data: {type(error).__name__}: {_said(error)}",
            f"Try it on the first rows: `mlflow.pyfunc.load_model('models:/{self.name}/{self.version}').predict(…)`.",
        )


def load(name: str, version: int) -> LoadedVersion:
    """Load a version, from the registry that MLflow is set to.

    Raises
    ------
    ExecutionFailed: ``model_unloadable``, with what loading it said.
    """
    be_patient()
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow

    place = f"models:/{name}/{version}"
    try:
        model = mlflow.pyfunc.load_model(place)
    except Exception as error:
        raise ExecutionFailed(
            "model_unloadable",
            f"`{name}` version {version} can't be loaded: {type(error).__name__}: {_said(error)}",
            f"Has this kernel what the model needs? Try `mlflow.pyfunc.load_model({place!r})` in it.",
        ) from error
    try:
        raw = model.get_raw_model()
    except NotImplementedError:
        raw = None
    return LoadedVersion(name, version, model, raw)


def as_array(loaded: LoadedVersion, output: Any, rows: int) -> tuple[Array, list[Any] | None]:
    """A prediction as an array of one or two dimensions, and its columns' names where it has several.

    Raises
    ------
    InvalidInput: ``predictions_invalid``.
    """
    names = None
    if isinstance(output, pd.DataFrame):
        if "yhat" in output.columns:
            output = output[["yhat"]]
        names = list(output.columns)
    try:
        found = np.asarray(output)
    except ValueError as error:  # rows of unequal length
        raise _invalid(loaded, f"something that is no table: {error}") from error
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim not in (1, 2) or len(found) != rows:
        raise _invalid(loaded, f"an array of shape {found.shape} for {rows:,} rows")
    if found.dtype == object and found.ndim == 2:
        raise _invalid(loaded, "a table that does not hold numbers alone")
    return found, names if found.ndim == 2 else None


def require_finite(loaded: LoadedVersion, values: Array) -> None:
    """Refuse predictions that are no numbers.

    Raises
    ------
    InvalidInput: ``predictions_missing``.
    """
    wrong: Array = np.asarray(~np.isfinite(values) if values.dtype.kind in "fc" else pd.isna(values))
    rows: Array = np.asarray(wrong.any(axis=1)) if wrong.ndim == 2 else wrong
    if rows.any():
        raise InvalidInput(
            "predictions_missing",
            f"{loaded.shown} predicts NaN or infinity for {int(rows.sum()):,} of {len(rows):,} rows,"
            f" the first of them row {int(rows.argmax()):,}.",
            "Have the model answer for every row, or leave those rows out by `where`.",
            field="data",
        )


def _invalid(loaded: LoadedVersion, what: str) -> InvalidInput:
    return InvalidInput(
        "predictions_invalid",
        f"{loaded.shown} predicts {what}.",
        "Log a model that predicts one value a row, or one a class.",
        field="model",
    )


def _listed(names: Sequence[Any], most: int = 20) -> str:
    shown = ", ".join(f"`{name}`" for name in list(names)[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _said(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:500]
