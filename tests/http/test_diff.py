"""Differences over HTTP: two runs, two notebooks, and operands that lead nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import parameters

from .server import Server


@pytest.fixture(scope="module")
def pair(server: Server) -> tuple[str, str]:
    """Two runs of one notebook with different parameters."""
    cells = (parameters("n = 1"), "print('n is', n)")
    one = server.run(*cells, name="compared.ipynb", parameters={"n": 1})
    two = server.run(*cells, name="compared.ipynb", parameters={"n": 2})
    return one["id"], two["id"]


def test_two_runs_differ_in_what_they_were_given_and_printed(server: Server, pair: tuple[str, str]) -> None:
    found = server.get("diff", a=f"run:{pair[0]}", b=f"run:{pair[1]}")
    assert not found["equal"]
    assert found["parameters"] == {"n": {"a": 1, "b": 2}}
    assert found["outputs_changed"] == 1
    assert found["notebook"]["diff"]


def test_a_run_equals_itself(server: Server, pair: tuple[str, str]) -> None:
    found = server.get("diff", a=f"run:{pair[0]}/1", b=pair[0])
    assert found["equal"]
    assert found["cells"] == {"added": 0, "removed": 0, "changed": 0, "moved": 0}


def test_two_notebooks_differ_in_their_cells(server: Server) -> None:
    server.bench.notebook("left.ipynb", "1", "2")
    server.bench.notebook("right.ipynb", "1", "2", "3")
    assert server.get("diff", a="left.ipynb", b="right.ipynb")["cells"]["added"] == 1


@pytest.mark.parametrize(
    ("operand", "status", "code"),
    [
        ("missing.ipynb", 404, "diff_operand_unknown"),
        ("../outside.ipynb", 403, "path_outside_root"),
        ("/etc/passwd", 403, "path_outside_root"),
        ("HEAD:left.ipynb", 404, "diff_operand_unknown"),
        ("--output=x", 404, "diff_operand_unknown"),
        ("", 400, "path_invalid"),
        ("run:ffffffffffff", 404, "run_unknown"),
    ],
)
def test_an_operand_that_leads_nowhere_is_refused(
    server: Server, done: dict[str, Any], operand: str, status: int, code: str
) -> None:
    for a, b in ((operand, "done.ipynb"), ("done.ipynb", operand)):
        server.refused("GET", f"diff?a={a}&b={b}", status, code)


def test_a_missing_operand_is_named(server: Server) -> None:
    assert "`b`" in server.refused("GET", "diff?a=done.ipynb", 400, "query_missing")["message"]
