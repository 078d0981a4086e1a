"""Evaluations that were made, kept with their versions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ...clock import Clock, to_iso
from ...errors import NotFound
from ...jobs.models import new_id
from ...store.engine import Store
from ...store.model_tables import evaluations
from ..registry.changes import Changes
from ..registry.values import metric_value

if TYPE_CHECKING:
    from ...catalog.models import Principal

__all__ = ["EXPERIMENT", "SUMMARY", "EvaluationService", "storable"]

EXPERIMENT = "evaluations"
"""Where evaluations are tracked in MLflow that no run was begun for."""
SUMMARY = ("id", "kind", "data", "rows", "metrics", "champion", "better", "run_id", "mlflow_run_id", "by", "at")
_COLUMNS = ("id", "model", "version", "kind", "run_id", "mlflow_run_id", "by", "at")


class EvaluationService:
    """Owns what was found of versions.

    Parameters
    ----------
    by_grants: Whether data is seen by grants: then slices, which are of its values, are for who made them.
    """

    def __init__(self, store: Store, clock: Clock, changes: Changes, *, by_grants: bool) -> None:
        self._store = store
        self._clock = clock
        self._changes = changes
        self._by_grants = by_grants

    def add(self, report: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
        """Keep an evaluation; ``Evaluation`` of the contract.

        Parameters
        ----------
        report: The same less who made it, and when.
        """
        document = storable(report)
        values = {key: document.get(key) for key in _COLUMNS if key not in ("by", "at")}
        values["id"] = document.get("id") or new_id()
        rest = {key: value for key, value in document.items() if key not in _COLUMNS}
        now = self._clock.now()
        with self._store.write() as connection:
            connection.execute(
                sa.insert(evaluations).values(**values, report=rest, created_by=principal.user, created_at=now)
            )
            version = int(values["version"])
            self._changes.tell(connection, values["model"], "evaluation", version=version, of=values["id"])
            resource = f"model {values['model']} version {version}"
            self._changes.audit(connection, principal, "evaluate", resource, after={"evaluation": values["id"]})
        self._changes.ring()
        return {**rest, **values, "by": principal.user, "at": to_iso(now)}

    def get(self, evaluation_id: str, principal: Principal) -> dict[str, Any]:
        """One evaluation: ``Evaluation`` of the contract.

        Raises
        ------
        NotFound: ``evaluation_unknown``.
        """
        with self._store.read() as connection:
            row = connection.execute(sa.select(evaluations).where(evaluations.c.id == evaluation_id)).first()
        if row is None:
            raise NotFound(
                "evaluation_unknown",
                f"There is no evaluation `{evaluation_id}`.",
                "Look at the version's page, which lists them.",
            )
        document = _document(row)
        if self._by_grants and not principal.admin and row.created_by != principal.user:
            return {**document, "slices": [], "pictures": []}
        return document

    def of(self, model: str, version: int | None = None, *, limit: int = 100) -> list[dict[str, Any]]:
        """The evaluations of a model, or of one of its versions, newest first: ``EvaluationSummary`` each.

        They also have ``version``.
        """
        query = sa.select(evaluations).where(evaluations.c.model == model)
        if version is not None:
            query = query.where(evaluations.c.version == version)
        query = query.order_by(evaluations.c.created_at.desc(), evaluations.c.id).limit(limit)
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return [{key: _document(row)[key] for key in (*SUMMARY, "version")} for row in rows]


def _document(row: Any) -> dict[str, Any]:
    own = {"id": row.id, "model": row.model, "version": row.version, "kind": row.kind}
    runs = {"run_id": row.run_id, "mlflow_run_id": row.mlflow_run_id}
    return {**row.report, **own, **runs, "by": row.created_by, "at": to_iso(row.created_at)}


def storable(value: Any) -> Any:
    """The same with NaN and infinities as texts, and with Python's own numbers and lists."""
    if isinstance(value, Mapping):
        return {str(key): storable(item) for key, item in value.items()}
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, Sequence):
        return [storable(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays
        return storable(value.tolist())
    return metric_value(value) if isinstance(value, float) and not math.isfinite(value) else value
