"""What grants add up to: which columns, rows and values of a table a principal sees.

The rules are those of AWS Lake Formation's tag-based access control, with the case that it leaves open, several data
filters on one table, decided cell by cell:

1. A grant reaches a table's columns. One on a database or table reaches all of them, one on a column that one. One
   with a tag expression reaches each column whose effective tags match: every key of the expression must be there with
   one of its values, and tags are inherited from database to table to column unless overridden. So a column whose own
   tag differs is out of a grant that the rest of its table is in, and a tagged column alone can be in.
2. A grant's filter takes columns away from what it reaches (`include`, `exclude`) and shows only rows that its
   predicate is true for. Where the table lacks a column of the predicate, the grant shows no rows at all.
3. A column is visible (it may be described) if any grant reaches it; it is selectable if a grant with ``select`` does.
   A table is visible if one of its columns is. Whatever tells of an invisible column is left out.
4. ``alter``, ``tag`` and ``grant`` are for a table as a whole: from grants on it or its database, or with an
   expression that the table's own effective tags match. Permissions of several grants add up.
5. A grant masks a column that its `masks` name, or that has a tag that they name as ``key=value``; of several masks in
   one grant the one that shows least holds.
6. A cell is shown as the grant shows it, of those that show this column in this row, that shows most. So grants add
   up: the rows of several filters are united, and a mask holds unless some grant gives the column without one. And
   they never multiply: where one grant gives a column in some rows and another grant gives other rows, the column is
   null in those other rows (`TableView.cells`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..clock import to_iso
from ..errors import InvalidInput
from .models import Database, Table, TableView
from .predicate_reader import parse_predicate
from .predicates import Literal, Node, any_of, resolve, to_sql

__all__ = [
    "MASKS",
    "PERMISSIONS",
    "Grant",
    "column_names",
    "column_tags",
    "column_types",
    "database_permissions",
    "everything",
    "matches",
    "reached",
    "shows_all",
    "shows_plainly",
    "view_of",
    "whole_view",
]

PERMISSIONS = ("describe", "select", "alter", "tag", "grant")
MASKS = ("year", "partial", "hash", "redact", "null")
"""From the one that shows most to the one that shows least."""
_WHOLE = frozenset({"alter", "tag", "grant"})


@dataclass(frozen=True)
class Grant:
    """Permissions of a principal on a resource, or on whatever has certain tags.

    resource: ``source/database``, ``source/database.table`` or ``source/database.table.column``.
    expression: Tag keys with values; either this or `resource` is given.
    include, exclude, rows: The data filter.
    masks: Column, or ``key=value`` of a tag → how its values are shown.
    """

    id: str
    principal: str
    permissions: tuple[str, ...]
    created_by: str
    created_at: datetime
    resource: str | None = None
    expression: Mapping[str, tuple[str, ...]] | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    rows: str | None = None
    masks: Mapping[str, str] = field(default_factory=dict)

    @property
    def restricted(self) -> bool:
        """Whether it shows less than the whole of what it reaches."""
        return self.filter is not None or bool(self.masks)

    @property
    def filter(self) -> dict[str, Any] | None:
        """The data filter as it is stored; None where there is none."""
        found: dict[str, Any] = {}
        if self.include is not None:
            found["include"] = list(self.include)
        if self.exclude:
            found["exclude"] = list(self.exclude)
        if self.rows is not None:
            found["rows"] = self.rows
        return found or None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        expression = self.expression
        return {
            "id": self.id,
            "principal": self.principal,
            "resource": self.resource,
            "expression": None if expression is None else {key: list(values) for key, values in expression.items()},
            "permissions": list(self.permissions),
            "filter": self.filter,
            "masks": dict(self.masks),
            "created_by": self.created_by,
            "created_at": to_iso(self.created_at),
        }


# -- what a table is to grants -------------------------------------------------------------------------------


def column_names(table: Table) -> tuple[str, ...]:
    """All columns, then the partition keys that are no columns of the data."""
    names = [column.name for column in table.version.columns]
    return tuple(dict.fromkeys([*names, *(key.name for key in table.version.partition_keys)]))


def column_types(table: Table) -> dict[str, str]:
    """The type of each column and partition key."""
    version = table.version
    return {key.name: key.type for key in version.partition_keys} | {item.name: item.type for item in version.columns}


def column_tags(table: Table, column: str) -> Mapping[str, str]:
    """The effective tags of a column."""
    return table.column_tags.get(column, table.tags)


def matches(expression: Mapping[str, Sequence[str]], tags: Mapping[str, str]) -> bool:
    """Whether tags have every key of an expression, each with one of its values."""
    return bool(expression) and all(tags.get(key) in values for key, values in expression.items())


def _whole(grant: Grant, table: Table) -> bool:
    if grant.expression is not None:
        return matches(grant.expression, table.tags)
    database = f"{table.source}/{table.database}"
    return grant.resource in (database, f"{database}.{table.name}")


def _reach(grant: Grant, table: Table) -> tuple[str, ...]:
    """The columns that a grant gives something of, its filter applied."""
    names = column_names(table)
    if grant.expression is not None:
        found = tuple(name for name in names if matches(grant.expression, column_tags(table, name)))
    elif _whole(grant, table):
        found = names
    else:
        place = f"{table.source}/{table.database}.{table.name}."
        found = tuple(name for name in names if grant.resource == place + name)
    return tuple(
        name for name in found if (grant.include is None or name in grant.include) and name not in grant.exclude
    )


def _mask(grant: Grant, table: Table, column: str) -> str | None:
    tags = {f"{key}={value}" for key, value in column_tags(table, column).items()}
    found = [how for what, how in grant.masks.items() if what == column or what in tags]
    return max(found, key=MASKS.index, default=None)


# -- what they add up to -------------------------------------------------------------------------------------


def whole_view(table: Table, permissions: Iterable[str] = PERMISSIONS) -> TableView:
    """All of a table."""
    return TableView(table, frozenset(permissions), column_names(table))


def everything(view: TableView) -> bool:
    """Whether a view shows all values of all columns that it lets see."""
    return view.rows is None and not view.masks and not view.cells


def shows_all(view: TableView | None, table: Table) -> bool:
    """Whether a view shows all values of all columns of its table."""
    return view is not None and everything(view) and set(view.selectable) == set(column_names(table))


def shows_plainly(view: TableView | None, column: str) -> bool:
    """Whether a view shows all values of a column as they are."""
    if view is None or view.rows is not None or column not in view.selectable:
        return False
    return column not in view.masks and column not in view.cells


def view_of(grants: Iterable[Grant], table: Table) -> TableView | None:
    """What these grants, all of one principal, let see of a table; None where it is nothing."""
    names = column_names(table)
    permissions: set[str] = set()
    visible: set[str] = set()
    shown: dict[str, list[tuple[Node | None, str | None]]] = {}
    for grant in grants:
        reach, whole = _reach(grant, table), _whole(grant, table)
        if whole:
            permissions |= _WHOLE & set(grant.permissions)
        if not reach and (names or not whole):
            continue
        permissions |= {"describe", "select"} & {"describe", *grant.permissions}
        visible |= set(reach)
        if "select" not in grant.permissions:
            continue
        rows = _rows(grant, names)
        for name in reach:
            shown.setdefault(name, []).append((rows, _mask(grant, table, name)))
    if "describe" not in permissions:
        return None
    selectable = tuple(name for name in names if name in shown)
    masks, cells, united = _combine({name: shown[name] for name in selectable})
    view = TableView(table.only(tuple(visible)), frozenset(permissions), selectable, united, masks, cells)
    return replace(view, table=_without_secrets(view, whole=len(visible) == len(names)))


def _without_secrets(view: TableView, *, whole: bool) -> Table:
    """The table without what tells of values or columns that the view does not show."""
    open_to_all = set() if view.rows is not None else set(view.selectable) - set(view.masks) - set(view.cells)
    statistics = {name: value for name, value in view.table.statistics.items() if name in open_to_all}
    return replace(
        view.table,
        statistics=statistics,
        rows=None if view.rows is not None else view.table.rows,
        # A reader's parameters may name columns: indexes, types, transforms.
        parameters=view.table.parameters if whole else {},
    )


def reached(grant: Grant, tables: Iterable[Table]) -> list[Table]:
    """Those of these tables that a grant gives something of."""
    return [table for table in tables if view_of([grant], table) is not None]


_NOWHERE = Literal(False)


def _rows(grant: Grant, names: Sequence[str]) -> Node | None:
    """The rows that a grant shows; None for all."""
    if grant.rows is None:
        return None
    try:
        return resolve(parse_predicate(grant.rows), names)
    except InvalidInput:
        # The table lacks a column that the filter is about, so that nobody can say which rows were meant.
        return _NOWHERE


def _combine(
    shown: Mapping[str, Sequence[tuple[Node | None, str | None]]],
) -> tuple[dict[str, str], dict[str, tuple[tuple[str, str | None], ...]], str | None]:
    """Masks, cells and rows of the columns, each given as the rows and the mask of every grant that shows it."""
    ways = [way for several in shown.values() for way in several]
    united = _unite(rows for rows, _ in ways) if ways else None
    masks: dict[str, str] = {}
    cells: dict[str, tuple[tuple[str, str | None], ...]] = {}
    for name, several in shown.items():
        # The way that shows most comes first, and one that shows no row that a better one does not is left out.
        by_mask: list[tuple[Node | None, str | None]] = []
        for how in (None, *MASKS):
            nodes = [rows for rows, mask in several if mask == how]
            if nodes:
                by_mask.append((_unite(nodes), how))
            if nodes and by_mask[-1][0] in (None, united):
                break
        if by_mask[-1][1] is not None:
            masks[name] = str(by_mask[-1][1])
        if len(by_mask) > 1 or by_mask[0][0] not in (None, united):
            cells[name] = tuple((to_sql(Literal(True) if rows is None else rows), how) for rows, how in by_mask)
    return masks, cells, None if united is None else to_sql(united)


def _unite(nodes: Iterable[Node | None]) -> Node | None:
    """Rows of several grants; None, all rows, is in it as soon as one has them."""
    several = list(nodes)
    return None if None in several else any_of(sorted((node for node in several if node is not None), key=to_sql))


def database_permissions(grants: Iterable[Grant], database: Database) -> frozenset[str]:
    """What these grants, all of one principal, let do with a database itself."""
    found: set[str] = set()
    for grant in grants:
        if grant.expression is not None:
            reached = matches(grant.expression, database.tags)
        else:
            reached = grant.resource == f"{database.source}/{database.name}"
        if reached:
            found |= {"describe", *grant.permissions}
    return frozenset(found)
