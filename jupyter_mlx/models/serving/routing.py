"""Which version answers a request: by share, without chance's lumps."""

from __future__ import annotations

import secrets
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from ..targets.port import RouteShare
from .folder import version_of
from .upstream import Backend

__all__ = ["Draw", "Routing"]

GOLDEN = 0.6180339887498949


class Draw:
    """Numbers in [0, 1) that fill it evenly from the first on, and never in step with what a client does in turn.

    Multiples of the golden section, by the fraction (a Kronecker sequence): of n draws the part below any bound is
    wrong by the order of log(n)/n, where chance's would be by that of 1/√n.
    """

    def __init__(self) -> None:
        self._at = secrets.randbelow(1 << 32) / (1 << 32)

    def next(self) -> float:
        """The next one."""
        self._at = (self._at + GOLDEN) % 1.0
        return self._at


@dataclass(frozen=True)
class Routing:
    """What is served to whom at the moment, and by which processes.

    Parameters
    ----------
    generation: Which writing of the routes this is.
    order: Versions that answer, the one with most first: who stands in for whom.
    """

    generation: int
    order: tuple[int, ...]
    bounds: tuple[float, ...]
    shadows: tuple[int, ...]
    backends: Mapping[int, tuple[Backend, ...]]
    log_share: float
    mask: frozenset[str]

    @classmethod
    def of(cls, document: Mapping[str, Any], known: Mapping[str, Backend]) -> Routing:
        """From ``routes.json``; processes that were known keep their connections."""
        routes = [RouteShare.from_json(route) for route in document["routes"]]
        answering = sorted((route for route in routes if not route.shadow), key=lambda route: -route.share)
        backends: dict[int, tuple[Backend, ...]] = {}
        for slot in document["processes"]:
            backend = known.get(slot) or Backend(slot, version_of(slot))
            backends[backend.version] = (*backends.get(backend.version, ()), backend)
        return cls(
            document["generation"],
            tuple(route.version for route in answering),
            tuple(accumulate(route.share for route in answering)),
            tuple(route.version for route in routes if route.shadow),
            backends,
            document["log_share"],
            frozenset(document["mask"]),
        )

    def version_at(self, point: float) -> int:
        """The version to whose share a number in [0, 1) belongs."""
        return self.order[min(bisect(self.bounds, point), len(self.order) - 1)]

    def all_backends(self) -> dict[str, Backend]:
        """By slot."""
        return {backend.slot: backend for group in self.backends.values() for backend in group}

    def least_busy(self, version: int, tried: set[Backend]) -> Backend | None:
        """The process of a version that has least to do; those that did not answer lately come last."""
        waiting = [backend for backend in self.backends.get(version, ()) if backend not in tried]
        return min(waiting, key=lambda backend: (not backend.up, backend.busy), default=None)

    def stand_ins(self, version: int) -> tuple[int, ...]:
        """A version, then those that answer in its place."""
        return (version, *(other for other in self.order if other != version))
