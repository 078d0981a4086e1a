"""MLflow's client, with a patience that people have, and its exceptions as ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import Unavailable

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

__all__ = ["answering", "be_patient", "connect"]

# A tracking server that is down costs seconds, not the minutes of MLflow's own retries.
_PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}


def be_patient() -> None:
    """Let this process's requests to a tracking server fail in seconds, unless its user set other limits."""
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)


def connect(uri: str) -> MlflowClient:
    """A client of a tracking store and its registry. It connects at its first call, inside `answering`."""
    be_patient()
    from mlflow.tracking import MlflowClient

    return MlflowClient(tracking_uri=uri, registry_uri=uri)


@contextmanager
def answering(uri: str) -> Iterator[None]:
    """Translate MLflow's and its transports' exceptions.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``.
    """
    import sqlalchemy as sa
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException

    try:
        yield
    except (MlflowException, RequestException, sa.exc.SQLAlchemyError, OSError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        shown = uri.rpartition("@")[2]  # a URL's user and password stay out of messages
        raise Unavailable(
            "mlflow_unavailable",
            f"MLflow at {shown} does not answer: {reason}",
            "Check `mlflow_tracking_uri`; `jupyter mlx doctor` tries it.",
        ) from error
