"""A catalog on each kind of store, and a real database to crawl."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlx.catalog.models import Crawl, Principal, SourceRequest, Table
from jupyter_mlx.services import Services
from tests.support import make_settings


class Shop:
    """An SQLite database as a source, and the services of a catalog that crawls it."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        self.me: Principal = services.principal()
        self.folder = folder

    def sql(self, *statements: str, file: str = "shop.db") -> None:
        """Change the source."""
        connection = sqlite3.connect(self.folder / file)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    def crawl(self, file: str = "shop.db", *, dry_run: bool = False, full: bool = False, **options: Any) -> Crawl:
        """Crawl the source, with these options from now on."""
        request = SourceRequest(f"sqlite:///{self.folder / file}", options=options)
        source = self.services.crawls.find(request)
        if source is None:
            source = self.services.crawls.add_source(request, owner="ada")
        elif options:
            self.services.crawls.update_source(source.id, options=options)
        return self.services.crawls.crawl(source.id, owner="ada", dry_run=dry_run, full=full)

    def changes(self, crawl: Crawl) -> dict[str, str]:
        """What became of each table."""
        return {change.name: change.change for change in crawl.tables}

    def table(self, reference: str, version: int | None = None) -> Table:
        """A table as I see it."""
        return self.services.catalog.table(reference, self.me, version)

    def find(self, text: str, **options: Any) -> list[str]:
        """The paths that a search finds."""
        found = self.services.search.search(text, self.me, **options).to_json()
        return [hit["path"] for hit in found["hits"]]


@pytest.fixture
def make_shop(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Makes catalogs: `make_shop(catalog_access="grants")`."""
    made: list[Services] = []

    def make(**changes: Any) -> Shop:
        folder = tmp_path / f"shop-{len(made)}"
        folder.mkdir()
        made.append(Services(make_settings(folder, **changes)))
        return Shop(made[-1], folder)

    yield make
    for services in made:
        services.close()


@pytest.fixture
def shop(make_shop: Callable[..., Shop], db_url: str) -> Shop:
    """A catalog on each kind of store in turn, over a shop with customers and orders, not crawled yet."""
    made = make_shop(db_url=db_url)
    made.sql(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE)",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), total REAL)",
    )
    return made
