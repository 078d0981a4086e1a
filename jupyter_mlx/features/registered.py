"""Registered models that were trained on features, as MLflow knows them.

A run that used a training set says so by the tag ``mlx.features``: a JSON list of ``view@v2``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..clock import to_iso
from ..errors import Unavailable

__all__ = ["TAG", "registered_models"]

TAG = "mlx.features"
MAX_RUNS = 1000
"""Of more runs than that with features of a view, the newest are looked at."""
_AT_ONCE = 100
# A tracking server that is down costs seconds, not the minutes of MLflow's own retries.
_PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}


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
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)
    with _answering(uri):
        from mlflow.tracking import MlflowClient

        client = MlflowClient(tracking_uri=uri)
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


@contextmanager
def _answering(uri: str) -> Iterator[None]:
    import sqlalchemy as sa
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException

    try:
        yield
    except (MlflowException, RequestException, sa.exc.SQLAlchemyError, OSError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise Unavailable(
            "mlflow_unavailable",
            # A URL's user and password stay out of messages.
            f"MLflow at {uri.rpartition('@')[2]} does not answer: {reason}",
            "Check `mlflow_tracking_uri`; `jupyter mlx doctor` tries it.",
        ) from error
