"""The full-text index of the catalog: what of a table is found, kept in the transaction of each change.

One document a table, in five parts: its name and database; its columns; what is said of it and them; its tags and
terms; the types of its columns. Names are indexed whole and by their words: ``dep_delay`` is found by ``delay`` too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from ..store.catalog_tables import tables
from .models import Table
from .repository import CatalogRepository

__all__ = ["PARTS", "document", "forget", "index", "token", "words_of"]

PARTS = ("name", "columns", "text", "tags", "types")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")


def words_of(name: str) -> str:
    """A name and its words: ``depDelay_min`` → ``depdelay_min dep delay min``."""
    parts = _WORD.findall(_CAMEL.sub(" ", name))
    whole = re.sub(r"\W+", "_", name).lower()
    return " ".join([whole, *(part.lower() for part in parts)] if len(parts) > 1 else [whole])


def token(kind: str, *values: str) -> str:
    """A word that stands for a tag, a source, a format …, whatever characters it has: one word to any tokenizer."""
    return f"{kind}x{hashlib.sha256(chr(0).join(values).encode()).hexdigest()[:16]}"


def document(table: Table) -> dict[str, str]:
    """What of a table is found, by part."""
    columns = [column.name for column in table.version.columns]
    columns += [key.name for key in table.version.partition_keys]
    said = [table.description or "", table.comment or "", table.owner or ""]
    said += [column.comment or "" for column in table.version.columns]
    said += [str(note.get("description") or "") for note in table.column_notes.values()]
    said += [f"{key} {value}" for key, value in table.attributes.items()]
    pairs = {pair for tags in (table.tags, *table.column_tags.values()) for pair in tags.items()}
    terms = {*table.terms, *(term for note in table.column_notes.values() for term in note.get("terms") or ())}
    tokens = [f"{token('tag', key)} {token('tag', key, value)} {key} {value}" for key, value in sorted(pairs)]
    tokens += [token("term", term.lower()) for term in sorted(terms)]
    tokens += [token("source", table.source), token("database", table.database), token("format", table.format)]
    tokens += [token("owner", table.owner)] if table.owner else []
    kinds = {column.type for column in table.version.columns} | {key.type for key in table.version.partition_keys}
    return {
        "name": f"{words_of(table.name)} {words_of(table.database)}",
        "columns": " ".join(words_of(name) for name in columns),
        "text": " ".join(filter(None, said)),
        "tags": " ".join([*tokens, *sorted(terms)]),
        "types": " ".join(sorted({re.split(r"[\W]", kind, maxsplit=1)[0] for kind in kinds})),
    }


def index(connection: sa.Connection, repository: CatalogRepository, ids: Sequence[str]) -> None:
    """Bring the documents of tables up to date, in the transaction of what changed them."""
    numbers = _numbers(connection, ids)
    forget(connection, numbers.values())
    rows = [{"number": numbers[table.id], **document(table)} for table in repository.tables(connection, ids)]
    if not rows:
        return
    names = ", ".join(PARTS)
    if connection.dialect.name == "sqlite":
        values = ", ".join(f":{part}" for part in PARTS)
        statement = f"INSERT INTO catalog_fts (rowid, {names}) VALUES (:number, {values})"  # noqa: S608 - fixed names
    else:
        weighted = (("name", "A"), ("columns", "B"), ("text", "C"), ("tags", "C"), ("types", "D"))
        parts = " || ".join(f"setweight(to_tsvector('simple', :{part}), '{weight}')" for part, weight in weighted)
        statement = f"INSERT INTO catalog_fts (number, document) VALUES (:number, {parts})"  # noqa: S608 - as above
    connection.execute(sa.text(statement), rows)


def forget(connection: sa.Connection, numbers: Iterable[int]) -> None:
    """Take documents out of the index."""
    rows = [{"number": number} for number in numbers]
    if rows:
        key = "rowid" if connection.dialect.name == "sqlite" else "number"
        connection.execute(sa.text(f"DELETE FROM catalog_fts WHERE {key} = :number"), rows)  # noqa: S608 - as above


def _numbers(connection: sa.Connection, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, Any] = {}
    for start in range(0, len(ids), 5000):
        query = sa.select(tables.c.id, tables.c.number).where(tables.c.id.in_(ids[start : start + 5000]))
        found |= {row.id: row.number for row in connection.execute(query)}
    return found
