"""The store: opened by many at once, private, and the same on SQLite and PostgreSQL."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from jupyter_mlx.errors import Unavailable
from jupyter_mlx.settings import Settings
from jupyter_mlx.store import catalog_tables, feature_tables, model_tables  # noqa: F401 - their tables join the others
from jupyter_mlx.store import migrations as schema
from jupyter_mlx.store.engine import Store, db_now, open_store
from jupyter_mlx.store.tables import agents, metadata

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
OPEN = "import sys; from jupyter_mlx.store.engine import open_store; open_store(sys.argv[1]).close()"


def add_agent(store: Store, name: str = "a", started_at: datetime = NOON) -> None:
    with store.write() as connection:
        connection.execute(sa.insert(agents).values(id=name, host="h", started_at=started_at, alive_until=0))


def names(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(sa.select(agents.c.id).order_by(agents.c.id)).scalars())


def test_head_is_the_newest_migration() -> None:
    files = sorted((Path(schema.__file__).parent / "versions").glob("m*.py"))
    assert files[-1].name.startswith(f"m{schema.HEAD}_")


def test_the_migrations_lead_to_the_tables_of_the_code(any_store: Store) -> None:
    with any_store.engine.connect() as connection:
        # The full-text index is each database's own kind of table, which the code has no description of.
        options = {"compare_server_default": False, "include_name": lambda name, *_: "catalog_fts" not in str(name)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_defaults_of_the_database_are_those_of_the_code(any_store: Store) -> None:
    inspector = sa.inspect(any_store.engine)
    for table in metadata.sorted_tables:
        found = {column["name"]: column for column in inspector.get_columns(table.name)}
        for column in table.columns:
            given = found[column.name]["default"] is not None and "nextval" not in str(found[column.name]["default"])
            assert given == (column.server_default is not None), f"{table.name}.{column.name}"


def test_upgrading_a_store_of_today_changes_nothing(any_store: Store) -> None:
    add_agent(any_store)
    schema.upgrade(any_store.engine)
    schema.upgrade(any_store.engine)
    assert names(any_store) == ["a"]


def test_opening_again_keeps_what_was_written(db_url: str) -> None:
    first = open_store(db_url)
    add_agent(first)
    first.close()
    second = open_store(db_url)
    assert names(second) == ["a"]
    second.close()


def test_several_processes_may_create_the_store_at_once(db_url: str) -> None:
    openers = [
        subprocess.Popen([sys.executable, "-c", OPEN, db_url], stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [opener.communicate(timeout=120)[1] for opener in openers]
    assert [opener.returncode for opener in openers] == [0] * 4, said


RACE = """
import sys, time
from jupyter_mlx.store.engine import open_store

for number in range(20):
    target, start = sys.stdin.readline().split()
    # Busy, so that both are there at the very moment.
    while time.time() < float(start):
        pass
    open_store(target).close()
    print("opened", flush=True)
"""


def test_a_new_file_that_two_processes_open_at_the_very_moment_serves_both(tmp_path: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    openers = [subprocess.Popen([sys.executable, "-c", RACE], **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for number in range(20):
        start = time.time() + (3 if number == 0 else 0.02)
        for opener in openers:
            opener.stdin.write(f"sqlite:///{tmp_path}/{number}/mlx.db {start}\n")
            opener.stdin.flush()
        said = [opener.stdout.readline() for opener in openers]
        if said != ["opened\n"] * 2:
            break
    errors = [opener.communicate(timeout=60)[1] for opener in openers]
    assert [opener.returncode for opener in openers] == [0, 0], errors


def test_a_store_of_a_later_release_is_refused_and_left_alone(any_store: Store, db_url: str) -> None:
    with any_store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable) as caught:
        open_store(db_url)
    assert caught.value.code == "store_newer"
    assert "Upgrade" in caught.value.remedy
    with any_store.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


def test_the_file_and_its_folder_are_private(settings: Settings) -> None:
    store = open_store(settings.db_url)
    add_agent(store)
    folder = settings.state_dir
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes) == {"mlx.db", "mlx.db-wal", "mlx.db-shm"}
    assert set(modes.values()) == {0o600}
    store.close()


@pytest.mark.parametrize(
    ("url", "code"),
    [("no url at all", "store_url_invalid"), ("postgresql+psycopg://x@127.0.0.1:9/nothing", "store_unavailable")],
)
def test_a_store_that_cannot_be_opened_says_what_to_do(url: str, code: str) -> None:
    with pytest.raises(Unavailable) as caught:
        open_store(url)
    assert caught.value.code == code
    assert caught.value.remedy


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "mlx.db").mkdir()
    with pytest.raises(Unavailable) as caught:
        open_store(f"sqlite:///{tmp_path / 'mlx.db'}")
    assert caught.value.code == "store_unavailable"


def test_a_failed_transaction_leaves_nothing(any_store: Store) -> None:
    with pytest.raises(RuntimeError, match="in the middle"), any_store.write() as connection:  # noqa: PT012 - it fails in the middle
        connection.execute(sa.insert(agents).values(id="a", host="h", started_at=NOON, alive_until=0))
        raise RuntimeError("in the middle")
    assert names(any_store) == []


def test_a_reader_sees_one_moment(any_store: Store) -> None:
    """What is written while a reader looks is not half seen: neither its first nor its second look shows it."""
    with any_store.read() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(agents)).scalar()
        add_agent(any_store)
        after = connection.execute(sa.select(sa.func.count()).select_from(agents)).scalar()
    assert (before, after) == (0, 0)
    assert names(any_store) == ["a"]


INCREMENT = """
import sys
import sqlalchemy as sa
from jupyter_mlx.store.engine import open_store
from jupyter_mlx.store.tables import agents
store = open_store(sys.argv[1])
for _ in range(50):
    with store.write() as connection:
        value = connection.execute(sa.select(agents.c.alive_until)).scalar_one()
        connection.execute(sa.update(agents).values(alive_until=value + 1))
store.close()
"""


def test_what_a_writer_read_is_still_true_when_it_writes(any_store: Store, db_url: str) -> None:
    add_agent(any_store)
    writers = [subprocess.Popen([sys.executable, "-c", INCREMENT, db_url]) for _ in range(4)]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * 4
    with any_store.read() as connection:
        assert connection.execute(sa.select(agents.c.alive_until)).scalar_one() == 200


def test_the_databases_clock_is_the_time_since_1970(any_store: Store) -> None:
    with any_store.read() as connection:
        told = connection.execute(sa.select(db_now())).scalar_one()
    assert abs(told - datetime.now(UTC).timestamp()) < 5


def test_times_come_back_in_utc_to_the_microsecond(any_store: Store) -> None:
    moment = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    add_agent(any_store, started_at=moment)
    with any_store.read() as connection:
        back = connection.execute(sa.select(agents.c.started_at)).scalar_one()
    assert back == moment
    assert back.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(any_store: Store) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive time"):
        add_agent(any_store, started_at=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


USE = (
    "import sqlite3, sys; store = sqlite3.connect(sys.argv[1]); "
    "store.execute(\"INSERT INTO agents (id, host, started_at, alive_until) VALUES ('b', 'h', '2026-01-02', 0)\"); "
    "store.commit(); store.close()"
)


def test_a_store_opened_twice_in_a_process_keeps_its_locks(tmp_path: Path) -> None:
    file = tmp_path / "mlx.db"
    store = open_store(f"sqlite:///{file}")
    add_agent(store, "a")
    log = file.with_name("mlx.db-wal").stat().st_ino
    open_store(f"sqlite:///{file}").close()
    # The last one to close removes the log; another process must not take itself for the last.
    subprocess.run([sys.executable, "-c", USE, str(file)], check=True)
    assert file.with_name("mlx.db-wal").stat().st_ino == log
    add_agent(store, "c")
    assert names(store) == ["a", "b", "c"]
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.close()
