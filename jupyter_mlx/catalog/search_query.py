"""What a user types into the search: words, phrases, and filters such as ``tag:pii=yes type:timestamp owner:me``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from ..errors import InvalidInput
from .search_index import token, words_of

__all__ = ["FILTERS", "Query", "fts5", "parse", "tsquery"]

FILTERS = ("tag", "type", "owner", "source", "format", "database", "term", "quality", "fresh", "kind")
MAX_TEXT = 1000
_PART = re.compile(r'(?:(?P<key>[a-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
_AGE = re.compile(r"(\d{1,5})([hdw])\Z")
_KINDS = {"table": "table", "column": "table"} | dict.fromkeys(("feature_view", "view", "feature"), "feature_view")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
NONE: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True)
class Query:
    """A parsed search.

    words: Each must begin a word of a name, a column, a description, a tag or a term; a phrase is several in a row.
    tags: Pairs of key and value; the value None for any.
    types: What types of columns begin with.
    exact: Further filters by kind (`source`, `format`, `database`, `owner`, `term`): values that must all be there.
    quality: ``ok``, ``failing`` or ``unknown``.
    fresh: Changed within this time.
    kind: ``table`` or ``feature_view``; None for any.
    """

    words: tuple[str, ...] = ()
    tags: tuple[tuple[str, str | None], ...] = ()
    types: tuple[str, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    quality: str | None = None
    fresh: timedelta | None = None
    kind: str | None = None

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
    quality, fresh, kind = None, None, None
    for match in _PART.finditer(text.replace("\0", " ")):
        key, value = match["key"], match["phrase"] if match["phrase"] is not None else match["word"]
        if key not in FILTERS or not value:
            words.append(value if key is None else f"{key} {value}")
        elif key == "tag":
            name, separator, given = value.partition("=")
            tags.append((name, given if separator else None))
        elif key == "type":
            types += [value.lower()] if words_of(value) else []
        elif key == "quality":
            quality = _quality(value)
        elif key == "fresh":
            fresh = _age(value)
        elif key == "kind":
            kind = _kind(value)
        elif key == "owner":
            exact.append((key, me if value == "me" else value))
        else:
            exact.append((key, value.lower()))
    kept = tuple(word for word in words if words_of(word, humps=False))
    return Query(kept, tuple(tags), tuple(types), tuple(exact), quality, fresh, kind)


def _quality(value: str) -> str:
    if value not in ("ok", "failing", "unknown"):
        raise InvalidInput(
            "search_invalid", f"`quality:{value}` is no state.", "Use `quality:ok`, `failing` or `unknown`.", field="q"
        )
    return value


def _kind(value: str) -> str:
    found = _KINDS.get(value.lower())
    if found is None:
        raise InvalidInput(
            "search_invalid", f"`kind:{value}` is no kind.", "Use `kind:table` or `kind:feature_view`.", field="q"
        )
    return found


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


def fts5(query: Query, where: str = "all", endings: Mapping[str, Sequence[str]] = NONE) -> str:
    """The query for SQLite's FTS5; empty where only the store can answer it. It holds letters and digits, quoted.

    Parameters
    ----------
    where: Words must be in the table's or the database's ``name``, in that or the ``columns``, or anywhere (``all``).
    endings: Words by what they begin with, where they are known: to look for some words is faster than for a prefix.
    """
    columns = {"name": "name", "columns": "{name columns}", "all": "{name columns text tags}"}[where]
    parts = []
    for word in query.words:
        *first, last = words_of(word, humps=False)
        if last in endings:
            phrases = " OR ".join(f'"{" ".join([*first, ending])}"' for ending in endings[last])
        else:
            phrases = f'"{" ".join([*first, last])}" *'
        parts.append(f"{columns} : ({phrases})")
    parts += [f'types : "{" ".join(words_of(kind, humps=False))}" *' for kind in query.types]
    parts += [f'tags : "{item}"' for item in _tokens(query)]
    return " AND ".join(f"({part})" for part in parts)


def tsquery(query: Query, where: str = "all", endings: Mapping[str, Sequence[str]] = NONE) -> str:
    """The query as PostgreSQL writes a ``tsquery``; as `fts5` for the rest."""
    weight = {"name": "A", "columns": "AB", "all": "ABC"}[where]
    parts = []
    for word in query.words:
        *first, last = words_of(word, humps=False)
        ends = [f"'{ending}':{weight}" for ending in endings[last]] if last in endings else [f"'{last}':*{weight}"]
        phrases = (" <-> ".join([*(f"'{item}':{weight}" for item in first), end]) for end in ends)
        parts.append(" | ".join(f"({phrase})" for phrase in phrases))
    for kind in query.types:
        *first, last = words_of(kind, humps=False)
        parts.append(" <-> ".join([*(f"'{item}':D" for item in first), f"'{last}':*D"]))
    parts += [f"'{item}':C" for item in _tokens(query)]
    return " & ".join(f"({part})" for part in parts)
