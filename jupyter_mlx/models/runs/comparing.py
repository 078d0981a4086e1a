"""What differs between runs, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .shown import SOURCE, RunRecord, shown_value

__all__ = ["compare_records", "compared_rows"]

_OWN = "mlflow."
_KEPT = (SOURCE, "mlflow.source.git.commit", "mlflow.source.git.branch", "mlflow.parentRunId")
_SINGLE = ("mlx.run_id",)
"""Of our own tags, those that differ between any two runs and say nothing of what was run."""


def compare_records(found: Iterable[RunRecord], asked: Sequence[str], *, only_different: bool) -> dict[str, Any]:
    """``ModelRunComparison``, without ``environment``; runs in the order that they were asked for.

    Parameters
    ----------
    found: Those of the runs that there are.
    """
    by_id = {record.id: record for record in found}
    records = [by_id[run_id] for run_id in dict.fromkeys(asked) if run_id in by_id]
    parts: dict[str, list[Mapping[str, Any]]] = {
        "parameters": [record.parameters for record in records],
        "metrics": [{name: shown_value(item.value) for name, item in record.metrics.items()} for record in records],
        "tags": [_told_tags(record.tags) for record in records],
        "data": [_digests(record.inputs) for record in records],
    }
    return {
        "runs": [record.to_json() for record in records],
        "missing": [run_id for run_id in dict.fromkeys(asked) if run_id not in by_id],
        **{name: compared_rows(values, only_different=only_different) for name, values in parts.items()},
    }


def compared_rows(values: Sequence[Mapping[str, Any]], *, only_different: bool) -> list[dict[str, Any]]:
    """``ComparedRow`` of each name that anything has a value for, by name.

    Parameters
    ----------
    values: By name, one of each run.
    """
    rows = []
    for name in sorted({name for item in values for name in item}):
        row = [item.get(name) for item in values]
        equal = all(value == row[0] for value in row)
        if not (equal and only_different):
            rows.append({"name": name, "values": row, "equal": equal})
    return rows


def _told_tags(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key in _KEPT or not (key.startswith(_OWN) or key in _SINGLE)}


def _digests(inputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in inputs:
        name = item["name"]
        if found.get(name, item["digest"]) != item["digest"]:
            # One name for several parts, as train and test: what it was used for tells them apart.
            name = f"{name} ({item['context'] or item['digest']})"
        found[name] = item["digest"]
    return found
