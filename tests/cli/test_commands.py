"""The other commands: schedules, compute, diff, secrets, init, doctor, agent; all with --json, all with exit codes."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlx import __version__
from tests.support import Workbench, write_notebook

from .terminal import Terminal


def test_a_schedule_is_added_shown_paused_resumed_and_removed(mlx: Terminal) -> None:
    words = ("train.ipynb", "--cron", "30 2 29 2 *", "--tz", "Europe/Warsaw", "--name", "leap", "-p", "lr", "2")
    made = mlx.json("schedules", "add", *words, "--overlap", "enqueue", "--catch-up", "--misfire-grace", "60")
    assert (made["name"], made["timezone"], made["parameters"]) == ("leap", "Europe/Warsaw", {"lr": 2})
    assert made["policy"] == {"overlap": "enqueue", "coalesce": "latest", "catch_up": True, "misfire_grace_s": 60}
    assert mlx.json("schedules", "list")["items"] == [made]
    assert "leap" in mlx("schedules", "list").out
    assert made["words"] in mlx("schedules", "show", made["id"]).out
    following = mlx.json("schedules", "next", made["id"], "2")
    assert following["next_fires"] == made["next_fires"][:2]
    assert len(mlx("schedules", "next", made["id"], "3").out.splitlines()) == 4
    assert mlx.json("schedules", "pause", made["id"])["paused"]
    assert "PAUSED" in mlx("schedules", "show", made["id"][:8]).out
    assert not mlx.json("schedules", "resume", made["id"])["paused"]
    assert mlx.json("schedules", "rm", made["id"]) == {"removed": made["id"]}
    assert mlx("schedules", "show", made["id"], "--json", status=1).error["code"] == "schedule_unknown"
    assert "No schedules." in mlx("schedules", "list").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--cron", "often"], "cron_invalid"),
        (["--cron", "0 0 * * *", "--tz", "Mars/Olympus"], "timezone_unknown"),
        (["--cron", "0 0 * * *", "--misfire-grace", "-1"], "request_invalid"),
        (["--cron", "0 0 * * *", "--misfire-grace", "nan"], "request_invalid"),
        (["--cron", "0 0 * * *", "-p", "rate", "1"], "parameter_unknown"),
        (["--cron", "0 0 * * *", "--overlap", "maybe"], "usage"),
        ([], "usage"),
    ],
)
def test_a_wrong_schedule_is_refused(mlx: Terminal, words: list[str], code: str) -> None:
    assert mlx("schedules", "add", "train.ipynb", *words, "--json", status=2).error["code"] == code
    assert mlx.json("schedules", "list")["items"] == []


def test_compute_tells_of_gpus_leases_and_kernels(mlx: Terminal) -> None:
    gpus = mlx.json("compute", "gpus")
    assert [(gpu["id"], gpu["lease"]) for gpu in gpus["items"]] == [("gpu-a", None)]
    assert mlx.json("compute", "leases") == {"items": []}
    assert "python3" in [kernel["name"] for kernel in mlx.json("compute", "kernels")["items"]]
    assert "free" in mlx("compute", "gpus").out
    assert "No GPU is held." in mlx("compute", "leases").out
    assert "python3" in mlx("compute", "kernels").out


def test_diff_says_what_differs_and_exits_with_1_when_asked(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "other.ipynb", "print('something else')")
    assert mlx("diff", "train.ipynb", "train.ipynb", "--exit-code", "--json").json["equal"]
    assert not mlx("diff", "train.ipynb", "other.ipynb", "--json").json["equal"]
    done = mlx("diff", "train.ipynb", "other.ipynb", "--exit-code", "--html", "page.html", status=1)
    assert "something else" in done.out
    assert "something else" in (mlx.folder / "page.html").read_text()
    wrong = mlx("diff", "train.ipynb", "other.ipynb", "--html", "nowhere/page.html", "--json", status=2)
    assert wrong.error["code"] == "output_not_writable"
    assert mlx("diff", "train.ipynb", "missing.ipynb", "--json", status=1).error["code"] == "diff_operand_unknown"


def test_a_secret_reaches_its_run_and_nothing_else(mlx: Terminal, tmp_path: Path) -> None:
    value = "plover-1977-xyzzy"
    assert mlx.process("secrets", "set", "DB_PASSWORD", given=f"{value}\n").status == 0
    assert "DB_PASSWORD" in mlx.json("secrets", "list")["items"]
    write_notebook(
        mlx.folder / "secret.ipynb",
        "import jupyter_mlx as mlx, hashlib\n"
        "found = mlx.secrets.get('secret://DB_PASSWORD')\n"
        "print(hashlib.sha256(found.encode()).hexdigest())\nprint('in clear:', found)",
    )
    done = mlx.process("run", "secret.ipynb", "out.ipynb", "--secret", "DB_PASSWORD", "--json")
    assert done.status == 0, done.err
    import hashlib

    assert hashlib.sha256(value.encode()).hexdigest() in (mlx.folder / "out.ipynb").read_text()
    run = done.json
    assert value not in done.out + done.err + mlx("jobs", "logs", run["id"]).out
    settings = mlx.bench.settings
    kept = [path for path in settings.state_dir.rglob("*") if path.is_file()]
    kept += [mlx.folder / "out.ipynb", Path(settings.mlflow_tracking_uri.removeprefix("sqlite:///"))]
    assert len(kept) > 10
    for path in kept:
        assert value.encode() not in path.read_bytes(), path
    for database in ("mlx.db",):
        with sqlite3.connect(settings.state_dir / database) as connection:
            assert value not in "".join(connection.iterdump())
    refused = mlx.process("run", "secret.ipynb", "--json")
    assert refused.status == 1
    assert "secret_unknown" in refused.out or "NotFound" in refused.out
    assert mlx.json("secrets", "rm", "DB_PASSWORD") == {"removed": "DB_PASSWORD"}
    assert mlx("secrets", "rm", "DB_PASSWORD", "--json", status=1).error["code"] == "secret_unknown"


def test_a_secret_needs_a_name_that_a_variable_can_have(mlx: Terminal) -> None:
    done = mlx.process("secrets", "set", "a=b;c", "--json", given="x")
    assert (done.status, done.error["code"]) == (2, "secret_name_invalid")


def test_init_makes_a_project_that_runs(mlx: Terminal) -> None:
    made = mlx.json("init", "project")
    assert "train.ipynb" in made["files"]
    folder = mlx.folder / "project"
    log = subprocess.run(["git", "log", "--oneline"], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert len(log.splitlines()) == 1
    run = mlx.json("run", "project/train.ipynb", "--cwd", "project")
    assert run["state"] == "SUCCEEDED", run.get("error")
    assert run["metrics"]
    assert mlx("init", "project", "--json", status=1).error["code"] == "folder_not_empty"
    assert mlx("init", "train.ipynb", "--json", status=1).error["code"] == "folder_not_empty"


def test_init_makes_the_example_project(mlx: Terminal) -> None:
    done = mlx("init", "flights", "--example", "nyc-flights")
    assert "02-train.ipynb" in done.out
    notebooks = sorted(path.name for path in (mlx.folder / "flights").glob("*.ipynb"))
    assert notebooks == ["01-explore.ipynb", "02-train.ipynb", "03-evaluate.ipynb"]
    names = [item["name"] for item in mlx.json("run", "flights/02-train.ipynb", "--help-notebook")["parameters"]]
    assert {"epochs", "seed", "device"} <= set(names)
    assert mlx("init", "x", "--example", "nothing", "--json", status=2).error["code"] == "usage"


def test_the_doctor_finds_what_is_there_and_says_what_is_not(mlx: Terminal) -> None:
    done = mlx.process("doctor", "--json")
    findings = {finding["name"]: finding for finding in done.json["findings"]}
    for name in ("jupyterlab", "jupyter_server", "mlflow", "papermill", "state", "store", "mlflow store", "kernels"):
        assert findings[name]["ok"], findings[name]
    assert findings["gpus"]["message"].startswith("1 (configured)")
    assert done.status == (0 if done.json["ok"] else 1)
    assert all(finding["remedy"] for finding in findings.values() if not finding["ok"])


def test_the_doctor_names_the_remedy_of_a_state_folder_that_others_can_read(
    mlx: Terminal, own_bench: Callable[..., Workbench]
) -> None:
    folder = own_bench().settings.state_dir
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    done = mlx.process("doctor", "--json", JUPYTER_MLX_STATE_DIR=str(folder), JUPYTER_MLX_DB_URL="")
    findings = {finding["name"]: finding for finding in done.json["findings"]}
    assert done.status == 1
    assert not findings["state"]["ok"]
    assert findings["state"]["remedy"] == f"chmod 700 {folder}"


def test_the_agent_starts_stops_and_tells(
    mlx: Terminal, own_bench: Callable[..., Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = own_bench()
    for name, value in bench.settings.to_env().items():
        monkeypatch.setenv(name, value)
    assert mlx("agent", "status", "--json", status=1).json == {"running": False}
    assert "not running" in mlx("agent", "status", status=1).out
    started = mlx.json("agent", "start")
    assert started["running"]
    pid = bench.agent_process().pid
    assert mlx.json("agent", "start")["pid"] == mlx.json("agent", "status")["pid"] == pid
    assert f"pid {pid}" in mlx("agent", "status").out
    assert mlx.json("agent", "stop") == {"running": False, "stopped": True}
    assert mlx.json("agent", "stop") == {"running": False, "stopped": False}


@pytest.mark.parametrize(
    "words", [["nonsense"], ["jobs"], ["agent"], ["schedules", "show"], ["diff", "one"], ["init"], ["secrets", "set"]]
)
def test_wrong_usage_exits_with_2_and_one_json_document(mlx: Terminal, words: list[str]) -> None:
    done = mlx(*words, "--json", status=2)
    assert done.error["code"] == "usage"
    assert "--help" in done.error["remedy"]
    plain = mlx(*words, status=2)
    assert plain.out == ""
    assert plain.err.startswith("error: ")


def test_without_a_command_the_help_is_printed(mlx: Terminal) -> None:
    done = mlx(status=2)
    assert all(word in done.out for word in ("run", "jobs", "schedules", "doctor", "init"))
    assert mlx("--version").out.strip() == __version__


def test_every_command_has_json_in_its_help(mlx: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    from jupyter_mlx.cli import build_parser

    def commands(parser: Any) -> list[Any]:
        groups = [
            action for action in parser._actions if hasattr(action, "choices") and isinstance(action.choices, dict)
        ]
        found = [child for group in groups for child in group.choices.values()]
        return [leaf for child in found for leaf in commands(child)] if found else [parser]

    leaves = commands(build_parser())
    assert len(leaves) > 20
    for parser in leaves:
        assert "--json" in parser.format_help(), parser.prog
        assert parser.description, parser.prog


def test_a_setting_that_is_no_number_is_refused_in_words(mlx: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_MLX_LEASE_S", "soon")
    assert mlx("jobs", "list", "--json", status=2).error["code"] == "setting_invalid"


@pytest.mark.parametrize(
    ("url", "code", "status"),
    [
        ("postgresql+psycopg://nobody@127.0.0.1:9/none", "store_unavailable", 1),
        ("nonsense://x", "store_url_invalid", 1),
        ("no url at all", "store_url_invalid", 1),
    ],
)
def test_a_store_that_can_not_be_opened_is_told_in_words(
    mlx: Terminal, monkeypatch: pytest.MonkeyPatch, url: str, code: str, status: int
) -> None:
    monkeypatch.setenv("JUPYTER_MLX_DB_URL", url)
    assert mlx("jobs", "list", "--json", status=status).error["code"] == code
