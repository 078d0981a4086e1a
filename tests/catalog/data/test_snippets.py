"""Snippets: they run as they are written, in a process that has nothing but them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

from jupyter_mlx import contract

from .conftest import Lake


def code(lake: Lake, name: str, table: str = "lake.flights", version: int | None = None) -> str:
    """One snippet."""
    items = lake.data.snippets(table, lake.admin, version)
    contract.check("SnippetList", {"items": items})
    return next(item["code"] for item in items if item["name"] == name)


def run(lake: Lake, source: str) -> str:
    """What it prints, in a process of its own that knows the store by its environment."""
    environment = {**os.environ, **lake.services.settings.to_env()}
    done = subprocess.run([sys.executable, "-c", source], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


CHECKS = {
    "pandas": "len(flights) == 90",
    "polars": "flights.height == 90",
    "arrow": "flights.num_rows == 90",
    "duckdb": "connection.sql('SELECT count(*) FROM flights').fetchall() == [(90,)]",
    "torch": "tuple(batch.shape) == (90, 3)",
}


def test_the_snippets_run_as_they_are(lake: Lake) -> None:
    snippets = {name: f"{code(lake, name)}\nassert {check}\n" for name, check in CHECKS.items()}
    # Each begins with nothing, as a fresh notebook does.
    run(lake, f"for name, text in {snippets!r}.items():\n    exec(compile(text, name, 'exec'), {{}})\n")


def test_a_snippet_pins_the_version_seen(lake: Lake) -> None:
    assert 'mlx.catalog.table("lake.flights", version=1)' in code(lake, "pandas", version=1)


def test_sparks_snippet_reads_by_location_and_says_so(lake: Lake) -> None:
    text = code(lake, "spark")
    assert str(lake.folder / "flights") in text
    assert text.startswith("# Spark reads the files at their location")
    compile(text, "spark", "exec")
    [spark] = [item for item in lake.data.snippets("lake.flights", lake.admin) if item["name"] == "spark"]
    assert spark["needs"] == "pyspark"


def test_names_that_mean_something_in_python_or_sql_still_run(make_lake: Callable[..., Lake]) -> None:
    lake = make_lake()
    for name in ("order", "table", "2020_sales", "class"):
        (lake.folder / name).mkdir()
        pq.write_table(pa.table({"n": [1.5], f"of_{name}": ["x"]}), lake.folder / name / "0.parquet")
    lake.crawl()
    paths = [table.path for table in lake.services.catalog.tables(lake.admin)[0]]
    assert len(paths) == 4
    run(lake, "\n".join(code(lake, kind, path) for path in paths for kind in ("pandas", "duckdb", "torch")))


def test_a_table_of_text_has_no_snippet_for_torch(make_lake: Callable[..., Lake]) -> None:
    lake = make_lake()
    pq.write_table(pa.table({"s": ["x"]}), lake.folder / "words.parquet")
    lake.crawl()
    names = [item["name"] for item in lake.data.snippets("lake.words", lake.admin)]
    assert names == ["pandas", "polars", "arrow", "duckdb", "spark"]


def test_a_name_in_two_sources_is_told_apart(make_lake: Callable[..., Lake], tmp_path) -> None:
    lake = make_lake()
    for folder in (lake.folder, tmp_path):
        pq.write_table(pa.table({"n": [1]}), folder / "same.parquet")
    lake.crawl()
    lake.crawl(str(tmp_path), name="other")
    [first, second] = lake.services.catalog.tables(lake.admin)[0]
    texts = {code(lake, "pandas", table.id).split('"')[1] for table in (first, second)}
    assert texts == {"lake/lake.same", "other/lake.same"}
