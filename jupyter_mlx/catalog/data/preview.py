"""The first rows of a table, or some of them at random, without reading more of it than that takes."""

from __future__ import annotations

import base64
import random
import time
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..types import arrow_type
from .encoding import encoded_rows
from .engine import open_engine, reading_errors, seal
from .plan import ReadPlan
from .scan import Scan, open_scan

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["BUDGET_S", "run_preview"]

BUDGET_S = 10.0
"""After this long no further file is opened: what was found is shown."""
SAMPLED_PARTS = 8
SAMPLED_ROWS = 200_000
_LISTED = 1_000


def run_preview(plan: ReadPlan, limit: int, *, sample: bool, as_arrow: bool) -> dict[str, Any]:
    """The rows as JSON holds them, or an Arrow stream as Base64; and whether there are more.

    Without an order files are opened one after the other until there are enough rows. Sampled rows are drawn at random
    from the first `SAMPLED_ROWS` of each of `SAMPLED_PARTS` files, which are chosen at random.

    Raises
    ------
    MlxError: As `TableReader` has it.
    """
    with reading_errors(plan):
        table, more = _sample(plan, limit) if sample else _first(plan, limit)
    if not as_arrow:
        return {"rows": encoded_rows(table), "truncated": more}
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return {"arrow": base64.b64encode(sink.getvalue()).decode(), "truncated": more}


def _first(plan: ReadPlan, limit: int) -> tuple[pa.Table, bool]:
    deadline = time.monotonic() + BUDGET_S
    found: list[pa.Table] = []
    count = 0
    with open_scan(plan) as scan, open_engine() as connection:
        parts = iter([scan]) if plan.sort is not None else scan.parts()
        for part in parts:
            table = _run(connection, part, plan.select(limit + 1 - count))
            found.append(table)
            count += table.num_rows
            if count > limit or (time.monotonic() > deadline and next(parts, None) is not None):
                return _joined(plan, found).slice(0, limit), True
    return _joined(plan, found), False


def _sample(plan: ReadPlan, limit: int) -> tuple[pa.Table, bool]:
    # Which rows are drawn is no secret.
    chooser = random.Random()  # noqa: S311
    some = plan.partitions
    if len(some) > SAMPLED_PARTS:
        some = tuple(chooser.sample(some, SAMPLED_PARTS))
    statement = f"SELECT * FROM ({plan.select(SAMPLED_ROWS)}) USING SAMPLE reservoir({limit + 1} ROWS)"  # noqa: S608
    with open_scan(replace(plan, partitions=some)) as scan, open_engine() as connection:
        parts = list(islice(scan.parts(), _LISTED))
        chosen = chooser.sample(parts, min(SAMPLED_PARTS, len(parts)))
        found = [_run(connection, part, statement) for part in chosen]
    rows = _joined(plan, found)
    drawn = chooser.sample(range(rows.num_rows), min(limit, rows.num_rows))
    return rows.take(sorted(drawn)), rows.num_rows > limit or len(parts) > len(chosen)


def _run(connection: duckdb.DuckDBPyConnection, part: Scan, statement: str) -> pa.Table:
    part.attach(connection)
    seal(connection)
    return connection.sql(statement).to_arrow_table()


def _joined(plan: ReadPlan, tables: list[pa.Table]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema([(name, arrow_type(kind)) for name, kind in plan.shown()])
    return pa.concat_tables([schema.empty_table(), *(table.cast(schema) for table in tables)])
