"""Runs of a tracking store that is a database: tables of them, and one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ...errors import InvalidInput
from .artifacts import Places, artifact_file, list_artifacts
from .columns import columns_page
from .comparing import compare_records
from .curves import read_curves
from .experiments import active_ids, experiment_document, experiments_page
from .filters import conditions, parse_filter, words_condition
from .nothing import NoRuns
from .order import ordered
from .shown import SHOWN_TAGS, Column, LastMetric, RunRecord, parse_column, run_unknown
from .store import TrackingDatabase
from .tables import dataset, input_tag, inputs, latest_metrics, logged_models, model_versions, params, runs, tags

__all__ = ["SqlRuns"]

PAGE = 100
MAX_COLUMNS = 1000
_CONTEXT = "mlflow.data.context"


class SqlRuns:
    """`RunsPort` on MLflow's SQLite or PostgreSQL database.

    Parameters
    ----------
    uri: Of the tracking store.
    """

    def __init__(self, uri: str) -> None:
        self._database = TrackingDatabase(uri)

    def experiments(self, *, words: str = "", limit: int = PAGE, cursor: str | None = None) -> dict[str, Any]:
        """``ExperimentList``."""
        with self._database.reading() as connection:
            if connection is None:
                return NoRuns().experiments()
            return experiments_page(connection, words, limit, cursor)

    def experiment(self, experiment_id: str) -> dict[str, Any]:
        """``Experiment``."""
        with self._database.reading() as connection:
            return experiment_document(connection, experiment_id)

    def columns(
        self, experiment_id: str, *, words: str = "", kind: str = "", limit: int = PAGE, cursor: str | None = None
    ) -> dict[str, Any]:
        """``RunColumnList``."""
        with self._database.reading() as connection:
            experiment_document(connection, experiment_id)
            assert connection is not None
            return columns_page(connection, int(experiment_id), words, kind, limit, cursor)

    def search(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunPage`` of a ``ModelRunSearchRequest``."""
        columns = [parse_column(text) for text in request.get("columns", ())]
        if len(columns) > MAX_COLUMNS:
            raise InvalidInput(
                "column_invalid",
                f"{len(columns)} columns were asked for.",
                f"Ask for {MAX_COLUMNS} at most, those that are seen.",
                field="columns",
            )
        order = ordered(request.get("order_by", ()))
        comparisons = parse_filter(request.get("filter", ""))
        limit, cursor = request.get("limit", PAGE), request.get("cursor")
        past = order.after(cursor) if cursor else sa.true()
        with self._database.reading() as connection:
            if connection is None:
                return NoRuns().search(request)
            wanted = sa.and_(
                runs.c.experiment_id.in_(active_ids(connection, request.get("experiments", ()))),
                runs.c.lifecycle_stage == ("deleted" if request.get("deleted") else "active"),
                *conditions(comparisons, self._database.dialect),
                *words_condition(request.get("words", "")),
            )
            total = connection.scalar(sa.select(sa.func.count()).select_from(runs).where(wanted))
            keys = [key.expression.label(f"key_{index}") for index, key in enumerate(order.keys)]
            query = sa.select(runs, *keys).select_from(order.source).where(wanted, past)
            rows = connection.execute(query.order_by(*order.by()).limit(limit + 1)).all()
            page = rows[:limit]
            records = _records(connection, page, columns)
        last = page[-1]._mapping if len(rows) > limit else None
        return {
            "items": [record.to_json(columns) for record in records],
            "next_cursor": order.cursor([last[key.name] for key in keys]) if last else None,
            "total": total,
        }

    def run(self, run_id: str) -> dict[str, Any]:
        """``ModelRunDetail``."""
        with self._database.reading() as connection:
            record = next(iter(self._found(connection, [run_id])), None)
            if record is None:
                raise run_unknown(run_id)
            return record.detail(experiment_document(connection, record.experiment_id, deleted=True))

    def curves(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``CurveList`` of a ``CurveRequest``."""
        with self._database.reading() as connection:
            if connection is None:
                return NoRuns().curves(request)
            return read_curves(connection, request)

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunComparison``, without ``environment``."""
        with self._database.reading() as connection:
            found = [record for record in self._found(connection, request["runs"]) if not record.deleted]
        return compare_records(found, request["runs"], only_different=request.get("only_different", False))

    def artifacts(self, run_id: str, path: str = "") -> dict[str, Any]:
        """``ArtifactList``."""
        return list_artifacts(self._places(run_id), path)

    def artifact(self, run_id: str, path: str) -> str:
        """Where a file of a run lies on this machine."""
        return artifact_file(self._places(run_id), path)

    def _found(self, connection: sa.Connection | None, run_ids: Sequence[str]) -> list[RunRecord]:
        if connection is None:
            return []
        rows = connection.execute(sa.select(runs).where(runs.c.run_uuid.in_(run_ids))).all()
        return _records(connection, rows, None)

    def _places(self, run_id: str) -> Places:
        with self._database.reading() as connection:
            found = (
                connection.execute(sa.select(runs.c.artifact_uri).where(runs.c.run_uuid == run_id)).first()
                if connection is not None
                else None
            )
            if connection is None or found is None:
                raise run_unknown(run_id)
            made = connection.execute(
                sa.select(logged_models.c.name, logged_models.c.artifact_location)
                .join(inputs, inputs.c.destination_id == logged_models.c.model_id)
                .where(
                    inputs.c.source_type == "RUN_OUTPUT",
                    inputs.c.destination_type == "MODEL_OUTPUT",
                    inputs.c.source_id == run_id,
                )
            ).all()
        return Places(self._database.uri, run_id, found.artifact_uri, {row.name: row.artifact_location for row in made})


def _records(connection: sa.Connection, rows: Sequence[Any], columns: Iterable[Column] | None) -> list[RunRecord]:
    """Runs with the values of these columns; with all that is known of them where it is None."""
    ids = [row.run_uuid for row in rows]
    names: dict[str, list[str] | None] = {"metric": None, "param": None, "tag": None}
    if columns is not None:
        wanted = list(columns)
        names = {kind: [column.name for column in wanted if column.kind == kind] for kind in names}
        names["tag"] = [*(names["tag"] or ()), *SHOWN_TAGS]
    last = _values(connection, latest_metrics, ids, names["metric"])
    parameters = _values(connection, params, ids, names["param"])
    tagged = _values(connection, tags, ids, names["tag"])
    read = _inputs(connection, ids) if columns is None else {}
    registered = _models(connection, ids)
    return [
        RunRecord(
            id=row.run_uuid,
            experiment_id=str(row.experiment_id),
            name=row.name or "",
            state=row.status,
            started=row.start_time,
            ended=row.end_time,
            user=row.user_id,
            artifact_uri=row.artifact_uri or "",
            deleted=row.lifecycle_stage == "deleted",
            parameters={item.key: item.value for item in parameters.get(row.run_uuid, ())},
            metrics={
                item.key: LastMetric(float("nan") if item.is_nan else item.value, item.step, item.timestamp)
                for item in last.get(row.run_uuid, ())
            },
            tags={item.key: item.value or "" for item in tagged.get(row.run_uuid, ())},
            inputs=tuple(read.get(row.run_uuid, ())),
            models=tuple(registered.get(row.run_uuid, ())),
        )
        for row in rows
    ]


def _values(
    connection: sa.Connection, table: sa.Table, ids: Sequence[str], names: Sequence[str] | None
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    if not ids or (names is not None and not names):
        return found
    query = sa.select(table).where(table.c.run_uuid.in_(ids))
    if names is not None:
        query = query.where(table.c.key.in_(names))
    for row in connection.execute(query):
        found.setdefault(row.run_uuid, []).append(row)
    return found


def _inputs(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    query = (
        sa.select(inputs.c.destination_id, dataset, input_tag.c.value.label("context"))
        .join(dataset, inputs.c.source_id == dataset.c.dataset_uuid)
        .outerjoin(input_tag, sa.and_(input_tag.c.input_uuid == inputs.c.input_uuid, input_tag.c.name == _CONTEXT))
        .where(inputs.c.destination_type == "RUN", inputs.c.destination_id.in_(ids))
        .order_by(dataset.c.name, dataset.c.digest)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.destination_id, []).append(
            {
                "name": row.name,
                "digest": row.digest,
                "source": row.dataset_source,
                "source_type": row.dataset_source_type,
                "context": row.context,
            }
        )
    return found


def _models(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    query = (
        sa.select(model_versions.c.run_id, model_versions.c.name, model_versions.c.version)
        .where(model_versions.c.run_id.in_(ids), model_versions.c.current_stage != "Deleted_Internal")
        .order_by(model_versions.c.name, model_versions.c.version)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.run_id, []).append({"name": row.name, "version": row.version})
    return found
