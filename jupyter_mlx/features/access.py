"""Who may see and use which features: what the catalog's grants let see of the tables that they come from.

In the mode ``open`` everybody may use everything. By grants:

1. A view whose source is in a table of the catalog is seen by whoever sees the columns of its join keys and times
   there; of its features those whose columns are seen. Their values may be read with ``select`` on these columns. What
   is masked, or filtered by rows, may not: a joined value can't be masked honestly.
2. A view that transforms its source, or is computed from other views, takes all of those.
3. A view whose source is not in the catalog is its project's own: for whoever applied that, and administrators.
4. A project is changed by whoever applied it, and administrators.

What is hidden is as unknown as what does not exist. Every refusal is written in the catalog's audit log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, NoReturn

from ..catalog.models import Principal, Table, TableView
from ..errors import Forbidden, MlxError
from .models import ViewDefinition
from .tables import columns_of, tables_at, tables_of

if TYPE_CHECKING:
    from ..catalog.service import CatalogService
    from .models import View

__all__ = ["FeatureAccess"]

Siblings = Mapping[tuple[str, str], "View"]
"""All views by project and name."""


@dataclass(frozen=True)
class _Reach:
    """What a principal has of a view: features that may be known, and those whose values may be read.

    tables: The paths of the tables that he sees and that it comes from.
    """

    visible: frozenset[str]
    readable: frozenset[str]
    tables: tuple[str, ...] = ()


class FeatureAccess:
    """Owns the rules of access to features.

    Parameters
    ----------
    door: Through which is asked, for the audit log.
    """

    def __init__(self, catalog: CatalogService, door: str) -> None:
        self.catalog = catalog
        self.door = door

    def sees_all(self, principal: Principal | None) -> bool:
        """Whether nothing is hidden: of administrators, and in the mode ``open``. None is the project itself."""
        return principal is None or self.catalog.access.sees_all(principal)

    # -- seeing ----------------------------------------------------------------------------------------------

    def shown(self, principal: Principal | None, views: Sequence[View], siblings: Siblings) -> list[View | None]:
        """Each view with the features that a principal may know of; None where not even its name."""
        if self.sees_all(principal):
            return list(views)
        reaches = self._reaches(principal, views, siblings)
        return [
            None if reach is None else replace(view, definition=_only(view.definition, reach.visible))
            for view, reach in zip(views, reaches, strict=True)
        ]

    def refuse(self, principal: Principal, action: str, resource: str, error: MlxError) -> NoReturn:
        """Write a refusal in the audit log, then raise it."""
        self.catalog.access.refuse(principal, action, resource, door=self.door, error=error)

    # -- using -----------------------------------------------------------------------------------------------

    def may_read(self, principal: Principal | None, view: View, siblings: Siblings) -> bool:
        """Whether a principal may read the values of all of a view's features; nothing is written down."""
        if self.sees_all(principal):
            return True
        reach = self._reaches(principal, [view], siblings)[0]
        return reach is not None and reach.readable.issuperset(item.name for item in view.definition.features)

    def may_read_file(self, principal: Principal, place: str, folder: str) -> bool:
        """Whether a principal sees all of the tables that share files with a place; nothing is written down.

        Parameters
        ----------
        place: A file, a folder, a glob or an address; relative to `folder`.
        """
        if self.sees_all(principal):
            return True
        found = tables_at(self.catalog, place, folder)
        views = self.catalog.access.views(principal, found)
        return all(
            view is not None and all(_shows(view, name) for name in _names(table))
            for table, view in zip(found, views, strict=True)
        )

    def require(
        self,
        principal: Principal | None,
        action: str,
        view: View,
        features: Collection[str] | None,
        siblings: Siblings,
    ) -> None:
        """Go on only where a principal may read the values of a view's features.

        Parameters
        ----------
        action: What the audit log says was asked for.
        features: All of the view's by default.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        if self.sees_all(principal):
            return
        assert principal is not None
        wanted = [item.name for item in view.definition.features] if features is None else list(features)
        reach = self._reaches(principal, [view], siblings)[0]
        missing = [name for name in wanted if reach is None or name not in reach.readable]
        if not missing and reach is not None and (reach.readable or not wanted):
            return
        seen = [name for name in missing if reach is not None and name in reach.visible]
        named = f"`{view.definition.name}:{seen[0]}`" if seen else f"all of `{view.definition.name}`"
        tables = " and ".join(f"`{path}`" for path in reach.tables) if reach is not None else ""
        self.refuse(
            principal,
            action,
            f"{view.project}/{view.definition.name}",
            Forbidden(
                "permission_missing",
                f"`{principal.user}` may not read the values of {named}.",
                f"Ask for `select` on its columns, join keys and times in {tables}, without mask or row filter: "
                "joined values can't be masked."
                if tables
                else f"Ask whoever applied the project `{view.project}`, or an administrator.",
            ),
        )

    def require_project(self, principal: Principal | None, action: str, project: str, applied_by: str) -> None:
        """Go on only where a principal may change a project that somebody applied.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        if principal is None or self.sees_all(principal) or applied_by == principal.user:
            return
        error = Forbidden(
            "permission_missing",
            f"`{principal.user}` may not {action} the project `{project}`: somebody else applied it.",
            "Name another project in `feature_store.yaml`, or ask an administrator.",
        )
        self.refuse(principal, action, project, error)

    def owns(self, principal: Principal | None, owner: str) -> bool:
        """Whether something that somebody made of data of his own may be shown."""
        return principal is None or self.sees_all(principal) or owner == principal.user

    # -- what grants add up to -------------------------------------------------------------------------------

    def _reaches(self, principal: Any, views: Sequence[View], siblings: Siblings) -> list[_Reach | None]:
        used = {view.id: view for view in _used(views, siblings)}
        tables = tables_of(self.catalog, [*used.values(), *views])
        # A view at an earlier version may have another source than the one in force.
        own = [tables_of(self.catalog, [view])[view.id] for view in views]
        every = list({table.id: table for several in (*tables.values(), *own) for table in several}.values())
        seen = {
            table.id: (table, view)
            for table, view in zip(every, self.catalog.access.views(principal, every), strict=True)
        }

        def reach(view: View, found: Sequence[Table], path: tuple[str, ...]) -> _Reach | None:
            whole = _from_others(view, siblings)
            made = None
            if view.definition.kind != "on_demand":
                made = self._of_source(principal, view, [seen[table.id] for table in found])
                if made is None:
                    return None
            for other in whole:
                if other.id in path:
                    continue
                theirs = reach(other, tables[other.id], (*path, other.id))
                made = _together(view, made, other, theirs)
                if made is None:
                    return None
            names = frozenset(item.name for item in view.definition.features)
            return made or self._as_owner(principal, view, names)

        return [reach(view, found, (view.id,)) for view, found in zip(views, own, strict=True)]

    def _as_owner(self, principal: Principal, view: View, names: frozenset[str]) -> _Reach | None:
        return _Reach(names, names) if view.applied_by == principal.user else None

    def _of_source(
        self, principal: Principal, view: View, tables: Sequence[tuple[Table, TableView | None]]
    ) -> _Reach | None:
        names = frozenset(item.name for item in view.definition.features)
        if not tables:
            return self._as_owner(principal, view, names)
        columns = columns_of(view)
        places = [list(several) for _, several in groupby(tables, key=lambda pair: pair[0].location)]
        paths = tuple(dict.fromkeys(seen.table.path for _, seen in tables if seen is not None))
        common = {column for name, column in columns.items() if name not in names}
        if view.definition.transformation is not None:
            # Nobody can tell which columns a function reads.
            every = common | {name for table, _ in tables for name in _names(table)}
            if not all(_is_known(column, places) for column in every):
                return None
            return _Reach(names, names if all(_is_plain(column, places) for column in every) else frozenset(), paths)
        if not all(_is_known(column, places) for column in common):
            return None
        visible = frozenset(name for name in names if _is_known(columns[name], places))
        plain = all(_is_plain(column, places) for column in common)
        readable = frozenset(name for name in visible if plain and _is_plain(columns[name], places))
        return _Reach(visible, readable, paths)


def _only(definition: ViewDefinition, visible: frozenset[str]) -> ViewDefinition:
    """A definition with those of its features, and of its source's columns the ones of these, its keys and times."""
    source = definition.source
    if source is not None and source.mapping:
        used = {*visible, *definition.join_keys, source.timestamp, source.created}
        source = replace(source, mapping={old: new for old, new in source.mapping.items() if new in used})
    features = tuple(item for item in definition.features if item.name in visible)
    return replace(definition, features=features, source=source)


def _from_others(view: View, siblings: Siblings) -> list[View]:
    found = [siblings.get((view.project, name)) for name in view.definition.uses]
    return [item for item in found if item is not None]


def _used(views: Iterable[View], siblings: Siblings) -> list[View]:
    found: dict[str, View] = {}
    waiting = [other for view in views for other in _from_others(view, siblings)]
    while waiting:
        view = waiting.pop()
        if view.id not in found:
            found[view.id] = view
            waiting += _from_others(view, siblings)
    return list(found.values())


def _together(view: View, own: _Reach | None, other: View, theirs: _Reach | None) -> _Reach | None:
    """What is computed from another view takes all of that."""
    every = {item.name for item in other.definition.features}
    if theirs is None or theirs.visible != every:
        return None
    names = frozenset(item.name for item in view.definition.features)
    have = own or _Reach(names, names)
    readable = have.readable if theirs.readable == every else frozenset()
    return _Reach(have.visible, readable, tuple(dict.fromkeys((*have.tables, *theirs.tables))))


# Tables of one place have the same data: what one of them shows is shown.
Places = Sequence[Sequence[tuple[Table, TableView | None]]]


def _names(table: Table) -> tuple[str, ...]:
    keys = [key.name for key in table.version.partition_keys]
    return tuple(dict.fromkeys([*(column.name for column in table.columns), *keys]))


def _holding(column: str, places: Places) -> Places:
    return [several for several in places if any(column in _names(table) for table, _ in several)]


def _is_known(column: str, places: Places) -> bool:
    """Whether each place that has a column lets it be seen; one that none has is hidden, for nobody granted it."""
    holding = _holding(column, places)
    return bool(holding) and all(
        any(view is not None and column in _names(view.table) for _, view in several) for several in holding
    )


def _is_plain(column: str, places: Places) -> bool:
    """Whether each place that has a column shows all of its values as they are."""
    holding = _holding(column, places)
    return bool(holding) and all(any(_shows(view, column) for _, view in several) for several in holding)


def _shows(view: TableView | None, column: str) -> bool:
    if view is None or view.rows is not None or column not in view.selectable:
        return False
    return column not in view.masks and column not in view.cells
