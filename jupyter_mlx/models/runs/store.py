"""MLflow's own database, SQLite or PostgreSQL, read by SQL: a table of runs is a query, not ten thousand objects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ...errors import Unavailable
from ...mlflow_client import answering
from .nothing import database_file

__all__ = ["TrackingDatabase", "is_database"]

CONNECT_S, BUSY_MS = 10, 20_000
_DIALECTS = ("sqlite", "postgresql")


def is_database(uri: str) -> bool:
    """Whether a tracking store is a database that is read by SQL here; others are asked through MLflow's client."""
    return uri.partition(":")[0].partition("+")[0] in _DIALECTS


class TrackingDatabase:
    """The database of a tracking store. Nothing is written to it.

    Parameters
    ----------
    uri: As MLflow takes it.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri

    @contextmanager
    def reading(self) -> Iterator[sa.Connection | None]:
        """A connection that sees one state throughout; None where nothing was tracked yet.

        MLflow itself would take seconds to make its tables then.

        Raises
        ------
        Unavailable: ``mlflow_unavailable``, ``mlflow_schema``.
        """
        with answering(self.uri):
            file = database_file(self.uri)
            if file is not None and not file.exists():
                yield None
                return
            with self._engine.connect() as connection:
                if self.dialect == "sqlite":
                    connection.exec_driver_sql("BEGIN")  # pysqlite begins none for reading
                yield connection if self._has_tables(connection) else None

    @cached_property
    def _url(self) -> sa.URL:
        return sa.make_url(self.uri)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._url.get_backend_name()

    @cached_property
    def _engine(self) -> sa.Engine:
        if self.dialect != "sqlite":
            return sa.create_engine(
                self._url,
                poolclass=sa.NullPool,  # a look now and then: no connection is held for it in between
                isolation_level="REPEATABLE READ",
                connect_args={"connect_timeout": CONNECT_S},
            )
        engine = sa.create_engine(self._url, poolclass=sa.NullPool)

        @sa.event.listens_for(engine, "connect")
        def _prepare(connection: Any, _: Any) -> None:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            # As MLflow's own searches: LIKE tells cases apart, ILIKE does not.
            connection.execute("PRAGMA case_sensitive_like = true")
            connection.execute("PRAGMA query_only = true")

        return engine

    def _has_tables(self, connection: sa.Connection) -> bool:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        if found == _newest_schema():
            return True
        import mlflow

        shown = self._url.render_as_string(hide_password=True)
        if _is_older(str(found)):
            raise Unavailable(
                "mlflow_schema",
                f"MLflow's database {shown} has the tables of an older MLflow (revision {found}).",
                f"Back it up, then bring it up to date: `mlflow db upgrade {shown}`.",
            )
        raise Unavailable(
            "mlflow_schema",
            f"The tables of {shown} (revision {found}) are none that MLflow {mlflow.__version__} knows.",
            "Install the MLflow that made them, or check `mlflow_tracking_uri`.",
        )


@cache
def _revisions() -> tuple[str, ...]:
    """MLflow's schemas, the newest first."""
    import mlflow.store.db_migrations
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(Path(next(iter(mlflow.store.db_migrations.__path__)))))
    return tuple(item.revision for item in script.walk_revisions())


def _newest_schema() -> str:
    return _revisions()[0]


def _is_older(revision: str) -> bool:
    return revision in _revisions()[1:]
