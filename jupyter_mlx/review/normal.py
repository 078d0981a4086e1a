"""Notebooks without what changes by itself: counters, times, ids, addresses in memory."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import re
from typing import Any

__all__ = ["declared_parameters", "normalized", "output_digest"]

INJECTED = "injected-parameters"
_CELL_NOISE = ("papermill", "execution", "ExecuteTime", "collapsed", "scrolled", "mlx")
_JUPYTER_NOISE = ("outputs_hidden", "source_hidden")
_NOTEBOOK_NOISE = ("papermill", "language_info", "widgets", "mlx", "orig_nbformat")
_GENERATED = "papermill-error-cell-tag"
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-fA-F]{6,16}")


def normalized(node: Any) -> dict[str, Any]:
    """A copy of a notebook with nothing in it but what its author or its data decide.

    Left out: execution counts, papermill's times and the cells in which it points at an error, the state of
    widgets, what the interface folded, the language's version (it belongs to the environment). The cell of injected
    parameters gets one id, so that it meets its counterpart. Streams that arrived in pieces become one.
    """
    cells = []
    for number, cell in enumerate(node["cells"]):
        if _GENERATED in cell["metadata"].get("tags", []):
            continue
        cells.append(_cell(cell, number))
    metadata = {key: copy.deepcopy(value) for key, value in node["metadata"].items() if key not in _NOTEBOOK_NOISE}
    if isinstance(metadata.get("kernelspec"), dict):
        # The display name follows the interpreter's version, the language follows the name.
        name = metadata["kernelspec"].get("name")
        metadata["kernelspec"] = {"name": name, "display_name": name}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: Any, number: int) -> dict[str, Any]:
    metadata = {key: copy.deepcopy(value) for key, value in cell["metadata"].items() if key not in _CELL_NOISE}
    if isinstance(metadata.get("jupyter"), dict):
        metadata["jupyter"] = {key: value for key, value in metadata["jupyter"].items() if key not in _JUPYTER_NOISE}
    # Widgets of the interface leave empty containers behind.
    metadata = {key: value for key, value in metadata.items() if value not in ({}, [])}
    injected = INJECTED in metadata.get("tags", [])
    found: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        "id": INJECTED if injected else str(cell.get("id") or f"cell-{number}"),
        "metadata": metadata,
        "source": cell["source"],
    }
    if cell.get("attachments"):
        found["attachments"] = copy.deepcopy(cell["attachments"])
    if cell["cell_type"] == "code":
        found["execution_count"] = None
        found["outputs"] = _outputs(cell["outputs"])
    return found


def _outputs(given: list[Any]) -> list[dict[str, Any]]:
    outputs: list[dict[str, Any]] = []
    for item in given:
        output = dict(item)
        if "execution_count" in output:
            output["execution_count"] = None
        last = outputs[-1] if outputs else {}
        if output["output_type"] == "stream" == last.get("output_type") and output["name"] == last["name"]:
            last["text"] += output["text"]
        else:
            outputs.append(output)
    return outputs


def output_digest(output: dict[str, Any]) -> str:
    """What stands for an output when outputs are compared: equal digests need no look inside.

    Addresses in memory (``<Axes at 0x7f…>``), new in each process, do not count.
    """
    data = output.get("data")
    if isinstance(data, dict) and isinstance(data.get("text/plain"), str):
        output = {**output, "data": {**data, "text/plain": _ADDRESS.sub("0x", data["text/plain"])}}
    return hashlib.sha256(json.dumps(output, sort_keys=True).encode()).hexdigest()


def declared_parameters(notebook: dict[str, Any]) -> dict[str, Any]:
    """Values by name of the ``parameters`` cell, with those of the injected cell over them.

    Read from the syntax, nothing is executed: a value that is no literal is given as its source. Only Python can be
    read; in another language the answer is empty.
    """
    values: dict[str, Any] = {}
    for tag in ("parameters", INJECTED):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and tag in cell["metadata"].get("tags", []):
                values |= _assignments(cell["source"])
    return values


def _assignments(source: str) -> dict[str, Any]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # another language, or not finished
        return {}
    found: dict[str, Any] = {}
    for statement in body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _value(value)
    return found


def _value(node: ast.expr) -> Any:
    try:
        value = ast.literal_eval(node)
        if isinstance(value, (set, frozenset)):
            value = sorted(value, key=repr)
        # As a run's own parameters are kept: through JSON, which turns tuples into lists.
        return json.loads(json.dumps(value, allow_nan=False))
    except (ValueError, TypeError, RecursionError, MemoryError):
        return ast.unparse(node)
