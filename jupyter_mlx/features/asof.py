"""Feast's offline store on DuckDB's ASOF join, given by class path in a plain ``feature_store.yaml``.

::

    offline_store:
        type: jupyter_mlx.features.asof.AsofOfflineStore
        memory_limit: 4GB           # all three may be left out
        threads: 4
        temp_directory: /scratch
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa
from feast.data_source import DataSource
from feast.feature_logging import LoggingConfig, LoggingSource
from feast.feature_view import FeatureView
from feast.infra.offline_stores.file_source import FileSource
from feast.infra.offline_stores.offline_store import OfflineStore, RetrievalJob, RetrievalMetadata
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.repo_config import FeastConfigBaseModel, RepoConfig
from feast.utils import compute_non_entity_date_range, make_tzaware

from ..errors import InvalidInput, NotFound
from .asof_engine import Engine, Limits
from .asof_job import AsofRetrievalJob, Result
from .asof_labels import Labels, read_labels
from .asof_pull import pull
from .asof_readers import Bounds
from .asof_retrieval import all_keys, labels_of_query, look_up
from .asof_sources import source_schema
from .asof_views import read_views
from .asof_writing import append_rows, write_logs

__all__ = ["AsofOfflineStore", "AsofOfflineStoreConfig"]


class AsofOfflineStoreConfig(FeastConfigBaseModel):
    """The offline store's part of ``feature_store.yaml``.

    Parameters
    ----------
    memory_limit: What DuckDB may use (``4GB``), four fifths of the machine's memory by default; the rest is spilled.
    threads: As many as there are cores by default.
    temp_directory: Where to spill; the system's folder for temporary files by default.
    """

    type: Literal["jupyter_mlx.features.asof.AsofOfflineStore"] = "jupyter_mlx.features.asof.AsofOfflineStore"
    memory_limit: str | None = None
    threads: int | None = None
    temp_directory: str | None = None


def _limits(config: RepoConfig) -> Limits:
    given = config.offline_store
    return Limits(given.memory_limit, given.threads, given.temp_directory)


def _repo(config: RepoConfig) -> Path | None:
    return Path(config.repo_path) if config.repo_path is not None else None


class AsofOfflineStore(OfflineStore):
    """Point-in-time joins that keep every label row, in order; reads files, CSV, Delta and Iceberg tables.

    A label takes, of its key's rows that are not after it, the one with the newest event time; of several the one with
    the newest created time; of several the last of the source. Where that row is older than the view's time to live the
    features are null. Sources' files count in the order of their names.
    """

    supports_filter_by_created_timestamp = True

    @staticmethod
    def get_historical_features(
        config: RepoConfig,
        feature_views: list[FeatureView],
        feature_refs: list[str],
        entity_df: pd.DataFrame | pa.Table | str | None,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        filter_by_created_timestamp: bool = False,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
    ) -> RetrievalJob:
        """Features as they were at the labels' event times.

        Parameters
        ----------
        entity_df: Label rows: a DataFrame, an Arrow table, or a query in DuckDB's language. Without any, each key that
            has a row from `start_date` to `end_date` is looked up at the end.
        filter_by_created_timestamp: Leave out what was created after the label's event time.

        Raises
        ------
        InvalidInput: What is wrong with a DataFrame at once, everything else when the result is asked for.
        """
        views = read_views(feature_views, feature_refs, registry, project, full_feature_names=full_feature_names)
        repo = _repo(config)
        since: datetime | None = None
        if entity_df is None:
            first, last = compute_non_entity_date_range(feature_views, start_date, end_date)
            since = first

            def labels(engine: Engine) -> Labels:
                return all_keys(engine, views, repo, first, last)

        elif isinstance(entity_df, str):
            query = entity_df

            def labels(engine: Engine) -> Labels:
                return labels_of_query(engine, query, repo)

        else:
            read = read_labels(entity_df)

            def labels(engine: Engine) -> Labels:
                return read

        def work(engine: Engine) -> Result:
            rows = labels(engine)
            table = look_up(engine, views, rows, repo, known_only=filter_by_created_timestamp, since=since)
            return Result(table, rows)

        def describe(rows: Labels) -> RetrievalMetadata:
            first_time, last_time = rows.instants.bounds()
            keys = [name for name in rows.table.column_names if name != rows.stamp]
            return RetrievalMetadata(list(feature_refs), keys, since or first_time, last_time)

        return AsofRetrievalJob(
            work,
            _limits(config),
            repo,
            full_feature_names=full_feature_names,
            on_demand_feature_views=OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry),
            describe=describe,
            labels=labels,
        )

    @staticmethod
    def pull_latest_from_table_or_query(
        config: RepoConfig,
        data_source: DataSource,
        join_key_columns: list[str],
        feature_name_columns: list[str],
        timestamp_field: str,
        created_timestamp_column: str | None,
        start_date: datetime,
        end_date: datetime,
    ) -> RetrievalJob:
        """The newest row of each key with an event time in a range, ends included; ties as in a join."""
        return _pull(
            config,
            data_source,
            join_key_columns,
            feature_name_columns,
            Bounds(timestamp_field, _aware(start_date), _aware(end_date)),
            created_timestamp_column,
            latest=True,
        )

    @staticmethod
    def pull_all_from_table_or_query(
        config: RepoConfig,
        data_source: DataSource,
        join_key_columns: list[str],
        feature_name_columns: list[str],
        timestamp_field: str,
        created_timestamp_column: str | None = None,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
    ) -> RetrievalJob:
        """All rows of a source, or those with an event time in a range, ends included, in the source's order."""
        return _pull(
            config,
            data_source,
            join_key_columns,
            feature_name_columns,
            Bounds(timestamp_field, _aware(start_date), _aware(end_date)),
            created_timestamp_column,
            latest=False,
        )

    @staticmethod
    def offline_write_batch(
        config: RepoConfig, feature_view: FeatureView, table: pa.Table, progress: Callable[[int], Any] | None
    ) -> None:
        """Append rows to the source of a feature view, after those that are there.

        Raises
        ------
        InvalidInput: ``view_without_source``, ``rows_do_not_fit`` or ``source_not_writable``.
        """
        if feature_view.batch_source is None:
            raise InvalidInput(
                "view_without_source",
                f"The feature view `{feature_view.name}` has no batch source to write to.",
                "Give it a batch source, and apply it.",
            )
        append_rows(feature_view.batch_source, _repo(config), table)
        if progress is not None:
            progress(table.num_rows)

    @staticmethod
    def write_logged_features(
        config: RepoConfig,
        data: pa.Table | Path,
        source: LoggingSource,  # noqa: ARG004
        logging_config: LoggingConfig,
        registry: BaseRegistry,  # noqa: ARG004
    ) -> None:
        """Add logged features to the folder of a `FileLoggingDestination`, as files of their own.

        Raises
        ------
        InvalidInput: ``storage_unsupported``.
        """
        write_logs(logging_config.destination, _repo(config), data)

    def validate_data_source(self, config: RepoConfig, data_source: DataSource) -> None:
        """Look whether a source's columns of times are there; one without files yet is none of its faults.

        Raises
        ------
        InvalidInput: ``source_column_missing``.
        Unavailable: ``source_unreadable``.
        """
        if not isinstance(data_source, FileSource):
            data_source.validate(config=config)
            return
        try:
            names = source_schema(data_source, _repo(config)).names
        except NotFound:
            return
        raw = {mapped: column for column, mapped in (data_source.field_mapping or {}).items()}
        for name in filter(None, (data_source.timestamp_field, data_source.created_timestamp_column)):
            if raw.get(name, name) not in names:
                raise InvalidInput(
                    "source_column_missing",
                    f"The source `{data_source.name}` has no column `{raw.get(name, name)}`.",
                    f"It has {', '.join(f'`{known}`' for known in sorted(names))}.",
                    field=name,
                )

    def get_table_column_names_and_types_from_data_source(
        self, config: RepoConfig, data_source: DataSource
    ) -> Iterable[tuple[str, str]]:
        """Names and types of a source's columns, CSV, patterns and folder names included."""
        if not isinstance(data_source, FileSource):
            return data_source.get_table_column_names_and_types(config=config)
        schema = source_schema(data_source, _repo(config))
        return [(field.name, str(field.type)) for field in schema]


def _aware(given: datetime | None) -> datetime | None:
    return None if given is None else make_tzaware(given)


def _pull(
    config: RepoConfig,
    source: DataSource,
    keys: list[str],
    columns: list[str],
    bounds: Bounds,
    created: str | None,
    *,
    latest: bool,
) -> RetrievalJob:
    repo = _repo(config)

    def work(engine: Engine) -> Result:
        return Result(pull(engine, source, repo, keys, columns, bounds, created or None, latest=latest))

    return AsofRetrievalJob(work, _limits(config), repo)
