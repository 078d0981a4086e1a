"""One deployment for all tests of serving: processes with a model take seconds to start."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import Workbench

from .registered import Serving, register


@pytest.fixture(scope="package")
def serving(tmp_path_factory: pytest.TempPathFactory, tracking_template: Path) -> Iterator[Serving]:
    """`delay` on this host, which serves version 1; every test leaves it so."""
    folder = tmp_path_factory.mktemp("serving")
    uri = f"sqlite:///{shutil.copyfile(tracking_template, folder / 'mlflow.db')}"
    register(folder / "models", uri)
    bench = Workbench(folder, mlflow_tracking_uri=uri)
    made = Serving(bench, "delay")
    made.service.create({"name": "delay", "model": "delay", "options": {"mask": ["carrier"]}}, made.me)
    made.ready()
    yield made
    bench.close()
