"""The files of a model and of its replay, compared: by content, and where that differs by what the models predict.

Models are loaded here: only a job's kernel, or whoever replays by hand, may call this, never a server or an agent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..registry.digest import digest_of_file
from .text import Likeness, Names, near

__all__ = ["FileComparison", "compare_files"]

# What tells one logging from another, and nothing of the model: ids, times, and where its parts lay before.
_OF_LOGGING = {"artifact_path", "model_id", "model_size_bytes", "model_uuid", "run_id", "utc_time_created"}
_PLACES = {"uri", "model_code_path"}
_ENVIRONMENT = {"conda.yaml", "python_env.yaml", "requirements.txt"}
# MLflow's own note of where it is registered, and what loading a model leaves.
_IGNORED = {"registered_model_meta"}
_TEXTS = {".json", ".yaml", ".yml", ".txt", ".py", ".md", ".csv", ".toml", ".ini", ".cfg"}
MAX_TEXT = 20_000_000


@dataclass(frozen=True)
class FileComparison:
    """How much the files of two models are one. `files` are the contract's; `message` is a part of a sentence."""

    likeness: Likeness
    files: tuple[dict[str, Any], ...]
    message: str = ""


def compare_files(before: Path, after: Path, names: tuple[Names, Names], tolerance: float) -> FileComparison:
    """Compare two models' folders.

    Parameters
    ----------
    tolerance: Relative, of predictions, where files differ.
    """
    paths = sorted({*_paths(before), *_paths(after)})
    if not paths:
        return FileComparison(Likeness.DIFFERENT, (), "the files of both models are gone")
    files = [{"path": path, "equal": _is_equal(before / path, after / path, names)} for path in paths]
    differing = [str(file["path"]) for file in files if not file["equal"]]
    if not differing:
        return FileComparison(Likeness.EQUAL, tuple(files))
    if set(differing) <= _ENVIRONMENT:
        message = f"the model names other packages ({', '.join(differing)})"
        return FileComparison(Likeness.WITHIN, tuple(files), message)
    if any(not (folder / path).is_file() for folder in (before, after) for path in differing):
        missing = [path for path in differing if not ((before / path).is_file() and (after / path).is_file())]
        return FileComparison(Likeness.DIFFERENT, tuple(files), f"one of the models lacks {', '.join(missing)}")
    likeness, said = _compare_predictions(before, after, tolerance)
    return FileComparison(likeness, tuple(files), f"{', '.join(differing)} of the model differ, {said}")


def _paths(folder: Path) -> list[str]:
    every = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return [path.as_posix() for path in every if "__pycache__" not in path.parts and path.name not in _IGNORED]


def _is_equal(before: Path, after: Path, names: tuple[Names, Names]) -> bool:
    if not before.is_file() or not after.is_file():
        return False
    if before.name == "MLmodel":
        return _mlmodel(before, names[0]) == _mlmodel(after, names[1])
    if digest_of_file(before) == digest_of_file(after):
        return True
    if before.suffix not in _TEXTS or max(before.stat().st_size, after.stat().st_size) > MAX_TEXT:
        return False
    one, two = (path.read_text(encoding="utf-8", errors="surrogateescape") for path in (before, after))
    return names[0].cleaned(one) == names[1].cleaned(two)


def _mlmodel(path: Path, names: Names) -> str:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    kept = {key: _placeless(value) for key, value in dict(document).items() if key not in _OF_LOGGING}
    return names.cleaned(json.dumps(kept, sort_keys=True, default=str))


def _placeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _placeless(item) for key, item in value.items() if key not in _PLACES}
    return [_placeless(item) for item in value] if isinstance(value, list) else value


def _compare_predictions(before: Path, after: Path, tolerance: float) -> tuple[Likeness, str]:
    """What either model makes of the input example that came with the first."""
    import numpy as np
    from mlflow import pyfunc
    from mlflow.exceptions import MlflowException
    from mlflow.models import Model

    example = Model.load(str(before)).load_input_example(str(before))
    if example is None:
        return Likeness.DIFFERENT, "and it has no input example to compare predictions on"
    try:
        one, two = (_numbers(pyfunc.load_model(str(folder)).predict(example)) for folder in (before, after))
    except (MlflowException, ImportError, ValueError, TypeError, AttributeError) as error:
        return Likeness.DIFFERENT, f"and the models can't be compared by predictions: {error}"
    if not one and not two:
        return Likeness.DIFFERENT, "and they predict nothing for the input example"
    if len(one) != len(two):
        return Likeness.DIFFERENT, "and so does the shape of their predictions"
    if all(a == b for a, b in zip(one, two, strict=True)):
        return Likeness.WITHIN, "their predictions on the input example are bit-equal"
    pairs = list(zip(one, two, strict=True))
    numeric = all(isinstance(a, (int, float, np.number)) and isinstance(b, (int, float, np.number)) for a, b in pairs)
    if numeric and tolerance > 0 and all(near(float(a), float(b), tolerance) for a, b in pairs):
        return Likeness.WITHIN, f"their predictions on the input example are within {tolerance:g}"
    return Likeness.DIFFERENT, "and so do their predictions on the input example"


def _numbers(predictions: Any) -> Sequence[Any]:
    """Predictions as a flat list, whatever the model gives: an array, a frame, a list, by names."""
    import numpy as np

    if isinstance(predictions, dict):
        return [item for key in sorted(predictions) for item in _numbers(predictions[key])]
    if hasattr(predictions, "to_numpy"):
        predictions = predictions.to_numpy()
    if hasattr(predictions, "detach"):
        predictions = predictions.detach().cpu().numpy()
    return list(np.asarray(predictions, dtype=None).ravel().tolist())
