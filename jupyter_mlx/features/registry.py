"""Feast's registry while other processes change it: one changes at a time, and a file is replaced as a whole."""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from feast.infra.registry.file import FileRegistryStore
from feast.protos.feast.core.Registry_pb2 import Registry as RegistryProto

from ..errors import Conflict
from ..files import write_atomic

if TYPE_CHECKING:
    from feast import FeatureStore, RepoConfig

__all__ = ["WholeFileRegistryStore", "alone", "guard"]

WAIT_S = 60.0
"""How long to wait for another process that changes the registry."""
_LOOK_S = 0.05
_ADVISORY = 7205759403792795


class WholeFileRegistryStore(FileRegistryStore):
    """Feast's file, replaced in one step: Feast's own empties it first, and who reads then finds nothing defined."""

    def _write_registry(self, registry_proto: RegistryProto) -> None:
        registry_proto.version_id = str(uuid.uuid4())
        registry_proto.last_updated.GetCurrentTime()
        self._filepath.parent.mkdir(exist_ok=True)
        mode = self._filepath.stat().st_mode & 0o777 if self._filepath.exists() else 0o644
        write_atomic(self._filepath, registry_proto.SerializeToString(), mode)


@contextmanager
def alone(config: RepoConfig, folder: Path) -> Iterator[None]:
    """Be the only process of ours that changes a registry: of a file, of SQLite, of PostgreSQL.

    Other registries are left to Feast.

    Raises
    ------
    Conflict: ``registry_busy``.
    """
    path = _file_of(config, folder)
    if path is not None:
        with _locked(path):
            yield
        return
    if config.registry.registry_type == "sql":
        url = sa.make_url(str(config.registry.path))
        if url.get_backend_name() == "postgresql":
            with _locked_database(url):
                yield
            return
    yield


def guard(store: FeatureStore, config: RepoConfig, folder: Path, name: str) -> None:
    """Make a store ready to materialize a view: what it notes meanwhile, it notes alone, of the view as it is then.

    Feast writes the view's state in the way of an application: of the view as it was when the materialization began,
    over what was applied meanwhile, and a registry's file as a whole. A process that was killed leaves the state that
    Feast serves nothing in; whoever materializes next has seen that it is gone.
    """
    from feast.feature_view import FeatureViewState

    registry: Any = store.registry
    apply: Callable[..., None] = registry.apply_feature_view
    note: Callable[..., None] = registry.apply_materialization

    def apply_feature_view(view: Any, project: str, *args: Any, **options: Any) -> None:
        with alone(config, folder):
            registry.refresh(project)
            current = registry.get_any_feature_view(view.name, project)
            current.state = view.state
            apply(current, project, *args, **options)

    def apply_materialization(*args: Any, **options: Any) -> None:
        with alone(config, folder):
            registry.refresh(store.project)
            note(*args, **options)

    registry.apply_feature_view = apply_feature_view
    registry.apply_materialization = apply_materialization
    left = registry.get_any_feature_view(name, store.project)
    if getattr(left, "state", None) == FeatureViewState.MATERIALIZING:
        left.state = FeatureViewState.AVAILABLE_ONLINE
        registry.apply_feature_view(left, store.project)


def _file_of(config: RepoConfig, folder: Path) -> Path | None:
    """The file that a registry is in; None of one that is elsewhere."""
    kind = config.registry.registry_type
    if kind not in ("file", "sql"):
        return None
    place = str(config.registry.path)
    if kind == "file":
        return None if "://" in place else folder / place
    url = sa.make_url(place)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = path.with_name(f"{path.name}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise _busy(str(path)) from None
                time.sleep(_LOOK_S)
        yield
    finally:
        os.close(handle)


@contextmanager
def _locked_database(url: sa.URL) -> Iterator[None]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET lock_timeout = {int(WAIT_S * 1000)}")
        try:
            # Released with the connection, however this process ends.
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ADVISORY})")
        except sa.exc.OperationalError as error:
            raise _busy(url.render_as_string()) from error
        yield


def _busy(place: str) -> Conflict:
    return Conflict(
        "registry_busy",
        f"Another process has been changing the registry at {place} for {WAIT_S:.0f} s.",
        "Apply again when it is done; `ps` shows who runs `features apply`.",
    )
