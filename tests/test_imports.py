"""Starting is cheap: what every door imports brings nothing heavy along."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "mlflow",
    "feast",
    "dvc",
    "ray",
    "torch",
    "papermill",
    "pandas",
    "duckdb",
    "boto3",
    "sqlalchemy",
    "nbconvert",
    "numpy",
}
SCRIPT = "import sys, json, {module}; print(json.dumps(sorted(name.partition('.')[0] for name in sys.modules)))"


@pytest.mark.parametrize(
    "module",
    [
        "jupyter_mlx",
        "jupyter_mlx.errors",
        "jupyter_mlx.settings",
        "jupyter_mlx.services",
        "jupyter_mlx.store.bell",
        "jupyter_mlx.jobs.control",
        "jupyter_mlx.jobs.lifecycle",
        "jupyter_mlx.jobs.models",
    ],
)
def test_importing_brings_nothing_heavy(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(module=module)], stdout=subprocess.PIPE, text=True, check=True, cwd="/"
    )
    assert HEAVY & set(json.loads(done.stdout)) == set()
