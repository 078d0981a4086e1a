"""A run by itself and beside others, its files; a store that is missing, old, down; a tracking server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from mlflow.tracking import MlflowClient

from jupyter_mlx.errors import InvalidInput, NotFound, Unavailable
from jupyter_mlx.models.runs.artifacts import KEPT_S, Places, artifact_file, list_artifacts
from jupyter_mlx.models.runs.environment import RunComparison
from jupyter_mlx.models.runs.mlflow import open_runs
from jupyter_mlx.models.runs.nothing import NoRuns
from jupyter_mlx.store.engine import Store
from jupyter_mlx.store.tables import attempts, jobs, snapshots
from jupyter_mlx.store.tables import runs as job_runs
from tests.support import select_nothing

from .runs_store import opened


def by_name(client: MlflowClient, experiment: str) -> dict[str, str]:
    return {str(run.info.run_name): run.info.run_id for run in client.search_runs([experiment])}


# -- one run, and several ------------------------------------------------------------------------------------


def test_a_run_is_shown_whole(filled_uri: str) -> None:
    client, experiments = opened(filled_uri)
    runs, names = open_runs(filled_uri), by_name(client, experiments[0])
    client.set_tag(names["run 04"], "mlflow.note.content", "# Why")
    found = runs.run(names["run 04"])
    assert found["run"]["name"] == "run 04"
    assert (found["experiment"]["name"], found["experiment"]["runs"]) == ("flights", 22)
    assert found["parameters"] == {"depth": "4", "model": "_under\\"}
    assert found["metrics"] == [
        {"name": "auc", "value": "-Infinity", "step": 0, "at": "2023-11-14T22:13:20.004Z"},
        {"name": "loss/val", "value": 4 / 7, "step": 4, "at": "2023-11-14T22:13:20.004Z"},
    ]
    assert found["inputs"] == [
        {
            "name": "flights",
            "digest": "digest4",
            "source": '{"uri": "flights.parquet"}',
            "source_type": "local",
            "context": "train",
        }
    ]
    assert (found["note"], found["tags"]["team"]) == ("# Why", "ops")
    assert found["artifact_uri"].endswith("/artifacts")
    client.delete_run(names["run 04"])
    assert runs.run(names["run 04"])["run"]["id"] == names["run 04"]
    with pytest.raises(NotFound, match="no run"):
        runs.run("f" * 32)


def test_runs_are_compared_row_by_row(filled_uri: str) -> None:
    client, experiments = opened(filled_uri)
    runs, names = open_runs(filled_uri), by_name(client, experiments[0])
    asked = [names["run 08"], "f" * 32, names["run 00"], names["run 02"], names["run 10"]]
    client.delete_run(names["run 10"])
    found = runs.compare({"runs": asked})
    assert [run["name"] for run in found["runs"]] == ["run 08", "run 00", "run 02"]
    assert found["missing"] == ["f" * 32, names["run 10"]]
    rows = {part: {row["name"]: row for row in found[part]} for part in ("parameters", "metrics", "tags", "data")}
    assert rows["parameters"]["depth"] == {"name": "depth", "values": ["8", "0", "2"], "equal": False}
    assert rows["metrics"]["auc"]["values"] == [0.5, 0.5, "NaN"]
    assert rows["data"]["flights"]["values"] == ["digest0", "digest0", None]
    assert rows["tags"]["team"]["values"] == ["ops", None, "ops"]
    assert "mlflow.runName" not in rows["tags"]
    equal = runs.compare({"runs": [names["run 08"], names["run 00"]], "only_different": True})
    assert [row["name"] for row in equal["data"]] == []
    assert "auc" not in [row["name"] for row in equal["metrics"]]


@pytest.mark.parametrize("filled_uri", ["sqlite"], indirect=True)
def test_what_jobs_ran_in_is_compared_too(filled_uri: str, store: Store) -> None:
    client, experiments = opened(filled_uri)
    names = by_name(client, experiments[0])
    pair = [names["run 01"], names["run 02"]]
    now = datetime.now(UTC)
    with store.write() as connection:
        connection.execute(_row(snapshots, created_at=now))
        connection.execute(_row(jobs, id="j" * 12, created_at=now))
        connection.execute(_row(job_runs, id="a" * 12, job_id="j" * 12, created_at=now))
        for number, version in ((1, "2.1.0"), (2, "2.2.0")):
            record = {
                "environment": {
                    "kernel": "python3",
                    "python": "3.11.1",
                    "packages": [f"Scikit_Learn=={version}", "numpy==2.0"],
                },
                "host": {"name": "here", "system": "Linux"},
                "gpus": ["gpu-a"] if number == 2 else [],
            }
            connection.execute(
                _row(
                    attempts,
                    run_id="a" * 12,
                    number=number,
                    mlflow_run_id=pair[number - 1],
                    record=record,
                    started_at=now,
                )
            )
    comparison = RunComparison(open_runs(filled_uri), store)
    found = comparison.compare({"runs": [*pair, names["run 03"]]})["environment"]
    assert {row["name"]: row["values"] for row in found} == {
        "gpus": [None, "gpu-a", None],
        "host": ["here", "here", None],
        "kernel": ["python3", "python3", None],
        "package numpy": ["2.0", "2.0", None],
        "package scikit-learn": ["2.1.0", "2.2.0", None],
        "python": ["3.11.1", "3.11.1", None],
        "system": ["Linux", "Linux", None],
    }
    different = comparison.compare({"runs": pair, "only_different": True})["environment"]
    assert [row["name"] for row in different] == ["gpus", "package scikit-learn"]


def _row(table: sa.Table, **values: Any) -> sa.Insert:
    """A row with something in every column that must have something."""
    for column in table.c:
        if column.name not in values and not column.nullable and column.server_default is None:
            values[column.name] = 0 if isinstance(column.type, (sa.Float, sa.Integer)) else "x"
    return sa.insert(table).values(**values)


# -- files ---------------------------------------------------------------------------------------------------


def test_files_of_a_run_and_of_its_models_are_listed_and_opened(tracking_uri: str, client: MlflowClient) -> None:
    run_id = client.create_run("0").info.run_id
    runs = open_runs(tracking_uri)
    assert runs.artifacts(run_id) == {"items": []}
    client.log_text(run_id, "hello", "notes/a b.txt")
    client.log_text(run_id, "[]", "table.json")
    model = client.create_logged_model("0", "model", source_run_id=run_id)
    place = Path(model.artifact_location.removeprefix("file://"))
    (place / "data").mkdir(parents=True)
    (place / "MLmodel").write_text("flavors: {}")
    from mlflow.entities import LoggedModelOutput

    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 0)])
    assert runs.artifacts(run_id)["items"] == [
        {"path": "model", "folder": True, "bytes": None},
        {"path": "notes", "folder": True, "bytes": None},
        {"path": "table.json", "folder": False, "bytes": 2},
    ]
    assert runs.artifacts(run_id, "notes/")["items"] == [{"path": "notes/a b.txt", "folder": False, "bytes": 5}]
    assert [item["path"] for item in runs.artifacts(run_id, "model")["items"]] == ["model/data", "model/MLmodel"]
    assert Path(runs.artifact(run_id, "notes/a b.txt")).read_text() == "hello"
    assert Path(runs.artifact(run_id, "model/MLmodel")).read_text() == "flavors: {}"
    secret = place.parent.parent / "secret.txt"
    secret.write_text("no")
    (Path(runs.artifact(run_id, "table.json")).parent / "link.txt").symlink_to(secret)
    assert "link.txt" not in [item["path"] for item in runs.artifacts(run_id)["items"]]
    for path in (
        "link.txt",
        "../secret.txt",
        "notes/../../x",
        "/etc/passwd",
        "a\0b",
        "..\\x",
        ".",
        "notes",
        "",
        "none.txt",
    ):
        with pytest.raises(NotFound) as missing:
            runs.artifact(run_id, path)
        assert missing.value.code == "artifact_unknown"
    for path in ("..", "/etc", "none", "table.json"):
        with pytest.raises(NotFound):
            runs.artifacts(run_id, path)
    with pytest.raises(NotFound, match="no run"):
        runs.artifacts("f" * 32)


def test_files_kept_elsewhere_are_brought_here_and_go_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.server import ThreadedMotoServer

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        import boto3

        host, port = server.get_host_and_port()
        monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", f"http://{host}:{port}")
        bucket = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
        bucket.create_bucket(Bucket="lake")
        bucket.put_object(Bucket="lake", Key="runs/1/plots/a.txt", Body=b"hello")
        places = Places("sqlite:///none.db", "r", "s3://lake/runs/1")
        assert list_artifacts(places, "")["items"] == [{"path": "plots", "folder": True, "bytes": None}]
        assert list_artifacts(places, "plots")["items"] == [{"path": "plots/a.txt", "folder": False, "bytes": 5}]
        found = Path(artifact_file(places, "plots/a.txt"))
        assert found.read_text() == "hello"
        shelf = found.parents[len(found.relative_to(tmp_path).parts) - 2]
        assert shelf.stat().st_mode & 0o077 == 0
        for folder in shelf.iterdir():
            os.utime(folder, (0, time.time() - KEPT_S - 1))
        again = Path(artifact_file(places, "plots/a.txt"))
        assert (again.exists(), found.exists()) == (True, False)
        for path in ("plots/b.txt", "plots", "../2/a.txt"):
            with pytest.raises(NotFound):
                artifact_file(places, path)
        with pytest.raises(Unavailable, match="can't be read"):
            list_artifacts(Places("sqlite:///none.db", "r", "s3://nobody/1"), "")
        shelf.chmod(0o755)
        with pytest.raises(Unavailable, match="own folder"):
            artifact_file(places, "plots/a.txt")
    finally:
        server.stop()


# -- stores that are not as they should be -------------------------------------------------------------------


def test_where_nothing_was_tracked_nothing_is_made(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    runs = open_runs(f"sqlite:///{file}")
    for port in (runs, NoRuns()):
        assert port.experiments() == {"items": [], "next_cursor": None}
        assert port.search({"experiments": []}) == {"items": [], "next_cursor": None, "total": 0}
        assert port.curves({"runs": ["a", "a"], "metrics": ["m"]}) == {"items": [], "missing": ["a"]}
        compared = port.compare({"runs": ["a", "b"]})
        assert (compared["missing"], compared["data"]) == (["a", "b"], [])
        for ask in (
            lambda port=port: port.run("a"),
            lambda port=port: port.experiment("0"),
            lambda port=port: port.columns("0"),
            lambda port=port: port.artifacts("a"),
            lambda port=port: port.artifact("a", "b"),
        ):
            with pytest.raises(NotFound):
                ask()
    assert not file.exists()
    file.touch()  # MLflow is about to make its tables
    assert runs.search({"experiments": []})["total"] == 0


def test_tables_of_another_mlflow_are_refused_with_the_way_out(tracking_uri: str) -> None:
    runs = open_runs(tracking_uri)
    engine = sa.create_engine(tracking_uri)
    for revision, remedy in (("cc1f77228345", "mlflow db upgrade"), ("0007", "Install the MLflow that made them")):
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        with pytest.raises(Unavailable) as refused:
            runs.experiments()
        assert refused.value.code == "mlflow_schema"
        assert remedy in refused.value.remedy
    engine.dispose()


def test_a_store_that_can_not_be_read_says_so_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("this is no database, though it is long enough to look like one " * 40)
    with pytest.raises(Unavailable) as refused:
        open_runs(f"sqlite:///{tmp_path / 'mlflow.db'}").experiments()
    assert refused.value.code == "mlflow_unavailable"
    with pytest.raises(Unavailable) as refused:
        open_runs("postgresql+psycopg://ada:s3cret@127.0.0.1:1/mlflow").search({"experiments": []})
    assert "s3cret" not in str(refused.value.to_json())


# -- a tracking server ---------------------------------------------------------------------------------------


@pytest.fixture
def tracking_server(filled_template: Path, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """`mlflow server`, and the URI of its database."""
    uri = f"sqlite:///{shutil.copyfile(filled_template, tmp_path / 'server.db')}"
    port = 0
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", uri, "--port", str(port)]
    command += ["--host", "127.0.0.1", "--workers", "1", "--artifacts-destination", str(tmp_path / "kept")]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path, start_new_session=True)
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 90
        while True:
            assert process.poll() is None, (tmp_path / "server.log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "server.log").read_text()
            try:
                requests.get(f"{address}/health", timeout=5).raise_for_status()
                break
            except requests.RequestException:
                select_nothing(0.1)
        yield address, uri
        os.killpg(process.pid, 15)
        process.wait(timeout=30)


def test_a_tracking_server_is_asked_as_a_database_is(tracking_server: tuple[str, str]) -> None:
    address, uri = tracking_server
    remote, local = open_runs(address), open_runs(uri)
    names = {item["name"]: item["id"] for item in remote.experiments()["items"]}
    assert set(names) == {"Default", "flights", "other"}
    assert [item["name"] for item in remote.experiments(words="flig")["items"]] == ["flights"]
    assert remote.experiment(names["flights"])["runs"] is None
    request: dict[str, Any] = {
        "experiments": [names["flights"]],
        "columns": ["metrics.auc", "params.model"],
        "filter": "metrics.`loss/val` < 0.5",
        "order_by": [{"column": "metrics.auc", "descending": True}, {"column": "params.only some"}],
        "words": "run",
        "limit": 7,
    }
    expected = local.search({**request, "limit": 100})["items"]
    found, page = [], remote.search(request)
    while True:
        found += page["items"]
        assert page["total"] is None
        if page["next_cursor"] is None:
            break
        page = remote.search({**request, "cursor": page["next_cursor"]})
    assert found == expected
    assert len(found) > 7
    assert remote.search({"experiments": [], "words": found[0]["id"]})["items"][0]["id"] == found[0]["id"]
    everything = remote.columns(names["flights"])
    assert {item["column"]: item["numeric"] for item in everything["items"]} == {
        item["column"]: item["numeric"] for item in local.columns(names["flights"])["items"]
    }
    pair = [found[0]["id"], found[5]["id"]]
    mine, other = remote.run(pair[0]), local.run(pair[0])
    assert {**mine, "experiment": None} == {**other, "experiment": None}
    MlflowClient(uri).delete_run(pair[1])
    asked = {"runs": [*pair, "f" * 32], "metrics": ["auc", "loss/val"]}
    assert remote.curves(asked) == local.curves(asked)
    assert remote.compare({"runs": asked["runs"]}) == local.compare({"runs": asked["runs"]})
    _refusals(remote, request)
    client = MlflowClient(address)
    run_id = client.create_run(client.create_experiment("served")).info.run_id
    client.log_text(run_id, "hello", "notes/a.txt")
    assert remote.artifacts(run_id, "notes")["items"] == [{"path": "notes/a.txt", "folder": False, "bytes": 5}]
    assert Path(remote.artifact(run_id, "notes/a.txt")).read_text() == "hello"


def _refusals(remote: Any, request: dict[str, Any]) -> None:
    for change, code in (
        ({"filter": "metrics.auc >"}, "filter_invalid"),
        ({"order_by": [{"column": "duration"}]}, "column_invalid"),
        ({"cursor": "nowhere"}, "cursor_invalid"),
        ({"words": "'\""}, "filter_invalid"),
    ):
        with pytest.raises(InvalidInput) as refused:
            remote.search({**request, **change})
        assert refused.value.code == code
    for ask in (lambda: remote.run("f" * 32), lambda: remote.run("x' y"), lambda: remote.experiment("flights")):
        with pytest.raises(NotFound):
            ask()


def test_a_tracking_server_that_is_down_says_so_in_seconds() -> None:
    start = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        open_runs("http://127.0.0.1:1").experiments()
    assert refused.value.code == "mlflow_unavailable"
    assert time.monotonic() - start < 30
