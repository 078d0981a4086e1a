"""`mlx.catalog` as a script uses it: find, look, say, read."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_mlx import catalog
from jupyter_mlx.errors import ExecutionFailed, InvalidInput, NotFound
from jupyter_mlx.services import Services


@pytest.fixture
def lake(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the table `lake.flights` of two partitions, crawled; this test's services are the script's."""
    for part in ("finding", "table", "work"):
        monkeypatch.setattr(f"jupyter_mlx.catalog.api.{part}.services", lambda: services)
    for month in (1, 2):
        place = tmp_path / "lake" / "flights" / f"month={month}"
        place.mkdir(parents=True)
        rows = pa.table({"origin": ["JFK", "EWR"], "delay": [month * 10.0, None], "flight": [month, month + 10]})
        pq.write_table(rows, place / "0.parquet")
    done = catalog.crawl(str(tmp_path / "lake"), name="lake")
    assert (done["state"], len(done["tables"])) == ("SUCCEEDED", 1)
    return tmp_path / "lake"


def test_tables_are_listed_found_and_looked_at(lake: Path) -> None:
    assert [item["name"] for item in catalog.databases()] == ["lake"]
    assert [table.name for table in catalog.tables("lake")] == ["lake.flights"]
    found = catalog.search("delay")
    assert (found.total, found[0]["path"], found.facets["format"]) == (1, "lake.flights.delay", {"parquet": 1})
    assert "lake.flights" in repr(found)
    flights = catalog.table("lake.flights")
    assert (flights.version, flights.rows) == (1, 4)
    assert flights.columns == ["origin", "delay", "flight", "month"]
    assert flights.schema.field("month").type == pa.int64()
    assert flights.statistics["delay"]["nulls"] == 2
    assert "month" in flights.explain()._repr_html_()
    with pytest.raises(NotFound) as missed:
        catalog.table("lake.flight")
    assert "lake.flights" in str(missed.value.remedy)


def test_what_is_said_stays_and_is_searched(lake: Path, services: Services) -> None:
    services.catalog.define_tag(principal=services.principal(), key="pii", values=["yes", "no"])
    flights = catalog.table("lake.flights").tag(pii="no").tag("origin", pii="yes").describe("Departures of New York")
    assert flights.tags == {"pii": "no"}
    assert [hit["path"] for hit in catalog.search("tag:pii=yes departures")] == ["lake.flights"]
    assert flights.tag(pii=None).tags == {}


def test_every_library_gets_the_same_rows(lake: Path) -> None:
    flights = catalog.table("lake.flights")
    where, columns = "origin = 'JFK' AND month = 2", ["flight", "delay"]
    assert flights.to_pandas(columns, where).to_dict("list") == {"flight": [2], "delay": [20.0]}
    assert flights.to_polars(columns, where).to_dict(as_series=False) == {"flight": [2], "delay": [20.0]}
    assert flights.to_arrow(columns, where).to_pydict() == {"flight": [2], "delay": [20.0]}
    assert flights.to_arrow("flight", where).to_pydict() == {"flight": [2]}
    assert sum(batch.num_rows for batch in flights.to_batches()) == 4
    assert flights.to_duckdb(columns, where).fetchall() == [(2, 20.0)]
    assert [row.tolist() for row in flights.to_torch(["flight"], where)] == [[2.0]]
    assert len(flights.head(3)) == 3
    with pytest.raises(InvalidInput, match="orgin") as refused:
        flights.to_pandas(where="orgin = 'JFK'")
    assert refused.value.code == "column_unknown"


def test_a_version_stays_readable_as_it_was(lake: Path) -> None:
    rows = pa.table({"origin": ["LGA"], "delay": [1.0], "flight": [7], "gate": ["B2"]})
    pq.write_table(rows, lake / "flights" / "month=2" / "1.parquet")
    catalog.crawl(str(lake))
    assert catalog.table("lake.flights").version == 2
    assert [version["number"] for version in catalog.table("lake.flights").versions()] == [2, 1]
    pinned = catalog.table("lake.flights", version=1)
    assert pinned.columns == ["origin", "delay", "flight", "month"]
    assert "gate" not in pinned.to_arrow().column_names
    assert "gate" in catalog.table("lake.flights").to_arrow().column_names


def test_training_starts_only_where_the_rules_hold(lake: Path, services: Services) -> None:
    flights = catalog.table("lake.flights")
    assert flights.profile()["rows"] == 4
    services.data.set_rules(flights.id, [{"check": "not_null", "column": "origin"}], services.principal())
    assert flights.require_quality() is flights
    services.data.set_rules(flights.id, [{"check": "not_null", "column": "delay"}], services.principal())
    with pytest.raises(ExecutionFailed, match=r"not_null\(delay\)"):
        flights.require_quality()
