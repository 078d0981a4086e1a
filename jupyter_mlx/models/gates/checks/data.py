"""Checks of what a version was trained on: how old it is, and whether it may tell the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ....clock import from_iso
from ..evidence import training_set_ids
from .base import Check, Outcome, Seconds, Subject, shown_age

__all__ = ["FreshData", "NoLeakage"]

_UNKNOWN = "It is not known what it was trained on: train it on a training set of `mlx.features.training_set`."


@dataclass(frozen=True)
class FreshData(Check):
    """The newest training set of its run is young enough.

    max_age: Of the set when it was made.
    """

    kind: ClassVar[str] = "fresh_data"
    max_age: Seconds = 0.0

    @property
    def label(self) -> str:
        """Its name, or what it asks for."""
        return self.name or f"data of the last {shown_age(self.max_age)}"

    def problem(self) -> str | None:
        """What is wrong with its fields together."""
        return None if self.max_age > 0 else "does not say a `max_age`, such as `30d`"

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        sets = subject.evidence.training_sets(subject.version["run"])
        if not sets:
            return Outcome(False, None, _UNKNOWN)
        newest = max(sets, key=lambda item: str(item["created_at"]))
        age = (subject.now - from_iso(newest["created_at"])).total_seconds()
        bound = f"at most {shown_age(self.max_age)} may be"
        message = f"Its training set {_named(newest)} is {shown_age(age)} old; {bound}."
        return Outcome(age <= self.max_age, newest["created_at"], message)


@dataclass(frozen=True)
class NoLeakage(Check):
    """Nothing in the training sets of its run is suspected of telling the answer.

    kinds: Of findings.
    """

    kind: ClassVar[str] = "no_leakage"
    kinds: tuple[str, ...] = ("known_later", "near_target")

    @property
    def label(self) -> str:
        """Its name, or what it asks for."""
        return self.name or "no leakage"

    def problem(self) -> str | None:
        """What is wrong with its fields together."""
        known = {"known_later", "near_target", "constant", "missing", "expired"}
        unknown = sorted(set(self.kinds) - known)
        return f"has unknown `kinds`: {', '.join(unknown)}; known are {', '.join(sorted(known))}" if unknown else None

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        sets = subject.evidence.training_sets(subject.version["run"])
        if not sets:
            return Outcome(False, None, _UNKNOWN)
        gone = sorted(set(training_set_ids(subject.version["run"])) - {item["id"] for item in sets})
        if gone:
            return Outcome(False, None, f"Its training set {gone[0]} is no longer known: what is in it can't be told.")
        blind = [item for item in sets if not item.get("target")]
        if blind and "near_target" in self.kinds:
            return Outcome(
                False,
                None,
                f"Its training set {_named(blind[0])} does not say its target, so nothing was held against it: make it "
                "with `target=`.",
            )
        found = self._findings(sets)
        if not found:
            counted = f"{len(sets)} training set" + ("s" if len(sets) > 1 else "")
            return Outcome(True, 0, f"Nothing was found in {counted}.")
        return Outcome(False, len(found), f"{len(found)} found; the first: {found[0]['message']}")

    def _findings(self, sets: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [finding for item in sets for finding in item["leakage"] if finding["kind"] in self.kinds]


def _named(document: Mapping[str, Any]) -> str:
    return f"`{document.get('name') or document['id']}`"
