"""What real runs print and show: bounds, and secrets that nothing keeps. Nearly all share one agent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.secrets import SecretStore

from ..support import Workbench, parameters

SECRET = "s3cr3t-żółw-value"
# Its worker reads nothing meanwhile, as on a machine that has no time for it.
UNREAD = """\
import os, signal
from IPython.display import clear_output, display
os.kill(os.getppid(), signal.SIGSTOP)
for number in range(3000):
    clear_output(wait=True)
    display(number)
os.kill(os.getppid(), signal.SIGCONT)
"""


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
    told = bench.outputs(run.id)
    assert sum(len(json.dumps(data)) for data in told) < 3_000_000
    assert any(data.get("truncated") for data in told)


def test_what_a_cell_shows_faster_than_it_is_read_is_not_lost(bench: Workbench) -> None:
    run = bench.run(UNREAD, "print('after')")
    assert run.state is State.SUCCEEDED, run.error
    (shown,) = bench.executed(run).cells[0].outputs
    assert shown["data"]["text/plain"] == "2999"
    assert bench.printed(run).endswith("after\n")


def test_one_giant_error_is_cut(bench: Workbench) -> None:
    run = bench.run("raise ValueError('x' * 20_000_000)")
    assert run.state is State.FAILED
    assert bench.jobs.output_file(run.id, "notebook.ipynb").stat().st_size < 3_000_000
    assert len(json.dumps(run.to_json())) < 500_000
    assert sum(len(json.dumps(data)) for data in bench.outputs(run.id)) < 3_000_000


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
    told = bench.outputs(run.id)
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
    told = bench.outputs(run.id)
    assert sum(len(json.dumps(data)) for data in told) < 3_500_000
    for number in (1, 2):
        assert [data for data in told if data["cell"] == number][-1]["output"]["data"]["image/png"] == last
    assert [output.text for output in third.outputs] == ["after\n"]


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
