"""The options of a source, checked: unknown names and wrong kinds are refused with what would do."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from ...errors import InvalidInput

__all__ = ["Options", "near", "told", "why_not"]


def near(name: str, known: Sequence[str]) -> str:
    """A hint at the name that was probably meant, with a space behind it; empty where none is near."""
    found = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean `{found[0]}`? " if found else ""


class Options:
    """Options by name.

    Raises
    ------
    InvalidInput: ``option_unknown`` for a name that is not in `known`; each reader ``option_invalid`` for its value.
    """

    def __init__(self, kind: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
        self._given = given
        for name in given:
            if name not in known:
                raise InvalidInput(
                    "option_unknown",
                    f"A {kind} source has no option `{name}`.",
                    f"{near(name, known)}Known: {', '.join(sorted(known))}.",
                    field=f"options.{name}",
                )

    def text(self, name: str) -> str | None:
        """A text; None where it is not given."""
        value = self._given.get(name)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self._wrong(name, "a text")

    def texts(self, name: str) -> tuple[str, ...]:
        """Several texts; one text alone is taken too."""
        value = self._given.get(name)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._wrong(name, "a list of texts")

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._given.get(name, default)
        if isinstance(value, bool):
            return value
        raise self._wrong(name, "true or false")

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        value = self._given.get(name, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise self._wrong(name, f"a number from {low:g} to {high:g}")

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.number(name, default, low, high)
        if value != int(value):
            raise self._wrong(name, f"a whole number from {low} to {high}")
        return int(value)

    def _wrong(self, name: str, wanted: str) -> InvalidInput:
        return InvalidInput(
            "option_invalid",
            f"Option `{name}` is {self._given[name]!r}.",
            f"Give {wanted}.",
            field=f"options.{name}",
        )


def why_not(name: str, include: Sequence[str], exclude: Sequence[str]) -> str | None:
    """Why a name is left out by globs; None where it is wanted."""
    if include and not any(fnmatchcase(name, glob) for glob in include):
        return "no glob of `include` matches it"
    for glob in exclude:
        if fnmatchcase(name, glob):
            return f"`exclude` has `{glob}`"
    return None


def told(error: BaseException, secret: str | None = None) -> str:
    """What a library said, in one line, without the secret or a part of it."""
    text = " ".join(str(error).split())[:500].rstrip(".") or type(error).__name__
    for part in (secret, *(secret or "").split(":")):
        if part and len(part) > 2:
            text = text.replace(part, "…")
    return text
