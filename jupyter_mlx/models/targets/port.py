"""A place that serves models, and what it is told: deployments with their revisions, and how they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ...clock import from_iso, to_iso

__all__ = ["Deployment", "Revision", "RouteShare", "Status", "TargetPort", "VersionStatus"]


@dataclass(frozen=True)
class RouteShare:
    """What part of the requests a version answers; a shadow answers nobody, and is sent a copy of each."""

    version: int
    share: float
    shadow: bool = False

    def to_json(self) -> dict[str, Any]:
        """``RouteShare`` of the contract."""
        return {"version": self.version, "share": self.share, "shadow": self.shadow}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RouteShare:
        """What `to_json` wrote."""
        return cls(document["version"], float(document["share"]), bool(document.get("shadow", False)))


@dataclass(frozen=True)
class Revision:
    """What is served to whom, from some moment on. `signature` is the contract's, of the version with most."""

    number: int
    routes: tuple[RouteShare, ...]
    by: str
    at: datetime
    why: str = ""
    signature: Mapping[str, Any] | None = None

    @property
    def primary(self) -> int:
        """The version that answers most requests."""
        return max((route for route in self.routes if not route.shadow), key=lambda route: route.share).version

    @property
    def versions(self) -> tuple[int, ...]:
        """All versions, shadows too."""
        return tuple(route.version for route in self.routes)

    def to_json(self) -> dict[str, Any]:
        """``DeploymentRevision`` of the contract."""
        routes = [route.to_json() for route in self.routes]
        return {"number": self.number, "routes": routes, "by": self.by, "at": to_iso(self.at), "why": self.why}


@dataclass(frozen=True)
class VersionStatus:
    """How one version of a deployment is: ``ServedVersion`` of the contract, less its share of the requests."""

    version: int
    state: str
    restarts: int = 0
    next_try_at: datetime | None = None
    since: datetime | None = None
    pid: int | None = None
    message: str = ""
    requests: int = 0
    errors: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {**vars(self), "next_try_at": to_iso(self.next_try_at), "since": to_iso(self.since)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> VersionStatus:
        """What `to_json` wrote."""
        moments = {key: from_iso(document[key]) for key in ("next_try_at", "since") if document.get(key)}
        return cls(**{**document, "next_try_at": None, "since": None, **moments})


@dataclass(frozen=True)
class Status:
    """How a deployment is.

    Parameters
    ----------
    state: ``STARTING``, ``READY``, ``DEGRADED``, ``FAILED``, ``STOPPED``, ``UPDATING`` or ``REMOVING``.
    message: What is wrong, or what it waits for, in one sentence.
    address: Where it answers; None where it does not yet.
    own: What the target itself remembers; JSON.
    """

    state: str
    message: str = ""
    address: str | None = None
    versions: tuple[VersionStatus, ...] = ()
    own: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What the store keeps besides the state."""
        versions = [version.to_json() for version in self.versions]
        return {"message": self.message, "address": self.address, "versions": versions, "own": dict(self.own)}

    @classmethod
    def from_json(cls, state: str, document: Mapping[str, Any]) -> Status:
        """What `to_json` wrote."""
        versions = tuple(VersionStatus.from_json(item) for item in document.get("versions", ()))
        return cls(state, document.get("message", ""), document.get("address"), versions, document.get("own", {}))


@dataclass(frozen=True)
class Deployment:
    """A deployment as the store has it. `wanted` is ``running``, ``stopped`` or ``removed``.

    `status` is how it was when somebody last looked; `options` are ``DeploymentOptions`` of the contract.
    """

    id: str
    name: str
    target: str
    model: str
    wanted: str
    revision: int
    options: Mapping[str, Any]
    status: Status
    site: str
    host: str
    owner: str
    created_at: datetime
    updated_at: datetime


class TargetPort(Protocol):
    """A place that serves models. It is made with the `Settings` and the registry (`RegistryPort`).

    What it raises is an `MlxError`; a library's own exceptions are translated. No method waits for a model to be up:
    what takes minutes goes on elsewhere, and `look` tells how far it is.

    Raises
    ------
    Unavailable: ``target_unavailable``, from every method: the place does not answer, or a library is missing.
    """

    @property
    def supports_shares(self) -> bool:
        """Whether several versions can answer side by side."""

    @property
    def supports_shadow(self) -> bool:
        """Whether a version can be sent copies that nobody waits for."""

    @property
    def supports_log(self) -> bool:
        """Whether requests are logged, and processes have logs that can be shown."""

    def check(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options made whole: defaults filled in; before anything is written.

        Raises
        ------
        InvalidInput: ``deployment_option_invalid``, ``deployment_option_missing``, with the field (``options.role``).
        Conflict: Something has the name or the port.
        """

    def apply(self, deployment: Deployment, revision: Revision) -> Status:
        """Bring about what is wanted, running or stopped, with these routes; called again it changes nothing more."""

    def look(self, deployment: Deployment) -> Status:
        """How it is now."""

    def remove(self, deployment: Deployment) -> Status | None:
        """Take it away. None where nothing is left of it, else how far it is: it is called again at the next look."""

    def access(self, deployment: Deployment) -> dict[str, Any]:
        """``DeploymentToken`` of the contract: how it is called.

        Raises
        ------
        Conflict: ``deployment_not_ready``.
        """

    def score(
        self,
        deployment: Deployment,
        inputs: Sequence[Mapping[str, Any]],
        parameters: Mapping[str, Any],
        version: int | None,
    ) -> dict[str, Any]:
        """``Scored`` of the contract.

        Raises
        ------
        InvalidInput: ``input_invalid``: the model refuses the rows, and says why.
        Conflict: ``deployment_not_ready``.
        """

    def requests(
        self, deployment: Deployment, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """``ScoredCall`` of the contract each, newest first, and where the next page begins."""

    def log(self, deployment: Deployment, version: int | None) -> str:
        """The end of the log of a version, or of what is in front of all of them where none is given."""
