"""The rows of a view's source as a table of DuckDB's, under the names that the view gives them."""

# ruff: noqa: S608 - names are quoted or our own

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from .repository import Repository, calling

if TYPE_CHECKING:
    import duckdb

    from .models import View

__all__ = ["OURS", "TIME", "open_rows", "require_source"]

OURS = "jupyter_mlx.features.asof.AsofOfflineStore"
TIME = "mlx time"
"""The column of event times: ``TIMESTAMPTZ``, or of a view without entities too."""


def require_source(view: View) -> None:
    """Go on only where a view's values are rows of a source.

    Raises
    ------
    InvalidInput: ``view_computed``.
    """
    definition = view.definition
    if definition.kind == "on_demand" or definition.transformation is not None:
        raise InvalidInput(
            "view_computed",
            f"`{definition.name}` is computed: its values are in no source.",
            f"Look at what it is computed from: {', '.join(f'`{name}`' for name in definition.uses) or 'its source'}.",
        )


@contextmanager
def open_rows(view: View, features: Sequence[str], table: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a table of a view's rows: its join keys, `TIME`, and some features.

    Raises
    ------
    InvalidInput: ``view_computed``, and what is wrong with the source.
    MlxError: As the offline store has it.
    """
    require_source(view)
    repository = Repository(view.repository)
    with ExitStack() as stack:
        with calling(repository.folder, "source_read_failed"):
            from .asof_engine import Limits, open_engine

            store = stack.enter_context(repository.opened(offline_store=OURS))
            config = store.config.offline_store
            limits = Limits(config.memory_limit, config.threads, config.temp_directory)
            engine = stack.enter_context(open_engine(limits))
            _load(engine, store, view, features, table)
        yield engine.connection


def _load(engine: Any, store: Any, view: View, features: Sequence[str], table: str) -> None:
    from pathlib import Path

    from .asof_readers import Bounds
    from .asof_sources import open_source, quoted, reading
    from .asof_sql import in_unit, time_sql
    from .asof_views import read_views

    name = view.definition.name
    found = store.registry.get_any_feature_view(name, store.project)
    every = [f"{name}:{item.name}" for item in view.definition.features]
    read = read_views([found], every, store.registry, store.project, full_feature_names=False)[0]
    kept = [(own, column) for own, column in read.features if own in features]
    columns = list(dict.fromkeys([*(column for _, column in read.keys), read.time, *(column for _, column in kept)]))
    scan = open_source(engine, read.source, Path(store.repo_path), columns, Bounds(read.time), "mlx_source")
    time, kind = time_sql(read.source.name, read.time, scan)
    wanted = [f"{scan.names[column]} AS {quoted(own)}" for own, column in (*read.keys, *kept)]
    wanted.append(f"CAST({in_unit(time, kind, kind.unit)} AS TIMESTAMP) AT TIME ZONE 'UTC' AS {quoted(TIME)}")
    with reading(read.source):
        engine.connection.execute(
            f"CREATE TEMP TABLE {quoted(table)} AS SELECT {', '.join(wanted)} FROM {scan.relation}"
        )
