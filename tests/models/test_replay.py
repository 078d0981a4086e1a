"""Versions of models made again from their records, with real kernels, and what is said where they differ."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from jupyter_mlx.errors import Conflict, InvalidInput, NotFound
from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import Run
from jupyter_mlx.models.replay.plan import changed_packages
from jupyter_mlx.models.replay.replaying import replay
from jupyter_mlx.models.replay.scratch import make_scratch
from tests.support import Workbench, parameters

CELLS = parameters("seed: int = 1\nname: str = 'm'")
TRAIN = """\
import mlflow, numpy as np, time
started = time.time()
rows = np.random.default_rng(seed).normal(size=(200, 3))
answers = (rows[:, 0] > 0).astype(int)
"""
SKLEARN = """\
from sklearn.linear_model import LogisticRegression
model = LogisticRegression().fit(rows + noise, answers)
print(f"fitted in {time.time() - started:.2f} s as {mlflow.active_run()} at {id(model):#x}")
with mlflow.start_run() as run:
    mlflow.log_metric("weight", float(model.coef_[0, 0]))
    mlflow.log_metric("fit_seconds", time.time() - started)
    made = mlflow.sklearn.log_model(
        model, name="model", registered_model_name=name, pip_requirements=["scikit-learn"]
    )
print(f"version {made.registered_model_version} of run {run.info.run_id} in {mlflow.get_tracking_uri()}")
"""
# Without any of MLflow's flavors, whose libraries take seconds to import.
WEIGHTS = """\
from pathlib import Path
weights = np.linalg.lstsq(rows + noise, answers, rcond=None)[0]
with mlflow.start_run() as run:
    mlflow.log_metric("weight", float(weights[0]))
    folder = Path(mlflow.get_artifact_uri().removeprefix("file://")) / "model"
    folder.mkdir(parents=True)
    np.save(folder / "weights.npy", weights)
    (folder / "MLmodel").write_text(f"run_id: {run.info.run_id}\\nflavors: {{}}\\n")
    client = mlflow.MlflowClient()
    client.create_registered_model(name)
    client.create_model_version(name, folder.as_uri(), run.info.run_id)
"""


def train(bench: Workbench, name: str, noise: str, fit: str = WEIGHTS, **more: Any) -> Run:
    run = bench.run(CELLS, TRAIN, noise, fit, name=f"{name}.ipynb", parameters={"name": name}, within_s=180, **more)
    assert run.state is State.SUCCEEDED, run.error
    return run


def make_again(bench: Workbench, name: str, **options: Any) -> dict[str, Any]:
    return replay(bench.services, name, 1, principal=bench.services.principal(), **options)


def versions(bench: Workbench, name: str) -> list[Any]:
    uri = bench.settings.mlflow_tracking_uri
    return list(MlflowClient(uri, uri).search_model_versions(f"name = '{name}'"))


@pytest.mark.timeout(400)
def test_a_version_is_made_again_bit_by_bit_by_a_job_though_one_only_may_run(
    own_bench: Callable[..., Workbench],
) -> None:
    bench = own_bench(max_parallel=1)
    helper = bench.folder / "notebooks" / "helper.py"
    helper.parent.mkdir(parents=True)
    helper.write_text("NOISE = 0.25\n")
    train(bench, "equal", "from helper import NOISE as noise", SKLEARN, include=("*.py",))
    helper.write_text("NOISE = 0.5\n")  # the job's snapshot has what it was
    document = {"model": "equal", "version": 1}
    queued = bench.services.models.replays.queue(document, bench.services.principal(), cwd=bench.folder)
    assert bench.services.models.replays.queue(document, bench.services.principal(), cwd=bench.folder).id == queued.id
    waiting = bench.services.models.replays.get(queued.id)
    assert (waiting["state"], waiting["run_id"]) == ("RUNNING", queued.id)
    ended = bench.finish(queued.id, within_s=240)
    assert ended.state is State.SUCCEEDED, ended.error
    found = bench.services.models.replays.get(queued.id)
    assert (found["id"], found["state"], found["cell"]) == (waiting["id"], "EQUAL", None), found["message"]
    assert found["message"].startswith("Bit-equal: outputs of 5 cells, 1 metric, ")
    assert "Metrics of times and load differ: fit_seconds." in found["message"]
    assert {file["path"] for file in found["files"]} >= {"MLmodel", "requirements.txt"}
    assert all(file["equal"] for file in found["files"])
    assert [output["name"] for output in ended.last.outputs if "replay" in output["name"]] == ["replay-1.ipynb"]
    # Nothing of it is in the real store, nor lies about.
    assert [version.version for version in versions(bench, "equal")] == [1]
    assert not (bench.files(ended).folder / "replay").exists()
    (event,) = [event for event in bench.events(waiting["id"]) if event.data["state"] == "EQUAL"]
    assert (event.kind, event.data["model"], event.data["what"]) == ("models.changed", "equal", "replay")


def test_a_store_in_a_folder_of_any_name_is_copied(tmp_path: Path, tracking_uri: str) -> None:
    folder = tmp_path / "runs #1, 100%"
    folder.mkdir()
    shutil.copyfile(tracking_uri.removeprefix("sqlite:///"), folder / "mlflow.db")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    MlflowClient(uri, uri).create_registered_model("before")
    (tmp_path / "scratch").mkdir()
    later = datetime.now(UTC) + timedelta(hours=1)
    made = make_scratch(uri, tmp_path / "scratch", later, experiment="Default", model="m", version=1)
    assert MlflowClient(made.uri, made.uri).get_registered_model("before").name == "before"
    assert not (tmp_path / "runs ").exists()


@pytest.mark.timeout(400)
def test_a_cell_that_does_not_repeat_itself_is_named_though_it_prints_nothing(bench: Workbench) -> None:
    train(bench, "random", "noise = np.random.rand()")
    found = make_again(bench, "random")
    assert found["state"] == "DIFFERENT"
    assert found["cell"]["number"] == 4  # the parameters are given in a cell of their own
    assert found["cell"]["source"] == "noise = np.random.rand()"
    assert found["cell"]["why"] == "`noise` is different each time that it is executed"
    assert found["message"].startswith("Cell 4 does not repeat itself: `noise` is different each time")
    assert "It shows first in cell 5: metric `weight` was " in found["message"]
    assert not (bench.settings.artifacts / "replays" / found["id"]).exists()


@pytest.mark.timeout(400)
def test_data_that_changed_is_told_from_a_cell_that_does_not_repeat_itself(bench: Workbench) -> None:
    file = bench.folder / "noise.txt"
    file.write_text("0.125")
    train(bench, "file", f"noise = float(open({str(file)!r}).read())\nnoise")
    file.write_text("0.25")
    found = make_again(bench, "file")
    assert found["state"] == "DIFFERENT"
    assert found["cell"]["number"] == 4
    assert found["cell"]["why"] == "it showed `0.125`, and now `0.25`"
    assert found["message"].startswith("Two replays agree with each other, not with the original")
    (kept,) = bench.services.models.replays.of_version("file", 1)
    assert kept == found


def test_what_no_job_made_can_not_be_made_again(bench: Workbench, tmp_path: Path) -> None:
    uri = bench.settings.mlflow_tracking_uri
    client = MlflowClient(uri, uri)
    run = client.create_run("0")
    client.create_registered_model("byhand")
    client.create_model_version("byhand", str(tmp_path), run.info.run_id)
    with pytest.raises(Conflict) as caught:
        make_again(bench, "byhand")
    assert caught.value.code == "replay_not_possible"
    assert "was made by no job: no record says how to make it again" in caught.value.message
    (kept,) = bench.services.models.replays.of_version("byhand", 1)
    assert (kept["state"], kept["error"]["code"]) == ("FAILED", "replay_not_possible")
    with pytest.raises(Conflict):
        bench.services.models.replays.queue(
            {"model": "byhand", "version": 1}, bench.services.principal(), cwd=bench.folder
        )


def test_requests_that_make_no_sense_are_refused(bench: Workbench) -> None:
    with pytest.raises(InvalidInput, match="no tolerance"):
        make_again(bench, "random", tolerance=-1.0)
    with pytest.raises(NotFound):
        make_again(bench, "nobody")
    with pytest.raises(NotFound, match="no replay"):
        bench.services.models.replays.get("f" * 12)


def test_packages_that_changed_are_named() -> None:
    before = {"python": "3.11.7", "packages": ["numpy==2.0", "pandas==2.2"]}
    after = {"python": "3.11.8", "packages": ["numpy==2.1", "polars==1.0"]}
    assert changed_packages(before, after) == [
        "numpy 2.0 → 2.1",
        "pandas 2.2 → (none)",
        "polars (none) → 1.0",
        "Python 3.11.7 → 3.11.8",
    ]
    assert changed_packages({"packages": None}, after) == []
