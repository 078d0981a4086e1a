"""What an exchange did, as a value that is added to while it goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..models import Crawl

__all__ = ["ExchangeResult", "Item"]


@dataclass(frozen=True)
class Item:
    """What happened to one database, table or tag key."""

    kind: str
    name: str
    reason: str = ""

    def to_json(self) -> dict[str, str]:
        """As it is shown; without a reason where there is none."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass
class ExchangeResult:
    """What an exchange did: created, updated, unchanged; and skipped, each with its reason."""

    direction: str
    created: list[Item] = field(default_factory=list)
    updated: list[Item] = field(default_factory=list)
    unchanged: list[Item] = field(default_factory=list)
    skipped: list[Item] = field(default_factory=list)
    crawl: Crawl | None = None

    def add(self, change: str, kind: str, name: str, reason: str = "") -> None:
        """Take down one thing."""
        getattr(self, change).append(Item(kind, name, reason))

    def to_json(self) -> dict[str, Any]:
        """The result as a document; an import has the crawl that it was."""
        lists = ("created", "updated", "unchanged", "skipped")
        document: dict[str, Any] = {"direction": self.direction}
        document |= {name: [item.to_json() for item in getattr(self, name)] for name in lists}
        return {**document, "crawl": self.crawl.to_json(whole=False)} if self.crawl is not None else document
