"""What a search shows of a match: the hit with its snippet; and whether what a principal sees is a match at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from .models import Table
from .search_index import document, token, words_of
from .search_query import Query

__all__ = ["TIERS", "hit", "tier_of"]

TIERS = {"name": ("name",), "columns": ("name", "columns"), "all": ("name", "columns", "text", "tags")}
"""Where all words of a search are: in the name, before in name and columns, before in all that is said of a table."""


def tier_of(table: Table, query: Query) -> int | None:
    """In which tier a table, as it is shown, is a match; None where it is none, for the index knows what is hidden."""
    parts = {name: tuple(text.split()) for name, text in document(table).items()}
    if not all(_has(parts["types"], words_of(wanted, humps=False)) for wanted in query.types):
        return None
    needed = [token("tag", key) if value is None else token("tag", key, value) for key, value in query.tags]
    if not {*needed, *(token(kind, value) for kind, value in query.exact)} <= set(parts["tags"]):
        return None
    words = [words_of(word, humps=False) for word in query.words]
    for tier, names in enumerate(TIERS.values()):
        if all(any(_has(parts[name], word) for name in names) for word in words):
            return tier
    return None


def _has(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether these words stand there one behind the other, the last one by its beginning."""
    *first, last = wanted
    return any(
        words[at].startswith(last) and list(words[at - len(first) : at]) == first
        for at in range(len(first), len(words))
    )


@lru_cache(maxsize=65_536)
def _named(name: str, word: str) -> bool:
    """Whether a name has a word: names come again and again."""
    return _has(words_of(name), words_of(word, humps=False))


def _said(text: str, words: Iterable[str]) -> bool:
    found = words_of(text)
    return any(_has(found, words_of(word, humps=False)) for word in words)


def hit(table: Table, score: float, query: Query, path: str | None = None) -> dict[str, Any]:
    """A match as the contract has it: of the table, or of the only column that matches.

    Parameters
    ----------
    path: In place of the table's.
    """
    path = table.path if path is None else path
    matched = _matching_columns(table, query)
    named = any(_named(table.name, word) for word in query.words)
    only = matched[0] if len(matched) == 1 and not named else None
    return {
        "kind": "table" if only is None else "column",
        "id": table.id,
        "name": table.name if only is None else only,
        "path": path if only is None else f"{path}.{only}",
        "score": score,
        "snippet": _snippet(table, path, matched, query),
        "format": table.format,
        "source": table.source,
        "tags": table.tags if only is None else table.column_tags.get(only, {}),
        "columns": matched[:50],
        "state": table.state,
    }


def _matching_columns(table: Table, query: Query) -> list[str]:
    """Columns that have a word of the query in their name, comment or description, and its tags and types."""
    if not (query.words or query.tags or query.types):
        return []
    kinds = {column.name: column.type for column in table.columns}
    kinds |= {key.name: key.type for key in table.version.partition_keys}
    comments = {column.name: column.comment for column in table.columns if column.comment}
    found = []
    for name, kind in kinds.items():
        own = table.column_tags.get(name, {})
        tagged = all(key in own and value in (None, own[key]) for key, value in query.tags)
        inherited = all(table.tags.get(key) == own.get(key) for key, _ in query.tags)
        typed = all(kind.startswith(wanted) for wanted in query.types)
        if not (tagged and typed):
            continue
        if not query.words:
            worded = bool(query.types) or not inherited
        else:
            said = (comments.get(name), table.column_notes.get(name, {}).get("description"))
            worded = any(_named(name, word) for word in query.words) or any(
                _said(text, query.words) for text in said if text
            )
        if worded:
            found.append(name)
    return found


def _snippet(table: Table, path: str, matched: Sequence[str], query: Query) -> str:
    """Where it matched, with the words between ⟦ and ⟧: the description, else the columns, else the name."""
    said = table.description or table.comment or ""
    if said and _said(said, query.words):
        return _mark(_around(said, query.words), query.words)
    if matched:
        return ", ".join(_mark(name, query.words) for name in matched[:8]) + (" …" if len(matched) > 8 else "")
    return _mark(said[:160] or path, query.words)


def _around(text: str, words: Sequence[str], size: int = 160) -> str:
    lowered = text.lower()
    places = [lowered.find(part) for word in words for part in words_of(word, humps=False)]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - size // 4)
    return ("… " if start else "") + text[start : start + size] + (" …" if start + size < len(text) else "")


def _mark(text: str, words: Sequence[str]) -> str:
    clean = text.replace("⟦", "").replace("⟧", "")
    pattern = _marker(tuple(words))
    return pattern.sub("⟦\\1⟧", clean) if pattern is not None else clean


@lru_cache(maxsize=256)
def _marker(words: tuple[str, ...]) -> re.Pattern[str] | None:
    parts = {part for word in words for part in words_of(word, humps=False)}
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    if not longest_first:
        return None
    return re.compile(rf"(?<![^\W_])({'|'.join(map(re.escape, longest_first))})", re.IGNORECASE)
