"""What grants hide is hidden of features, too: by every door, names, values and what tells of them."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jupyter_mlx import cli
from jupyter_mlx import features as doors
from jupyter_mlx.catalog.models import Principal, SourceRequest
from jupyter_mlx.errors import Forbidden, MlxError, NotFound
from jupyter_mlx.features.defining import Request
from jupyter_mlx.services import Services, current_user
from tests.support import make_settings

pytestmark = pytest.mark.filterwarnings("ignore")

DEFINITIONS = """\
import pandas as pd
from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64

origin = Entity(name="origin", join_keys=["origin"], value_type=ValueType.STRING)
source = FileSource(name="weather_file", path="../lake/weather", timestamp_field="time")
FIELDS = [Field(name=name, dtype=Float64) for name in ("temp", "wind", "secret_sauce")]
weather = FeatureView(name="weather", entities=[origin], schema=FIELDS, source=source)
own = FileSource(name="own_file", path="own.parquet", timestamp_field="time")
private = FeatureView(name="private", entities=[origin], schema=[Field(name="mine", dtype=Float64)], source=own)


@on_demand_feature_view(sources=[weather], schema=[Field(name="sauce_squared", dtype=Float64)])
def made_of_it(df: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"sauce_squared": df["secret_sauce"] ** 2})


open_service = FeatureService(name="open_service", features=[weather[["temp", "wind"]]])
whole_service = FeatureService(name="whole_service", features=[weather])
"""
YAML = """\
project: flights
provider: local
registry: {folder}/registry.db
online_store: {{type: jupyter_mlx.features.online.WideOnlineStore, path: {folder}/online.db}}
offline_store: {{type: jupyter_mlx.features.asof.AsofOfflineStore}}
entity_key_serialization_version: 3
"""
TELLTALE = ("secret_sauce", "sauce_squared", "whole_service", "private", "mine", "4242", "made_of_it")
"""What says something of the hidden column: names that come from it, and its values."""
ME = current_user()


def weather() -> pd.DataFrame:
    """Weather with a column that not everybody may know of."""
    hours = pd.date_range("2013-01-01", periods=24, freq="h", tz="UTC")
    frame = pd.DataFrame({"origin": "JFK", "time": hours, "temp": [30.0 + at for at in range(24)]})
    return frame.assign(wind=2.5, secret_sauce=[4242.0 + at for at in range(24)])


class Kitchen:
    """A catalog by grants with the table of weather, and features of it that the administrator applied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = make_settings(folder, catalog_access="grants", admins="ada")
        self.services = Services(self.settings)
        self.ada = self.services.access.principal("ada")
        self.me = self.services.access.principal(ME)
        (folder / "lake" / "weather").mkdir(parents=True)
        weather().to_parquet(folder / "lake" / "weather" / "part.parquet")
        source = self.services.crawls.add_source(SourceRequest(str(folder / "lake"), database="lake"), owner="ada")
        assert self.services.crawls.crawl(source.id, owner="ada").state == "SUCCEEDED"
        self.repository = folder / "repository"
        self.repository.mkdir()
        weather().assign(mine=lambda one: one["secret_sauce"]).to_parquet(self.repository / "own.parquet")
        (self.repository / "feature_store.yaml").write_text(YAML.format(folder=self.repository))
        (self.repository / "definitions.py").write_text(DEFINITIONS)
        self.services.features.apply(str(self.repository), "ada", principal=self.ada)
        self.services.materializer.materialize(user="ada", principal=self.ada, project="flights")

    def grant(self, *, to: str = f"user:{ME}", **wanted: Any) -> None:
        """Grant on the table, as the administrator."""
        request = {"principal": to, "permissions": ["select"], "resource": "lake.weather", **wanted}
        self.services.grants.give(request, self.ada)

    def refusals(self) -> list[tuple[str, str]]:
        """Action and resource of what was refused to me."""
        found, _ = self.services.access.audit(self.ada, who=ME, allowed=False)
        return [(entry.action, entry.resource) for entry in found]


@pytest.fixture
def kitchen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kitchen]:
    """The catalog; this process's own user is no administrator of it."""
    for name, value in make_settings(tmp_path, catalog_access="grants", admins="ada").to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    made = Kitchen(tmp_path)
    monkeypatch.setattr("jupyter_mlx.features.api.services", lambda: made.services)
    monkeypatch.setattr("jupyter_mlx.features.promoting.services", lambda: made.services)
    yield made
    made.services.close()


@pytest.fixture
def viewer(kitchen: Kitchen) -> Kitchen:
    """I may select all but the hidden column."""
    kitchen.grant(filter={"exclude": ["secret_sauce"]})
    return kitchen


def labels() -> pd.DataFrame:
    return pd.DataFrame({"origin": ["JFK"], "event_timestamp": pd.to_datetime(["2013-01-01 12:30"], utc=True)})


def refused(call: Callable[[], object]) -> MlxError:
    with pytest.raises(MlxError) as error:
        call()
    return error.value


def said(call: Callable[[], object]) -> str:
    """All that a call answers, or the error that it raises."""
    try:
        found = call()
    except MlxError as error:
        return json.dumps(error.to_json())
    shown = found.to_json() if hasattr(found, "to_json") else found
    return json.dumps(shown, default=str) + str(getattr(found, "_repr_html_", str)())


# -- what is seen --------------------------------------------------------------------------------------------


def test_a_view_is_seen_with_the_features_whose_columns_are(viewer: Kitchen) -> None:
    views = viewer.services.features.views(principal=viewer.me)
    assert [(view.definition.name, [item.name for item in view.definition.features]) for view in views] == [
        ("weather", ["temp", "wind"])
    ]
    everything = viewer.services.features.views(principal=viewer.ada)
    assert [view.definition.name for view in everything] == ["made_of_it", "private", "weather"]
    assert views[0].digest == everything[2].digest


def test_who_sees_nothing_of_the_table_sees_no_project(kitchen: Kitchen) -> None:
    assert kitchen.services.features.views(principal=kitchen.me) == []
    assert kitchen.services.overview.projects(kitchen.me) == []
    error = refused(lambda: kitchen.services.features.view("weather", principal=kitchen.me))
    unknown = refused(lambda: kitchen.services.features.view("weathr", principal=kitchen.me))
    assert (error.code, error.message.replace("weather", "weathr"), error.remedy) == (
        unknown.code,
        unknown.message,
        unknown.remedy,
    )
    assert kitchen.refusals() == [("describe", "flights/weather")]


def test_without_the_join_key_or_the_time_nothing_is_seen(kitchen: Kitchen) -> None:
    kitchen.grant(filter={"exclude": ["origin"]})
    assert kitchen.services.features.views(principal=kitchen.me) == []


def test_all_of_a_table_is_all_of_its_views(kitchen: Kitchen) -> None:
    kitchen.grant()
    names = [view.definition.name for view in kitchen.services.features.views(principal=kitchen.me)]
    assert names == ["made_of_it", "weather"], "what is not in the catalog is for whoever applied it"
    made = kitchen.services.training_sets.make(labels(), ["whole_service"], user=ME, principal=kitchen.me)
    assert made.to_pandas().loc[0, "secret_sauce"] == 4254.0


@pytest.mark.parametrize(
    "hiding", [{"masks": {"temp": "null"}}, {"filter": {"rows": "wind > 1"}}], ids=["mask", "row filter"]
)
def test_masked_and_filtered_values_are_refused_for_they_can_not_be_joined(
    kitchen: Kitchen, hiding: dict[str, Any]
) -> None:
    kitchen.grant(**hiding)
    assert [item.name for item in kitchen.services.features.view("weather", principal=kitchen.me).definition.features]
    for call in (
        lambda: kitchen.services.training_sets.make(labels(), ["weather:temp"], user=ME, principal=kitchen.me),
        lambda: kitchen.services.materializer.online(["weather:temp"], [{"origin": "JFK"}], principal=kitchen.me),
        lambda: kitchen.services.feature_statistics.compute("weather", principal=kitchen.me),
    ):
        error = refused(call)
        assert isinstance(error, Forbidden)
        assert error.code == "permission_missing"
        assert "`lake.weather`" in error.remedy
    assert len(kitchen.refusals()) == 3
    if "masks" in hiding:
        served = kitchen.services.materializer.online(["weather:wind"], [{"origin": "JFK"}], principal=kitchen.me)
        assert served["wind"] == [2.5], "what is not masked is read"


def test_to_describe_is_not_to_read(kitchen: Kitchen) -> None:
    kitchen.grant(permissions=["describe"])
    assert kitchen.services.features.view("weather", principal=kitchen.me)
    error = refused(lambda: kitchen.services.materializer.online("weather", [{"origin": "JFK"}], principal=kitchen.me))
    assert error.code == "permission_missing"


# -- the doors -----------------------------------------------------------------------------------------------


def test_python_tells_nothing_of_what_is_hidden(viewer: Kitchen) -> None:
    viewer.services.feature_statistics.compute("weather", principal=viewer.ada)
    others = viewer.services.training_sets.make(
        labels(), ["weather"], user="ada", principal=viewer.ada, name="the set of ada"
    )
    calls: list[Callable[[], object]] = [
        doors.views,
        lambda: doors.view("weather"),
        lambda: doors.view("weather@v1"),
        lambda: doors.training_set(labels(), ["weather"]).record,
        lambda: doors.training_set(labels(), ["open_service"]).to_pandas().to_dict(),
        lambda: doors.online("weather", origin="JFK"),
        lambda: doors.statistics("weather"),
        lambda: doors.parity("weather"),
        lambda: doors.plan(viewer.repository),
        lambda: doors.apply(viewer.repository),
        lambda: doors.materialize("weather"),
        lambda: doors.training_set_from(others.id).record,
        lambda: doors.training_set_from("the set of ada").record,
        lambda: doors.similar(weather()[["origin", "time", "temp"]]),
        lambda: doors.similar(weather().rename(columns={"secret_sauce": "spice"})),
        lambda: viewer.services.features.versions("weather", principal=viewer.me),
        lambda: viewer.services.overview.projects(viewer.me),
        lambda: viewer.services.feature_uses.of("weather", viewer.me),
        lambda: viewer.services.feature_statistics.stored("weather", viewer.me),
        *(
            lambda text=text: viewer.services.search.search(text, viewer.me).to_json()  # type: ignore[misc]
            for text in ("", "weather", "kind:feature_view", "type:double", "flights", "sauc")
        ),
    ]
    for number, call in enumerate(calls):
        text = said(call)
        found = [word for word in TELLTALE if word in text]
        assert found == [], f"call {number}: {text}"
    assert any(hit["kind"] == "feature_view" for hit in viewer.services.search.search("weather", viewer.me).hits)
    served = doors.online("weather:temp", origin="JFK")
    assert (served["temp"], list(served)) == (53.0, ["origin", "temp"])


def test_what_is_hidden_is_answered_as_what_does_not_exist(viewer: Kitchen) -> None:
    for hidden, unknown in (
        ("weather:secret_sauce", "weather:secret_souce"),
        ("private", "privat"),
        ("whole_service",) * 2,
    ):
        one, other = (
            refused(lambda name=name: doors.training_set(labels(), [name]))  # type: ignore[misc]
            for name in (hidden, unknown)
        )
        assert isinstance(one, NotFound)
        assert (one.code, one.remedy) == (other.code, other.remedy)
    assert {("describe", "flights/weather.secret_sauce"), ("describe", "flights/private")} <= set(viewer.refusals())


def test_the_terminal_tells_nothing_of_what_is_hidden(viewer: Kitchen, capsys: pytest.CaptureFixture[str]) -> None:
    weather()[["origin", "time", "temp"]].to_parquet("known.parquet")
    labels().to_parquet("labels.parquet")
    for words in (
        ["list"],
        ["show", "weather"],
        ["plan", str(viewer.repository)],
        ["apply", str(viewer.repository)],
        ["materialize", "weather"],
        ["training-set", "labels.parquet", "--features", "weather"],
        ["training-set", "labels.parquet", "--features", "whole_srvice"],
        ["get", "weather", "--entity", "origin=JFK"],
        ["get", "weather:secret", "--entity", "origin=JFK"],
        ["similar", "--from", "known.parquet"],
        ["similar", "--from", "lake/weather/part.parquet"],
        ["check", "weather"],
        ["statistics", "weather"],
    ):
        for json_too in ([], ["--json"]):
            cli.main(["features", *words, *json_too])
            out, err = capsys.readouterr()
            found = [word for word in TELLTALE if word in out + err]
            assert found == [], f"{words}: {out}{err}"
    for words in (["search", "weather"], ["search", "kind:feature_view"]):
        cli.main(["catalog", *words])
        assert not [word for word in TELLTALE if word in capsys.readouterr().out]


# -- defining and changing -----------------------------------------------------------------------------------


def define(kitchen: Kitchen, source: Any, **options: Any) -> Any:
    request = Request("mine_own", source, ("origin",), "time", **options)
    return kitchen.services.definer.define(request, kitchen.folder / "mine", kitchen.me)


@pytest.mark.parametrize(
    "source",
    [
        "SELECT origin, time, secret_sauce FROM lake.weather",
        "SELECT origin, time, secret_sauce FROM 'lake/weather/*.parquet'",
        "SELECT origin, time, secret_sauce FROM read_parquet(['lake/weather/part.parquet'])",
        Path("lake/weather/part.parquet"),
    ],
)
def test_features_are_not_made_of_what_is_hidden(viewer: Kitchen, source: Any) -> None:
    error = refused(lambda: define(viewer, source))
    assert error.code in ("permission_missing", "recipe_failed")
    assert not (viewer.folder / "mine").exists()


def test_features_are_made_of_what_is_seen_and_are_their_makers_own(viewer: Kitchen) -> None:
    done = define(viewer, "SELECT origin, time, temp * 2 AS warmth FROM lake.weather")
    assert (done.rows, dict(done.features)) == (24, {"warmth": "Float64"})
    vera = Principal("vera")
    mine = [view.definition.name for view in viewer.services.features.views(principal=viewer.me)]
    assert (mine, viewer.services.features.views(principal=vera)) == (["weather", "mine_own"], [])


def test_a_project_is_changed_by_whoever_applied_it(viewer: Kitchen) -> None:
    error = refused(lambda: viewer.services.features.apply(str(viewer.repository), ME, principal=viewer.me))
    assert (error.code, ("apply", "flights") in viewer.refusals()) == ("permission_missing", True)
    assert viewer.services.features.view("private").applied_by == "ada"


def test_a_training_set_is_its_makers_while_he_may_read_its_features(viewer: Kitchen) -> None:
    made = doors.training_set(labels(), ["weather:temp"])
    assert viewer.services.training_sets.get(made.id, principal=viewer.me).id == made.id
    assert isinstance(
        refused(lambda: viewer.services.training_sets.get(made.id, principal=Principal("vera"))), NotFound
    )
    for grant in viewer.services.grants.known(viewer.ada):
        viewer.services.grants.revoke(grant.id, viewer.ada)
    assert refused(lambda: viewer.services.training_sets.get(made.id, principal=viewer.me))


def crawl_other(kitchen: Kitchen) -> None:
    """A second table, which looks otherwise, and the view's source moved to it."""
    other = kitchen.folder / "lake" / "other"
    other.mkdir()
    more = {f"more_{at}": "x" for at in range(5)}
    weather().assign(temp=777.0, **more).to_parquet(other / "part.parquet")
    sources = kitchen.services.crawls.sources()
    assert kitchen.services.crawls.crawl(sources[0].id, owner="ada").state == "SUCCEEDED"
    (kitchen.repository / "definitions.py").write_text(DEFINITIONS.replace("../lake/weather", "../lake/other"))
    kitchen.services.features.apply(str(kitchen.repository), "ada", principal=kitchen.ada)


def test_a_training_set_of_an_earlier_version_takes_what_that_was_read_from(viewer: Kitchen) -> None:
    made = doors.training_set(labels(), ["weather:temp"])
    crawl_other(viewer)
    viewer.grant(resource="lake.other")
    assert viewer.services.training_sets.get(made.id, principal=viewer.me).id == made.id
    for grant in viewer.services.grants.known(viewer.ada):
        if "other" not in str(grant.to_json()):
            viewer.services.grants.revoke(grant.id, viewer.ada)
    assert viewer.services.features.view("weather", principal=viewer.me).version == 2
    error = refused(lambda: viewer.services.training_sets.get(made.id, principal=viewer.me))
    assert error.code == "permission_missing"


def test_a_version_that_is_asked_for_is_not_another_one_of_feasts(kitchen: Kitchen) -> None:
    settings = kitchen.repository / "feature_store.yaml"
    plain = f"registry: {kitchen.repository}/registry.db"
    versioned = f"registry: {{path: {kitchen.repository}/registry.db, enable_online_feature_view_versioning: true}}"
    settings.write_text(settings.read_text().replace(plain, versioned))
    kitchen.services.features.apply(str(kitchen.repository), "ada", principal=kitchen.ada)
    crawl_other(kitchen)
    definitions = kitchen.repository / "definitions.py"
    # Feast's first newer version is of the first change of the schema; ours was of the first change of values.
    more = '"secret_sauce")]\nFIELDS.append(Field(name="more_1", dtype=String))'
    text = definitions.read_text().replace("import Float64", "import Float64, String")
    definitions.write_text(text.replace('"secret_sauce")]', more))
    kitchen.services.features.apply(str(kitchen.repository), "ada", principal=kitchen.ada)
    kitchen.services.materializer.materialize(["weather"], user="ada", principal=kitchen.ada, project="flights")
    kitchen.grant()
    kitchen.grant(permissions=["describe"], resource="lake.other")
    for call in (
        lambda: doors.online("weather@v1:temp", origin="JFK"),
        lambda: doors.training_set(labels(), ["weather@v1:temp"]),
    ):
        error = refused(call)
        assert (error.code, error.field) == ("features_invalid", "features")


def test_a_sources_renamed_columns_are_told_as_far_as_they_are_seen(viewer: Kitchen) -> None:
    renamed = DEFINITIONS.replace(
        'timestamp_field="time")\nFIELDS',
        'timestamp_field="time", field_mapping={"secret_sauce": "spice", "wind": "gust"})\nFIELDS',
    )
    renamed = renamed.replace('("temp", "wind", "secret_sauce")', '("temp", "gust", "spice")')
    renamed = renamed.replace('weather[["temp", "wind"]]', 'weather[["temp", "gust"]]').replace(
        'df["secret_sauce"]', 'df["spice"]'
    )
    (viewer.repository / "definitions.py").write_text(renamed)
    viewer.services.features.apply(str(viewer.repository), "ada", principal=viewer.ada)
    shown = viewer.services.features.view("weather", principal=viewer.me).to_json()
    assert shown["source"]["mapping"] == {"wind": "gust"}
    text = json.dumps([shown, viewer.services.features.versions("weather", principal=viewer.me)])
    assert [word for word in (*TELLTALE, "spice") if word in text] == []


def test_what_went_wrong_with_hidden_values_is_hidden(viewer: Kitchen) -> None:
    changed = weather().assign(secret_sauce="4242 spoons")
    changed.to_parquet(viewer.folder / "lake" / "weather" / "part.parquet")
    call = viewer.services.materializer.materialize
    refused(lambda: call(["weather"], user="ada", principal=viewer.ada, anew=True))
    for principal, told in ((viewer.ada, True), (viewer.me, False)):
        error = viewer.services.materializer.history("weather", principal=principal)[0].error
        assert error is not None
        assert error["code"] == "source_type_changed"
        assert ("secret_sauce" in json.dumps(error)) is told


def test_the_end_of_a_run_tells_nothing_of_what_it_could_not_bring(viewer: Kitchen) -> None:
    changed = weather().assign(secret_sauce="4242 spoons")
    changed.to_parquet(viewer.folder / "lake" / "weather" / "part.parquet")
    call = viewer.services.materializer.materialize
    error = refused(lambda: call(["weather"], user="ada", principal=viewer.ada, anew=True, run_id="a-run"))
    assert error.code == "materialization_failed"
    told = "".join(traceback.format_exception(error)) + json.dumps(error.to_json())
    assert [word for word in (*TELLTALE, "weather:") if word in told] == []


def test_statistics_do_not_tell_how_somebody_else_calls_his_training_set(kitchen: Kitchen) -> None:
    kitchen.grant()
    kitchen.grant(to="user:vera")
    vera = kitchen.services.access.principal("vera")
    sets, statistics = kitchen.services.training_sets, kitchen.services.feature_statistics
    made = sets.make(labels(), ["weather"], user="vera", principal=vera, name="her plan")
    computed = statistics.compute("weather", principal=kitchen.me)
    names = [
        (statistics.stored("weather", principal) or {})["baseline"]["name"]
        for principal in (kitchen.me, vera, kitchen.ada)
    ]
    assert [computed["baseline"]["name"], *names] == [made.id, made.id, "her plan", "her plan"]


def test_a_link_leads_to_the_table_that_it_leads_to(kitchen: Kitchen) -> None:
    (kitchen.folder / "alias").symlink_to(kitchen.folder / "lake" / "weather")
    (kitchen.repository / "definitions.py").write_text(DEFINITIONS.replace("../lake/weather", "../alias"))
    kitchen.services.features.apply(str(kitchen.repository), "ada", principal=kitchen.ada)
    assert kitchen.services.features.views(principal=kitchen.me) == []
    kitchen.grant(filter={"exclude": ["secret_sauce"]})
    features = kitchen.services.features.view("weather", principal=kitchen.me).definition.features
    assert [item.name for item in features] == ["temp", "wind"]
