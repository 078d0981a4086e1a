"""Training sets: every label in its place, the record, the same from before, and what leaks."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from jupyter_mlx.errors import InvalidInput, NotFound

from .conftest import DEFINITIONS, Flights, labels

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def applied(flights: Flights) -> Flights:
    """The repository, applied."""
    flights.apply()
    return flights


def test_rows_out_are_rows_in_in_order_with_counts_by_view(applied: Flights) -> None:
    asked = labels(
        ("EWR", "2013-01-01 05:30"),
        ("LGA", "2013-01-01 05:30"),
        ("EWR", "2013-01-04 00:00"),
        ("JFK", "2013-01-01 00:00"),
        ("EWR", "2013-01-01 05:30"),
    )
    made = applied.training_set(asked)
    frame = made.to_pandas()
    assert list(frame["origin"]) == ["EWR", "LGA", "EWR", "JFK", "EWR"]
    assert frame["temp"].fillna(-1).tolist() == [37.0, -1, -1, 32.0, 37.0]
    assert frame["celsius"].round(2).fillna(-1).tolist() == [2.78, -1, -1, 0.0, 2.78]
    counts = {key: made.record["views"]["weather@v1"][key] for key in ("matched", "expired", "missing")}
    assert counts == {"matched": 3, "expired": 1, "missing": 1}
    assert made.record["rows"] == 5
    assert made.record["features"] == ["weather:temp", "weather:wind", "metric:celsius"]


def test_the_same_inputs_are_the_same_set_and_any_other_is_another(applied: Flights) -> None:
    asked = labels(("EWR", "2013-01-01 05:30"), ("JFK", "2013-01-01 06:30"), late=[0, 1])
    first = applied.training_set(asked)
    again = applied.training_set(asked.copy())
    assert (again.id, again.cached, again.record["digest"]) == (first.id, True, first.record["digest"])
    assert applied.training_set(asked.iloc[::-1].reset_index(drop=True)).id != first.id
    assert applied.training_set(asked, ["weather:temp"]).id != first.id
    assert applied.training_set(asked, known_only=True).id != first.id
    weather = pd.read_parquet(applied.folder / "weather.parquet")
    weather.assign(temp=weather["temp"] + 1).to_parquet(applied.folder / "weather.parquet")
    changed = applied.training_set(asked)
    assert (changed.cached, changed.id != first.id) == (False, True)
    assert first.to_pandas()["temp"].tolist() == [37.0, 38.0], "what was made before is as it was"
    first.path.unlink()
    assert changed.record["digest"] != first.record["digest"]


def test_a_set_goes_by_every_name_that_it_was_asked_for_by(applied: Flights) -> None:
    asked = labels(("EWR", "2013-01-01 05:30"))
    sets = applied.services.training_sets
    first = applied.training_set(asked)
    march = applied.training_set(asked, name="march")
    again = applied.training_set(asked, name="spring")
    assert (march.id, march.record["name"], march.cached) == (first.id, "march", True)
    assert (again.id, again.record["name"], again.record["names"]) == (first.id, "spring", ["march"])
    assert {sets.get(name).id for name in ("march", "spring", first.id)} == {first.id}
    kept = json.loads((Path(first.path).parent / "record.json").read_text())
    assert (kept["name"], kept["names"]) == ("spring", ["march"])
    assert applied.training_set(asked).record["name"] == "spring", "no name takes none away"


def test_a_set_whose_rows_are_gone_is_made_anew(applied: Flights) -> None:
    asked = labels(("EWR", "2013-01-01 05:30"))
    first = applied.training_set(asked)
    Path(first.path).unlink()
    again = applied.training_set(asked)
    assert (again.cached, again.record["digest"]) == (False, first.record["digest"])


def test_what_was_written_down_later_is_told_and_can_be_left_out(applied: Flights) -> None:
    asked = labels(("JFK", "2013-01-01 05:30"), ("EWR", "2013-01-01 08:30"))
    [finding] = applied.training_set(asked).record["leakage"]
    assert (finding["feature"], finding["kind"], finding["rows"]) == ("weather", "known_later", 1)
    honest = applied.training_set(asked, known_only=True)
    assert honest.record["leakage"] == []
    assert honest.to_pandas()["temp"].tolist() == [35.0, 40.0]


def test_a_planted_answer_is_found_and_named(applied: Flights) -> None:
    times = [("EWR", f"2013-01-01 {hour:02}:10") for hour in range(24)]
    asked = labels(*times, late=[2.0 * (32 + hour) + 1 for hour in range(24)])
    findings = applied.training_set(asked, ["weather:temp", "weather:wind"], target="late").record["leakage"]
    assert [(item["feature"], item["kind"]) for item in findings] == [("temp", "near_target")]
    assert "`temp` is `late` to 100.0%" in findings[0]["message"]


def test_constant_and_mostly_missing_features_are_told(applied: Flights) -> None:
    asked = labels(*[("EWR", f"2013-01-01 07:{minute:02}") for minute in range(5)])
    kinds = {(item["feature"], item["kind"]) for item in applied.training_set(asked).record["leakage"]}
    assert kinds == {("temp", "constant"), ("wind", "constant"), ("celsius", "constant")}
    nowhere = labels(*[("LGA", f"2013-01-01 07:{minute:02}") for minute in range(5)])
    assert [item["kind"] for item in applied.training_set(nowhere).record["leakage"]] == ["missing"]


@pytest.mark.parametrize("store", ["file", "{type: dask}"])
def test_no_label_is_lost_whatever_offline_store_the_project_names(flights: Flights, store: str) -> None:
    settings = flights.folder / "feature_store.yaml"
    ours = "{type: jupyter_mlx.features.asof.AsofOfflineStore}"
    settings.write_text(settings.read_text().replace(ours, store))
    flights.apply()
    asked = labels(("EWR", "2013-01-04 00:00"), ("EWR", "2013-01-01 05:30"))
    assert flights.training_set(asked, "weather").to_pandas()["temp"].fillna(-1).tolist() == [-1, 37.0]


def test_labels_come_from_files_and_queries_too(applied: Flights, tmp_path: Path) -> None:
    asked = labels(("EWR", "2013-01-01 05:30"), ("JFK", "2013-01-01 06:30"))
    asked.to_parquet(tmp_path / "labels.parquet")
    by_file = applied.training_set(str(tmp_path / "labels.parquet"), "weather")
    by_query = applied.training_set(f"SELECT * FROM '{tmp_path}/labels.parquet' ORDER BY origin DESC", "weather")
    assert by_file.to_pandas()["temp"].tolist() == [37.0, 38.0]
    assert by_query.to_pandas()["temp"].tolist() == [38.0, 37.0]


@pytest.mark.parametrize(
    ("features", "options", "code", "remedy"),
    [
        (["weather:tmp"], {}, "feature_unknown", "Did you mean `weather:temp`?"),
        (["wether"], {}, "view_unknown", "Did you mean `weather`?"),
        ([], {}, "features_missing", None),
        (["weather"], {"target": "lat"}, "target_missing", None),
        (["weather"], {"project": "trains"}, "project_unknown", None),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_read(
    applied: Flights, features: list[str], options: dict[str, str], code: str, remedy: str | None
) -> None:
    with pytest.raises((InvalidInput, NotFound)) as refused:
        applied.training_set(labels(("EWR", "2013-01-01 05:30")), features, **options)
    assert refused.value.code == code
    assert remedy is None or refused.value.remedy == remedy


def test_labels_that_can_not_be_read_are_refused(applied: Flights, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as missing:
        applied.training_set(str(tmp_path / "none.csv"))
    assert missing.value.code == "labels_missing"
    with pytest.raises(InvalidInput) as broken:
        applied.training_set("SELECT FROM WHERE")
    assert broken.value.code == "labels_invalid"


def test_what_has_expired_is_not_told_as_known_later(applied: Flights) -> None:
    path = applied.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    frame.assign(created=frame["event_timestamp"] + pd.Timedelta(100, "h")).to_parquet(path)
    findings = applied.training_set(labels(("JFK", "2013-01-03 10:00")), "weather").record["leakage"]
    assert [item["kind"] for item in findings] == ["expired"]


def test_features_of_one_name_are_refused_by_their_views_names(flights: Flights) -> None:
    other = (
        'gale = FeatureView(name="gale", entities=[origin], schema=[Field(name="wind", dtype=Float64)], source=source)'
    )
    flights.define(DEFINITIONS.replace("\n\n\n@on_demand", f"\n{other}\n\n\n@on_demand", 1))
    flights.apply()
    with pytest.raises(InvalidInput) as refused:
        flights.training_set(labels(("JFK", "2013-01-01 05:30")), ["weather", "gale"])
    assert refused.value.code == "label_column_clash"
    assert "`weather` and of `gale`" in refused.value.message
