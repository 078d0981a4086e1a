"""Search in the catalog: ranked hits with facets, over what the principal may see.

Tables are found, and what other parts of the workbench put beside them (`entries`): by the same words, in one ranking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..clock import Clock
from ..errors import InvalidInput
from ..store.engine import Store
from . import entries, search_facets
from .access import AccessService
from .models import Principal, Table
from .port import EntryGuard
from .repository import CatalogRepository
from .search_facets import COLUMNS
from .search_hits import TIERS, hit, tier_of
from .search_index import words_of
from .search_query import Query, fts5, parse, tsquery
from .search_words import Vocabulary

__all__ = ["Found", "SearchService"]

COUNTED = 500
"""Matches that are ranked, listed and counted; of more it is only said that there are more."""
BATCH = 500
"""Matches that are looked at at once for one from whom something is hidden."""
ENDINGS = 16
"""A word that begins no more words than these is searched for by them, else as a prefix."""


Order = tuple[int, int, int, str]
"""By what matches are ranked: the tier, less the uses, the length of the name, the name."""


@dataclass(frozen=True)
class Found:
    """A page of hits; `approximate` where there are more matches than were counted, so that counts are lower bounds."""

    total: int
    hits: tuple[dict[str, Any], ...]
    facets: dict[str, dict[str, int]]
    next_cursor: str | None
    corrected: str | None = None
    approximate: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        shown = {
            "total": self.total,
            "hits": list(self.hits),
            "facets": self.facets,
            "next_cursor": self.next_cursor,
            "approximate": self.approximate,
        }
        return {**shown, "corrected": self.corrected} if self.corrected is not None else shown


class SearchService:
    """Finds tables and their columns. Whatever a principal may not see is neither found, nor counted, nor shown.

    Parameters
    ----------
    guards: By kind of entries, who tells what of them may be seen.
    """

    def __init__(
        self, store: Store, clock: Clock, access: AccessService, guards: Mapping[str, EntryGuard] | None = None
    ) -> None:
        self._guards = guards or {}
        self._store = store
        self._clock = clock
        self._access = access
        self._repository = CatalogRepository()

    def search(self, text: str, principal: Principal, *, limit: int = 20, cursor: str | None = None) -> Found:
        """Find; where nothing has the words, what has words near them.

        Raises
        ------
        InvalidInput: ``search_too_long``, ``search_invalid``, ``cursor_invalid``.
        """
        query = parse(text, principal.user)
        offset = _offset(cursor)
        with self._store.read() as connection:
            look = _Look(connection, self._repository, self._access, principal, self._clock.now(), self._guards)
            found = look.page(query, offset, limit)
            if found.total or not query.words:
                return found
            near = look.near(query.words)
            if near is None:
                return found
            again = look.page(query.with_words(near), offset, limit)
        return replace(again, corrected=" ".join(near)) if again.total else found


class _Look:
    """One search on one snapshot of the store.

    Only names that stand in this module are put into its statements; what a user typed is bound.
    """

    def __init__(
        self,
        connection: sa.Connection,
        repository: CatalogRepository,
        access: AccessService,
        principal: Principal,
        now: datetime,
        guards: Mapping[str, EntryGuard],
    ) -> None:
        self._guards = guards
        self._known: dict[tuple[str, ...], dict[str, list[str]] | None] = {}
        self._connection = connection
        self._repository = repository
        self._access = access
        self._principal = principal
        self._now = now
        self._sqlite = connection.dialect.name == "sqlite"
        self._vocabulary = Vocabulary(connection)

    def page(self, query: Query, offset: int, limit: int) -> Found:
        """A page of hits of a query."""
        after = offset + limit
        open_to_all = self._access.sees_all(self._principal)
        others = self._entries(query)
        matching: list[tuple[Order, Any]] = []
        if query.kind in (None, "table"):
            matching = self._ranked(self._numbers(query, COUNTED + 1)) if open_to_all else self._visible(query)
        found = sorted([*matching, *others], key=lambda item: item[0]) if others else matching
        counted = found[:COUNTED]
        tables = [item for _, item in counted if not isinstance(item, entries.Kept)]
        if open_to_all:
            facets = search_facets.of_rows(self._connection, tables, self._now)
        else:
            facets = search_facets.of_tables(tables, self._now)
        if others:
            shown = [item for _, item in counted if isinstance(item, entries.Kept)]
            facets = entries.facets_of(shown, facets, len(tables), self._now)
        total = len(counted)
        return Found(
            total=total,
            hits=tuple(self._hits(counted[offset:after], query)),
            facets=facets,
            next_cursor=str(after) if after < total else None,
            approximate=len(found) > total,
        )

    def _hits(self, chosen: Sequence[tuple[Order, Any]], query: Query) -> Iterator[dict[str, Any]]:
        ids = [item.id for _, item in chosen if not isinstance(item, entries.Kept | Table)]
        loaded = {table.id: table for table in self._repository.tables(self._connection, ids)} if ids else {}
        numbers = [item.number for _, item in chosen if isinstance(item, entries.Kept)]
        whole = entries.load(self._connection, numbers) if numbers else {}
        for order, item in chosen:
            if isinstance(item, entries.Kept):
                yield entries.hit_of(item.entry or whole[item.number], _score(order[0]), query)
            elif item.id in loaded or isinstance(item, Table):
                yield hit(loaded.get(item.id, item), _score(order[0]), query)

    # -- matching --------------------------------------------------------------------------------------------

    def _numbers(self, query: Query, most: int | None, what: str = "tables") -> dict[int, int]:
        """Numbers of matching tables, or entries, with their tier, the first tier first.

        A set that is larger than `most` is cut where it stands: what half of all tables have tells nothing, and to
        rank them all takes as long as to read them.
        """
        if not query.words:
            return dict.fromkeys(self._matching(query, "all", {}, most, what), 0)
        endings = self._endings(query.words)
        if endings is None:
            return {}
        found: dict[int, int] = {}
        for tier, where in enumerate(TIERS):
            for number in self._matching(query, where, endings, most, what):
                found.setdefault(number, tier)
            if most is not None and len(found) >= most:
                break
        return found

    def _endings(self, words: tuple[str, ...]) -> dict[str, list[str]] | None:
        """Words by what they begin with, where those are few; None where nothing begins so."""
        if words not in self._known:
            endings: dict[str, list[str]] | None = {}
            for word in words:
                last = words_of(word, humps=False)[-1]
                known = self._vocabulary.endings(last, ENDINGS + 1)
                if known is not None and not known:
                    endings = None
                    break
                if known is not None and endings is not None and len(known) <= ENDINGS:
                    endings[last] = known
            self._known[words] = endings
        return self._known[words]

    def _matching(
        self, query: Query, where: str, endings: Mapping[str, Sequence[str]], most: int | None, what: str
    ) -> Sequence[int]:
        """Numbers of tables or entries that match, in no order that means anything."""
        table, index = (
            ("catalog_tables", "catalog_fts") if what == "tables" else ("catalog_entries", "catalog_fts_entries")
        )
        parts, values = self._conditions(query)
        match = fts5(query, where, endings) if self._sqlite else tsquery(query, where, endings)
        if not match:
            source, key, order = f"{table} t", "t.number", ""
            if what == "tables":
                parts.append("t.state = 'active'")
                # Whoever looks without a word begins with what is used most.
                order = " ORDER BY t.uses DESC, t.name DESC"
        else:
            values["match"] = match
            source, key, order = index, f"{index}.rowid" if self._sqlite else f"{index}.number", ""
            if parts:
                source += f" JOIN {table} t ON t.number = {key}"
            parts.append(f"{index} MATCH :match" if self._sqlite else "document @@ CAST(:match AS tsquery)")
        cut = "" if most is None else " LIMIT :most"
        condition = f" WHERE {' AND '.join(parts)}" if parts else ""
        statement = f"SELECT {key} FROM {source}{condition}{order}{cut}"
        return self._connection.execute(sa.text(statement), {**values, "most": most}).scalars().all()

    def _conditions(self, query: Query) -> tuple[list[str], dict[str, Any]]:
        """What only the tables' own columns tell, as conditions and the values that are bound."""
        parts: list[str] = []
        values: dict[str, Any] = {}
        if query.quality is not None:
            parts.append("t.quality = :quality")
            values["quality"] = query.quality
        if query.fresh is not None:
            parts.append("t.updated_at >= :since")
            since = self._now - query.fresh
            # SQLite holds moments as text.
            values["since"] = f"{since:%Y-%m-%d %H:%M:%S.%f}" if self._sqlite else since
        return parts, values

    def _ranked(self, numbers: Mapping[int, int]) -> list[tuple[Order, Any]]:
        """What is read of tables, the best first: by tier, then by use, then the shorter name."""
        if not numbers:
            return []
        # The numbers are the store's own: to bind a thousand takes longer than to find them. Values as the database
        # has them, moments too: to convert a thousand takes longer than to count them.
        listed = ",".join(map(str, numbers))
        statement = f"SELECT {', '.join(COLUMNS)} FROM catalog_tables WHERE number IN ({listed})"
        found = self._connection.exec_driver_sql(statement).all()
        # Number, name and uses stand at 0, 2 and 3: to look them up by name costs more than to sort.
        return sorted(((_order(numbers[row[0]], row[3], row[2]), row) for row in found), key=lambda item: item[0])

    def _loaded(self, numbers: Sequence[int]) -> list[Table]:
        ids = [row.id for _, row in self._ranked(dict.fromkeys(numbers, 0))]
        return self._repository.tables(self._connection, ids)

    def _visible(self, query: Query) -> list[tuple[Order, Any]]:
        """Matches that are matches also by what the principal may see of them, ranked by that alone.

        All of them are looked at until there are enough: how many there are that are hidden shows nowhere.
        """
        numbers = list(self._numbers(query, None))
        found: list[tuple[Order, Any]] = []
        for start in range(0, len(numbers), BATCH):
            for view in self._access.views(self._principal, self._loaded(numbers[start : start + BATCH])):
                tier = tier_of(view.table, query) if view is not None else None
                if view is not None and tier is not None:
                    found.append((_order(tier, view.table.uses, view.table.name), view.table))
            if len(found) > COUNTED:
                break
        return sorted(found, key=lambda item: (item[0], item[1].path))

    def _entries(self, query: Query) -> list[tuple[Order, Any]]:
        """Entries that match, of what of them the principal may see."""
        if not self._guards or not entries.wanted(query):
            return []
        tiers = self._numbers(query, COUNTED + 1 if self._access.sees_all(self._principal) else None, "entries")
        if not tiers:
            return []
        if self._access.sees_all(self._principal):
            kept = entries.look(self._connection, list(tiers))
            return [(_order(tiers[item.number], 0, item.name), item) for item in kept]
        found = entries.load(self._connection, list(tiers))
        shown: dict[str, Collection[str]] = {}
        for kind, guard in self._guards.items():
            ids = [entry.id for entry in found.values() if entry.kind == kind]
            shown |= guard.shown_parts(self._principal, ids) if ids else {}
        seen: list[tuple[Order, Any]] = []
        for number, entry in found.items():
            if entry.id in shown:
                only = replace(entry, parts=tuple(part for part in entry.parts if part.name in shown[entry.id]))
                tier = tier_of(entries.as_table(only), query)
                seen += [] if tier is None else [(_order(tier, 0, only.name), entries.Kept.of(number, only))]
        return seen

    # -- spelling --------------------------------------------------------------------------------------------

    def near(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """The words that are nearest to those given; None where none is.

        None also for one from whom something is hidden: the vocabulary has words of what is hidden too.
        """
        if not self._access.sees_all(self._principal):
            return None
        corrected = []
        for word in words:
            *first, last = words_of(word, humps=False)
            near = last if self._vocabulary.endings(last, 1) else self._vocabulary.near(last)
            if near is None:
                return None
            corrected.append(" ".join([*first, near]))
        return tuple(corrected)


def _order(tier: int, uses: int, name: str) -> Order:
    return tier, -uses, len(name), name


def _score(tier: int) -> float:
    return float(len(TIERS) - tier)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit() or len(cursor) > 9:
        raise InvalidInput("cursor_invalid", f"The cursor `{cursor}` can't be read.", "Start again without one.")
    return int(cursor)
