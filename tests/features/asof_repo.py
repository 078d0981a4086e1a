"""Plain Feast repositories in a folder, with the offline store under test."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from feast import Entity, FeatureStore, RepoConfig, ValueType

STORE = "jupyter_mlx.features.asof.AsofOfflineStore"


def open_repo(folder: Path, *things: Any, store: str = STORE, **options: Any) -> FeatureStore:
    """A repository with these things applied."""
    folder.mkdir(parents=True, exist_ok=True)
    config = RepoConfig(
        project="tests",
        provider="local",
        registry=options.pop("registry", str(folder / f"registry-{store.rpartition('.')[2]}.db")),
        offline_store={"type": store, **options.pop("offline", {})},
        online_store={"type": "sqlite", "path": str(folder / f"online-{store.rpartition('.')[2]}.db")},
        entity_key_serialization_version=3,
        **options,
    )
    config.repo_path = folder
    found = FeatureStore(config=config)
    if things:
        apply(found, things)
    return found


def apply(store: FeatureStore, things: Sequence[Any]) -> None:
    """Feast's apply, without what it says of its own deprecated parts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        store.apply(list(things))


def entity(name: str, kind: ValueType = ValueType.INT64) -> Entity:
    """An entity whose join key has its name."""
    return Entity(name=name, join_keys=[name], value_type=kind)
