"""What stands behind a table, opened for a read: one class a family of formats, chosen by the table's format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from ...backends import library_missing
from ...errors import InvalidInput, MlxError
from ..types import arrow_type
from .engine import unreadable
from .plan import RAW, ReadPlan

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds

__all__ = ["Scan", "StreamedScan", "open_scan", "schema_of"]

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
    """A table's data, with the columns of its plan.

    failures: What went wrong while batches were made, which DuckDB tells in words of its own.
    """

    failures: list[Exception]

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make it the connection's table `plan.RAW`; it is read once, by the next statement."""

    def parts(self) -> Iterator[Scan]:
        """The same in parts that can be read one after the other, where the first rows are wanted only."""

    @property
    def dataset(self) -> ds.Dataset | None:
        """The same as a dataset of pyarrow's, which can be read often; None where it is none."""

    def close(self) -> None:
        """Let go of connections."""


def schema_of(plan: ReadPlan) -> pa.Schema:
    """The columns of a plan in Arrow's types."""
    import pyarrow as pa

    return pa.schema([(name, arrow_type(kind)) for name, kind in plan.columns])


class StreamedScan:
    """What scans share that give batches, once, as they come."""

    def __init__(self, plan: ReadPlan) -> None:
        self.plan = plan
        self.failures: list[Exception] = []

    @property
    def dataset(self) -> ds.Dataset | None:
        """None: it is read once."""
        return None

    def parts(self) -> Iterator[Scan]:
        """It has one part."""
        yield self

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """As a reader of batches."""
        import pyarrow as pa

        schema = schema_of(self.plan)
        connection.register(RAW, pa.RecordBatchReader.from_batches(schema, self._watched(schema)))

    def _watched(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        try:
            yield from self.batches(schema)
        except Exception as error:
            self.failures.append(error)
            raise

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The data, with the columns of a schema."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is held."""


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
    except Exception as error:
        failure = next(iter(scan.failures), None)
        if failure is None:
            raise
        if isinstance(failure, MlxError):
            raise failure from error
        # Readers of formats raise whatever their parts raise.
        raise unreadable(plan, failure) from (None if plan.discreet else error)
    finally:
        scan.close()
