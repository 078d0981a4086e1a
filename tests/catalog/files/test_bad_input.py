"""What is broken is reported by path and reason, the rest is crawled, and no table counts as gone for it."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jupyter_mlx.catalog.crawlers.reading import Reading

from .crawls import Crawled, crawl, values, write_csv, write_json, write_parquet


def incomplete(crawled: Crawled, path: Path) -> bool:
    return str(path) in crawled.context.incomplete


def test_truncated_and_empty_parquet_files_leave_the_others_a_table(tmp_path: Path) -> None:
    for day in range(3):
        write_parquet(tmp_path / f"t/day={day}/a.parquet", {"id": list(range(1000))})
    cut = tmp_path / "t/day=1/a.parquet"
    cut.write_bytes(cut.read_bytes()[:-20])
    empty = tmp_path / "t/day=2/b.parquet"
    empty.touch()
    crawled = crawl(tmp_path / "t")
    assert crawled.problems == {str(cut): "file_damaged", str(empty): "file_empty"}
    assert values(crawled.table) == [("0",), ("2",)]
    assert crawled.table.rows == 2000
    assert incomplete(crawled, cut)
    assert all(problem.message for problem in crawled.context.problems)


@pytest.mark.parametrize("suffix", ["parquet", "orc", "feather", "arrow", "avro"])
def test_a_file_that_is_not_what_its_name_says_is_reported(tmp_path: Path, suffix: str) -> None:
    write_parquet(tmp_path / "fine/a.parquet")
    wrong = tmp_path / f"wrong.{suffix}"
    wrong.write_text("id,name\n1,a\n2,b\n" * 10)
    crawled = crawl(tmp_path)
    assert list(crawled.problems) == [str(wrong)]
    assert list(crawled.tables) == ["fine"]


def test_garbage_in_a_footer_is_damage(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"id": list(range(1000))})
    content = bytearray(path.read_bytes())
    content[-200:-8] = os.urandom(192)
    path.write_bytes(content)
    crawled = crawl(tmp_path)
    assert crawled.problems == {str(path): "file_damaged"}
    assert crawled.items == []


def test_broken_files_are_told_of_again_though_nothing_changed(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/a.parquet")
    write_parquet(tmp_path / "t/b.parquet")
    (tmp_path / "t/c.parquet").write_bytes(b"PAR1 and no more")
    first = crawl(tmp_path / "t")
    again = crawl(tmp_path / "t", after=first)
    assert again.unchanged == [None]
    assert again.context.read == 0
    assert again.problems == first.problems == {str(tmp_path / "t/c.parquet"): "file_damaged"}
    assert again.context.incomplete == first.context.incomplete


def test_a_file_that_vanishes_between_listing_and_reading_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_parquet(tmp_path / "t/k=1/a.parquet")
    gone = write_parquet(tmp_path / "t/k=2/a.parquet")
    text = write_csv(tmp_path / "u/a.csv", "a,b", "1,2", "3,4")
    start = Reading.start

    def remove_first(self: Reading, entries: list) -> None:
        gone.unlink(missing_ok=True)
        text.unlink(missing_ok=True)
        start(self, entries)

    monkeypatch.setattr(Reading, "start", remove_first)
    crawled = crawl(tmp_path)
    assert crawled.problems == {str(gone): "file_gone", str(text): "file_gone"}
    assert list(crawled.tables) == ["t"]


def test_a_file_that_can_not_be_read_now_keeps_what_was_known_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("2013", "2014"):
        write_parquet(tmp_path / f"t/{name}/a.parquet", {"id": [1, 2]})
    first = crawl(tmp_path / "t")
    changed = write_parquet(tmp_path / "t/2014/a.parquet", {"id": [1, 2, 3]})
    facts = Reading._facts

    def refuse(self: Reading, entry):
        if entry.path.startswith("2014"):
            raise OSError("the disk is on fire")
        return facts(self, entry)

    with monkeypatch.context() as patch:
        patch.setattr(Reading, "_facts", refuse)
        second = crawl(tmp_path / "t", after=first)
    assert second.problems == {str(changed): "file_unread"}
    # One partition could not be read; the table is still the folder with both.
    assert values(second.table) == [("2013",), ("2014",)]
    assert second.table.rows == 4
    third = crawl(tmp_path / "t", after=second)
    assert (third.problems, third.context.read, third.table.rows) == ({}, 1, 5)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_reported(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/a.parquet")
    closed = write_parquet(tmp_path / "t/b.parquet")
    closed.chmod(0)
    folder = write_parquet(tmp_path / "u/a.parquet").parent
    folder.chmod(0)
    try:
        crawled = crawl(tmp_path)
    finally:
        folder.chmod(0o700)
    assert crawled.problems == {str(closed): "file_refused", str(folder): "file_refused"}
    assert list(crawled.tables) == ["t"]


def test_mixed_formats_are_tables_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/a.parquet")
    write_json(tmp_path / "t/b.json", {"x": 1}, {"x": 2})
    (tmp_path / "t/picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "t/nothing.txt").touch()
    crawled = crawl(tmp_path)
    assert list(crawled.tables) == ["a", "b"]
    assert crawled.skipped == {
        str(tmp_path / "t/picture.png"): "UNKNOWN: no classifier recognised it",
        str(tmp_path / "t/nothing.txt"): "it is empty",
    }


def test_gzip_that_is_none_is_reported(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv.gz", "a,b", "1,2", "3,4")
    write_csv(tmp_path / "b.csv", "a,b", "1,2", "3,4")
    crawled = crawl(tmp_path)
    assert list(crawled.problems) == [str(tmp_path / "a.csv.gz")]
    assert list(crawled.tables) == ["b"]


def test_a_single_line_of_any_length_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "line.json"
    with path.open("wb") as file:
        file.write(b'{"x": "')
        file.seek(2 << 30)
        file.write(b'"}')
    crawled = crawl(tmp_path)
    # What it is counts less than that it is told quickly, and that the crawl goes on.
    assert crawled.context.read == 1
    assert crawled.problems or crawled.skipped or crawled.items


def test_a_thousand_broken_text_files_are_not_all_read(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number}.csv.gz").write_bytes(b"no gzip")
    crawled = crawl(tmp_path)
    assert crawled.context.read == 12
    assert len(crawled.problems) == 12
    assert len(crawled.skipped) == 88


def test_many_tiny_files_are_one_table(tmp_path: Path) -> None:
    source = write_parquet(tmp_path / "source.parquet")
    for folder in range(20):
        target = tmp_path / f"t/k={folder}"
        target.mkdir(parents=True)
        for number in range(250):
            (target / f"{number}.parquet").hardlink_to(source)
    table = crawl(tmp_path / "t").table
    assert (table.files, table.rows, len(table.partitions)) == (5000, 5000, 20)
    assert len(table.explanation.sampled) == 100


def test_a_footer_that_lies_about_its_size_is_damage(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet")
    content = bytearray(path.read_bytes())
    content[-8:-4] = (2**31 - 1).to_bytes(4, "little")
    path.write_bytes(content)
    assert crawl(tmp_path).problems == {str(path): "file_damaged"}
    with pytest.raises(Exception, match="footer"):
        pq.read_metadata(path)
