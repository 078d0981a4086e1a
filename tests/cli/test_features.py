"""`jupyter mlx features …`: the whole way, from a repository to what is served."""

from __future__ import annotations

from pathlib import Path

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
        (["training-set", "none.csv", "--features", "weather"], 1, "labels_missing"),
    ],
)
def test_a_wrong_command_is_answered_in_words(mlx: Terminal, words: list[str], status: int, code: str) -> None:
    assert mlx("features", *words, "--json", status=status).error["code"] == code
