"""Entities that are looked up: all values that views need of them, of the kinds that they need."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidInput
from .models import View

__all__ = ["checked_entities"]

_WHOLE = {"INT32", "INT64"}


def checked_entities(
    entities: Sequence[Mapping[str, Any]], views: Sequence[View], known: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Entities with what some views are looked up by and computed from, whole numbers as such also where they are text.

    Parameters
    ----------
    known: The project's entities, ``FeatureEntity`` of the contract each.

    Raises
    ------
    InvalidInput: ``entity_invalid``.
    """
    types = {item["join_key"]: item["type"] for item in known}
    needed = {key: types.get(key, "") for view in views for key in view.definition.join_keys}
    needed |= {item.name: item.type for view in views for item in view.definition.request}
    return [_checked(entity, number, needed) for number, entity in enumerate(entities)]


def _checked(entity: Mapping[str, Any], number: int, needed: Mapping[str, str]) -> dict[str, Any]:
    field = f"entities.{number}"
    found = dict(entity)
    for name, kind in sorted(needed.items()):
        value = found.get(name)
        if value is None or isinstance(value, (list, dict)):
            raise _missing(name, entity, needed, f"{field}.{name}")
        if kind in _WHOLE and not isinstance(value, int):
            found[name] = _whole(value, name, f"{field}.{name}")
        if kind == "STRING" and not isinstance(value, str):
            found[name] = str(value)
    return found


def _missing(name: str, entity: Mapping[str, Any], needed: Mapping[str, str], field: str) -> InvalidInput:
    have = ", ".join(f"`{one}`" for one in entity) or "nothing"
    near = difflib.get_close_matches(name, [one for one in entity if one not in needed], 1)
    meant = f"Is `{near[0]}` meant? " if near else ""
    return InvalidInput(
        "entity_invalid",
        f"The entity has no value of `{name}`; it has {have}.",
        f"{meant}Give a value of each of {', '.join(f'`{one}`' for one in sorted(needed))}.",
        field=field,
    )


def _whole(value: Any, name: str, field: str) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise InvalidInput(
            "entity_invalid", f"`{name}` is a whole number, not `{value}`.", "Give one such as 42.", field=field
        ) from error
