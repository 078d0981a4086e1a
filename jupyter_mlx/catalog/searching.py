"""Search in the catalog: ranked hits with facets, over what the principal may see."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from ..clock import Clock
from ..errors import InvalidInput
from ..store.catalog_tables import tables
from ..store.engine import Store
from .access import AccessService
from .models import Principal, Table
from .repository import CatalogRepository
from .search_index import document, token, words_of
from .search_query import Query, fts5, parse, tsquery

__all__ = ["Found", "SearchService"]

COUNTED = 1000
"""Matches that are ranked against each other, and counted; of more it is only said that there are more."""
SQLITE_RANK = "bm25(catalog_fts, 10.0, 5.0, 2.0, 2.0, 0.0)"
POSTGRESQL_RANK = "-ts_rank_cd('{0.0, 0.2, 0.5, 1.0}', document, query)"
_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True)
class Found:
    """A page of hits; `approximate` where there are more matches than were counted for the facets."""

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
        shown = " ".join(near)
        return Found(**{**vars(again), "corrected": shown}) if again.total else found


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

    def page(self, query: Query, offset: int, limit: int) -> Found:
        """A page of hits of a query."""
        if self._access.sees_all(self._principal):
            ranked = self._ranked(query, max(COUNTED + 1, offset + limit + 1))
            # There are more, or else all of them are here.
            total = len(ranked)
            chosen = self._loaded(ranked[offset : offset + limit])
            facets = self._facets([number for number, _ in ranked[:COUNTED]])
            approximate = total > COUNTED
        else:
            visible, approximate = self._visible(query)
            total = len(visible)
            chosen = visible[offset : offset + limit]
            facets = _facets_of((table for table, _ in visible), self._now)
        hits = tuple(_hit(table, score, query) for table, score in chosen)
        after = offset + limit
        return Found(total, hits, facets, str(after) if after < total else None, None, approximate)

    # -- matching --------------------------------------------------------------------------------------------

    def _ranked(self, query: Query, most: int) -> list[tuple[int, float]]:
        """Matches by rank, the lower the better: those in whose names all words are first, then the others.

        A set that is larger than `most` is not ranked within: what half of all tables have tells nothing, and to rank
        them all costs as long as to read them.
        """
        found: dict[int, float] = {}
        if query.words:
            found.update(self._some(query, most, named=True))
        if len(found) < most:
            behind = max(found.values(), default=0.0) + 1.0
            for number, rank in self._some(query, most, named=False):
                found.setdefault(number, behind + rank)
                if len(found) == most:
                    break
        return list(found.items())

    def _some(self, query: Query, most: int, *, named: bool) -> list[tuple[int, float]]:
        source, key, rank, values = self._from(query, named=named)
        few = f"SELECT {key} FROM {source} LIMIT :most"
        numbers = self._connection.execute(sa.text(few), {**values, "most": most}).scalars().all()
        if len(numbers) >= most or not rank:
            return [(number, 0.0) for number in numbers]
        ordered = f"SELECT {key}, {rank} AS rank FROM {source} ORDER BY rank LIMIT :most"
        rows = self._connection.execute(sa.text(ordered), {**values, "most": most})
        return [(row[0], float(row[1])) for row in rows]

    def _from(self, query: Query, *, named: bool) -> tuple[str, str, str, dict[str, Any]]:
        """FROM and WHERE of the matches, their number, their rank (empty for none), and the values that are bound."""
        values: dict[str, Any] = {}
        match = fts5(query, named=named) if self._sqlite else tsquery(query, named=named)
        parts = []
        if query.quality is not None:
            parts.append("t.quality = :quality")
            values["quality"] = query.quality
        if query.fresh is not None:
            parts.append("t.updated_at >= :since")
            # SQLite holds moments as text.
            since = self._now - query.fresh
            values["since"] = since.strftime("%Y-%m-%d %H:%M:%S.%f") if self._sqlite else since
        if not match:
            parts.append("t.state = 'active'")
            return f"catalog_tables t WHERE {' AND '.join(parts)} ORDER BY t.uses DESC, t.name", "t.number", "", values
        values["match"] = match
        if self._sqlite:
            source, key, rank = "catalog_fts", "catalog_fts.rowid", SQLITE_RANK
            parts.append("catalog_fts MATCH :match")
        else:
            source, key = "catalog_fts CROSS JOIN to_tsquery('simple', :match) AS query", "catalog_fts.number"
            rank = POSTGRESQL_RANK
            parts.append("document @@ query")
        if len(parts) > 1:
            source += f" JOIN catalog_tables t ON t.number = {key}"
        return f"{source} WHERE {' AND '.join(parts)}", key, rank, values

    def _loaded(self, ranked: Sequence[tuple[int, float]]) -> list[tuple[Table, float]]:
        """Tables with their scores; of those that match as well as each other the most used first."""
        query = sa.select(tables.c.number, tables.c.id).where(tables.c.number.in_([number for number, _ in ranked]))
        ids = {row.number: row.id for row in self._connection.execute(query)}
        scores = {ids[number]: round(-rank, 6) for number, rank in ranked if number in ids}
        found = self._repository.tables(self._connection, list(scores))
        found.sort(key=lambda table: (-scores[table.id], -table.uses, table.path))
        return [(table, scores[table.id]) for table in found]

    def _visible(self, query: Query) -> tuple[list[tuple[Table, float]], bool]:
        """Matches that are matches also by what the principal may see of them; whether some were not looked at."""
        ranked = self._ranked(query, COUNTED + 1)
        loaded = self._loaded(ranked[:COUNTED])
        views = self._access.views(self._principal, [table for table, _ in loaded])
        found = [
            (view.table, score)
            for (_, score), view in zip(loaded, views, strict=True)
            if view is not None and _matches(view.table, query)
        ]
        return found, len(ranked) > COUNTED

    # -- facets ----------------------------------------------------------------------------------------------

    def _facets(self, numbers: Sequence[int]) -> dict[str, dict[str, int]]:
        """Counts by value, of tables by number; read from the few columns that they need."""
        statement = (
            'SELECT t.id, t.database_id, t.format, t.quality, t.updated_at, s.name AS source, d.name AS "database" '
            f"FROM catalog_tables t JOIN {self._given('numbers', 'INTEGER')} ON t.number = given.value "
            "JOIN catalog_sources s ON s.id = t.source_id JOIN catalog_databases d ON d.id = t.database_id"
        )
        rows = self._connection.execute(sa.text(statement), {"numbers": self._list(numbers)}).all()
        if not rows:
            return {}
        found, below, formats, qualities, moments, places, spaces = zip(*rows, strict=True)
        ids = dict(zip(found, below, strict=True))
        counted = {
            "source": Counter(places),
            "format": Counter(formats),
            "database": Counter(spaces),
            "freshness": Counter(_freshness(self._now, _moment(moment)) for moment in moments),
            "quality": Counter(qualities),
        }
        counted["tag"] = self._tag_counts(ids)
        owned = (
            f"SELECT n.owner FROM catalog_notes n JOIN {self._given('ids', 'TEXT')} "
            "ON n.resource_id = given.value WHERE n.column_name = ''"
        )
        owners = self._connection.execute(sa.text(owned), {"ids": self._list(ids)}).scalars()
        counted["owner"] = Counter(owner for owner in owners if owner)
        return {name: dict(counted[name].most_common(20)) for name in _FACETS if counted[name]}

    def _tag_counts(self, ids: dict[str, str]) -> Counter[str]:
        """How many of the tables have a tag: of their own, on a column, or from their database."""
        below = Counter(ids.values())
        statement = (
            "SELECT DISTINCT g.resource_id, g.key, g.value "
            f"FROM catalog_tags g JOIN {self._given('ids', 'TEXT')} ON g.resource_id = given.value"
        )
        have = self._connection.execute(sa.text(statement), {"ids": self._list([*ids, *below])}).all()
        own = {(row.resource_id, f"{row.key}={row.value}") for row in have if row.resource_id in ids}
        inherited = {(row.resource_id, f"{row.key}={row.value}") for row in have if row.resource_id not in ids}
        counted = Counter(pair for _, pair in own)
        for database, pair in inherited:
            both = sum(1 for table, other in own if other == pair and ids[table] == database)
            counted[pair] += below[database] - both
        return counted

    def _given(self, name: str, kind: str) -> str:
        """A list that is bound as one value, as a table: a thousand bound values take longer to write than to find."""
        if self._sqlite:
            return f"(SELECT value FROM json_each(:{name})) AS given"
        return (
            f"(SELECT CAST(item AS {kind}) AS value FROM json_array_elements_text(CAST(:{name} AS JSON)) item) AS given"
        )

    @staticmethod
    def _list(values: Iterable[Any]) -> str:
        return json.dumps(list(values))

    # -- spelling --------------------------------------------------------------------------------------------

    def near(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """The words that are nearest to those given, among all that the principal may see; None where none is."""
        if not self._access.sees_all(self._principal):
            return None
        corrected = []
        for word in words:
            known = self._vocabulary(word.lower())
            if any(term.startswith(word.lower()) for term in known):
                corrected.append(word)
                continue
            letters = set(word.lower())
            likely = [term for term in known if len(letters - set(term)) <= 2 and len(set(term) - letters) <= 2]
            near = difflib.get_close_matches(word.lower(), likely, 1, 0.7)
            if not near:
                return None
            corrected.append(near[0])
        return tuple(corrected)

    def _vocabulary(self, word: str) -> list[str]:
        """Indexed words that a misspelled one may mean: of about its length, with its first or second letter first."""
        least, most = max(1, len(word) - 2), len(word) + 2
        if self._sqlite:
            self._connection.exec_driver_sql(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.catalog_words USING fts5vocab('main', 'catalog_fts', 'row')"
            )
            statement = (
                "SELECT term FROM temp.catalog_words "
                "WHERE term >= :low AND term < :high AND length(term) BETWEEN :least AND :most"
            )
        else:
            statement = (
                "SELECT word FROM ts_stat('SELECT document FROM catalog_fts') "
                "WHERE word >= :low AND word < :high AND length(word) BETWEEN :least AND :most"
            )
        found: list[str] = []
        for letter in dict.fromkeys(word[:2]):
            values = {"low": letter, "high": letter + "\U0010ffff", "least": least, "most": most}
            found += self._connection.execute(sa.text(statement), values).scalars()
        return found


# -- what is shown -------------------------------------------------------------------------------------------

_FACETS = ("source", "format", "database", "tag", "owner", "freshness", "quality")
_AGES = (("today", 1), ("this week", 7), ("this month", 31), ("this year", 366))


def _freshness(now: datetime, moment: datetime) -> str:
    return next((name for name, days in _AGES if now - moment <= timedelta(days=days)), "older")


def _moment(value: datetime | str) -> datetime:
    """A moment as the database has it: SQLite's text is in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _facets_of(found: Iterable[Table], now: datetime) -> dict[str, dict[str, int]]:
    counted: dict[str, Counter[str]] = {name: Counter() for name in _FACETS}
    for table in found:
        counted["source"][table.source] += 1
        counted["format"][table.format] += 1
        counted["database"][table.database] += 1
        counted["freshness"][_freshness(now, table.updated_at)] += 1
        if table.owner:
            counted["owner"][table.owner] += 1
        pairs = {pair for values in (table.tags, *table.column_tags.values()) for pair in values.items()}
        counted["tag"].update(f"{key}={value}" for key, value in pairs)
    return {name: dict(values.most_common(20)) for name, values in counted.items() if values}


@lru_cache(maxsize=65_536)
def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(text))


@lru_cache(maxsize=65_536)
def _named(name: str) -> str:
    """The words of a name: names come again and again."""
    return words_of(name)


def _matches(table: Table, query: Query) -> bool:
    """Whether a table, as it is shown, is a match: the index also knows what is hidden."""
    parts = document(table)
    text = _words(" ".join(parts[name] for name in ("name", "columns", "text", "tags")))
    kinds = _words(parts["types"])
    for word in query.words:
        wanted = _words(word)
        if not any(_begins(text[at:], wanted) for at in range(len(text))):
            return False
    if not all(any(kind.startswith(wanted) for kind in kinds) for wanted in query.types):
        return False
    tokens = set(_words(parts["tags"]))
    needed = [token("tag", key) if value is None else token("tag", key, value) for key, value in query.tags]
    return {*needed, *(token(kind, value) for kind, value in query.exact)} <= tokens


def _begins(text: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted or len(text) < len(wanted):
        return not wanted
    return tuple(text[: len(wanted) - 1]) == tuple(wanted[:-1]) and text[len(wanted) - 1].startswith(wanted[-1])


def _hit(table: Table, score: float, query: Query) -> dict[str, Any]:
    matched = _matching_columns(table, query)
    named = any(_has(_named(table.name), word) for word in query.words)
    only = matched[0] if len(matched) == 1 and not named else None
    return {
        "kind": "table" if only is None else "column",
        "id": table.id,
        "name": table.name if only is None else only,
        "path": table.path if only is None else f"{table.path}.{only}",
        "score": score,
        "snippet": _snippet(table, matched, query),
        "format": table.format,
        "source": table.source,
        "tags": table.tags if only is None else table.column_tags.get(only, {}),
        "columns": matched[:50],
        "state": table.state,
    }


@lru_cache(maxsize=65_536)
def _has(text: str, word: str) -> bool:
    words, wanted = _words(text), _words(word)
    return any(_begins(words[at:], wanted) for at in range(len(words)))


def _matching_columns(table: Table, query: Query) -> list[str]:
    """Columns that have a word of the query in their name, comment or description, and its tags and types."""
    if not (query.words or query.tags or query.types):
        return []
    kinds = {column.name: column.type for column in table.columns}
    kinds |= {key.name: key.type for key in table.version.partition_keys}
    comments = {column.name: column.comment or "" for column in table.columns}
    found = []
    for name, kind in kinds.items():
        own = table.column_tags.get(name, {})
        said = " ".join(
            filter(None, (_named(name), comments.get(name), table.column_notes.get(name, {}).get("description")))
        )
        tagged = all(key in own and value in (None, own[key]) for key, value in query.tags)
        inherited = all(table.tags.get(key) == own.get(key) for key, _ in query.tags)
        typed = all(kind.startswith(wanted) for wanted in query.types)
        worded = any(_has(said, word) for word in query.words)
        if tagged and typed and (worded or (not query.words and (bool(query.types) or not inherited))):
            found.append(name)
    return found


def _snippet(table: Table, matched: Sequence[str], query: Query) -> str:
    """Where it matched, with the words between ⟦ and ⟧: the description, else the columns, else the name."""
    said = table.description or table.comment or ""
    if said and any(_has(said, word) for word in query.words):
        return _mark(_around(said, query.words), query.words)
    if matched:
        return ", ".join(_mark(name, query.words) for name in matched[:8]) + (" …" if len(matched) > 8 else "")
    return _mark(said[:160] or table.path, query.words)


def _around(text: str, words: Sequence[str], size: int = 160) -> str:
    lowered = text.lower()
    places = [lowered.find(part) for word in words for part in _words(word)]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - size // 4)
    return ("… " if start else "") + text[start : start + size] + (" …" if start + size < len(text) else "")


def _mark(text: str, words: Sequence[str]) -> str:
    parts = sorted({part for word in words for part in _words(word)}, key=len, reverse=True)
    clean = text.replace("⟦", "").replace("⟧", "")
    if not parts:
        return clean
    pattern = re.compile(rf"(?<![^\W_])({'|'.join(map(re.escape, parts))})", re.IGNORECASE)
    return pattern.sub("⟦\\1⟧", clean)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit() or len(cursor) > 9:
        raise InvalidInput("cursor_invalid", f"The cursor `{cursor}` can't be read.", "Start again without one.")
    return int(cursor)
