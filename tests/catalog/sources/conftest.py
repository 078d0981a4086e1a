"""Servers of this folder, one of each for the session, and how their sources are crawled."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import sqlalchemy as sa

from jupyter_mlx.backends import CRAWLERS, load_backend, source_kind
from jupyter_mlx.catalog.crawlers.relational_engine import connect, table_clause
from jupyter_mlx.catalog.models import ObservedTable, Source
from jupyter_mlx.catalog.port import CrawlContext
from jupyter_mlx.clock import from_iso

from ..mongo_server import MongoServer
from ..servers import mariadb_server, moto_server, redis_server


class Crawled:
    """The tables of a crawl by identity, and what it reported."""

    def __init__(self, tables: list[ObservedTable], context: CrawlContext) -> None:
        self.tables = {table.identity: table for table in tables}
        assert len(self.tables) == len(tables), "an identity came twice"
        self.context = context

    def __getitem__(self, identity: str) -> ObservedTable:
        return self.tables[identity]

    @property
    def problems(self) -> dict[str, str]:
        """Path → code."""
        return {problem.path: problem.code for problem in self.context.problems}

    @property
    def skipped(self) -> dict[str, str]:
        """Path → reason."""
        return {skipped.path: skipped.reason for skipped in self.context.skipped}


def types(table: ObservedTable) -> dict[str, str]:
    """Column → type."""
    return {column.name: column.type for column in table.columns}


def rows(table: ObservedTable, secret: str | None = None, columns: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """The rows of a relational table, as readers of the catalog ask for them."""
    names = columns or [column.name for column in table.columns]
    place = table_clause(table.parameters["schema"], table.parameters["table"])
    statement = sa.select(*(sa.column(sa.quoted_name(name, True)) for name in names)).select_from(place)
    engine = connect(table.location, secret)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def crawl(
    location: str,
    *,
    secret: str | None = None,
    progress: Callable[[int, int, int, int], None] | None = None,
    **options: Any,
) -> Crawled:
    """Crawl a location as the catalog does."""
    kind = source_kind(location)
    source = Source(
        "s1", "source", kind, location, None, options, None, "ada", from_iso("2026-01-01T00:00:00Z"),
    )  # fmt: skip
    context = CrawlContext(secret=secret, progress=progress)
    crawler = load_backend(CRAWLERS, kind, "jupyter_mlx.crawlers")()
    return Crawled(list(crawler.crawl(source, context)), context)


def without_password(url: str) -> tuple[str, str]:
    """A URL as a source has it, and its password."""
    parsed = urlsplit(url)
    return url.replace(f":{parsed.password}@", "@"), unquote(str(parsed.password))


@pytest.fixture(scope="session")
def mariadb() -> Iterator[str]:
    """A MariaDB server's URL with its password, without a database."""
    # A path of a Unix socket may not be longer than some hundred characters.
    with tempfile.TemporaryDirectory(prefix="mlx-maria-") as folder, mariadb_server(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server's URL with its password, without a database."""
    with tempfile.TemporaryDirectory(prefix="mlx-redis-") as folder, redis_server(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """The endpoint of AWS's APIs."""
    with moto_server() as url:
        yield url


@pytest.fixture
def mongo() -> Iterator[MongoServer]:
    """A server that speaks MongoDB's protocol and holds what a test gives it."""
    with MongoServer() as server:
        yield server
