"""Grants as they are asked for and kept: read, and checked by rules of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..clock import Clock
from ..errors import InvalidInput
from ..jobs.models import new_id
from .grants import MASKS, PERMISSIONS, Grant, column_names, column_types
from .models import Table
from .predicate_kinds import check_kinds
from .predicate_reader import parse_predicate
from .predicates import column_unknown, resolve

__all__ = ["check_columns", "grant_invalid", "grant_of", "reach_of", "read_request"]

_PRINCIPAL = re.compile(r"(?:user|group):\S.{0,199}|everyone")


def grant_invalid(why: str, field: str) -> InvalidInput:
    """The error of a grant that can't be given."""
    return InvalidInput("grant_invalid", f"The grant can't be given: {why}.", "Mend it, then try again.", field=field)


def read_request(request: Mapping[str, Any], user: str, clock: Clock) -> Grant:
    """A grant as it was asked for, its own rules checked."""
    principal = str(request.get("principal", ""))
    if not _PRINCIPAL.fullmatch(principal):
        raise grant_invalid(f"`{principal[:40]}` is neither `user:NAME`, `group:NAME` nor `everyone`", "principal")
    permissions = tuple(name for name in PERMISSIONS if name in request.get("permissions", ()))
    if not permissions or len(permissions) < len(set(request["permissions"])):
        raise grant_invalid(f"the permissions are {', '.join(PERMISSIONS)}", "permissions")
    if (request.get("resource") is None) == (request.get("expression") is None):
        raise grant_invalid("it takes either a resource or an expression of tags", "resource")
    expression = request.get("expression")
    if expression is not None and not (expression and all(expression.values())):
        raise grant_invalid("the expression names no tag", "expression")
    limits = dict(request.get("filter") or {})
    if "include" in limits and "exclude" in limits:
        raise grant_invalid("a filter either includes or excludes columns", "filter")
    masks = {what: "null" if how is None else str(how) for what, how in dict(request.get("masks") or {}).items()}
    if not set(masks.values()) <= set(MASKS):
        raise grant_invalid(f"the masks are {', '.join(MASKS)}", "masks")
    return Grant(
        id=new_id(),
        principal=principal,
        permissions=permissions,
        created_by=user,
        created_at=clock.now(),
        resource=request.get("resource"),
        expression=None if expression is None else {key: tuple(values) for key, values in expression.items()},
        include=tuple(limits["include"]) if "include" in limits else None,
        exclude=tuple(limits.get("exclude", ())),
        rows=limits.get("rows"),
        masks=masks,
    )


def check_columns(made: Grant, table: Table | None) -> None:
    """Read the predicate; where the table is known, look up all columns that the grant names."""
    node = parse_predicate(made.rows, "filter") if made.rows is not None else None
    if table is None:
        return
    names = column_names(table)
    if node is not None:
        check_kinds(resolve(node, names, "filter"), column_types(table), "filter")
    masked = (what for what in made.masks if "=" not in what)
    for name in (*(made.include or ()), *made.exclude, *masked):
        if name not in names:
            raise column_unknown(name, names, "filter")


def grant_of(row: Any) -> Grant:
    """A grant from its row."""
    limits = row.filter or {}
    return Grant(
        id=row.id,
        principal=row.principal,
        permissions=tuple(row.permissions),
        created_by=row.created_by,
        created_at=row.created_at,
        resource=row.resource,
        expression=None if row.expression is None else {key: tuple(value) for key, value in row.expression.items()},
        include=tuple(limits["include"]) if "include" in limits else None,
        exclude=tuple(limits.get("exclude", ())),
        rows=limits.get("rows"),
        masks=row.masks,
    )


def reach_of(grant: Grant) -> str:
    """What a grant is on, for messages and the log."""
    if grant.expression is None:
        return str(grant.resource)
    return " and ".join(f"{key}={'|'.join(values)}" for key, values in sorted(grant.expression.items()))
