"""What the machine can run out of: space, rights, the store's lock, time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_mlx.errors import Forbidden, StorageFull
from jupyter_mlx.jobs.claims import Claims
from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import AttemptResult

from ..support import Workbench, markdown, wait_gone

UNTIL_GO = """
import pathlib, time
print('PIDS', flush=True)
while not pathlib.Path('go').exists():
    time.sleep(0.05)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.getuid() != 0:
        pytest.skip("only root may mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m,mode=0700", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the space that is left."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    return filler


def test_a_full_disk_is_told_at_once_or_at_the_end_and_nothing_is_lost(
    own_bench: Callable[..., Workbench], small_disk: Path
) -> None:
    bench = own_bench(artifact_root=str(small_disk / "artifacts"))
    # While it runs:
    run = bench.submit(UNTIL_GO + "for i in range(30_000):\n    print('x' * 100)")
    bench.wait_for_output(run.id, "PIDS")
    filler = fill(small_disk)
    (bench.folder / "notebooks" / "go").touch()
    ended = bench.finish(run.id)
    assert ended.state is State.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "disk_full"
    assert "Free some space" in ended.error["remedy"]
    assert ended.last is not None
    assert ended.last.ended_at is not None
    # Before it is queued:
    with pytest.raises(StorageFull) as caught:
        bench.submit("print('another')")
    assert caught.value.code == "disk_full"
    # And when there is space again:
    filler.unlink()
    assert bench.run("print('fine')").state is State.SUCCEEDED


def test_a_folder_that_became_read_only_is_told(own_bench: Callable[..., Workbench], small_disk: Path) -> None:
    bench = own_bench(artifact_root=str(small_disk / "artifacts"))
    assert bench.run("1").state is State.SUCCEEDED
    agent = bench.agent_process()
    agent.suspend()
    run = bench.submit("print('never')")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        agent.resume()
        ended = bench.finish(run.id)
        with pytest.raises(Forbidden) as caught:
            bench.submit("print('another')")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert caught.value.code == "not_writable"
    assert ended.state is State.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "not_writable"
    assert bench.run("print('fine')").state is State.SUCCEEDED


def test_a_store_locked_by_another_process_only_delays(bench: Workbench) -> None:
    ran = bench.folder / "notebooks" / "ran"
    run = bench.submit(
        UNTIL_GO,
        f"pathlib.Path({str(ran)!r}).touch()",
    )
    bench.wait_for_output(run.id, "PIDS")
    other = sqlite3.connect(bench.settings.state_dir / "mlx.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    (ran.parent / "go").touch()
    bench.wait_until(ran.exists, "the notebook went on")
    files = bench.files(run)
    bench.wait_until(lambda: files.result.exists(), "the worker ended")
    assert bench.jobs.get(run.id).state is State.RUNNING
    other.execute("ROLLBACK")
    other.close()
    assert bench.finish(run.id).state is State.SUCCEEDED


def test_an_agent_stopped_past_its_lease_changes_nothing_when_it_comes_back(
    own_bench: Callable[..., Workbench],
) -> None:
    bench = own_bench(lease_s=2.0, heartbeat_s=0.5)
    run = bench.submit("print('PIDS', flush=True)\nimport time\ntime.sleep(300)")
    bench.wait_for_output(run.id, "PIDS")
    pids = [bench.worker(run).pid, bench.kernel(run).pid]
    agent = bench.agent_process()
    agent.suspend()
    elsewhere = Claims(bench.services.store, bench.services.clock, "other", "elsewhere", 60)
    (orphan,) = bench.wait_until(elsewhere.orphans, "the lease runs out")
    fence = elsewhere.adopt(orphan)
    assert fence is not None
    assert elsewhere.publish(fence, AttemptResult(State.LOST, {"code": "attempt_lost", "message": "Lost."}))
    before = bench.jobs.get(run.id)
    events = len(bench.events(run.id))
    agent.resume()
    assert wait_gone(pids, 20) == []
    assert bench.run("print('still works')").state is State.SUCCEEDED
    assert bench.jobs.get(run.id) == before
    assert len(bench.events(run.id)) == events
    assert before.state is State.LOST


@pytest.mark.slow
def test_a_notebook_of_50_mb_runs(bench: Workbench) -> None:
    run = bench.run(markdown("word " * 10_000_000), "print('done')", within_s=150)
    assert run.state is State.SUCCEEDED
    assert bench.printed(run) == "done\n"
