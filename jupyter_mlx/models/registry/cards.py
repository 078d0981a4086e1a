"""Model cards, made from the record: what it is, of what, how good, how it is used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .values import shown_value

__all__ = ["make_card"]

MAX_ROWS = 30
MAX_SLICES = 10


def make_card(document: Mapping[str, Any], evaluation: Mapping[str, Any] | None) -> str:
    """A card as Markdown.

    Parameters
    ----------
    document: ``ModelVersion`` of the contract, less its card.
    evaluation: Its newest ``Evaluation``, where there is one.
    """
    parts = [
        f"# {_text(document['name'])}, version {document['version']}",
        _what(document),
        _section("Data", _data(document)),
        _section("How good it is", _quality(document, evaluation)),
        _section("Input and output", _signature(document)),
        _section("How it is used", _use(document)),
        _section("How it was made", _origin(document)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _what(document: Mapping[str, Any]) -> str:
    flavors = [name for name in document["flavors"] if name != "python_function"]
    what = f"A {' / '.join(flavors)} model" if flavors else "A model"
    size = "" if document["size_bytes"] is None else f" of {document['size_bytes'] / 1e6:.3g} MB"
    by = f" by {_text(document['created_by'])}" if document["created_by"] else ""
    at = f", registered {document['created_at'][:10]}{by}" if document["created_at"] else ""
    return f"{what}{size}{at}."


def _data(document: Mapping[str, Any]) -> str:
    origin = document["origin"]
    lines = [f"- Training set `{_code(item['name'])}` ({_code(item['id'])})" for item in origin["training_sets"]]
    if origin["features"]:
        lines.append(f"- Features: {', '.join(f'`{_code(name)}`' for name in origin['features'])}")
    return "\n".join(lines)


def _quality(document: Mapping[str, Any], evaluation: Mapping[str, Any] | None) -> str:
    if evaluation is None:
        metrics = document["metrics"]
        if not metrics:
            return ""
        rows = [[f"`{_code(name)}`", shown_value(value)] for name, value in list(metrics.items())[:MAX_ROWS]]
        return "What its run logged; it was not evaluated.\n\n" + _table(["metric", "value"], rows)
    intervals = evaluation.get("intervals", {})
    rows = [
        [f"`{_code(name)}`", shown_value(value), _interval(intervals.get(name))]
        for name, value in list(evaluation["metrics"].items())[:MAX_ROWS]
    ]
    level = f"{evaluation.get('confidence', 0.95):.0%} interval"
    parts = [
        f"On {evaluation['rows']:,} rows of `{_code(evaluation['data'])}`, target `{_code(evaluation['target'])}`.",
        _table(["metric", "value", level], rows),
        _slices(evaluation),
    ]
    if evaluation.get("comparison"):
        parts.append(_text(evaluation["comparison"]["message"]))
    return "\n\n".join(filter(None, parts))


def _slices(evaluation: Mapping[str, Any]) -> str:
    slices = evaluation.get("slices") or []
    if not slices:
        return ""
    metric = next(iter(slices[0]["metrics"]), None)
    if metric is None:
        return ""
    rows = [
        [
            f"`{_code(item['column'])}` = {_text(item['value'])}",
            f"{item['rows']:,}",
            shown_value(item["metrics"].get(metric, {}).get("value")),
        ]
        for item in slices[:MAX_SLICES]
    ]
    return _table(["slice", "rows", f"`{_code(metric)}`"], rows)


def _interval(found: Mapping[str, Any] | None) -> str:
    if found is None or found.get("low") is None:
        return ""
    return f"{shown_value(found['low'])} to {shown_value(found['high'])}"


def _signature(document: Mapping[str, Any]) -> str:
    signature = document["signature"]
    if signature is None:
        return "It has no signature: what it takes is not checked."
    rows = [["in", *_field(item)] for item in signature["inputs"][:MAX_ROWS]]
    rows += [["out", *_field(item)] for item in signature["outputs"][:MAX_ROWS]]
    more = len(signature["inputs"]) - MAX_ROWS
    return _table(["direction", "name", "type"], rows) + (f"\n\n… and {more:,} inputs more." if more > 0 else "")


def _field(item: Mapping[str, Any]) -> list[str]:
    shape = "" if item["shape"] is None else f" {item['shape']}"
    optional = "" if item["required"] else ", optional"
    return [f"`{_code(item['name'])}`" if item["name"] else "", f"{_code(item['type'])}{shape}{optional}"]


def _use(document: Mapping[str, Any]) -> str:
    aliases = document["aliases"]
    reference = f"{document['name']}@{aliases[0]}" if aliases else f"{document['name']}/{document['version']}"
    lines = ["import jupyter_mlx as mlx", "", f"model = mlx.models.load({json.dumps(reference)})"]
    example = (document["signature"] or {}).get("example")
    if isinstance(example, Mapping):
        shown = json.dumps(example, ensure_ascii=False)
        if len(shown) < 2000 and "`" not in shown:
            values = shown.replace(": null", ": None").replace(": true", ": True").replace(": false", ": False")
            lines = [lines[0], "import pandas as pd", *lines[1:], f"model.predict(pd.DataFrame([{values}]))"]
    return "```python\n" + "\n".join(lines) + "\n```"


def _origin(document: Mapping[str, Any]) -> str:
    origin = document["origin"]
    said = [
        ("Notebook", origin["notebook"]),
        ("Job", origin["job_id"]),
        ("MLflow run", origin["run_id"]),
        ("Commit", origin["git_commit"]),
        ("Environment", origin["environment_digest"]),
    ]
    lines = [f"- {name}: `{_code(value)}`" for name, value in said if value]
    values = ", ".join(
        f"`{_code(key)} = {_code(value)}`" for key, value in list(origin["parameters"].items())[:MAX_ROWS]
    )
    return "\n".join([*lines, *([f"- Parameters: {values}"] if values else [])])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)])


def _text(value: Any) -> str:
    """Words of others as plain text of Markdown."""
    text = " ".join(str(value).split())
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#!" else letter for letter in text)


def _code(value: Any) -> str:
    """Words of others inside a span of code."""
    return " ".join(str(value).replace("`", "'").split())[:200]
