"""What a run leaves, over HTTP: its log from any offset, its files, its notebook's version, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jupyter_mlx.errors import NotFound
from jupyter_mlx.files import make_private
from jupyter_mlx.jobs.routes import open_found
from jupyter_mlx.jobs.spec import AttemptFiles

from .server import Server


def test_the_log_is_read_from_any_offset(server: Server, done: dict[str, Any]) -> None:
    path = f"jobs/{done['id']}/log"
    whole = server.call("GET", path)
    assert server.log_of(done["id"]) == "hello world 0.5\nmore\n2\n"
    assert int(whole.headers["X-Log-Size"]) == len(whole.content)
    assert server.call("GET", path, params={"offset": 6}).content == whole.content[6:]
    assert server.call("GET", path, params={"offset": -7}).text == "more\n2\n"
    assert server.call("GET", path, params={"offset": 10_000}).content == b""
    assert server.call("GET", path, params={"offset": -10_000}).content == whole.content
    server.refused("GET", path, 400, "query_invalid", params={"offset": "first"})
    server.refused("GET", path, 404, "attempt_unknown", params={"attempt": 7})
    server.refused("GET", path, 400, "query_invalid", params={"attempt": 0})


def test_the_log_of_a_run_that_waits_is_empty(server: Server) -> None:
    holder = server.submit("import time\nprint('held', flush=True)\ntime.sleep(600)", name="holds-gpu.ipynb", gpus=1)
    server.bench.wait_for_output(holder["id"], "held")
    waiting = server.submit("1", name="waits-gpu.ipynb", gpus=1)
    server.bench.wait_for(waiting["id"], lambda run: run.reason)
    response = server.call("GET", f"jobs/{waiting['id']}/log")
    assert (response.content, response.headers["X-Log-Size"]) == (b"", "0")
    assert "gpu" in server.get(f"jobs/{waiting['id']}")["reason"].lower()
    assert [lease["run_id"] for lease in server.get("compute/leases")["items"]] == [holder["id"]]
    gpus = server.get("compute/gpus")
    assert gpus["source"] == "configured"
    assert [(gpu["id"], gpu["lease"]["run_name"]) for gpu in gpus["items"]] == [("gpu-a", "holds-gpu")]
    for run_id in (waiting["id"], holder["id"]):
        server.call("POST", f"jobs/{run_id}/cancel")
        server.finish(run_id)
    assert server.get("compute/leases")["items"] == []
    assert server.get("compute/gpus")["items"][0]["lease"] is None


def test_a_large_log_comes_whole_and_by_its_end(server: Server) -> None:
    run = server.run("for i in range(60_000):\n    print('line', i, 'é' * 30)", name="large-log.ipynb")
    assert run["state"] == "SUCCEEDED"
    whole = server.call("GET", f"jobs/{run['id']}/log")
    assert len(whole.content) > 4_000_000
    lines = [line for line in whole.content.decode().splitlines() if line.startswith("line")]
    assert lines == [f"line {i} {'é' * 30}" for i in range(60_000)]
    tail = server.call("GET", f"jobs/{run['id']}/log", params={"offset": -100})
    assert tail.content == whole.content[-100:]


def test_the_executed_notebook_is_served_as_a_notebook(server: Server, done: dict[str, Any]) -> None:
    response = server.call("GET", f"jobs/{done['id']}/outputs/notebook.ipynb")
    assert response.headers["Content-Type"] == "application/x-ipynb+json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in response.headers
    cells = json.loads(response.content)["cells"]
    assert cells[2]["outputs"][0]["text"] == ["hello world 0.5\n"]
    output = next(output for output in done["outputs"] if output["name"] == "notebook.ipynb")
    assert len(response.content) == output["bytes"]


def test_html_is_served_in_a_sandbox_of_its_own_origin(server: Server, done: dict[str, Any]) -> None:
    response = server.call("GET", f"jobs/{done['id']}/outputs/notebook.html")
    assert response.headers["Content-Type"].startswith("text/html")
    policy = response.headers["Content-Security-Policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "hello world" in response.text


def test_an_output_is_downloaded_as_a_file_when_asked(server: Server, done: dict[str, Any]) -> None:
    response = server.call("GET", f"jobs/{done['id']}/outputs/notebook.html", params={"download": "1"})
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "notebook.html" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "name",
    [
        "nothing.txt",
        "../spec.json",
        "../../../../mlx.db",
        "..",
        "/etc/passwd",
        "work/../../spec.json",
        "notebook.ipynb/../../spec.json",
        "..\\spec.json",
        "notebook.ipynb\0.html",
        ".notebook.ipynb",
    ],
)
def test_a_name_that_is_no_output_leads_nowhere(server: Server, done: dict[str, Any], name: str) -> None:
    path = f"jobs/{done['id']}/outputs/{quote(name, safe='')}"
    if name == "..":
        path = f"jobs/{done['id']}/outputs/%2e%2e%2f"
    error = server.refused("GET", path, 404, "output_unknown")
    assert "notebook.ipynb" in error["remedy"]


def test_an_output_of_an_unknown_attempt_or_run_is_not_found(server: Server, done: dict[str, Any]) -> None:
    server.refused("GET", f"jobs/{done['id']}/outputs/notebook.ipynb?attempt=9", 404, "attempt_unknown")
    server.refused("GET", "jobs/ffffffffffff/outputs/notebook.ipynb", 404, "run_unknown")


def test_the_notebook_of_a_run_is_the_version_that_was_submitted(server: Server, done: dict[str, Any]) -> None:
    kept = (server.root / "done.ipynb").read_bytes()
    (server.root / "done.ipynb").write_text("overwritten")
    try:
        notebook = server.get(f"jobs/{done['id']}/notebook")
    finally:
        (server.root / "done.ipynb").write_bytes(kept)
    assert [cell["source"] for cell in notebook["cells"]][1] == "print('hello', who, lr)"
    assert all(not cell["outputs"] for cell in notebook["cells"])


def test_while_a_run_goes_on_its_log_grows(server: Server) -> None:
    run_id = server.submit("import time\nprint('first', flush=True)\ntime.sleep(600)", name="grows.ipynb")["id"]
    server.bench.wait_for_output(run_id, "first")
    assert server.log_of(run_id) == "first\n"
    server.call("POST", f"jobs/{run_id}/cancel")
    ended = server.finish(run_id)
    assert ended["state"] == "CANCELLED"
    # What it had written is kept.
    assert server.log_of(run_id).startswith("first\n")
    assert "first" in server.call("GET", f"jobs/{run_id}/outputs/notebook.ipynb").text


@pytest.mark.parametrize("found_first", ["the folder of the attempt that ran", "nothing"])
def test_a_file_is_opened_though_its_folder_is_renamed_after_it_was_found(tmp_path: Path, found_first: str) -> None:
    running = AttemptFiles(make_private(tmp_path / "runs" / "a" / "1.running"))
    running.log.write_text("printed")

    def find() -> Path:
        log = AttemptFiles.of(tmp_path, "a", 1).log
        if running.folder.exists():
            running.folder.rename(running.published)
            if found_first == "nothing":
                raise NotFound("output_unknown", "Run a has no output.")
        return log

    file = open_found(find)
    assert file is not None
    with file:
        assert file.read() == b"printed"


def test_a_file_that_is_nowhere_stays_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_found(lambda: tmp_path / "nowhere")
    assert open_found(lambda: None) is None
