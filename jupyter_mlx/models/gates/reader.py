"""Policies as they are written: YAML of typed checks, read with the line of whatever is wrong.

::

    policy: delay-champion
    model: delay                  # a name, or a pattern with *
    aliases: [champion]
    checks:
      - check: metric             # a kind; the rest are its fields
        metric: auc
        min: 0.7
        interval: true
        name: good enough         # how results call it; optional
      - check: no_worse_than
        metric: auc
        margin: 0.005
      - check: approval
        count: 1

`checks` documents the kinds and their fields.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NoReturn

from ...errors import InvalidInput
from .checks import KINDS
from .checks.base import Check
from .checks.record import Notebook

if TYPE_CHECKING:
    import yaml

__all__ = ["PolicyText", "describe_kinds", "read_policy"]

MAX_CHECKS = 200
MAX_TEXT = 200_000
MAX_BRACKETS = 1000
"""YAML's readers take time with the square of how deep brackets are nested."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,199}")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d|w)")
_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_REMEDY = "`jupyter mlx models policy kinds` shows the kinds of checks and their fields."


@dataclass(frozen=True)
class PolicyText:
    """A policy as its text says it.

    model: A name, or a pattern with ``*``.
    """

    name: str
    model: str
    aliases: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def notebooks(self) -> tuple[str, ...]:
        """The paths of its gate notebooks, each once."""
        paths = (check.notebook for check in self.checks if isinstance(check, Notebook))
        return tuple(dict.fromkeys(paths))


def read_policy(text: str) -> PolicyText:
    """The policy of a text.

    Raises
    ------
    InvalidInput: ``policy_invalid``, which names the line, the field, and what is known.
    """
    fields_of = _mapping(_compose(text), "The policy", ("policy", "model", "aliases", "checks"))
    name = _text(fields_of["policy"], "policy")
    if not _NAME.fullmatch(name):
        _refuse(fields_of["policy"], f"`{name}` can be no policy's name", "Use letters, digits, `_`, `-` and `.`.")
    model = _text(fields_of["model"], "model")
    aliases = tuple(_text(item, "aliases") for item in _sequence(fields_of["aliases"], "aliases"))
    if not aliases:
        _refuse(fields_of["aliases"], "`aliases` is empty", "Name those that the policy guards: `aliases: [champion]`.")
    items = _sequence(fields_of["checks"], "checks")
    if not 0 < len(items) <= MAX_CHECKS:
        _refuse(fields_of["checks"], f"`checks` has {len(items)} checks; it may have 1 to {MAX_CHECKS}", _REMEDY)
    checks = tuple(_check(item, number) for number, item in enumerate(items, 1))
    labels = [check.label for check in checks]
    for item, label in zip(items, labels, strict=True):
        if labels.count(label) > 1:
            _refuse(item, f"two checks are called `{label}`", "Give one of them another `name`.")
    return PolicyText(name, model, tuple(dict.fromkeys(aliases)), checks)


# -- checks --------------------------------------------------------------------------------------------------


def _check(node: yaml.Node, number: int) -> Check:
    where = f"check {number}"
    given = _pairs(node, where)
    if "check" not in given:
        _refuse(node, f"{where} does not say its kind", f"Add `check:`, one of: {', '.join(KINDS)}.")
    named = _text(given["check"], "check")
    kind = KINDS.get(named)
    if kind is None:
        near = difflib.get_close_matches(named, KINDS, n=1)
        hint = f"Did you mean `{near[0]}`? " if near else ""
        _refuse(given["check"], f"there is no kind of check `{named}`", f"{hint}The kinds are: {', '.join(KINDS)}.")
    types = {field.name: str(field.type) for field in fields(kind)}
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key == "check":
            continue
        if key not in types:
            near = difflib.get_close_matches(key, types, n=1)
            hint = f"Did you mean `{near[0]}`? " if near else ""
            _refuse(value, f"`{named}` has no field `{key}`", f"{hint}It has: {', '.join(types)}.")
        values[key] = _value(value, types[key], key)
    for key in ("metric", "notebook"):
        if key in types and not values.get(key):
            _refuse(node, f"{where}, `{named}`, does not say its `{key}`", _REMEDY)
    made = kind(**values)
    wrong = made.problem()
    if wrong:
        _refuse(node, f"{where}, `{named}`, {wrong}", _REMEDY)
    return made


def _value(node: yaml.Node, kind: str, field: str) -> Any:
    if kind == "tuple[str, ...]":
        return tuple(_text(item, field) for item in _sequence(node, field))
    if kind == "str":
        return _text(node, field)
    value = _scalar(node, field)
    if kind == "bool":
        if isinstance(value, bool):
            return value
        _refuse(node, f"`{field}` is neither true nor false", "Write `true` or `false`.")
    if kind == "Seconds":
        return _seconds(node, field)
    whole = kind == "int"
    right = isinstance(value, int) if whole else isinstance(value, (int, float))
    if not right or isinstance(value, bool) or value != value or abs(value) > 1e300:
        _refuse(node, f"`{field}` is no {'whole ' if whole else ''}number", f"Write a number: `{field}: 1`.")
    return value if whole else float(value)


def _seconds(node: yaml.Node, field: str) -> float:
    text = _text(node, field)
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        _refuse(node, f"`{field}: {text}` is no time", f"Write a number and s, min, h, d or w: `{field}: 30d`.")
    return float(match[1]) * _UNITS[match[2]]


# -- YAML ----------------------------------------------------------------------------------------------------


def _compose(text: str) -> yaml.Node:
    import yaml

    if len(text) > MAX_TEXT or sum(map(text.count, "[{")) > MAX_BRACKETS:
        raise InvalidInput(
            "policy_invalid",
            f"The policy is longer than {MAX_TEXT:,} letters, or has more than {MAX_BRACKETS:,} lists in brackets.",
            "Write less, or lists with `- `.",
            field="text",
        )
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                _refuse(event, "policies take no `*` references", "Write it out, and put quotes around a pattern.")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = "" if mark is None else f"Line {mark.line + 1}: "
        raise InvalidInput(
            "policy_invalid", f"{line}the text is no YAML: {error.problem or error}.", _REMEDY, field="text"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidInput("policy_invalid", f"The text is no YAML: {error}.", _REMEDY, field="text") from error
    if node is None:
        raise InvalidInput("policy_invalid", "The policy is empty.", _REMEDY, field="text")
    return node


def _mapping(node: yaml.Node, where: str, wanted: Sequence[str]) -> Mapping[str, yaml.Node]:
    found = _pairs(node, where)
    for key, value in found.items():
        if key not in wanted:
            _refuse(value, f"{where} has no field `{key}`", f"It has: {', '.join(wanted)}.")
    for key in wanted:
        if key not in found:
            _refuse(node, f"{where} does not say its `{key}`", f"It needs: {', '.join(wanted)}.")
    return found


def _pairs(node: yaml.Node, where: str) -> Mapping[str, yaml.Node]:
    import yaml

    if not isinstance(node, yaml.MappingNode):
        _refuse(node, f"{where} is no list of fields", "Write `field: value` lines.")
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = _text(key, where)
        if name in found:
            _refuse(key, f"`{name}` is said twice", "Keep one of them.")
        found[name] = value
    return found


def _sequence(node: yaml.Node, field: str) -> Sequence[yaml.Node]:
    import yaml

    if not isinstance(node, yaml.SequenceNode):
        _refuse(node, f"`{field}` is no list", f"Write `{field}: [a, b]`, or a `- ` before each.")
    items: Sequence[yaml.Node] = node.value
    return items


def _scalar(node: yaml.Node, field: str) -> Any:
    import yaml

    if not isinstance(node, yaml.ScalarNode):
        _refuse(node, f"`{field}` is no single value", f"Write `{field}: value`.")
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        _refuse(node, f"`{field}` can't be read: {error}", f"Write `{field}: value`.")


def _text(node: yaml.Node, field: str) -> str:
    import yaml

    if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
        _refuse(node, f"`{field}` is no text", f"Write `{field}: value`.")
    return str(node.value)


def _refuse(node: Any, what: str, remedy: str) -> NoReturn:
    raise InvalidInput("policy_invalid", f"Line {node.start_mark.line + 1}: {what}.", remedy, field="text")


# -- what there is -------------------------------------------------------------------------------------------


def describe_kinds() -> list[dict[str, Any]]:
    """The kinds of checks: ``{"kind", "text", "fields": [{"name", "type", "text"}]}`` each, by their documentation."""
    return [
        {
            "kind": name,
            "text": _summary(kind),
            "fields": [
                {"name": field.name, "type": _TYPES[str(field.type)], "text": _documented(kind, field.name)}
                for field in fields(kind)
            ],
        }
        for name, kind in KINDS.items()
    ]


_TYPES = {
    "str": "text",
    "float": "number",
    "float | None": "number",
    "int": "whole number",
    "bool": "true or false",
    "Seconds": "time, such as 12h or 30d",
    "tuple[str, ...]": "list of texts",
}


def _summary(kind: type[Check]) -> str:
    return str(kind.__doc__).partition("\n\n")[0].replace("``", "`").strip()


def _documented(kind: type[Check], field: str) -> str:
    """What the documentation of a kind, or of what it extends, says of a field."""
    for part in kind.__mro__:
        match = re.search(rf"^ *{field}: (.+(?:\n        +\S.*)*)", part.__doc__ or "", re.MULTILINE)
        if match:
            return " ".join(match[1].replace("``", "`").split())
    return ""
