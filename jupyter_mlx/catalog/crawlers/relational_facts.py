"""What servers know of their tables besides the schema: estimates of rows, sizes, statistics of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..models import ColumnStatistics

__all__ = ["Facts", "facts_of"]


@dataclass
class Facts:
    """By table's name; what a server does not know is left out.

    declared: Column → its type in the server's words.
    """

    rows: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    statistics: dict[str, dict[str, ColumnStatistics]] = field(default_factory=dict)
    declared: dict[str, dict[str, str]] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)


def facts_of(connection: sa.Connection, dialect: str, schema: str, names: Sequence[str]) -> Facts:
    """Ask a server about some tables of a schema; a server that is not known here has nothing to say."""
    return Facts()
