"""The vocabulary of the index: which words begin so, and which are near to one that nothing has."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator

import sqlalchemy as sa

from .search_index import MAX_WORD

__all__ = ["Vocabulary"]

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
LAST = "\U0010ffff"


class Vocabulary:
    """Looks words up, inside the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def endings(self, beginning: str, most: int) -> list[str] | None:
        """Words that begin so, at most so many; None for a beginning that is longer than words are kept."""
        if len(beginning) > MAX_WORD:
            return None
        query = "SELECT word FROM catalog_words WHERE word >= :low AND word < :high ORDER BY word LIMIT :most"
        values = {"low": beginning, "high": beginning + LAST, "most": most}
        return list(self._connection.execute(sa.text(query), values).scalars())

    def near(self, word: str) -> str | None:
        """The word that is nearest to a misspelled one, among those that something still has; None where none is."""
        found = [item for item in self._one_off(word) if self._is_used(item)]
        if not found:
            likely = difflib.get_close_matches(word, self._alike(word), 3, 0.7)
            found = [item for item in likely if self._is_used(item)]
        closest = difflib.get_close_matches(word, found, 1, 0.0)
        return closest[0] if closest else None

    def _one_off(self, word: str) -> list[str]:
        """Words that are one letter away: left out, doubled, exchanged or swapped (P. Norvig's edits)."""
        given = json.dumps(sorted(set(_edits(word))))
        source = (
            "json_each(:given)" if self._sqlite else "json_array_elements_text(CAST(:given AS json)) AS given(value)"
        )
        query = f"SELECT w.word FROM {source} JOIN catalog_words w ON w.word = value ORDER BY w.word LIMIT 20"  # noqa: S608
        return list(self._connection.execute(sa.text(query), {"given": given}).scalars())

    def _alike(self, word: str) -> list[str]:
        """Words of about that length and mostly those letters, that begin with its first letter or its second."""
        query = sa.text(
            "SELECT word FROM catalog_words "
            "WHERE word >= :low AND word < :high AND length(word) BETWEEN :least AND :most"
        )
        letters = set(word)
        found: list[str] = []
        for letter in dict.fromkeys(word[:2]):
            values = {"low": letter, "high": letter + LAST, "least": max(1, len(word) - 2), "most": len(word) + 2}
            words = self._connection.execute(query, values).scalars()
            found += [item for item in words if len(letters - set(item)) <= 2 and len(set(item) - letters) <= 2]
        return found

    def _is_used(self, word: str) -> bool:
        if self._sqlite:
            query = (
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM catalog_fts WHERE catalog_fts MATCH :match) "
                "OR EXISTS (SELECT 1 FROM catalog_fts_entries WHERE catalog_fts_entries MATCH :match)"
            )
            values = {"match": f'"{word}"'}
        else:
            query = (
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM catalog_fts WHERE document @@ CAST(:match AS tsquery)) "
                "OR EXISTS (SELECT 1 FROM catalog_fts_entries WHERE document @@ CAST(:match AS tsquery))"
            )
            values = {"match": f"'{word}'"}
        return self._connection.execute(sa.text(query), values).first() is not None


def _edits(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in LETTERS)
