"""Reading a table: all of it, or some columns of some rows, into whatever a notebook works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..types import arrow_type
from .engine import open_engine, reading_errors, seal
from .plan import ReadPlan
from .scan import open_scan

if TYPE_CHECKING:
    import duckdb
    import pandas as pd  # type: ignore[import-untyped]
    import polars as pl
    import pyarrow as pa
    from torch.utils.data import Dataset

__all__ = ["TableReader"]


class TableReader:
    """Reads a table as one principal may see it.

    Rows by the row filter of his grants, values masked, other columns not at all; only below that are the columns and
    the condition that were asked for. Columns and conditions are pushed down to where the data is, as far as it can
    apply them: to files and their partitions, to the server of a database.

    A reader of a pinned version promises the columns of that version: their names, order and types. What the data
    has no longer is null, what came later is left out, what has another type now is cast. It does not promise the
    rows: files and databases hold what they hold now. Of Delta and Iceberg tables too the present snapshot is read.

    Each call reads anew.

    Raises
    ------
    InvalidInput: ``filter_failed``, the condition does not fit the values; ``format_unreadable``.
    Unavailable: ``data_unreadable``, ``library_missing``, or what the source's kind says.
    """

    def __init__(self, plan: ReadPlan) -> None:
        self.plan = plan

    def __repr__(self) -> str:
        columns = ", ".join(f"{name}: {kind}" for name, kind in self.plan.shown())
        return f"<TableReader {self.plan.path} version {self.plan.version} ({columns})>"

    @property
    def schema(self) -> pa.Schema:
        """Names and types of what is given: those of the catalog, text where a mask makes text of it."""
        import pyarrow as pa

        return pa.schema([(name, arrow_type(kind)) for name, kind in self.plan.shown()])

    def to_arrow(self) -> pa.Table:
        """All rows as an Arrow table."""
        from .files import read_dataset

        with reading_errors(self.plan), open_scan(self.plan) as scan:
            dataset = scan.dataset
            if dataset is not None and self.plan.free and self.plan.where is None and self.plan.sort is None:
                return read_dataset(dataset, self.schema)
        with self._running() as relation:
            return relation.to_arrow_table().cast(self.schema)

    def to_batches(self, size: int = 65_536) -> Iterator[pa.RecordBatch]:
        """The rows as Arrow batches of at most `size` rows, with no more of them in memory than a few."""
        schema = self.schema
        with self._running() as relation:
            for batch in relation.to_arrow_reader(size):
                yield batch.cast(schema)

    def to_pandas(self, **options: Any) -> pd.DataFrame:
        """All rows as a DataFrame.

        Parameters
        ----------
        options: Those of `pyarrow.Table.to_pandas`, such as `types_mapper`.
        """
        return self.to_arrow().to_pandas(**options)

    def to_polars(self) -> pl.DataFrame:
        """All rows as a DataFrame of polars'."""
        try:
            import polars as pl
        except ModuleNotFoundError as error:
            from ...backends import library_missing

            raise library_missing(error) from error
        found = pl.from_arrow(self.to_arrow())
        assert isinstance(found, pl.DataFrame)
        return found

    def to_duckdb(self, connection: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyRelation:
        """The rows as a relation, for SQL to go on with.

        Where files hold the table and nothing of it is hidden the relation reads them when it is asked, and DuckDB
        pushes columns and conditions into that; else the rows are read now, and kept in memory.

        Parameters
        ----------
        connection: DuckDB's connection that it belongs to; a new one by default.
        """
        import duckdb

        connection = duckdb.connect() if connection is None else connection
        with reading_errors(self.plan), open_scan(self.plan) as scan:
            dataset = scan.dataset
            if dataset is not None and self.plan.free and self.plan.where is None and self.plan.sort is None:
                return connection.from_arrow(dataset)
        return connection.from_arrow(self.to_arrow())

    def to_torch(self, *, target: str | None = None, iterable: bool = False, batch_rows: int = 8_192) -> Dataset[Any]:
        """The rows as a dataset for PyTorch, over columns of numbers and truths.

        An item is a `float32` tensor of shape ``(features,)``; with a target, that and a `float32` scalar tensor.
        Nulls are NaN. Columns of other types are left out unless `columns` of the read named them, which is refused.

        Parameters
        ----------
        target: The column to predict; it is no feature.
        iterable: An `IterableDataset` that reads the table anew in each epoch and holds a few batches of it; its
            rows are shared out between the workers of a `DataLoader`. Otherwise all rows are in memory, by number.
        batch_rows: Rows that an iterable one reads at a time.

        Raises
        ------
        InvalidInput: ``column_not_numeric``, ``column_unknown``.
        """
        from .torch_data import make_dataset

        return make_dataset(self, target=target, iterable=iterable, batch_rows=batch_rows)

    @contextmanager
    def _running(self) -> Iterator[duckdb.DuckDBPyRelation]:
        """The statement of the plan on an engine of its own."""
        with reading_errors(self.plan), open_scan(self.plan) as scan, open_engine() as connection:
            scan.attach(connection)
            seal(connection)
            yield connection.sql(self.plan.select())
