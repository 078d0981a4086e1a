"""Comparisons that take too long are killed; their processes do not stay."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest

from jupyter_mlx.errors import Unavailable
from jupyter_mlx.review.pool import DiffPool, TimeIsUp
from jupyter_mlx.review.service import TOO_SLOW, DiffService

from ..support import wait_gone

MakeService = Callable[..., DiffService]
HOURS = 3_000
"""Lines of a cell that nbdime compares for minutes: each is like each other one, none is the same."""


def comparing() -> list[psutil.Process]:
    """The processes of this one that compare notebooks."""
    children = psutil.Process().children()
    return [child for child in children if "jupyter_mlx.review.worker" in " ".join(child.cmdline())]


@pytest.fixture
def endless(tmp_path: Path) -> tuple[str, str]:
    """Two notebooks that nbdime does not finish with in time."""
    paths = []
    for number, name in enumerate(("a", "b")):
        lines = "\n".join(
            f"value_{n:05d} = compute(first={n}, second={n * 7 + number}, third='{name}')" for n in range(HOURS)
        )
        node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(lines, id="long")])
        paths.append(tmp_path / f"{name}.ipynb")
        paths[-1].write_text(json.dumps(node))
    return str(paths[0]), str(paths[1])


@pytest.fixture
def small(tmp_path: Path) -> dict[str, str]:
    """A small notebook, as the pool takes it."""
    path = tmp_path / "small.ipynb"
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])))
    return {"path": str(path), "shown": "small.ipynb"}


def test_what_takes_too_long_in_detail_is_compared_by_whole_lines(
    impatient: MakeService, endless: tuple[str, str]
) -> None:
    found = impatient(limit_s=2.5).diff(*endless, root=None)
    assert found["note"] == TOO_SLOW
    assert found["cells"]["changed"] == 1
    [patch] = found["notebook"]["diff"][0]["diff"][0]["diff"]
    assert [item["op"] for item in patch["diff"]] == ["addrange", "removerange"]


def test_what_takes_too_long_at_all_is_refused_with_a_way_out_and_leaves_no_process(
    impatient: MakeService, endless: tuple[str, str]
) -> None:
    service = impatient(limit_s=0.05, coarse_limit_s=0.05)
    with pytest.raises(Unavailable) as caught:
        service.diff(*endless, root=None)
    assert caught.value.code == "diff_timeout"
    assert caught.value.remedy
    assert comparing() == []


def test_a_killed_process_is_really_gone_in_the_middle_of_its_work(
    endless: tuple[str, str], small: dict[str, str]
) -> None:
    pool = DiffPool()
    pool.compare(small, small, limit_s=60, fine=True, report=False)
    [warm] = comparing()
    a, b = ({"path": path, "shown": path} for path in endless)
    with pytest.raises(TimeIsUp):
        pool.compare(a, b, limit_s=1, fine=True, report=False)
    assert wait_gone([warm.pid], within_s=0.5) == []
    assert comparing() == []


def test_a_process_serves_the_next_comparison_too(small: dict[str, str]) -> None:
    pool = DiffPool()
    for _ in range(3):
        pool.compare(small, small, limit_s=60, fine=True, report=False)
    assert len(comparing()) == 1
    pool.close()
    assert comparing() == []


def test_a_process_that_went_away_meanwhile_is_replaced(small: dict[str, str]) -> None:
    pool = DiffPool()
    pool.compare(small, small, limit_s=60, fine=True, report=False)
    [warm] = comparing()
    os.kill(warm.pid, signal.SIGKILL)
    assert wait_gone([warm.pid]) == []
    assert pool.compare(small, small, limit_s=60, fine=True, report=False)["diff"] == []
    pool.close()


def test_no_more_processes_than_allowed_run_at_a_time(small: dict[str, str]) -> None:
    pool = DiffPool(size=1)
    with ThreadPoolExecutor(4) as executor:
        list(executor.map(lambda _: pool.compare(small, small, limit_s=60, fine=True, report=False), range(4)))
    assert len(comparing()) == 1
    pool.close()


def test_a_process_ends_with_its_parent(small: dict[str, str]) -> None:
    parent = (
        "import json, os, signal, sys\n"
        "from jupyter_mlx.review.pool import DiffPool\n"
        "pool, small = DiffPool(), json.loads(sys.argv[1])\n"
        "pool.compare(small, small, limit_s=60, fine=True, report=False)\n"
        "print(pool._idle[0].pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", parent, json.dumps(small)], capture_output=True, check=False)
    assert wait_gone([int(done.stdout)]) == []


def test_a_notebook_of_many_megabytes_travels_both_ways(tmp_path: Path) -> None:
    output = nbformat.v4.new_output("display_data", data={"image/png": "A" * 20_000_000})
    cell = nbformat.v4.new_code_cell("plot()", id="plot", outputs=[output])
    content = json.dumps(nbformat.v4.new_notebook(cells=[cell]))
    pool = DiffPool()
    found = pool.compare(
        {"content": content, "shown": "a"},
        {"content": content.replace("A" * 8, "B" * 8), "shown": "b"},
        limit_s=60,
        fine=True,
        report=False,
    )
    assert found["outputs_changed"] == 1
    pool.close()


def test_a_server_with_a_thousand_open_connections_compares_as_before(small: dict[str, str]) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2048:
        pytest.skip("so many descriptors may not be opened here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2048), hard))
    pool = DiffPool()
    with contextlib.ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        stack.callback(pool.close)
        opened = [stack.enter_context(open(os.devnull)) for _ in range(1100)]
        assert opened[-1].fileno() >= 1024
        assert pool.compare(small, small, limit_s=30, fine=True, report=False)
