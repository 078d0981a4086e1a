"""Applying repositories: versions, what is different in each, what a change breaks."""

from __future__ import annotations

import importlib.util
import inspect

import pytest

import jupyter_mlx as mlx
from jupyter_mlx.errors import InvalidInput, NotFound

from .conftest import DEFINITIONS, Flights, labels

pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_first_apply_makes_first_versions_and_serves_feast(flights: Flights) -> None:
    assert flights.apply() == {"metric": "created v1", "weather": "created v1"}
    assert flights.apply() == {"metric": "unchanged v1", "weather": "unchanged v1"}
    view = flights.services.features.view("flights/weather")
    assert (view.reference, view.definition.join_keys, view.definition.ttl_s) == ("weather@v1", ("origin",), 10800.0)
    assert [(item.name, item.type) for item in view.definition.features] == [("temp", "DOUBLE"), ("wind", "DOUBLE")]
    metric = flights.services.features.view("metric").definition
    assert (metric.kind, metric.uses) == ("on_demand", ("weather",))
    assert "5 / 9" in str(metric.transformation)


def test_a_change_that_decides_on_values_is_a_version_and_one_that_describes_is_none(flights: Flights) -> None:
    flights.apply()
    flights.define(DEFINITIONS.replace('"team": "ops"', '"team": "data"'))
    assert flights.apply()["weather"] == "described v1"
    assert flights.services.features.view("weather").definition.tags == {"team": "data"}
    changed = DEFINITIONS.replace("hours=3", "hours=6").replace(', Field(name="wind", dtype=Float64)', "")
    flights.define(changed)
    planned = flights.services.features.plan(str(flights.folder))
    assert flights.services.features.view("weather").version == 1, "a plan writes nothing"
    assert planned == flights.services.features.apply(str(flights.folder), "ada")
    newest, first = flights.services.features.versions("weather")
    assert newest["difference"]["words"] == [
        "feature `wind` is gone",
        "time to live: was 10800 s, is now 21600 s",
    ]
    assert first["difference"] is None
    assert flights.services.features.view("weather@v1").definition.ttl_s == 10800.0


def test_a_function_that_computes_otherwise_is_a_version(flights: Flights) -> None:
    flights.apply()
    flights.define(DEFINITIONS.replace("5 / 9", "0.5556"))
    assert flights.apply() == {"metric": "updated v2", "weather": "unchanged v1"}


def test_what_is_gone_from_the_repository_is_removed_and_comes_back_as_it_was(flights: Flights) -> None:
    flights.apply()
    flights.define(DEFINITIONS[: DEFINITIONS.index("@on_demand")])
    assert flights.apply() == {"weather": "unchanged v1", "metric": "removed v1"}
    assert [view.reference for view in flights.services.features.views()] == ["weather@v1"]
    flights.define(DEFINITIONS)
    assert flights.apply() == {"metric": "updated v1", "weather": "unchanged v1"}


def test_a_plan_lists_what_was_made_from_what_it_changes(flights: Flights) -> None:
    flights.apply()
    made = flights.training_set(labels(("JFK", "2013-01-01 12:30")), run_id="a1b2c3")
    flights.define(DEFINITIONS.replace("hours=3", "hours=1"))
    changes = {change.name: change for change in flights.services.features.plan(str(flights.folder)).changes}
    assert [(item["kind"], item["id"]) for item in changes["weather"].affects] == [
        ("training_set", made.id),
        ("run", "a1b2c3"),
    ]
    assert changes["metric"].affects == ()
    flights.apply()
    assert list(made.record["views"]) == ["weather@v1", "metric@v1"], "it still says what it was made of"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("from feast import FeatureVeiw", "FeatureVeiw"),
        ("1 / 0", "ZeroDivisionError"),
        ("def broken(:", "SyntaxError"),
    ],
)
def test_a_repository_that_can_not_be_read_says_why_and_changes_nothing(flights: Flights, text: str, says: str) -> None:
    flights.apply()
    flights.define(text)
    with pytest.raises(InvalidInput, match=says) as refused:
        flights.apply()
    assert refused.value.code == "repository_invalid"
    flights.define("import feast\n\nraise RuntimeError('not today')")
    with pytest.raises(InvalidInput, match=r"definitions\.py, line 3: RuntimeError: not today"):
        flights.apply()
    assert len(flights.services.features.views()) == 2


def test_what_is_not_there_is_said_with_what_is_near(flights: Flights) -> None:
    with pytest.raises(NotFound) as refused:
        flights.services.features.apply(str(flights.folder.parent), "ada")
    assert refused.value.code == "repository_missing"
    flights.apply()
    with pytest.raises(NotFound) as refused:
        flights.services.features.view("wether")
    assert (refused.value.code, refused.value.remedy) == ("view_unknown", "Did you mean `weather`?")
    with pytest.raises(NotFound) as refused:
        flights.services.features.view("weather@v7")
    assert refused.value.code == "view_version_unknown"


def test_modules_of_a_function_s_name_do_not_hide_it() -> None:
    for name in mlx.features.__all__:
        if importlib.util.find_spec(f"jupyter_mlx.features.{name}") is not None:
            importlib.import_module(f"jupyter_mlx.features.{name}")
        assert inspect.isfunction(getattr(mlx.features, name)), name


def test_a_service_that_takes_a_view_by_other_keys_is_not_read_by_the_view_s_own(flights: Flights) -> None:
    mapped = 'features=[weather.with_name("there").with_join_key_map({"origin": "dest"})]'
    flights.define(DEFINITIONS.replace("features=[weather, metric]", mapped))
    flights.apply()
    asked = labels(("JFK", "2013-01-01 05:30"), dest=["EWR"])
    for call in (
        lambda: flights.training_set(asked, "delay"),
        lambda: flights.services.materializer.online("delay", [{"origin": "JFK"}]),
    ):
        with pytest.raises(InvalidInput) as refused:
            call()
        assert (refused.value.code, "`weather`" in refused.value.message) == ("service_altered", True)
