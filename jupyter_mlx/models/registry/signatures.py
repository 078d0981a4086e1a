"""A model's signature, as the contract has it, from the file ``MLmodel``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["signature_of"]

MAX_EXAMPLE = 5_000_000


def signature_of(mlmodel: Mapping[str, Any], folder: Path) -> dict[str, Any] | None:
    """``Signature`` of the contract; None where the model has none.

    Parameters
    ----------
    mlmodel: What the file says.
    folder: Where it lies: an example of an input may be beside it.
    """
    signature = mlmodel.get("signature")
    if not isinstance(signature, Mapping):
        return None
    return {
        "inputs": [_field(item) for item in _listed(signature.get("inputs"))],
        "outputs": [_field(item) for item in _listed(signature.get("outputs"))],
        "parameters": [
            {"name": str(item.get("name")), "type": _type(item.get("type")), "default": _finite(item.get("default"))}
            for item in _listed(signature.get("params"))
        ],
        "example": _example(mlmodel.get("saved_input_example_info"), folder),
    }


def _listed(text: Any) -> list[Mapping[str, Any]]:
    if not isinstance(text, str):
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _field(item: Mapping[str, Any]) -> dict[str, Any]:
    name = item.get("name")
    tensor = item.get("tensor-spec")
    shape = tensor.get("shape") if isinstance(tensor, dict) else None
    whole = isinstance(shape, list) and all(isinstance(size, int) for size in shape)
    return {
        "name": None if name is None else str(name),
        "type": str(tensor.get("dtype")) if isinstance(tensor, dict) else _type(item.get("type"), item),
        "required": item.get("required") is not False,
        "shape": shape if whole else None,
    }


def _type(kind: Any, item: Mapping[str, Any] | None = None) -> str:
    """A type as it is read: ``double``, ``array of double``."""
    if kind == "array" and item is not None:
        inner = item.get("items")
        return f"array of {_type(inner.get('type'), inner)}" if isinstance(inner, dict) else "array"
    return str(kind)


def _example(info: Any, folder: Path) -> Any:
    """The first row of the example that was logged with the model, by column; None where it has no columns."""
    if not isinstance(info, Mapping) or not isinstance(info.get("artifact_path"), str):
        return None
    path = folder / info["artifact_path"]
    if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return None
    if path.stat().st_size > MAX_EXAMPLE:
        return None
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    return _finite(_row(found))


def _row(found: Any) -> Any:
    if isinstance(found, dict):
        columns, rows = found.get("columns"), found.get("data")
        if isinstance(columns, list) and isinstance(rows, list) and rows and isinstance(rows[0], list):
            return dict(zip(map(str, columns), rows[0], strict=False))
        return None if "inputs" in found or "instances" in found else found
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return found[0]
    return None


def _finite(value: Any) -> Any:
    """The same as JSON holds it."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
