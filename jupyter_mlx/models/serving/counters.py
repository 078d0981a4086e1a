"""What the router counts, by version: requests, errors, and how long they took."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

__all__ = ["Counters"]

WINDOW = 1000
"""Requests of which the quantiles are."""


class Counters:
    """Counts by version; those of an earlier router go on.

    Parameters
    ----------
    before: What `to_json` had written, if anything.
    """

    def __init__(self, before: Mapping[str, Any] | None = None) -> None:
        self._requests: dict[int, int] = {}
        self._errors: dict[int, int] = {}
        self._took: dict[int, deque[float]] = {}
        self._before = {int(version): told for version, told in (before or {}).items()}
        for version, told in self._before.items():
            self._requests[version], self._errors[version] = told["requests"], told["errors"]

    def add(self, version: int, status: int, milliseconds: float) -> None:
        """A request was answered; an error is every answer that is no prediction."""
        self._requests[version] = self._requests.get(version, 0) + 1
        if status >= 400:
            self._errors[version] = self._errors.get(version, 0) + 1
        if version not in self._took:
            self._took[version] = deque(maxlen=WINDOW)
        self._took[version].append(milliseconds)

    def to_json(self) -> dict[str, Any]:
        """``{"3": {"requests", "errors", "p50_ms", "p95_ms"}}``."""
        return {str(version): self._one(version) for version in sorted(self._requests)}

    def _one(self, version: int) -> dict[str, Any]:
        counted = {"requests": self._requests[version], "errors": self._errors.get(version, 0)}
        took = sorted(self._took.get(version, ()))
        if not took:
            before = self._before[version]
            return {**counted, "p50_ms": before["p50_ms"], "p95_ms": before["p95_ms"]}
        return {**counted, "p50_ms": _quantile(took, 0.5), "p95_ms": _quantile(took, 0.95)}


def _quantile(ordered: list[float], part: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 3)
