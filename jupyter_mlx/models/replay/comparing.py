"""What two executions of one notebook came to, compared: outputs cell by cell, and metrics by name."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...review.normal import normalized
from .text import Likeness, Names, compare_numbers, compare_text, is_clock, worst

__all__ = ["CellDifference", "Execution", "cell_at", "compare_metrics", "compare_outputs"]

_PAGES = ("text/html", "image/svg+xml")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_SHOWN = 120


@dataclass(frozen=True)
class Execution:
    """What one execution came to.

    Parameters
    ----------
    notebook: The executed notebook's node.
    metrics: Of its MLflow run, by name.
    """

    notebook: Any
    metrics: Mapping[str, float]
    names: Names

    @property
    def cells(self) -> list[tuple[int, Any]]:
        """The code cells, each with its number in the executed notebook, from 1."""
        whole = [(number, cell) for number, cell in enumerate(self.notebook["cells"], 1) if _is_ours(cell)]
        return [(number, cell) for number, cell in whole if cell["cell_type"] == "code"]


@dataclass(frozen=True)
class CellDifference:
    """A code cell whose outputs are not the same; `index` counts code cells from 0, `number` all cells from 1."""

    index: int
    number: int
    source: str
    likeness: Likeness
    why: str


def _is_ours(cell: Any) -> bool:
    # papermill puts a cell in front that points at an error.
    return "papermill-error-cell-tag" not in cell["metadata"].get("tags", [])


def compare_outputs(before: Execution, after: Execution, tolerance: float) -> list[CellDifference]:
    """The code cells whose outputs differ, or are the same only but for times, in their order.

    What goes to the error stream is not compared: logs, warnings and progress are no result. Of other text, ids of the
    runs, addresses in memory, temporary folders and how often something was executed do not count.
    """
    names = (before.names, after.names)
    found: list[CellDifference] = []
    sides = zip(before.cells, after.cells, strict=False)
    for index, ((_, one), (number, two)) in enumerate(sides):
        if one["source"] != two["source"]:
            found.append(CellDifference(index, number, two["source"], Likeness.DIFFERENT, "it has another source"))
            continue
        likeness, why = _compare_cell(_outputs(one), _outputs(two), names, tolerance)
        if likeness is not Likeness.EQUAL:
            found.append(CellDifference(index, number, two["source"], likeness, why))
    return found


def _outputs(cell: Any) -> tuple[str, list[Any]]:
    """What a cell printed, and what it showed besides, in order."""
    outputs = normalized({"cells": [cell], "metadata": {}})["cells"][0]["outputs"]
    printed = "".join(
        _text(item["text"]) for item in outputs if item["output_type"] == "stream" and item["name"] == "stdout"
    )
    return _as_a_terminal(printed), [item for item in outputs if item["output_type"] != "stream"]


def _as_a_terminal(text: str) -> str:
    """What is left of lines that were written over, as progress bars are."""
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _compare_cell(
    before: tuple[str, list[Any]], after: tuple[str, list[Any]], names: tuple[Names, Names], tolerance: float
) -> tuple[Likeness, str]:
    found = [(compare_text(before[0], after[0], names, tolerance), "it printed", (before[0], after[0]))]
    raised = next((item for item in after[1] if item["output_type"] == "error"), None)
    if raised is not None and not any(item["output_type"] == "error" for item in before[1]):
        return Likeness.DIFFERENT, f"it raised {raised['ename']}: {_shortened(raised['evalue'])}, as it did not before"
    if len(before[1]) != len(after[1]):
        return Likeness.DIFFERENT, f"it showed {len(before[1])} outputs, and now {len(after[1])}"
    for one, two in zip(before[1], after[1], strict=True):
        found.append(_compare_output(one, two, names, tolerance))
    likeness, what, texts = max(found, key=lambda item: item[0])
    if likeness is Likeness.EQUAL:
        return likeness, ""
    detail = _first_difference(*(side.cleaned(text) for side, text in zip(names, texts, strict=True)))
    return likeness, f"{what}{detail}"


def _compare_output(
    one: Any, two: Any, names: tuple[Names, Names], tolerance: float
) -> tuple[Likeness, str, tuple[str, str]]:
    if one["output_type"] == "error" or two["output_type"] == "error":
        texts = tuple(f"{item.get('ename', '')}: {item.get('evalue', '')}" for item in (one, two))
        return compare_text(texts[0], texts[1], names, tolerance), "it raised", (texts[0], texts[1])
    data = [{key: value for key, value in item["data"].items() if key != _WIDGET} for item in (one, two)]
    if data[0].keys() != data[1].keys():
        kinds = tuple(", ".join(sorted(item)) for item in data)
        return Likeness.DIFFERENT, "it showed", (kinds[0], kinds[1])
    # What is both an image and its description is compared by the image.
    worst_of = (Likeness.EQUAL, "it showed", ("", ""))
    for kind in sorted(data[0]):
        a, b = data[0][kind], data[1][kind]
        if kind.startswith("image/") and kind != "image/svg+xml":
            likeness, what, texts = _compare_images(_text(a), _text(b), tolerance), f"its picture ({kind})", ("", "")
        else:
            texts = (_text(a), _text(b))
            what = "it showed"
            likeness = compare_text(*texts, names, tolerance, page=kind in _PAGES)
        if likeness > worst_of[0]:
            worst_of = (likeness, what, texts)
    return worst_of


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return json.dumps(value, sort_keys=True)


def _first_difference(before: str, after: str) -> str:
    """The first line that differs, both ways; shortened."""
    if not before and not after:
        return " is another one"
    one, two = before.splitlines(), after.splitlines()
    pairs = [(a, b) for a, b in zip(one, two, strict=False) if a != b]
    longer = max(one, two, key=len)[min(len(one), len(two)) :][:1] or [""]
    a, b = pairs[0] if pairs else (longer[0] if len(one) > len(two) else "", longer[0] if len(two) > len(one) else "")
    return f" `{_shortened(a)}`, and now `{_shortened(b)}`"


def _shortened(line: str) -> str:
    text = line.strip()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _compare_images(before: str, after: str, tolerance: float) -> Likeness:
    """By their pixels: the mean difference of the channels, as part of their range, is held against the tolerance."""
    if before.strip() == after.strip():
        return Likeness.EQUAL
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    try:
        one, two = (np.asarray(Image.open(_decoded(text)).convert("RGBA")) for text in (before, after))
    except (UnidentifiedImageError, ValueError, OSError):
        return Likeness.DIFFERENT  # no picture that can be looked at, and other bytes
    if one.shape != two.shape:
        return Likeness.DIFFERENT
    if np.array_equal(one, two):
        return Likeness.EQUAL
    apart = float(np.abs(one.astype("int16") - two.astype("int16")).mean()) / 255
    return Likeness.WITHIN if tolerance > 0 and apart <= tolerance else Likeness.DIFFERENT


def _decoded(text: str) -> io.BytesIO:
    return io.BytesIO(base64.b64decode(text))


def compare_metrics(
    before: Mapping[str, float], after: Mapping[str, float], tolerance: float
) -> tuple[Likeness, list[str]]:
    """The worst of all metrics, and the names of those that differ beyond the tolerance.

    Metrics whose names say that they are times or paces do not count: `is_clock`.
    """
    found: dict[str, Likeness] = {}
    for name in sorted({*before, *after}):
        if is_clock(name):
            same = name in before and name in after and before[name] == after[name]
            found[name] = Likeness.EQUAL if same else Likeness.TIMES
        elif name not in before or name not in after:
            found[name] = Likeness.DIFFERENT
        else:
            found[name] = compare_numbers(before[name], after[name], tolerance)
    return worst(found.values()), [name for name, likeness in found.items() if likeness is Likeness.DIFFERENT]


def cell_at(execution: Execution, moment: datetime) -> tuple[int, int] | None:
    """The code cell, by its index and its number, that was executed at a moment; None where none was."""
    for index, (number, cell) in enumerate(execution.cells):
        times = cell["metadata"].get("papermill", {})
        begun, ended = times.get("start_time"), times.get("end_time")
        if begun and ended and _aware(begun, moment) <= moment <= _aware(ended, moment):
            return index, number
    return None


def _aware(text: str, like: datetime) -> datetime:
    """A time of papermill's; what has no zone is UTC, and moments of MLflow's have whole milliseconds."""
    found = datetime.fromisoformat(text)
    found = found if found.tzinfo is not None else found.replace(tzinfo=like.tzinfo)
    return found.replace(microsecond=found.microsecond // 1000 * 1000)
