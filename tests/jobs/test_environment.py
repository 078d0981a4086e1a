"""What a job's kernel inherits of the process that started the agent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_mlx.jobs.lifecycle import State
from tests.support import Workbench

TELL = """\
import mlflow
print(mlflow.get_registry_uri() == mlflow.get_tracking_uri(), mlflow.active_run() is None)
with mlflow.start_run() as run:
    print("of", mlflow.get_experiment(run.info.experiment_id).name)
"""


def test_what_a_notebook_told_mlflow_before_it_started_the_agent_is_no_jobs_business(
    own_bench: Callable[..., Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "sqlite:////nowhere/registry.db")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "17")
    monkeypatch.setenv("MLFLOW_RUN_ID", "of-the-notebook")
    bench = own_bench()
    run = bench.run(TELL, name="tell.ipynb")
    assert run.state is State.SUCCEEDED, run.error
    assert bench.printed(run).splitlines()[-2:] == ["True True", "of notebooks"]
