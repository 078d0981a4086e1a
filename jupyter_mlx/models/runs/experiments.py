"""Experiments of a tracking store that is a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ...errors import InvalidInput
from .shown import experiment_unknown, shown_at, words_of
from .tables import experiment_tags, experiments, runs

__all__ = ["active_ids", "experiment_document", "experiments_page"]

_ACTIVE = experiments.c.lifecycle_stage == "active"


def experiments_page(connection: sa.Connection, words: str, limit: int, cursor: str | None) -> dict[str, Any]:
    """``ExperimentList``: those that changed last, or had runs last, first."""
    counted, changed = _with_counts()
    query = counted.where(
        _ACTIVE,
        *(experiments.c.name.icontains(word, autoescape=True) for word in words_of(words)),
    )
    if cursor is not None:
        at, last = _place(cursor)
        query = query.where(sa.or_(changed < at, sa.and_(changed == at, experiments.c.experiment_id > last)))
    query = query.order_by(changed.desc(), experiments.c.experiment_id).limit(limit + 1)
    rows = connection.execute(query).all()
    page = rows[:limit]
    last_row = page[-1] if len(rows) > limit else None
    return {
        "items": _documents(connection, page),
        "next_cursor": json.dumps([last_row.changed, last_row.experiment_id]) if last_row else None,
    }


def experiment_document(
    connection: sa.Connection | None, experiment_id: str, *, deleted: bool = False
) -> dict[str, Any]:
    """``Experiment``.

    Parameters
    ----------
    deleted: One that was deleted, too.

    Raises
    ------
    NotFound: ``experiment_unknown``.
    """
    number = _number(experiment_id)
    if connection is None or number is None:
        raise experiment_unknown(experiment_id)
    query = _with_counts()[0].where(experiments.c.experiment_id == number, sa.true() if deleted else _ACTIVE)
    found = _documents(connection, connection.execute(query).all())
    if not found:
        raise experiment_unknown(experiment_id)
    return found[0]


def active_ids(connection: sa.Connection, asked: Sequence[str]) -> list[int]:
    """The ids of experiments that are asked for, or of all that are not deleted.

    Raises
    ------
    NotFound: ``experiment_unknown``.
    """
    query = sa.select(experiments.c.experiment_id).where(_ACTIVE)
    if not asked:
        return list(connection.scalars(query))
    numbers = {text: _number(text) for text in asked}
    known = set(
        connection.scalars(query.where(experiments.c.experiment_id.in_([n for n in numbers.values() if n is not None])))
    )
    for text, number in numbers.items():
        if number not in known:
            raise experiment_unknown(text)
    return sorted(known)


def _number(experiment_id: str) -> int | None:
    # The databases' ids are whole numbers of 32 bits.
    return (
        int(experiment_id) if experiment_id.isascii() and experiment_id.isdigit() and len(experiment_id) < 10 else None
    )


def _with_counts() -> tuple[sa.Select[Any], sa.ColumnElement[int]]:
    counts = (
        sa.select(
            runs.c.experiment_id,
            sa.func.count().label("runs"),
            sa.func.max(sa.func.coalesce(runs.c.end_time, runs.c.start_time)).label("last"),
        )
        .where(runs.c.lifecycle_stage == "active")
        .group_by(runs.c.experiment_id)
        .subquery()
    )
    edited = sa.func.coalesce(experiments.c.last_update_time, experiments.c.creation_time, 0)
    last = sa.func.coalesce(counts.c.last, 0)
    changed = sa.case((last > edited, last), else_=edited)
    query = sa.select(
        experiments.c.experiment_id,
        experiments.c.name,
        experiments.c.creation_time,
        sa.func.coalesce(counts.c.runs, 0).label("runs"),
        changed.label("changed"),
    ).outerjoin(counts, counts.c.experiment_id == experiments.c.experiment_id)
    return query, changed


def _documents(connection: sa.Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    tagged: dict[int, dict[str, str]] = {}
    query = sa.select(experiment_tags).where(experiment_tags.c.experiment_id.in_([row.experiment_id for row in rows]))
    for item in connection.execute(query):
        tagged.setdefault(item.experiment_id, {})[item.key] = item.value or ""
    return [
        {
            "id": str(row.experiment_id),
            "name": row.name,
            "runs": row.runs,
            "tags": dict(sorted(tagged.get(row.experiment_id, {}).items())),
            "created_at": shown_at(row.creation_time),
            "updated_at": shown_at(row.changed or None),
        }
        for row in rows
    ]


def _place(cursor: str) -> tuple[int, int]:
    try:
        at, last = json.loads(cursor)
        if type(at) is int and type(last) is int and max(abs(at), abs(last)) < 1 << 63:
            return at, last
    except (ValueError, TypeError):
        pass
    raise InvalidInput(
        "cursor_invalid", f"`{cursor}` is no place in this list.", "Begin without a cursor.", field="cursor"
    )
