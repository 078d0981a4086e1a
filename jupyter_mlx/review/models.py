"""The shapes of a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["MISSING", "CellChange", "CellCounts", "Change", "Comparison", "NotebookDiff", "OutputView"]


class _Missing:
    """The value of what one side does not have; None is a value."""

    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


@dataclass(frozen=True)
class Change:
    """A named value on both sides; `MISSING` where a side does not have it."""

    a: Any = MISSING
    b: Any = MISSING

    @property
    def differs(self) -> bool:
        """Whether the sides are not the same."""
        if self.a is MISSING or self.b is MISSING:
            return self.a is not self.b
        return bool(self.a != self.b)

    def to_json(self) -> dict[str, Any]:
        """``{"a", "b"}`` without the side that is missing."""
        return {key: value for key, value in (("a", self.a), ("b", self.b)) if value is not MISSING}


@dataclass(frozen=True)
class CellCounts:
    """How many cells were added, removed, changed (beyond their outputs) and moved."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0

    def to_json(self) -> dict[str, int]:
        """As the contract has it."""
        return {"added": self.added, "removed": self.removed, "changed": self.changed, "moved": self.moved}


@dataclass(frozen=True)
class OutputView:
    """An output as a report shows it: text, or a picture as base64 of `image_type`."""

    text: str = ""
    image: str = ""
    image_type: str = ""

    @classmethod
    def from_json(cls, document: Mapping[str, str]) -> OutputView:
        """From what the comparing process sent."""
        return cls(**document)


@dataclass(frozen=True)
class CellChange:
    """One cell that differs.

    `kind` is added, removed, changed, moved or outputs (its source is the same); `a` and `b` are the cell's numbers
    from 1 in either notebook, None where it is not there. `outputs` hold only those that differ.
    """

    kind: str
    cell_type: str
    a: int | None
    b: int | None
    source_a: str = ""
    source_b: str = ""
    outputs_a: tuple[OutputView, ...] = ()
    outputs_b: tuple[OutputView, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> CellChange:
        """From what the comparing process sent."""
        views = {
            side: tuple(OutputView.from_json(view) for view in document[side]) for side in ("outputs_a", "outputs_b")
        }
        return cls(**{**document, **views})


@dataclass(frozen=True)
class NotebookDiff:
    """What differs between two notebooks.

    `base` and `diff` are nbdime's form; `declared` are both sides' parameters with their values, `changes` the
    cells for a report.
    """

    cells: CellCounts
    outputs_changed: int
    metadata_changed: bool
    base: dict[str, Any]
    diff: list[dict[str, Any]]
    declared: tuple[dict[str, Any], dict[str, Any]]
    changes: tuple[CellChange, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> NotebookDiff:
        """From what the comparing process sent."""
        return cls(
            cells=CellCounts(**document["cells"]),
            outputs_changed=document["outputs_changed"],
            metadata_changed=document["metadata_changed"],
            base=document["base"],
            diff=document["diff"],
            declared=(document["declared"][0], document["declared"][1]),
            changes=tuple(CellChange.from_json(change) for change in document["changes"]),
        )

    @property
    def equal(self) -> bool:
        """Whether the notebooks are the same, outputs included."""
        return self.cells == CellCounts() and not self.outputs_changed and not self.metadata_changed


@dataclass(frozen=True)
class Comparison:
    """Two runs or notebooks, side by side; `notes` say what the reader must know about how they were compared."""

    a: str
    b: str
    notebook: NotebookDiff
    parameters: Mapping[str, Change] = field(default_factory=dict)
    metrics: Mapping[str, Change] = field(default_factory=dict)
    environment: Mapping[str, Change] = field(default_factory=dict)
    data: Mapping[str, Change] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        beside = (self.parameters, self.metrics, self.environment, self.data)
        return self.notebook.equal and not any(change.differs for part in beside for change in part.values())

    def to_json(self) -> dict[str, Any]:
        """``Diff`` of the contract."""
        document: dict[str, Any] = {
            "a": self.a,
            "b": self.b,
            "equal": self.equal,
            "cells": self.notebook.cells.to_json(),
            "outputs_changed": self.notebook.outputs_changed,
            "notebook": {"base": self.notebook.base, "diff": self.notebook.diff},
        }
        for name in ("parameters", "metrics", "environment", "data"):
            document[name] = {key: change.to_json() for key, change in getattr(self, name).items()}
        if self.notes:
            document["note"] = " ".join(self.notes)
        return document
