"""Search in the catalog: ranked hits with facets, over what the principal may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..clock import Clock
from ..errors import InvalidInput
from ..store.engine import Store
from . import search_facets
from .access import AccessService
from .models import Principal, Table
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
    """Finds tables and their columns. Whatever a principal may not see is neither found, nor counted, nor shown."""

    def __init__(self, store: Store, clock: Clock, access: AccessService) -> None:
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
            look = _Look(connection, self._repository, self._access, principal, self._clock.now())
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
    ) -> None:
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
        if self._access.sees_all(self._principal):
            ranked = self._ranked(self._numbers(query, COUNTED + 1))
            found, counted = len(ranked), ranked[:COUNTED]
            facets = search_facets.of_rows(self._connection, [row for row, _ in counted], self._now)
            chosen = self._loaded(counted[offset:after])
        else:
            visible = self._visible(query)
            found = len(visible)
            facets = search_facets.of_tables([table for table, _ in visible[:COUNTED]], self._now)
            chosen = visible[:COUNTED][offset:after]
        total = min(found, COUNTED)
        return Found(
            total=total,
            hits=tuple(hit(table, score, query) for table, score in chosen),
            facets=facets,
            next_cursor=str(after) if after < total else None,
            approximate=found > total,
        )

    # -- matching --------------------------------------------------------------------------------------------

    def _numbers(self, query: Query, most: int | None) -> dict[int, int]:
        """Numbers of matching tables with their tier, the first tier first.

        A set that is larger than `most` is cut where it stands: what half of all tables have tells nothing, and to
        rank them all takes as long as to read them.
        """
        if not query.words:
            return dict.fromkeys(self._matching(query, "all", {}, most), 0)
        endings: dict[str, list[str]] = {}
        for word in query.words:
            last = words_of(word, humps=False)[-1]
            known = self._vocabulary.endings(last, ENDINGS + 1)
            if known is not None and not known:
                return {}
            if known is not None and len(known) <= ENDINGS:
                endings[last] = known
        found: dict[int, int] = {}
        for tier, where in enumerate(TIERS):
            for number in self._matching(query, where, endings, most):
                found.setdefault(number, tier)
            if most is not None and len(found) >= most:
                break
        return found

    def _matching(
        self, query: Query, where: str, endings: Mapping[str, Sequence[str]], most: int | None
    ) -> Sequence[int]:
        """Numbers of tables that match, in no order that means anything."""
        parts, values = self._conditions(query)
        match = fts5(query, where, endings) if self._sqlite else tsquery(query, where, endings)
        if not match:
            parts.append("t.state = 'active'")
            # Whoever looks without a word begins with what is used most.
            source, key, order = "catalog_tables t", "t.number", " ORDER BY t.uses DESC, t.name DESC"
        else:
            values["match"] = match
            source, key, order = "catalog_fts", "catalog_fts.rowid" if self._sqlite else "catalog_fts.number", ""
            if parts:
                source += f" JOIN catalog_tables t ON t.number = {key}"
            parts.append("catalog_fts MATCH :match" if self._sqlite else "document @@ CAST(:match AS tsquery)")
        cut = "" if most is None else " LIMIT :most"
        statement = f"SELECT {key} FROM {source} WHERE {' AND '.join(parts)}{order}{cut}"
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

    def _ranked(self, numbers: Mapping[int, int]) -> list[tuple[Any, float]]:
        """What is read of tables with their scores, the best first: by tier, then by use, then the shorter name."""
        if not numbers:
            return []
        # The numbers are the store's own: to bind a thousand takes longer than to find them. Values as the database
        # has them, moments too: to convert a thousand takes longer than to count them.
        listed = ",".join(map(str, numbers))
        statement = f"SELECT {', '.join(COLUMNS)} FROM catalog_tables WHERE number IN ({listed})"
        found = self._connection.exec_driver_sql(statement).all()
        # Number, name and uses stand at 0, 2 and 3: to look them up by name costs more than to sort.
        rows = sorted(found, key=lambda row: _order(numbers[row[0]], row[3], row[2]))
        return [(row, _score(numbers[row[0]])) for row in rows]

    def _loaded(self, ranked: Sequence[tuple[Any, float]]) -> list[tuple[Table, float]]:
        scores = {row.id: score for row, score in ranked}
        return [(table, scores[table.id]) for table in self._repository.tables(self._connection, list(scores))]

    def _visible(self, query: Query) -> list[tuple[Table, float]]:
        """Matches that are matches also by what the principal may see of them, ranked by that alone.

        All of them are looked at until there are enough: how many there are that are hidden shows nowhere.
        """
        numbers = list(self._numbers(query, None))
        found: list[tuple[tuple[int, int, int, str], Table]] = []
        for start in range(0, len(numbers), BATCH):
            batch = dict.fromkeys(numbers[start : start + BATCH], 0)
            loaded = [table for table, _ in self._loaded(self._ranked(batch))]
            for view in self._access.views(self._principal, loaded):
                tier = tier_of(view.table, query) if view is not None else None
                if view is not None and tier is not None:
                    found.append((_order(tier, view.table.uses, view.table.name), view.table))
            if len(found) > COUNTED:
                break
        found.sort(key=lambda item: (item[0], item[1].path))
        return [(table, _score(order[0])) for order, table in found]

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


def _order(tier: int, uses: int, name: str) -> tuple[int, int, int, str]:
    return tier, -uses, len(name), name


def _score(tier: int) -> float:
    return float(len(TIERS) - tier)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit() or len(cursor) > 9:
        raise InvalidInput("cursor_invalid", f"The cursor `{cursor}` can't be read.", "Start again without one.")
    return int(cursor)
