"""The full-text index of the catalog: what of a table is found, kept in the transaction of each change.

One document a table, in five parts: its name and database; its columns; what is said of it and them; its tags and
terms; the types of its columns. All of it is cut into words here, so that every kind of store finds the same:
``dep_delay`` is the words ``dep delay`` one behind the other, and ``depDelay`` is found by ``depdelay`` besides.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from ..store.catalog_tables import tables, words
from .models import Table
from .repository import CatalogRepository

__all__ = ["MAX_WORD", "PARTS", "document", "forget", "index", "remember", "token", "vector", "words_of"]

PARTS = ("name", "columns", "text", "tags", "types")
MAX_WORD = 64
"""Longer words are found, but nobody is corrected to one."""
_WEIGHTS = {"name": "A", "columns": "B", "text": "C", "tags": "C", "types": "D"}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"(tag|term|source|database|format|owner)x[0-9a-f]{16}\Z")


@lru_cache(maxsize=65_536)
def words_of(text: str, *, humps: bool = True) -> tuple[str, ...]:
    """The words of a text, in lower case and without accents.

    Parameters
    ----------
    humps: ``depDelay`` is three words, ``depdelay dep delay``; without it is one, as those who search write it.
    """
    found = []
    for word in _WORD.findall(_plain(text)):
        found.append(word.lower())
        parts = _CAMEL.split(word) if humps else ()
        if len(parts) > 1:
            found += [part.lower() for part in parts]
    return tuple(found)


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def token(kind: str, *values: str) -> str:
    """A word that stands for a tag, a source, a format …, whatever characters it has: one word to any tokenizer."""
    return f"{kind}x{hashlib.sha256(chr(0).join(values).encode()).hexdigest()[:16]}"


def document(table: Table) -> dict[str, str]:
    """The words of a table, by part."""
    columns = [column.name for column in table.version.columns]
    columns += [key.name for key in table.version.partition_keys]
    said = [table.description or "", table.comment or "", table.owner or ""]
    said += [column.comment or "" for column in table.version.columns]
    said += [str(note.get("description") or "") for note in table.column_notes.values()]
    said += [f"{key} {value}" for key, value in table.attributes.items()]
    pairs = {pair for tags in (table.tags, *table.column_tags.values()) for pair in tags.items()}
    terms = {*table.terms, *(term for note in table.column_notes.values() for term in note.get("terms") or ())}
    tokens = [found for key, value in pairs for found in (token("tag", key), token("tag", key, value))]
    tokens += [token("term", term.lower()) for term in terms]
    tokens += [token("source", table.source), token("database", table.database), token("format", table.format)]
    tokens += [token("owner", table.owner)] if table.owner else []
    kinds = {column.type for column in table.version.columns} | {key.type for key in table.version.partition_keys}
    return {
        "name": _joined([table.name, table.database]),
        "columns": _joined(columns),
        "text": _joined(said),
        "tags": " ".join(
            [*sorted(tokens), _joined([*sorted(f"{key} {value}" for key, value in pairs), *sorted(terms)])]
        ),
        "types": _joined(sorted(kinds)),
    }


def _joined(texts: Iterable[str]) -> str:
    return " ".join(word for text in texts for word in words_of(text))


def index(connection: sa.Connection, repository: CatalogRepository, ids: Sequence[str]) -> None:
    """Bring the documents of tables up to date, in the transaction of what changed them."""
    numbers = _numbers(connection, ids)
    forget(connection, numbers.values())
    rows: list[dict[str, Any]] = [
        {"number": numbers[table.id], **document(table)} for table in repository.tables(connection, ids)
    ]
    if not rows:
        return
    remember(connection, rows)
    if connection.dialect.name == "sqlite":
        names, values = ", ".join(PARTS), ", ".join(f":{part}" for part in PARTS)
        statement = f"INSERT INTO catalog_fts (rowid, {names}) VALUES (:number, {values})"  # noqa: S608 - fixed names
    else:
        rows = [{"number": row["number"], "document": vector(row)} for row in rows]
        statement = "INSERT INTO catalog_fts (number, document) VALUES (:number, CAST(:document AS tsvector))"
    connection.execute(sa.text(statement), rows)


def vector(row: dict[str, Any]) -> str:
    """A document as PostgreSQL writes a ``tsvector``: words with their places and their part's weight."""
    found: list[str] = []
    place = 1
    for part in PARTS:
        for word in row[part].split():
            found.append(f"'{word}':{place}{_WEIGHTS[part]}")
            place += 1
        # A phrase does not reach from one part into the next.
        place += 1
    return " ".join(found)


def remember(connection: sa.Connection, documents: Iterable[dict[str, Any]]) -> None:
    """Add the words of documents to the vocabulary."""
    found = {word for row in documents for part in PARTS[:4] for word in row[part].split()}
    rows = [{"word": word} for word in sorted(found) if len(word) <= MAX_WORD and not _TOKEN.match(word)]
    if rows:
        statement = f"INSERT INTO {words.name} (word) VALUES (:word) ON CONFLICT DO NOTHING"  # noqa: S608 - as above
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
