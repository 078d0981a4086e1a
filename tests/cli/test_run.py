"""`jupyter mlx run`, as papermill's command and more: what it prints, where results go, how it exits."""

from __future__ import annotations

import base64
import json
import signal
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner

from tests.support import parameters, write_notebook

from .terminal import Terminal


def injected(path: Path) -> str:
    """The source of the cell that was injected into a notebook."""
    node = nbformat.read(path, as_version=4)
    return next(cell.source for cell in node.cells if "injected-parameters" in cell.metadata.get("tags", []))


def papermill(*words: str) -> None:
    """papermill's own command, in this process."""
    from papermill.cli import papermill as command

    done = CliRunner().invoke(command, [*words, "--no-progress-bar"])
    assert done.exit_code == 0, done.output


def test_a_run_in_a_terminal_prints_one_json_document_and_exits_with_0(mlx: Terminal) -> None:
    done = mlx.process("run", "train.ipynb", "out-{lr}.ipynb", "-p", "lr", "0.5", "--json")
    assert done.status == 0, done.err
    assert done.json["state"] == "SUCCEEDED"
    assert done.json["notebook"]["path"] == "train.ipynb"
    assert done.json["parameters"] == {"lr": 0.5}
    assert done.json["mlflow_run_id"]
    assert "lr is 0.5 x [64]" in (mlx.folder / "out-0.5.ipynb").read_text()
    assert all(Path(output["path"]).is_file() for output in done.json["outputs"])


def test_a_run_tells_a_reader_its_state_and_its_files(mlx: Terminal) -> None:
    done = mlx("run", "train.ipynb", "--name", "for people", "--tag", "team=risk")
    first, *rest = done.out.splitlines()
    assert "for people  SUCCEEDED in" in first
    assert any(line.endswith("notebook.ipynb") for line in rest)
    assert mlx.json("jobs", "show", first.split()[0])["tags"] == {"team": "risk"}


def test_a_cell_that_fails_exits_with_1_and_shows_its_traceback(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "fails.ipynb", "1", "raise KeyError('lost')")
    done = mlx("run", "fails.ipynb", status=1)
    assert "FAILED" in done.out
    assert "KeyError: 'lost'" in done.err
    assert "remedy:" in done.err
    document = mlx.json("run", "fails.ipynb", status=1)
    assert (document["state"], document["error"]["code"], document["error"]["cell"]) == ("FAILED", "cell_failed", 2)


def test_a_kernel_that_dies_exits_with_138(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "dies.ipynb", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    done = mlx("run", "dies.ipynb", "--json", status=138)
    assert done.json["error"]["code"] == "kernel_died"


def test_a_run_past_its_time_exits_with_1(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "slow.ipynb", "import time\ntime.sleep(600)")
    assert mlx.json("run", "slow.ipynb", "--timeout", "1", status=1)["state"] == "TIMED_OUT"


def test_a_dash_prints_the_executed_notebook_and_nothing_else(mlx: Terminal) -> None:
    done = mlx("run", "train.ipynb", "-", "--log-output")
    assert "lr is 0.1" in str(json.loads(done.out)["cells"][1]["outputs"])


def test_what_cells_print_is_shown_and_written_when_asked(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "talks.ipynb", "import sys\nprint('to out')\nprint('to err', file=sys.stderr)", "6 * 7")
    done = mlx("run", "talks.ipynb", "--log-output", "--stdout-file", "o.txt", "--stderr-file", "e.txt")
    assert "to out" in done.out
    assert "42" in done.out
    assert "to err" in done.err
    assert (mlx.folder / "o.txt").read_text() == "to out\n"
    assert (mlx.folder / "e.txt").read_text() == "to err\n"


def test_report_mode_hides_the_input(mlx: Terminal) -> None:
    mlx("run", "train.ipynb", "report.ipynb", "--report-mode", "-p", "lr", "1")
    cells = nbformat.read(mlx.folder / "report.ipynb", as_version=4).cells
    assert [cell.metadata.jupyter.source_hidden for cell in cells] == [True] * 3


def test_the_notebook_explains_its_parameters(mlx: Terminal) -> None:
    done = mlx("run", "train.ipynb", "--help-notebook")
    assert "lr: float (default 0.1)  learning rate" in done.out
    document = mlx.json("run", "train.ipynb", "--help-notebook")
    assert [parameter["name"] for parameter in document["parameters"]] == ["lr", "name", "hidden"]


PRECEDENCE = [
    ("-p", "a", "1"),
    ("-r", "a", "2"),
    ("-y", "a: 3\nb: [1, x]\nd: 2020-01-01"),
    ("-b", base64.b64encode(b"a: 4\nc: {k: v}").decode()),
    ("-f", "one.yaml"),
    ("-f", "two.yaml"),
]


@pytest.mark.parametrize("left_out", ["", "-r", "-p", "-y", "-f"])
def test_later_kinds_of_parameters_win_as_with_papermill(mlx: Terminal, left_out: str) -> None:
    (mlx.folder / "one.yaml").write_text("a: 5\ne: one\nf: one")
    (mlx.folder / "two.yaml").write_text("a: 6\ne: two")
    write_notebook(mlx.folder / "free.ipynb", "1")
    words = [word for words in PRECEDENCE if words[0] != left_out for word in words]
    papermill("free.ipynb", "theirs.ipynb", *words, "--prepare-only")
    mlx("run", "free.ipynb", "ours.ipynb", *words, "--prepare-only")
    assert injected(mlx.folder / "ours.ipynb") == injected(mlx.folder / "theirs.ipynb")


@pytest.mark.parametrize(
    "words",
    [
        [word for value in ("True", "None", "1", "1.0", "1e3", "0x10", "text", "", "é") for word in ("-p", "v", value)],
        ["-p", "whole", "07", "-p", "dashes", "1_000", "-p", "nothing", "none", "-p", "minus", "-1"],
        ["-r", "raw", "True", "-r", "number", "1"],
        ["--inject-paths"],
        ["--inject-input-path"],
        ["--inject-output-path", "-p", "x", "1"],
        ["-y", "when: 2020-01-01T00:00:00Z\nanswer: yes\noct: 010"],
    ],
)
def test_values_are_read_as_papermill_reads_them(mlx: Terminal, words: list[str]) -> None:
    write_notebook(mlx.folder / "free.ipynb", "1")
    papermill("free.ipynb", "out.ipynb", *words, "--prepare-only")
    theirs = injected(mlx.folder / "out.ipynb")
    mlx("run", "free.ipynb", "out.ipynb", *words, "--prepare-only")
    assert injected(mlx.folder / "out.ipynb") == theirs


def test_preparing_runs_and_queues_nothing(mlx: Terminal) -> None:
    before = mlx.json("jobs", "list", "--limit", "1")
    document = mlx.json("run", "train.ipynb", "prepared.ipynb", "-p", "lr", "2", "--prepare-only")
    assert Path(document["output"]).name == "prepared.ipynb"
    assert all(not cell.get("outputs") for cell in nbformat.read(mlx.folder / "prepared.ipynb", 4).cells)
    assert mlx.json("jobs", "list", "--limit", "1") == before


def test_ctrl_c_cancels_the_run(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "waits.ipynb", "import time\nprint('begun', flush=True)\ntime.sleep(600)")
    process = mlx.start("run", "waits.ipynb", "--log-output")
    assert process.stdout is not None
    assert any("begun" in line for line in iter(process.stdout.readline, ""))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cancelling" in err
    assert "CANCELLED" in out


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (["missing.ipynb"], "notebook_missing", 1),
        (["text.txt"], "not_a_notebook", 2),
        (["broken.ipynb"], "notebook_invalid_json", 2),
        (["no-kernel.ipynb"], "kernel_missing", 2),
        (["train.ipynb", "-k", "cobol"], "kernel_unknown", 2),
        (["train.ipynb", "-p", "rate", "1"], "parameter_unknown", 2),
        (["train.ipynb", "-p", "lr", "fast"], "parameter_type", 2),
        (["train.ipynb", "-p", "lr=1;import os", "1"], "parameter_name_invalid", 2),
        (["train.ipynb", "-y", "- a"], "parameters_invalid", 2),
        (["train.ipynb", "-y", "a: ["], "parameters_invalid", 2),
        (["train.ipynb", "-b", "?"], "parameters_invalid", 2),
        (["train.ipynb", "-f", "missing.yaml"], "parameters_invalid", 2),
        (["train.ipynb", "missing/../.."], "output_is_folder", 2),
        (["train.ipynb", "text.txt/out.ipynb"], "output_not_writable", 2),
        (["train.ipynb", "s3://bucket/out.ipynb"], "output_not_local", 2),
        (["train.ipynb", "out-{nothing}.ipynb"], "output_invalid", 2),
        (["train.ipynb", "--timeout", "-1"], "request_invalid", 2),
        (["train.ipynb", "--timeout", "0"], "request_invalid", 2),
        (["train.ipynb", "--timeout", "nan"], "request_invalid", 2),
        (["train.ipynb", "--retries", "-1"], "request_invalid", 2),
        (["train.ipynb", "--backoff", "inf"], "request_invalid", 2),
        (["train.ipynb", "--gpus", "2"], "gpus_not_enough", 2),
        (["train.ipynb", "--gpus", "few"], "usage", 2),
        (["train.ipynb", "--tag", "risk"], "request_invalid", 2),
        (["train.ipynb", "--secret", "NOBODY_SET"], "secret_unknown", 1),
        (["train.ipynb", "--cwd", "nowhere"], "folder_missing", 2),
        (["train.ipynb", "--stdout-file", "nowhere/o.txt"], "output_not_writable", 2),
        (["train.ipynb", "--launcher", "ray"], "usage", 2),
        (["train.ipynb", "--nonsense"], "usage", 2),
        (["train.ipynb", "--prepare-only"], "output_missing", 2),
        (["missing.ipynb", "out.ipynb", "--prepare-only"], "notebook_missing", 1),
        (["train.ipynb", "out.ipynb", "-p", "rate", "1", "--prepare-only"], "parameter_unknown", 2),
        (["missing.ipynb", "--help-notebook"], "notebook_missing", 1),
        (["~nobody-has-this-name/a.ipynb"], "notebook_missing", 1),
        (["train.ipynb", "--engine", "dagstermill"], "engine_unknown", 2),
        (["in-{nothing}.ipynb"], "notebook_name_invalid", 2),
        (["in-{.ipynb"], "notebook_name_invalid", 2),
        (["train.ipynb", "--log-level", "LOUD"], "usage", 2),
        ([], "usage", 2),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_queued(
    mlx: Terminal, words: list[str], code: str, status: int
) -> None:
    (mlx.folder / "text.txt").write_text("no notebook")
    (mlx.folder / "broken.ipynb").write_text('{"cells": [')
    write_notebook(mlx.folder / "no-kernel.ipynb", "1", kernel=None)
    before = mlx.json("jobs", "list", "--limit", "1")
    assert mlx("run", *words, "--json", status=status).error["code"] == code
    plain = mlx("run", *words, status=status)
    assert plain.out == ""
    assert "error: " in plain.err
    assert "remedy: " in plain.err
    assert mlx.json("jobs", "list", "--limit", "1") == before


def test_a_number_that_is_none_leaves_every_document_readable(mlx: Terminal) -> None:
    done = mlx("run", "train.ipynb", "-p", "lr", "nan", "--json")

    def refuse(name: str) -> Any:
        raise AssertionError(name)

    document = json.loads(done.out, parse_constant=refuse)
    assert document["state"] == "SUCCEEDED"
    assert "lr is nan" in mlx("jobs", "logs", document["id"]).out


def test_parameters_of_a_cell_are_replaced_not_doubled(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "first.ipynb", parameters("n = 1"), "print('n', n)")
    mlx("run", "first.ipynb", "second.ipynb", "-p", "n", "2")
    document = mlx.json("run", "second.ipynb", "third.ipynb", "-p", "n", "3")
    assert document["progress"] == {"cell": 3, "cells": 3} | {
        k: v for k, v in document["progress"].items() if k == "eta_s"
    }
    assert "n 3" in (mlx.folder / "third.ipynb").read_text()


def test_a_notebook_comes_and_goes_through_pipes(mlx: Terminal) -> None:
    notebook = (mlx.folder / "train.ipynb").read_text()
    words = ("--inject-paths", "--prepare-only")
    for given in ([], ["-"], ["-", "-"], ["/dev/stdin"]):
        done = mlx.process("run", *given, "-p", "lr", "3", given=notebook)
        assert done.status == 0, done.err
        if given == ["/dev/stdin"]:
            assert "stdin  SUCCEEDED" in done.out
        else:
            assert "lr is 3" in str(json.loads(done.out)["cells"][2]["outputs"])
    prepared = mlx.process("run", "-", "-", *words, given=notebook)
    assert 'PAPERMILL_INPUT_PATH = "-"' in str(json.loads(prepared.out)["cells"])


def test_a_notebook_from_a_pipe_is_kept_with_its_run(mlx: Terminal) -> None:
    notebook = (mlx.folder / "train.ipynb").read_text()
    done = mlx.process("run", "-", "out-{lr}.ipynb", "-p", "lr", "4", "--detach", "--json", given=notebook)
    assert done.json["name"] == "stdin"
    assert not Path(done.json["notebook"]["path"]).exists()
    mlx.bench.finish(done.json["id"])
    assert "lr is 4" in (mlx.folder / "out-4.ipynb").read_text()
    assert mlx.process("run", "-", given="no notebook").status == 2


def test_the_name_of_the_notebook_may_hold_a_parameter(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "in-2.ipynb", parameters("x = 1"), "print('x is', x)")
    mlx("run", "in-{x}.ipynb", "ours-{x}.ipynb", "-p", "x", "2", "--prepare-only")
    papermill("in-{x}.ipynb", "theirs-{x}.ipynb", "-p", "x", "2", "--prepare-only")
    assert injected(mlx.folder / "ours-2.ipynb") == injected(mlx.folder / "theirs-2.ipynb")


def test_every_flag_of_papermill_is_one_of_ours(mlx: Terminal) -> None:
    from papermill.cli import papermill as command

    shown = mlx.process("run", "--help").out
    flags = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts) if flag[0] == "-"}
    assert sorted(flag for flag in flags - {"--version", "-h"} if flag not in shown) == []
    words = ["--engine", "nbclient", "--no-request-save-on-cell-execute", "--autosave-cell-every", "5"]
    words += ["--log-level", "ERROR", "--prepare-execute", "--start_timeout", "50"]
    assert mlx.json("run", "train.ipynb", *words)["state"] == "SUCCEEDED"
