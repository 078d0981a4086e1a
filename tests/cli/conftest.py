"""One store and one agent for all tests of the terminal; each test has a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import Workbench, parameters, write_notebook

from .terminal import Terminal


@pytest.fixture(scope="package")
def bench(tmp_path_factory: pytest.TempPathFactory, mlflow_uri: str) -> Iterator[Workbench]:
    """A workbench with one configured GPU."""
    made = Workbench(tmp_path_factory.mktemp("cli"), mlflow_tracking_uri=mlflow_uri, gpus="gpu-a")
    yield made
    made.close()


@pytest.fixture
def mlx(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """The command line, in a folder with a notebook `train.ipynb`."""
    for name, value in bench.settings.to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    write_notebook(
        tmp_path / "train.ipynb",
        parameters("lr: float = 0.1  # learning rate\nname = 'x'\nhidden = [64]"),
        "print('lr is', lr, name, hidden)",
    )
    return Terminal(bench, tmp_path, capsys)


@pytest.fixture(scope="package")
def done(bench: Workbench) -> dict[str, Any]:
    """A run that succeeded, for tests that only read."""
    run = bench.run(parameters("n = 1"), "print('n is', n, 'é')", name="finished.ipynb", parameters={"n": 2})
    return run.to_json()
