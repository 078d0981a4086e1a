"""The contract file as a checker: requests are held against the schemas of ``openapi.yaml``."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from .errors import InvalidInput

__all__ = ["check", "load"]


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
    return Draft202012Validator({"$ref": f"mlx:contract#/components/schemas/{schema}"}, registry=registry)


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
