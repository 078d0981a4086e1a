"""The bell: rings reach every listener, and nobody else can listen."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator

import pytest

from jupyter_mlx.errors import Forbidden
from jupyter_mlx.settings import Settings
from jupyter_mlx.store.bell import Bell, bell_folder, ring


@pytest.fixture
def key(settings: Settings) -> Iterator[str]:
    yield settings.key
    folder = bell_folder(settings.key)
    shutil.rmtree(folder)


def test_a_ring_wakes_every_listener(key: str) -> None:
    with Bell(key, "one") as one, Bell(key, "two") as two:
        ring(key)
        assert one.wait(5)
        assert two.wait(5)


def test_rings_before_the_wait_count_once(key: str) -> None:
    with Bell(key, "one") as bell:
        for _ in range(5):
            ring(key)
        assert bell.wait(5)
        assert not bell.wait(0)


def test_without_a_ring_the_wait_ends_by_itself(key: str) -> None:
    with Bell(key, "one") as bell:
        assert not bell.wait(0.01)


def test_another_process_can_ring(key: str) -> None:
    with Bell(key, "one") as bell:
        subprocess.run([sys.executable, "-c", f"from jupyter_mlx.store.bell import ring; ring({key!r})"], check=True)
        assert bell.wait(5)


def test_a_listener_that_never_looks_stops_nobody(key: str) -> None:
    with Bell(key, "deaf"), Bell(key, "one") as bell:
        for _ in range(2000):
            ring(key)
        assert bell.wait(5)


def test_listeners_that_died_are_cleared_away(key: str) -> None:
    script = f"from jupyter_mlx.store.bell import Bell; import os; Bell({key!r}, 'dead'); os._exit(0)"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert len(list(bell_folder(key).iterdir())) == 1
    ring(key)
    assert list(bell_folder(key).iterdir()) == []


def test_a_closed_bell_leaves_no_socket(key: str) -> None:
    Bell(key, "one").close()
    assert list(bell_folder(key).iterdir()) == []


def test_its_folder_is_private(key: str) -> None:
    assert stat.S_IMODE(bell_folder(key).stat().st_mode) == 0o700


def test_a_folder_that_others_can_enter_is_refused(key: str) -> None:
    folder = bell_folder(key)
    os.chmod(folder, 0o755)
    with pytest.raises(Forbidden) as caught:
        Bell(key, "one")
    assert caught.value.code == "bell_folder_taken"
    os.chmod(folder, 0o700)
