"""The list of runs: pages, filters, words, counts, and the event that it is as new as; and a notebook's form."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import code, markdown, parameters, write_notebook

from .server import Server


@pytest.fixture(scope="module")
def five(server: Server) -> list[str]:
    """Ids of five runs with a tag of their own, newest first; the oldest failed."""
    ids = []
    for number in range(5):
        server.bench.notebook(f"five-{number}.ipynb", "1 / 0" if number == 0 else "1")
        run = server.post("jobs", notebook=f"five-{number}.ipynb", name=f"Quint-{number}", tags={"group": "quintet"})
        ids.append(run["id"])
    for run_id in ids:
        server.bench.finish(run_id)
    return ids[::-1]


def listed(page: dict[str, Any]) -> list[str]:
    """The ids of a page."""
    return [run["id"] for run in page["items"]]


def test_pages_follow_each_other_without_gap_or_repetition(server: Server, five: list[str]) -> None:
    found: list[str] = []
    cursor = None
    for expected in (2, 2, 1):
        page = server.get("jobs", q="quintet", limit=2, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) == expected
        found += listed(page)
        cursor = page["next_cursor"]
    assert cursor is None
    assert found == five


def test_a_run_that_comes_meanwhile_does_not_shift_the_pages(server: Server, five: list[str]) -> None:
    first = server.get("jobs", q="quintet", limit=3)
    newer = server.submit("1", name="newer.ipynb", tags={"group": "quintet"})
    try:
        rest = server.get("jobs", q="quintet", limit=3, cursor=first["next_cursor"])
        assert listed(first) + listed(rest) == five
    finally:
        server.finish(newer["id"])
        server.call("DELETE", f"jobs/{newer['id']}", 204)


def test_runs_are_filtered_by_state_and_counted_over_all_states(server: Server, five: list[str]) -> None:
    failed = server.get("jobs", q="quintet", state="FAILED")
    assert listed(failed) == five[-1:]
    assert failed["counts"] == {"FAILED": 1, "SUCCEEDED": 4}
    both = server.get("jobs", q="quintet", state="FAILED,SUCCEEDED", limit=1)
    assert listed(both) == five[:1]
    assert both["counts"] == {"FAILED": 1, "SUCCEEDED": 4}
    assert server.get("jobs", q="quintet", state="QUEUED")["items"] == []


@pytest.mark.parametrize("words", ["qUINT-3", "FIVE-3.IPYNB", "quintet five-3"])
def test_words_are_found_in_name_notebook_and_tags(server: Server, five: list[str], words: str) -> None:
    assert listed(server.get("jobs", q=words)) == [five[1]]


def test_words_are_found_in_the_beginning_of_an_id(server: Server, five: list[str]) -> None:
    assert five[0] in listed(server.get("jobs", q=five[0][:8]))


@pytest.mark.parametrize("words", ["%", "_____", "five-3%", "'; DROP TABLE jobs; --", "\\"])
def test_wildcards_and_quotes_are_searched_for_as_they_are(server: Server, five: list[str], words: str) -> None:
    assert server.get("jobs", q=words)["items"] == []


def test_runs_of_one_notebook_are_listed_alone(server: Server, five: list[str]) -> None:
    assert listed(server.get("jobs", notebook="five-2.ipynb")) == [five[2]]
    assert server.get("jobs", notebook="five-.ipynb")["items"] == []


def test_the_list_says_which_event_it_is_as_new_as(server: Server, five: list[str]) -> None:
    page = server.get("jobs", q="quintet")
    newest = server.bench.jobs.events_of_run(five[0])[-1].id
    assert page["last_event_id"] >= newest
    with server.socket(f"?after={page['last_event_id']}") as socket:
        run = server.submit("1", name="after-list.ipynb")
        first = socket.next()
        assert first["id"] > page["last_event_id"]
        assert first["subject"] == run["id"]
        socket.until_end_of(run["id"])


def test_a_list_leaves_the_long_records_out(server: Server, done: dict[str, Any]) -> None:
    listing = server.get("jobs", notebook="done.ipynb")["items"]
    found = next(run for run in listing if run["id"] == done["id"])
    assert found["record"] == {}
    assert "record" not in found["attempts"][0]
    assert {key for key in done if found[key] == done[key]} >= {"id", "state", "metrics", "outputs", "tags", "request"}


@pytest.mark.parametrize(
    ("query", "code_of_error"),
    [
        ("limit=0", "query_invalid"),
        ("limit=501", "query_invalid"),
        ("limit=many", "query_invalid"),
        ("cursor=nonsense", "cursor_invalid"),
        ("state=DONE", "state_unknown"),
    ],
)
def test_a_wrong_query_is_refused_in_words(server: Server, query: str, code_of_error: str) -> None:
    server.refused("GET", f"jobs?{query}", 400, code_of_error)


def test_the_form_of_a_notebook_has_types_defaults_and_help(server: Server) -> None:
    write_notebook(
        server.root / "form.ipynb",
        markdown("# Form"),
        parameters(
            "epochs: int = 3  # how long\nlr = 0.1\nname: str | None = None\nhidden = [64, 32]\n"
            "from typing import Literal\nmode: Literal['a', 'b'] = 'a'\nflag = True"
        ),
        code("print(epochs)"),
    )
    form = server.form("form.ipynb")
    assert (form["path"], form["kernel"], form["language"]) == ("form.ipynb", "python3", "python")
    assert (form["cells"], form["inspected"], form["last"], form["problems"]) == (2, True, None, [])
    by_name = {parameter["name"]: parameter for parameter in form["parameters"]}
    assert {name: parameter["type"] for name, parameter in by_name.items()} == {
        "epochs": "int",
        "lr": "float",
        "name": "str",
        "hidden": "list",
        "mode": "str",
        "flag": "bool",
    }
    assert by_name["epochs"]["help"] == "how long"
    assert by_name["name"]["nullable"]
    assert by_name["mode"]["choices"] == ["a", "b"]
    assert by_name["hidden"]["default"] == [64, 32]


def test_the_form_remembers_the_last_run_and_forecasts(server: Server, done: dict[str, Any]) -> None:
    form = server.form("done.ipynb")
    assert form["last"]["kernel"] == "python3"
    assert form["last"]["parameters"]["lr"] == 0.5
    assert form["forecast"]["runs"] >= 1
    assert form["forecast"]["seconds"] > 0


def test_the_form_of_a_notebook_without_a_kernel_says_what_keeps_it_from_running(server: Server) -> None:
    write_notebook(server.root / "no-kernel-form.ipynb", "1", kernel=None)
    form = server.form("no-kernel-form.ipynb")
    assert form["kernel"] is None
    assert [problem["code"] for problem in form["problems"]] == ["kernel_missing"]
