"""An evaluation as a notebook and a terminal show it; every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ...shown import Shown, grid
from ..registry.values import shown_value
from .intervals import CONFIDENCE

__all__ = ["Evaluation", "evaluations_html", "interval_text"]


class Evaluation(Shown):
    """``Evaluation`` of the contract, which a notebook shows with its pictures.

    pictures: PNG files by name.
    """

    def __init__(self, document: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> None:
        super().__init__(document, _html)
        self.pictures = dict(pictures or {})

    @property
    def better(self) -> bool | None:
        """Whether it is better than the champion beyond chance; None where that is open."""
        found: bool | None = self["better"]
        return found

    def show(self) -> None:
        """Display the tables, then the pictures."""
        from IPython.display import Image, display

        display(self)  # type: ignore[no-untyped-call]
        for name, content in self.pictures.items():
            display(Image(content, alt=name))  # type: ignore[no-untyped-call]


def interval_text(interval: Mapping[str, Any] | None) -> str:
    """``0.123 (0.110 to 0.131)``."""
    if interval is None:
        return ""
    if interval["low"] is None:
        return shown_value(interval["value"])
    return f"{shown_value(interval['value'])} ({shown_value(interval['low'])} to {shown_value(interval['high'])})"


def _html(document: Mapping[str, Any]) -> str:
    head = f"{document['model']} version {document['version']}, {document['kind']}, on {document['rows']:,} rows of "
    head += str(document["data"])
    found = document["intervals"]
    rows = [[name, interval_text(found.get(name) or _bare(value))] for name, value in document["metrics"].items()]
    parts = [grid(["metric", f"value ({document.get('confidence', CONFIDENCE):.0%} interval)"], rows, head)]
    if document["comparison"] is not None:
        parts.append(f"<p><b>{escape(document['comparison']['message'])}</b></p>")
    if document["slices"]:
        names = list(dict.fromkeys(name for item in document["slices"] for name in item["metrics"]))[:4]
        slices = [
            [item["column"], item["value"], item["rows"], *(interval_text(item["metrics"].get(name)) for name in names)]
            for item in document["slices"]
        ]
        parts.append(grid(["slice", "value", "rows", *names], slices, "By slices"))
    notes = "".join(f"<li>{escape(str(note))}</li>" for note in document.get("notes", ()))
    return "".join(parts) + (f"<ul>{notes}</ul>" if notes else "")


def _bare(value: Any) -> dict[str, Any]:
    return {"value": value, "low": None, "high": None}


def evaluations_html(documents: Sequence[Mapping[str, Any]]) -> str:
    """Summaries as a table."""
    verdicts = {True: "better", False: "worse", None: ""}
    rows = [
        [
            item["id"],
            f"v{item['version']}",
            item["kind"],
            item["data"],
            item["rows"],
            ", ".join(f"{name} {shown_value(value)}" for name, value in list(item["metrics"].items())[:4]),
            "" if item["champion"] is None else f"v{item['champion']} {verdicts[item['better']]}",
            item["by"],
            item["at"],
        ]
        for item in documents
    ]
    return grid(["id", "version", "kind", "data", "rows", "metrics", "against", "by", "at"], rows)
