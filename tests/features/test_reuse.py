"""Features that are there already are offered: by their recipe, and by their values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from jupyter_mlx.errors import Conflict
from jupyter_mlx.features.recipes import read_recipe
from jupyter_mlx.features.reuse import Match

from .test_defining import ADA, SQL, Notebook, weather

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """A folder with its weather and a view of it."""
    monkeypatch.chdir(tmp_path)
    made = Notebook(tmp_path)
    made.define()
    yield made
    made.services.close()


def similar(notebook: Notebook, source: object) -> list[Match]:
    """What is like a source."""
    return notebook.services.definer.similar(source, (), None, None, ADA)


def mark(text: str) -> str:
    return read_recipe(text).fingerprint(Path("/lake"), ["origin"], ["time", ""], ["temp"])


@pytest.mark.parametrize(
    "text",
    [
        "select ORIGIN, time, avg(temp) as temp from lake.weather group by all",
        "SELECT avg(w.temp) AS temp, w.time, w.origin -- the mean\nFROM lake.Weather AS w GROUP BY ALL",
    ],
)
def test_a_recipe_is_known_however_it_is_written(text: str) -> None:
    assert mark(text) == mark("SELECT origin, time, avg(temp) AS temp FROM lake.weather GROUP BY ALL")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT origin, time, avg(wind) AS temp FROM lake.weather GROUP BY ALL",
        "SELECT origin, time, avg(temp) AS temp FROM lake.climate GROUP BY ALL",
        "SELECT origin, time, avg(temp) AS temp FROM lake.weather WHERE temp > 0 GROUP BY ALL",
        "SELECT origin, time, avg(temp) AS warmth FROM lake.weather GROUP BY ALL",
    ],
)
def test_another_recipe_is_another_one(text: str) -> None:
    assert mark(text) != mark("SELECT origin, time, avg(temp) AS temp FROM lake.weather GROUP BY ALL")


def test_the_same_recipe_is_refused_and_offered(notebook: Notebook) -> None:
    found = similar(notebook, SQL.replace("origin, time", "time, origin"))
    assert [(item.kind, item.view, item.owner) for item in found] == [("recipe", "hourly", "ada")]
    assert "training_set(labels" in found[0].use
    with pytest.raises(Conflict) as refused:
        notebook.define("again", SQL.lower().replace("'weather", "'weather"))
    assert (refused.value.code, found[0].use in str(refused.value.remedy)) == ("feature_exists", True)
    assert notebook.define("again", anyway=True).similar[0].kind == "recipe"


def test_the_same_values_are_offered_by_any_name(notebook: Notebook) -> None:
    frame = weather().rename(columns={"temp": "warmth"})
    found = {item.of: item for item in similar(notebook, frame)}
    assert {name: item.feature for name, item in found.items()} == {"warmth": "temp", "n": "n"}
    assert (found["warmth"].kind, found["warmth"].share) == ("values", 1.0)
    done = notebook.define("warm", frame)
    assert {item.of for item in done.similar} == {"warmth", "n"}, "it is told, not refused"


def test_other_values_are_not_offered(notebook: Notebook) -> None:
    frame = weather()
    frame["temp"] = frame["temp"].sample(frac=1.0, random_state=1).to_numpy()
    frame["n"] = 7
    assert similar(notebook, frame) == []
    later = weather().assign(time=lambda one: one["time"] - pd.Timedelta(days=400))
    assert similar(notebook, later) == [], "nothing was known then"


def test_a_view_that_reads_a_file_as_it_is_is_known_by_that_file(notebook: Notebook) -> None:
    notebook.define("raw", Path("weather.parquet"), anyway=True)
    (notebook.repository / "plain.py").write_text(
        "from feast import FeatureView, Field, FileSource\n"
        "from feast.types import Float64, Int64\n"
        "from hourly import origin_entity\n"
        "source = FileSource(name='plain', path='../weather.parquet', timestamp_field='time')\n"
        "plain = FeatureView(name='plain', entities=[origin_entity], source=source, owner='bob',\n"
        "    schema=[Field(name='temp', dtype=Float64), Field(name='n', dtype=Int64)])\n"
    )
    notebook.services.features.apply(str(notebook.repository), "ada")
    found = [item for item in similar(notebook, "SELECT * FROM 'weather.parquet'") if item.kind == "recipe"]
    assert {item.view for item in found} == {"raw", "plain"}


def test_values_that_came_later_are_known(notebook: Notebook) -> None:
    notebook.define("raw", Path("weather.parquet"), anyway=True)
    assert {item.of for item in similar(notebook, weather()) if item.view == "raw"} == {"temp", "n"}
    colder = weather().assign(temp=lambda one: one["temp"] - 500)
    colder.to_parquet(notebook.repository / "data" / "raw.parquet")
    assert {item.of for item in similar(notebook, colder) if item.view == "raw"} == {"temp", "n"}


def test_a_source_that_is_gone_hides_nothing_else(notebook: Notebook) -> None:
    notebook.define("raw", Path("weather.parquet"), anyway=True)
    path = notebook.repository / "data" / "raw.parquet"
    path.write_bytes(b"nothing")
    assert {item.view for item in similar(notebook, weather())} == {"hourly"}
    path.unlink()
    assert {item.view for item in similar(notebook, weather())} == {"hourly"}
