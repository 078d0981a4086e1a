"""A table in hand: looked at, spoken of, read into whichever library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ...api import services
from ...shown import Shown
from ..inputs import note_reading
from ..shown import explanation_html, profile_html, table_html

if TYPE_CHECKING:
    import duckdb
    import pandas as pd  # type: ignore[import-untyped]
    import polars as pl
    import pyarrow as pa
    import torch

    from ..data.reader import TableReader
    from ..models import TableView

__all__ = ["CatalogTable"]


class CatalogTable:
    """A table, as it is at each look; pinned to a version where one was asked for."""

    def __init__(self, table_id: str, version: int | None = None) -> None:
        self.id = table_id
        self._version = version

    def _view(self) -> TableView:
        mlx = services()
        return mlx.catalog.view(self.id, mlx.principal(), self._version)

    # -- looking ---------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """``database.table``."""
        return self._view().table.path

    @property
    def version(self) -> int:
        """The number of the schema's version."""
        return self._view().table.version.number

    @property
    def document(self) -> dict[str, Any]:
        """The whole document, as HTTP and ``--json`` give it."""
        mlx = services()
        return mlx.catalog.document(self.id, mlx.principal(), self._version)

    @property
    def schema(self) -> pa.Schema:
        """Columns and partition keys as Arrow has them; a type that Arrow lacks, such as a union, is a string."""
        import pyarrow as pa

        from ..types import arrow_type

        return pa.schema([(item["name"], arrow_type(item["type"])) for item in self.document["columns"]])

    @property
    def columns(self) -> list[str]:
        """Names of the columns, partition keys included."""
        return [column["name"] for column in self.document["columns"]]

    @property
    def rows(self) -> int | None:
        """How many rows, where that is known."""
        return self._view().table.rows

    @property
    def tags(self) -> dict[str, str]:
        """Its tags, those of its database included."""
        return self._view().table.tags

    @property
    def statistics(self) -> dict[str, dict[str, Any]]:
        """By column what files or the server say of its values, without a profile."""
        columns = self.document["columns"]
        return {column["name"]: column["statistics"] for column in columns if "statistics" in column}

    def versions(self) -> list[dict[str, Any]]:
        """The versions of its schema, newest first, with what changed."""
        mlx = services()
        return [item.to_json() for item in mlx.catalog.versions(self.id, mlx.principal())]

    def explain(self) -> Shown:
        """Why it is one table: the classifier, the grouping, what was read."""
        mlx = services()
        return Shown(mlx.catalog.explanation(self.id, mlx.principal()), explanation_html)

    def profile(self, *, refresh: bool = False) -> Shown:
        """Its profile; it is computed, in this process, where the version has none yet.

        Parameters
        ----------
        refresh: Compute it anew.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        mlx = services()
        made = None if refresh else mlx.data.stored_profile(self.id, mlx.principal())
        return Shown((made or mlx.data.profile(self.id, mlx.principal())).to_json(), profile_html)

    def require_quality(self) -> CatalogTable:
        """Go on only where its quality rules hold: for the first cell of a notebook that trains on it.

        The last result counts if it is of these rules and of the present version of the schema; else the rules are
        checked now. A table without rules passes.

        Raises
        ------
        ExecutionFailed: ``quality_failed``, with the rules that do not hold.
        Forbidden: ``permission_missing``.
        """
        services().data.require_quality([self.id], services().principal())
        return self

    # -- saying ----------------------------------------------------------------------------------------------

    def tag(self, column: str | None = None, /, **tags: str | None) -> CatalogTable:
        """Tag it, or one of its columns: ``tag(pii="no")``, ``tag("email", pii="yes")``; None takes a tag away.

        Raises
        ------
        NotFound: ``tag_unknown``, ``column_unknown``.
        InvalidInput: ``tag_value_unknown``, ``tags_too_many``.
        Forbidden: ``permission_missing``.
        """
        return self._say(column, lambda reference: services().catalog.assign(reference, tags, services().principal()))

    def describe(self, text: str | None, column: str | None = None) -> CatalogTable:
        """Describe it, or one of its columns; None takes the description away.

        Raises
        ------
        NotFound: ``column_unknown``.
        Forbidden: ``permission_missing``.
        """
        patch = {"description": text}
        return self._say(column, lambda name: services().catalog.annotate(name, patch, services().principal()))

    def _say(self, column: str | None, say: Callable[[str], object]) -> CatalogTable:
        found = self._view().table
        say(self.id if column is None else f"{found.source}/{found.path}.{column}")
        return self

    # -- reading ---------------------------------------------------------------------------------------------

    def _reader(self, columns: Sequence[str] | None, where: str | None) -> TableReader:
        mlx = services()
        principal = mlx.principal()
        view = self._view()
        columns = [columns] if isinstance(columns, str) else columns
        reader: TableReader = mlx.data.reader(self.id, principal, version=self._version, columns=columns, where=where)
        note_reading(mlx.catalog, view.table, columns or view.selectable, principal.user)
        return reader

    def head(self, n: int = 10) -> pd.DataFrame:
        """The first rows; reads no more of the data than it must.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        import pyarrow as pa

        schema: pa.Schema | None = None
        taken: list[pa.RecordBatch] = []
        for batch in self.to_batches():
            schema = batch.schema
            taken.append(batch.slice(0, n - sum(map(len, taken))))
            if sum(map(len, taken)) >= n:
                break
        return pa.Table.from_batches(taken, schema).to_pandas() if schema is not None else self.to_pandas().head(n)

    def to_pandas(self, columns: Sequence[str] | None = None, where: str | None = None) -> pd.DataFrame:
        """All of it as a pandas data frame.

        Parameters
        ----------
        columns: Only these are read, or this one; all that the user may select by default.
        where: An SQL predicate over its columns, as ``"origin = 'JFK' AND dep_delay > 10"``; files and partitions that
            can't have such rows are not read.

        Raises
        ------
        InvalidInput: ``column_unknown``, or what is wrong with the predicate.
        Forbidden: ``permission_missing``.
        Unavailable: ``library_missing``; the source does not answer.
        """
        return self._read(columns, where, "to_pandas")

    def to_polars(self, columns: Sequence[str] | None = None, where: str | None = None) -> pl.DataFrame:
        """All of it as a polars data frame; see `to_pandas`."""
        return self._read(columns, where, "to_polars")

    def to_arrow(self, columns: Sequence[str] | None = None, where: str | None = None) -> pa.Table:
        """All of it as an Arrow table; see `to_pandas`."""
        return self._read(columns, where, "to_arrow")

    def to_batches(self, columns: Sequence[str] | None = None, where: str | None = None) -> Iterator[pa.RecordBatch]:
        """Arrow record batches, one after the other, so that it need not fit into memory; see `to_pandas`."""
        yield from self._read(columns, where, "to_batches")

    def to_duckdb(
        self,
        columns: Sequence[str] | None = None,
        where: str | None = None,
        connection: duckdb.DuckDBPyConnection | None = None,
    ) -> duckdb.DuckDBPyRelation:
        """A DuckDB relation, of a connection of its own where none is given; see `to_pandas`."""
        relation: duckdb.DuckDBPyRelation = self._read(columns, where, "to_duckdb", connection=connection)
        return relation

    def to_torch(
        self, columns: Sequence[str] | None = None, where: str | None = None, **options: Any
    ) -> torch.utils.data.Dataset[Any]:
        """A dataset for PyTorch's `DataLoader`; see `to_pandas`."""
        return self._read(columns, where, "to_torch", **options)

    def _read(self, columns: Sequence[str] | None, where: str | None, method: str, **options: Any) -> Any:
        from ...backends import library_missing

        reader = self._reader(columns, where)
        try:
            return getattr(reader, method)(**options)
        except ModuleNotFoundError as error:
            raise library_missing(error) from error

    def __repr__(self) -> str:
        found = self._view().table
        return f"<CatalogTable {found.path} version {found.version.number} {found.format}>"

    def _repr_html_(self) -> str:
        return f"<div>{table_html(self.document)}</div>"
