"""The feature store in shapes of our own: definitions as they were read, their differences, and what came of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from ..clock import to_iso

__all__ = [
    "Applied",
    "Definitions",
    "Entity",
    "Feature",
    "Service",
    "SourceDefinition",
    "View",
    "ViewChange",
    "ViewDefinition",
    "ViewDifference",
]


@dataclass(frozen=True)
class Feature:
    """A feature of a view; `type` as Feast names it: ``FLOAT``, ``INT64_LIST`` and so on."""

    name: str
    type: str
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entity:
    """What features are about, and the column that tells one from another."""

    name: str
    join_key: str
    type: str
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceDefinition:
    """Where a view's values come from.

    kind: Feast's class, such as ``FileSource`` or ``PushSource``.
    place: A path, a table or a query.
    timestamp, created: The columns of the event's time and of the row's.
    mapping: Columns of the source that have another name as features.
    """

    name: str
    kind: str
    place: str
    timestamp: str = ""
    created: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ViewDefinition:
    """A feature view as its repository defines it.

    kind: ``batch``, ``stream`` or ``on_demand``.
    ttl_s: Seconds after which a value counts no longer; None for never.
    transformation: The text of the function that makes the features, of views that are computed.
    uses: Views and request sources that it is computed from.
    request: What its request sources ask for: values that come with whoever asks.
    """

    name: str
    kind: str
    entities: tuple[str, ...] = ()
    join_keys: tuple[str, ...] = ()
    features: tuple[Feature, ...] = ()
    ttl_s: float | None = None
    source: SourceDefinition | None = None
    online: bool = True
    transformation: str | None = None
    uses: tuple[str, ...] = ()
    request: tuple[Feature, ...] = ()
    description: str = ""
    owner: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of what decides on values: who describes a view, tags it or owns it makes no version of it."""
        said = self.to_json()
        for name in ("description", "owner", "tags", "online"):
            del said[name]
        for name in ("features", "request"):
            said[name] = sorted([item["name"], item["type"]] for item in said[name])
        if not said["request"]:
            del said["request"]
        return f"sha256:{hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()}"

    def to_json(self) -> dict[str, Any]:
        """As the store and the contract have it."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ViewDefinition:
        """From what `to_json` gave and JSON made of it."""
        values = dict(document)
        for name in ("features", "request"):
            values[name] = tuple(Feature(**item) for item in document.get(name, ()))
        values["source"] = None if document["source"] is None else SourceDefinition(**document["source"])
        for name in ("entities", "join_keys", "uses"):
            values[name] = tuple(document[name])
        return cls(**values)


@dataclass(frozen=True)
class Service:
    """Features that are asked for together: ``view:feature`` each.

    altered: Views that it takes under other names, or by other join keys.
    """

    name: str
    features: tuple[str, ...]
    description: str = ""
    owner: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    altered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definitions:
    """All that a repository defines."""

    project: str
    views: tuple[ViewDefinition, ...] = ()
    entities: tuple[Entity, ...] = ()
    services: tuple[Service, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the store has it, the views apart."""
        return {
            "entities": [asdict(item) for item in self.entities],
            "services": [asdict(item) for item in self.services],
        }


@dataclass(frozen=True)
class ViewDifference:
    """What is different in a newer version of a view; `words` say it in sentences."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def between(cls, old: ViewDefinition, new: ViewDefinition) -> ViewDifference:
        """What leads from one version to another."""
        before = {item.name: item.type for item in old.features}
        after = {item.name: item.type for item in new.features}
        added = tuple(name for name in after if name not in before)
        removed = tuple(name for name in before if name not in after)
        retyped = tuple(name for name in after if name in before and before[name] != after[name])
        words = [f"new feature `{name}` ({after[name]})" for name in added]
        words += [f"feature `{name}` is gone" for name in removed]
        words += [f"`{name}` was {before[name]}, is now {after[name]}" for name in retyped]
        for what, one, other in (
            ("entities", _listed(old.entities), _listed(new.entities)),
            ("join keys", _listed(old.join_keys), _listed(new.join_keys)),
            ("time to live", _seconds(old.ttl_s), _seconds(new.ttl_s)),
            ("kind", old.kind, new.kind),
            ("sources", _listed(old.uses), _listed(new.uses)),
            ("values of the request", _typed(old.request), _typed(new.request)),
        ):
            if one != other:
                words.append(f"{what}: was {one}, is now {other}")
        words += _source_words(old.source, new.source)
        if old.transformation != new.transformation:
            words.append("it is computed by another function")
        return cls(added, removed, retyped, tuple(words))

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {name: list(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class ViewChange:
    """What becomes of a view.

    change: ``created``, ``updated``, ``described`` (no new version), ``unchanged`` or ``removed``.
    version: The version that it has afterwards.
    affects: What was made from the versions before: ``{"kind", "id", "name", "version"}`` each.
    """

    name: str
    change: str
    version: int
    difference: ViewDifference | None = None
    affects: tuple[Mapping[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "name": self.name,
            "change": self.change,
            "version": self.version,
            "difference": None if self.difference is None else self.difference.to_json(),
            "affects": [dict(item) for item in self.affects],
        }


@dataclass(frozen=True)
class Applied:
    """What applying a repository changes, or changed."""

    project: str
    changes: tuple[ViewChange, ...]

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {"project": self.project, "changes": [change.to_json() for change in self.changes]}


@dataclass(frozen=True)
class View:
    """A feature view at one of its versions.

    digest: Of the whole definition, also where only some of its features are shown.
    """

    id: str
    project: str
    state: str
    version: int
    versions: int
    definition: ViewDefinition
    digest: str
    updated_at: datetime
    repository: str = field(repr=False, default="")
    applied_by: str = field(repr=False, default="")

    @property
    def reference(self) -> str:
        """``name@v2``."""
        return f"{self.definition.name}@v{self.version}"

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "id": self.id,
            "project": self.project,
            "state": self.state,
            "version": self.version,
            "versions": self.versions,
            **self.definition.to_json(),
            "digest": self.digest,
            "updated_at": to_iso(self.updated_at),
        }


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _typed(features: tuple[Feature, ...]) -> str:
    return _listed(tuple(sorted(f"{item.name} {item.type}" for item in features)))


def _seconds(ttl_s: float | None) -> str:
    return "for ever" if ttl_s is None else f"{ttl_s:g} s"


def _source_words(old: SourceDefinition | None, new: SourceDefinition | None) -> list[str]:
    if old == new:
        return []
    if old is None or new is None:
        return ["it has a source now" if old is None else "it has no source any more"]
    changed = [
        f"its source's {name} was {getattr(old, name) or 'none'}, is now {getattr(new, name) or 'none'}"
        for name in ("kind", "place", "timestamp", "created")
        if getattr(old, name) != getattr(new, name)
    ]
    if old.mapping != new.mapping:
        changed.append("its source's columns are mapped to other names")
    return changed or [f"its source is called `{new.name}`, not `{old.name}`"]
