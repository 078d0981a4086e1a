"""What a user types into the search: words, phrases, and filters such as ``tag:pii=yes type:timestamp owner:me``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from ..errors import InvalidInput
from .search_index import token

__all__ = ["FILTERS", "Query", "fts5", "parse", "tsquery"]

FILTERS = ("tag", "type", "owner", "source", "format", "database", "term", "quality", "fresh")
MAX_TEXT = 1000
_PART = re.compile(r'(?:(?P<key>[a-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
_AGE = re.compile(r"(\d{1,5})([hdw])\Z")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_TOKEN = re.compile(r"\w", re.UNICODE)


@dataclass(frozen=True)
class Query:
    """A parsed search.

    words: Each must begin a word of a name, a column, a description, a tag or a term; a phrase is several in a row.
    tags: Pairs of key and value; the value None for any.
    types: What types of columns begin with.
    exact: Further filters by kind (`source`, `format`, `database`, `owner`, `term`): values that must all be there.
    quality: ``ok``, ``failing`` or ``unknown``.
    fresh: Changed within this time.
    """

    words: tuple[str, ...] = ()
    tags: tuple[tuple[str, str | None], ...] = ()
    types: tuple[str, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    quality: str | None = None
    fresh: timedelta | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the search."""
        return self == Query()

    def with_words(self, words: tuple[str, ...]) -> Query:
        """The same with other words."""
        return replace(self, words=words)


def parse(text: str, me: str) -> Query:
    """Read a search; what looks like a filter but is none is a word.

    Parameters
    ----------
    me: Whom ``owner:me`` means.

    Raises
    ------
    InvalidInput: ``search_too_long``; ``search_invalid`` for a value that a filter does not take.
    """
    if len(text) > MAX_TEXT:
        raise InvalidInput(
            "search_too_long", f"The search has more than {MAX_TEXT} characters.", "Shorten it.", field="q"
        )
    words: list[str] = []
    tags: list[tuple[str, str | None]] = []
    types: list[str] = []
    exact: list[tuple[str, str]] = []
    quality, fresh = None, None
    for match in _PART.finditer(text.replace("\0", " ")):
        key, value = match["key"], match["phrase"] if match["phrase"] is not None else match["word"]
        if key not in FILTERS or not value:
            words.append(value if key is None else f"{key} {value}")
        elif key == "tag":
            name, separator, given = value.partition("=")
            tags.append((name, given if separator else None))
        elif key == "type":
            types.append(value.lower())
        elif key == "quality":
            quality = _quality(value)
        elif key == "fresh":
            fresh = _age(value)
        elif key == "owner":
            exact.append((key, me if value == "me" else value))
        else:
            exact.append((key, value.lower()))
    kept = tuple(word for word in words if _TOKEN.search(word))
    return Query(kept, tuple(tags), tuple(types), tuple(exact), quality, fresh)


def _quality(value: str) -> str:
    if value not in ("ok", "failing", "unknown"):
        raise InvalidInput(
            "search_invalid", f"`quality:{value}` is no state.", "Use `quality:ok`, `failing` or `unknown`.", field="q"
        )
    return value


def _age(value: str) -> timedelta:
    match = _AGE.match(value)
    if match is None:
        raise InvalidInput(
            "search_invalid",
            f"`fresh:{value}` is no time.",
            "Use hours, days or weeks: `fresh:12h`, `fresh:7d`.",
            field="q",
        )
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _tokens(query: Query) -> list[str]:
    found = [token("tag", key) if value is None else token("tag", key, value) for key, value in query.tags]
    return found + [token(kind, value) for kind, value in query.exact]


def fts5(query: Query, *, named: bool = False) -> str:
    """The query for SQLite's FTS5; empty where only the store can answer it. Each text is quoted.

    Parameters
    ----------
    named: Words must be in the table's or the database's name.
    """
    where = "name" if named else "{name columns text tags}"
    parts = [f"{where} : {_quoted(word)} *" for word in query.words]
    parts += [f"types : {_quoted(kind)} *" for kind in query.types if _TOKEN.search(kind)]
    parts += [f"tags : {_quoted(item)}" for item in _tokens(query)]
    return " AND ".join(f"({part})" for part in parts)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def tsquery(query: Query, *, named: bool = False) -> str:
    """The query for PostgreSQL's ``to_tsquery('simple', …)``; empty as `fts5`. Each text is quoted."""
    parts = [f"{_literal(word)}:*{'A' if named else 'ABC'}" for word in query.words]
    parts += [f"{_literal(kind)}:*D" for kind in query.types if _TOKEN.search(kind)]
    parts += [f"{_literal(item)}:C" for item in _tokens(query)]
    return " & ".join(f"({part})" for part in parts)


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
