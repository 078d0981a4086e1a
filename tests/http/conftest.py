"""One server and one agent for all tests of HTTP: each test has notebooks of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import Workbench, parameters

from .server import Server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory, mlflow_uri: str) -> Iterator[Server]:
    """A Jupyter server with one configured GPU, and one secret in its environment."""
    bench = Workbench(tmp_path_factory.mktemp("http"), mlflow_tracking_uri=mlflow_uri, gpus="gpu-a")
    made = Server(bench)
    yield made
    made.close()
    bench.close()


@pytest.fixture(scope="package")
def done(server: Server) -> dict[str, object]:
    """A run that succeeded, for tests that only read."""
    return server.run(
        parameters("lr = 0.1  # learning rate\nwho: str = 'world'"),
        "print('hello', who, lr)",
        "print('more')\n1 + 1",
        name="done.ipynb",
        parameters={"lr": 0.5},
        tags={"team": "risk"},
    )
