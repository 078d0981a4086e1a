"""Promote values to features: a view with its data, its recipe, its contract and its test, in a Feast repository."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..catalog.data.service import DataService, TableReader
from ..catalog.models import Principal
from ..errors import Conflict, Forbidden
from .asking import project_of
from .backfilling import Built, Shape, build, guessed
from .contracts import check, propose
from .define_checks import (
    FINGERPRINT,
    RECIPE,
    check_free,
    check_name,
    check_same,
    check_type,
    kept_recipe,
    keys_of,
    new_project,
)
from .definition_files import Definition, import_of, parity_test, settings_file
from .models import Applied, Definitions, Entity, View
from .recipes import Recipe, read_recipe
from .repository import Repository
from .service import FeatureService
from .swapping import Swap

if TYPE_CHECKING:
    from .reuse import Match, Reuse

__all__ = ["Backfilled", "Defined", "Definer", "Request"]

FOLDER, ZONE = "mlx.folder", "mlx.timezone"
"""Tags of a view that was defined here: where its SELECT was run, and whose time it has."""


@dataclass(frozen=True)
class Request:
    """What is asked for.

    source: A SELECT, a file, a function without parameters, a data frame or an Arrow table.
    entity: Join keys, or names of entities that the repository has.
    timezone: Whose local time timestamps without one are.
    replace: Overwrite what is there of that name.
    anyway: Go on where a view has that recipe already.
    """

    name: str
    source: Any
    entity: tuple[str, ...]
    timestamp: str
    created: str | None = None
    ttl: timedelta | None = None
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    timezone: str | None = None
    replace: bool = False
    anyway: bool = False
    apply: bool = True


@dataclass(frozen=True)
class Defined:
    """What was written.

    applied: What that changed; None where it was not applied.
    similar: Views that have such features already.
    """

    name: str
    project: str
    repository: Path
    files: tuple[Path, ...]
    rows: int
    features: Mapping[str, str]
    applied: Applied | None
    similar: tuple[Match, ...]

    def to_json(self) -> dict[str, Any]:
        """As the terminal and Python show it."""
        return {
            "name": self.name,
            "project": self.project,
            "repository": str(self.repository),
            "files": [str(path.relative_to(self.repository)) for path in self.files],
            "rows": self.rows,
            "features": dict(self.features),
            "applied": None if self.applied is None else self.applied.to_json(),
            "similar": [match.to_json() for match in self.similar],
        }


@dataclass(frozen=True)
class Backfilled:
    """Values that took the place of those before."""

    view: str
    path: Path
    rows: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """As the terminal and Python show it."""
        return {"view": self.view, "path": str(self.path), "rows": self.rows, "seconds": self.seconds}


class Definer:
    """Writes views into repositories, and makes their values again."""

    def __init__(self, features: FeatureService, data: DataService, reuse: Reuse) -> None:
        self._features = features
        self._data = data
        self._reuse = reuse

    # -- defining --------------------------------------------------------------------------------------------

    def define(self, request: Request, folder: Path, principal: Principal) -> Defined:
        """Write a view, and apply its repository; a folder that is none becomes one.

        What can't be made or applied leaves the repository as it was.

        Raises
        ------
        NotFound: ``source_missing``.
        Conflict: ``view_exists``, ``feature_exists``.
        InvalidInput: What is wrong with names, columns, values, or the repository.
        Forbidden: ``permission_missing``.
        """
        folder = folder.expanduser().resolve()
        check_name(request.name, folder)
        recipe = read_recipe(request.source)
        known = Repository(folder).read()[0] if (folder / "feature_store.yaml").is_file() else new_project(folder)
        if not request.replace:
            check_free(request.name, known, folder)
        keys = keys_of(request.entity, known)
        shape = Shape(keys, request.timestamp, request.created, request.timezone)
        fresh = not (folder / "feature_store.yaml").is_file()
        with Swap(folder) as swap:
            if fresh:
                swap.write("feature_store.yaml", settings_file(known.project))
            data = swap.new(f"data/{request.name}.parquet")
            built = build(recipe, shape, Path.cwd(), data, self._opener(recipe, Path.cwd(), principal))
            mark = recipe.fingerprint(Path.cwd(), keys, (request.timestamp, request.created or ""), [*built.features])
            similar = self._similar(request, mark, built, shape, known.project, principal)
            definition = self._definition(request, recipe, mark, built, known, folder, principal)
            swap.write(f"{request.name}.py", definition.to_python())
            if recipe.kind != "frame":
                swap.write(f"data/{request.name}{recipe.ending}", recipe.text.rstrip() + "\n")
            swap.write(f"contracts/{request.name}.yaml", propose(data, request.name, [*keys, *shape.times]))
            swap.write(f"tests/test_{request.name}_parity.py", parity_test(known.project, request.name))
            swap.write(".feastignore", _ignoring(folder / ".feastignore"))
            swap.install()
            applied = self._applied(request, folder, principal)
        if applied is not None:
            self._reuse.note(self._features.view(f"{applied.project}/{request.name}"))
        return Defined(
            request.name, known.project, folder, swap.files, built.rows, built.features, applied, tuple(similar)
        )

    def _applied(self, request: Request, folder: Path, principal: Principal) -> Applied | None:
        if request.apply:
            return self._features.apply(str(folder), principal.user, principal=principal)
        # What can't be applied is told now.
        self._features.plan(str(folder), principal=principal)
        return None

    def _similar(
        self, request: Request, mark: str, built: Built, shape: Shape, project: str, principal: Principal
    ) -> Sequence[Match]:
        found = [
            match
            for match in self._reuse.matches(mark, built.path, shape, built.features, principal)
            if not (request.replace and (match.project, match.view) == (project, request.name))
        ]
        same = [match for match in found if match.kind == "recipe"]
        if same and not request.anyway:
            raise Conflict(
                "feature_exists",
                f"`{same[0].project}/{same[0].view}` of {same[0].owner or 'nobody'} is made in the same way.",
                f"Use it: `{same[0].use}`. To have a second one, say `anyway=True`, or `--anyway`.",
            )
        return found

    def _definition(
        self,
        request: Request,
        recipe: Recipe,
        mark: str,
        built: Built,
        known: Definitions,
        folder: Path,
        principal: Principal,
    ) -> Definition:
        own = folder / f"{request.name}.py"
        entities: dict[str, tuple[Entity, tuple[str, str] | None]] = {}
        for entity in known.entities:
            if entity.join_key in built.keys:
                check_type(entity, built.keys[entity.join_key])
                place = import_of(folder, entity)
                # Its own file is written anew, with the entity.
                entities[entity.join_key] = (entity, None if place and place[0] == own.stem else place)
        tags = {**request.tags, RECIPE: recipe.kind}
        if mark:
            tags[FINGERPRINT] = mark
        if recipe.kind != "frame":
            tags[FOLDER] = os.path.relpath(Path.cwd(), folder)
        if request.timezone:
            tags[ZONE] = request.timezone
        return Definition(
            request.name,
            built.keys,
            built.features,
            request.timestamp,
            request.created,
            request.ttl,
            request.description,
            principal.user,
            tags,
            entities,
        )

    def similar(
        self, source: Any, entity: Sequence[str], timestamp: str | None, timezone: str | None, principal: Principal
    ) -> list[Match]:
        """Features that are there already for what a source gives; nothing is kept.

        Parameters
        ----------
        entity: Join keys; by default those columns that are join keys of a view that the principal sees.
        timestamp: By default the only column that is a time.

        Raises
        ------
        NotFound: ``source_missing``.
        InvalidInput: ``entity_missing``, ``timestamp_missing``, and what is wrong with the source.
        Forbidden: ``permission_missing``.
        """
        recipe, base = read_recipe(source), Path.cwd()
        known = {key for view in self._features.views(principal=principal) for key in view.definition.join_keys}
        with tempfile.TemporaryDirectory(prefix="jupyter-mlx-") as folder:
            opener = self._opener(recipe, base, principal)
            shape = guessed(recipe, base, opener, known, Shape(tuple(entity), timestamp or "", None, timezone))
            built = build(recipe, shape, base, Path(folder, "data.parquet"), opener)
            mark = recipe.fingerprint(base, shape.keys, (shape.timestamp, ""), [*built.features])
            return self._reuse.matches(mark, built.path, shape, built.features, principal)

    # -- making values again ---------------------------------------------------------------------------------

    def backfill(self, reference: str, principal: Principal, frame: Any = None) -> Backfilled:
        """Run a view's recipe again, and put what it gives in the place of the values before, all at once.

        Parameters
        ----------
        frame: The new values of a view that was defined of a data frame.

        Raises
        ------
        NotFound: ``view_unknown``.
        InvalidInput: ``recipe_missing``, ``recipe_failed``, ``columns_changed``, ``entity_clash``,
            ``contract_broken``; the values before stay.
        Forbidden: ``permission_missing``.
        """
        started = time.monotonic()
        view = self._features.view(reference, principal=principal)
        self._features.require(principal, "backfill", self._features.view(view.id))
        self._features.access.require_project(principal, "change", view.project, view.applied_by)
        folder = Path(view.repository)
        recipe = kept_recipe(view, frame)
        source = view.definition.source
        assert source is not None
        tags = view.definition.tags
        shape = Shape(view.definition.join_keys, source.timestamp, source.created or None, tags.get(ZONE))
        base = (folder / tags.get(FOLDER, ".")).resolve()
        name = view.definition.name
        with Swap(folder) as swap:
            data = swap.new(f"data/{name}.parquet")
            built = build(recipe, shape, base, data, self._opener(recipe, base, principal))
            check_same(view.definition, built.features)
            for entity in self._entities(view, principal):
                check_type(entity, built.keys[entity.join_key])
            contract = folder / "contracts" / f"{name}.yaml"
            if contract.is_file():
                check(data, contract)
            swap.install()
        self._reuse.note(view)
        return Backfilled(
            view.reference, folder / "data" / f"{name}.parquet", built.rows, round(time.monotonic() - started, 3)
        )

    def _entities(self, view: View, principal: Principal) -> list[Entity]:
        """The entities of a view, as they were applied."""
        known = project_of(self._features, view.project, principal).definition["entities"]
        return [Entity(**item) for item in known if item["name"] in view.definition.entities]

    def _opener(self, recipe: Recipe, base: Path, principal: Principal) -> Callable[[str], TableReader]:
        """Opens tables as a principal may read them: columns that are shown as they are, of all rows."""
        self._check_files(recipe, base, principal)

        def table(reference: str) -> TableReader:
            view = self._data.catalog.view(reference, principal)
            hidden = {*view.masks, *view.cells}
            if view.rows is not None:
                self._refuse(principal, reference, "It is filtered by rows: ask for `select` on all of its rows.")
            plain = [name for name in view.selectable if name not in hidden]
            return self._data.reader(reference, principal, columns=plain)

        return table

    def _check_files(self, recipe: Recipe, base: Path, principal: Principal) -> None:
        """A file of a table of the catalog takes `select` on all of the table."""
        for place in recipe.tables().files:
            if not self._features.access.may_read_file(principal, place, str(base)):
                self._refuse(principal, place, "Name its table as `database.table`, or ask for `select` on all of it.")

    def _refuse(self, principal: Principal, resource: str, remedy: str) -> None:
        error = Forbidden("permission_missing", f"`{principal.user}` may not read all of `{resource}`.", remedy)
        self._features.access.refuse(principal, "define", resource, error)


# -- files ---------------------------------------------------------------------------------------------------


def _ignoring(path: Path) -> str:
    """``.feastignore`` with our folders, whose Python files define nothing."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return "\n".join([*lines, *(name for name in ("data", "tests") if name not in lines), ""])
