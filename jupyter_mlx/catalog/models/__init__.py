"""The shapes of the catalog, the same through every door: sources, databases, tables with versions, crawls.

Types are Apache Arrow's names as text (``int64``, ``timestamp[us, tz=UTC]``, ``list<item: string>``); what a
document field saw as several types reads ``union<int64, string>``. `hive_type` is what Glue would store.
"""

from __future__ import annotations

from .crawls import Crawl, Problem, TableChange
from .observed import Explanation, Grouping, ObservedTable, Skipped, Unchanged
from .principals import Principal
from .schema import Column, ColumnStatistics, Difference, ForeignKey, Partition, PartitionKey, TableVersion
from .sources import Source, SourceRequest
from .tables import Database, Table, TableView

__all__ = [
    "Column",
    "ColumnStatistics",
    "Crawl",
    "Database",
    "Difference",
    "Explanation",
    "ForeignKey",
    "Grouping",
    "ObservedTable",
    "Partition",
    "PartitionKey",
    "Principal",
    "Problem",
    "Skipped",
    "Source",
    "SourceRequest",
    "Table",
    "TableChange",
    "TableVersion",
    "TableView",
    "Unchanged",
]
