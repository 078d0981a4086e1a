"""Redis: hashes grouped by their keys' pattern, as columns.

The location is ``redis://host:port/DB`` (``rediss://`` for TLS, ``unix://PATH?db=0``). Options: `pattern` (keys to look
at, ``*``), `sample` (hashes of a group that are read, 1,000), `separator` (``:``). Keys are walked with SCAN, which
never blocks the server. ``user:123`` and ``user:9f3a`` go to the table ``user``; ``user:123:cart`` to ``user:cart``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ...errors import InvalidInput, Unavailable
from ..models import Explanation, ObservedTable, Source, Unchanged
from ..port import CrawlContext
from .documents import Documents
from .options import Options, told

__all__ = ["RedisCrawler", "connect", "group_of", "hash_text", "hash_value", "translated"]

SAMPLE = 1_000
PAGE = 500
MAX_HASH = 1_000
"""Fields of a hash that are asked for; Redis answers small hashes whole."""

MAX_GROUPS = 10_000
"""Groups that are told apart; keys without a pattern would each be one."""

_IDENTIFIER = re.compile(
    r"\d+(\.\d+)*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{8,}|\d{4}-\d{2}(-\d{2})?.*",
    re.IGNORECASE,
)
_INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,18})\Z")
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?\Z")


def group_of(key: str, separator: str = ":") -> str:
    """The pattern of a key: its parts without those that look like an identifier.

    >>> group_of("user:123:cart")
    'user:cart'
    """
    parts = key.split(separator)
    kept = [part for part in parts if not _IDENTIFIER.fullmatch(part)]
    return separator.join(kept) or "keys"


@dataclass
class _Group:
    """Keys of one pattern: how many there are, and the hashes to read."""

    keys: int = 0
    sampled: list[bytes] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


class RedisCrawler:
    """Reads the hashes of one database."""

    def crawl(self, source: Source, context: CrawlContext) -> Iterator[ObservedTable | Unchanged]:
        """Yield a table for each pattern of keys that has hashes; see `Crawler`."""
        options = Options("redis", source.options, ("pattern", "sample", "separator"))
        pattern = options.text("pattern") or "*"
        sample = options.integer("sample", SAMPLE, 1, 1_000_000)
        separator = options.text("separator") or ":"
        import redis

        with translated(source, context.secret):
            client = connect(redis, source, context.secret)
        try:
            with translated(source, context.secret):
                groups = _walk(client, pattern, separator, sample, context)
            for name, group in sorted(groups.items()):
                for kind, count in sorted(group.others.items()):
                    context.skip(name, f"{count:,} keys of type {kind}: only hashes have columns")
                if group.sampled:
                    try:
                        with translated(source, context.secret):
                            found = _observe(client, source, name, group)
                    except Unavailable as error:
                        context.fail(f"{source.location}#{name}", "table_unreadable", error.message)
                    else:
                        context.read += 1
                        yield found
                context.tell()
        finally:
            client.close()


def connect(redis: Any, source: Source, secret: str | None) -> Any:
    """A client, made by the library that is given; nothing is connected yet."""
    try:
        return redis.Redis.from_url(
            source.location,
            **({"password": secret} if secret is not None else {}),
            socket_connect_timeout=10,
            socket_timeout=60,
        )
    except ValueError as error:
        raise InvalidInput(
            "location_invalid",
            f"{source.location} can't be read: {told(error, secret)}.",
            "Write it as `redis://host:6379/0`.",
            field="location",
        ) from error


def _walk(client: Any, pattern: str, separator: str, sample: int, context: CrawlContext) -> dict[str, _Group]:
    """All keys, grouped; the first hashes of each group are kept for reading."""
    groups: dict[str, _Group] = {}
    cursor: int | None = None
    while cursor != 0:
        cursor, keys = client.scan(cursor=cursor or 0, match=pattern, count=PAGE)
        pipeline = client.pipeline(transaction=False)
        for key in keys:
            pipeline.type(key)
        for key, kind in zip(keys, pipeline.execute(), strict=True):
            name = group_of(hash_text(key), separator)
            if name not in groups and len(groups) >= MAX_GROUPS:
                name = "keys"
            group = groups.setdefault(name, _Group())
            if kind == b"hash":
                group.keys += 1
                if len(group.sampled) < sample:
                    group.sampled.append(key)
            elif kind != b"none":  # it expired between the two calls
                group.others[kind.decode()] += 1
        context.listed += len(keys)
        context.tell()
    return groups


def _observe(client: Any, source: Source, name: str, group: _Group) -> ObservedTable:
    documents = Documents(by_name=True)
    for start in range(0, len(group.sampled), PAGE):
        pipeline = client.pipeline(transaction=False)
        for key in group.sampled[start : start + PAGE]:
            pipeline.hscan(key, count=MAX_HASH)
        # Keys that changed their type or went away meanwhile answer with an error or with nothing.
        for answer in pipeline.execute(raise_on_error=False):
            if not isinstance(answer, Exception) and answer[1]:
                documents.add({hash_text(field): hash_value(value) for field, value in answer[1].items()})
    return ObservedTable(
        name=name,
        identity=f"{source.location}#{name}",
        format="redis",
        classifier="redis",
        location=source.location,
        columns=documents.columns(),
        explanation=Explanation(
            classifier=f"redis: {group.keys:,} hashes whose keys follow `{name}`",
            sampled=tuple(hash_text(key) for key in group.sampled[:100]),
            notes=(f"Types are told by the texts of {documents.count:,} hashes.", *documents.notes()),
        ),
        rows=group.keys,
        # SCAN may tell a key twice while the server makes room.
        rows_exact=False,
        parameters={"keys": name},
    )


def hash_text(value: bytes) -> str:
    """A key or a field's name as text."""
    return value.decode("utf-8", errors="backslashreplace")


def hash_value(held: bytes) -> Any:
    """A hash holds texts: one that is written as a number is one, as long as it would be written so again."""
    try:
        text = held.decode()
    except UnicodeDecodeError:
        return held
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _NUMBER.match(text) else text


@contextmanager
def translated(source: Source, secret: str | None) -> Iterator[None]:
    """Translate what redis raises.

    Raises
    ------
    Unavailable: ``source_refused`` or ``source_unreachable``.
    """
    from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

    try:
        yield
    except (AuthenticationError, NoPermissionError) as error:
        raise Unavailable(
            "source_refused",
            f"{source.location} refuses the connection: {told(error, secret)}.",
            "Check the user in the location and the secret that the source names.",
        ) from error
    except RedisError as error:
        raise Unavailable(
            "source_unreachable",
            f"{source.location} can't be read: {told(error, secret)}.",
            "Check the host, the port and the database's number, and that the server runs.",
        ) from error
