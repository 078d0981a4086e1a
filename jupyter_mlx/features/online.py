"""An online store for Feast in one SQLite file: one table a feature view, one column a feature.

In ``feature_store.yaml``::

    online_store:
      type: jupyter_mlx.features.online.WideOnlineStore
      path: data/online_wide.db
    batch_engine:
      type: jupyter_mlx.features.engine.ArrowEngine   # the fast way into it; Feast's own engines work too

The newest row of an entity stays, by event time, then by created time: writing is idempotent, and rows may come in
any order. A batch is one transaction. Other processes read while one writes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from feast import Entity, FeatureView, utils
from feast.feature_service import FeatureService
from feast.infra.infra_object import InfraObject
from feast.infra.online_stores.online_store import OnlineStore
from feast.infra.registry.base_registry import BaseRegistry
from feast.infra.supported_async_methods import SupportedAsyncMethods
from feast.labeling.label_view import LabelView
from feast.online_response import OnlineResponse
from feast.protos.feast.core.InfraObject_pb2 import InfraObject as InfraObjectProto
from feast.protos.feast.core.Registry_pb2 import Registry as RegistryProto
from feast.protos.feast.core.SqliteTable_pb2 import SqliteTable as SqliteTableProto
from feast.protos.feast.serving.ServingService_pb2 import GetOnlineFeaturesResponse
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import FeastConfigBaseModel, RepoConfig
from feast.stream_feature_view import StreamFeatureView
from pydantic import StrictStr

from . import online_tables
from .online_file import Database
from .online_read import Answer, answers, find, read
from .online_response import WideOnlineResponse, extend
from .online_write import Row, make, serialized, table_of, write_arrow, write_rows

__all__ = ["WideOnlineStore", "WideOnlineStoreConfig", "WideTable"]

_log = logging.getLogger(__name__)


class WideOnlineStoreConfig(FeastConfigBaseModel):
    """The ``online_store`` section of ``feature_store.yaml``."""

    type: Literal["jupyter_mlx.features.online.WideOnlineStore"] = "jupyter_mlx.features.online.WideOnlineStore"
    """The store's class."""

    path: StrictStr = "data/online_wide.db"
    """The SQLite file; from the repository's folder, if it is not absolute."""


class WideTable(InfraObject):
    """A view's table, as Feast lists infrastructure.

    Parameters
    ----------
    path: The SQLite file.
    name: The table.
    """

    def __init__(self, path: str, name: str) -> None:
        super().__init__(name)
        self.path = path

    def to_proto(self) -> SqliteTableProto:
        """The path and the name."""
        return SqliteTableProto(path=self.path, name=self.name)

    def to_infra_object_proto(self) -> InfraObjectProto:
        """The same under this class's path."""
        kind = f"{type(self).__module__}.{type(self).__qualname__}"
        return InfraObjectProto(infra_object_class_type=kind, sqlite_table=self.to_proto())

    @staticmethod
    def from_infra_object_proto(infra_object_proto: InfraObjectProto) -> WideTable:
        """The table that `to_infra_object_proto` told of."""
        return WideTable.from_proto(infra_object_proto.sqlite_table)

    @staticmethod
    def from_proto(infra_object_proto: Any) -> WideTable:
        """The table that `to_proto` told of."""
        return WideTable(infra_object_proto.path, infra_object_proto.name)

    def update(self) -> None:
        """Nothing: only the view knows the columns, and the store's own `update` has it."""

    def teardown(self) -> None:
        """Remove the table."""
        with Database(self.path).writing() as connection:
            online_tables.drop(connection, self.name)


class WideOnlineStore(OnlineStore):
    """The store: see the module."""

    # Each version of a view has a table of its own, as in Feast's SQLite store.
    _versioned_read_supported = True

    def __init__(self) -> None:
        self._databases: dict[str, Database] = {}
        self.replacing = False
        """Whether what is written takes the place of newer rows, too: its source says what is served, and all of it."""

    # -- infrastructure ------------------------------------------------------------------------------------------

    def update(
        self,
        config: RepoConfig,
        tables_to_delete: Sequence[FeatureView],
        tables_to_keep: Sequence[FeatureView],
        entities_to_delete: Sequence[Entity],
        entities_to_keep: Sequence[Entity],
        partial: bool,
    ) -> None:
        """Make, change and drop tables as the views changed, all or none.

        An added feature is a new column of nulls. A removed one is dropped with its values. Where a feature's type or
        the join keys changed, the table is made anew, and a warning says that the view must be materialized again.

        Raises
        ------
        Conflict: Another store or project has a table of this name in the file.
        InvalidInput: A view has more features than SQLite takes.
        Unavailable: The file can't be written.
        StorageFull: No space is left.
        """
        with self._database(config).writing(create=True) as connection:
            for view in tables_to_delete:
                online_tables.drop(connection, table_of(config, view))
            emptied = [view.name for view in tables_to_keep if make(connection, config, view)]
        for name in emptied:
            _log.warning("The types of view %s changed: its online table is empty. Materialize it again.", name)

    def plan(self, config: RepoConfig, desired_registry_proto: RegistryProto) -> list[InfraObject]:
        """The tables that the views of a registry need; makes nothing."""
        batch = [FeatureView.from_proto(view) for view in desired_registry_proto.feature_views]
        stream = [StreamFeatureView.from_proto(view) for view in desired_registry_proto.stream_feature_views]
        label = [LabelView.from_proto(view) for view in desired_registry_proto.label_views if view.spec.online]
        return [WideTable(_path(config), table_of(config, view)) for view in [*batch, *stream, *label]]

    def teardown(self, config: RepoConfig, tables: Sequence[FeatureView], entities: Sequence[Entity]) -> None:
        """Drop all tables of the project; the file goes with the last one."""
        database = self._database(config)
        if Path(database.path).exists():
            with database.writing() as connection:
                empty = online_tables.drop_project(connection, config.project)
            if empty:
                database.remove()

    async def close(self) -> None:
        """Close the file."""
        for database in self._databases.values():
            database.close()

    # -- writing -------------------------------------------------------------------------------------------------

    def online_write_batch(
        self,
        config: RepoConfig,
        table: FeatureView,
        data: list[Row],
        progress: Callable[[int], Any] | None,
    ) -> None:
        """Write rows in one transaction; a row that is older than the present one changes nothing.

        Parameters
        ----------
        data: Entity keys, values by the features' names, event times, created times. A time without a zone is UTC.
        progress: Called with the number of rows, after they are written.

        Raises
        ------
        InvalidInput: A value belongs to no feature of the view; an event time is null or out of range.
        Conflict: The table's column has another type than the view's feature.
        Unavailable: The file can't be written.
        StorageFull: No space is left.
        """
        if data:
            write_rows(self._database(config), config, table, data, replacing=self.replacing)
            if progress:
                progress(len(data))

    async def online_write_batch_async(
        self,
        config: RepoConfig,
        table: FeatureView,
        data: list[Row],
        progress: Callable[[int], Any] | None,
    ) -> None:
        """`online_write_batch`, in a thread."""
        await asyncio.to_thread(self.online_write_batch, config, table, data, progress)

    def write_arrow(self, config: RepoConfig, view: FeatureView, table: pa.Table) -> None:
        """Write the rows of an Arrow table in one transaction, without a message a value.

        Parameters
        ----------
        view: The view, whose source tells which columns are the event and created times.
        table: A column a join key and feature, under the view's own names, and the times.

        Raises
        ------
        InvalidInput: A column is missing; a join key or an event time is null; a value does not fit its type.
        Conflict: The table's column has another type than the view's feature.
        Unavailable: The file can't be written.
        StorageFull: No space is left.
        """
        write_arrow(self._database(config), config, view, table, replacing=self.replacing)

    # -- reading -------------------------------------------------------------------------------------------------

    @property
    def async_supported(self) -> SupportedAsyncMethods:
        """Reading and writing, in threads."""
        return SupportedAsyncMethods(read=True, write=True)

    def online_read(
        self,
        config: RepoConfig,
        table: FeatureView,
        entity_keys: list[EntityKey],
        requested_features: list[str] | None = None,
    ) -> list[Answer]:
        """The event time and the values of each entity; ``(None, None)`` for one that has no row.

        A feature that was never written for an entity is not among its values; one that was written as null is, as
        an empty value.

        Raises
        ------
        NotFound: The view has no table.
        Unavailable: The file can't be read.
        """
        if not entity_keys:
            return []
        keys = serialized(entity_keys, config.entity_key_serialization_version)
        columns, held = read(self._database(config), config, table, list(dict.fromkeys(keys)), requested_features)
        found = dict(zip(held, answers(columns, held.values()), strict=True))
        return [found.get(key, (None, None)) for key in keys]

    async def online_read_async(
        self,
        config: RepoConfig,
        table: FeatureView,
        entity_keys: list[EntityKey],
        requested_features: list[str] | None = None,
    ) -> list[Answer]:
        """`online_read`, in a thread."""
        return await asyncio.to_thread(self.online_read, config, table, entity_keys, requested_features)

    def get_online_features(
        self,
        config: RepoConfig,
        features: list[str] | FeatureService,
        entity_rows: Any,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        include_feature_view_version_metadata: bool = False,
    ) -> OnlineResponse:
        """Feast's own answer, whose messages are made when somebody asks for them.

        Raises
        ------
        NotFound: A view has no table.
        Unavailable: The file can't be read.
        """
        if isinstance(entity_rows, list):
            entity_rows = _columnar(entity_rows)
        prepared = utils._prepare_entities_to_read_from_online_store(  # noqa: SLF001
            registry=registry,
            project=project,
            features=features,
            entity_values=entity_rows,
            full_feature_names=full_feature_names,
            native_entity_values=True,
        )
        join_keys, grouped, entities, on_demand, _, requested, response = prepared
        from feast import metrics  # makes a folder for counters: only where Feast itself would

        # Transformations, vectors made beforehand and counted answers need the message at once.
        eager = on_demand or metrics._config.online_features or getattr(features, "precompute_online", False)  # noqa: SLF001
        if eager:
            return super().get_online_features(
                config,
                features,
                entity_rows,
                registry,
                project,
                full_feature_names,
                include_feature_view_version_metadata,
            )
        database = self._database(config)
        found = [
            find(database, config, view, names, join_keys, entities, full_names=full_feature_names)
            for view, names in grouped
        ]
        kinds = self._build_feature_types(grouped)
        return WideOnlineResponse(response, found, requested, kinds, with_version=include_feature_view_version_metadata)

    async def get_online_features_async(self, *arguments: Any, **options: Any) -> OnlineResponse:
        """`get_online_features`, in a thread."""
        return await asyncio.to_thread(self.get_online_features, *arguments, **options)

    def _read_features_per_fv(
        self,
        config: RepoConfig,
        grouped_refs: list[Any],
        join_key_values: dict[str, list[Value]],
        entity_name_to_join_key_map: dict[str, str],
        online_features_response: GetOnlineFeaturesResponse,
        full_feature_names: bool,
        include_feature_view_version_metadata: bool,
    ) -> None:
        """Feast's hook: append what was read of each view to the message."""
        from feast import metrics

        for view, names in grouped_refs:
            found = find(
                self._database(config),
                config,
                view,
                names,
                join_key_values,
                entity_name_to_join_key_map,
                full_names=full_feature_names,
            )
            present = extend(online_features_response, found, with_version=include_feature_view_version_metadata)
            metrics.track_feature_statuses(view.name, present, len(names) * len(found.events) - present)

    def _database(self, config: RepoConfig) -> Database:
        path = _path(config)
        database = self._databases.get(path)
        if database is None:
            database = self._databases.setdefault(path, Database(path))
        return database


def _path(config: RepoConfig) -> str:
    path = Path(config.online_store.path)
    return str(config.repo_path / path if config.repo_path else path)


def _columnar(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Rows as columns."""
    names = rows[0].keys()
    if any(row.keys() != names for row in rows):
        raise ValueError("All entity_rows must have the same keys.")
    return {name: [row[name] for row in rows] for name in names}
