"""`define`, `backfill` and `similar` in a notebook or a script."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..api import services
from ..shown import Shown, grid
from .define_checks import default_repository, read_duration
from .defining import Request

__all__ = ["backfill", "define", "similar"]


def define(
    name: str,
    source: Any,
    /,
    *,
    entity: str | Sequence[str],
    timestamp: str,
    created: str | None = None,
    ttl: str | timedelta | None = None,
    repository: str | os.PathLike[str] | None = None,
    description: str = "",
    tags: Mapping[str, str] | None = None,
    timezone: str | None = None,
    replace: bool = False,
    anyway: bool = False,
    apply: bool = True,
) -> Shown:
    """Promote values to a feature view: its definition, its values, its recipe, a contract and a test are written.

    All columns but keys and times are features. Where the repository is none yet, it becomes one, on our stores.

    Parameters
    ----------
    source: A SELECT of DuckDB's on files and on tables of the catalog (``database.table``), a file, a function
        without parameters, or a data frame; of all but the last `backfill` makes the values again.
    entity: Join keys, or names of entities that the repository defines.
    timestamp: The column of the event's time.
    created: The column of the time at which a row was written.
    ttl: After which a value counts no longer: ``1d``, ``36h``, ``90min``; never by default.
    repository: Its folder; by default this one or ``features`` below it.
    timezone: Whose local time timestamps without a zone are, such as ``UTC``.
    replace: Overwrite the view of that name.
    anyway: Go on where a view is made in the same way already.
    apply: Put it in force.

    Raises
    ------
    NotFound: ``source_missing``.
    Conflict: ``view_exists``, ``feature_exists``.
    Forbidden: ``permission_missing``.
    InvalidInput: What is wrong with names, columns, values, or the repository.
    """
    mlx = services()
    request = Request(
        name,
        source,
        (entity,) if isinstance(entity, str) else tuple(entity),
        timestamp,
        created,
        read_duration(ttl) if isinstance(ttl, str) else ttl,
        description,
        dict(tags or {}),
        timezone,
        replace,
        anyway,
        apply,
    )
    folder = default_repository(mlx.settings) if repository is None else Path(repository)
    return Shown(mlx.definer.define(request, folder, mlx.principal()).to_json(), _defined)


def backfill(view: str, frame: Any = None) -> Shown:
    """Make a view's values again by its recipe, and put them in the place of those before, all at once.

    Parameters
    ----------
    frame: The new values of a view that was defined of a data frame.

    Raises
    ------
    NotFound: ``view_unknown``.
    InvalidInput: ``recipe_missing``, ``recipe_failed``, ``columns_changed``, ``contract_broken``: the values before
        stay.
    Forbidden: ``permission_missing``.
    """
    mlx = services()
    done = mlx.definer.backfill(view, mlx.principal(), frame).to_json()
    return Shown(done, lambda item: grid(["view", "rows", "seconds"], [[item["view"], item["rows"], item["seconds"]]]))


def similar(
    source: Any,
    /,
    *,
    entity: str | Sequence[str] = (),
    timestamp: str | None = None,
    timezone: str | None = None,
) -> Shown:
    """Features that are there already for what a SELECT, a file, a function or a data frame gives.

    Parameters
    ----------
    entity: Join keys; by default those columns that are join keys of some view.
    timestamp: The column of the event's time; by default the only one that is a time.
    timezone: As `define` has it.

    Raises
    ------
    NotFound: ``source_missing``.
    InvalidInput: What is wrong with the source; ``entity_missing``, ``timestamp_missing`` where they can't be told.
    Forbidden: ``permission_missing``.
    """
    mlx = services()
    keys = (entity,) if isinstance(entity, str) else tuple(entity)
    found = mlx.definer.similar(source, keys, timestamp, timezone, mlx.principal())
    return Shown({"items": [match.to_json() for match in found]}, lambda item: _matches(item["items"]))


def _defined(document: Mapping[str, Any]) -> str:
    rows = [[name, kind] for name, kind in document["features"].items()]
    title = f"{document['project']}/{document['name']}: {document['rows']:,} rows, in {document['repository']}"
    more = _matches(document["similar"]) if document["similar"] else ""
    return grid(["feature", "type"], rows, title) + more


def _matches(items: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [item["of"] or "all of it", f"{item['project']}/{item['view']}", item["feature"], item["owner"], item["use"]]
        for item in items
    ]
    return (
        grid(["new", "there already in", "as", "owner", "use it by"], rows) if rows else "<div>Nothing is alike.</div>"
    )
