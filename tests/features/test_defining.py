"""Values promoted to features: what is written, made again, and refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from jupyter_mlx.catalog.models import Principal
from jupyter_mlx.errors import Conflict, InvalidInput, MlxError, NotFound
from jupyter_mlx.features.define_checks import read_duration
from jupyter_mlx.features.defining import Defined, Request
from jupyter_mlx.services import Services
from tests.support import make_settings

from .conftest import DEFINITIONS, Flights

pytestmark = pytest.mark.filterwarnings("ignore")

ADA = Principal("ada", admin=True)
FROM = "FROM 'weather.parquet'"
LOCAL = f"SELECT * REPLACE (time::TIMESTAMPTZ::TIMESTAMP AS time) {FROM}"
SQL = "SELECT origin, time, temp, sum(n) AS n FROM 'weather.parquet' GROUP BY ALL"


def weather(rows: int = 48) -> pd.DataFrame:
    """Hourly weather at two airports."""
    hours = pd.date_range("2013-01-01", periods=rows, freq="h", tz="UTC")
    frames = [
        pd.DataFrame({"origin": name, "time": hours, "temp": [30.0 + at for at in range(rows)], "n": range(rows)})
        for name in ("JFK", "EWR")
    ]
    return pd.concat(frames, ignore_index=True)


class Notebook:
    """A folder in which somebody works, with a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.services = Services(make_settings(folder / "state"))
        self.repository = folder / "features"
        weather().to_parquet(folder / "weather.parquet")

    def define(self, name: str = "hourly", source: Any = SQL, **options: Any) -> Defined:
        """Define a view by origin and time."""
        wanted = {"entity": ("origin",), "timestamp": "time", **options}
        return self.services.definer.define(Request(name, source, **wanted), self.repository, ADA)

    def refused(self, *given: Any, **options: Any) -> MlxError:
        """The error of a definition, which leaves everything as it was."""
        before = self.files()
        with pytest.raises(MlxError) as error:
            self.define(*given, **options)
        assert self.files() == before
        return error.value

    def files(self) -> dict[str, bytes]:
        """What is in the repository, Feast's own databases left out."""
        found = [path for path in self.repository.rglob("*") if path.is_file() and path.suffix != ".db"]
        return {str(path.relative_to(self.repository)): path.read_bytes() for path in found if ".db" not in path.name}


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """The folder, with its weather; the process is in it."""
    monkeypatch.chdir(tmp_path)
    made = Notebook(tmp_path)
    yield made
    made.services.close()


# -- what is written -----------------------------------------------------------------------------------------


def test_a_select_becomes_a_view_with_all_that_belongs_to_it(notebook: Notebook) -> None:
    done = notebook.define(ttl=timedelta(hours=36), description='The "weather"', tags={"team": "ops"})
    assert set(notebook.files()) == {
        ".feastignore",
        "contracts/hourly.yaml",
        "data/hourly.parquet",
        "data/hourly.sql",
        "feature_store.yaml",
        "hourly.py",
        "tests/test_hourly_parity.py",
    }
    assert (done.rows, dict(done.features)) == (96, {"temp": "Float64", "n": "Float64"})
    view = notebook.services.features.view("hourly")
    definition = view.definition
    assert (definition.ttl_s, definition.description, definition.owner) == (129_600.0, 'The "weather"', "ada")
    assert {name: definition.tags[name] for name in ("team", "mlx.recipe")} == {"team": "ops", "mlx.recipe": "sql"}
    assert [(item.name, item.type) for item in definition.features] == [("temp", "DOUBLE"), ("n", "DOUBLE")]
    notebook.services.materializer.materialize(["hourly"], user="ada")
    assert notebook.services.materializer.online("hourly:temp", [{"origin": "JFK"}])["temp"] == [None], "it is old"


def test_feast_alone_reads_what_was_written(notebook: Notebook) -> None:
    from feast import FeatureStore

    notebook.define()
    store = FeatureStore(repo_path=str(notebook.repository))
    assert [view.name for view in store.list_feature_views()] == ["hourly"]
    store.materialize(datetime(2012, 1, 1, tzinfo=UTC), datetime(2014, 1, 1, tzinfo=UTC))
    assert store.get_online_features(["hourly:temp"], [{"origin": "JFK"}]).to_dict()["temp"] == [77.0]


def test_a_second_view_uses_the_entity_that_there_is(notebook: Notebook) -> None:
    notebook.define()
    notebook.define("daily", "SELECT origin, time, temp * 2 AS double_temp FROM 'weather.parquet'")
    assert "from hourly import origin_entity" in (notebook.repository / "daily.py").read_text()
    assert len(notebook.services.features.views()) == 2


def test_an_entity_may_be_named_by_itself_or_by_its_join_key(flights: Flights, monkeypatch: pytest.MonkeyPatch) -> None:
    flights.define(DEFINITIONS.replace('name="origin", join', 'name="airport", join'))
    monkeypatch.chdir(flights.folder.parent)
    weather().to_parquet("weather.parquet")
    request = Request("hourly", SQL, ("airport",), "time")
    flights.services.definer.define(request, flights.folder, ADA)
    assert flights.services.features.view("hourly").definition.entities == ("airport",)
    assert "from definitions import origin" in (flights.folder / "hourly.py").read_text()


def made_of_noon() -> Any:
    """Weather, as a function makes it."""
    import pandas as pd

    frame = pd.read_parquet("weather.parquet")
    return frame[frame.time.dt.hour == 12]


@pytest.mark.parametrize(
    ("source", "rows", "recipe"),
    [
        (weather(), 96, None),
        (Path("weather.parquet"), 96, "data/hourly.sql"),
        (made_of_noon, 4, "data/hourly.recipe.py"),
    ],
    ids=["frame", "file", "function"],
)
def test_frames_files_and_functions_are_promoted_too(notebook: Notebook, source: Any, rows: int, recipe: Any) -> None:
    done = notebook.define(source=source)
    assert done.rows == rows
    assert recipe is None or recipe in notebook.files()


def test_tables_of_the_catalog_are_read_by_their_names(notebook: Notebook) -> None:
    from jupyter_mlx.catalog.models import SourceRequest

    lake = notebook.folder / "lake"
    lake.mkdir()
    weather().to_parquet(lake / "weather.parquet")
    source = notebook.services.crawls.add_source(SourceRequest(str(lake)), owner="ada")
    notebook.services.crawls.crawl(source.id, owner="ada")
    table = notebook.services.catalog.tables(ADA)[0][0]
    done = notebook.define(source=f"SELECT origin, time, temp FROM {table.path}")
    assert done.rows == 96


# -- made again ----------------------------------------------------------------------------------------------


def test_a_backfill_runs_the_recipe_again_and_replaces_the_values(notebook: Notebook) -> None:
    notebook.define()
    weather(60).to_parquet("weather.parquet")
    assert notebook.services.definer.backfill("hourly", ADA).rows == 120
    assert pq.read_table(notebook.repository / "data/hourly.parquet").num_rows == 120


def test_a_backfill_runs_where_the_view_was_defined(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook.define()
    monkeypatch.chdir(notebook.folder / "state")
    assert notebook.services.definer.backfill("hourly", ADA).rows == 96


def test_values_that_break_the_contract_are_refused_and_those_before_stay(notebook: Notebook) -> None:
    notebook.define()
    before = notebook.files()
    broken = weather()
    broken.loc[3, "temp"] = -40.0
    broken.loc[5, "temp"] = None
    broken.to_parquet("weather.parquet")
    with pytest.raises(InvalidInput, match=r"greater_than_or_equal_to\(0\) fails for 1 values, as -40") as refused:
        notebook.services.definer.backfill("hourly", ADA)
    assert refused.value.code == "contract_broken"
    assert "not_nullable" in refused.value.message
    assert notebook.files() == before


def test_values_with_other_columns_are_refused(notebook: Notebook) -> None:
    notebook.define(source="SELECT * FROM 'weather.parquet'")
    weather().assign(n="many", wind=1.0).to_parquet("weather.parquet")
    with pytest.raises(InvalidInput, match="`wind` is new; `n` was INT64, is now STRING") as refused:
        notebook.services.definer.backfill("hourly", ADA)
    assert refused.value.code == "columns_changed"


def test_a_view_of_a_frame_takes_a_new_frame(notebook: Notebook) -> None:
    notebook.define(source=weather())
    with pytest.raises(InvalidInput) as refused:
        notebook.services.definer.backfill("hourly", ADA)
    assert refused.value.code == "recipe_missing"
    assert notebook.services.definer.backfill("hourly", ADA, weather(50)).rows == 100


def test_what_is_there_is_only_replaced_when_that_is_said(notebook: Notebook) -> None:
    notebook.define()
    assert notebook.refused(source=Path("weather.parquet")).code == "view_exists"
    notebook.define(source=Path("weather.parquet"), replace=True)
    assert notebook.services.features.view("hourly").version == 2


# -- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"name": "Hourly"}, "name_invalid", "small letters"),
        ({"name": "statistics"}, "name_invalid", "statistics_features"),
        ({"name": "pandas"}, "name_invalid", "pandas_features"),
        ({"name": "class"}, "name_invalid", "small letters"),
        ({"entity": ("orgin",)}, "column_unknown", "Did you mean `origin`?"),
        ({"timestamp": "tme"}, "column_unknown", "Did you mean `time`?"),
        ({"created": "written"}, "column_unknown", "There are"),
        ({"entity": ()}, "entity_missing", "join key"),
        ({"source": "SELECT FROM WHERE"}, "recipe_invalid", "one SELECT"),
        ({"source": "SELECT 1; SELECT 2"}, "recipe_invalid", "one SELECT"),
        ({"source": "SELECT * FROM frame"}, "recipe_failed", "data frame itself"),
        ({"source": f"SELECT origin, time {FROM}"}, "features_missing", "Add a column"),
        ({"source": f"SELECT * {FROM} WHERE n < 0"}, "rows_missing", "filter"),
        ({"source": LOCAL}, "timestamp_without_zone", "UTC"),
        ({"source": f"SELECT * REPLACE (n AS time) {FROM}"}, "type_unsupported", "TIMESTAMPTZ"),
        ({"source": f"SELECT *, {{'a': n}} AS s {FROM}"}, "type_unsupported", "VARCHAR"),
        ({"source": f'SELECT *, n AS "a b" {FROM}'}, "name_invalid", "SELECT … AS name"),
        ({"source": f"SELECT * REPLACE (temp AS origin) {FROM}"}, "type_unsupported", "cast it"),
        ({"source": f"SELECT * REPLACE (nullif(origin, 'JFK') AS origin) {FROM}"}, "values_null", "IS NOT NULL"),
        ({"source": f"{FROM} UNION ALL {FROM}"}, "rows_repeated", "DISTINCT ON (origin, time)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_remedy_and_nothing_is_written(
    notebook: Notebook, options: dict[str, Any], code: str, says: str
) -> None:
    error = notebook.refused(**options)
    assert error.code == code
    assert says in str(error.remedy)


def test_what_is_not_there_is_said(notebook: Notebook) -> None:
    assert isinstance(notebook.refused(source="nothing.parquet"), NotFound)
    assert notebook.refused(source="nothing.txt").code == "recipe_invalid"


def test_a_local_time_is_taken_with_its_zone(notebook: Notebook) -> None:
    notebook.define(source=LOCAL, timezone="America/New_York")
    first = pq.read_table(notebook.repository / "data/hourly.parquet").column("time")[0].as_py()
    assert first.isoformat() == "2013-01-01T05:00:00+00:00"


def test_two_rows_of_a_moment_may_differ_by_when_they_were_written(notebook: Notebook) -> None:
    twice = (
        "SELECT *, time AS written FROM 'weather.parquet' "
        "UNION ALL SELECT *, time::TIMESTAMPTZ + INTERVAL 1 HOUR FROM 'weather.parquet'"
    )
    assert notebook.define(source=twice, created="written").rows == 192
    source = notebook.services.features.view("hourly").definition.source
    assert source is not None
    assert source.created == "written"


def test_a_key_of_another_type_than_its_entity_is_refused(notebook: Notebook) -> None:
    notebook.define()
    error = notebook.refused("other", "SELECT * REPLACE (1 AS origin) FROM 'weather.parquet' LIMIT 1")
    assert (error.code, "VARCHAR" in str(error.remedy)) == ("entity_clash", True)


def test_a_function_that_needs_what_is_around_it_is_refused(notebook: Notebook) -> None:
    def of_outside() -> Any:
        return weather()

    error = notebook.refused(source=of_outside)
    assert error.code == "recipe_failed"
    assert "Import" in str(error.remedy)


def test_a_repository_that_can_not_be_applied_stays_as_it_was(notebook: Notebook) -> None:
    notebook.define()
    (notebook.repository / "broken.py").write_text("1 / 0")
    assert notebook.refused("other", Path("weather.parquet")).code == "repository_invalid"


def test_times_to_live_are_read_as_people_write_them() -> None:
    assert [read_duration(text) for text in ("36h", "1d", "90min")] == [
        timedelta(hours=36),
        timedelta(days=1),
        timedelta(minutes=90),
    ]
    for text in ("", "d", "0d", "1 fortnight"):
        with pytest.raises(InvalidInput):
            read_duration(text)


def test_the_terminal_defines_makes_again_and_looks_for_what_is_alike(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from jupyter_mlx import cli

    monkeypatch.setenv("JUPYTER_MLX_STATE_DIR", str(notebook.folder / "state"))
    words = ["features", "define", "hourly", "--sql", SQL, "--entity", "origin", "--timestamp", "time"]
    assert cli.main([*words, "--ttl", "1d", "--tag", "team=ops"]) == 0
    assert "hourly@v1" in capsys.readouterr().out
    words[2] = "again"
    assert cli.main(words) == 1
    assert "made in the same way" in capsys.readouterr().err
    assert cli.main([*words, "--anyway"]) == 0
    capsys.readouterr()
    assert cli.main(["features", "similar", "--from", "weather.parquet"]) == 0
    assert "features/hourly:temp" in capsys.readouterr().out.replace(notebook.folder.name, "features")
    assert cli.main(["features", "backfill", "hourly"]) == 0


def test_conflicts_are_conflicts(notebook: Notebook) -> None:
    notebook.define()
    assert isinstance(notebook.refused(), Conflict)


def test_nan_is_no_breach_of_the_contract_that_was_made_of_it(notebook: Notebook) -> None:
    notebook.define(source=f"SELECT origin, time, if(n = 3, 'nan'::DOUBLE, temp) AS temp {FROM}")
    assert notebook.services.definer.backfill("hourly", ADA).rows == 96


def test_keys_that_became_another_type_are_refused_and_those_before_stay(notebook: Notebook) -> None:
    weather().assign(origin=[1] * 48 + [2] * 48).to_parquet(notebook.folder / "weather.parquet")
    notebook.define()
    before = notebook.files()
    weather().to_parquet(notebook.folder / "weather.parquet")
    with pytest.raises(InvalidInput) as refused:
        notebook.services.definer.backfill("hourly", ADA)
    assert refused.value.code == "entity_clash"
    assert notebook.files() == before
