"""Whatever is wrong with a request is said at once, in words, with the field and the way out; nothing is queued."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import parameters, write_notebook

from .server import Server

OUTSIDE = "path_outside_root"


@pytest.fixture(scope="module", autouse=True)
def files(server: Server) -> Iterator[None]:
    """Notebooks and what is none."""
    write_notebook(server.root / "good.ipynb", parameters("lr = 0.1\nepochs: int = 3\nname = 'x'"), "lr")
    write_notebook(server.root / "no-kernel.ipynb", "1", kernel=None)
    write_notebook(server.root / "strange.ipynb", "1", kernel={"name": "cobol", "display_name": "Cobol"})
    (server.root / "text.txt").write_text("no notebook")
    (server.root / "broken.ipynb").write_text('{"cells": [')
    (server.root / "json.ipynb").write_text('{"no": "notebook"}')
    (server.root / "folder").mkdir()
    outside = write_notebook(server.bench.folder / "outside.ipynb", "1")
    (server.root / "link.ipynb").symlink_to(outside)
    (server.root / "link-folder").symlink_to(server.bench.folder)
    (server.root / "loop.ipynb").symlink_to("loop.ipynb")
    yield
    (server.root / "loop.ipynb").unlink()


def refuse(server: Server, status: int, code: str, field: str | None, body: Any) -> dict[str, Any]:
    """The error of a POST that must queue nothing."""
    before = server.get("jobs", limit=1)["items"][:1]
    error = server.refused("POST", "jobs", status, code, json=body)
    assert error.get("field") == field, error
    assert [run["id"] for run in server.get("jobs", limit=1)["items"]] == [run["id"] for run in before]
    return error


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("missing.ipynb", 404, "notebook_missing"),
        ("missing/deep/a.ipynb", 404, "notebook_missing"),
        ("text.txt/a.ipynb", 404, "notebook_missing"),
        ("text.txt", 400, "not_a_notebook"),
        ("json.ipynb", 400, "not_a_notebook"),
        ("folder", 400, "not_a_notebook"),
        (".", 400, "not_a_notebook"),
        ("broken.ipynb", 400, "notebook_invalid_json"),
        ("", 400, "path_invalid"),
        ("good.ipynb\0.txt", 400, "path_invalid"),
        ("../outside.ipynb", 403, OUTSIDE),
        ("folder/../../outside.ipynb", 403, OUTSIDE),
        ("/etc/passwd", 403, OUTSIDE),
        ("link.ipynb", 403, OUTSIDE),
        ("link-folder/outside.ipynb", 403, OUTSIDE),
    ],
)
def test_a_path_that_is_no_notebook_of_the_root_is_refused(server: Server, path: str, status: int, code: str) -> None:
    error = refuse(server, status, code, "notebook", {"notebook": path})
    if path and "\0" not in path:
        assert f"`{path}`" in error["message"]


@pytest.mark.parametrize("path", ["loop.ipynb", "a" * 5000, "folder/" * 2000, "caf\udce9.ipynb", "\ud800.ipynb"])
def test_a_path_that_no_file_can_have_is_refused_in_words(server: Server, path: str) -> None:
    response = server.session.post(f"{server.url}/jobs", json={"notebook": path}, timeout=30)
    error = response.json()["error"]
    assert response.status_code in (400, 403, 404), error
    assert error["remedy"]


def test_the_form_refuses_the_same_paths(server: Server) -> None:
    for path, status, code in (
        ("missing.ipynb", 404, "notebook_missing"),
        ("text.txt", 400, "not_a_notebook"),
        ("broken.ipynb", 400, "notebook_invalid_json"),
        ("../outside.ipynb", 403, OUTSIDE),
        ("link.ipynb", 403, OUTSIDE),
        ("/etc/passwd", 403, OUTSIDE),
    ):
        server.refused("GET", "notebooks/parameters", status, code, params={"path": path})
    assert "path" in server.refused("GET", "notebooks/parameters", 400, "query_missing")["message"]


def test_a_notebook_without_a_kernel_needs_one_to_be_named(server: Server) -> None:
    error = refuse(server, 400, "kernel_missing", "kernel", {"notebook": "no-kernel.ipynb"})
    assert "python3" in error["remedy"]
    run = server.post("jobs", notebook="no-kernel.ipynb", kernel="python3")
    assert server.finish(run["id"])["state"] == "SUCCEEDED"


@pytest.mark.parametrize("body", [{"notebook": "strange.ipynb"}, {"notebook": "good.ipynb", "kernel": "cobol"}])
def test_an_unknown_kernel_is_refused_with_those_that_there_are(server: Server, body: dict[str, Any]) -> None:
    error = refuse(server, 400, "kernel_unknown", "kernel", body)
    assert "`cobol`" in error["message"]
    assert "python3" in error["remedy"]


@pytest.mark.parametrize(
    ("given", "code", "field", "said"),
    [
        ({"lrr": 1}, "parameter_unknown", "parameters.lrr", "Did you mean `lr`?"),
        ({"Lr": 1}, "parameter_unknown", "parameters.Lr", "lr, epochs, name"),
        ({"lr": "fast"}, "parameter_type", "parameters.lr", "0.1"),
        ({"epochs": 1.5}, "parameter_type", "parameters.epochs", "3"),
        ({"epochs": True}, "parameter_type", "parameters.epochs", "3"),
        ({"epochs": None}, "parameter_type", "parameters.epochs", "3"),
        ({"name": 7}, "parameter_type", "parameters.name", "'x'"),
        ({"lr=1;import os": 1}, "parameter_name_invalid", "parameters.lr=1;import os", "letters"),
        ({"": 1}, "parameter_name_invalid", "parameters.", "letters"),
        ({"import": 1}, "parameter_name_invalid", "parameters.import", "letters"),
        ({"lr\n": 1}, "parameter_name_invalid", "parameters.lr\n", "letters"),
        ({"lr": "secret://NOBODY"}, "secret_not_granted", "parameters.lr", "--secret NOBODY"),
    ],
)
def test_a_wrong_parameter_is_refused(server: Server, given: dict[str, Any], code: str, field: str, said: str) -> None:
    error = refuse(server, 400, code, field, {"notebook": "good.ipynb", "parameters": given})
    assert said in error["remedy"]


@pytest.mark.parametrize(
    ("output", "status", "code"),
    [
        ("../out.ipynb", 403, OUTSIDE),
        ("/tmp/out.ipynb", 403, OUTSIDE),
        ("link-folder/out.ipynb", 403, OUTSIDE),
        ("out\0.ipynb", 400, "path_invalid"),
        ("", 400, "path_invalid"),
        ("folder", 400, "output_is_folder"),
        (".", 400, "output_is_folder"),
        ("text.txt/out.ipynb", 400, "output_not_writable"),
    ],
)
def test_a_wrong_output_path_is_refused(server: Server, output: str, status: int, code: str) -> None:
    refuse(server, status, code, "output", {"notebook": "good.ipynb", "output": output})


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"nonsense": 1}, "field_unknown", "nonsense"),
        ({"notebook": None}, "request_invalid", "notebook"),
        ({"notebook": 7}, "request_invalid", "notebook"),
        ({"parameters": []}, "request_invalid", "parameters"),
        ({"name": "n" * 201}, "request_invalid", "name"),
        ({"kernel": 3}, "request_invalid", "kernel"),
        ({"gpus": -1}, "request_invalid", "gpus"),
        ({"gpus": "1"}, "request_invalid", "gpus"),
        ({"gpus": 0.5}, "request_invalid", "gpus"),
        ({"gpus": 1.0}, "request_invalid", "gpus"),
        ({"gpus": True}, "request_invalid", "gpus"),
        ({"retries": {"max": 1.0}}, "request_invalid", "retries.max"),
        ({"gpus": 2}, "gpus_not_enough", "gpus"),
        ({"timeout_s": -1}, "request_invalid", "timeout_s"),
        ({"timeout_s": 0}, "request_invalid", "timeout_s"),
        ({"timeout_s": "soon"}, "request_invalid", "timeout_s"),
        ({"retries": 3}, "request_invalid", "retries"),
        ({"retries": {"max": -1}}, "request_invalid", "retries.max"),
        ({"retries": {"max": 101}}, "request_invalid", "retries.max"),
        ({"retries": {"backoff_s": -0.1}}, "request_invalid", "retries.backoff_s"),
        ({"retries": {"maximum": 1}}, "field_unknown", "retries.maximum"),
        ({"include": "*.py"}, "request_invalid", "include"),
        ({"include": [1]}, "request_invalid", "include.0"),
        ({"secrets": [None]}, "request_invalid", "secrets.0"),
        ({"secrets": ["NOBODY_SET_THIS"]}, "secret_unknown", "secrets"),
        ({"tags": {"team": 1}}, "request_invalid", "tags.team"),
        ({"outputs": ["pdf"]}, "request_invalid", "outputs.0"),
        ({"launcher": "ray"}, "request_invalid", "launcher"),
    ],
)
def test_a_wrong_field_is_refused_and_named(server: Server, change: dict[str, Any], code: str, field: str) -> None:
    refuse(server, 404 if code == "secret_unknown" else 400, code, field, {"notebook": "good.ipynb", **change})


@pytest.mark.parametrize("glob", ["../*", "/etc/*", "link-folder/*", "no-such-*.csv"])
def test_a_glob_that_leaves_the_folder_or_matches_nothing_is_refused(server: Server, glob: str) -> None:
    response = server.session.post(f"{server.url}/jobs", json={"notebook": "good.ipynb", "include": [glob]}, timeout=30)
    error = response.json()["error"]
    assert response.status_code in (400, 403, 404), error
    assert error["field"] == "include"
    assert error["remedy"]


def test_a_missing_field_is_named(server: Server) -> None:
    assert "missing" in refuse(server, 400, "request_invalid", "notebook", {})["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"notebook=good.ipynb",
        b"\xff\xfe",
        b'{"notebook": "good.ipynb", "timeout_s": NaN}',
        b'{"notebook": "good.ipynb", "timeout_s": Infinity}',
        b'{"notebook": "good.ipynb", "timeout_s": 1e999}',
        b'{"notebook": "good.ipynb", "parameters": {"lr": NaN}}',
        b'{"notebook": "good.ipynb", "name": "\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_json_is_refused(server: Server, body: bytes) -> None:
    server.refused("POST", "jobs", 400, "json_invalid", data=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("body", ["[]", '"good.ipynb"', "null", "7"])
def test_a_body_that_is_no_object_is_refused(server: Server, body: str) -> None:
    server.refused("POST", "jobs", 400, "request_invalid", data=body, headers={"Content-Type": "application/json"})


def test_an_idempotency_key_that_is_too_long_or_a_gates_is_refused(server: Server) -> None:
    gates = {"Idempotency-Key": "gate:01ABC:0"}
    body = {"notebook": "good.ipynb"}
    assert (
        "those of gates" in server.refused("POST", "jobs", 400, "request_invalid", json=body, headers=gates)["message"]
    )
    headers = {"Idempotency-Key": "k" * 201}
    error = server.refused("POST", "jobs", 400, "request_invalid", json={"notebook": "good.ipynb"}, headers=headers)
    assert error["field"] == "Idempotency-Key"


@pytest.mark.parametrize("query", ["attempt=99999999999999999999", "after=-99999999999999999999", "limit=1e3"])
def test_a_number_that_no_run_has_is_refused(server: Server, done: dict[str, Any], query: str) -> None:
    server.refused("GET", f"jobs/{done['id']}/events?{query}", 400, "query_invalid")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_run_is_not_found(server: Server, method: str) -> None:
    error = server.refused(method, "jobs/ffffffffffff", 404, "run_unknown")
    assert "ffffffffffff" in error["message"]


@pytest.mark.parametrize("action", ["cancel", "retry", "clone"])
def test_an_unknown_run_is_not_acted_on(server: Server, action: str) -> None:
    server.refused("POST", f"jobs/ffffffffffff/{action}", 404, "run_unknown", json={} if action == "clone" else None)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"parameters": {"who": 3}}, "parameter_type", "parameters.who"),
        ({"parameters": {"whom": "x"}}, "parameter_unknown", "parameters.whom"),
        ({"kernel": "python3"}, "field_unknown", "kernel"),
        ({"name": 1}, "request_invalid", "name"),
    ],
)
def test_a_wrong_clone_is_refused(
    server: Server, done: dict[str, Any], body: dict[str, Any], code: str, field: str
) -> None:
    assert server.refused("POST", f"jobs/{done['id']}/clone", 400, code, json=body)["field"] == field


def test_a_method_that_there_is_not_is_refused_as_json(server: Server) -> None:
    response = server.session.put(f"{server.url}/jobs", json={}, timeout=30)
    assert response.status_code == 405
    assert response.json()["error"]["code"] == "method_unknown"
    assert server.session.head(f"{server.url}/jobs", timeout=30).status_code == 405


def test_hostile_names_are_kept_as_texts(server: Server) -> None:
    name = "<script>alert(1)</script> '; DROP TABLE runs; --"
    run = server.post("jobs", notebook="good.ipynb", name=name, tags={"<b>": "</b>"})
    assert run["name"] == name
    assert server.finish(run["id"])["tags"] == {"<b>": "</b>"}
