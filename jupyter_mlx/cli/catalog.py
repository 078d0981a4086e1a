"""`jupyter mlx catalog …`: what data there is, and what is known of it. The commands lie in `catalog_*.py`."""

from __future__ import annotations

from typing import Any

from . import catalog_access, catalog_crawl, catalog_tables, catalog_words

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the commands."""
    commands = groups.add_parser(
        "catalog", help="crawl, understand, tag, search, preview and grant data"
    ).add_subparsers(metavar="COMMAND", required=True)
    for part in (catalog_crawl, catalog_tables, catalog_words, catalog_access):
        part.declare(commands)
