"""Statistics of views: what their sources hold, how that drifted from what was trained on, what is served of it."""

# ruff: noqa: S608 - names are quoted or our own

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..clock import to_iso
from ..errors import InvalidInput
from ..store.events import EventLog
from ..store.feature_tables import projects, statistics, training_sets
from .drift import find_drift
from .models import View
from .overview import version_used
from .parity import ParityCheck
from .service import FeatureService
from .source_rows import TIME, open_rows

if TYPE_CHECKING:
    import duckdb

    from ..catalog.models import Principal

__all__ = ["FeatureStatistics"]

MAX_ROWS = 50_000_000
"""Of larger sources a sample of about so many rows is profiled."""
ENOUGH = 100
"""Rows after the labels of a training set from which on these alone are compared with it."""
_NEVER = ("never_materialized", "view_not_online")


class FeatureStatistics:
    """Owns the statistics of views: the newest of each is kept, as aggregates only."""

    def __init__(self, features: FeatureService, parity: ParityCheck) -> None:
        self._features = features
        self._parity = parity
        self._events = EventLog()

    def stored(self, reference: str, principal: Principal) -> dict[str, Any] | None:
        """``FeatureStatistics`` of the contract, as they were computed last; None where they never were.

        Raises
        ------
        NotFound: ``view_unknown``.
        Forbidden: ``permission_missing``: they are of all values.
        """
        view = self._features.view(reference, principal=principal)
        self._features.require(principal, "statistics", self._features.view(view.id))
        query = sa.select(statistics.c.data).where(statistics.c.view_id == view.id)
        with self._features.store.read() as connection:
            found: dict[str, Any] | None = connection.execute(query).scalar()
        return None if found is None else self._told(found, principal)

    def _told(self, made: dict[str, Any], principal: Principal | None) -> dict[str, Any]:
        """By grants, how somebody else called his training set is his own affair."""
        if made["baseline"] is None or self._features.access.sees_all(principal):
            return made
        query = sa.select(training_sets.c.owner).where(training_sets.c.id == made["baseline"]["id"])
        with self._features.store.read() as connection:
            owner = connection.execute(query).scalar()
        if owner is not None and self._features.access.owns(principal, owner):
            return made
        return {**made, "baseline": {**made["baseline"], "name": made["baseline"]["id"]}}

    def compute(self, reference: str, *, principal: Principal | None = None) -> dict[str, Any]:
        """Compute them of the version in force, in this process, and keep them.

        Raises
        ------
        NotFound: ``view_unknown``.
        Forbidden: ``permission_missing``.
        InvalidInput: ``view_computed``, and what is wrong with the source.
        MlxError: As the offline store has it.
        """
        started = time.perf_counter()
        view = self._features.view(reference.partition("@")[0], principal=principal)
        self._features.require(principal, "statistics", self._features.view(view.id))
        names = [feature.name for feature in view.definition.features]
        baseline = self._baseline(view)
        with open_rows(view, names, "mlx_rows") as connection:
            made = {"version": view.version, **_counts(connection, view), "columns": _columns(connection, names)}
            drift = [] if baseline is None else _drift(connection, baseline[1], _asked(baseline[2], view))
        made |= {
            "baseline": None if baseline is None else baseline[0],
            "drift": drift,
            "parity": self._parity_of(view),
            "created_at": to_iso(self._features.clock.now()),
            "seconds": round(time.perf_counter() - started, 3),
        }
        self._keep(view, made)
        return self._told(made, principal)

    def _parity_of(self, view: View) -> dict[str, Any] | None:
        try:
            return self._parity.check(view.id).to_json()
        except InvalidInput as error:
            if error.code in _NEVER:
                return None
            raise

    def _baseline(self, view: View) -> tuple[Mapping[str, Any], Path, list[str]] | None:
        """The newest training set of a view whose rows are there, in the contract's words, these, and its features."""
        query = (
            sa.select(training_sets)
            .join(projects)
            .where(projects.c.name == view.project)
            .order_by(training_sets.c.created_at.desc())
        )
        with self._features.store.read() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            version = version_used(row.record, view)
            if version is not None and Path(row.path).is_file():
                told = {"id": row.id, "name": row.name or row.id, "version": version}
                return told, Path(row.path), list(row.record["features"])
        return None

    def _keep(self, view: View, made: Mapping[str, Any]) -> None:
        now = self._features.clock.now()
        with self._features.store.write() as connection:
            connection.execute(sa.delete(statistics).where(statistics.c.view_id == view.id))
            connection.execute(sa.insert(statistics).values(view_id=view.id, data=dict(made), created_at=now))
            event = {"what": "statistics", "ids": [view.id]}
            self._events.append(connection, now, "features.changed", view.id, event)


def _asked(references: Collection[str], view: View) -> list[str]:
    """A view's features that a training set has; a label, or another view's feature, may have the name of one."""
    names = [feature.name for feature in view.definition.features]
    return [name for name in names if f"{view.definition.name}:{name}" in references]


def _counts(connection: duckdb.DuckDBPyConnection, view: View) -> dict[str, Any]:
    keys = ", ".join(_quoted(key) for key in view.definition.join_keys)
    entities = f"(SELECT count(*) FROM (SELECT DISTINCT {keys} FROM mlx_rows))" if keys else "least(count(*), 1)"
    query = f"SELECT count(*), {entities}, min({_quoted(TIME)}), max({_quoted(TIME)}) FROM mlx_rows"
    rows, different, first, last = connection.execute(query).fetchall()[0]
    return {"rows": rows, "entities": different, "first": _moment(first), "last": _moment(last)}


def _moment(value: datetime | None) -> str | None:
    return None if value is None else to_iso(value)


def _columns(connection: duckdb.DuckDBPyConnection, names: list[str]) -> list[dict[str, Any]]:
    from ..catalog.data.profile import profile_columns

    row = connection.execute("SELECT count(*) FROM mlx_rows").fetchall()[0]
    chosen = ", ".join(_quoted(name) for name in names)
    statement = f"SELECT {chosen} FROM mlx_rows"
    if row[0] > MAX_ROWS:
        statement = f"{statement} USING SAMPLE {100 * MAX_ROWS / row[0]:.4f} PERCENT (bernoulli)"
    schema = connection.sql(f"SELECT {chosen} FROM mlx_rows LIMIT 0").to_arrow_table().schema
    columns, _ = profile_columns(connection, statement, [(field.name, str(field.type)) for field in schema])
    return [column.to_json() for column in columns]


def _drift(connection: duckdb.DuckDBPyConnection, path: Path, names: list[str]) -> list[dict[str, Any]]:
    """Against what came after the labels; where that is not much, against all rows."""
    text = str(path).replace("'", "''")
    connection.execute(f"CREATE TEMP TABLE mlx_baseline AS FROM read_parquet('{text}')")
    types = {str(row[0]): str(row[1]) for row in connection.execute("DESCRIBE mlx_baseline").fetchall()}
    shared = [name for name in names if name in types]
    if not shared:
        return []
    connection.execute(f"CREATE TEMP VIEW mlx_present AS FROM mlx_rows{_later(connection, types)}")
    return [drift.to_json() for drift in find_drift(connection, "mlx_baseline", "mlx_present", shared)]


def _later(connection: duckdb.DuckDBPyConnection, types: Mapping[str, str]) -> str:
    stamps = [name for name, kind in types.items() if kind.startswith("TIMESTAMP")]
    stamp = "event_timestamp" if "event_timestamp" in stamps else next(iter(stamps), None)
    if stamp is None:
        return ""
    condition = f" WHERE {_quoted(TIME)} > (SELECT max(CAST({_quoted(stamp)} AS TIMESTAMPTZ)) FROM mlx_baseline)"
    later = connection.execute(f"SELECT count(*) FROM mlx_rows{condition}").fetchall()[0][0]
    return condition if later >= ENOUGH else ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
