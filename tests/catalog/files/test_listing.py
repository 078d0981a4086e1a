"""Places, globs, links and names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_mlx.catalog.crawlers.listing import open_filesystem
from jupyter_mlx.catalog.crawlers.storage import Location
from jupyter_mlx.errors import InvalidInput

from .crawls import crawl, values, write_csv, write_parquet


def test_a_folder_may_be_given_as_a_url(tmp_path: Path) -> None:
    write_parquet(tmp_path / "my data" / "a.parquet")
    table = crawl(f"file://{str(tmp_path).replace(' ', '%20')}/my%20data").table
    assert table.location == str(tmp_path / "my data/a.parquet")


def test_one_file_may_be_given(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a[1].parquet")
    write_parquet(tmp_path / "b.parquet")
    crawled = crawl(tmp_path / "a[1].parquet")
    assert crawled.table.location == str(tmp_path / "a[1].parquet")
    assert crawled.skipped == {}


def test_a_glob_takes_what_it_matches_and_names_the_table(tmp_path: Path) -> None:
    for name in ("access.log.1.csv", "access.log.2.csv", "error.csv"):
        write_csv(tmp_path / "nginx" / name, "a,b", "1,2", "3,4")
    table = crawl(tmp_path / "nginx" / "access*").table
    assert (table.name, table.files) == ("access", 2)
    assert table.parameters["include"] == ["access*"]
    assert table.parameters["base"] == str(tmp_path / "nginx")


def test_a_glob_may_match_folders(tmp_path: Path) -> None:
    for folder in ("fl1", "fl2", "other"):
        write_parquet(tmp_path / folder / "a.parquet")
    assert values(crawl(tmp_path / "fl*").table) == [("fl1",), ("fl2",)]


def test_include_takes_only_what_matches(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a/1.parquet")
    write_csv(tmp_path / "b/1.csv", "a,b", "1,2", "3,4")
    assert list(crawl(tmp_path, include=["**.parquet"]).tables) == ["a"]


@pytest.mark.parametrize("location", ["/no/such/folder", "ftp://host/x", "s3://", "", "/no/such/*.csv", "s3://b*/x"])
def test_a_place_that_is_none_is_refused(location: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Location.parse(location)
    assert refused.value.code in ("location_missing", "location_invalid")
    assert refused.value.field == "location"


def test_hidden_files_marks_and_check_sums_are_no_data(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/a.parquet")
    write_parquet(tmp_path / "t/b.parquet")
    for name in ("_SUCCESS", ".a.parquet.crc", "_temporary/0/part.parquet", ".hidden/x.parquet", "b.parquet.crc"):
        (tmp_path / "t" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "t" / name).write_bytes(b"PAR1")
    crawled = crawl(tmp_path / "t")
    assert crawled.table.files == 2
    assert set(crawled.skipped) == {
        str(tmp_path / "t" / name) for name in ("_SUCCESS", ".a.parquet.crc", "_temporary", ".hidden", "b.parquet.crc")
    }
    assert all(crawled.skipped.values())
    assert len(crawled.table.explanation.skipped) == 5


def test_a_partition_whose_key_begins_with_an_underscore_is_data(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/_k=1/a.parquet")
    assert values(crawl(tmp_path / "t").table) == [("1",)]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/k=1/a.parquet")
    (tmp_path / "t/k=1/back").symlink_to(tmp_path / "t")
    (tmp_path / "t/round").symlink_to(tmp_path / "t/round")
    crawled = crawl(tmp_path / "t")
    assert values(crawled.table) == [("1",)]
    assert "crawled already" in crawled.skipped[str(tmp_path / "t/k=1/back")]
    assert str(tmp_path / "t/round") in crawled.skipped


def test_links_to_elsewhere_are_followed_once(tmp_path: Path) -> None:
    write_parquet(tmp_path / "outside/a.parquet")
    (tmp_path / "outside/again").symlink_to(tmp_path / "outside")
    (tmp_path / "t").mkdir()
    (tmp_path / "t/one").symlink_to(tmp_path / "outside")
    (tmp_path / "t/two").symlink_to(tmp_path / "outside")
    crawled = crawl(tmp_path / "t")
    assert [table.location for table in crawled.tables.values()] == [str(tmp_path / "t/one")]
    assert len(crawled.skipped) == 2


def test_a_link_to_nothing_is_left_out(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet")
    (tmp_path / "gone.parquet").symlink_to(tmp_path / "nowhere")
    crawled = crawl(tmp_path)
    assert list(crawled.tables) == ["a"]
    assert crawled.skipped == {str(tmp_path / "gone.parquet"): "it is a link to nothing"}


def test_what_the_workbench_keeps_for_itself_is_not_opened(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet")
    write_parquet(tmp_path / "mlx/artifacts/out.parquet")
    write_parquet(tmp_path / "other/b.parquet")
    (tmp_path / "store.db").write_bytes(b"SQLite format 3\0")
    (tmp_path / "same.parquet").symlink_to(tmp_path / "store.db")
    crawled = crawl(tmp_path, own=[tmp_path / "mlx", tmp_path / "store.db"])
    assert sorted(crawled.tables) == ["a", "other"]
    reason = "it is the workbench's own"
    assert crawled.skipped == {str(tmp_path / name): reason for name in ("mlx", "store.db", "same.parquet")}


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet")
    os.mkfifo(tmp_path / "pipe.csv")
    assert crawl(tmp_path).skipped == {str(tmp_path / "pipe.csv"): "it is no file"}


NAMES = [
    "with space.parquet",
    'quote\'d "name".parquet',
    "emoji 🛫.parquet",
    "a=b=c.parquet",
    "100%.parquet",
    "new\nline.parquet",
]


def test_names_with_spaces_quotes_emoji_and_equal_signs(tmp_path: Path) -> None:
    for index, name in enumerate(NAMES):
        write_parquet(tmp_path / name, {f"x{index}": [1], f"y{index}": [1]})
    crawled = crawl(tmp_path)
    assert crawled.problems == {}
    assert {table.location for table in crawled.tables.values()} == {str(tmp_path / name) for name in NAMES}


def test_folders_with_such_names_are_partitions(tmp_path: Path) -> None:
    folders = ["k=a b", "k=it's", "k=🛫", "k=a=b"]
    for folder in folders:
        write_parquet(tmp_path / "t" / folder / "1.parquet")
    crawled = crawl(tmp_path / "t")
    assert {value for (value,) in values(crawled.table)} == {folder.removeprefix("k=") for folder in folders}
    again = crawl(tmp_path / "t", after=crawled)
    assert again.unchanged == [None]


def test_a_name_that_is_no_utf8_is_reported(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet")
    with open(os.fsencode(tmp_path) + b"/bad\xff.parquet", "wb") as file:
        file.write(b"x")
    crawled = crawl(tmp_path)
    assert list(crawled.tables) == ["a"]
    assert crawled.problems == {f"{tmp_path}/bad\\xff.parquet": "name_undecodable"}


def test_two_folders_of_the_same_value_are_one_partition_and_a_note(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/k=1/a.parquet")
    write_parquet(tmp_path / "t/k=%31/a.parquet")
    table = crawl(tmp_path / "t").table
    assert values(table) == [("1",)]
    assert any("the values of another folder" in note for note in table.explanation.notes)


def test_the_file_system_of_a_table_opens_it(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "lake/a b.parquet")
    filesystem, base = open_filesystem(str(path), {}, None)
    with filesystem.open_input_file(base) as file:
        assert file.size() == path.stat().st_size
    filesystem, base = open_filesystem(str(tmp_path / "lake"), {}, None)
    assert base == str(tmp_path / "lake")
