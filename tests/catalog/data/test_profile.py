"""Profiles: right figures, cached by version, of what their reader may see."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_mlx import contract
from jupyter_mlx.catalog.data import profile as module
from jupyter_mlx.catalog.data.profile import Profile

from .conftest import Lake, by_name


def profiled(lake: Lake, name: str, columns: dict[str, pa.Array]) -> dict[str, dict[str, object]]:
    """The columns of the profile of a table made of these."""
    pq.write_table(pa.table(columns), lake.folder / f"{name}.parquet")
    lake.crawl()
    made = lake.data.profile(f"lake.{name}", lake.admin).to_json()
    contract.check("Profile", made)
    json.dumps(made, allow_nan=False)
    return by_name(made["columns"])


def test_figures_of_numbers_are_right(lake: Lake) -> None:
    values = [float(number) for number in range(1, 1001)]
    column = profiled(lake, "numbers", {"n": pa.array([*values, None, float("nan"), float("inf")])})["n"]
    assert (column["count"], column["nulls"], column["min"], column["max"]) == (1003, 3, 1.0, 1000.0)
    assert column["mean"] == pytest.approx(500.5)
    assert column["std"] == pytest.approx(statistics.stdev(values))
    assert column["distinct"] == pytest.approx(1000, rel=0.05)
    assert column["quantiles"]["0.5"] == pytest.approx(500, rel=0.02)
    histogram = column["histogram"]
    assert len(histogram["counts"]) == 20
    assert len(histogram["edges"]) == 21
    assert sum(histogram["counts"]) == 1000
    assert set(histogram["counts"]) == {50}


def test_whole_numbers_of_a_small_range_have_a_bin_each(lake: Lake) -> None:
    column = profiled(lake, "months", {"m": pa.array([1, 1, 2, 12], pa.int8())})["m"]
    assert column["histogram"] == {"edges": list(range(1, 14)), "counts": [2, 1, *[0] * 9, 1]}
    assert column["top"][0] == {"value": 1, "count": 2}


def test_days_moments_texts_and_truths_have_what_makes_sense(lake: Lake) -> None:
    columns = profiled(
        lake,
        "kinds",
        {
            "day": pa.array([date(2020, 1, 1), date(2020, 1, 21)] * 5, pa.date32()),
            "at": pa.array([0, 20_000_000] * 5, pa.timestamp("us", "UTC")),
            "word": ["x", "x", "y", None, "x"] * 2,
            "long": ["x" * 1000] * 10,
            "truth": [True, False] * 5,
            "price": pa.array([Decimal("1.50"), Decimal("2.50")] * 5, pa.decimal128(9, 2)),
            "nested": [{"a": 1}] * 10,
            "raw": pa.array([b"x"] * 10),
            "empty": pa.array([None] * 10, pa.int64()),
            "huge": pa.array([2**62, 2**62 + 1] * 5, pa.int64()),
        },
    )
    assert columns["day"]["histogram"]["edges"][:2] == ["2020-01-01", "2020-01-02"]
    assert sum(columns["day"]["histogram"]["counts"]) == 10
    assert columns["at"]["histogram"]["edges"][1] == "1970-01-01T00:00:01Z"
    assert columns["at"]["max"] == "1970-01-01T00:00:20Z"
    assert columns["word"]["top"] == [{"value": "x", "count": 6}, {"value": "y", "count": 2}]
    assert columns["word"]["nulls"] == 2
    assert columns["long"]["top"][0]["value"] == "x" * 200 + "…"
    assert columns["truth"]["distinct"] == 2
    assert (columns["price"]["min"], columns["price"]["mean"]) == ("1.50", 2.0)
    assert columns["nested"]["distinct"] is None
    assert columns["raw"]["nulls"] == 0
    assert (columns["empty"]["nulls"], columns["empty"]["min"]) == (10, None)
    assert columns["huge"]["max"] == str(2**62 + 1)


def test_a_table_without_rows_has_a_profile(lake: Lake) -> None:
    column = profiled(lake, "hollow", {"n": pa.array([], pa.int64()), "s": pa.array([], pa.string())})["n"]
    assert (column["count"], column["distinct"], column["top"]) == (0, 0, [])


def test_a_profile_is_kept_by_version_and_read_again_as_it_was(lake: Lake) -> None:
    assert lake.data.stored_profile("lake.flights", lake.admin) is None
    made = lake.data.profile("lake.flights", lake.admin)
    assert lake.data.stored_profile("lake.flights", lake.admin) == made
    assert Profile.from_json(made.to_json()) == made


def test_of_a_large_table_a_sample_is_profiled(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"n": list(range(20_000))}), lake.folder / "large.parquet")
    lake.crawl()
    monkeypatch.setattr(module, "MAX_ROWS", 2_000)
    made = lake.data.profile("lake.large", lake.admin)
    assert made.sampled
    assert made.rows == pytest.approx(2_000, rel=0.3)


def test_names_that_are_sql_are_profiled_as_names(make_lake: Callable[..., Lake]) -> None:
    own = make_lake()
    odd = 'a"; DROP TABLE x; --'
    columns = profiled(own, "odd", {odd: pa.array([1, 2]), "0 count": pa.array([1, 1]), "ü 🙂": ["x", "x"]})
    assert columns[odd]["max"] == 2
    assert columns["0 count"]["count"] == 2
    assert own.rows("lake.odd", where=[(odd, ">", 1)], columns=["ü 🙂"]) == [{"ü 🙂": "x"}]
