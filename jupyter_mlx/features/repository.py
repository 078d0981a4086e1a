"""Feast repositories: a folder with ``feature_store.yaml`` and Python files that define entities, views and services.

Reading one executes its files, as ``feast apply`` does; that is for whoever wrote them, and never done in the server.
"""

from __future__ import annotations

import importlib
import io
import linecache
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, MlxError, NotFound
from .models import Definitions, Entity, Feature, Service, SourceDefinition, ViewDefinition

if TYPE_CHECKING:
    from feast import FeatureStore, RepoConfig
    from feast.repo_contents import RepoContents

__all__ = ["Repository", "calling"]

_ALONE = threading.Lock()
"""Files of a repository are imported from its folder, which is the process's while they are."""
_DUMMY = "__dummy"
_WHOLE_FILE = "jupyter_mlx.features.registry.WholeFileRegistryStore"


class Repository:
    """A Feast repository.

    Raises
    ------
    NotFound: ``repository_missing``.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder).expanduser().resolve()
        if not (self.folder / "feature_store.yaml").is_file():
            raise NotFound(
                "repository_missing",
                f"There is no `feature_store.yaml` in {self.folder}.",
                "Name the folder of a Feast repository: `jupyter mlx features apply DIR`.",
            )

    def open(self, offline_store: str | None = None, definitions: Path | None = None) -> FeatureStore:
        """Feast's own store.

        Parameters
        ----------
        offline_store: Read by this offline store, a class path, where the repository names another.
        definitions: A file of definitions that counts instead of the repository's registry.

        Raises
        ------
        InvalidInput: ``repository_invalid``.
        """
        with calling(self.folder):
            from feast import FeatureStore

            config = self._config()
            given = config.offline_config
            if offline_store is not None and (given if isinstance(given, str) else given.get("type")) != offline_store:
                config.offline_config = {"type": offline_store}
            if definitions is not None:
                config.registry_config = {"registry_type": "file", "path": str(definitions)}
            # What was materialized before is served, and is trained on, while the next materialization runs.
            config.registry.serve_features_while_materializing = True
            if _is_file(config.registry):
                config.registry.registry_store_type = _WHOLE_FILE
            store = FeatureStore(config=config)
            # Of a configuration that is handed to it Feast takes the process's folder for the repository's.
            store.repo_path = self.folder
            return store

    def _config(self) -> RepoConfig:
        from feast.repo_config import load_repo_config

        return load_repo_config(self.folder, self.folder / "feature_store.yaml")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only process of ours that changes the registry.

        Raises
        ------
        InvalidInput: ``repository_invalid``: it can't be reached.
        Conflict: ``registry_busy``.
        """
        with ExitStack() as stack:
            with calling(self.folder):
                from .registry import alone

                stack.enter_context(alone(self._config(), self.folder))
            yield

    @contextmanager
    def opened(self, offline_store: str | None = None, definitions: Path | None = None) -> Iterator[FeatureStore]:
        """`open`, and with the block's end the connections to the online store and the registry closed."""
        store = self.open(offline_store, definitions)
        try:
            yield store
        finally:
            _close(store)

    @contextmanager
    def materializing(self, view: str) -> Iterator[FeatureStore]:
        """`opened`, to materialize a view while others may apply and materialize."""
        with self.opened() as store:
            with calling(self.folder):
                from .registry import guard

                guard(store, store.config, self.folder, view)
            yield store

    def read(self) -> tuple[Definitions, RepoContents]:
        """What the repository's files define, and the same as Feast has it.

        Raises
        ------
        InvalidInput: ``repository_invalid``: a file can't be imported, or defines something twice.
        """
        with calling(self.folder), _inside(self.folder):
            from feast.repo_operations import parse_repo

            config = self._config()
            contents = parse_repo(self.folder)
        return definitions_of(config.project, contents), contents

    def apply(self, contents: RepoContents) -> None:
        """Write to Feast's registry what was read, and make what the online store needs for it.

        Raises
        ------
        InvalidInput: ``repository_invalid``.
        """
        with self.opened() as store, calling(self.folder), _inside(self.folder):
            found: list[Any] = [
                *contents.data_sources,
                *contents.entities,
                *contents.feature_views,
                *contents.stream_feature_views,
                *contents.on_demand_feature_views,
                *contents.feature_services,
            ]
            gone = _gone(store, contents)
            store.apply(found, objects_to_delete=gone, partial=False)


def _is_file(registry: Any) -> bool:
    return registry.registry_type == "file" and "://" not in str(registry.path) and not registry.registry_store_type


def _close(store: FeatureStore) -> None:
    """Close what Feast's stores and registries leave open until somebody collects their objects."""
    provider, registry = store._provider, store._registry  # noqa: SLF001 - only where they were made
    online = getattr(provider, "_online_store", None)
    for name in ("_client", "_conn", "_conn_pool"):
        connection = getattr(online, name, None)
        if connection is not None:
            connection.close()
    for name in ("read_engine", "write_engine"):
        engine = getattr(registry, name, None)
        if engine is not None:
            engine.dispose()


def _gone(store: FeatureStore, contents: RepoContents) -> list[Any]:
    """What the registry has and the repository defines no longer."""
    present = {
        (type(item).__name__, item.name)
        for kind in (
            contents.feature_views,
            contents.stream_feature_views,
            contents.on_demand_feature_views,
            contents.feature_services,
            contents.entities,
        )
        for item in kind
    }
    registered: list[Any] = [
        *store.list_batch_feature_views(),
        *store.list_stream_feature_views(),
        *store.list_on_demand_feature_views(),
        *store.list_feature_services(),
        *store.list_entities(),
    ]
    return [item for item in registered if (type(item).__name__, item.name) not in present and item.name != _DUMMY]


@contextmanager
def calling(folder: Path, code: str = "repository_invalid", *, heard: bool = True) -> Iterator[None]:
    """Translate what Feast raises, and the code of a repository's files.

    Parameters
    ----------
    heard: Whether what is printed meanwhile goes on, to the errors' stream. Feast tells of every view that it brings.

    Raises
    ------
    InvalidInput: With that code.
    """
    try:
        # What Feast and the files print is no part of a command's document. Feast's modules turn on warnings for the
        # whole process, and it warns of every on-demand view: neither is news to whoever calls us.
        with redirect_stdout(sys.stderr if heard else io.StringIO()), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "On demand feature view is an experimental", RuntimeWarning)
            yield
    except MlxError:
        raise
    except Exception as error:
        said = str(error).strip() or "nothing more"
        remedy = "Mend the file or the setting that it names; `feast plan` in that folder shows more."
        if "not found in inferred list" in said:
            # It compares what an on-demand view declares with what its function gives, descriptions and tags included.
            remedy = "Declare for an on-demand view what its function returns: the same names and types, nothing more."
        where = _place(error, folder)
        raise InvalidInput(code, f"Feast says of {folder}{where}: {type(error).__name__}: {said}.", remedy) from error


def _place(error: Exception, folder: Path) -> str:
    """Where in a repository's own files it was raised last; nothing where that is elsewhere."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(folder)]
    return f", {Path(own[-1].filename).relative_to(folder)}, line {own[-1].lineno}" if own else ""


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Import as ``feast apply`` does, whose folder is the repository's."""
    with _ALONE:
        before = os.getcwd()
        known, writes = set(sys.modules), sys.dont_write_bytecode
        # As the files are now: neither compiled ones nor lines of before, which a change within a second leaves.
        sys.dont_write_bytecode = True
        importlib.invalidate_caches()
        linecache.clearcache()
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        try:
            yield
        finally:
            sys.dont_write_bytecode = writes
            sys.path.remove(str(folder))
            os.chdir(before)
            # Another reading takes the files as they are then.
            for name in set(sys.modules) - known:
                file = getattr(sys.modules[name], "__file__", None)
                if file and Path(file).is_relative_to(folder):
                    del sys.modules[name]


def definitions_of(project: str, contents: RepoContents) -> Definitions:
    """Feast's objects as ours."""
    entities = [item for item in contents.entities if item.name != _DUMMY]
    join_keys = {item.name: item.join_key for item in entities}
    batch = [_batch(view, "batch", join_keys) for view in contents.feature_views]
    stream = [_batch(view, "stream", join_keys) for view in contents.stream_feature_views]
    on_demand = [_on_demand(view) for view in contents.on_demand_feature_views]
    return Definitions(
        project,
        tuple(sorted([*batch, *stream, *on_demand], key=lambda view: view.name)),
        tuple(
            Entity(item.name, item.join_key, item.value_type.name, item.description, dict(item.tags))
            for item in sorted(entities, key=lambda item: str(item.name))
        ),
        tuple(_service(item) for item in sorted(contents.feature_services, key=lambda item: str(item.name))),
    )


def _features(fields: Any) -> tuple[Feature, ...]:
    return tuple(
        Feature(item.name, item.dtype.to_value_type().name, item.description or "", dict(item.tags)) for item in fields
    )


def _batch(view: Any, kind: str, join_keys: dict[str, str]) -> ViewDefinition:
    named = tuple(name for name in view.entities if name != _DUMMY)
    transformation = getattr(view, "feature_transformation", None)
    return ViewDefinition(
        name=view.name,
        kind=kind,
        entities=named,
        join_keys=tuple(join_keys.get(name, name) for name in named),
        features=_features(view.features),
        ttl_s=view.ttl.total_seconds() if view.ttl else None,
        source=_source(view.batch_source),
        online=view.online,
        transformation=getattr(transformation, "udf_string", None),
        uses=tuple(sorted(str(item.name) for item in view.source_views or ())),
        description=view.description or "",
        owner=view.owner or "",
        tags=dict(view.tags),
    )


def _on_demand(view: Any) -> ViewDefinition:
    uses = [*(item.name for item in view.source_feature_view_projections.values()), *view.source_request_sources]
    return ViewDefinition(
        name=view.name,
        kind="on_demand",
        features=_features(view.features),
        transformation=getattr(view.feature_transformation, "udf_string", None),
        uses=tuple(sorted(uses)),
        request=tuple(item for source in view.source_request_sources.values() for item in _features(source.schema)),
        online=view.write_to_online_store,
        description=view.description or "",
        owner=view.owner or "",
        tags=dict(view.tags),
    )


def _source(source: Any) -> SourceDefinition | None:
    if source is None:
        return None
    place = next(
        (
            str(value)
            for name in ("path", "table", "table_ref", "query")
            if (value := getattr(source, name, None)) not in (None, "")
        ),
        "",
    )
    return SourceDefinition(
        source.name,
        type(source).__name__,
        place,
        source.timestamp_field or "",
        source.created_timestamp_column or "",
        dict(source.field_mapping or {}),
    )


def _service(service: Any) -> Service:
    features = tuple(
        f"{projection.name_to_use()}:{item.name}"
        for projection in service.feature_view_projections
        for item in projection.features
    )
    altered = tuple(
        str(projection.name)
        for projection in service.feature_view_projections
        if projection.join_key_map or projection.name_alias
    )
    said = (service.description or "", service.owner or "", dict(service.tags))
    return Service(service.name, features, *said, tuple(dict.fromkeys(altered)))
