"""A batch engine for Feast that materializes Arrow tables into the wide online store as they are.

In ``feature_store.yaml``::

    batch_engine:
      type: jupyter_mlx.features.engine.ArrowEngine

It is Feast's local engine, except where a plain view goes into `WideOnlineStore`: then no message is made for a
value. Other online stores, and views with a transformation, an aggregation, a filter, a validation, or other views
as their source, take Feast's way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from feast import FeatureView
from feast.infra.common.materialization_job import MaterializationJobStatus, MaterializationTask
from feast.infra.compute_engines.dag.context import ColumnInfo
from feast.infra.compute_engines.local.compute import LocalComputeEngine
from feast.infra.compute_engines.local.feature_builder import LocalFeatureBuilder
from feast.infra.compute_engines.local.job import LocalMaterializationJob
from feast.infra.compute_engines.utils import create_offline_store_retrieval_job
from feast.infra.registry.base_registry import BaseRegistry
from feast.repo_config import FeastConfigBaseModel
from feast.utils import _validate_vector_field_lengths

from ..faults import fail_point
from .online import WideOnlineStore

__all__ = ["ArrowEngine", "ArrowEngineConfig"]

_PLACE = "__place"
_BEFORE = -(2**63)

BATCH = 50_000
"""Rows a transaction, if ``materialization: {online_write_batch_size: …}`` does not say."""


class ArrowEngineConfig(FeastConfigBaseModel):
    """The ``batch_engine`` section of ``feature_store.yaml``."""

    type: Literal["jupyter_mlx.features.engine.ArrowEngine"] = "jupyter_mlx.features.engine.ArrowEngine"
    """The engine's class."""

    backend: str | None = None
    """Of Feast's local engine: ``pandas`` or ``polars``, where its way is taken."""


class ArrowEngine(LocalComputeEngine):
    """The engine: see the module."""

    def _materialize_one(
        self, registry: BaseRegistry, task: MaterializationTask, **kwargs: Any
    ) -> LocalMaterializationJob:
        """Write the newest row of each entity in an interval; Feast records the interval afterwards.

        A batch is kept as a whole or not at all. After an error or a kill, the same interval is written again: rows
        that are there already stay as they are.

        Raises
        ------
        InvalidInput: A column is missing; a join key or an event time is null; a value does not fit its type.
        Unavailable: The online store can't be written.
        StorageFull: No space is left.
        """
        view, store = task.feature_view, self.online_store
        if not isinstance(store, WideOnlineStore) or not is_plain(view):
            return super()._materialize_one(registry, task, **kwargs)
        context = self.get_execution_context(registry, task)
        info = LocalFeatureBuilder(registry, task, self._get_backend(context)).get_column_info(view)
        source = view.batch_source
        assert source is not None  # or it were not plain
        # Feast would take a stream source's mapping, which the batch source's columns know nothing of.
        info = dataclasses.replace(info, field_mapping=source.field_mapping)
        job = create_offline_store_retrieval_job(source, info, context, task.start_time, task.end_time)
        table = job.to_arrow()
        if info.field_mapping:
            table = table.rename_columns([info.field_mapping.get(name, name) for name in table.column_names])
        table = newest(table, info) if task.only_latest else table
        _validate_vector_field_lengths(table, view)
        for batch in _batches(table, self.repo_config.materialization_config.online_write_batch_size or BATCH):
            store.write_arrow(self.repo_config, view, batch)
        fail_point("online_materialized")
        name = f"{view.name}-{task.start_time}-{task.end_time}"
        return LocalMaterializationJob(job_id=name, status=MaterializationJobStatus.SUCCEEDED)


def is_plain(view: FeatureView) -> bool:
    """Whether a view is its source's columns as they are, and is written to the online store only."""
    changing = ("feature_transformation", "aggregations", "filter", "source_views", "enable_validation", "offline")
    return bool(view.online and view.batch_source) and not any(getattr(view, name, None) for name in changing)


def newest(table: pa.Table, info: ColumnInfo) -> pa.Table:
    """The newest row of each entity, by event time, then by created time, then by the order of the rows."""
    if not table.num_rows:
        return table
    created = info.created_timestamp_column
    names = [name for name in (info.timestamp_column, created) if name and name in table.column_names]
    if not info.join_keys:
        return table.take(_sorted(table, names)[-1:])
    keys = table.select(info.join_keys_columns)
    if keys.group_by(keys.column_names).aggregate([]).num_rows == table.num_rows:
        return table
    oldest_first = _sorted(table, names)
    place = pa.array(range(table.num_rows), pa.int64())
    ranked = keys.take(oldest_first).append_column(_PLACE, place)
    last = ranked.group_by(keys.column_names).aggregate([(_PLACE, "max")]).column(f"{_PLACE}_max")
    return table.take(oldest_first.take(last.combine_chunks()))


def _sorted(table: pa.Table, names: list[str]) -> pa.Array:
    """The rows' places from the oldest to the newest; a time that is null is before all others."""
    times = pa.table({name: table.column(name).cast(pa.int64()).fill_null(_BEFORE) for name in names})
    return pc.sort_indices(times, sort_keys=[(name, "ascending") for name in names])


def _batches(table: pa.Table, size: int) -> Iterator[pa.Table]:
    for start in range(0, table.num_rows, size):
        yield table.slice(start, size)
