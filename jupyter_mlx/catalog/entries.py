"""What the search finds that is no table: kept, indexed and shown in the same shape as tables with columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
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

__all__ = ["as_table", "facets_of", "hit_of", "load", "put", "remove", "wanted"]

_KEPT = ("name", "group", "part_kind", "description", "owner", "tags")


def put(connection: sa.Connection, found: Iterable[Entry]) -> None:
    """Keep entries, in place of those with their ids, in the transaction of what changed them."""
    every = list(found)
    remove(connection, [entry.id for entry in every])
    rows: list[dict[str, Any]] = []
    for entry in every:
        data = {name: getattr(entry, name) for name in _KEPT} | {"parts": [asdict(part) for part in entry.parts]}
        data["tags"] = dict(entry.tags)
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


def load(connection: sa.Connection, numbers: Sequence[int]) -> list[tuple[int, Entry]]:
    """Entries by number."""
    query = sa.select(entries).where(entries.c.number.in_(numbers)).order_by(entries.c.number)
    return [(row.number, _entry(row)) for row in connection.execute(query)]


def _entry(row: Any) -> Entry:
    data = row.data
    parts = tuple(EntryPart(**part) for part in data["parts"])
    return Entry(row.kind, id=row.id, updated_at=row.updated_at, parts=parts, **{name: data[name] for name in _KEPT})


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
    found: Sequence[Entry], facets: Mapping[str, Mapping[str, int]], tables: int, now: datetime
) -> dict[str, dict[str, int]]:
    """The facets of tables with those of entries, and how many there are of each kind."""
    own = search_facets.of_tables([as_table(entry) for entry in found], now)
    counted = {name: Counter(facets.get(name, {})) for name in search_facets.NAMES}
    for name in ("owner", "freshness", "tag"):
        counted[name].update(own.get(name, {}))
    kinds = Counter({"table": tables} if tables else {})
    kinds.update(entry.kind for entry in found)
    return search_facets.shown({**counted, "kind": kinds})
