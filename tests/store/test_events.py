"""Events: one growing sequence, written with the change that it tells of."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from jupyter_mlx.store.engine import Store
from jupyter_mlx.store.events import EventLog

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
log = EventLog()


def append(store: Store, subject: str, attempt: int | None = None, **data: object) -> None:
    with store.write() as connection:
        log.append(connection, NOON, "job.state", subject, data, attempt)


def test_an_event_is_read_as_it_was_written(any_store: Store) -> None:
    append(any_store, "run", 2, text="żółw\u2028", nested={"a": [1, None]})
    with any_store.read() as connection:
        (event,) = log.after(connection, 0)
    assert event.to_json() == {
        "id": event.id,
        "time": "2026-01-02T12:00:00.000Z",
        "kind": "job.state",
        "subject": "run",
        "data": {"text": "żółw\u2028", "nested": {"a": [1, None]}},
    }
    assert event.attempt == 2


def test_a_reader_goes_on_where_it_stopped(any_store: Store) -> None:
    for number in range(5):
        append(any_store, "run", number=number)
    with any_store.read() as connection:
        first = log.after(connection, 0, limit=3)
        rest = log.after(connection, first[-1].id)
        assert [event.data["number"] for event in first + rest] == [0, 1, 2, 3, 4]
        assert log.last_id(connection) == rest[-1].id
        assert log.after(connection, rest[-1].id) == []


def test_an_empty_log_ends_at_zero(any_store: Store) -> None:
    with any_store.read() as connection:
        assert log.last_id(connection) == 0


def test_events_of_one_attempt_are_apart_from_the_others(any_store: Store) -> None:
    append(any_store, "run", 1, n=1)
    append(any_store, "run", 2, n=2)
    append(any_store, "other", 1, n=3)
    append(any_store, "run", None, n=4)
    with any_store.read() as connection:
        assert [event.data["n"] for event in log.of_subject(connection, "run", 1)] == [1]
        assert [event.data["n"] for event in log.of_subject(connection, "run", None)] == [1, 2, 4]


def test_an_event_of_a_failed_change_is_not_told(any_store: Store) -> None:
    with pytest.raises(RuntimeError), any_store.write() as connection:  # noqa: PT012 - it fails in the middle
        log.append(connection, NOON, "job.state", "run", {})
        raise RuntimeError
    with any_store.read() as connection:
        assert log.after(connection, 0) == []


WRITER = """
import sys
from datetime import datetime, UTC
from jupyter_mlx.store.engine import open_store
from jupyter_mlx.store.events import EventLog
store, log = open_store(sys.argv[1]), EventLog()
for number in range(40):
    with store.write() as connection:
        log.append(connection, datetime.now(UTC), "job.state", sys.argv[2], {"number": number})
store.close()
"""


def test_a_follower_misses_nothing_while_several_write(any_store: Store, db_url: str) -> None:
    """An id that is seen has no smaller one that is committed later."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, db_url, str(name)]) for name in range(3)]
    seen: list[tuple[str, int]] = []
    last = 0
    while len(seen) < 120:
        alive = any(writer.poll() is None for writer in writers)
        with any_store.read() as connection:
            news = log.after(connection, last)
        seen += [(event.subject, event.data["number"]) for event in news]
        last = news[-1].id if news else last
        if not alive and not news:
            break
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    assert sorted(seen) == sorted((str(name), number) for name in range(3) for number in range(40))
