"""Metrics, intervals, tests and slices, held against scikit-learn, scipy and brute force."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics as sk

from jupyter_mlx.errors import InvalidInput
from jupyter_mlx.models.evaluation.calibration import calibration_of
from jupyter_mlx.models.evaluation.classification import BinaryScorer, LabelScorer, MulticlassScorer
from jupyter_mlx.models.evaluation.comparison import compare, delong
from jupyter_mlx.models.evaluation.intervals import Units, bootstrap, intervals, percentiles
from jupyter_mlx.models.evaluation.metrics import ForecastScorer, RegressionScorer, Scorer, naive_scale, values_of
from jupyter_mlx.models.evaluation.slices import slices_of

ROWS = 400


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def binary(generator: np.random.Generator, rows: int = ROWS) -> tuple[np.ndarray, np.ndarray]:
    probability = np.round(generator.beta(2, 3, rows), 2)  # with ties
    return (generator.random(rows) < probability).astype(np.int64), probability


# -- metrics -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
def test_metrics_of_two_classes_are_scikit_learns(generator: np.random.Generator, weighted: bool) -> None:
    actual, probability = binary(generator)
    weights = generator.poisson(1, (3, ROWS)).astype(float) if weighted else np.ones((3, ROWS))
    found = BinaryScorer(actual, probability).scores(weights)
    labels = probability >= 0.5
    for draw, weight in enumerate(weights):
        expected = {
            "auc": sk.roc_auc_score(actual, probability, sample_weight=weight),
            "average_precision": sk.average_precision_score(actual, probability, sample_weight=weight),
            "brier": sk.brier_score_loss(actual, probability, sample_weight=weight),
            "log_loss": sk.log_loss(actual, probability, sample_weight=weight),
            "accuracy": sk.accuracy_score(actual, labels, sample_weight=weight),
            "f1": sk.f1_score(actual, labels, sample_weight=weight),
            "precision": sk.precision_score(actual, labels, sample_weight=weight),
            "recall": sk.recall_score(actual, labels, sample_weight=weight),
        }
        for name, value in expected.items():
            assert found[name][draw] == pytest.approx(value, rel=1e-12), name


@pytest.mark.parametrize("weighted", [False, True])
def test_metrics_of_three_classes_are_scikit_learns(generator: np.random.Generator, weighted: bool) -> None:
    probabilities = generator.dirichlet([1, 2, 3], ROWS)
    actual = np.array([generator.choice(3, p=row) for row in probabilities])
    weight = generator.poisson(1, ROWS).astype(float) if weighted else np.ones(ROWS)
    found = MulticlassScorer(actual, probabilities).scores(weight[None, :])
    labels = probabilities.argmax(axis=1)
    hot = np.eye(3)[actual]
    expected = {
        "auc": sk.roc_auc_score(hot, probabilities, average="macro", sample_weight=weight),
        "average_precision": sk.average_precision_score(hot, probabilities, average="macro", sample_weight=weight),
        "log_loss": sk.log_loss(actual, probabilities, sample_weight=weight),
        "brier": sk.brier_score_loss(actual, probabilities, sample_weight=weight),
        "accuracy": sk.accuracy_score(actual, labels, sample_weight=weight),
        "f1": sk.f1_score(actual, labels, average="macro", sample_weight=weight),
        "precision": sk.precision_score(actual, labels, average="macro", sample_weight=weight, zero_division=0),
        "recall": sk.recall_score(actual, labels, average="macro", sample_weight=weight),
    }
    for name, value in expected.items():
        assert found[name][0] == pytest.approx(value, rel=1e-12), name


@pytest.mark.parametrize("weighted", [False, True])
def test_metrics_of_numbers_are_scikit_learns(generator: np.random.Generator, weighted: bool) -> None:
    actual = 1e6 + generator.normal(0, 3, ROWS)  # far from 0
    predicted = actual + generator.normal(0, 1, ROWS)
    weight = generator.poisson(1, ROWS).astype(float) if weighted else np.ones(ROWS)
    found = RegressionScorer(actual, predicted).scores(weight[None, :])
    expected = {
        "rmse": sk.root_mean_squared_error(actual, predicted, sample_weight=weight),
        "mae": sk.mean_absolute_error(actual, predicted, sample_weight=weight),
        "r2": sk.r2_score(actual, predicted, sample_weight=weight),
        "mape": sk.mean_absolute_percentage_error(actual, predicted, sample_weight=weight),
    }
    for name, value in expected.items():
        assert found[name][0] == pytest.approx(value, rel=1e-9), name


def test_an_answer_of_0_leaves_no_percentage_error() -> None:
    assert "mape" not in RegressionScorer(np.array([0.0, 1.0]), np.array([1.0, 1.0])).names


def test_mase_is_held_against_the_forecast_of_the_season_before_in_each_series() -> None:
    actual = np.array([1.0, 2.0, 4.0, 7.0, 10.0, 10.0, 30.0])
    series, time = np.array([0, 0, 0, 0, 1, 1, 1]), np.array([3, 2, 1, 0, 0, 1, 2])
    scale = naive_scale(actual, series, time, 1)
    assert scale.tolist() == [2.0] * 4 + [10.0] * 3
    scorer = ForecastScorer(actual, actual + 2, scale)
    assert values_of(scorer)["mase"] == pytest.approx((4 * 1.0 + 3 * 0.2) / 7)
    assert np.isnan(naive_scale(actual, series, time, 4)).all()


def test_one_class_has_no_auc_and_the_other_metrics_are_there() -> None:
    found = values_of(BinaryScorer(np.ones(5, np.int64), np.linspace(0.1, 0.9, 5)))
    assert np.isnan(found["auc"])
    assert found["brier"] > 0


def test_calibration_has_groups_of_equal_size_and_its_error_is_the_metric(generator: np.random.Generator) -> None:
    probability = generator.random(1000)
    actual = (generator.random(1000) < probability).astype(np.int64)
    scorer = BinaryScorer(actual, probability)
    curve = calibration_of(scorer)
    assert curve is not None
    assert curve.rows.tolist() == [100] * 10
    group = pd.qcut(probability, 10, labels=False)
    assert curve.stated == pytest.approx(pd.Series(probability).groupby(group).mean().to_numpy())
    assert curve.error == pytest.approx(values_of(scorer)["ece"])
    assert calibration_of(LabelScorer(actual, actual, 2)) is None
    constant = calibration_of(BinaryScorer(actual, np.full(1000, 0.5)))
    assert constant is not None
    assert constant.rows.tolist() == [1000]


# -- intervals -----------------------------------------------------------------------------------------------


def interval_of(scorer: Scorer, units: Units, metric: str, draws: int = 400, seed: int = 1) -> tuple[float, float]:
    found = intervals(scorer, bootstrap({"all": (scorer, None)}, units, draws, seed)["all"], units.count)[metric]
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def test_intervals_are_scipys(generator: np.random.Generator) -> None:
    actual, probability = binary(generator)
    low, high = interval_of(BinaryScorer(actual, probability), Units.rows(ROWS), "auc", 4000)
    scipys = stats.bootstrap(
        (actual, probability), sk.roc_auc_score, paired=True, vectorized=False, n_resamples=800,
        method="percentile", rng=generator,
    ).confidence_interval  # fmt: skip
    assert (low, high) == pytest.approx((scipys.low, scipys.high), abs=0.012)


def test_intervals_hold_the_truth_as_often_as_they_say(generator: np.random.Generator) -> None:
    hits = 0
    for seed in range(200):
        scorer = RegressionScorer(np.zeros(80), generator.normal(0, 2, 80))
        low, high = interval_of(scorer, Units.rows(80), "mae", 300, seed)
        hits += low <= 2 * np.sqrt(2 / np.pi) <= high
    assert 0.88 <= hits / 200 <= 0.99


def test_clusters_are_drawn_whole_and_cover_where_rows_do_not(generator: np.random.Generator) -> None:
    hits = {"rows": 0, "clusters": 0}
    truth = 2 * np.sqrt(2 / np.pi)
    for seed in range(150):
        day = np.repeat(np.arange(40), 25)
        error = np.repeat(generator.normal(0, 2, 40), 25)
        scorer = RegressionScorer(np.zeros(1000), error)
        for name, units in (("rows", Units.rows(1000)), ("clusters", Units.clusters(day))):
            low, high = interval_of(scorer, units, "mae", 200, seed)
            hits[name] += low <= truth <= high
    assert hits["clusters"] / 150 >= 0.87
    assert hits["rows"] / 150 < 0.5


def test_blocks_keep_neighbours_together(generator: np.random.Generator) -> None:
    units = Units.blocks(np.arange(1000))
    assert units.block == 10
    assert Units.blocks(np.arange(1000), least=24).block == 24
    hits = {1: 0, 10: 0}
    for seed in range(150):
        noise = generator.normal(0, 1, 1200)
        error = stats.zscore(np.convolve(noise, np.ones(6) / 6, "valid"))[:1000]
        scorer = RegressionScorer(np.zeros(1000), error + generator.normal(0, 0.2))
        true = float(np.mean(np.abs(scorer.predicted)))
        spread = interval_of(scorer, units, "mae", 100, seed)
        plain = interval_of(scorer, Units.rows(1000), "mae", 100, seed)
        hits[10] += spread[1] - spread[0] > plain[1] - plain[0]
        assert spread[0] < true < spread[1]
    assert hits[10] > 145


def test_draws_are_the_same_for_a_seed_and_however_many_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    units = Units.rows(50)
    whole = np.concatenate(list(units.weights(20, 3)))
    monkeypatch.setattr("jupyter_mlx.models.evaluation.intervals.CELLS", 150)
    pieces = list(units.weights(20, 3))
    assert len(pieces) == 7
    assert (np.concatenate(pieces) == whole).all()
    assert (whole.sum(axis=1) == 50).all()
    assert not (np.concatenate(list(units.weights(20, 4))) == whole).all()


def test_memory_does_not_grow_with_the_draws(generator: np.random.Generator) -> None:
    actual, probability = binary(generator, 50_000)
    scorer = BinaryScorer(actual, probability)
    tracemalloc.start()
    bootstrap({"all": (scorer, None)}, Units.rows(50_000), 120, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400e6


def test_draws_without_a_value_make_no_interval() -> None:
    assert percentiles(np.array([np.nan, np.nan, 1.0])) == (None, None)
    assert percentiles(np.array([])) == (None, None)
    one = RegressionScorer(np.array([1.0]), np.array([2.0]))
    found = intervals(one, bootstrap({"a": (one, None)}, Units.rows(1), 100, 1)["a"], 1)["mae"]
    assert (found.value, found.low, found.high) == (1.0, None, None)


# -- comparison ----------------------------------------------------------------------------------------------


def compared(first: Scorer, second: Scorer, metric: str, units: Units, draws: int = 200, seed: int = 1):
    drawn = bootstrap({"a": (first, None), "b": (second, None)}, units, draws, seed)
    return compare(first, second, metric, (drawn["a"], drawn["b"]), units)


def brute_delong(actual: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """As the paper has it: a kernel over all pairs."""
    kernels = []
    for p in (first, second):
        x, y = p[actual == 1][:, None], p[actual == 0][None, :]
        kernels.append((x > y) + 0.5 * (x == y))
    areas = [kernel.mean() for kernel in kernels]
    rows = np.cov([kernel.mean(axis=1) for kernel in kernels]) / kernels[0].shape[0]
    columns = np.cov([kernel.mean(axis=0) for kernel in kernels]) / kernels[0].shape[1]
    spread = rows + columns
    z = (areas[0] - areas[1]) / np.sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])
    return float(2 * stats.norm.sf(abs(z)))


def test_delong_is_the_papers(generator: np.random.Generator) -> None:
    actual, probability = binary(generator)
    other = np.round(np.clip(probability + generator.normal(0, 0.2, ROWS), 0, 1), 1)
    assert delong(actual, probability, other) == pytest.approx(brute_delong(actual, probability, other), rel=1e-9)
    assert delong(actual, probability, probability) == 1.0
    assert delong(np.ones(5), np.arange(5.0), np.arange(5.0)) is None


def test_paired_tests_are_scipys(generator: np.random.Generator) -> None:
    actual = generator.normal(0, 1, ROWS)
    first, second = actual + generator.normal(0, 1, ROWS), actual + generator.normal(0, 1.1, ROWS)
    found = compared(RegressionScorer(actual, first), RegressionScorer(actual, second), "mae", Units.rows(ROWS))
    expected = stats.ttest_rel(np.abs(first - actual), np.abs(second - actual)).pvalue
    assert found.test == "paired t-test"
    assert found.p_value == pytest.approx(expected, rel=1e-9)
    labels = [np.where(generator.random(ROWS) < right, 1, 0) for right in (0.7, 0.72)]
    right = [LabelScorer(np.ones(ROWS, np.int64), item, 2) for item in labels]
    table = compared(*right, "accuracy", Units.rows(ROWS))
    only = [int(((labels[i] == 1) & (labels[1 - i] == 0)).sum()) for i in (0, 1)]
    assert table.test == "McNemar"
    assert table.p_value == pytest.approx(stats.chi2.sf((abs(only[0] - only[1]) - 1) ** 2 / sum(only), 1))
    few = compared(right[0].part(np.arange(20)), right[1].part(np.arange(20)), "accuracy", Units.rows(20))
    only = [int(((labels[i] == 1) & (labels[1 - i] == 0))[:20].sum()) for i in (0, 1)]
    assert few.p_value == pytest.approx(stats.binomtest(only[0], sum(only), 0.5).pvalue)


CASES = list(itertools.product(["auc", "brier", "average_precision"], ["rows", "clusters"]))


@pytest.mark.parametrize(("metric", "how"), CASES)
def test_p_values_are_uniform_where_there_is_no_difference(metric: str, how: str) -> None:
    generator = np.random.default_rng(11)
    found = []
    for seed in range(120):
        size = 240
        day = np.repeat(np.arange(60), 4)
        level = generator.normal(0, 1, size) if how == "rows" else np.repeat(generator.normal(0, 1, 60), 4)
        noise = [level + generator.normal(0, 1, size) for _ in range(2)]
        actual = (generator.random(size) < 1 / (1 + np.exp(-level))).astype(np.int64)
        first, second = (BinaryScorer(actual, 1 / (1 + np.exp(-item))) for item in noise)
        units = Units.rows(size) if how == "rows" else Units.clusters(day)
        found.append(compared(first, second, metric, units, 100, seed).p_value)
    assert stats.kstest(found, "uniform").pvalue > 0.001
    assert np.mean(np.array(found) < 0.05) < 0.12


def test_diebold_mariano_allows_for_neighbours_that_are_alike() -> None:
    generator = np.random.default_rng(5)
    false = {"rows": 0, "blocks": 0}
    for seed in range(100):
        smooth = [np.convolve(generator.normal(0, 1, 700), np.ones(8) / 8, "valid")[:600] for _ in range(2)]
        first, second = (RegressionScorer(np.zeros(600), item) for item in smooth)
        blocks = compared(first, second, "mae", Units.blocks(np.arange(600), least=12), 20, seed)
        assert blocks.test == "Diebold-Mariano"
        false["blocks"] += blocks.p_value < 0.05
        false["rows"] += compared(first, second, "mae", Units.rows(600), 20, seed).p_value < 0.05
    assert false["blocks"] <= 18
    assert false["rows"] >= 2 * false["blocks"]


def test_better_worse_and_open(generator: np.random.Generator) -> None:
    actual = generator.normal(0, 1, ROWS)
    good, bad = (RegressionScorer(actual, actual + generator.normal(0, spread, ROWS)) for spread in (0.5, 1.0))
    units = Units.rows(ROWS)
    assert [compared(good, bad, name, units).better for name in ("rmse", "mae", "r2")] == [True] * 3
    assert [compared(bad, good, name, units).better for name in ("rmse", "mae", "r2")] == [False] * 3
    same = compared(good, good, "rmse", units)
    assert (same.better, same.p_value, same.difference.to_json()) == (
        None,
        1.0,
        {"value": 0.0, "low": 0.0, "high": 0.0},
    )
    said = compared(good, bad, "rmse", units).to_json("delay", 3)
    assert said["message"].startswith("Better than version 3 beyond chance: rmse differs by -0.")


# -- slices --------------------------------------------------------------------------------------------------


def test_slices_are_by_value_and_of_numbers_by_quarters() -> None:
    frame = pd.DataFrame(
        {
            "carrier": ["AA"] * 60 + ["UA"] * 30 + [None] * 10,
            "hour": np.arange(100) % 3,
            "delay": np.arange(100.0),
            "at": pd.date_range("2013-01-01", periods=100, tz="UTC"),
            "fine": pd.Categorical(["x", "y"] * 50),
        }
    )
    found, notes = slices_of(frame, ["carrier", "hour", "delay", "at", "fine"], min_rows=20)
    sizes = {(item.column, item.value): len(item.members) for item in found}
    assert sizes[("carrier", "AA")] == 60
    assert [size for (column, _), size in sizes.items() if column == "hour"] == [34, 33, 33]
    assert next(value for column, value in sizes if column == "delay").endswith("to 24.75")
    assert [size for (column, _), size in sizes.items() if column in ("delay", "at")] == [25] * 8
    assert sizes[("fine", "x")] == 50
    assert notes == ["1 slices of `carrier` have under 20 rows."]
    assert {item.value: item.members.tolist() for item in slices_of(frame, ["carrier"], 5)[0]}["(missing)"] == [
        *range(90, 100)
    ]
    with pytest.raises(InvalidInput, match="no column `tail`"):
        slices_of(frame, ["tail"])


def test_slices_of_infinities_of_lists_and_of_a_value_that_most_rows_have() -> None:
    ratio = np.append(np.arange(96.0), [np.inf, np.inf, -np.inf, np.nan])
    frame = pd.DataFrame({"ratio": ratio, "stops": [[1], [1, 2]] * 50, "late": [0.0] * 80 + [*range(1, 20), None]})
    found, _ = slices_of(frame, ["ratio", "stops", "late"], min_rows=1)
    sizes = {(item.column, item.value): len(item.members) for item in found}
    assert [size for (column, _), size in sizes.items() if column == "ratio"] == [24, 24, 24, 24, 2, 1, 1]
    assert (sizes[("ratio", "inf")], sizes[("ratio", "(missing)")]) == (2, 1)
    assert (sizes[("stops", "[1]")], sizes[("stops", "[1, 2]")]) == (50, 50)
    assert [size for (column, _), size in sizes.items() if column == "late"] == [80, 5, 5, 5, 4, 1]
