"""Kernels of real runs: how they are reached, and how they end, also by force. All share one agent."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import JobRequest

from ..support import Workbench, kill, wait_gone

CHILDREN = """
import subprocess, sys
subprocess.Popen(["sleep", "300"])
subprocess.Popen(["setsid", "sleep", "300"])
subprocess.Popen(["sleep", "300"], env={"PATH": "/usr/bin:/bin"})
subprocess.Popen(["setsid", "sleep", "300"], env={"PATH": "/usr/bin:/bin"})
import multiprocessing as m, time, psutil
w = m.get_context("fork").Process(target=time.sleep, args=(300,)); w.start()
print("PIDS", psutil.Process().pid, *[c.pid for c in psutil.Process().children(recursive=True)], flush=True)
"""


def pids_of(bench: Workbench, run_id: str) -> list[int]:
    bench.wait_for_output(run_id, "PIDS")
    text = next(o["output"]["text"] for o in bench.outputs(run_id) if "PIDS" in o["output"].get("text", ""))
    return [int(word) for word in text.split()[1:]]


def test_a_cancelled_run_ends_with_all_its_processes_and_keeps_what_it_printed(bench: Workbench) -> None:
    run = bench.submit(CHILDREN, "import time\ntime.sleep(300)")
    pids = pids_of(bench, run.id)
    assert len(pids) >= 6
    bench.jobs.cancel(run.id)
    ended = bench.finish(run.id)
    assert ended.state is State.CANCELLED
    assert ended.error is not None
    assert ended.error["code"] == "cancelled"
    assert wait_gone(pids, 10) == []
    assert "PIDS" in bench.printed(ended)


def test_a_kernel_that_ignores_signals_is_cancelled_all_the_same(bench: Workbench) -> None:
    source = "import signal, time\nfor s in (signal.SIGINT, signal.SIGTERM):\n    signal.signal(s, signal.SIG_IGN)\n"
    run = bench.submit(source + "import os\nprint('PIDS', os.getpid(), flush=True)\nwhile True:\n    time.sleep(1)")
    pids = pids_of(bench, run.id)
    bench.jobs.cancel(run.id)
    assert bench.finish(run.id).state is State.CANCELLED
    assert wait_gone(pids, 10) == []


def test_a_cell_that_never_ends_is_timed_out(bench: Workbench) -> None:
    # In which a kernel also starts where much else runs.
    run = bench.run("print('begun', flush=True)\nwhile True:\n    pass", timeout_s=6.0)
    assert run.state is State.TIMED_OUT
    assert run.error is not None
    assert (run.error["code"], run.error["cell"]) == ("timed_out", 1)
    assert "6 s" in run.error["message"]
    assert "begun" in bench.printed(run)


def test_a_kernel_that_dies_is_told_with_its_cell(bench: Workbench) -> None:
    run = bench.run("1", "import os, signal\nprint('before', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)")
    assert run.state is State.FAILED
    assert run.error is not None
    assert (run.error["code"], run.error["cell"]) == ("kernel_died", 2)
    assert "memory" in run.error["remedy"]


def test_a_working_folder_that_is_gone_is_told(bench: Workbench) -> None:
    folder = bench.folder / "gone"
    folder.mkdir()
    path = bench.notebook("a.ipynb", "1")
    blocker = [bench.submit("import time\ntime.sleep(2)") for _ in range(2)]
    run = bench.jobs.submit(JobRequest(str(path), cwd=str(folder)), owner="me")
    folder.rmdir()
    ended = bench.finish(run.id)
    assert ended.state is State.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "folder_missing"
    for one in blocker:
        bench.finish(one.id)


# -- how it is reached ------------------------------------------------------------------------------------------------

TRANSPORT = """
import json, pathlib
from ipykernel.connect import get_connection_file
path = pathlib.Path(get_connection_file())
info = json.loads(path.read_text())
print('PIDS', info['transport'], path.parent, oct(path.parent.stat().st_mode & 0o777), flush=True)
"""
ONLY_TCP = """
import json, os, sys
if json.load(open(sys.argv[1]))["transport"] != "tcp":
    sys.exit("only TCP is spoken here")
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", "-f", sys.argv[1]])
"""


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no such sockets here")
def test_nobody_else_can_listen_to_a_kernel_and_its_folder_is_removed(bench: Workbench) -> None:
    run = bench.run(TRANSPORT)
    _, transport, folder, mode = bench.printed(run).split()
    assert (transport, mode) == ("ipc", "0o700")
    assert len(folder) < 60
    assert not Path(folder).exists()
    assert "without encryption" not in bench.files(run).runner_log.read_text()


def test_the_folder_of_a_kernel_is_removed_though_its_worker_was_killed(bench: Workbench) -> None:
    run = bench.submit(TRANSPORT, "import time\ntime.sleep(300)")
    bench.wait_for_output(run.id, "PIDS")
    (told,) = [data["output"]["text"] for data in bench.outputs(run.id) if "PIDS" in str(data)]
    folder = Path(told.split()[2])
    assert folder.is_dir()
    kill(bench.worker(run))
    assert bench.finish(run.id).state is State.FAILED
    assert not folder.exists()


def test_a_kernel_that_speaks_only_tcp_is_started_over_tcp(
    own_bench: Callable[..., Workbench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "jupyter" / "kernels" / "only-tcp"
    folder.mkdir(parents=True)
    (folder / "start.py").write_text(ONLY_TCP)
    spec = {"display_name": "TCP", "language": "python"}
    spec |= {"argv": [sys.executable, str(folder / "start.py"), "{connection_file}"]}  # type: ignore[dict-item]
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    bench = own_bench()
    run = bench.run(TRANSPORT, kernel="only-tcp")
    assert run.state is State.SUCCEEDED
    assert bench.printed(run).split()[1] == "tcp"
    assert "TCP is tried" in bench.files(run).runner_log.read_text()
