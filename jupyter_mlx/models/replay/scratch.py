"""A tracking store for a replay: what the notebook logs and registers goes there, and nowhere else.

Where MLflow's store is an SQLite file, it is a copy that is set back to the moment at which the run began, so that the
notebook finds the models and runs of then, and its version gets the number that it got.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from ...mlflow_client import answering, connect

__all__ = ["Scratch", "make_scratch"]


@dataclass(frozen=True)
class Scratch:
    """A store for one replay. `whole` tells whether it has what the real one had."""

    uri: str
    whole: bool


def make_scratch(uri: str, folder: Path, began: datetime, *, experiment: str, model: str, version: int) -> Scratch:
    """Make one in a folder.

    Parameters
    ----------
    uri: The real store.
    began: When the run began that is replayed.
    experiment: That it is tracked in.
    model, version: What it registered: the next version of the model gets that number.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``.
    """
    file = folder / "mlflow.db"
    scratch = f"sqlite:///{file}"
    source = _sqlite_file(uri)
    with answering(uri):
        if source is not None:
            with (
                # A folder's name may have what means something in a URI.
                closing(sqlite3.connect(f"{Path(source).resolve().as_uri()}?mode=ro", uri=True)) as real,
                closing(sqlite3.connect(file)) as to,
            ):
                real.backup(to)
        client = connect(scratch)
        if client.get_experiment_by_name(experiment) is None:
            client.create_experiment(experiment)
        with closing(sqlite3.connect(file)) as connection, connection:
            _set_back(connection, int(began.timestamp() * 1000))
            _move_artifacts(connection, folder / "artifacts")
            _number_next(connection, model, version)
    return Scratch(scratch, source is not None)


def _sqlite_file(uri: str) -> str | None:
    if not uri.startswith("sqlite"):
        return None
    return sa.make_url(uri).database


def _set_back(connection: sqlite3.Connection, moment_ms: int) -> None:
    """Take away what came later: versions with what hangs on them, models without any; runs as deleted ones."""
    later = "SELECT name, version FROM model_versions WHERE creation_time >= ?"
    for table in ("model_version_tags", "registered_model_aliases"):
        connection.execute(f"DELETE FROM {table} WHERE (name, version) IN ({later})", (moment_ms,))  # noqa: S608
    connection.execute("DELETE FROM model_versions WHERE creation_time >= ?", (moment_ms,))
    empty = "SELECT name FROM registered_models WHERE creation_time >= ?"
    for table in ("registered_model_tags", "registered_model_aliases"):
        connection.execute(f"DELETE FROM {table} WHERE name IN ({empty})", (moment_ms,))  # noqa: S608
    connection.execute("DELETE FROM registered_models WHERE creation_time >= ?", (moment_ms,))
    connection.execute("UPDATE runs SET lifecycle_stage = 'deleted' WHERE start_time >= ?", (moment_ms,))
    connection.execute(
        "UPDATE logged_models SET lifecycle_stage = 'deleted' WHERE creation_timestamp_ms >= ?", (moment_ms,)
    )


def _move_artifacts(connection: sqlite3.Connection, folder: Path) -> None:
    """Have new runs keep their artifacts in a folder; those of earlier ones stay where they are, to be read."""
    connection.execute(
        "UPDATE experiments SET artifact_location = ? || '/' || experiment_id", (folder.resolve().as_uri(),)
    )


def _number_next(connection: sqlite3.Connection, model: str, version: int) -> None:
    """Have the model's next version be a certain one, where the store knows none before it."""
    newest = connection.execute("SELECT max(version) FROM model_versions WHERE name = ?", (model,)).fetchone()[0]
    if version == 1 or (newest or 0) >= version - 1:
        return
    known = connection.execute("SELECT 1 FROM registered_models WHERE name = ?", (model,)).fetchone()
    if known is None:
        connection.execute(
            "INSERT INTO registered_models (name, creation_time, last_updated_time) VALUES (?, 0, 0)", (model,)
        )
    connection.execute(
        "INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, source, status)"
        " VALUES (?, ?, 0, 0, 'None', '', 'READY')",
        (model, version - 1),
    )
