"""What may be a column of a table of runs: metrics, parameters and tags, with how many runs have each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ...errors import InvalidInput
from .shown import KINDS, Column, words_of
from .tables import latest_metrics, params, runs, tags

__all__ = ["columns_page", "is_number", "kinds_of", "page_of_columns"]

SAMPLE = 20
"""Values of each column that are looked at, to tell whether they are numbers."""
_AT_ONCE = 100
_OWN = "mlflow."
_TABLES = {"metric": latest_metrics, "param": params, "tag": tags}


def columns_page(
    connection: sa.Connection, experiment_id: int, words: str, kind: str, limit: int, cursor: str | None
) -> dict[str, Any]:
    """``RunColumnList``. MLflow's own tags are none of them: what they say has places of its own."""
    counted = {
        column: count for name in kinds_of(kind) for column, count in _counts(connection, experiment_id, name, words)
    }
    page, following = page_of_columns(counted, limit, cursor)
    numeric = _numeric(connection, experiment_id, page)
    return {
        "items": [
            {
                "column": str(column),
                "kind": column.kind,
                "name": column.name,
                "runs": counted[column],
                "numeric": column.kind == "metric" or column in numeric,
            }
            for column in page
        ],
        "next_cursor": following,
        "total": len(counted),
    }


def kinds_of(kind: str) -> list[str]:
    """The kinds that are asked for; all where none is named.

    Raises
    ------
    InvalidInput: ``column_invalid``.
    """
    if kind and kind not in KINDS.values():
        raise InvalidInput(
            "column_invalid", f"`{kind}` is no kind of column.", "Ask for metric, param or tag.", field="kind"
        )
    return [kind] if kind else list(KINDS.values())


def page_of_columns(counted: dict[Column, int], limit: int, cursor: str | None) -> tuple[list[Column], str | None]:
    """Columns after the place that a cursor names, those that most runs have first, and the next page's cursor.

    Raises
    ------
    InvalidInput: ``cursor_invalid``.
    """
    order = list(KINDS.values())
    found = sorted((-count, order.index(column.kind), column.name) for column, count in counted.items())
    if cursor is not None:
        try:
            place = tuple(json.loads(cursor))
            found = [key for key in found if key > place]
        except (ValueError, TypeError) as error:
            raise InvalidInput(
                "cursor_invalid", f"`{cursor}` is no place in this list.", "Begin without a cursor.", field="cursor"
            ) from error
    page = [Column(order[kind], name) for _, kind, name in found[:limit]]
    return page, json.dumps(found[limit - 1]) if len(found) > limit else None


def is_number(value: str) -> bool:
    """Whether a text reads as a number."""
    try:
        float(value)
    except ValueError:
        return False
    return True


def _counts(connection: sa.Connection, experiment_id: int, kind: str, words: str) -> list[tuple[Column, int]]:
    table = _TABLES[kind]
    query = (
        sa.select(table.c.key, sa.func.count())
        .where(
            table.c.run_uuid.in_(_runs_of(experiment_id)),
            *(table.c.key.icontains(word, autoescape=True) for word in words_of(words)),
        )
        .group_by(table.c.key)
    )
    if kind == "tag":
        query = query.where(~table.c.key.startswith(_OWN, autoescape=True))
    return [(Column(kind, key), count) for key, count in connection.execute(query)]


def _runs_of(experiment_id: int) -> sa.Select[Any]:
    return sa.select(runs.c.run_uuid).where(runs.c.experiment_id == experiment_id, runs.c.lifecycle_stage == "active")


def _numeric(connection: sa.Connection, experiment_id: int, page: Sequence[Column]) -> set[Column]:
    """Those of parameters and tags of which all values that were looked at are numbers."""
    asked = [column for column in page if column.kind != "metric"]
    seen: dict[Column, bool] = {}
    for start in range(0, len(asked), _AT_ONCE):
        queries = [_some_values(experiment_id, column) for column in asked[start : start + _AT_ONCE]]
        for kind, key, value in connection.execute(sa.union_all(*queries)):
            column = Column(kind, key)
            seen[column] = seen.get(column, True) and is_number(value or "")
    return {column for column, all_numbers in seen.items() if all_numbers}


def _some_values(experiment_id: int, column: Column) -> sa.Select[Any]:
    table = _TABLES[column.kind]
    found = (
        sa.select(sa.literal(column.kind).label("kind"), table.c.key, table.c.value)
        .join(runs, runs.c.run_uuid == table.c.run_uuid)
        .where(table.c.key == column.name, runs.c.experiment_id == experiment_id, runs.c.lifecycle_stage == "active")
        .limit(SAMPLE)
        .subquery()
    )
    return sa.select(found)
