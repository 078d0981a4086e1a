"""`mlx.catalog` in a notebook or a script: find tables, look at them, read them; and the catalog's work in jobs.

Whoever runs the process asks: what the grants hide from that user is hidden here too. A table that is read within a run
is noted as used by it, and is among the run's data.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..api import services
from ..errors import ExecutionFailed
from ..processes import present_run
from ..shown import Shown, grid
from .inputs import note_reading
from .shown import crawl_html, exchange_html, explanation_html, profile_html, search_html, table_html

if TYPE_CHECKING:
    import duckdb
    import pandas as pd  # type: ignore[import-untyped]
    import polars as pl
    import pyarrow as pa
    import torch

    from .data.reader import TableReader
    from .models import Crawl, TableView

__all__ = [
    "CatalogTable",
    "SearchResult",
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

TELL_EVERY_S = 2.0
ENDS_WITHIN_S = 60.0
"""How long a cancelled job's process waits for its agent to end it."""


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

        from .types import arrow_type

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
        from ..backends import library_missing

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


# -- crawling, profiling, checking, exchanging ---------------------------------------------------------------


def crawl(
    location: str,
    *,
    name: str | None = None,
    database: str | None = None,
    kind: str | None = None,
    secret: str | None = None,
    dry_run: bool = False,
    full: bool = False,
    **options: Any,
) -> Shown:
    """Crawl a place, or a source that is known by name or location: ``Crawl`` of the contract.

    Parameters
    ----------
    location: A path, a glob, ``s3://bucket/prefix``, an SQLAlchemy URL, ``dynamodb://``, ``mongodb://…``, ``redis://…``,
        ``glue://region`` …, or the name of a source.
    name, database, kind, secret: As `SourceRequest` has them.
    dry_run: Write nothing, say what would change.
    full: Read everything, also what the listing says is unchanged.
    options: By kind; they are kept with the source.

    Raises
    ------
    InvalidInput: The location or an option is wrong.
    Forbidden: ``permission_missing``.
    ExecutionFailed: The source as a whole could not be read.
    """
    from .models import SourceRequest

    mlx = services()
    known, _ = mlx.guarded.keep(SourceRequest(location, name, database, kind, options, secret), mlx.principal())
    done = mlx.crawls.crawl(known.id, owner=mlx.principal().user, dry_run=dry_run, full=full, run_id=present_run())
    shown = _ended(done)
    mlx.data.check_crawled(done, mlx.principal())
    mlx.new_data.after_crawl(done)
    return shown


def run_crawl(source: str, *, dry_run: bool = False, full: bool = False) -> Shown:
    """Crawl a known source, as the work of the present run; says now and then how far it is.

    Raises
    ------
    Forbidden: ``permission_missing``.
    NotFound: ``source_unknown``.
    Conflict: ``crawl_running``.
    ExecutionFailed: The source as a whole could not be read, or the crawl was cancelled.
    """
    mlx = services()
    mlx.guarded.require(mlx.principal())
    owner = mlx.principal().user
    done = mlx.crawls.crawl(
        source, owner=owner, dry_run=dry_run, full=full, run_id=present_run(), progress=_ProgressLines()
    )
    if done.state == "CANCELLED":
        _end_run()
    shown = _ended(_discreet(done) if mlx.access.by_grants and done.state != "SUCCEEDED" else done)
    mlx.data.check_crawled(done, mlx.principal())
    mlx.new_data.after_crawl(done)
    return shown


class _ProgressLines:
    """A line now and then that says how far a crawl is."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, listed: int, read: int, skipped: int, failed: int) -> None:
        """Take the counts so far."""
        if time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            print(f"{listed:,} listed, {read:,} read, {skipped:,} skipped, {failed:,} failed", flush=True)


def _end_run() -> None:
    """Cancel the run whose crawl was cancelled, and wait until its agent ends this process."""
    run_id = present_run()
    if run_id is not None:
        services().jobs.cancel(run_id)
        threading.Event().wait(ENDS_WITHIN_S)


def _discreet(done: Crawl) -> Crawl:
    """A crawl whose error whoever may see jobs may read: it says where one is told why."""
    remedy = f"Administrators see why: `jupyter mlx catalog crawls {done.id}`."
    error = {"code": (done.error or {}).get("code", "crawl_cancelled"), "remedy": remedy}
    return replace(done, error={**error, "message": f"The crawl {done.id} is {done.state}."})


def _ended(done: Crawl) -> Shown:
    """The document of a crawl.

    Raises
    ------
    ExecutionFailed: The crawl's own error, or ``crawl_cancelled``.
    """
    if done.state == "SUCCEEDED":
        return Shown(done.to_json(), crawl_html)
    error = done.error or {
        "code": "crawl_cancelled",
        "message": f"The crawl of `{done.source}` was cancelled.",
        "remedy": "Crawl again: what it had written stays.",
    }
    raise ExecutionFailed.from_json(error)


def run_profile(table: str) -> Shown:
    """Compute the profile of a table at its present version, and keep it in the catalog.

    Raises
    ------
    NotFound: ``table_unknown``.
    Forbidden: ``permission_missing``.
    """
    mlx = services()
    return Shown(mlx.data.profile(table, mlx.principal()).to_json(), profile_html)


def run_quality(table: str) -> Shown:
    """Check a table against its quality rules, and keep the result in the catalog.

    Raises
    ------
    NotFound: ``table_unknown``.
    ExecutionFailed: ``quality_failed``: a rule does not hold.
    """
    mlx = services()
    result = mlx.data.check_quality(table, mlx.principal(), run_id=present_run()).to_json()
    checks = [
        [check["rule"].get("column"), check["rule"]["check"], check["passed"], check.get("failures")]
        for check in result["checks"]
    ]
    if not mlx.access.by_grants:  # else whoever may see jobs would read of columns that are hidden from him
        for column, check, passed, failures in checks:
            print(f"{'ok    ' if passed else 'FAILED'} {check} {column or ''} {failures or ''}".rstrip())
    if not result["passed"]:
        failed = sum(not passed for _, _, passed, _ in checks)
        raise ExecutionFailed(
            "quality_failed",
            f"{failed} of {len(checks)} quality rules do not hold for the table.",
            "See `jupyter mlx catalog quality TABLE` for examples of what fails.",
        )
    return Shown(result, lambda _: grid(["column", "check", "passed", "failures"], checks))


def run_glue(direction: str, **options: Any) -> Shown:
    """Export to a Glue Data Catalog, or import from one; says now and then how far it is.

    Parameters
    ----------
    direction: ``export`` or ``import``.
    options: `databases`, `region`, `endpoint_url`, `catalog_id`, `secret`; `prefix` to export, `source` to import.

    Raises
    ------
    InvalidInput: ``direction_unknown``.
    MlxError: What `ExchangeService` says.
    """
    mlx = services()
    # What names tables is not for whoever may see jobs.
    progress = None if mlx.access.by_grants else partial(print, flush=True)
    done = mlx.exchange.exchange(direction, options, mlx.principal(), run_id=present_run(), progress=progress)
    return Shown(done.to_json(), exchange_html)
