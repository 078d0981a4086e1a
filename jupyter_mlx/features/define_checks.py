"""What `define` and `backfill` refuse before anything is written: names, entities, columns that are others."""

from __future__ import annotations

import importlib.util
import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..errors import Conflict, InvalidInput
from ..settings import Settings
from .models import Definitions, Entity, View, ViewDefinition
from .recipes import Recipe

__all__ = [
    "FINGERPRINT",
    "RECIPE",
    "check_free",
    "check_name",
    "check_same",
    "check_type",
    "default_repository",
    "kept_recipe",
    "keys_of",
    "new_project",
    "read_duration",
    "recipe_path",
]

RECIPE = "mlx.recipe"
FINGERPRINT = "mlx.fingerprint"
"""Tags of a view that was defined here: the kind of its recipe, and what tells that from others."""
_UNITS = {"s": 1, "min": 60, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_FEAST = {"Bool": "BOOL", "Float32": "FLOAT", "Float64": "DOUBLE", "UnixTimestamp": "UNIX_TIMESTAMP"}


def check_name(name: str, folder: Path) -> None:
    """Refuse what can't be the name of a view, of its file, and of the variable in it.

    Raises
    ------
    InvalidInput: ``name_invalid``.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name) or "__" in name or keyword.iskeyword(name):
        raise InvalidInput(
            "name_invalid",
            f"A view can't be called `{name}`.",
            "Use small letters, digits and single underscores, with a letter first: `weather_hourly`.",
            field="name",
        )
    found = None if (folder / f"{name}.py").is_file() else importlib.util.find_spec(name)
    if name in sys.stdlib_module_names or (found is not None and found.origin):
        raise InvalidInput(
            "name_invalid",
            f"`{name}` is a module of Python's, which `{name}.py` in the repository would hide.",
            f"Choose another name, such as `{name}_features`.",
            field="name",
        )


def new_project(folder: Path) -> Definitions:
    """A project without definitions, called like its folder.

    Raises
    ------
    InvalidInput: ``repository_invalid``.
    """
    if folder.exists() and not folder.is_dir():
        raise InvalidInput("repository_invalid", f"{folder} is no folder.", "Name a folder.", field="repository")
    name = folder.name if folder.name not in ("features", "feature_repo") else folder.parent.name
    return Definitions(re.sub(r"\W+", "_", name.lower()).strip("_") or "features")


def check_free(name: str, known: Definitions, folder: Path) -> None:
    """Refuse a name that the repository has already.

    Raises
    ------
    Conflict: ``view_exists``.
    """
    there = [view.name for view in known.views if view.name == name]
    files = (f"{name}.py", f"data/{name}.parquet", f"contracts/{name}.yaml")
    there += [file for file in files if (folder / file).exists()]
    if there:
        raise Conflict(
            "view_exists",
            f"{folder} has `{there[0]}` already.",
            "Choose another name, or say `replace=True`, or `--replace`; `backfill` makes only the values again.",
        )


def keys_of(given: Sequence[str], known: Definitions) -> tuple[str, ...]:
    """Join keys of what was given: those, or entities' names.

    Raises
    ------
    InvalidInput: ``entity_missing``, ``entity_ambiguous``.
    """
    if not given:
        raise InvalidInput("entity_missing", "No entity is named.", 'Name its join key: `entity="origin"`.')
    named = {entity.name: entity.join_key for entity in known.entities}
    keys = {entity.join_key for entity in known.entities}
    found = tuple(dict.fromkeys(name if name in keys else named.get(name, name) for name in given))
    for name in given:
        if named.get(name, name) != name and name in keys:
            raise InvalidInput(
                "entity_ambiguous",
                f"`{name}` is an entity, and the join key of another one.",
                f"Rename the column, or name the key of the entity: `{named[name]}`.",
                field="entity",
            )
    return found


def check_type(entity: Entity, kind: str) -> None:
    """Refuse a key column of another type than its entity is.

    Raises
    ------
    InvalidInput: ``entity_clash``.
    """
    known = {"STRING": "String", "INT32": "Int32", "INT64": "Int64"}.get(entity.type)
    if known is not None and known != kind:
        written = {"String": "VARCHAR", "Int32": "INTEGER", "Int64": "BIGINT"}[known]
        raise InvalidInput(
            "entity_clash",
            f"The entity `{entity.name}` is {entity.type}, and the column `{entity.join_key}` is {kind}.",
            f"Cast the column: `CAST({entity.join_key} AS {written})`, or define the view for another entity.",
            field="entity",
        )


def check_same(definition: ViewDefinition, features: Mapping[str, str]) -> None:
    """Refuse values that have other features, or others' types, than a view.

    Raises
    ------
    InvalidInput: ``columns_changed``.
    """
    before = {item.name: item.type for item in definition.features}
    words = _unequal(before, {name: _feast_name(kind) for name, kind in features.items()})
    if words:
        raise InvalidInput(
            "columns_changed",
            f"The recipe gives other features than `{definition.name}` has: {'; '.join(words)}.",
            "Mend the source, or define the view again with `replace=True`: that makes a version.",
        )


def _feast_name(kind: str) -> str:
    element = kind.removeprefix("Array(").rstrip(")")
    name = _FEAST.get(element, element.upper())
    return f"{name}_LIST" if kind.startswith("Array(") else name


def kept_recipe(view: View, frame: Any) -> Recipe:
    """The recipe that a view was defined by.

    Raises
    ------
    InvalidInput: ``recipe_missing``.
    """
    kind = view.definition.tags.get(RECIPE)
    if kind is None or view.definition.kind != "batch":
        raise InvalidInput(
            "recipe_missing",
            f"`{view.definition.name}` was not made by `define`: nobody knows how its values are made.",
            "Change its source's file yourself.",
        )
    if kind == "frame":
        if frame is None:
            raise InvalidInput(
                "recipe_missing",
                f"`{view.definition.name}` was made of a data frame.",
                "Give the new one: `mlx.features.backfill(name, frame)`; or define it of a SELECT or a function.",
            )
        return Recipe("frame", frame=frame)
    path = recipe_path(Path(view.repository), view.definition.name, Recipe(kind))
    if not path.is_file():
        raise InvalidInput("recipe_missing", f"{path} is gone.", "Put it back, or define the view again.")
    return Recipe(kind, path.read_text(encoding="utf-8").strip())


def default_repository(settings: Settings) -> Path:
    """The folder that is meant where none is named: the setting's, this one where it is one, else ``features``."""
    named = getattr(settings, "feast_repo", None)
    if named:
        return Path(named)
    here = Path.cwd()
    return here if (here / "feature_store.yaml").is_file() else here / "features"


def recipe_path(folder: Path, name: str, recipe: Recipe) -> Path:
    """Where a recipe is kept."""
    return folder / "data" / f"{name}{recipe.ending}"


def read_duration(text: str) -> timedelta:
    """A time as people write it: ``1d``, ``36h``, ``90min``.

    Raises
    ------
    InvalidInput: ``ttl_invalid``.
    """
    match = re.fullmatch(r"(\d{1,9}(?:\.\d+)?)\s*(s|min|m|h|d|w)", text.strip())
    if match is None or not float(match[1]):
        raise InvalidInput("ttl_invalid", f"`{text}` is no time.", "Write `36h`, `1d` or `90min`.", field="ttl")
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


def _unequal(before: Mapping[str, str], after: Mapping[str, str]) -> Sequence[str]:
    """What is different between columns with types, in words."""
    words = [f"`{name}` is missing" for name in before if name not in after]
    words += [f"`{name}` is new" for name in after if name not in before]
    words += [
        f"`{name}` was {kind}, is now {after[name]}"
        for name, kind in before.items()
        if name in after and after[name] != kind
    ]
    return words
