"""What must hold for a view's values: a schema of pandera's in the repository, checked before values are replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, MlxError

if TYPE_CHECKING:
    import pandera.pandas as pandera

__all__ = ["check", "propose"]

_BATCH = 131_072
_EXAMPLES = 3


def propose(path: Path, name: str, needed: Sequence[str]) -> str:
    """A contract that values keep, and that values of this kind usually keep, as pandera's YAML.

    Where no value is null none may be; where none is negative none may be. Types are the definition's to keep.

    Parameters
    ----------
    needed: Keys and times.
    """
    import pandera.pandas as pandera
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {}
    file = pq.ParquetFile(path)
    for field in file.schema_arrow:
        column = file.read([field.name]).column(0)
        number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
        least = pc.min(column).as_py() if number and field.name not in needed else None
        checks = [pandera.Check.ge(0)] if least is not None and least >= 0 else []
        # pandera takes NaN for null.
        nullable = column.null_count > 0 or pc.any(pc.is_null(column, nan_is_null=True)).as_py()
        columns[field.name] = pandera.Column(None, checks=checks, nullable=bool(nullable))
    text = pandera.DataFrameSchema(columns, name=name, strict=True).to_yaml()
    assert isinstance(text, str)
    return text


def check(path: Path, contract: Path) -> None:
    """Hold values against a contract, batch by batch.

    Raises
    ------
    InvalidInput: ``contract_broken``, with the values that break it; ``contract_invalid``.
    """
    import pyarrow.parquet as pq
    from pandera.errors import SchemaErrors

    schema = _read(contract)
    broken: dict[tuple[str, str], tuple[int, list[Any]]] = {}
    for batch in pq.ParquetFile(path).iter_batches(_BATCH):
        try:
            schema.validate(batch.to_pandas(), lazy=True)
        except SchemaErrors as error:
            for row in error.failure_cases.to_dict("records"):
                place = (str(row["column"] if row["schema_context"] == "Column" else ""), str(row["check"]))
                count, examples = broken.get(place, (0, []))
                broken[place] = (count + 1, [*examples, row["failure_case"]][:_EXAMPLES])
    if broken:
        raise InvalidInput(
            "contract_broken",
            f"The values break the contract {contract}: {'; '.join(_words(broken))}.",
            "What was there before stays. Mend the source, or change the contract if the new values are right.",
        )


def _read(contract: Path) -> pandera.DataFrameSchema:
    import pandera.pandas as pandera

    try:
        found = pandera.DataFrameSchema.from_yaml(contract)
    except MlxError:
        raise
    except Exception as error:  # pandera and PyYAML raise anything
        raise InvalidInput(
            "contract_invalid",
            f"{contract} can't be read: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}.",
            "Write it as pandera's `DataFrameSchema.to_yaml` does.",
        ) from error
    assert isinstance(found, pandera.DataFrameSchema)
    return found


def _words(broken: Mapping[tuple[str, str], tuple[int, list[Any]]]) -> list[str]:
    return [
        f"{f'`{column}`: ' if column else ''}{rule} fails for {count:,} values, as {', '.join(map(repr, examples))}"
        for (column, rule), (count, examples) in broken.items()
    ]
