"""Real runs by a real agent: states, outputs, the record, secrets, bounds and ends. All share one agent."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import JobRequest, Retries
from jupyter_mlx.secrets import SecretStore

from ..support import Workbench, code, kill, markdown, parameters, wait_gone, write_notebook

SECRET = "s3cr3t-żółw-value"


def output_events(bench: Workbench, run_id: str) -> list[dict[str, Any]]:
    return [event.data for event in bench.events(run_id) if event.kind == "job.output"]


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
    assert [output["output"]["text"] for output in output_events(bench, run.id)] == ["x is 5\n"]
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


# -- ends that are forced --------------------------------------------------------------------------------------

CHILDREN = """
import subprocess, sys
subprocess.Popen(["sleep", "300"])
subprocess.Popen(["setsid", "sleep", "300"])
subprocess.Popen(["sleep", "300"], env={"PATH": "/usr/bin:/bin"})
subprocess.Popen(["setsid", "sleep", "300"], env={"PATH": "/usr/bin:/bin"})
import multiprocessing as m, time, psutil
w = m.get_context("fork").Process(target=time.sleep, args=(300,)); w.start()
print("PIDS", psutil.Process().pid, *[c.pid for c in psutil.Process().children(recursive=True)], flush=True)
"""


def pids_of(bench: Workbench, run_id: str) -> list[int]:
    bench.wait_for_output(run_id, "PIDS")
    text = next(o["output"]["text"] for o in output_events(bench, run_id) if "PIDS" in o["output"].get("text", ""))
    return [int(word) for word in text.split()[1:]]


def test_a_cancelled_run_ends_with_all_its_processes_and_keeps_what_it_printed(bench: Workbench) -> None:
    run = bench.submit(CHILDREN, "import time\ntime.sleep(300)")
    pids = pids_of(bench, run.id)
    assert len(pids) >= 6
    bench.jobs.cancel(run.id)
    ended = bench.finish(run.id)
    assert ended.state is State.CANCELLED
    assert ended.error is not None
    assert ended.error["code"] == "cancelled"
    assert wait_gone(pids, 10) == []
    assert "PIDS" in bench.printed(ended)


def test_a_kernel_that_ignores_signals_is_cancelled_all_the_same(bench: Workbench) -> None:
    source = "import signal, time\nfor s in (signal.SIGINT, signal.SIGTERM):\n    signal.signal(s, signal.SIG_IGN)\n"
    run = bench.submit(source + "import os\nprint('PIDS', os.getpid(), flush=True)\nwhile True:\n    time.sleep(1)")
    pids = pids_of(bench, run.id)
    bench.jobs.cancel(run.id)
    assert bench.finish(run.id).state is State.CANCELLED
    assert wait_gone(pids, 10) == []


def test_a_cell_that_never_ends_is_timed_out(bench: Workbench) -> None:
    run = bench.run("print('begun', flush=True)\nwhile True:\n    pass", timeout_s=2.0)
    assert run.state is State.TIMED_OUT
    assert run.error is not None
    assert (run.error["code"], run.error["cell"]) == ("timed_out", 1)
    assert "2 s" in run.error["message"]
    assert "begun" in bench.printed(run)


def test_a_kernel_that_dies_is_told_with_its_cell(bench: Workbench) -> None:
    run = bench.run("1", "import os, signal\nprint('before', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)")
    assert run.state is State.FAILED
    assert run.error is not None
    assert (run.error["code"], run.error["cell"]) == ("kernel_died", 2)
    assert "memory" in run.error["remedy"]


def test_a_working_folder_that_is_gone_is_told(bench: Workbench) -> None:
    folder = bench.folder / "gone"
    folder.mkdir()
    path = bench.notebook("a.ipynb", "1")
    blocker = [bench.submit("import time\ntime.sleep(2)") for _ in range(2)]
    run = bench.jobs.submit(JobRequest(str(path), cwd=str(folder)), owner="me")
    folder.rmdir()
    ended = bench.finish(run.id)
    assert ended.state is State.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "folder_missing"
    for one in blocker:
        bench.finish(one.id)


# -- output ----------------------------------------------------------------------------------------------------


def test_a_flood_of_prints_is_cut_in_the_notebook_and_whole_in_the_log(bench: Workbench) -> None:
    run = bench.run("line = 'x' * 99\nfor _ in range(200_000):\n    print(line)", "print('after')", within_s=90)
    assert run.state is State.SUCCEEDED
    notebook = bench.jobs.output_file(run.id, "notebook.ipynb")
    assert notebook.stat().st_size < 2_000_000
    printed = bench.printed(run)
    assert printed.count("output cut after 1 MB") == 1
    assert "jupyter mlx jobs logs" in printed
    assert printed.endswith("after\n")
    assert bench.files(run).log.stat().st_size > 20_000_000
    told = output_events(bench, run.id)
    assert sum(len(json.dumps(data)) for data in told) < 3_000_000
    assert any(data.get("truncated") for data in told)


def test_one_giant_error_is_cut(bench: Workbench) -> None:
    run = bench.run("raise ValueError('x' * 20_000_000)")
    assert run.state is State.FAILED
    assert bench.jobs.output_file(run.id, "notebook.ipynb").stat().st_size < 3_000_000
    assert len(json.dumps(run.to_json())) < 500_000
    assert sum(len(json.dumps(data)) for data in output_events(bench, run.id)) < 3_000_000


def test_what_no_file_can_hold_is_still_printed(bench: Workbench) -> None:
    run = bench.run("print('a\\udc80b\\ud800c')", "print('\\x00\\r\\x1b[31mred')")
    assert run.state is State.SUCCEEDED
    printed = bench.printed(run)
    assert "a?b?c" in printed
    assert "red" in printed


def test_a_display_that_changes_is_told_again(bench: Workbench) -> None:
    source = (
        "h = display('first', display_id='d')\nimport time\nh2 = h\nfor i in range(30):\n    h2.update(f'step {i}')"
    )
    run = bench.run(source)
    told = output_events(bench, run.id)
    assert told[0]["display_id"] == "d"
    assert told[-1]["update"] is True
    assert told[-1]["output"]["data"]["text/plain"] == "'step 29'"
    (output,) = bench.executed(run).cells[0].outputs
    assert output.data["text/plain"] == "'step 29'"


def test_a_live_plot_keeps_its_last_picture_and_its_events_stay_bounded(own_bench: Callable[..., Workbench]) -> None:
    bench = own_bench(notebook_output_bytes=1_000_000)
    plot = "for i in range(100):\n    {}({{'image/png': str(i).zfill(4) * 25_000}}, raw=True)"
    run = bench.run(
        "h = display({'image/png': ''}, raw=True, display_id='p')\n" + plot.format("h.update"),
        "from IPython.display import clear_output\ndef show(*data, **how):\n    clear_output()\n"
        "    display(*data, **how)\n" + plot.format("show"),
        "print('after')",
        within_s=90,
    )
    last = "0099" * 25_000
    first, second, third = bench.executed(run).cells
    for cell in (first, second):
        (picture,) = cell.outputs
        assert picture.data["image/png"] == last
    told = output_events(bench, run.id)
    assert sum(len(json.dumps(data)) for data in told) < 3_500_000
    for number in (1, 2):
        assert [data for data in told if data["cell"] == number][-1]["output"]["data"]["image/png"] == last
    assert [output.text for output in third.outputs] == ["after\n"]


# -- the kernel ------------------------------------------------------------------------------------------------

TRANSPORT = """
import json, pathlib
from ipykernel.connect import get_connection_file
path = pathlib.Path(get_connection_file())
info = json.loads(path.read_text())
print('PIDS', info['transport'], path.parent, oct(path.parent.stat().st_mode & 0o777), flush=True)
"""
ONLY_TCP = """
import json, os, sys
if json.load(open(sys.argv[1]))["transport"] != "tcp":
    sys.exit("only TCP is spoken here")
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", "-f", sys.argv[1]])
"""


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no such sockets here")
def test_nobody_else_can_listen_to_a_kernel_and_its_folder_is_removed(bench: Workbench) -> None:
    run = bench.run(TRANSPORT)
    _, transport, folder, mode = bench.printed(run).split()
    assert (transport, mode) == ("ipc", "0o700")
    assert len(folder) < 60
    assert not Path(folder).exists()
    assert "without encryption" not in bench.files(run).runner_log.read_text()


def test_the_folder_of_a_kernel_is_removed_though_its_worker_was_killed(bench: Workbench) -> None:
    run = bench.submit(TRANSPORT, "import time\ntime.sleep(300)")
    bench.wait_for_output(run.id, "PIDS")
    (told,) = [data["output"]["text"] for data in output_events(bench, run.id) if "PIDS" in str(data)]
    folder = Path(told.split()[2])
    assert folder.is_dir()
    kill(bench.worker(run))
    assert bench.finish(run.id).state is State.FAILED
    assert not folder.exists()


def test_a_kernel_that_speaks_only_tcp_is_started_over_tcp(
    own_bench: Callable[..., Workbench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "jupyter" / "kernels" / "only-tcp"
    folder.mkdir(parents=True)
    (folder / "start.py").write_text(ONLY_TCP)
    spec = {"display_name": "TCP", "language": "python"}
    spec |= {"argv": [sys.executable, str(folder / "start.py"), "{connection_file}"]}  # type: ignore[dict-item]
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    bench = own_bench()
    run = bench.run(TRANSPORT, kernel="only-tcp")
    assert run.state is State.SUCCEEDED
    assert bench.printed(run).split()[1] == "tcp"
    assert "TCP is tried" in bench.files(run).runner_log.read_text()


# -- secrets ---------------------------------------------------------------------------------------------------


def test_a_secret_reaches_the_kernel_and_nothing_that_is_kept(bench: Workbench) -> None:
    SecretStore(bench.settings.state_dir).put("KEY", SECRET)
    run = bench.run(
        parameters("token = ''"),
        "from jupyter_mlx import secrets\nvalue = secrets.get(token)\nprint(len(value), value)",
        "import sys; print('err', value, file=sys.stderr)",
        "display({'text/html': f'<b>{value}</b>', 'application/json': {'a': [value]}}, raw=True)",
        "import os; os.system('echo shell $JUPYTER_MLX_SECRET_KEY'); None",
        "value",
        "raise ValueError(value)",
        parameters={"token": "secret://KEY"},
        secrets=("KEY",),
    )
    assert run.error is not None
    assert "[secret KEY]" in run.error["message"]
    assert f"{len(SECRET)} [secret KEY]" in bench.printed(run)
    needle = SECRET.encode()
    escaped = json.dumps(SECRET)[1:-1].encode()
    kept = [path for path in bench.settings.state_dir.rglob("*") if path.is_file()]
    leaks = [str(path) for path in kept if needle in path.read_bytes() or escaped in path.read_bytes()]
    assert leaks == []
    mlflow = Path(bench.settings.mlflow_tracking_uri.removeprefix("sqlite:///"))
    assert needle not in mlflow.read_bytes()


def test_a_secret_in_a_widget_is_nowhere_in_the_notebook(bench: Workbench) -> None:
    SecretStore(bench.settings.state_dir).put("WIDGET", SECRET)
    run = bench.run(
        "import ipywidgets\nfrom jupyter_mlx import secrets\nvalue = secrets.get('secret://WIDGET')\n"
        "box = ipywidgets.Text(value=value)\ndisplay(box)",
        "out = ipywidgets.Output()\ndisplay(out)\nwith out:\n    print('captured', value)\n    display({value: value})",
        "display(value, display_id='twice')\ndisplay(value, display_id='twice')",
        secrets=("WIDGET",),
    )
    assert run.state is State.SUCCEEDED
    notebook = bench.jobs.output_file(run.id, "notebook.ipynb").read_text()
    assert SECRET not in notebook
    assert json.dumps(SECRET)[1:-1] not in notebook
    widgets = json.dumps(bench.executed(run).metadata.widgets)
    assert widgets.count("[secret WIDGET]") >= 2
    assert "captured" in widgets
    assert "captured [secret WIDGET]" in bench.files(run).log.read_text()


def test_widgets_that_hold_too_much_are_left_out_with_a_note(own_bench: Callable[..., Workbench]) -> None:
    bench = own_bench(notebook_output_bytes=200_000)
    run = bench.run(
        "import ipywidgets\nout = ipywidgets.Output()\ndisplay(out)\nwith out:\n    print('x' * 600_000)",
        "ipywidgets.Text(value='y' * 300_000)",
    )
    assert run.state is State.SUCCEEDED
    node = bench.executed(run)
    assert "widgets" not in node.metadata
    assert "is left out" in node.metadata.jupyter_mlx.note
    assert bench.jobs.output_file(run.id, "notebook.ipynb").stat().st_size < 400_000
    log = bench.files(run).log.read_text()
    assert "x" * 600_000 in log
    assert node.metadata.jupyter_mlx.note in log


def test_what_a_widget_captures_is_cut_as_what_a_cell_prints(bench: Workbench) -> None:
    run = bench.run(
        "import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    print('x' * 3_000_000)",
        "print('after')",
    )
    widgets = json.dumps(bench.executed(run).metadata.widgets)
    assert widgets.count("output cut after 1 MB") == 1
    assert len(widgets) < 1_200_000
    assert bench.printed(run) == "after\n"


def test_a_secret_that_was_not_granted_is_not_in_the_kernel(bench: Workbench) -> None:
    SecretStore(bench.settings.state_dir).put("OTHER", SECRET)
    run = bench.run("import os\nprint([k for k in os.environ if 'SECRET' in k], os.environ.get('JUPYTER_TOKEN'))")
    assert bench.printed(run) == "[] None\n"


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
