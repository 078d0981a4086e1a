"""What is evaluated on: rows of a training set, a table of the catalog, a file or a frame."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, NotFound
from ...features.labels import FILES, read_plan

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import pyarrow as pa

    from ...catalog.models import Principal
    from ...services import Services

__all__ = ["EvaluationData", "EvaluationSource"]


@dataclass(frozen=True)
class EvaluationData:
    """Rows to evaluate on.

    name: How they were asked for.
    digest: Of the rows; None for those that a caller gave.
    features: A training set's, in its order; empty for other data.
    """

    frame: pd.DataFrame
    name: str
    digest: str | None
    features: tuple[str, ...] = ()


class EvaluationSource:
    """Finds data by what it is called, with the rights of whoever asks.

    Parameters
    ----------
    services: They know training sets, and what files and tables of the catalog may be read.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def reads_files(self, reference: str, principal: Principal) -> bool:
        """Whether a name would be looked for among files: it is no training set's, and no table's."""
        return self._services.labels.reads_files(reference) and not self._is_training_set(reference, principal)

    def check(self, reference: str, principal: Principal, *, within: Path | None = None) -> None:
        """Refuse what can't be read, without reading it.

        Raises
        ------
        NotFound: ``data_missing``, ``table_unknown``, ``training_set_gone``.
        Forbidden: ``path_outside_root``, ``permission_missing``.
        InvalidInput: ``data_invalid``.
        """
        _require_name(reference)
        if not self._is_training_set(reference, principal):
            self._plan(reference, principal, within)

    def read(
        self,
        given: str | pd.DataFrame | pa.Table,
        principal: Principal,
        *,
        where: str | None = None,
        within: Path | None = None,
    ) -> EvaluationData:
        """The rows.

        Parameters
        ----------
        where: A condition in DuckDB's SQL.
        within: Files lie in this folder, to which they are relative; None for anywhere.

        Raises
        ------
        MlxError: As `check` has it, and what reading says.
        InvalidInput: ``where_invalid``, ``rows_none``.
        """
        features: Sequence[str] = ()
        if isinstance(given, str):
            _require_name(given)
            table, features = self._table(given, principal, within)
            name = given
        else:
            table, name = _arrow(given), type(given).__name__
        if where:
            table = _where(table, where)
        if table.num_rows == 0:
            raise InvalidInput(
                "rows_none",
                f"`{name}` has no row{f' where {where}' if where else ''}.",
                "Take a condition that rows meet." if where else "Name data that has rows.",
                field="where" if where else "data",
            )
        return EvaluationData(table.to_pandas(), name, _digest(table), tuple(features))

    def _is_training_set(self, reference: str, principal: Principal) -> bool:
        if Path(reference).suffix.lower() in FILES:
            return False
        try:
            self._services.training_sets.get(reference, principal=principal)
        except NotFound as error:
            if error.code != "training_set_unknown":
                raise
            return False
        return True

    def _table(self, reference: str, principal: Principal, within: Path | None) -> tuple[pa.Table, Sequence[str]]:
        if self._is_training_set(reference, principal):
            found = self._services.training_sets.get(reference, principal=principal)
            if not found.path.is_file():
                found = self._services.training_sets.make_again(found.id, principal=principal)
            table = found.to_arrow()
            names = [reference.partition(":")[2] for reference in found.record["features"]]
            return table, [name for name in names if name in table.column_names]
        return read_plan(self._plan(reference, principal, within))[0], ()

    def _plan(self, reference: str, principal: Principal, within: Path | None) -> Any:
        try:
            return self._services.labels.plan(reference, principal, within=within)
        except NotFound as error:
            if error.code != "labels_missing":
                raise
            raise NotFound(
                "data_missing",
                f"There is no training set, table or file `{reference}`.",
                "Name a training set, `database.table` of the catalog, or a Parquet or CSV file.",
                field="data",
            ) from error


def _require_name(reference: str) -> None:
    if not reference.strip() or reference.split()[0].lower() in ("select", "with", "from"):
        raise InvalidInput(
            "data_invalid",
            f"`{reference}` names no data.",
            "Name a training set, `database.table` or a file, and give a condition as `where`.",
            field="data",
        )


def _arrow(given: Any) -> pa.Table:
    import pyarrow as pa

    if isinstance(given, pa.Table):
        return given
    try:
        return pa.Table.from_pandas(given, preserve_index=False)
    except (pa.ArrowException, AttributeError, TypeError) as error:
        raise InvalidInput(
            "data_invalid",
            f"The data can't be read as a table: {str(error).partition(chr(10))[0]}.",
            "Give a data frame or an Arrow table with columns of one type each.",
            field="data",
        ) from error


def _where(table: pa.Table, condition: str) -> pa.Table:
    import duckdb

    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "python_enable_replacements": "false"}
    with duckdb.connect(config=config) as connection:
        connection.sql("SET TimeZone = 'UTC'")
        connection.register("data", table)
        # A condition may look at these rows, and at nothing else.
        connection.sql("SET enable_external_access = false")
        connection.sql("SET lock_configuration = true")
        try:
            return connection.table("data").filter(condition).to_arrow_table()
        except duckdb.Error as error:
            raise InvalidInput(
                "where_invalid",
                f"The condition `{condition}` can't be used: {str(error).strip().partition(chr(10))[0]}",
                "Write a condition in SQL on the data's columns: `month >= 11 AND origin = 'JFK'`.",
                field="where",
            ) from error


def _digest(table: pa.Table) -> str:
    """What tells the rows from others: names, types, values and their order."""
    whole = table.combine_chunks().replace_schema_metadata(None)
    found = hashlib.sha256(whole.schema.serialize())
    for batch in whole.to_batches(max_chunksize=1 << 20):
        found.update(batch.serialize())
    return f"sha256:{found.hexdigest()}"
