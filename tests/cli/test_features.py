"""`jupyter mlx features …`: the whole way, from a repository to what is served."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.features.conftest import DEFINITIONS, YAML, write_weather

from .terminal import Terminal

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def repository(mlx: Terminal, tmp_path: Path) -> Path:
    """A repository, not applied yet."""
    folder = tmp_path / "features"
    folder.mkdir()
    (folder / "feature_store.yaml").write_text(YAML.format(folder=folder))
    (folder / "definitions.py").write_text(DEFINITIONS)
    write_weather(folder)
    return folder


def test_from_definitions_to_what_is_served(mlx: Terminal, repository: Path) -> None:
    assert "created    weather@v1" in mlx("features", "plan", repository).out
    applied = mlx.json("features", "apply", repository)
    assert [(item["name"], item["change"]) for item in applied["changes"]] == [
        ("metric", "created"),
        ("weather", "created"),
    ]
    assert "flights/weather" in mlx("features", "list").out
    assert [item["name"] for item in mlx.json("features", "list")["items"]] == ["metric", "weather"]
    (mlx.folder / "labels.csv").write_text("origin,event_timestamp,late\nEWR,2013-01-01T05:30:00Z,1\n")
    words = ("features", "training-set", "labels.csv", "--features", "weather", "--target", "late")
    made = mlx.json(*words)
    assert (made["rows"], made["views"]["weather@v1"]["matched"], made["cached"]) == (1, 1, False)
    assert "(from before)" in mlx(*words).out
    (repository / "definitions.py").write_text(DEFINITIONS.replace("hours=3", "hours=6"))
    planned = mlx("features", "plan", repository).out
    assert "time to live: was 10800 s, is now 21600 s" in planned
    assert f"made from v1: training set {made['id']}" in planned
    mlx("features", "apply", repository)
    again = mlx("features", "training-set", "--recreate", made["id"]).out
    assert "made again: the same rows" in again
    assert "weather@v1" in again
    shown = mlx("features", "show", "weather").out
    assert "v2 of 2" in shown
    assert "time to live: was 10800 s" in shown
    assert mlx.json("features", "show", "weather@v1")["ttl_s"] == 10800.0
    [done] = mlx.json("features", "materialize", "--to", "2013-01-02T12:00")["items"]
    assert (done["view"], done["state"]) == ("weather@v2", "SUCCEEDED")
    assert mlx.json("features", "get", "delay", "--entity", "origin=EWR")["temp"] == 68.0
    assert "Nothing is served for origin=XXX" in mlx("features", "get", "weather", "--entity", "origin=XXX").out
    told = mlx("features", "get", "weather", "--entity", "orign=EWR", status=2).err
    assert "no value of `origin`" in told
    assert "Is `orign` meant?" in told
    assert "skipped    weather@v2" in mlx("features", "materialize", "--only-new").out
    assert "0 of 0 tests" not in mlx("features", "statistics", "weather").out


def test_check_fails_where_what_is_served_is_not_what_is_stored(mlx: Terminal, repository: Path) -> None:
    mlx("features", "apply", repository)
    mlx("features", "materialize", "--to", "2013-01-02T12:00")
    assert "2 of 2 entities are served as they are stored" in mlx("features", "check", "weather").out
    frame = pd.read_parquet(repository / "weather.parquet")
    frame["temp"] += 1
    frame.to_parquet(repository / "weather.parquet")
    told = mlx("features", "check", "weather", status=1).out
    assert "origin=JFK  temp: stored 69.0, served 68.0" in told
    assert mlx.json("features", "check", "metric", status=1)["unequal"] == 2


def test_work_is_queued_and_scheduled(mlx: Terminal, repository: Path) -> None:
    mlx("features", "apply", repository)
    run = mlx.json("features", "materialize", "weather", "--from", "2013-01-01", "--job")
    assert (run["name"], run["parameters"]["since"]) == ("Materialize weather", "2013-01-01T00:00:00+00:00")
    mlx.bench.finish(run["id"])
    assert mlx.json("jobs", "show", run["id"])["state"] == "SUCCEEDED"
    made = mlx("features", "materialize", "--schedule", "30 2 * * *", "--tz", "Europe/Warsaw", "--on-new-data").out
    assert "Materialize flights" in made
    assert "flights is materialized when a crawl finds new data." in made
    [schedule] = mlx.json("schedules", "list")["items"]
    assert (schedule["cron"], schedule["timezone"]) == ("30 2 * * *", "Europe/Warsaw")
    assert "not materialized any more" in mlx("features", "materialize", "--no-on-new-data").out
    counted = mlx.json("features", "statistics", "weather", "--job")
    assert counted["tags"]["mlx.kind"] == "feature-statistics"
    mlx("schedules", "rm", schedule["id"])
    mlx.bench.finish(counted["id"])


def test_the_setting_names_the_repository(mlx: Terminal, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_MLX_FEAST_REPO", str(repository))
    for command in ("plan", "apply"):
        assert [item["name"] for item in mlx.json("features", command)["changes"]] == ["metric", "weather"]


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["apply", "nowhere"], 1, "repository_missing"),
        (["show", "nothing"], 1, "view_unknown"),
        (["get", "weather", "--entity", "origin"], 2, "usage"),
        (["training-set", "labels.csv"], 2, "usage"),
        (["training-set", "--recreate", "a1b2", "--features", "weather"], 2, "usage"),
        (["training-set", "--recreate", "a1b2"], 1, "training_set_unknown"),
        (["materialize", "--to", "tomorrow"], 2, "usage"),
        (["materialize", "weather", "--schedule", "* * * * *"], 2, "usage"),
        (["materialize", "--on-new-data", "--project", "nothing"], 1, "project_unknown"),
        (["apply"], 1, "repository_missing"),
        (["check", "nothing"], 1, "view_unknown"),
        (["check", "nothing", "--limit", "0"], 2, "usage"),
        (["statistics", "nothing"], 1, "view_unknown"),
        (["training-set", "none.csv", "--features", "weather"], 1, "labels_missing"),
    ],
)
def test_a_wrong_command_is_answered_in_words(mlx: Terminal, words: list[str], status: int, code: str) -> None:
    assert mlx("features", *words, "--json", status=status).error["code"] == code
