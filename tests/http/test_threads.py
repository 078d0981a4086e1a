"""Slow work keeps nobody waiting: comparisons that hang, beside lists, events and new runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from jupyter_mlx.http import QUICK, SLOW, Context
from jupyter_mlx.services import Services
from tests.support import Workbench, write_notebook

from .server import Server

HANGING = 12


@pytest.fixture
def own_server(tmp_path: Path, mlflow_uri: str) -> Iterator[Server]:
    """A server whose processes a test may stop."""
    bench = Workbench(tmp_path / "bench", mlflow_tracking_uri=mlflow_uri)
    made = Server(bench)
    yield made
    made.close()
    bench.close()


def comparing(server: Server) -> list[psutil.Process]:
    """The server's processes that compare notebooks."""
    children = psutil.Process(server.process.pid).children()
    return [child for child in children if "jupyter_mlx.review.worker" in child.cmdline()]


def test_comparisons_that_hang_hold_up_neither_reads_nor_events_nor_new_runs(own_server: Server) -> None:
    server = own_server
    for name, source in (("a.ipynb", "x = 1"), ("b.ipynb", "x = 2")):
        write_notebook(server.root / name, source)

    def compare(_: int) -> int:
        status: int = server.session.get(f"{server.url}/diff", params={"a": "a.ipynb", "b": "b.ipynb"}).status_code
        return status

    with ThreadPoolExecutor(HANGING) as clients:
        assert list(clients.map(compare, range(2))) == [200, 200]
        stopped = comparing(server)
        assert len(stopped) == 2
        for process in stopped:
            process.suspend()
        try:
            waiting = [clients.submit(compare, number) for number in range(HANGING)]
            with server.socket() as socket:
                for _ in range(QUICK):
                    assert server.get("jobs")["items"] == []
                run = server.post("jobs", notebook="a.ipynb")
                told = socket.until(lambda event: event["subject"] == run["id"])
                assert told[-1]["data"]["run"]["state"] == "QUEUED"
            assert not any(future.done() for future in waiting)
        finally:
            for process in stopped:
                process.resume()
        assert {future.result() for future in waiting} == {200}
    assert server.finish(run["id"])["state"] == "SUCCEEDED"


def test_quick_calls_have_threads_that_slow_ones_never_take(services: Services, tmp_path: Path) -> None:
    context = Context(services, tmp_path)
    go = threading.Event()

    async def both() -> list[str]:
        slow = [asyncio.ensure_future(context.call_slow(go.wait, 60)) for _ in range(2 * SLOW)]
        names = await asyncio.gather(*(context.call(lambda: threading.current_thread().name) for _ in range(QUICK)))
        assert not any(call.done() for call in slow)
        go.set()
        assert all(await asyncio.gather(*slow))
        return names

    try:
        assert all(name.startswith("mlx-quick") for name in asyncio.run(both()))
    finally:
        context.close()
