"""Parameters: typed by the notebook's ``parameters`` cell, checked before a run is queued.

papermill pastes names unchecked into a cell (``lr=1;import os;…`` would run code), so that a name must be an
identifier and, where the notebook declares its parameters, one of them.
"""

from __future__ import annotations

import ast
import difflib
import json
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput

__all__ = ["Parameter", "check_parameters", "inspect_parameters", "load_inspection"]

# papermill's own: `--inject-paths`.
BUILT_IN = {"PAPERMILL_INPUT_PATH", "PAPERMILL_OUTPUT_PATH"}
SECRET = re.compile(r"secret://([A-Za-z_][A-Za-z0-9_]*)\Z")

_NAMED = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "str": "str",
    "list": "list",
    "tuple": "list",
    "sequence": "list",
    "set": "list",
    "dict": "dict",
    "mapping": "dict",
}
_ACCEPTED: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    "list": (list, tuple),
    "dict": (dict,),
}
_EXAMPLE = {
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "str": "a text",
    "list": "a list",
    "dict": "a mapping",
}


@dataclass(frozen=True)
class Parameter:
    """A declared parameter. `type` is int, float, bool, str, list, dict or any."""

    name: str
    type: str
    nullable: bool
    default: Any
    default_source: str
    help: str
    annotation: str | None = None
    choices: tuple[Any, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        document = {
            "name": self.name,
            "type": self.type,
            "annotation": self.annotation,
            "nullable": self.nullable,
            "default": self.default,
            "default_source": self.default_source,
            "help": self.help,
        }
        if self.choices:
            document["choices"] = list(self.choices)
        return document


def load_inspection() -> None:
    """Import papermill's inspection, which takes a second or more the first time."""
    import papermill.translators  # noqa: F401


def inspect_parameters(node: Any, kernel: str | None, language: str | None = None) -> tuple[list[Parameter], bool]:
    """What a notebook declares, by papermill's own inspection, and whether it could be read at all.

    Without a ``parameters`` cell, or in a language that papermill can't inspect, the second value is False:
    then any identifier may be given, as with papermill.
    """
    from papermill.exceptions import PapermillException
    from papermill.translators import papermill_translators

    cell = next((cell for cell in node.cells if "parameters" in cell.metadata.get("tags", [])), None)
    if cell is None:
        return [], False
    metadata = node.metadata
    language = (
        language or metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    )
    try:
        translator = papermill_translators.find_translator(kernel or "", language or "")
        found = translator.inspect(cell)
    except (NotImplementedError, PapermillException):
        return [], False
    declared = [_parameter(item.name, item.inferred_type_name, item.default, item.help) for item in found]
    if str(language).lower() == "python" or "python" in (kernel or ""):
        declared = _with_assignments(cell.source, declared)
    return declared, True


def _with_assignments(source: str, found: list[Parameter]) -> list[Parameter]:
    """Python's own reading of the cell: papermill's pattern passes over annotations such as ``str | None``.

    In the order of the cell; the comment behind a line is papermill's to find, or that line's.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return found  # a magic, or half a line: what papermill's pattern matched is all there is
    by_name = {parameter.name: parameter for parameter in found}
    lines = source.splitlines()
    declared: dict[str, Parameter] = {}
    for node in body:
        target: ast.expr | None = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        if not isinstance(target, ast.Name) or not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        comment = lines[(node.end_lineno or 1) - 1].encode()[node.end_col_offset or 0 :].decode().partition("#")[2]
        known = by_name.get(target.id)
        annotation = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else None
        if annotation is None and known is not None:
            annotation = known.annotation  # from a type comment
        default = ast.get_source_segment(source, node.value) or ast.unparse(node.value)
        help_text = known.help if known is not None and known.help else comment.strip()
        declared[target.id] = _parameter(target.id, annotation or "None", default, help_text)
    return list(declared.values())


def _parameter(name: str, type_name: str, source: str, help_text: str) -> Parameter:
    try:
        default, literal = ast.literal_eval(source), True
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        default, literal = None, False
    annotation = None if type_name == "None" else type_name
    kind, nullable, choices = _type_of_annotation(annotation)
    if annotation is None and literal and default is not None:
        kind = _NAMED.get(type(default).__name__, "any")
    # A default of None says that None may be given, whatever the annotation forgot to say.
    nullable = nullable or (literal and default is None) or kind == "any"
    if isinstance(default, (tuple, set)):
        default = list(default)
    if not _is_json(default, strict=True):
        default = None
    return Parameter(name, kind, nullable, default, source, help_text, annotation, choices)


def _type_of_annotation(annotation: str | None) -> tuple[str, bool, tuple[Any, ...]]:
    """`(type, nullable, choices)` of an annotation's source; what it can't read is ``any``."""
    if annotation is None:
        return "any", False, ()
    try:
        node = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return "any", False, ()
    return _type_of_node(node)


def _type_of_node(node: ast.expr) -> tuple[str, bool, tuple[Any, ...]]:
    if isinstance(node, ast.Constant) and node.value is None:
        return "any", True, ()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([node.left, node.right])
    if isinstance(node, ast.Subscript):
        name = _name(node.value)
        inner = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "literal":
            choices = tuple(item.value for item in inner if isinstance(item, ast.Constant))
            kinds = {_NAMED.get(type(choice).__name__, "any") for choice in choices if choice is not None}
            return (kinds.pop() if len(kinds) == 1 else "any"), None in choices, choices
        if name == "optional":
            return _union([*inner, ast.Constant(None)])
        if name == "union":
            return _union(inner)
        return _NAMED.get(name, "any"), False, ()
    return _NAMED.get(_name(node), "any"), False, ()


def _union(members: list[ast.expr]) -> tuple[str, bool, tuple[Any, ...]]:
    nullable = False
    kinds: set[str] = set()
    for member in members:
        if isinstance(member, ast.Constant) and member.value is None:
            nullable = True
            continue
        kind, null, _ = _type_of_node(member)
        nullable = nullable or null
        kinds.add(kind)
    if kinds == {"int", "float"}:
        kinds = {"float"}
    return (kinds.pop() if len(kinds) == 1 else "any"), nullable, ()


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr.lower()
    return node.id.lower() if isinstance(node, ast.Name) else ""


def check_parameters(
    given: Mapping[str, Any], declared: list[Parameter], inspected: bool, secrets: tuple[str, ...]
) -> dict[str, Any]:
    """The values to run with.

    Parameters
    ----------
    given: Values by name, as JSON or YAML has them; ``secret://NAME`` is a reference to a secret.
    declared, inspected: What `inspect_parameters` found.
    secrets: Names of the secrets that the run may read.

    Raises
    ------
    InvalidInput: ``parameter_name_invalid``, ``parameter_unknown``, ``parameter_type`` or ``secret_not_granted``.
    """
    by_name = {parameter.name: parameter for parameter in declared}
    values: dict[str, Any] = {}
    for name, value in given.items():
        field = f"parameters.{name}"
        if not name.isidentifier() or keyword.iskeyword(name):
            raise InvalidInput(
                "parameter_name_invalid",
                f"`{name}` can't be a parameter's name.",
                "Use letters, digits and `_`, starting with a letter.",
                field=field,
            )
        if not _is_json(value):
            raise InvalidInput(
                "parameter_type",
                f"Parameter `{name}` can't be {ascii(value)[:200]}.",
                "Give what JSON can hold: numbers, texts, true, false, null, lists, and mappings whose keys are texts.",
                field=field,
            )
        if name in BUILT_IN:
            values[name] = value
            continue
        if inspected and name not in by_name:
            near = difflib.get_close_matches(name, by_name, n=1)
            have = ", ".join(by_name) or "none"
            hint = f"Did you mean `{near[0]}`? " if near else ""
            raise InvalidInput(
                "parameter_unknown",
                f"The notebook has no parameter `{name}`.",
                f"{hint}Its `parameters` cell declares: {have}.",
                field=field,
            )
        reference = SECRET.match(value) if isinstance(value, str) else None
        if reference:
            if reference[1] not in secrets:
                raise InvalidInput(
                    "secret_not_granted",
                    f"Parameter `{name}` refers to the secret `{reference[1]}`, which the run may not read.",
                    f"Grant it: `--secret {reference[1]}`.",
                    field=field,
                )
            values[name] = value
        else:
            values[name] = _check_value(by_name[name], value, field) if inspected else value
    return values


def _check_value(parameter: Parameter, value: Any, field: str) -> Any:
    if value is None and parameter.nullable:
        return None
    if parameter.choices and value not in parameter.choices:
        raise InvalidInput(
            "parameter_choice",
            f"Parameter `{parameter.name}` can't be {value!r}.",
            f"Choose one of: {', '.join(map(str, parameter.choices))}.",
            field=field,
        )
    if parameter.type == "any":
        return value
    if parameter.type in ("list", "dict") and isinstance(value, str):
        # The terminal's `-p hidden "[64, 32]"` comes as a text.
        read = _literal(value)
        value = read if _is_json(read) else value
    if parameter.type == "int" and isinstance(value, float) and value.is_integer():
        value = int(value)
    accepted = _ACCEPTED[parameter.type]
    is_bool = isinstance(value, bool)
    if not isinstance(value, accepted) or (is_bool and parameter.type != "bool"):
        raise InvalidInput(
            "parameter_type",
            f"Parameter `{parameter.name}` must be {_EXAMPLE[parameter.type]}, not {value!r}.",
            f"Its default is {parameter.default_source}.",
            field=field,
        )
    return [*value] if isinstance(value, (list, tuple)) and parameter.type == "list" else value


def _is_json(value: Any, *, strict: bool = False) -> bool:
    """Whether JSON gives back the same value; `strict` leaves out what JavaScript can't read: NaN and infinity."""
    try:
        document = json.dumps(value, ensure_ascii=False, allow_nan=not strict).encode()
    except (TypeError, ValueError, RecursionError):
        return False
    return b'"' not in document or _has_text_keys(value)


def _has_text_keys(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _has_text_keys(item) for key, item in value.items())
    return not isinstance(value, (list, tuple)) or all(_has_text_keys(item) for item in value)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text
