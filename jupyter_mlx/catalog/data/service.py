"""What is in tables, as one principal may see it: previews, readers, profiles, quality, snippets."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...errors import InvalidInput, Unavailable
from ...pool import TimeIsUp, WorkerEnded, WorkerPool
from ...store.catalog_tables import profiles
from ...store.events import EventLog
from ..models import Principal
from .opening import OpenTable
from .plan import Asked, ReadPlan
from .profile import Profile
from .quality import QualityChecks
from .reader import TableReader

__all__ = ["DataService", "Preview", "TableReader"]

MAX_PREVIEW = 10_000
PREVIEW_S = 30.0
"""A process that takes longer for a preview is killed."""
_FIRST_PARTITIONS = 500


@dataclass(frozen=True)
class Preview:
    """Rows to look at; they are read, by another process, when they are asked for."""

    table: OpenTable
    plan: ReadPlan
    limit: int
    sample: bool
    pool: WorkerPool

    def to_json(self) -> dict[str, Any]:
        """``Preview`` of the contract.

        Raises
        ------
        MlxError: As `TableReader` has it.
        Unavailable: ``preview_timeout``, ``preview_failed``.
        """
        started = time.monotonic()
        answer = self._ask(as_arrow=False)
        shown = dict(self.plan.shown())
        known = {column["name"]: column for column in self.table.view.table.to_json()["columns"]}
        columns = []
        for name in self.plan.output:
            # What is known of all rows' real values is not for everybody who may look at some.
            column = {key: value for key, value in known[name].items() if key != "statistics"}
            columns.append({**column, "type": shown[name]})
        return {
            "table": self.plan.path,
            "version": self.plan.version,
            "columns": columns,
            "rows": answer["rows"],
            "truncated": answer["truncated"],
            "seconds": round(time.monotonic() - started, 3),
            "masked": sorted({*self.plan.masks, *self.plan.cells} & {*self.plan.output}),
            "filtered": self.plan.rows is not None,
        }

    def to_arrow_stream(self) -> bytes:
        """The rows as a stream of Arrow's, with the same errors."""
        return base64.b64decode(self._ask(as_arrow=True)["arrow"])

    def _ask(self, *, as_arrow: bool) -> dict[str, Any]:
        request = {"plan": self.plan.to_json(), "limit": self.limit, "sample": self.sample, "as_arrow": as_arrow}
        try:
            answer: dict[str, Any] = self.pool.ask(request, PREVIEW_S)
        except TimeIsUp as error:
            raise Unavailable(
                "preview_timeout",
                f"No rows of `{self.plan.path}` were there within {PREVIEW_S:g} s.",
                "Ask for fewer columns, leave filter and order out, or read it in a notebook.",
            ) from error
        except WorkerEnded as error:
            raise Unavailable(
                "preview_failed",
                f"The process that reads `{self.plan.path}` ended: {error}.",
                "Is there memory left? Ask for fewer columns, then try again.",
            ) from error
        return answer


class DataService(QualityChecks):
    """Owns what may be read of tables, and in which way.

    Every way to values goes through `Opening.plan`, which decides on columns, rows and masks.
    """

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.pool = WorkerPool(f"{__package__}.worker")

    def warm_up(self) -> None:
        """Start a process for previews, so that the first one finds it ready."""
        self.pool.warm_up()

    def close(self) -> None:
        """End the processes that wait."""
        self.pool.close()

    # -- reading ---------------------------------------------------------------------------------------------

    def preview(
        self,
        reference: str,
        principal: Principal,
        *,
        version: int | None = None,
        limit: int = 100,
        columns: Sequence[str] | None = None,
        where: str | None = None,
        sort: str | None = None,
        sample: bool = False,
        door: str | None = None,
    ) -> Preview:
        """First rows of a table, or a sample.

        Parameters
        ----------
        limit: Rows, 1 to 10,000.
        where: An SQL predicate over columns that the principal sees unmasked.
        sort: A column, ``-`` before it for descending order; all of the table is read for it.
        sample: Random rows in place of the first ones.

        Raises
        ------
        NotFound: ``table_unknown``, ``version_unknown``.
        Forbidden: ``permission_missing``, ``column_masked``.
        InvalidInput: ``column_unknown``, ``filter_invalid``, ``preview_invalid``.
        """
        if not 1 <= limit <= MAX_PREVIEW:
            raise InvalidInput(
                "preview_invalid", f"{limit} rows can't be shown.", f"Ask for 1 to {MAX_PREVIEW:,}.", field="limit"
            )
        table = self.open(reference, principal, version, door)
        # The first rows are in the first partitions; whatever asks for certain rows may find them in any.
        few = where is None and sort is None and not sample and table.view.rows is None
        plan = self.plan(
            table,
            principal,
            Asked(columns, where, sort),
            action="preview",
            door=door,
            **({"partitions": _FIRST_PARTITIONS} if few else {}),
        )
        return Preview(table, plan, limit, sample, self.pool)

    def reader(
        self,
        reference: str,
        principal: Principal,
        version: int | None = None,
        columns: Sequence[str] | None = None,
        where: str | Sequence[Any] | None = None,
        *,
        door: str | None = None,
    ) -> TableReader:
        """A reader of a table; what pinning a version promises, `TableReader` says.

        Parameters
        ----------
        columns: All that the principal may select by default.
        where: An SQL predicate, or filters as pandas takes them: ``[("origin", "==", "JFK")]``.

        Raises
        ------
        NotFound: ``table_unknown``, ``version_unknown``.
        Forbidden: ``permission_missing``, ``column_masked``.
        InvalidInput: ``column_unknown``, ``columns_missing``, ``filter_invalid``.
        """
        table = self.open(reference, principal, version, door)
        return TableReader(self.plan(table, principal, Asked(columns, where), action="read", door=door))

    # -- profiles --------------------------------------------------------------------------------------------

    def profile(self, reference: str, principal: Principal, *, threads: int | None = None) -> Profile:
        """Compute the profile of a table's present data, in this process.

        It is kept where the principal sees all of the table. Others get one of what they see: no statistics of masked
        columns, and of their rows only; it is not kept.

        Raises
        ------
        NotFound: ``table_unknown``.
        Forbidden: ``permission_missing``.
        MlxError: As `TableReader` has it.
        """
        from .profile import make_profile

        table = self.open(reference, principal)
        asked = Asked(None if table.all_of_it else table.plain_columns)
        plan = self.plan(table, principal, asked, action="profile")
        made = make_profile(plan, self.clock.now(), table.whole.rows, threads)
        if table.all_of_it:
            self._keep(table, made)
        return made

    def _keep(self, table: OpenTable, made: Profile) -> None:
        place = {"table_id": table.whole.id, "version": table.whole.version.number}
        with self.store.write() as connection:
            connection.execute(sa.delete(profiles).where(*(profiles.c[name] == value for name, value in place.items())))
            connection.execute(sa.insert(profiles).values(**place, data=made.to_json(), created_at=made.created_at))
            EventLog().append(
                connection,
                self.clock.now(),
                "catalog.changed",
                table.whole.id,
                {"what": "profile", "ids": [table.whole.id]},
            )

    def stored_profile(self, reference: str, principal: Principal, version: int | None = None) -> Profile | None:
        """The profile that was made of a version, of the columns that a principal sees unmasked.

        None where there is none, and for whoever sees only some rows: it is of all.

        Raises
        ------
        NotFound: ``table_unknown``, ``version_unknown``.
        Forbidden: ``permission_missing``.
        """
        table = self.open(reference, principal, version)
        with self.store.read() as connection:
            return self._kept_profile(connection, table)

    # -- snippets and access ---------------------------------------------------------------------------------

    def snippets(self, reference: str, principal: Principal, version: int | None = None) -> list[dict[str, Any]]:
        """``Snippet`` documents of the contract.

        Raises
        ------
        NotFound: ``table_unknown``, ``version_unknown``.
        Forbidden: ``permission_missing``.
        """
        from .snippets import make_snippets

        table = self.open(reference, principal, version)
        return [snippet.to_json() for snippet in make_snippets(table.view, table.whole, self._name(table))]

    def _name(self, table: OpenTable) -> str:
        """``database.table``, with its source before it where others have a table of that name."""
        whole = table.whole
        try:
            with self.store.read() as connection:
                self.catalog.repository.resolve(connection, whole.path)
        except InvalidInput:
            return f"{whole.source}/{whole.path}"
        return whole.path
