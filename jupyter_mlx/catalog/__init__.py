"""The data catalog: what data there is, where, in which shape, whose, and who may see it.

In a notebook::

    import jupyter_mlx as mlx

    mlx.catalog.crawl("data/")                               # read a source, write what changed
    mlx.catalog.search("flights")                            # find tables and columns
    mlx.catalog.table("lake.flights").to_pandas(where="origin = 'JFK'")
    mlx.catalog.browse()                                     # the same, as a widget
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..catalog_widgets import browse
    from .api.finding import databases, search, table, tables
    from .api.work import crawl, run_crawl, run_glue, run_profile, run_quality

__all__ = [
    "browse",
    "crawl",
    "databases",
    "run_crawl",
    "run_glue",
    "run_profile",
    "run_quality",
    "search",
    "table",
    "tables",
]


_FINDING = ("databases", "search", "table", "tables")


def __getattr__(name: str) -> Any:
    if name == "browse":
        return import_module("jupyter_mlx.catalog_widgets").browse
    if name in __all__:
        return getattr(import_module(".api.finding" if name in _FINDING else ".api.work", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
