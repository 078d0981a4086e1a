"""The Python API in a script or notebook: queue, wait, look, compare."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_mlx as mlx
from jupyter_mlx import api
from jupyter_mlx.errors import ExecutionFailed, InvalidInput, NotFound, Unavailable

from .support import Workbench, parameters, write_notebook


@pytest.fixture(autouse=True)
def folder(bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a notebook, and this process's services on the module's store."""
    for name, value in bench.settings.to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    write_notebook(
        tmp_path / "train.ipynb",
        parameters("lr = 0.1\nname = 'x'"),
        "import mlflow\nmlflow.log_metric('loss', lr * 2)\nprint('lr is', lr, name)",
    )
    api.services.cache_clear()
    yield tmp_path
    api.services().close()
    api.services.cache_clear()


def test_a_run_is_waited_for_and_looked_at(folder: Path) -> None:
    run = mlx.run("train.ipynb", lr=0.5, parameters={"name": "y"}, tags={"team": "risk"}, output="out/train.ipynb")
    assert run.wait(60) is run
    assert run.state == "SUCCEEDED"
    assert run.name == "train"
    assert run.metrics == {"loss": 1.0}
    assert "lr is 0.5 y" in run.log
    assert run.outputs["notebook.ipynb"].is_file()
    assert run.record["cells"]
    assert run.document["notebook"]["path"] == "train.ipynb"
    assert "lr is 0.5 y" in (folder / "out" / "train.ipynb").read_text()
    assert repr(run) == f"<Run {run.id} train SUCCEEDED>"
    assert run.id in run._repr_html_()
    assert "loss 1.0" in run._repr_html_()
    assert mlx.get(run.id[:8]).id == run.id
    assert run.id in [found.id for found in mlx.jobs.list("train", state="SUCCEEDED")]


def test_a_path_is_taken_as_well_as_a_text(folder: Path) -> None:
    run = mlx.run(folder / "train.ipynb", output=folder / "copy.ipynb").wait(60)
    assert run.state == "SUCCEEDED"
    assert (folder / "copy.ipynb").is_file()


def test_two_runs_are_compared() -> None:
    one, two = mlx.run("train.ipynb", lr=1), mlx.run("train.ipynb", lr=2)
    one.wait(60)
    two.wait(60)
    found = one.diff(two)
    assert found["parameters"] == {"lr": {"a": 1, "b": 2}}
    assert found["metrics"] == {"loss": {"a": 2.0, "b": 4.0}}
    assert one.diff(one.id)["equal"]


def test_a_run_that_fails_raises_only_when_asked(folder: Path) -> None:
    write_notebook(folder / "fails.ipynb", "raise ValueError('<b>too small</b>')")
    run = mlx.run("fails.ipynb").wait(60)
    assert run.state == "FAILED"
    assert "&lt;b&gt;too small" in run._repr_html_()
    with pytest.raises(ExecutionFailed, match="too small") as failed:
        run.wait(check=True)
    assert failed.value.code == "cell_failed"


def test_a_run_is_cancelled_retried_and_cloned(folder: Path, bench: Workbench) -> None:
    write_notebook(folder / "waits.ipynb", parameters("s = 600"), "import time\nprint('begun')\ntime.sleep(s)")
    run = mlx.run("waits.ipynb", s=600)
    bench.wait_for_output(run.id, "begun")
    with pytest.raises(Unavailable) as late:
        run.wait(0.2)
    assert late.value.code == "wait_timed_out"
    assert run.cancel().wait(60).state == "CANCELLED"
    clone = run.clone(s=0)
    assert clone.id != run.id
    assert clone.wait(60).state == "SUCCEEDED"
    assert clone.retry().wait(60).state == "SUCCEEDED"
    assert len(clone.document["attempts"]) == 2


def test_what_is_wrong_is_raised_and_nothing_is_queued() -> None:
    before = [run.id for run in mlx.jobs.list()]
    with pytest.raises(NotFound, match="no notebook"):
        mlx.run("missing.ipynb")
    with pytest.raises(InvalidInput, match="no parameter `rate`"):
        mlx.run("train.ipynb", rate=1)
    with pytest.raises(InvalidInput, match="must be a number"):
        mlx.run("train.ipynb", lr="fast")
    with pytest.raises(InvalidInput, match="object at"):
        mlx.run("train.ipynb", lr=object())
    with pytest.raises(NotFound, match="There is no secret"):
        mlx.run("train.ipynb", secrets=["NOBODY_SET"])
    assert [run.id for run in mlx.jobs.list()] == before


@pytest.mark.parametrize(
    "settings",
    [{"timeout_s": 0}, {"timeout_s": -1}, {"timeout_s": float("nan")}, {"retries": -1}, {"gpus": -1}, {"gpus": 1.5}],
)
def test_wrong_settings_are_refused_in_python_too(settings: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        mlx.run("train.ipynb", **settings)


def test_a_secret_is_read_in_its_run_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound, match="was not given the secret `TOKEN`"):
        mlx.secrets.get("secret://TOKEN")
    monkeypatch.setitem(os.environ, "JUPYTER_MLX_SECRET_TOKEN", "value")
    assert mlx.secrets.get("secret://TOKEN") == mlx.secrets.get("TOKEN") == "value"
