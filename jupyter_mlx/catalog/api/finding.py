"""Tables and columns found by words, and tables and databases by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api import services
from ..shown import search_html
from .table import CatalogTable

__all__ = ["SearchResult", "databases", "search", "table", "tables"]


class SearchResult(Sequence[dict[str, Any]]):
    """Hits, best first: ``{"kind", "path", "score", "snippet", …}`` each, and the facets of all."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = dict(document)

    @property
    def total(self) -> int:
        """How many there are, not only these."""
        total: int = self.document["total"]
        return total

    @property
    def facets(self) -> dict[str, dict[str, int]]:
        """By facet, values with how many hits have them."""
        facets: dict[str, dict[str, int]] = self.document["facets"]
        return facets

    def __getitem__(self, index: Any) -> Any:
        return self.document["hits"][index]

    def __len__(self) -> int:
        return len(self.document["hits"])

    def __repr__(self) -> str:
        return f"<SearchResult {self.total} found: {', '.join(hit['path'] for hit in self.document['hits'][:5])}>"

    def _repr_html_(self) -> str:
        return f"<div>{search_html(self.document)}</div>"


def search(text: str = "", *, limit: int = 20, cursor: str | None = None) -> SearchResult:
    """Find tables and columns by words and by ``tag:pii=yes``, ``type:timestamp``, ``owner:me``, ``source:…``.

    Parameters
    ----------
    limit: How many hits.
    cursor: Go on after these hits; a result has it as ``document["next_cursor"]``.

    Raises
    ------
    InvalidInput: ``search_invalid``, ``search_too_long``, ``cursor_invalid``.
    """
    mlx = services()
    return SearchResult(mlx.search.search(text, mlx.principal(), limit=limit, cursor=cursor).to_json())


def table(reference: str, version: int | None = None) -> CatalogTable:
    """A table by ``database.table``, ``source/database.table`` or its id.

    Parameters
    ----------
    version: Its schema at this version, also when it is read, in place of the present one.

    Raises
    ------
    NotFound: ``table_unknown``, ``version_unknown``.
    """
    mlx = services()
    return CatalogTable(mlx.catalog.view(reference, mlx.principal(), version).table.id, version)


def tables(database: str | None = None) -> list[CatalogTable]:
    """All tables, or those of a database, by name.

    Raises
    ------
    NotFound: ``table_unknown`` for the database.
    """
    mlx = services()
    found: list[CatalogTable] = []
    cursor = None
    while True:
        page, cursor = mlx.catalog.tables(mlx.principal(), database=database, limit=500, cursor=cursor)
        found += [CatalogTable(item.id) for item in page]
        if cursor is None:
            return found


def databases(source: str | None = None) -> list[dict[str, Any]]:
    """Databases, or those of a source, by name: ``CatalogDatabase`` of the contract."""
    mlx = services()
    return [item.to_json() for item in mlx.catalog.databases(mlx.principal(), source=source)]
