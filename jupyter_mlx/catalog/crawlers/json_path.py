"""The JSON paths of custom classifiers: ``$``, ``.name``, ``['name']``, ``[3]``, ``[*]`` and ``.*``.

Source: the operators that AWS Glue lists under "Writing JSON custom classifiers".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import InvalidInput

__all__ = ["JsonPath"]

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]*'"\s]+)|\.(?P<each>\*)|\[\s*(?:(?P<all>\*)?|(?P<index>\d+)|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\s*\]"""
)


@dataclass(frozen=True)
class JsonPath:
    """A parsed path; each step is a name, an index, or None for all.

    >>> list(JsonPath.parse("$.a[*]").find({"a": [1, 2]}))
    [1, 2]
    """

    text: str
    steps: tuple[str | int | None, ...]

    @classmethod
    def parse(cls, text: str) -> JsonPath:
        """Read a path.

        Raises
        ------
        InvalidInput: ``json_path_invalid``.
        """
        text = text.strip()
        rest = text.removeprefix("$")
        if rest[:1] not in ("", ".", "["):
            rest = f".{rest}"
        steps: list[str | int | None] = []
        position = 0
        while position < len(rest):
            found = _STEP.match(rest, position)
            if not found:
                raise InvalidInput(
                    "json_path_invalid",
                    f"The JSON path {text} can't be read from {rest[position:]!r} on.",
                    "Write it as `$.records[*]`: names, `[0]`, `[*]` and `['a name']` are known.",
                    field="path",
                )
            position = found.end()
            name = next((found[key] for key in ("name", "single", "double") if found[key] is not None), None)
            steps.append(int(found["index"]) if found["index"] else name)
        return cls(text, tuple(steps))

    def find(self, value: Any) -> Iterator[Any]:
        """The values at this path, in the order of the document. A list at its end gives its items."""
        for found in self._walk(value, 0):
            if isinstance(found, list):
                yield from found
            else:
                yield found

    def _walk(self, value: Any, depth: int) -> Iterator[Any]:
        if depth == len(self.steps):
            yield value
            return
        step = self.steps[depth]
        if step is None:
            inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
            for item in inner:
                yield from self._walk(item, depth + 1)
        elif isinstance(step, str):
            if isinstance(value, dict) and step in value:
                yield from self._walk(value[step], depth + 1)
        elif isinstance(value, list) and step < len(value):
            yield from self._walk(value[step], depth + 1)
