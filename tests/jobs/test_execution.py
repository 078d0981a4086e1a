"""Real runs by a real agent: states, the record, MLflow, retries and files. All share one agent."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import psutil
import pytest

from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import JobRequest, Retries

from ..support import Workbench, code, markdown, parameters, write_notebook


def test_a_run_succeeds_with_its_outputs_events_and_files(bench: Workbench) -> None:
    run = bench.run(parameters("x = 1"), markdown("# Title"), "print('x is', x)", parameters={"x": 5})
    assert run.state is State.SUCCEEDED
    assert bench.states(run.id) == ["QUEUED", "STARTING", "RUNNING", "SUCCEEDED"]
    assert "x is 5" in bench.printed(run)
    assert run.last is not None
    names = {output["name"]: output for output in run.last.outputs}
    assert set(names) == {"notebook.ipynb", "notebook.html", "record.json"}
    for output in names.values():
        assert Path(output["path"]).stat().st_size == output["bytes"]
    cells = [(e.data["cell"], e.data["state"]) for e in bench.events(run.id) if e.kind == "job.cell"]
    assert cells == [(1, "started"), (1, "finished"), (2, "started"), (2, "finished"), (4, "started"), (4, "finished")]
    assert (run.cell, run.job.cells) == (3, 3)
    assert [output["output"]["text"] for output in bench.outputs(run.id)] == ["x is 5\n"]
    assert "x is 5" in bench.files(run).log.read_text()


def test_attempts_are_forked_from_the_template(bench: Workbench) -> None:
    bench.run("1")
    # A package that starts threads as it is imported would make every attempt import everything anew.
    assert "start cold" not in bench.agent_log()


def test_the_files_of_an_attempt_are_private(bench: Workbench) -> None:
    run = bench.run("1")
    folder = bench.files(run).folder
    assert folder.name == "1"
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert not list(folder.parent.glob("*.running"))


def test_the_record_has_all_its_parts(bench: Workbench) -> None:
    repository = bench.folder / "repository"
    path = write_notebook(repository / "a.ipynb", parameters("seed = 1\nx = []"), "x = [0] * 10_000_000\nsum(x)")
    for command in (
        ["init", "-q", "-b", "trunk"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "c"],
    ):
        subprocess.run(["git", *command], cwd=repository, check=True)
    (repository / "new.txt").write_text("untracked")
    submitted = bench.jobs.submit(JobRequest(str(path), parameters={"seed": 7}, tags={"team": "a"}), owner="tester")
    run = bench.finish(submitted.id)
    assert run.last is not None
    record = run.last.record
    assert record["notebook"] == {"path": str(path), "digest": run.job.notebook_digest}
    assert record["snapshot"] == run.job.snapshot
    assert record["parameters"] == {"seed": 7}
    assert record["seeds"]["seed"] == 7
    assert (record["git"]["branch"], record["git"]["dirty"], record["git"]["untracked"]) == ("trunk", True, ["new.txt"])
    assert len(record["git"]["commit"]) == 40
    environment = record["environment"]
    assert environment["lock_digest"].startswith("sha256:")
    assert any(name.startswith("ipykernel==") for name in environment["packages"])
    assert record["host"]["cpus"] == psutil.cpu_count()
    assert record["exit"] == {"state": "SUCCEEDED"}
    assert record["log"]["bytes"] > 0
    last = record["cells"][-1]
    assert last["wall_s"] > 0
    assert last["cpu_s"] >= 0
    assert last["memory_bytes"] > 80_000_000
    assert json.loads(bench.jobs.output_file(run.id, "record.json").read_text())["snapshot"] == run.job.snapshot


@pytest.mark.filterwarnings("ignore")  # MLflow's own
def test_each_attempt_has_an_mlflow_run_with_parameters_metrics_and_the_notebook(bench: Workbench) -> None:
    from mlflow.tracking import MlflowClient

    source = "import mlflow\nmlflow.log_metric('auc', 0.75)\nmlflow.log_metric('bad', float('nan'))"
    run = bench.run(parameters("lr = 1"), source, parameters={"lr": 2}, tags={"team": "a"})
    assert run.last is not None
    assert run.last.metrics == {"auc": 0.75, "bad": None}
    client = MlflowClient(tracking_uri=bench.settings.mlflow_tracking_uri)
    logged = client.get_run(str(run.last.mlflow_run_id))
    assert logged.info.status == "FINISHED"
    assert logged.data.params == {"lr": "2"}
    assert (logged.data.tags["mlx.run_id"], logged.data.tags["team"]) == (run.id, "a")
    assert {item.path for item in client.list_artifacts(logged.info.run_id)} >= {"notebook.ipynb", "record.json"}


def test_a_job_that_is_not_tracked_has_no_mlflow_run(bench: Workbench) -> None:
    run = bench.run("import os\nprint('run' , os.environ.get('MLFLOW_RUN_ID'))", name="quiet.ipynb", track=False)
    assert run.state is State.SUCCEEDED
    assert "run None" in bench.printed(run)
    assert run.last is not None
    assert run.last.mlflow_run_id is None
    assert "mlflow_error" not in run.last.record
    assert run.to_json()["request"]["track"] is False
    again = bench.finish(bench.jobs.clone(run.id, owner="tester").id)
    assert again.last is not None
    assert again.last.mlflow_run_id is None


def test_a_cell_that_raises_is_named_with_its_traceback(bench: Workbench) -> None:
    run = bench.run("1", markdown("text"), "def f():\n    raise KeyError('lost')\nf()", "print('never')")
    assert run.state is State.FAILED
    assert run.error is not None
    assert (run.error["code"], run.error["cell"]) == ("cell_failed", 3)
    assert "KeyError: 'lost'" in run.error["message"]
    assert "KeyError" in run.error["traceback"]
    assert run.error["remedy"]
    states = [(e.data["cell"], e.data["state"]) for e in bench.events(run.id) if e.kind == "job.cell"]
    assert states[-1] == (3, "failed")
    assert "never" not in bench.printed(run)


def test_a_failed_attempt_is_followed_by_another_after_its_backoff(bench: Workbench) -> None:
    flag = bench.folder / "flag"
    source = f"import pathlib\np = pathlib.Path({str(flag)!r})\nseen = p.exists()\np.touch()\nassert seen"
    run = bench.run(source, retries=Retries(2, 0.2))
    assert run.state is State.SUCCEEDED
    assert [attempt.state for attempt in run.attempts] == [State.FAILED, State.SUCCEEDED]
    assert bench.states(run.id) == ["QUEUED", "STARTING", "RUNNING", "QUEUED", "STARTING", "RUNNING", "SUCCEEDED"]
    assert run.attempts[1].started_at > run.attempts[0].ended_at  # type: ignore[operator]
    assert all(attempt.mlflow_run_id for attempt in run.attempts)
    assert len({attempt.mlflow_run_id for attempt in run.attempts}) == 2


# -- files -----------------------------------------------------------------------------------------------------


def test_side_files_are_those_of_the_moment_of_submission(bench: Workbench) -> None:
    helper = bench.folder / "notebooks" / "helper_module.py"
    helper.parent.mkdir(exist_ok=True)
    helper.write_text("WORD = 'then'\n")
    run = bench.submit(
        "import helper_module, pathlib\nprint(helper_module.WORD, sorted(p.name for p in pathlib.Path().iterdir()))",
        include=("helper_*.py",),
        name="withside.ipynb",
    )
    helper.write_text("WORD = 'now'\n")
    ended = bench.finish(run.id)
    assert bench.printed(ended) == "then ['__pycache__', 'helper_module.py', 'withside.ipynb']\n"


def test_without_side_files_a_run_works_where_the_notebook_lies(bench: Workbench) -> None:
    run = bench.run("import os\nprint(os.getcwd())")
    assert bench.printed(run).strip() == str(bench.folder / "notebooks")


def test_the_output_is_copied_to_where_it_was_asked_for(bench: Workbench) -> None:
    target = bench.folder / "new" / "folder" / "out.ipynb"
    run = bench.run("print('hi')", output=str(target), outputs=("ipynb",))
    assert target.read_bytes() == bench.jobs.output_file(run.id, "notebook.ipynb").read_bytes()
    assert run.last is not None
    assert "notebook.html" not in {output["name"] for output in run.last.outputs}


BLOCK = """
import pathlib
folder = pathlib.Path({!r})
folder.rmdir()
folder.write_text("in the way")
"""


def test_a_run_whose_output_can_not_be_written_fails_and_keeps_its_results(bench: Workbench) -> None:
    folder = bench.folder / "taken"
    folder.mkdir()
    run = bench.run(BLOCK.format(str(folder)), "print('kept')", output=str(folder / "out.ipynb"))
    assert run.state is State.FAILED
    assert run.error is not None
    assert run.error["code"] == "output_not_written"
    assert str(folder / "out.ipynb") in run.error["message"]
    assert run.error["remedy"]
    assert "kept" in bench.printed(run)
    assert run.last is not None
    record = json.loads(bench.jobs.output_file(run.id, "record.json").read_text())
    assert record["output_error"] == run.last.record["output_error"] == run.error["message"]
    assert record["exit"] == {"state": "FAILED"}


def test_a_cell_that_failed_stays_the_reason_where_the_output_can_not_be_written_either(bench: Workbench) -> None:
    folder = bench.folder / "taken-too"
    folder.mkdir()
    run = bench.run(BLOCK.format(str(folder)) + "1 / 0", output=str(folder / "out.ipynb"))
    assert run.error is not None
    assert run.error["code"] == "cell_failed"
    assert run.last is not None
    assert str(folder / "out.ipynb") in run.last.record["output_error"]


def test_a_damaged_snapshot_fails_the_run_in_words(bench: Workbench) -> None:
    blockers = [bench.submit("import time\ntime.sleep(3)") for _ in range(2)]
    run = bench.submit("print('damage me')")
    digest = run.job.notebook_digest.removeprefix("sha256:")
    path = bench.settings.objects / digest[:2] / digest[2:]
    path.chmod(0o600)
    path.write_text("{}")
    ended = bench.finish(run.id)
    assert ended.state is State.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "snapshot_damaged"
    assert ended.last is not None
    assert ended.last.ended_at is not None
    for blocker in blockers:
        bench.finish(blocker.id)


def test_a_cell_tagged_to_raise_does_not_stop_the_cells_after_it(bench: Workbench) -> None:
    """As with papermill, the run is FAILED in the end all the same."""
    run = bench.run(code("1 / 0", "raises-exception"), "print('went on')")
    assert run.state is State.FAILED
    assert run.error is not None
    assert run.error["cell"] == 1
    assert "went on" in bench.printed(run)


def test_the_second_run_of_a_notebook_knows_how_long_it_takes(bench: Workbench) -> None:
    cells = ["import time\ntime.sleep(0.5)", "1"]
    bench.run(*cells, name="timed.ipynb")
    run = bench.run(*cells, name="timed.ipynb")
    etas = [e.data["progress"]["eta_s"] for e in bench.events(run.id) if e.kind == "job.cell"]
    assert etas[0] >= 0.5
    assert etas[-1] == 0
    forecast = bench.jobs.inspect(str(bench.folder / "notebooks" / "timed.ipynb"), root=None)["forecast"]
    assert forecast["runs"] == 2
