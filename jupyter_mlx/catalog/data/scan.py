"""What stands behind a table, opened for a read: one class a family of formats, chosen by the table's format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from ...backends import library_missing
from ...errors import InvalidInput

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset as ds

    from .plan import ReadPlan

__all__ = ["Scan", "open_scan"]

_SCANS = {
    "parquet": "files:ColumnScan",
    "orc": "files:ColumnScan",
    "arrow": "files:ColumnScan",
    "csv": "text:CsvScan",
    "json": "text:JsonScan",
    "avro": "text:AvroScan",
    "log": "text:LogScan",
    "delta": "lakehouse:DeltaScan",
    "iceberg": "lakehouse:IcebergScan",
    "duckdb": "relational:DuckScan",
    "dynamodb": "documents:DynamoScan",
    "mongodb": "documents:MongoScan",
    "redis": "documents:RedisScan",
}
_BY_KIND = {"relational": "relational:SqlScan"}


class Scan(Protocol):
    """A table's data, with the columns of its plan."""

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make it the connection's table `plan.RAW`; it is read once, by the next statement."""

    def parts(self) -> Iterator[Scan]:
        """The same in parts that can be read one after the other, where the first rows are wanted only."""

    @property
    def dataset(self) -> ds.Dataset | None:
        """The same as a dataset of pyarrow's, which can be read often; None where it is none."""

    def close(self) -> None:
        """Let go of connections."""


@contextmanager
def open_scan(plan: ReadPlan) -> Iterator[Scan]:
    """Open what a plan reads.

    Raises
    ------
    InvalidInput: ``format_unreadable``.
    Unavailable: ``library_missing``, and what the source's own kind says.
    """
    place = _SCANS.get(plan.format) or _BY_KIND.get(plan.source.get("kind", ""))
    if place is None:
        raise InvalidInput(
            "format_unreadable",
            f"`{plan.path}` has the format `{plan.format}`, which can't be read here.",
            "Read it from its location with a library of its own.",
        )
    module, _, name = place.partition(":")
    try:
        scan: Scan = getattr(import_module(f".{module}", __package__), name)(plan)
    except ModuleNotFoundError as error:
        raise library_missing(error) from error
    try:
        yield scan
    finally:
        scan.close()
