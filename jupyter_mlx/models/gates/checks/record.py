"""Checks of a version's record: its packages, whether it can be made again, who approved it, what a notebook says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ....clock import from_iso
from .base import Check, Outcome, Seconds, Subject, shown_age

if TYPE_CHECKING:
    from packaging.requirements import Requirement

__all__ = ["Approvals", "Notebook", "Packages", "Reproducible"]

_OPTION = re.compile(r"-(?![re]|-re|-ed)")
"""A line that says where packages are from, or bounds them; not ``-r`` and ``-e``, which bring packages."""


@dataclass(frozen=True)
class Packages(Check):
    """The packages that the model asks for, by its ``requirements.txt``.

    allowed: Requirements (``numpy>=1.26,<3``): where there are any, each package must meet one.
    denied: Requirements of which no package may meet one, nor may it be open whether it does; a name alone denies
        every version.
    denied_licences: Words that no package's licence may have, as it is installed where the gate runs.
    """

    kind: ClassVar[str] = "packages"
    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    denied_licences: tuple[str, ...] = ()

    def problem(self) -> str | None:
        """What is wrong with its fields together."""
        if not (self.allowed or self.denied or self.denied_licences):
            return "says none of `allowed`, `denied` and `denied_licences`"
        wrong = [text for text in (*self.allowed, *self.denied) if _requirement(text) is None]
        return f"has `{wrong[0]}`, which is no requirement, such as `numpy>=1.26`" if wrong else None

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        lines = subject.version["requirements"]
        if lines is None:
            return Outcome(False, None, "The model has no file `requirements.txt`: log it with its requirements.")
        packages = {line: _requirement(line) for line in lines if not _OPTION.match(line)}
        unread = [line for line, found in packages.items() if found is None]
        if unread:
            return Outcome(False, unread[0], f"`{unread[0]}` in its `requirements.txt` can't be held against a policy.")
        known = [found for found in packages.values() if found is not None]
        wrong = [*self._by_name(known), *self._by_licence(known)]
        if not wrong:
            return Outcome(True, len(known), f"All of {len(known)} packages may be used.")
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return Outcome(False, [line for line, _ in wrong], f"{wrong[0][1]}{more}.")

    def _by_name(self, packages: Sequence[Requirement]) -> Iterable[tuple[str, str]]:
        allowed = [found for text in self.allowed if (found := _requirement(text))]
        denied = [found for text in self.denied if (found := _requirement(text))]
        for package in packages:
            mine = [item for item in allowed if _same(item, package)]
            if any(_same(item, package) and _may_meet(package, item) for item in denied):
                instead = f"use `{mine[0]}`" if mine else "" if _versions(package) else "its version is open"
                yield str(package), f"`{package}` is denied" + (f": {instead}" if instead else "")
            elif allowed and not any(_meets(package, item) for item in mine):
                instead = f"`{mine[0]}` is" if mine else "no version of it is"
                yield str(package), f"`{package}` is not allowed: {instead}"

    def _by_licence(self, packages: Sequence[Requirement]) -> Iterable[tuple[str, str]]:
        for package in packages if self.denied_licences else ():
            licence = _licence(package.name)
            if licence is None:
                yield str(package), f"The licence of `{package}` is not known where the gate runs"
                continue
            words = [word for word in self.denied_licences if re.search(_as_word(word), licence, re.IGNORECASE)]
            if words:
                yield str(package), f"`{package}` has the licence {licence[:80]}: {words[0]} is denied"


def _requirement(text: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _same(one: Requirement, other: Requirement) -> bool:
    from packaging.utils import canonicalize_name

    return canonicalize_name(one.name) == canonicalize_name(other.name)


def _meets(package: Requirement, bound: Requirement) -> bool:
    """Whether a package at its version is within a bound; one without a version only where any version is."""
    if package.url not in (None, bound.url):
        return False  # a name says nothing of what lies at an address
    if not bound.specifier:
        return True
    versions = _versions(package)
    return bool(versions) and all(bound.specifier.contains(version, prereleases=True) for version in versions)


def _may_meet(package: Requirement, bound: Requirement) -> bool:
    """Whether a package is within a bound, or says no version that would be without."""
    versions = _versions(package)
    return not versions or not bound.specifier or bound.specifier.contains(versions[0], prereleases=True)


def _versions(package: Requirement) -> list[str]:
    """The versions that a package is pinned to."""
    return [
        item.version for item in package.specifier if item.operator in ("==", "===") and not item.version.endswith(".*")
    ]


def _as_word(word: str) -> str:
    # LGPL is no GPL.
    return rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])"


def _licence(name: str) -> str | None:
    from importlib import metadata

    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    classifiers = [text.rpartition("::")[2].strip() for text in found.get_all("Classifier") or () if "License" in text]
    texts = [
        text.partition("\n")[0] for name in ("License-Expression", "License") for text in found.get_all(name) or ()
    ]
    return "; ".join(filter(None, [*texts, *classifiers])) or None


@dataclass(frozen=True)
class Reproducible(Check):
    """The newest replay made the version again.

    exactly: Whether it must be equal to the bit; within the replay's tolerance by default.
    max_age: Of the replay.
    """

    kind: ClassVar[str] = "reproducible"
    exactly: bool = False
    max_age: Seconds = 0.0

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        ended = [item for item in subject.evidence.replays(subject.number) if item["state"] != "RUNNING"]
        if not ended:
            return Outcome(False, None, f"It was never replayed: `jupyter mlx models replay {subject.reference}`.")
        newest = ended[0]
        age = (subject.now - from_iso(newest["ended_at"] or newest["at"])).total_seconds()
        if self.max_age and age > self.max_age:
            return Outcome(
                False,
                newest["state"],
                f"Its last replay is {shown_age(age)} old; at most {shown_age(self.max_age)} may be: replay it again.",
            )
        passed = newest["state"] == "EQUAL" or (newest["state"] == "WITHIN" and not self.exactly)
        return Outcome(passed, newest["state"], newest["message"] or f"Its last replay ended {newest['state']}.")


@dataclass(frozen=True)
class Approvals(Check):
    """People other than its author approved it as it is now, and nobody asks for changes.

    Where nobody knows its author, one of those who approve may be: one more must.
    """

    kind: ClassVar[str] = "approval"
    count: int = 1

    @property
    def label(self) -> str:
        """Its name, or what it asks for."""
        return self.name or f"approved by {self.count}"

    def problem(self) -> str | None:
        """What is wrong with its fields together."""
        return None if self.count > 0 else "has a `count` below 1"

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        version = subject.version
        author = version["created_by"]
        said: dict[str, Mapping[str, Any]] = {}
        for item in subject.evidence.approvals(subject.number, version["digest"], version["description"]):
            said.setdefault(item["by"], item)  # the newest of each
        refused = [item for item in said.values() if not item["approved"] and item["current"]]
        if refused:
            why = f": {refused[0]['comment']}" if refused[0]["comment"] else ""
            return Outcome(False, 0, f"{refused[0]['by']} asks for changes{why}.")
        counted = [by for by, item in said.items() if item["approved"] and item["current"] and by != author]
        old = [by for by, item in said.items() if item["approved"] and not item["current"]]
        changed = f" {', '.join(old)} approved what it was before its files or card changed." if old else ""
        own = f" {author} is its author." if author in said else ""
        have = f"{len(counted)} approved it ({', '.join(counted)})" if counted else "Nobody approved it"
        must = self.count if author else self.count + 1
        aside = "its author aside" if author else "since its author is not known and may be one of them"
        wanted = f"{have}; {must} must, {aside}.{own}{changed}"
        return Outcome(len(counted) >= must, len(counted), wanted)


@dataclass(frozen=True)
class Notebook(Check):
    """A notebook, run as a job, ends well, and says by `mlx.models.gate_result` nothing else.

    notebook: Its path, relative to the policy's file. Of the parameters ``model``, ``version``, ``alias`` and
        ``champion`` it is given those that it declares.
    timeout: For how long it may run.
    """

    kind: ClassVar[str] = "notebook"
    notebook: str = ""
    timeout: Seconds = 3600.0

    @property
    def label(self) -> str:
        """Its name, or what it asks for."""
        return self.name or self.notebook

    def problem(self) -> str | None:
        """What is wrong with its fields together."""
        return None if self.timeout > 0 else "has a `timeout` of 0"

    def run(self, subject: Subject) -> Outcome:
        """Wait for it."""
        found = subject.notebook(self.notebook)
        return Outcome(found.passed, found.value, f"{found.message} (run {found.run_id})")
