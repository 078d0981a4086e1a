"""From a reference to a plan: what is asked for is compared with what may be seen, and refusals are written down."""

from __future__ import annotations

import secrets as random_secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ...clock import Clock
from ...errors import Forbidden, InvalidInput
from ...processes import present_run
from ...secrets import SecretStore
from ...settings import Settings
from ...store.catalog_tables import sources
from ...store.engine import Store
from ..access import AccessService
from ..grants import column_names, everything
from ..models import Principal, Table, TableView
from ..predicates import column_unknown, columns_of, resolve
from ..service import CatalogService
from .plan import Asked, ReadPlan, make_plan

__all__ = ["OpenTable", "Opening"]

MASK_KEY = "MLX_MASK_KEY"
"""The secret that salts the mask ``hash``: made at its first use, the same for all of a user's stores."""
_ALL_PARTITIONS = 10_000_000


@dataclass(frozen=True)
class OpenTable:
    """A table that may be read: as the principal sees it, and whole."""

    view: TableView
    whole: Table

    @property
    def all_of_it(self) -> bool:
        """Whether nothing is hidden."""
        return everything(self.view) and set(self.view.selectable) == set(column_names(self.whole))

    @property
    def plain_columns(self) -> tuple[str, ...]:
        """The columns whose values are shown as they are."""
        hidden = {*self.view.masks, *self.view.cells}
        return tuple(name for name in self.view.selectable if name not in hidden)


class Opening:
    """Opens tables for reading."""

    def __init__(
        self,
        catalog: CatalogService,
        access: AccessService,
        store: Store,
        clock: Clock,
        settings: Settings,
        secrets: SecretStore,
    ) -> None:
        self.catalog = catalog
        self.access = access
        self.store = store
        self.clock = clock
        self.settings = settings
        self.secrets = secrets

    def open(
        self, reference: str, principal: Principal, version: int | None = None, door: str | None = None
    ) -> OpenTable:
        """A table whose values a principal may select some of.

        Raises
        ------
        NotFound: ``table_unknown``, ``version_unknown``.
        Forbidden: ``permission_missing``.
        """
        view = self.catalog.view(reference, principal, version)
        self.access.require(principal, "select", view, door=door or self.catalog.door)
        return OpenTable(view, self._whole(view))

    def _whole(self, view: TableView) -> Table:
        with self.store.read() as connection:
            return self.catalog.repository.tables(connection, [view.table.id], view.table.version.number)[0]

    def plan(
        self,
        table: OpenTable,
        principal: Principal,
        asked: Asked,
        *,
        action: str,
        door: str | None = None,
        partitions: int = _ALL_PARTITIONS,
    ) -> ReadPlan:
        """The plan of a read. What it withholds, and what it refuses, is written in the audit log.

        Parameters
        ----------
        action: What the audit log calls it: ``preview``, ``read``, ``profile`` …
        partitions: How many of them are read at most.

        Raises
        ------
        InvalidInput: ``column_unknown``, ``columns_missing`` or ``filter_invalid``.
        Forbidden: ``permission_missing`` for a column that may only be described, ``column_masked``.
        """
        door = door or self.catalog.door
        view, whole = table.view, table.whole
        self._check(view, whole, principal, asked, action, door)
        self._tell_withheld(table, principal, action, door)
        with self.store.read() as connection:
            source = connection.execute(sa.select(sources).where(sources.c.id == whole.source_id)).one()
            found = self.catalog.repository.partitions(connection, whole.id, partitions)
            newest = self.catalog.repository.version(connection, whole.id)
        hashed = "hash" in view.masks.values() or any(how == "hash" for way in view.cells.values() for _, how in way)
        plan = make_plan(
            view,
            whole,
            asked,
            {"kind": source.kind, "location": source.location, "options": source.options},
            fields=tuple(column.name for column in newest.columns),
            secret=self.secrets.value(source.secret) if source.secret else None,
            mask_key=self._mask_key() if hashed else "",
            discreet=self._is_discreet(table),
        )
        return replace(plan, partitions=tuple((each.values, each.location) for each in found))

    def _check(self, view: TableView, whole: Table, principal: Principal, asked: Asked, action: str, door: str) -> None:
        every = column_names(whole)
        filtered = _filtered(asked, every, view.selectable)
        sorting = set()
        if asked.sort is not None:
            sorting = {asked.sort if asked.sort in every else asked.sort.removeprefix("-")}
        conditions = filtered | sorting
        visible = column_names(view.table)
        for name in sorted({*(asked.columns or ()), *conditions}):
            resource = f"{whole.path}.{name}"
            if name not in every or name in view.selectable:
                continue
            if name not in visible:
                # Nobody learns that there is such a column.
                field = "filter" if name in filtered else "sort" if name in sorting else "columns"
                error: Any = column_unknown(name, list(view.selectable), field)
            else:
                error = Forbidden(
                    "permission_missing",
                    f"`{principal.user}` may describe `{resource}`, not select it.",
                    "Ask whoever may grant `select` on it.",
                )
            self.access.refuse(principal, action, resource, door=door, error=error)
        for name in sorted(conditions & {*view.masks}):
            error = Forbidden(
                "column_masked",
                f"`{name}` is masked: rows can't be filtered or sorted by it.",
                "Leave it out of the filter and the order.",
            )
            self.access.refuse(principal, action, f"{whole.path}.{name}", door=door, error=error)

    def _tell_withheld(self, table: OpenTable, principal: Principal, action: str, door: str) -> None:
        if table.all_of_it:
            return
        view = table.view
        withheld = {
            "columns": [name for name in column_names(table.whole) if name not in view.selectable],
            "masks": dict(view.masks),
            "rows": view.rows,
        }
        told = {key: value for key, value in withheld.items() if value}
        self.access.record(principal, action, table.whole.path, allowed=True, door=door, after={"withheld": told})

    def _is_discreet(self, table: OpenTable) -> bool:
        """Whether errors of a read may tell no values: some are hidden, or others read what a job says."""
        return not table.all_of_it or (self.access.by_grants and present_run() is not None)

    def _mask_key(self) -> str:
        if MASK_KEY not in self.secrets.names():
            self.secrets.put(MASK_KEY, random_secrets.token_hex(32))
        return self.secrets.value(MASK_KEY)


def _filtered(asked: Asked, every: Sequence[str], selectable: Sequence[str]) -> set[str]:
    """The columns of a filter."""
    if asked.where is None:
        return set()
    node = asked.node()
    try:
        return columns_of(resolve(node, every, "filter"))
    except InvalidInput:
        # Said again of what the principal sees: hints at the other columns would tell of them.
        return columns_of(resolve(node, selectable, "filter"))
