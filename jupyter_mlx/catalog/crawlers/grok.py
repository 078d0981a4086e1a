"""Grok: patterns by name, put together to a regular expression with typed fields.

``%{SYNTAX}``, ``%{SYNTAX:field}`` and ``%{SYNTAX:field:type}``; types as AWS Glue has them (``byte``, ``short``,
``int``, ``long``, ``float``, ``double``, ``boolean``, ``string``) and ``timestamp``. Groups ``(?P<field>…)`` and
``(?<field>…)`` are fields too. Matching is limited in time, since a user's pattern may be one that never ends.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import InvalidInput
from .grok_patterns import PATTERNS, TEMPORAL

__all__ = ["TYPES", "Field", "Grok", "TooSlow", "compile_grok", "read_patterns"]

TYPES = {
    "byte": "int8",
    "short": "int16",
    "int": "int32",
    "long": "int64",
    "float": "float",
    "double": "double",
    "boolean": "bool",
    "string": "string",
    "timestamp": "timestamp[us]",
}
_PART = re.compile(
    r"%\{(?P<syntax>\w+)(?::(?P<name>[^:{}]+)(?::(?P<type>\w+))?)?\}|(?<!\\)\(\?P?<(?P<group>[A-Za-z_]\w*)>"
)
_NAME = re.compile(r"\w+\Z")
_LONGEST = 200_000
_SECONDS_A_LINE = 0.5


class TooSlow(Exception):
    """A line took more than its time."""


@dataclass(frozen=True)
class Field:
    """One field of a pattern: its name, its type, and the groups of the expression that may hold it."""

    name: str
    type: str
    syntax: str | None
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Grok:
    """A compiled pattern."""

    pattern: str
    fields: tuple[Field, ...]
    _expression: Any = field(repr=False)
    _whole: bool = False

    def match(self, line: str) -> dict[str, str | None] | None:
        """The fields of a line as text; None where it does not match.

        Raises
        ------
        TooSlow: The line took longer than half a second.
        """
        find = self._expression.fullmatch if self._whole else self._expression.search
        try:
            found = find(line, timeout=_SECONDS_A_LINE)
        except TimeoutError as error:
            raise TooSlow(f"a line took longer than {_SECONDS_A_LINE:g} s") from error
        if found is None:
            return None
        values = found.groupdict()
        return {one.name: _first(values, one.groups) for one in self.fields}


def _first(values: Mapping[str, str | None], groups: tuple[str, ...]) -> str | None:
    return next((text for group in groups if (text := values[group]) is not None), None)


def read_patterns(patterns: Mapping[str, str] | str | None) -> dict[str, str]:
    """Custom patterns as a mapping; AWS Glue has them as text, ``NAME expression`` a line.

    Raises
    ------
    InvalidInput: ``grok_invalid``.
    """
    if not patterns:
        return {}
    if isinstance(patterns, str):
        lines = (line.strip() for line in patterns.splitlines())
        pairs = [line.partition(" ") for line in lines if line and not line.startswith("#")]
        patterns = {name: expression.strip() for name, _, expression in pairs}
    if not isinstance(patterns, Mapping):
        raise _invalid("Custom patterns are neither a mapping nor text.", "custom_patterns")
    for name, expression in patterns.items():
        if not (isinstance(name, str) and _NAME.match(name) and isinstance(expression, str) and expression):
            raise _invalid(f"The custom pattern {name!r} is no name with an expression.", "custom_patterns")
    return dict(patterns)


def _invalid(message: str, where: str = "pattern") -> InvalidInput:
    return InvalidInput("grok_invalid", message, "See the grok syntax in the documentation of log tables.", field=where)


def compile_grok(
    pattern: str, custom: Mapping[str, str] | str | None = None, *, whole: bool = False, multiline: bool = False
) -> Grok:
    """Compile a grok pattern.

    Parameters
    ----------
    custom: Patterns by name, which come before those of the library.
    whole: Whether a line must match from its beginning to its end; else anywhere, as grok has it.
    multiline: Whether a record may have several lines: then ``.`` matches line breaks too.

    Raises
    ------
    InvalidInput: ``grok_invalid``, ``grok_pattern_unknown``, ``grok_pattern_recursive``, ``grok_type_unknown``.
    """
    import regex

    compiler = _Compiler({**PATTERNS, **read_patterns(custom)})
    expression = compiler.expand(pattern, ())
    try:
        compiled = regex.compile(expression, regex.DOTALL if multiline else 0)
    except regex.error as error:
        raise _invalid(f"The pattern is no regular expression: {error}.") from error
    except (RecursionError, OverflowError) as error:
        raise _invalid("The pattern is nested too deep.") from error
    return Grok(pattern, tuple(compiler.fields()), compiled, whole)


class _Compiler:
    """Expands references and gathers fields; groups are numbered, since a field's name may be no name of a group."""

    def __init__(self, library: Mapping[str, str]) -> None:
        self._library = library
        self._found: dict[str, list[tuple[str, str | None, str | None]]] = {}
        self._groups = 0
        self._length = 0

    def expand(self, pattern: str, within: tuple[str, ...]) -> str:
        """The regular expression of a pattern that stands within these."""

        def part(match: re.Match[str]) -> str:
            syntax, name = match["syntax"], match["name"] or match["group"]
            group = f"P<{self._take(name, syntax, match['type'])}>" if name else ":"
            return f"(?{group}" if syntax is None else f"(?{group}{self._inner(syntax, within)})"

        expanded = _PART.sub(part, pattern)
        self._length += len(expanded)
        if self._length > _LONGEST:
            raise _invalid(f"The pattern is longer than {_LONGEST:,} characters when its parts are put together.")
        return expanded

    def _inner(self, syntax: str, within: tuple[str, ...]) -> str:
        if syntax in within:
            path = " → ".join((*within[within.index(syntax) :], syntax))
            raise InvalidInput(
                "grok_pattern_recursive",
                f"The grok pattern {syntax} stands within itself: {path}.",
                "Break the circle.",
                field="custom_patterns",
            )
        if syntax not in self._library:
            near = difflib.get_close_matches(syntax, self._library, 3)
            raise InvalidInput(
                "grok_pattern_unknown",
                f"There is no grok pattern {syntax}.",
                f"Near names: {', '.join(near)}." if near else "Define it under `custom_patterns`.",
                field="pattern",
            )
        return self.expand(self._library[syntax], (*within, syntax))

    def _take(self, name: str, syntax: str | None, kind: str | None) -> str:
        if kind is not None and kind not in TYPES:
            raise InvalidInput(
                "grok_type_unknown",
                f"A field of a grok pattern can't be of type {kind}.",
                f"Types are {', '.join(TYPES)}.",
                field="pattern",
            )
        self._groups += 1
        group = f"g{self._groups}"
        self._found.setdefault(name, []).append((group, syntax, kind))
        return group

    def fields(self) -> list[Field]:
        """Fields in the pattern's order; one that is named more than once is the first of its groups that matched."""
        fields = []
        for name, found in sorted(self._found.items(), key=lambda item: int(item[1][0][0][1:])):
            kinds = {TYPES[kind] if kind else TEMPORAL.get(syntax or "", "string") for _, syntax, kind in found}
            syntaxes = {syntax for _, syntax, _ in found}
            fields.append(
                Field(
                    name,
                    kinds.pop() if len(kinds) == 1 else "string",
                    syntaxes.pop() if len(syntaxes) == 1 else None,
                    tuple(group for group, _, _ in found),
                )
            )
        return fields
