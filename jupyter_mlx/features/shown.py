"""Features as a notebook shows them: what was materialized, statistics, parity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..shown import grid

__all__ = ["materialized_html", "parity_html", "statistics_html"]


def materialized_html(documents: Sequence[Mapping[str, Any]]) -> str:
    """What became of each view."""
    rows = [[item["view"], item["state"], item["since"], item["until"]] for item in documents]
    return grid(["view", "state", "from", "to"], rows, "Brought to the online store")


def statistics_html(document: Mapping[str, Any]) -> str:
    """The profile by column, what drifted, and parity."""
    columns = [
        [item["name"], item["type"], item["nulls"], item["distinct"], item["min"], item["mean"], item["max"]]
        for item in document["columns"]
    ]
    head = (
        f"{document['rows']:,} rows, {document['entities']:,} entities, "
        f"{document['first'] or 'never'} to {document['last'] or 'never'}"
    )
    found = grid(["feature", "type", "missing", "distinct", "least", "mean", "greatest"], columns, head)
    if document["baseline"] is not None:
        drift = [[item["feature"], item["test"], item["statistic"], item["drifted"]] for item in document["drift"]]
        name = document["baseline"]["name"]
        found += grid(["feature", "test", "statistic", "drifted"], drift, f"Drift from the training set {name}")
    return found + ("" if document["parity"] is None else parity_html(document["parity"]))


def parity_html(document: Mapping[str, Any]) -> str:
    """How many entities are served as they are stored, and the first that are not."""
    head = f"{document['equal']:,} of {document['checked']:,} entities are served as they are stored"
    rows = [
        [
            ", ".join(f"{key}={value}" for key, value in item["entity"].items()),
            item["feature"],
            item["offline"],
            item["online"],
        ]
        for item in document["examples"]
    ]
    return grid(["entity", "feature", "stored", "served"], rows, head)
