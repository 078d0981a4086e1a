"""Schema versions, by alembic.

`HEAD` is named here so that opening a store of today needs no alembic (its import costs more than the opening).
A test holds it against the newest file in ``versions/``.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ...errors import Unavailable

__all__ = ["HEAD", "upgrade"]

HEAD = "0007"


def upgrade(engine: sa.Engine) -> None:
    """Bring the schema to `HEAD` in one transaction that keeps other processes out.

    Raises
    ------
    Unavailable: ``store_newer`` where a later release wrote the store.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.begin()
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7205759403792793)")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, HEAD)
        except CommandError as error:
            connection.rollback()
            raise Unavailable(
                "store_newer",
                "The store was written by a later release of jupyter_mlx.",
                "Upgrade jupyter_mlx here, or point `db_url` to another store.",
            ) from error
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
