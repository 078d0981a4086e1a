"""What a crawl changes: the difference of two schemas in words, and what the policies let through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..errors import InvalidInput
from .models import Column, Difference, TableVersion

__all__ = ["DELETE_POLICIES", "UPDATE_POLICIES", "check_policies", "difference", "permitted"]

UPDATE_POLICIES = ("apply", "merge", "log")
DELETE_POLICIES = ("deprecate", "delete", "log")


def check_policies(options: dict[str, Any]) -> tuple[str, str]:
    """The update and the delete policy of a source's options.

    Raises
    ------
    InvalidInput: ``policy_unknown``.
    """
    found = []
    for key, known in (("update", UPDATE_POLICIES), ("delete", DELETE_POLICIES)):
        value = options.get(key, known[0])
        if value not in known:
            raise InvalidInput(
                "policy_unknown",
                f"There is no policy `{value}` for `{key}`.",
                f"Known: {', '.join(known)}.",
                field=f"options.{key}",
            )
        found.append(str(value))
    return found[0], found[1]


def difference(old: TableVersion, new: TableVersion) -> Difference:
    """What is different in the newer schema; false where nothing is."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    added = tuple(name for name in after if name not in before)
    removed = tuple(name for name in before if name not in after)
    changed = [item for name in after if name in before for item in _column_changes(before[name], after[name])]
    changed += _key_changes(old, new)
    kept = [name for name in before if name in after]
    moved = kept != [name for name in after if name in before]
    words = [f"new column `{name}` ({after[name].type})" for name in added]
    words += [f"column `{name}` ({before[name].type}) is gone" for name in removed]
    words += [_in_words(item) for item in changed]
    if moved:
        words.append("columns are in another order")
    return Difference(added, removed, tuple(changed), moved, tuple(words))


def _column_changes(old: Column, new: Column) -> list[dict[str, Any]]:
    found = []
    for what in ("type", "nullable", "comment"):
        before, after = getattr(old, what), getattr(new, what)
        if before != after:
            found.append({"name": new.name, "what": what, "from": before, "to": after})
    return found


def _key_changes(old: TableVersion, new: TableVersion) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    pairs = {
        "partition keys": ([_shown(key) for key in old.partition_keys], [_shown(key) for key in new.partition_keys]),
        "primary key": (list(old.primary_key), list(new.primary_key)),
        "foreign keys": (
            [key.to_json() for key in old.foreign_keys],
            [key.to_json() for key in new.foreign_keys],
        ),
    }
    for what, (before, after) in pairs.items():
        if before != after:
            found.append({"name": what, "what": what, "from": before, "to": after})
    return found


def _shown(key: Any) -> str:
    return f"{key.name}: {key.type}"


def _in_words(item: dict[str, Any]) -> str:
    name, what, before, after = item["name"], item["what"], item["from"], item["to"]
    if what == "type":
        return f"`{name}` was {before}, is now {after}"
    if what == "nullable":
        return (
            f"`{name}` may {'now be' if after else 'no longer be'} null" if after is not None else f"`{name}`: nulls?"
        )
    if what == "comment":
        return f"`{name}` has another comment"
    if what == "foreign keys":
        return f"foreign keys were on {_columns(before)}, are now on {_columns(after)}"
    return f"{what}: was {', '.join(before) or 'none'}, is now {', '.join(after) or 'none'}"


def _columns(keys: list[dict[str, Any]]) -> str:
    return ", ".join("+".join(key["columns"]) for key in keys) or "none"


def permitted(old: TableVersion, new: TableVersion, policy: str) -> TableVersion:
    """The schema that an update policy lets through.

    ``apply`` takes the new one; ``merge`` adds columns and keeps those that are there, also where the source has lost
    them; ``log`` keeps the old one, and the crawl only says what it saw.
    """
    if policy == "log":
        return old
    if policy == "merge":
        return replace(new, columns=merged(old.columns, new.columns), partition_keys=old.partition_keys)
    return new


def merged(old: Sequence[Column], new: Sequence[Column]) -> tuple[Column, ...]:
    """The old columns as they were, then the new ones."""
    known = {column.name for column in old}
    return (*old, *(column for column in new if column.name not in known))
