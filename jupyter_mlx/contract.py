"""The contract file as a checker: requests are held against the schemas of ``openapi.yaml``."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import Any

from .errors import InvalidInput

__all__ = ["check", "dump", "load", "parse"]


@cache
def load() -> dict[str, Any]:
    """The parsed ``openapi.yaml``."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files(__package__).joinpath("openapi.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, the C one where there is one
    return document


@cache
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    registry = Registry().with_resource("mlx:contract", DRAFT202012.create_resource(load()))
    from jsonschema.validators import extend

    # JSON Schema takes 1.0 for a whole number; what counts things takes no float. And Python has NaN and infinity.
    types = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
            "number": lambda _, value: (
                isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
            ),
        }
    )
    validator = extend(Draft202012Validator, type_checker=types)
    return validator({"$ref": f"mlx:contract#/components/schemas/{schema}"}, registry=registry)


def parse(content: bytes) -> Any:
    """The value of a JSON text: no NaN, no number past all bounds, no half of a character.

    Raises
    ------
    InvalidInput: ``json_invalid``.
    """
    try:
        value = json.loads(content)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidInput("json_invalid", f"The body is not JSON: {error}.", "Send a JSON document.") from error
    return value


def dump(document: Any, *, indent: int | None = None) -> str:
    """A document as JSON that every reader takes: what JSON can't hold, NaN and infinity, becomes null."""
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False, default=str, indent=indent)
    except ValueError:
        return json.dumps(_finite(document), ensure_ascii=False, allow_nan=False, default=str, indent=indent)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def check(schema: str, document: Any) -> dict[str, Any]:
    """The document, if it is as the contract's schema says.

    Raises
    ------
    InvalidInput: ``request_invalid`` with the field, ``field_unknown``.
    """
    errors = sorted(_validator(schema).iter_errors(document), key=lambda error: [str(part) for part in error.path])
    if errors:
        raise _explain(schema, errors[0])
    checked: dict[str, Any] = document
    return checked


def _explain(schema: str, error: Any) -> InvalidInput:
    field = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        unknown = sorted(set(error.instance) - set(known))[0]
        name = f"{field}.{unknown}" if field else unknown
        return InvalidInput("field_unknown", f"There is no field `{name}`.", f"Known: {', '.join(known)}.", field=name)
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        name = f"{field}.{missing}" if field else missing
        return InvalidInput("request_invalid", f"`{name}` is missing.", f"See {schema} in openapi.yaml.", field=name)
    shown = field or "the request"
    return InvalidInput(
        "request_invalid", f"`{shown}`: {error.message}.", f"See {schema} in openapi.yaml.", field=field or None
    )
