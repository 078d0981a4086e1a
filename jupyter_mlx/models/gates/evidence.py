"""What the store knows of versions: evaluations, replays, what people said of them, what they were trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...clock import from_iso, to_iso
from ...store.engine import Store
from ...store.feature_tables import training_sets
from ...store.model_tables import alias_moves, approvals, evaluations, replays

__all__ = ["StoreEvidence", "approval_digest", "training_set_ids"]

TRAINING_SET_TAG = "mlx.training_set"
"""The tag of a tracked run that has the ids of its training sets, with commas between them."""


def approval_digest(files: str | None, card: str) -> str:
    """What an approval is bound to: a model's files, and the card that somebody wrote.

    A card that is made from the record is nobody's words: it may grow by evaluations, and the approval holds.
    """
    return f"sha256:{hashlib.sha256(f'{files}{chr(0)}{card}'.encode()).hexdigest()}"


def training_set_ids(run: Mapping[str, Any] | None) -> list[str]:
    """The ids of the training sets that a tracked run used."""
    said = "" if run is None else run["tags"].get(TRAINING_SET_TAG, "")
    return [item for item in said.split(",") if item]


class StoreEvidence:
    """`Evidence` of one model.

    Parameters
    ----------
    since: When it was made. What is older is of another model, which had its name and was deleted: MLflow counts
        versions from 1 again.
    """

    def __init__(self, store: Store, model: str, *, since: str | None = None) -> None:
        self._store = store
        self._model = model
        self._since = None if since is None else from_iso(since)

    def evaluations(self, version: int) -> list[dict[str, Any]]:
        """``Evaluation`` each, newest first."""
        mine = (evaluations.c.model == self._model) & (evaluations.c.version == version)
        mine &= self._is_new(evaluations.c.created_at)
        query = sa.select(evaluations).where(mine).order_by(evaluations.c.created_at.desc(), evaluations.c.id)
        return [_evaluation(row) for row in self._rows(query)]

    def replays(self, version: int) -> list[dict[str, Any]]:
        """``Replay`` each, newest first."""
        mine = (replays.c.model == self._model) & (replays.c.version == version)
        mine &= self._is_new(replays.c.created_at)
        query = sa.select(replays).where(mine).order_by(replays.c.created_at.desc(), replays.c.id)
        return [_replay(row) for row in self._rows(query)]

    def approvals(self, version: int, digest: str | None, card: str) -> list[dict[str, Any]]:
        """``Approval`` each, newest first; current where the files and the card are as they were then."""
        mine = (approvals.c.model == self._model) & (approvals.c.version == version)
        mine &= self._is_new(approvals.c.said_at)
        query = sa.select(approvals).where(mine).order_by(approvals.c.said_at.desc(), approvals.c.id)
        now = None if digest is None else approval_digest(digest, card)
        return [
            {
                "id": row.id,
                "approved": row.approved,
                "by": row.said_by,
                "at": to_iso(row.said_at),
                "comment": row.comment,
                "digest": row.digest,
                "current": row.digest == now,
            }
            for row in self._rows(query)
        ]

    def training_sets(self, run: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """``TrainingSet`` of the features each that a tracked run used and that are still known."""
        query = sa.select(training_sets.c.record).where(training_sets.c.id.in_(training_set_ids(run)))
        return [row.record for row in self._rows(query)]

    def newest_metrics(self, versions: Collection[int]) -> dict[int, Mapping[str, Any]]:
        """By version the metrics of its newest evaluation; those without any are left out."""
        query = (
            sa.select(evaluations.c.version, evaluations.c.report["metrics"].label("metrics"))
            .where(evaluations.c.model == self._model, evaluations.c.version.in_(list(versions)))
            .order_by(evaluations.c.created_at, evaluations.c.id.desc())
        )
        return {row.version: row.metrics or {} for row in self._rows(query)}

    def last_version(self, alias: str) -> int | None:
        """The version that had an alias last; None where none ever had it."""
        query = (
            sa.select(alias_moves.c.to_version)
            .where(alias_moves.c.model == self._model, alias_moves.c.alias == alias, alias_moves.c.state == "DONE")
            .where(alias_moves.c.to_version.is_not(None), self._is_new(alias_moves.c.moved_at))
            .order_by(alias_moves.c.number.desc())
        )
        with self._store.read() as connection:
            found: int | None = connection.scalar(query.limit(1))
        return found

    def _is_new(self, at: sa.Column[datetime]) -> sa.ColumnElement[bool]:
        return sa.true() if self._since is None else at >= self._since

    def _rows(self, query: sa.Select[Any]) -> Sequence[Any]:
        with self._store.read() as connection:
            return connection.execute(query).all()


def _evaluation(row: Any) -> dict[str, Any]:
    return {
        **row.report,
        "id": row.id,
        "model": row.model,
        "version": row.version,
        "kind": row.kind,
        "run_id": row.run_id,
        "mlflow_run_id": row.mlflow_run_id,
        "by": row.created_by,
        "at": to_iso(row.created_at),
    }


def _replay(row: Any) -> dict[str, Any]:
    nothing = {"message": "", "tolerance": 0.0, "cell": None, "metrics": [], "files": []}
    document = {
        **nothing,
        **row.result,
        "id": row.id,
        "model": row.model,
        "version": row.version,
        "state": row.state,
        "run_id": row.run_id,
        "by": row.created_by,
        "at": to_iso(row.created_at),
        "ended_at": to_iso(row.ended_at),
    }
    return {**document, "error": row.error} if row.error else document
