"""Delta and Iceberg tables, read by their own libraries, which know which files and rows count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..crawlers.iceberg import open_catalog
from ..crawlers.lakehouse import delta_storage, iceberg_storage, newest_metadata, reading
from ..hosts import ADMITTED
from ..models import Source
from ..predicates import Binary, Field, Literal, Node
from .files import fitted
from .plan import RAW, ReadPlan
from .scan import StreamedScan, schema_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds

__all__ = ["DeltaScan", "IcebergScan"]


def _storage(plan: ReadPlan) -> dict[str, Any]:
    """The source's S3 options, the secret taken apart."""
    storage = {
        key: plan.source.get("options", {}).get(key) for key in ("endpoint_url", "region", "anonymous", "within")
    }
    if plan.secret:
        storage["key"], _, storage["secret"] = plan.secret.partition(":")
    return storage


class DeltaScan(StreamedScan):
    """A Delta table as its log has it now; its dataset opens one file after the other."""

    @property
    def dataset(self) -> ds.Dataset:
        """The files of the present version; those that a condition excludes by their statistics are not opened."""
        with reading(self.plan.path, secret=self.plan.secret):
            from deltalake import DeltaTable

            remote = "://" in self.plan.location
            options = delta_storage(_storage(self.plan)) if remote else None
            table = DeltaTable(self.plan.location, storage_options=options)
            return table.to_pyarrow_dataset().replace_schema(schema_of(self.plan))

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """As a dataset, into which DuckDB pushes columns and conditions."""
        connection.register(RAW, self.dataset)


class IcebergScan(StreamedScan):
    """An Iceberg table at its present snapshot; rows that delete files mark are left out while it is read."""

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows, one file after the other."""
        with reading(self.plan.path, secret=self.plan.secret):
            table = self._table()
            known = {field.name for field in table.schema().fields}
            wanted = tuple(name for name in schema.names if name in known)
            scan = table.scan(row_filter=_expression(self.plan.pushed(), known), selected_fields=wanted)
            for batch in scan.to_arrow_batch_reader():
                yield fitted(batch, schema, {})

    def _table(self) -> Any:
        plan = self.plan
        if plan.source.get("kind") == "iceberg":
            location, options = str(plan.source["location"]), dict(plan.source.get("options", {}))
            source = Source("", "", "iceberg", location, None, options, None, "", datetime.fromtimestamp(0, UTC))
            namespace, _, name = plan.identity.rpartition(".")
            table = open_catalog(source, plan.secret).load_table((*namespace.split("."), name))
            if ADMITTED in options:
                # Whoever added it over HTTP names a catalog, not files of this machine.
                from ..crawlers.confined import ConfinedFileIO, confinement

                table.io = ConfinedFileIO({**table.io.properties, **confinement(source.location, None)})
            return table
        from pyiceberg.table import StaticTable

        storage = _storage(plan)
        return StaticTable.from_metadata(
            newest_metadata(plan.location, storage), iceberg_storage(plan.location, storage)
        )


def _expression(node: Node | None, known: set[str]) -> Any:
    """What the table can leave out by its partitions and statistics; DuckDB applies the whole condition again."""
    from pyiceberg import expressions as of

    kinds = {"=": of.EqualTo, "<": of.LessThan, "<=": of.LessThanOrEqual, ">": of.GreaterThan}
    kinds[">="] = of.GreaterThanOrEqual
    match node:
        case Binary(operator="and", left=left, right=right):
            return of.And(_expression(left, known), _expression(right, known))
        case Binary(operator=operator, left=Field(path=(name,)), right=Literal(value=int() | str() as value)) if (
            operator in kinds and name in known and not isinstance(value, bool | Decimal)
        ):
            return kinds[operator](name, value)
        case _:
            return of.AlwaysTrue()
