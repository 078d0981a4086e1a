"""`jupyter mlx jobs`: list, show, logs, cancel, retry, clone and rm."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.support import write_notebook

from .terminal import Terminal

WAITS = "import time\nprint('begun', flush=True)\ntime.sleep(600)"


def test_a_detached_run_is_listed_shown_and_its_log_printed(mlx: Terminal) -> None:
    document = mlx.json("run", "train.ipynb", "--detach", "--name", "detached", "--tag", "group=detached")
    assert document["state"] in ("QUEUED", "STARTING", "RUNNING")
    mlx.bench.finish(document["id"])
    assert [run["id"] for run in mlx.json("jobs", "list", "detached")["items"]] == [document["id"]]
    listing = mlx("jobs", "list", "detached").out.splitlines()
    assert listing[0].split()[:3] == ["ID", "STATE", "NAME"]
    assert listing[1].split()[:3] == [document["id"], "SUCCEEDED", "detached"]
    shown = mlx("jobs", "show", document["id"]).out
    assert "attempt 1   SUCCEEDED" in shown
    assert "notebook    train.ipynb  sha256:" in shown
    assert "lr is 0.1" in mlx("jobs", "logs", document["id"]).out


def test_the_beginning_of_an_id_is_enough(mlx: Terminal, done: dict[str, Any]) -> None:
    assert mlx.json("jobs", "show", done["id"][:8])["id"] == done["id"]


def test_a_list_pages_and_filters(mlx: Terminal) -> None:
    for number in range(3):
        mlx("run", "train.ipynb", "--name", f"page-{number}", "--detach")
    first = mlx.json("jobs", "list", "page-", "--limit", "2")
    assert [run["name"] for run in first["items"]] == ["page-2", "page-1"]
    assert (
        f"more: jupyter mlx jobs list --cursor {first['next_cursor']}" in mlx("jobs", "list", "--limit", "1").out
        or (first["next_cursor"])
    )
    rest = mlx.json("jobs", "list", "page-", "--limit", "2", "--cursor", first["next_cursor"])
    assert [run["name"] for run in rest["items"]] == ["page-0"]
    for run in first["items"] + rest["items"]:
        mlx.bench.finish(run["id"])
    assert len(mlx.json("jobs", "list", "page-", "--state", "succeeded,failed")["items"]) == 3
    assert mlx.json("jobs", "list", "page-", "--state", "CANCELLED")["items"] == []
    assert "No runs." in mlx("jobs", "list", "nothing-has-this-name").out


def test_logs_are_followed_to_the_end_of_the_run(mlx: Terminal) -> None:
    write_notebook(
        mlx.folder / "follow.ipynb",
        "import sys\nprint('begun', flush=True)\nfor i in range(2000):\n    print(i, 'é' * 20)\nprint('last line')",
    )
    process = mlx.start("run", "follow.ipynb", "--detach", "--json")
    out, _ = process.communicate(timeout=60)
    run_id = out.split('"id": "')[1].split('"')[0]
    followed = mlx.process("jobs", "logs", "-f", run_id)
    assert followed.status == 0
    assert followed.out == mlx("jobs", "logs", run_id).out
    assert "�" not in followed.out
    lines = [line for line in followed.out.splitlines() if not line.startswith("───")]
    assert lines == ["begun", *(f"{i} {'é' * 20}" for i in range(2000)), "last line"]


def test_logs_are_followed_over_attempts(mlx: Terminal) -> None:
    marker = mlx.folder / "second-time"
    write_notebook(
        mlx.folder / "again.ipynb",
        f"import pathlib\np = pathlib.Path({str(marker)!r})\nonce = p.exists()\np.touch()\n"
        "print('second' if once else 'first' + ' attempt' * 50)\nassert once",
    )
    document = mlx.json("run", "again.ipynb", "--detach", "--retries", "1", "--backoff", "0.1")
    out = mlx("jobs", "logs", "-f", document["id"]).out
    assert "first attempt attempt" in out
    assert out.rstrip().splitlines()[-1] == "second"
    assert "first attempt" in mlx("jobs", "logs", document["id"], "--attempt", "1").out
    assert mlx.json("jobs", "logs", document["id"])["log"].endswith("second\n")


def test_following_as_json_waits_for_the_end(mlx: Terminal) -> None:
    document = mlx.json("run", "train.ipynb", "--detach")
    assert "lr is 0.1" in mlx.json("jobs", "logs", "-f", document["id"])["log"]


def test_a_run_is_cancelled_while_somebody_waits_for_it(mlx: Terminal) -> None:
    write_notebook(mlx.folder / "waits.ipynb", WAITS)
    waiting = mlx.start("run", "waits.ipynb", "--json", "--name", "cancel me")
    run = mlx.bench.wait_until(
        lambda: next(iter(mlx.bench.jobs.page(words="cancel me", states=["RUNNING"])[0]), None), "the run runs"
    )
    mlx.bench.wait_for_output(run.id, "begun")
    out = mlx("jobs", "cancel", run.id).out
    assert "(stopping)" in out
    printed, _ = waiting.communicate(timeout=60)
    assert waiting.returncode == 1
    assert '"state": "CANCELLED"' in printed
    assert mlx("jobs", "cancel", run.id, "--json", status=1).error["code"] == "run_ended"


def test_a_run_is_retried_cloned_and_removed(mlx: Terminal, done: dict[str, Any]) -> None:
    retried = mlx.json("jobs", "retry", done["id"])
    assert retried["id"] == done["id"]
    assert len(mlx.bench.finish(done["id"]).attempts) == len(done["attempts"]) + 1
    clone = mlx.json("jobs", "clone", done["id"], "-p", "n", "7", "--name", "cloned")
    assert (clone["name"], clone["parameters"]) == ("cloned", {"n": 7})
    assert mlx("jobs", "rm", clone["id"], "--json", status=1).error["code"] == "run_not_ended"
    mlx.bench.finish(clone["id"])
    assert "n is 7 é" in mlx("jobs", "logs", clone["id"]).out
    assert mlx.json("jobs", "rm", clone["id"]) == {"removed": clone["id"]}
    assert mlx("jobs", "show", clone["id"], "--json", status=1).error["code"] == "run_unknown"


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(mlx: Terminal, done: dict[str, Any]) -> None:
    with mlx.start("jobs", "list") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=30) == 1


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (["show", "ffffffffffff"], "run_unknown", 1),
        (["logs", "ffffffffffff"], "run_unknown", 1),
        (["logs", "-f", "ffffffffffff"], "run_unknown", 1),
        (["cancel", "ffffffffffff"], "run_unknown", 1),
        (["retry", "ffffffffffff"], "run_unknown", 1),
        (["clone", "ffffffffffff"], "run_unknown", 1),
        (["rm", "ffffffffffff"], "run_unknown", 1),
        (["show", "%"], "run_unknown", 1),
        (["list", "--state", "DONE"], "state_unknown", 2),
        (["list", "--cursor", "nonsense"], "cursor_invalid", 2),
        (["list", "--limit", "many"], "usage", 2),
        (["show"], "usage", 2),
        (["nonsense"], "usage", 2),
    ],
)
def test_a_wrong_command_is_answered_in_words(mlx: Terminal, words: list[str], code: str, status: int) -> None:
    assert mlx("jobs", *words, "--json", status=status).error["code"] == code


def test_an_unknown_attempt_or_a_wrong_clone_is_refused(mlx: Terminal, done: dict[str, Any]) -> None:
    words = ("jobs", "logs", done["id"], "--attempt", "99", "--json")
    assert mlx(*words, status=1).error["code"] == "attempt_unknown"
    words = ("jobs", "clone", done["id"], "-p", "m", "1", "--json")
    assert mlx(*words, status=2).error["code"] == "parameter_unknown"


def test_two_processes_that_list_at_once_do_not_disturb_each_other(mlx: Terminal, done: dict[str, Any]) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(mlx.process("jobs", "list", "--json").status)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [0, 0]
