"""Versions evaluated end to end: scikit-learn, PyTorch and plain functions, in MLflow and in the store."""

from __future__ import annotations

import json
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from sklearn import metrics as sk

import jupyter_mlx
from jupyter_mlx import cli, contract
from jupyter_mlx.errors import ExecutionFailed, InvalidInput, MlxError, NotFound
from jupyter_mlx.services import Services
from jupyter_mlx.store.tables import events

from .conftest import flights, register_function, register_sklearn, register_torch

pytestmark = pytest.mark.filterwarnings("ignore")  # MLflow's, of its own parts


def evaluate(name: str, version: int | str, target: str, data: Any = None, **options: Any) -> Any:
    given = flights() if data is None else data
    return jupyter_mlx.models.evaluate(name, version, given, target, **{"bootstrap": 100, **options})


def refused(code: str, *arguments: Any, error: type[MlxError] = InvalidInput, **options: Any) -> MlxError:
    with pytest.raises(error) as caught:
        evaluate(*arguments, **options)
    assert caught.value.code == code, caught.value
    assert caught.value.remedy
    return caught.value


def test_a_classifier_is_evaluated_against_the_champion_and_all_of_it_is_kept(mlx: Services) -> None:
    register_sklearn("delay", ["wind"], "late")
    version = register_sklearn("delay", ["wind", "load"], "late")
    client = mlflow.MlflowClient()
    client.set_registered_model_alias("delay", "champion", "1")
    flights().to_parquet("flights.parquet")
    found = evaluate(
        "delay", version, "late", "flights.parquet", slices=["carrier", "wind"], cluster="day", where="wind > -9"
    )

    contract.check("Evaluation", dict(found))
    frame = flights()
    model = mlflow.sklearn.load_model(f"models:/delay/{version}")
    probability = model.predict_proba(frame[["wind", "load"]])[:, 1]
    assert found["metrics"]["auc"] == pytest.approx(sk.roc_auc_score(frame["late"], probability))
    assert found["metrics"]["brier"] == pytest.approx(sk.brier_score_loss(frame["late"], probability))
    for interval in found["intervals"].values():
        assert interval["low"] <= interval["value"] <= interval["high"]
    assert (found["champion"], found["better"], found.better) == (1, True, True)
    assert found["comparison"]["metric"] == "auc"
    slices = [(item["column"], item["value"]) for item in found["slices"]]
    assert {value for column, value in slices if column == "carrier"} == {"AA", "<b>UA</b>", "DL"}
    assert len([value for column, value in slices if column == "wind"]) == 4
    assert sum(found["calibration"]["rows"]) == 400
    assert found["data_digest"].startswith("sha256:")

    # In the store, with an event, and at the version.
    assert mlx.models.evaluations.get(found["id"], mlx.principal()) == dict(found)
    assert [item["id"] for item in jupyter_mlx.models.evaluations("delay", version)] == [found["id"]]
    with mlx.store.read() as connection:
        event = connection.execute(sa.select(events).where(events.c.kind == "models.changed")).one()
    assert (event.subject, event.data["what"], event.data["version"]) == (found["id"], "evaluation", version)
    assert client.get_model_version("delay", str(version)).tags["mlx.evaluation"] == found["id"]

    # In MLflow: its own evaluation, our metrics, the data as an input, pictures; the metrics at the model, too.
    run = mlflow.get_run(found["mlflow_run_id"])
    assert run.info.status == "FINISHED"
    assert run.data.metrics["roc_auc"] == pytest.approx(found["metrics"]["auc"])
    assert run.data.metrics["auc_low"] == found["intervals"]["auc"]["low"]
    assert run.inputs.dataset_inputs[0].dataset.name == "flights.parquet"
    names = [file.path for file in client.list_artifacts(run.info.run_id, "evaluation")]
    assert set(found["pictures"]) < set(names)
    assert "roc_curve_plot.png" in {file.path for file in client.list_artifacts(run.info.run_id)}
    logged = mlflow.get_logged_model(mlflow.pyfunc.load_model(f"models:/delay/{version}").model_id)
    assert {"auc", "auc_low", "roc_auc"} <= {metric.key for metric in logged.metrics}

    # As a notebook shows it.
    html = found._repr_html_()
    assert "<b>UA" not in html
    assert "&lt;b&gt;UA" in html
    assert all(content.startswith(b"\x89PNG") for content in found.pictures.values())
    assert [*found.pictures] == ["ranking.png", "confusion.png", "calibration.png", "slices.png"]


def test_of_three_classes_each_counts_the_same(mlx: Services) -> None:
    register_sklearn("delay", ["wind", "load"], "class")
    found = evaluate("delay", 1, "class")
    frame = flights()
    model = mlflow.sklearn.load_model("models:/delay/1")
    probabilities = model.predict_proba(frame[["wind", "load"]])
    assert found["kind"] == "classifier"
    assert found["metrics"]["auc"] == pytest.approx(
        sk.roc_auc_score(frame["class"], probabilities, multi_class="ovr", average="macro")
    )
    assert found["metrics"]["f1"] == pytest.approx(
        sk.f1_score(frame["class"], model.predict(frame[["wind", "load"]]), average="macro")
    )


@pytest.mark.parametrize("named", [True, False])
def test_a_network_that_ends_in_a_sigmoid_gives_probabilities(mlx: Services, named: bool) -> None:
    register_torch("net", "sigmoid", named=named)
    found = evaluate("net", 1, "late", features=() if named else ["wind", "load"])
    frame = flights()
    probability = 1 / (1 + np.exp(-2 * frame["wind"] - frame["load"]))
    assert found["metrics"]["auc"] == pytest.approx(sk.roc_auc_score(frame["late"], probability), abs=1e-6)
    assert found["metrics"]["log_loss"] == pytest.approx(sk.log_loss(frame["late"], probability), rel=1e-5)
    assert mlflow.get_run(found["mlflow_run_id"]).data.metrics["accuracy_score"] == found["metrics"]["accuracy"]


def test_a_network_of_three_classes_and_one_of_numbers(mlx: Services) -> None:
    register_torch("net", "softmax")
    found = evaluate("net", 1, "class")
    assert found["metrics"]["auc"] > 0.8
    assert "calibration" in found
    register_torch("minutes", "minutes")
    frame = flights()
    expected = sk.root_mean_squared_error(frame["minutes"], 20 + 10 * frame["wind"] + 5 * frame["load"])
    assert evaluate("minutes", 1, "minutes")["metrics"]["rmse"] == pytest.approx(expected, rel=1e-5)


def test_logits_are_refused_with_the_way_out(mlx: Services) -> None:
    register_torch("net", "logit")
    error = refused("not_probabilities", "net", 1, "late")
    assert "sigmoid" in error.remedy
    assert jupyter_mlx.models.evaluations("net") == []


def test_a_regressor_has_errors_and_no_calibration(mlx: Services) -> None:
    register_sklearn("minutes", ["wind"], "minutes")
    register_sklearn("minutes", ["wind", "load"], "minutes")
    found = evaluate("minutes", 2, "minutes", champion=1, metric="mae", slices=["carrier"])
    assert [*found["metrics"]] == ["rmse", "mae", "r2", "mape"]
    assert found["kind"] == "regressor"
    assert found["calibration"] is None
    assert (found["better"], found["comparison"]["test"]) == (True, "paired t-test")
    assert mlflow.get_run(found["mlflow_run_id"]).data.metrics["r2_score"] == pytest.approx(found["metrics"]["r2"])
    assert [*found.pictures] == ["residuals.png", "slices.png"]


def test_the_experiment_that_a_notebook_has_set_stays_its_own(mlx: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    register_sklearn("minutes", ["wind", "load"], "minutes")
    # What `mlflow.set_experiment` leaves behind for good.
    monkeypatch.setattr("mlflow.tracking.fluent._active_experiment_id", "0")
    run = mlflow.get_run(evaluate("minutes", 1, "minutes")["mlflow_run_id"])
    assert run.info.status == "FINISHED"
    assert mlflow.get_experiment(run.info.experiment_id).name == "evaluations"
    assert (run.info.run_name, run.data.tags["mlflow.user"]) == ("Evaluate minutes v1", mlx.asker().user)


def test_a_forecast_is_held_against_the_season_before(mlx: Services) -> None:
    hours = np.arange(24 * 20)
    generator = np.random.default_rng(3)
    wave = 50 + 10 * np.sin(hours / 24 * 2 * np.pi)
    frame = pd.DataFrame({"ds": pd.date_range("2013-01-01", periods=len(hours), freq="h"), "wave": wave})
    frame["y"] = wave + generator.normal(0, 2, len(hours))
    register_function("load", lambda given: pd.DataFrame({"ds": given["ds"], "yhat": given["wave"]}))
    register_function("load", lambda given: given["wave"] + 3)
    mlflow.MlflowClient().set_registered_model_alias("load", "champion", "2")
    found = evaluate("load", 1, "y", frame, time="ds", season=24)
    assert found["kind"] == "forecaster"
    naive = np.abs(frame["y"].to_numpy()[24:] - frame["y"].to_numpy()[:-24]).mean()
    assert found["metrics"]["mase"] == pytest.approx(np.abs(frame["y"] - wave).mean() / naive)
    assert found["comparison"]["test"] == "Diebold-Mariano"
    assert found["better"] is True
    assert "The horizon is 480 times, 2013-01-01T00:00:00" in found["notes"][0]
    assert "forecast.png" in found.pictures
    refused("time_missing", "load", 1, "y", frame, kind="forecaster")
    error = refused("time_invalid", "load", 1, "y", frame.assign(ds="yesterday?"), time="ds")
    assert error.field == "time"


# -- what can be wrong ---------------------------------------------------------------------------------------


def test_what_is_not_there_is_named(mlx: Services) -> None:
    register_sklearn("delay", ["wind", "load"], "late")
    refused("model_unknown", "delays", 1, "late", error=NotFound)
    refused("model_version_unknown", "delay", 9, "late", error=NotFound)
    refused("alias_unknown", "delay", 1, "late", champion="best", error=NotFound)
    refused("data_missing", "delay", 1, "late", "nothing", error=NotFound)
    refused("data_missing", "delay", 1, "late", "nothing.csv", error=NotFound)
    refused("data_invalid", "delay", 1, "late", "SELECT * FROM 'x.csv'")
    assert "minutes" in refused("target_unknown", "delay", 1, "tardy").remedy
    assert refused("column_unknown", "delay", 1, "late", slices=["tail"]).field == "slices"
    assert refused("column_unknown", "delay", 1, "late", cluster="week").field == "cluster"
    assert "brier" in refused("metric_unknown", "delay", 1, "late", metric="rmse").remedy
    refused("where_invalid", "delay", 1, "late", where="winds > 3")
    refused("where_invalid", "delay", 1, "late", where="wind IN (SELECT a FROM read_csv('/etc/passwd'))")
    refused("rows_none", "delay", 1, "late", where="wind > 1000")
    refused("rows_too_few", "delay", 1, "late", flights(5))
    refused("bootstrap_invalid", "delay", 1, "late", bootstrap=5)


def test_data_that_breaks_the_signature_is_refused_by_column(mlx: Services) -> None:
    register_sklearn("delay", ["wind", "load"], "late")
    error = refused("signature_broken", "delay", 1, "late", flights().drop(columns="load"))
    assert "takes `load`" in error.message
    refused("signature_broken", "delay", 1, "late", flights().assign(load="much"))


def test_answers_that_no_metric_has_are_refused(mlx: Services) -> None:
    register_sklearn("delay", ["wind", "load"], "late")
    refused("one_class", "delay", 1, "late", where="late = 1")
    holes = flights().astype({"late": "float64"})
    holes.loc[:2, "late"] = np.nan
    error = refused("target_missing", "delay", 1, "late", holes)
    assert error.message.startswith("3 of 400 rows")
    refused("class_unknown", "delay", 1, "late", flights().assign(late=lambda frame: frame["late"].map(str)))
    register_sklearn("minutes", ["wind"], "minutes")
    with pytest.raises(InvalidInput, match="`carrier` holds no numbers"):
        jupyter_mlx.models.evaluate("minutes", 1, flights(), "carrier", "regressor")


def test_predictions_that_are_none_are_counted_and_refused(mlx: Services) -> None:
    register_function("holes", lambda given: given["wind"].where(given["wind"] > 0))
    error = refused("predictions_missing", "holes", 1, "minutes")
    assert f"{(flights()['wind'] <= 0).sum()} of 400 rows" in error.message
    register_function("short", lambda given: given["wind"].head(7))
    refused("predictions_invalid", "short", 1, "minutes")
    register_function("both", lambda given: given[["wind", "load"]])
    refused("predictions_invalid", "both", 1, "minutes")
    refused("not_probabilities", "both", 1, "late")
    register_function("texts", lambda given: ["?"] * len(given))
    refused("predictions_invalid", "texts", 1, "minutes")


def test_a_model_that_fails_says_itself_why(mlx: Services) -> None:
    def fail(given: Any) -> Any:
        raise ZeroDivisionError("no wind")

    register_function("broken", fail)
    assert (
        "ZeroDivisionError: no wind" in refused("prediction_failed", "broken", 1, "late", error=ExecutionFailed).message
    )
    register_sklearn("gone", ["wind"], "late")
    place = mlflow.artifacts.download_artifacts("models:/gone/1")
    with open(f"{place}/MLmodel", "a") as file:
        file.write("flavors: {python_function: {loader_module: not_installed}}\n")
    error = refused("model_unloadable", "gone", 1, "late", error=ExecutionFailed)
    assert "version 1 can't be loaded" in error.message
    assert error.__cause__ is not None
    runs = mlflow.search_runs(search_all_experiments=True, filter_string="attributes.run_name = 'Evaluate gone v1'")
    assert list(runs["status"]) == ["FAILED"]
    assert mlflow.active_run() is None


def test_labels_alone_have_no_auc_and_that_is_said(mlx: Services) -> None:
    register_function("rule", lambda given: (given["wind"] > 0).astype(int))
    found = evaluate("rule", 1, "late")
    assert [*found["metrics"]] == ["accuracy", "f1", "precision", "recall"]
    assert found["calibration"] is None
    assert any("predicts labels" in note for note in found["notes"])


def test_a_champion_is_no_reason_to_lose_an_evaluation(mlx: Services) -> None:
    register_sklearn("minutes", ["wind"], "minutes")
    first = evaluate("minutes", 1, "minutes")
    assert first["comparison"] is None
    assert any("no champion yet" in note for note in first["notes"])
    client = mlflow.MlflowClient()
    client.set_registered_model_alias("minutes", "champion", "1")
    assert any("Version 1 is the champion itself" in note for note in evaluate("minutes", 1, "minutes")["notes"])
    register_sklearn("minutes", ["load"], "minutes")
    data = flights().drop(columns="wind")
    found = evaluate("minutes", 2, "minutes", data)
    assert found["comparison"] is None
    assert any("no comparison with the champion, version 1: " in note and "`wind`" in note for note in found["notes"])
    assert "`wind`" in refused("signature_broken", "minutes", 2, "minutes", data, champion=1).message
    assert evaluate("minutes", 2, "minutes", data, champion="")["champion"] is None


# -- results of one's own ------------------------------------------------------------------------------------


def test_what_a_notebook_found_itself_is_kept_with_the_version(mlx: Services) -> None:
    register_sklearn("delay", ["wind"], "late")
    register_sklearn("delay", ["wind", "load"], "late")
    with mlflow.start_run() as run:
        found = jupyter_mlx.models.record_evaluation(
            "delay",
            2,
            kind="classifier",
            metrics={"auc": np.float64(0.8), "odd": float("nan")},
            intervals={"auc": (0.78, 0.82)},
            slices=[{"column": "carrier", "value": "AA", "rows": 40, "metrics": {"auc": (0.7, 0.6, 0.8), "bias": 0.1}}],
            comparison={"version": 1, "metric": "auc", "difference": (0.02, 0.01, 0.03)},
            data="flights",
            rows=400,
        )
    assert found["mlflow_run_id"] == run.info.run_id
    assert found["metrics"] == {"auc": 0.8, "odd": "NaN"}
    assert found["intervals"]["auc"] == {"value": 0.8, "low": 0.78, "high": 0.82}
    assert (found["champion"], found["better"]) == (1, True)
    contract.check("Evaluation", dict(found))
    kept = mlx.models.evaluations.get(found["id"], mlx.principal())
    assert json.dumps(kept) == json.dumps(dict(found))
    assert "0.8 (0.78 to 0.82)" in jupyter_mlx.models.evaluations("delay")._repr_html_() + found._repr_html_()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "oracle"},
        {"intervals": {"brier": (0, 1)}},
        {"intervals": {"auc": (0, 1, 2)}},
        {"slices": [{"column": "carrier"}]},
        {"comparison": {"version": 1}},
        {"metrics": {"auc": "good"}},
        {"calibration": {"stated": [1]}},
    ],
    ids=str,
)
def test_what_can_not_be_kept_is_refused(mlx: Services, wrong: dict[str, Any]) -> None:
    register_sklearn("delay", ["wind"], "late")
    given = {"kind": "classifier", "metrics": {"auc": 0.8}, "data": "flights", "rows": 400, **wrong}
    with pytest.raises(InvalidInput) as caught:
        jupyter_mlx.models.record_evaluation("delay", 1, **given)
    assert caught.value.code == "evaluation_invalid"


def test_an_evaluation_that_is_not_there(mlx: Services) -> None:
    with pytest.raises(NotFound, match="no evaluation `x`"):
        mlx.models.evaluations.get("x", mlx.principal())


def test_the_terminal_evaluates_and_prints(mlx: Services, capsys: pytest.CaptureFixture[str]) -> None:
    register_sklearn("minutes", ["wind"], "minutes")
    register_sklearn("minutes", ["wind", "load"], "minutes")
    flights().to_csv("flights.csv", index=False)
    words = ["models", "evaluate", "minutes", "2", "--data", "flights.csv", "--target", "minutes", "--bootstrap", "100"]
    capsys.readouterr()
    assert cli.main([*words, "--champion", "1", "--slices", "carrier"]) == 0
    printed = capsys.readouterr().out
    assert "minutes v2  regressor  400 rows of flights.csv" in printed
    assert "Better than version 1 beyond chance: rmse differs by -" in printed
    assert "carrier" in printed
    assert cli.main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    contract.check("Evaluation", document)
    assert cli.main([*words, "--where", "wind > 1000"]) == 2
    assert "has no row where wind > 1000" in capsys.readouterr().err
    assert cli.main([*words, "--detach"]) == 2
