"""Curves: all that was logged, or its shape with every extreme; on SQLite, PostgreSQL, and by MLflow's client."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from mlflow.entities import Metric
from mlflow.tracking import MlflowClient

from jupyter_mlx.models.runs.downsampling import Point, Window, thin
from jupyter_mlx.models.runs.mlflow import open_runs

START = 1_700_000_000_000


def write(uri: str, run_id: str, metric: str, points: list[tuple[int, int, float]]) -> None:
    """Log points at once: step, milliseconds from the start, value."""
    rows = [
        {"key": metric, "run": run_id, "step": step, "at": START + at,
         "value": 0.0 if math.isnan(value) else min(max(value, -1.7976931348623157e308), 1.7976931348623157e308),
         "nan": math.isnan(value)}
        for step, at, value in points
    ]  # fmt: skip
    engine = sa.create_engine(uri)
    with engine.begin() as connection:
        for table, part in (("metrics", rows), ("latest_metrics", rows[-1:])):
            connection.execute(
                sa.text(
                    f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid)"
                    " VALUES (:key, :value, :at, :step, :nan, :run)"
                ),
                part,
            )
    engine.dispose()


def curve(uri: str, run_id: str, metric: str, **options: Any) -> dict[str, Any]:
    found = open_runs(uri).curves({"runs": [run_id], "metrics": [metric], **options})
    assert found["missing"] == []
    item: dict[str, Any] = found["items"][0]
    assert len(item["steps"]) == len(item["seconds"]) == len(item["values"])
    return item


@pytest.fixture
def run(any_tracking_uri: str) -> tuple[str, str]:
    client = MlflowClient(tracking_uri=any_tracking_uri)
    experiment = client.create_experiment("curves")
    return any_tracking_uri, client.create_run(experiment, START).info.run_id


def test_few_points_come_as_they_were_logged(run: tuple[str, str]) -> None:
    uri, run_id = run
    client = MlflowClient(tracking_uri=uri)
    values = [1.0, math.nan, math.inf, -math.inf, 0.5]
    client.log_batch(run_id, [Metric("loss", value, START + n * 500, n * 2) for n, value in enumerate(values)])
    assert curve(uri, run_id, "loss") == {
        "run_id": run_id,
        "metric": "loss",
        "total": 5,
        "steps": [0, 2, 4, 6, 8],
        "seconds": [0.0, 0.5, 1.0, 1.5, 2.0],
        "values": [1.0, "NaN", "Infinity", "-Infinity", 0.5],
    }
    assert curve(uri, run_id, "loss", since=2, until=6)["steps"] == [2, 4, 6]
    assert curve(uri, run_id, "loss", since=0.6, until=1.5, axis="time")["steps"] == [4, 6]
    assert curve(uri, run_id, "loss", since=100)["steps"] == []


def test_of_many_points_the_extremes_the_ends_and_nan_are_kept(run: tuple[str, str]) -> None:
    uri, run_id = run
    seed = np.random.default_rng(1)
    points = [(step * 3, step * 10, float(value)) for step, value in enumerate(seed.normal(size=5000))]
    points[777] = (*points[777][:2], 1e6)
    points[2222] = (*points[2222][:2], -math.inf)
    points[3333] = (*points[3333][:2], math.nan)
    write(uri, run_id, "loss", points)
    for options in ({}, {"axis": "time"}):
        found = curve(uri, run_id, "loss", points=200, **options)
        assert found["total"] == 5000
        assert 150 < len(found["steps"]) <= 201
        assert found["steps"] == sorted(set(found["steps"]))
        assert (found["steps"][0], found["steps"][-1], found["seconds"][-1]) == (0, 14_997, 49.99)
        kept = dict(zip(found["steps"], found["values"], strict=True))
        assert (kept[777 * 3], kept[2222 * 3], kept[3333 * 3]) == (1e6, "-Infinity", "NaN")
        logged = {step: value for step, _, value in points}
        assert all(value == logged[step] for step, value in kept.items() if not isinstance(value, str))
    by_client = thin([Point(step, START + at, value) for step, at, value in points], Window(points=200), START)
    assert found["values"] == _values(by_client)
    zoomed = curve(uri, run_id, "loss", points=200, since=2000, until=2600)
    assert (len(zoomed["steps"]), zoomed["steps"][0], zoomed["steps"][-1]) == (200, 2001, 2598)
    later = curve(uri, run_id, "loss", points=50, axis="time", since=10, until=40)
    assert (later["seconds"][0], later["seconds"][-1]) == (10.0, 40.0)


def _values(points: list[Point]) -> list[Any]:
    return ["NaN" if math.isnan(p.value) else "-Infinity" if p.value == -math.inf else p.value for p in points]


def test_where_nobody_counted_steps_time_is_cut_into_parts(run: tuple[str, str]) -> None:
    uri, run_id = run
    points = [(0, number * 7, math.sin(number / 50)) for number in range(3000)]
    points[1234] = (0, 1234 * 7, math.nan)
    write(uri, run_id, "loss", points)
    found = curve(uri, run_id, "loss", points=100)
    assert set(found["steps"]) == {0}
    assert found["seconds"] == sorted(found["seconds"])
    assert (len(found["steps"]) <= 101, found["seconds"][0], found["seconds"][-1]) == (True, 0.0, 20.993)
    assert "NaN" in found["values"]


def test_many_runs_and_metrics_come_in_one_answer_and_runs_that_are_gone_are_named(filled_uri: str) -> None:
    from .runs_store import opened

    client, experiments = opened(filled_uri)
    listed = [run.info.run_id for run in client.search_runs(experiments)]
    client.delete_run(listed[1])
    found = open_runs(filled_uri).curves({"runs": [*listed, "f" * 32], "metrics": ["auc", "loss/val", "none"]})
    assert found["missing"] == [listed[1], "f" * 32]
    got = {(item["run_id"], item["metric"]): item["values"] for item in found["items"]}
    expected = {}
    for run in client.search_runs(experiments):
        for key in run.data.metrics:
            expected[run.info.run_id, key] = 1
    assert {pair: len(values) for pair, values in got.items()} == expected


@given(
    st.lists(
        st.tuples(
            st.integers(-5, 40), st.integers(0, 1000), st.one_of(st.floats(-9, 9), st.just(math.nan), st.just(math.inf))
        ),
        min_size=1,
        max_size=120,
    ),
    st.integers(10, 60),
    st.sampled_from(["step", "time"]),
)
def test_a_thinned_curve_has_both_ends_and_all_extremes(
    logged: list[tuple[int, int, float]], count: int, axis: str
) -> None:
    points = [Point(*item) for item in logged]
    kept = thin(points, Window(axis=axis, points=count), 0)
    assert {id(point) for point in kept} <= {id(point) for point in points}
    assert len(kept) <= max(count, 1) * 3 // 2 + 2
    numbers = [point.value for point in points if not math.isnan(point.value)]
    shown = [point.value for point in kept if not math.isnan(point.value)]
    if numbers:
        assert (min(shown), max(shown)) == (min(numbers), max(numbers))
    assert any(math.isnan(point.value) for point in kept) == (len(numbers) < len(points))
    assert {min(p.step for p in points), max(p.step for p in points)} <= {p.step for p in kept}
