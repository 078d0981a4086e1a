"""Registered models that were trained on features, as MLflow knows them.

A run that used a training set says so by the tag ``mlx.features``: a JSON list of ``view@v2``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..clock import to_iso
from ..mlflow_client import answering, connect

__all__ = ["TAG", "registered_models"]

TAG = "mlx.features"
MAX_RUNS = 1000
"""Of more runs than that with features of a view, the newest are looked at."""
_AT_ONCE = 100


def registered_models(uri: str, run_ids: Sequence[str], view: str) -> list[dict[str, Any]]:
    """Versions of registered models, newest first: ``{"name", "version", "run_id", "view_version", "at"}`` each.

    Parameters
    ----------
    uri: Of MLflow's tracking store.
    run_ids: MLflow runs that used a view's features.
    view: Its name; runs that say by their tag that they used it are looked at, too.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``.
    """
    file = uri.removeprefix("sqlite:///")
    if file != uri and not Path(file).exists():
        return []  # nothing was tracked yet; MLflow would take long to make its tables
    with answering(uri):
        client = connect(uri)
        versions: dict[str, int | None] = dict.fromkeys(run_ids)
        versions |= _tagged(client, view)
        found = []
        wanted = sorted(versions)
        for start in range(0, len(wanted), _AT_ONCE):
            quoted = ", ".join(f"'{run_id}'" for run_id in wanted[start : start + _AT_ONCE])
            found += list(client.search_model_versions(f"run_id IN ({quoted})"))
        found.sort(key=lambda item: item.creation_timestamp, reverse=True)
        return [
            {
                "name": item.name,
                "version": int(item.version),
                "run_id": item.run_id,
                "view_version": versions.get(item.run_id),
                "at": to_iso(datetime.fromtimestamp(item.creation_timestamp / 1000, UTC)),
            }
            for item in found
        ]


def _tagged(client: Any, view: str) -> Mapping[str, int | None]:
    experiments = [item.experiment_id for item in client.search_experiments()]
    if not experiments:
        return {}
    # A view's name is an identifier: it holds no quote.
    condition = f"tags.`{TAG}` LIKE '%\"{view}@v%'"
    found = {}
    for run in client.search_runs(experiments, condition, max_results=MAX_RUNS):
        version = _version(run.data.tags.get(TAG, ""), view)
        if version is not None:
            found[run.info.run_id] = version
    return found


def _version(tag: str, view: str) -> int | None:
    try:
        listed = json.loads(tag)
    except ValueError:
        return None
    for reference in listed if isinstance(listed, list) else ():
        name, _, number = str(reference).rpartition("@v")
        if name == view and number.isdecimal():
            return int(number)
    return None
