"""Crawling again: nothing changed costs the listing; else what changed is read, and statistics are right."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pytest

from jupyter_mlx.catalog.crawlers import manifest
from jupyter_mlx.catalog.crawlers.reading import Reading

from .crawls import Crawled, crawl, types, values, write_csv, write_parquet


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Two tables of three partitions, and one of text."""
    for day in range(3):
        write_parquet(tmp_path / f"lake/a/day={day}/1.parquet", {"a": [day, None], "x": ["u", "v"]})
        write_parquet(tmp_path / f"lake/b/day={day}/1.parquet", {"b": [day], "y": [1.5]})
    write_csv(tmp_path / "lake/c/1.csv", "k,v", "1,2", "3,4")
    return tmp_path / "lake"


def test_nothing_changed_reads_nothing_and_keeps_the_manifest(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = crawl(lake)
    monkeypatch.setattr(Reading, "start", None)
    again = crawl(lake, after=first)
    assert again.unchanged == [None]
    assert again.context.manifest == first.context.manifest
    assert (again.context.listed, again.context.read) == (7, 0)


def test_a_new_partition_is_read_and_the_other_tables_are_unchanged(lake: Path) -> None:
    first = crawl(lake)
    write_parquet(lake / "a/day=3/1.parquet", {"a": [30, None], "x": ["z", None]})
    again = crawl(lake, after=first)
    assert again.context.read == 1
    assert sorted(map(str, again.unchanged)) == [str(lake / "b"), str(lake / "c")]
    table = again.tables["a"]
    assert len(table.partitions) == 4
    assert (table.rows, table.rows_exact) == (8, True)
    assert (table.statistics["a"].min, table.statistics["a"].max, table.statistics["a"].nulls) == (0, 30, 4)
    assert (table.statistics["x"].max, table.statistics["x"].nulls) == ("z", 1)


def test_statistics_after_a_change_are_those_of_a_full_crawl(lake: Path) -> None:
    first = crawl(lake)
    write_parquet(lake / "a/day=2/1.parquet", {"a": [-5], "x": ["changed"]})
    (lake / "a/day=0/1.parquet").unlink()
    changed = crawl(lake, after=first).tables["a"]
    full = crawl(lake).tables["a"]
    assert changed.statistics == full.statistics
    assert (changed.rows, changed.partitions, changed.columns) == (full.rows, full.partitions, full.columns)
    assert changed.statistics["a"].min == -5


def test_a_removed_partition_is_gone(lake: Path) -> None:
    first = crawl(lake)
    (lake / "b/day=1/1.parquet").unlink()
    again = crawl(lake, after=first)
    assert again.context.read == 0
    assert values(again.tables["b"]) == [("0",), ("2",)]


def test_a_table_that_is_gone_is_not_yielded_and_nothing_is_incomplete(lake: Path) -> None:
    first = crawl(lake)
    (lake / "c/1.csv").unlink()
    again = crawl(lake, after=first)
    assert sorted(map(str, again.unchanged)) == [str(lake / "a"), str(lake / "b")]
    assert again.context.incomplete == set()


def test_a_file_of_the_same_size_is_seen_by_its_time(lake: Path) -> None:
    first = crawl(lake)
    path = lake / "c/1.csv"
    path.write_text(path.read_text().replace("k,v", "k,w"))
    os.utime(path, ns=(1, 1))
    again = crawl(lake, after=first)
    assert again.context.read == 1
    assert list(types(next(iter(again.tables.values())))) == ["k", "w"]


def test_other_options_or_classifiers_read_everything_again(lake: Path) -> None:
    first = crawl(lake)
    assert crawl(lake, after=first, combine=True).context.read == 7
    custom = {"pairs": {"kind": "csv", "delimiter": ","}}
    assert crawl(lake, after=first, classifiers=custom).context.read == 7
    assert crawl(lake, after=first, threads=2).context.read == 0


def test_a_table_that_the_catalog_forgot_is_yielded_again_without_reading(lake: Path) -> None:
    first = crawl(lake)
    kept = [item for item in first.items if item.identity != str(lake / "a")]
    again = crawl(lake, after=Crawled(kept, first.context))
    assert list(again.tables) == ["a"]
    assert again.context.read == 0
    assert again.tables["a"].statistics == first.tables["a"].statistics


def test_new_text_files_are_sampled_and_known_ones_are_not_read(tmp_path: Path) -> None:
    for number in range(10):
        write_csv(tmp_path / f"t/{number}.csv", "a,b", "1,2", "3,4")
    first = crawl(tmp_path / "t")
    for number in range(10, 20):
        write_csv(tmp_path / f"t/{number}.csv", "a,b", "1,2", "3,4")
    again = crawl(tmp_path / "t", after=first)
    assert again.context.read == 3
    assert (again.table.files, again.table.rows) == (20, 40)


@pytest.mark.parametrize("data", [b"", b"no Arrow", b"ARROW1\0\0"])
def test_a_manifest_that_can_not_be_read_is_as_none(lake: Path, data: bytes) -> None:
    first = crawl(lake)
    first.context.manifest = data
    assert crawl(lake, after=first).context.read == 7


def test_a_manifest_of_another_release_is_as_none(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(manifest, "FORMAT", 0)
        first = crawl(lake)
    assert crawl(lake, after=first).context.read == 7


def test_an_empty_place_has_no_tables_and_a_manifest(tmp_path: Path) -> None:
    first = crawl(tmp_path)
    assert first.items == []
    assert crawl(tmp_path, after=first).unchanged == [None]
    assert pa.ipc.open_file(first.context.manifest).read_all().num_rows == 0


def test_a_crawl_is_cancelled_where_progress_is_told(lake: Path) -> None:
    class Stop(Exception):
        pass

    def stop(listed: int, read: int, skipped: int, failed: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        crawl(lake, progress=stop)
