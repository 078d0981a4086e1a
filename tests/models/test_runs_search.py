"""Our search of MLflow's database says what MLflow's own search says, and what it can not say besides."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from mlflow.entities import ViewType
from mlflow.tracking import MlflowClient

from jupyter_mlx.errors import InvalidInput, NotFound
from jupyter_mlx.models.port import RunsPort
from jupyter_mlx.models.runs.filters import parse_filter
from jupyter_mlx.models.runs.mlflow import open_runs

from .runs_store import RUNS, opened

FILTERS = [
    "",
    "metrics.auc > 0",
    "metrics.auc >= 0.5 and metrics.`loss/val` < 0.5",
    "metrics.auc = 0",
    "metrics.auc != 0",
    "metrics.auc <= -1",
    "metric.auc < 1e300",
    "params.model = 'forest'",
    "params.model != 'forest'",
    "params.model LIKE '%o%'",
    "params.model like 'L%'",
    "params.model ILIKE 'l%'",
    "params.model LIKE '%\"quoted\" 100%'",
    "params.model LIKE '\\_under%'",
    "params.`only some` = 'xx'",
    'parameters."only some" != "xx"',
    "params.`only some` IS NULL",
    "params.`only some` is not null and params.depth = '3'",
    "tags.team = 'ops' and params.model = 'Linear'",
    "tags.team IS NULL",
    "tags.`mlflow.user` != 'user1'",
    "attributes.status = 'FINISHED'",
    "status != 'RUNNING' AND start_time > 1700000002000",
    "attributes.start_time <= 1700000004000.5",
    "attributes.end_time > 0",
    "run_name = 'run 07'",
    "attributes.`Run name` ILIKE 'RUN 1%'",
    "attributes.user_id = 'user2'",
    "attributes.run_id != 'x'",
    "attributes.run_id IN ('a', 'b')",
    "attributes.run_id NOT IN ('a', 'b')",
    "datasets.name = 'flights'",
    "dataset.digest LIKE 'digest4'",
    "datasets.context = 'train'",
    "datasets.context IN ('train', 'test') and metrics.auc > 0.1",
    "params.model = 'no such model'",
]
ORDERS = [
    [],
    [("metrics.auc", True)],
    [("metrics.auc", False)],
    [("metrics.`loss/val`", False), ("metrics.auc", True)],
    [("params.model", True)],
    [("params.`only some`", False), ("tags.team", True)],
    [("tags.none", False)],
    [("start_time", False)],
    [("start_time", True), ("metrics.auc", False)],
    [("end_time", True)],
    [("run_name", False)],
    [("status", False), ("run_name", True)],
]


def found(runs: RunsPort, limit: int = 1000, **request: Any) -> list[dict[str, Any]]:
    """All runs of a search, a page at a time."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = runs.search({"limit": limit, **request, **cursor})
        items += page["items"]
        assert len(page["items"]) <= limit
        if page["next_cursor"] is None:
            assert page["total"] == len(items)
            return items
        cursor = {"cursor": page["next_cursor"]}


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def theirs(
    client: MlflowClient, experiments: list[str], text: str, order: list[tuple[str, bool]], *, deleted: bool = False
) -> list[str]:
    view = ViewType.DELETED_ONLY if deleted else ViewType.ACTIVE_ONLY
    clauses = [f"{column} {'DESC' if descending else 'ASC'}" for column, descending in order]
    return [run.info.run_id for run in client.search_runs(experiments, text, view, 1000, clauses)]


def ours(order: list[tuple[str, bool]]) -> list[dict[str, Any]]:
    return [{"column": column.replace("`", ""), "descending": descending} for column, descending in order]


def test_filters_and_orders_are_mlflows_own(filled_uri: str) -> None:
    client, experiments = opened(filled_uri)
    runs = open_runs(filled_uri)
    for text in FILTERS:
        expected = theirs(client, experiments, text, [])
        assert ids(found(runs, experiments=experiments, filter=text)) == expected, text
    for order in ORDERS:
        expected = theirs(client, experiments, "", order)
        assert len(expected) == RUNS
        for limit in (5, 1000):
            assert ids(found(runs, limit, experiments=experiments, order_by=ours(order))) == expected, order
    assert sum(bool(theirs(client, experiments, text, [])) for text in FILTERS) > len(FILTERS) - 5
    deleted = theirs(client, experiments, "", [], deleted=True)
    assert ids(found(runs, experiments=experiments, deleted=True)) == deleted != []


COMPARISON = st.one_of(
    st.tuples(
        st.sampled_from(["metrics.auc", "metrics.`loss/val`"]), st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
    ).flatmap(
        lambda pair: st.sampled_from(["0", "0.25", "-1", "1e3"]).map(lambda value: f"{pair[0]} {pair[1]} {value}")
    ),
    st.tuples(
        st.sampled_from(["params.model", "params.`only some`", "tags.team", "run_name"]),
        st.sampled_from(["=", "!=", "LIKE", "ilike"]),
        st.sampled_from(["forest", "%O%", "x", "risk", "run%", "_un%"]),
    ).map(lambda parts: f"{parts[0]} {parts[1]} '{parts[2]}'"),
    st.sampled_from(["params.`only some` IS NULL", "tags.team IS NOT NULL", "datasets.context != 'test'"]),
)


def test_any_search_is_mlflows_own(filled_template: Path) -> None:
    uri = f"sqlite:///{filled_template}"
    client, experiments = opened(uri)
    runs = open_runs(uri)

    @hypothesis_settings(max_examples=25)
    @given(st.lists(COMPARISON, max_size=4), st.sampled_from(ORDERS), st.integers(1, 30))
    def check(comparisons: list[str], order: list[tuple[str, bool]], limit: int) -> None:
        text = " and ".join(comparisons)
        expected = theirs(client, experiments, text, order)
        assert ids(found(runs, limit, experiments=experiments, filter=text, order_by=ours(order))) == expected

    check()


@given(st.one_of(st.text(max_size=60), st.text(alphabet="metricspa.`'\"<=>! ANDINULK()0e9,\\%;", max_size=40)))
def test_a_filter_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidInput):
        parse_filter(text)


@pytest.mark.parametrize(
    "text",
    [
        "metrics.auc >",
        "metrics.auc > 'much'",
        "params.lr = 0.1",
        "metrics.auc IS NULL",
        "auc > 1",
        "params.a = '1' or params.b = '2'",
        "attributes.start_time > 99999999999999999999",
        "attributes.status > 'A'",
        "params.a = '\0'",
        "; drop table runs",
        "-- nothing",
    ],
)
def test_a_wrong_filter_is_refused_with_its_remedy(tracking_uri: str, text: str) -> None:
    with pytest.raises(InvalidInput, match="filter") as refused:
        open_runs(tracking_uri).search({"experiments": [], "filter": text})
    assert (refused.value.code, refused.value.field) == ("filter_invalid", "filter")


@pytest.fixture
def filled(filled_uri: str) -> tuple[RunsPort, MlflowClient, list[str]]:
    return open_runs(filled_uri), *opened(filled_uri)


def test_a_page_has_what_was_asked_for_and_nothing_else(filled: tuple[RunsPort, MlflowClient, list[str]]) -> None:
    runs, client, experiments = filled
    columns = ["metrics.auc", "metrics.loss/val", "params.model", "tags.team", "params.none"]
    items = {item["name"]: item for item in found(runs, experiments=experiments[:1], columns=columns)}
    assert items["run 02"]["values"] == {
        "metrics.auc": "NaN",
        "metrics.loss/val": 2 / 7,
        "params.model": "Linear",
        "tags.team": "ops",
    }
    assert [items[f"run 0{number}"]["values"]["metrics.auc"] for number in (3, 4)] == ["Infinity", "-Infinity"]
    assert "metrics.auc" not in items["run 07"]["values"]
    run = items["run 06"]
    assert (run["state"], run["user"], run["source"], run["job_id"], run["models"]) == (
        "FINISHED",
        "user0",
        "/notebooks/Train_2.ipynb",
        None,
        [],
    )
    assert (run["started_at"], run["ended_at"]) == ("2023-11-14T22:13:23.000Z", "2023-11-14T22:14:59.898Z")
    client.create_registered_model("delay")
    client.create_model_version("delay", "file:///nowhere", run["id"])
    client.set_tag(run["id"], "mlx.run_id", "abc")
    again = runs.search({"experiments": [], "words": run["id"]})["items"][0]
    assert (again["values"], again["models"], again["job_id"]) == ({}, [{"name": "delay", "version": 1}], "abc")


def test_parameters_that_are_numbers_are_sorted_as_numbers(filled: tuple[RunsPort, MlflowClient, list[str]]) -> None:
    runs, client, _ = filled
    other = client.create_experiment("numbers")
    texts = ["10", "9", "1e-3", "-2.5", "forest", "0.50", ".5", "nan", "1e999", "12 trees", "+3."]
    for text in texts:
        client.log_param(client.create_run(other).info.run_id, "lr", text)
    client.create_run(other)
    for descending in (False, True):
        order = [{"column": "params.lr", "descending": descending}]
        items = found(runs, 4, experiments=[other], order_by=order, columns=["params.lr"])
        got = [item["values"].get("params.lr") for item in items]
        numbers = ["-2.5", "1e-3", ".5", "0.50", "+3.", "9", "10"]
        others = ["12 trees", "1e999", "forest", "nan"]
        assert got == [*(numbers[::-1] if descending else numbers), *(others[::-1] if descending else others), None]


def test_runs_that_come_or_go_between_pages_move_nothing(filled: tuple[RunsPort, MlflowClient, list[str]]) -> None:
    runs, client, experiments = filled
    request: dict[str, Any] = {"experiments": experiments, "order_by": [{"column": "duration"}], "limit": 6}
    whole = ids(found(runs, **request))
    first = runs.search(request)
    client.delete_run(first["items"][0]["id"])
    client.set_terminated(client.create_run(experiments[0], 10).info.run_id, end_time=10)
    second = runs.search({**request, "cursor": first["next_cursor"]})
    assert ids(second["items"]) == whole[6:12]
    with pytest.raises(InvalidInput, match="cursor"):
        runs.search({**request, "order_by": [], "cursor": first["next_cursor"]})
    for cursor in ("x", "é", "bnVsbA==", "W10="):
        with pytest.raises(InvalidInput, match="cursor"):
            runs.search({**request, "cursor": cursor})


def test_words_are_looked_for_in_name_id_notebook_and_user(filled: tuple[RunsPort, MlflowClient, list[str]]) -> None:
    runs, _, experiments = filled
    flights = found(runs, experiments=experiments[:1])

    def expected(words: str) -> list[str]:
        return [
            item["id"]
            for item in flights
            if all(
                any(word in item[key].lower() for key in ("id", "name", "source", "user"))
                for word in words.lower().split()
            )
        ]

    for words in ("RUN 07", flights[3]["id"][:10].upper(), "train_1", "user1 train_2", "_", "run%", "notebooks 1"):
        assert ids(found(runs, experiments=experiments[:1], words=words)) == expected(words), words
    assert len(expected("user1 train_2")) == 2
    assert expected("run%") == []


def test_what_can_not_be_asked_is_refused(filled: tuple[RunsPort, MlflowClient, list[str]]) -> None:
    runs, _, experiments = filled
    for order in ([("auc", True)], [("metrics.", True)], [("start_time", True), ("start_time", False)]):
        with pytest.raises(InvalidInput) as refused:
            runs.search({"experiments": experiments, "order_by": ours(order)})
        assert refused.value.code == "column_invalid"
    with pytest.raises(InvalidInput, match="columns were asked for"):
        runs.search({"experiments": experiments, "columns": [f"params.p{number}" for number in range(1001)]})
    with pytest.raises(InvalidInput, match="no column"):
        runs.search({"experiments": experiments, "columns": ["auc"]})
    gone = str(int(experiments[-1]) + 1)
    for experiment in ("77", gone, "flights", "9" * 30, "-1"):
        with pytest.raises(NotFound) as missing:
            runs.search({"experiments": [experiment]})
        assert missing.value.code == "experiment_unknown"


# -- experiments and columns ---------------------------------------------------------------------------------


def test_more_than_a_database_takes_is_refused(filled: tuple[RunsPort, MlflowClient, list[str]]) -> None:
    runs, _, experiments = filled
    for request in (
        {"words": "x " * 6000},
        {"order_by": [{"column": f"params.{number}"} for number in range(100)]},
    ):
        with pytest.raises(InvalidInput):
            runs.search({"experiments": experiments, **request})


def test_experiments_are_listed_with_their_runs_the_last_changed_first(
    filled: tuple[RunsPort, MlflowClient, list[str]],
) -> None:
    runs, client, experiments = filled
    client.set_terminated(client.create_run(experiments[1]).info.run_id)
    whole = runs.experiments()["items"]
    names = [item["name"] for item in whole]
    assert names[0] == "other"
    assert sorted(names) in (["Default", "flights", "other"], ["flights", "other"])
    flights = next(item for item in whole if item["name"] == "flights")
    assert flights["runs"] == RUNS - 2
    assert flights["tags"] == {"team": "risk"}
    assert flights == runs.experiment(experiments[0])
    paged, cursor = [], None
    while True:
        page = runs.experiments(limit=1, cursor=cursor)
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    assert [item["name"] for item in runs.experiments(words="LIGHT f")["items"]] == ["flights"]
    for cursor in ("x", "[1]", "[true, 1]", "[1e400, 2]"):
        with pytest.raises(InvalidInput, match="no place"):
            runs.experiments(cursor=cursor)


def test_columns_are_listed_by_how_many_runs_have_them(filled: tuple[RunsPort, MlflowClient, list[str]]) -> None:
    runs, _, experiments = filled
    found_columns = runs.columns(experiments[0])
    listed = {item["column"]: (item["kind"], item["runs"], item["numeric"]) for item in found_columns["items"]}
    assert listed == {
        "metrics.loss/val": ("metric", 22, True),
        "params.depth": ("param", 22, True),
        "params.model": ("param", 22, False),
        "metrics.auc": ("metric", 19, True),
        "params.only some": ("param", 16, False),
        "tags.team": ("tag", 15, False),
    }
    assert (next(iter(listed)), found_columns["total"], found_columns["next_cursor"]) == ("metrics.loss/val", 6, None)
    first = runs.columns(experiments[0], limit=4)
    second = runs.columns(experiments[0], limit=4, cursor=first["next_cursor"])
    assert first["items"] + second["items"] == found_columns["items"]
    assert [item["name"] for item in runs.columns(experiments[0], words="O", kind="param")["items"]] == [
        "model",
        "only some",
    ]
    with pytest.raises(InvalidInput, match="no kind"):
        runs.columns(experiments[0], kind="colour")
    with pytest.raises(NotFound):
        runs.columns("77")


def test_twelve_thousand_parameters_are_columns_by_pages(tracking_uri: str, client: MlflowClient) -> None:
    from sqlalchemy import create_engine, text

    run_id = client.create_run("0").info.run_id
    engine = create_engine(tracking_uri)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO params (key, value, run_uuid) VALUES (:key, :value, :run)"),
            [{"key": f"layer.{number}.width", "value": str(number), "run": run_id} for number in range(12_000)],
        )
    engine.dispose()
    runs = open_runs(tracking_uri)
    page = runs.columns("0", words="layer 77", limit=50)
    assert (len(page["items"]), page["total"]) == (50, sum("77" in str(number) for number in range(12_000)))
    assert runs.search({"experiments": ["0"]})["items"][0]["values"] == {}
    assert runs.search({"experiments": ["0"], "columns": ["params.layer.11999.width"]})["items"][0]["values"] == {
        "params.layer.11999.width": "11999"
    }
    assert len(runs.run(run_id)["parameters"]) == 12_000
