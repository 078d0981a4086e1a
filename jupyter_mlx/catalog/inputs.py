"""What a run read: noted in the catalog, and logged as an input of the run in MLflow where that is its tracker."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from ..errors import MlxError
from ..mlflow_client import be_patient
from ..processes import present_run

if TYPE_CHECKING:
    from .models import Table
    from .service import CatalogService

__all__ = ["data_digest", "note_reading"]

MAX_SCHEMA = 65_000
"""MLflow refuses a dataset whose schema is longer, in characters."""


def data_digest(table: Table) -> str:
    """What tells this state of a table's data from others, as the catalog knows it: schema, place, size, rows.

    MLflow takes at most 36 characters.
    """
    known = [table.version.digest, table.location, table.files, table.bytes, table.rows, table.partitions]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:32]


def note_reading(catalog: CatalogService, table: Table, columns: Sequence[str], who: str) -> None:
    """Take down that the present run reads a table; outside of runs nothing.

    A reading that can't be noted is not stopped: a warning says so, once for each reason.
    """
    run_id = present_run()
    if run_id is None:
        return
    try:
        catalog.note_use(table.id, run_id, table.version.number, sorted(columns), who)
    except MlxError as error:
        _say(f"That this run reads {table.path} could not be noted: {error.message}")
    tracked = os.environ.get("MLFLOW_RUN_ID")
    if tracked:
        uri = os.environ.get("MLFLOW_TRACKING_URI", "")
        schema = json.dumps({"columns": {item.name: item.type for item in table.columns}})
        profile = json.dumps({"num_rows": table.rows, "files": table.files, "bytes": table.bytes})
        name = f"{table.path}@v{table.version.number}"
        _log_input(uri, tracked, name, data_digest(table), table.location, schema, profile)


@cache
def _log_input(uri: str, run_id: str, name: str, digest: str, location: str, schema: str, profile: str) -> None:
    """Log a dataset as an input; once in a process, however often it is read, and whether or not that worked."""
    import sqlalchemy as sa
    from mlflow.entities import Dataset, DatasetInput, InputTag
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient
    from requests.exceptions import RequestException

    kind = "s3" if location.startswith("s3") else "local" if "://" not in location else "mlx_catalog"
    dataset = Dataset(
        name=name,
        digest=digest,
        source_type=kind,
        source=json.dumps({"uri": location}),
        schema=schema if len(schema) <= MAX_SCHEMA else None,
        profile=profile,
    )
    context = InputTag("mlflow.data.context", "catalog")
    be_patient()
    try:
        MlflowClient(tracking_uri=uri).log_inputs(run_id, datasets=[DatasetInput(dataset, [context])])
    except (MlflowException, RequestException, sa.exc.SQLAlchemyError, OSError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        _say(f"{name} could not be logged as an input in MLflow: {reason}")


@cache
def _say(text: str) -> None:
    warnings.warn(text, RuntimeWarning, stacklevel=4)
