"""What every check of a gate is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Protocol

__all__ = ["Check", "Evidence", "NotebookResult", "Outcome", "Seconds", "Subject", "of_intervals", "shown_age"]

Seconds = float
"""A time as policies write it: ``12h``, ``30d``."""


@dataclass(frozen=True)
class Outcome:
    """How a check ended.

    value: What was found.
    message: One sentence with the figures.
    """

    passed: bool
    value: Any
    message: str


@dataclass(frozen=True)
class NotebookResult:
    """What a gate notebook said; `run_id` is its job."""

    passed: bool
    value: Any
    message: str
    run_id: str


class Evidence(Protocol):
    """What is known of versions of one model; documents are the contract's."""

    def evaluations(self, version: int) -> Sequence[Mapping[str, Any]]:
        """``Evaluation`` each, newest first."""

    def replays(self, version: int) -> Sequence[Mapping[str, Any]]:
        """``Replay`` each, newest first."""

    def approvals(self, version: int, digest: str | None, card: str) -> Sequence[Mapping[str, Any]]:
        """``Approval`` each, newest first."""

    def training_sets(self, run: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
        """``TrainingSet`` of the features each that a tracked run used."""


@dataclass(frozen=True)
class Subject:
    """The version that wants an alias.

    version: Its document, as `RegistryPort.version` has it.
    aliases: Which version has which alias now.
    last: The version that had an alias last, where that is still there.
    notebook: Waits for the gate notebook at a path, and tells what it said.
    values_shown: Whether what is found may name values of data: whoever sees models sees it.
    """

    model: str
    version: Mapping[str, Any]
    alias: str
    aliases: Mapping[str, int]
    last: Callable[[str], int | None]
    evidence: Evidence
    now: datetime
    notebook: Callable[[str], NotebookResult]
    values_shown: bool

    @property
    def number(self) -> int:
        """The number of the version."""
        return int(self.version["version"])

    @property
    def reference(self) -> str:
        """``delay 3``, as commands take it."""
        return f"{self.model} {self.number}"


@dataclass(frozen=True)
class Check:
    """One check of a policy; its fields are what the policy says.

    name: How the check is called in results.
    """

    kind: ClassVar[str]
    name: str = ""

    @property
    def label(self) -> str:
        """Its name, or what it asks for."""
        return self.name or self.kind

    @property
    def bound(self) -> dict[str, Any]:
        """What it asks for, by field."""
        own = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "name"}
        given = {key: value for key, value in own.items() if value not in (None, (), "", False)}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}

    def problem(self) -> str | None:
        """What is wrong with its fields together; None where nothing is."""
        return None

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        raise NotImplementedError(self.kind)


def of_intervals(found: Mapping[str, Any] | None) -> tuple[Any, Any]:
    """The bounds of an ``Interval``; None where there are none."""
    return (None, None) if found is None else (found.get("low"), found.get("high"))


def shown_age(seconds: float) -> str:
    """``3 days``, ``5 h``: a time in a sentence."""
    if seconds >= 2 * 86_400:
        return f"{seconds / 86_400:.0f} days"
    return f"{seconds / 3600:.1f} h"
