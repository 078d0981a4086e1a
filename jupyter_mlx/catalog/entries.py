"""What the search finds that is no table: kept, indexed and shown in the same shape as tables with columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..store.catalog_tables import entries
from . import search_facets
from .models import Column, Table, TableVersion
from .port import Entry, EntryPart
from .search_hits import hit
from .search_index import PARTS, document, remember, vector
from .search_query import Query

__all__ = ["Kept", "as_table", "facets_of", "hit_of", "load", "look", "put", "remove", "wanted"]

_KEPT = ("name", "group", "part_kind", "description", "owner", "tags")
_APART = "\x1f"


def put(connection: sa.Connection, found: Iterable[Entry]) -> None:
    """Keep entries, in place of those with their ids, in the transaction of what changed them."""
    every = list(found)
    remove(connection, [entry.id for entry in every])
    rows: list[dict[str, Any]] = []
    for entry in every:
        data = {name: getattr(entry, name) for name in _KEPT} | {"parts": [asdict(part) for part in entry.parts]}
        data |= {"tags": dict(entry.tags), "pairs": _APART.join(_pairs(entry))}
        values = {"kind": entry.kind, "id": entry.id, "data": data, "updated_at": entry.updated_at}
        made = connection.execute(sa.insert(entries).values(**values)).inserted_primary_key
        assert made is not None
        rows.append({"number": made[0], **document(as_table(entry))})
    if not rows:
        return
    remember(connection, rows)
    if connection.dialect.name == "sqlite":
        names, values_ = ", ".join(PARTS), ", ".join(f":{part}" for part in PARTS)
        statement = f"INSERT INTO catalog_fts_entries (rowid, {names}) VALUES (:number, {values_})"  # noqa: S608 - fixed
    else:
        rows = [{"number": row["number"], "document": vector(row)} for row in rows]
        statement = "INSERT INTO catalog_fts_entries (number, document) VALUES (:number, CAST(:document AS tsvector))"
    connection.execute(sa.text(statement), rows)


def remove(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Forget entries."""
    numbers = list(connection.execute(sa.select(entries.c.number).where(entries.c.id.in_(ids))).scalars())
    if not numbers:
        return
    key = "rowid" if connection.dialect.name == "sqlite" else "number"
    statement = f"DELETE FROM catalog_fts_entries WHERE {key} = :number"  # noqa: S608 - fixed
    connection.execute(sa.text(statement), [{"number": number} for number in numbers])
    connection.execute(sa.delete(entries).where(entries.c.number.in_(numbers)))


@dataclass(frozen=True)
class Kept:
    """What is read of an entry to rank and to count it.

    pairs: The tags of it and of its parts, ``key=value`` each.
    entry: All of it, where that was read.
    """

    number: int
    kind: str
    id: str
    name: str
    owner: str
    pairs: tuple[str, ...]
    updated_at: datetime
    entry: Entry | None = None

    @classmethod
    def of(cls, number: int, entry: Entry) -> Kept:
        """Of all of an entry."""
        return cls(number, entry.kind, entry.id, entry.name, entry.owner, _pairs(entry), entry.updated_at, entry)


def _pairs(entry: Entry) -> tuple[str, ...]:
    tags = (entry.tags, *(part.tags for part in entry.parts))
    return tuple(sorted({f"{key}={value}" for some in tags for key, value in some.items()}))


def look(connection: sa.Connection, numbers: Sequence[int]) -> list[Kept]:
    """Entries by number, without what only a hit shows: to read that of hundreds takes longer than to find them."""
    name, owner, pairs = (entries.c.data[key].as_string() for key in ("name", "owner", "pairs"))
    query = sa.select(entries.c.number, entries.c.kind, entries.c.id, name, owner, pairs, entries.c.updated_at)
    rows = connection.execute(query.where(entries.c.number.in_(numbers)).order_by(entries.c.number))
    return [Kept(*row[:5], tuple(row[5].split(_APART)) if row[5] else (), row[6]) for row in rows]


def load(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, Entry]:
    """Entries by number."""
    query = sa.select(entries).where(entries.c.number.in_(numbers)).order_by(entries.c.number)
    return {row.number: _entry(row) for row in connection.execute(query)}


def _entry(row: Any) -> Entry:
    parts = tuple(EntryPart(**part) for part in row.data["parts"])
    known = {name: row.data[name] for name in _KEPT}
    return Entry(row.kind, id=row.id, updated_at=row.updated_at, parts=parts, **known)


# -- in the shape of tables ----------------------------------------------------------------------------------


def wanted(query: Query) -> bool:
    """Whether a query can mean entries: what only tables have asks for tables."""
    return query.kind != "table" and query.quality is None and all(kind == "owner" for kind, _ in query.exact)


def as_table(entry: Entry) -> Table:
    """An entry as the search sees a table: its parts are the columns, its group the database."""
    tags = dict(entry.tags)
    columns = tuple(Column(part.name, part.type, comment=part.description or None) for part in entry.parts)
    return Table(
        id=entry.id,
        source_id="",
        source="",
        database_id="",
        database=entry.group,
        name=entry.name,
        identity="",
        state="active",
        version=TableVersion(1, columns, (), (), (), entry.updated_at),
        versions=1,
        format="",
        classifier="",
        location="",
        parameters={},
        partitions=0,
        files=None,
        bytes=None,
        rows=None,
        rows_exact=True,
        comment=None,
        created_at=entry.updated_at,
        updated_at=entry.updated_at,
        tags=tags,
        column_tags={part.name: {**tags, **part.tags} for part in entry.parts},
        description=entry.description or None,
        owner=entry.owner or None,
    )


def hit_of(entry: Entry, score: float, query: Query) -> dict[str, Any]:
    """A match as the contract has it: of the entry, or of its only part that matches."""
    path = f"{entry.group}/{entry.name}"
    found = hit(as_table(entry), score, query, path)
    kind = entry.kind if found["kind"] == "table" else entry.part_kind
    return {**found, "kind": kind, "source": entry.group, "format": ""}


def facets_of(
    found: Sequence[Kept], facets: Mapping[str, Mapping[str, int]], tables: int, now: datetime
) -> dict[str, dict[str, int]]:
    """The facets of tables with those of entries, and how many there are of each kind."""
    counted = {name: Counter(facets.get(name, {})) for name in search_facets.NAMES}
    counted["owner"].update(kept.owner for kept in found if kept.owner)
    counted["freshness"].update(search_facets.ages(now, [kept.updated_at for kept in found]))
    for kept in found:
        counted["tag"].update(kept.pairs)
    counted["kind"] = Counter({"table": tables} if tables else {})
    counted["kind"].update(kept.kind for kept in found)
    return search_facets.shown(counted)
