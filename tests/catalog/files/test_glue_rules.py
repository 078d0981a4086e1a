"""The rules that AWS Glue documents for crawlers of Amazon S3, each with its case.

Sources, of the AWS Glue developer guide: "How does a crawler determine when to create partitions?", "Creating a single
schema for each Amazon S3 include path", "Specifying the table location and partitioning level", "Defining and managing
classifiers", "Include and exclude patterns"; and AWS re:Post, "How does the AWS Glue crawler detect the schema?".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .crawls import crawl, keys, reasons, types, values, write_csv, write_json, write_parquet

Files = dict[str, Callable[[Path], Any]]


def columns(count: int, of: int = 0) -> Callable[[Path], Any]:
    """A Parquet file of `count` columns, the last `of` of them with names that depend on the file's folder."""

    def write(path: Path) -> None:
        shared = {f"c{index}": [1] for index in range(count - of)}
        write_parquet(path, {**shared, **{f"{path.parent.name}_{index}": [1] for index in range(of)}})

    return write


def json_of(**document: Any) -> Callable[[Path], Any]:
    return lambda path: write_json(path, document, document)


def csv_of(*rows: str) -> Callable[[Path], Any]:
    return lambda path: write_csv(path, *rows)


class Case(NamedTuple):
    """Files below a folder `lake`, the options, and the tables with their partition keys that come of it."""

    rule: str
    files: Files
    tables: dict[str, list[str]]
    options: dict[str, Any] = {}


GROUPING = [
    Case(
        "folders with the same schema are partitions of the folder above them",
        {f"sales/year=2019/month={month}/day={day}/a.json": json_of(A=1) for month in "12" for day in "12"},
        {"sales": ["year", "month", "day"]},
    ),
    Case(
        "similar schemas on several levels make a partition key a level",
        {f"table{table}/partition{part}/file.parquet": columns(3) for table in "12" for part in "12"},
        {"lake": ["partition_0", "partition_1"]},
    ),
    Case(
        "schemas that are not similar are a table a folder, named by it",
        {"table1/year=2017/data1.json": json_of(A=1, B=2), "table1/year=2018/data2.json": json_of(C=3, D=4)},
        {"year=2017": [], "year=2018": []},
    ),
    Case(
        "combined, compatible schemas are one table however they differ",
        {"table1/year=2017/data1.json": json_of(A=1, B=2), "table1/year=2018/data2.json": json_of(C=3, D=4)},
        {"table1": ["year"]},
        {"combine": True},
    ),
    Case(
        "combined, incompatible formats stay apart",
        {"t/a/1.json": json_of(A=1), "t/b/1.parquet": columns(1)},
        {"a": [], "b": []},
        {"combine": True},
    ),
    # Seven of ten names are shared, 7 / 10 of the union when one file has only those seven: not above the threshold.
    Case(
        "a similarity of exactly 0.7 is not above the threshold",
        {"t/a/1.parquet": columns(10), "t/b/1.parquet": columns(7)},
        {"a": [], "b": []},
    ),
    Case(
        "a similarity of 0.8 is above the threshold",
        {"t/a/1.parquet": columns(10), "t/b/1.parquet": columns(8)},
        {"t": ["partition_0"]},
    ),
    Case(
        "five distinct schemas are one table",
        {f"t/p={count}/1.parquet": columns(20 + count) for count in range(5)},
        {"t": ["p"]},
    ),
    Case(
        "six distinct schemas are a table each",
        {f"t/p={count}/1.parquet": columns(20 + count) for count in range(6)},
        {f"p={count}": [] for count in range(6)},
    ),
    Case(
        "the same name with another type is another column to the similarity",
        {"t/a/1.json": json_of(x=1, y=1), "t/b/1.json": json_of(x="one", y="two")},
        {"a": [], "b": []},
    ),
    Case(
        "folders of different formats are tables of their own",
        {"t/a/1.json": json_of(A=1), "t/b/1.csv": csv_of("A,B", "1,2", "3,4")},
        {"a": [], "b": []},
    ),
    Case(
        "files of incompatible formats in one folder are a table each",
        {"t/one.json": json_of(A=1), "t/two.parquet": columns(1), "t/three.csv": csv_of("A,B", "1,2", "3,4")},
        {"one": [], "two": [], "three": []},
    ),
    Case(
        "files of one folder with the same schema are one table",
        {f"t/{part}.parquet": columns(3) for part in range(4)},
        {"t": []},
    ),
    Case(
        "files of one folder that have little in common are a table each",
        {"airlines.csv": csv_of("carrier,n", "UA,1", "AA,2"), "planes.csv": csv_of("tail,seats", "N1,1", "N2,2")},
        {"airlines": [], "planes": []},
    ),
    Case(
        "a single file at the top is a table of its own",
        {"only.parquet": columns(2)},
        {"only": []},
    ),
    Case(
        "files beside folders are tables of their own",
        {"loose.parquet": columns(2), "t/p=1/1.parquet": columns(2), "t/p=2/1.parquet": columns(2)},
        {"loose": [], "t": ["p"]},
    ),
    Case(
        "tables at level 1 are the place that is crawled",
        {f"{table}/{part}/1.parquet": columns(2) for table in "ab" for part in "12"},
        {"lake": ["partition_0", "partition_1"]},
        {"table_level": 1},
    ),
    Case(
        "tables at level 2 are its folders, though their schemas are the same",
        {f"{table}/{part}/1.parquet": columns(2) for table in "ab" for part in "12"},
        {"a": ["partition_0"], "b": ["partition_0"]},
        {"table_level": 2},
    ),
    Case(
        "tables at level 3 have no partitions above them",
        {f"{table}/{part}/1.parquet": columns(2) for table in "ab" for part in ("x", "y")},
        {"a/x": [], "a/y": [], "b/x": [], "b/y": []},
        {"table_level": 3},
    ),
    Case(
        "at a table level schemas need not be similar",
        {"t/p=1/1.parquet": columns(2), "t/p=2/1.parquet": columns(4, of=4)},
        {"t": ["p"]},
        {"table_level": 2},
    ),
    Case(
        "what is excluded is no part of any table",
        {"t/p=1/1.parquet": columns(2), "t/p=2/1.parquet": columns(4, of=4)},
        {"t": ["p"]},
        {"exclude": "t/p=2/**"},
    ),
    Case(
        "partition keys that have different names are different tables",
        {"t/year=1/1.parquet": columns(2), "t/month=1/1.parquet": columns(2)},
        {"month=1": [], "year=1": []},
    ),
]


@pytest.mark.parametrize("case", GROUPING, ids=[case.rule for case in GROUPING])
def test_grouping(tmp_path: Path, case: Case) -> None:
    for path, write in case.files.items():
        (tmp_path / "lake" / path).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path / "lake" / path)
    crawled = crawl(tmp_path / "lake", **case.options)
    found = {}
    for table in crawled.tables.values():
        assert table.explanation.grouping, "each table says why it is one"
    for item in crawled.items:
        assert item.identity is not None
        path = item.identity.removeprefix(f"{tmp_path}/lake").lstrip("/")
        # Tables of the same name are told apart by the folder above them.
        doubled = sum(other.name == item.name for other in crawled.items) > 1
        found[path if doubled else item.name] = list(keys(item))
    assert found == case.tables
    assert crawled.problems == {}


def test_the_similarity_and_the_cluster_of_each_folder_are_written_down(tmp_path: Path) -> None:
    columns(10)(tmp_path / "lake/t/a/1.parquet")
    columns(10)(tmp_path / "lake/t/b/1.parquet")
    columns(8)(tmp_path / "lake/t/c/1.parquet")
    told = crawl(tmp_path / "lake").table.explanation.grouping
    assert [(Path(item.folder).name, item.similarity, item.cluster) for item in told] == [
        ("a", 1.0, 1),
        ("b", 1.0, 1),
        ("c", 0.8, 2),
    ]
    assert {item.decision for item in told} == {"partition"}
    assert told[2].reason == "The similarity is 0.80, above 0.7, with 2 distinct schemas, at most 5."


def test_the_reason_for_several_tables_is_written_down(tmp_path: Path) -> None:
    write_json(tmp_path / "t/year=2017/1.json", {"A": 1, "B": 2}, {"A": 1, "B": 2})
    write_json(tmp_path / "t/year=2018/1.json", {"C": 1, "D": 2}, {"C": 1, "D": 2})
    for table in crawl(tmp_path / "t").tables.values():
        reason = reasons(table)[table.name]
        assert reason == "Not one table with its siblings: the least similarity is 0.00, not above 0.7."


PARTITIONS = [
    ("Hive's names give key and value", ["year=2013", "year=2014"], {"year": "int64"}, [("2013",), ("2014",)]),
    ("other names are values of partition_0", ["2013", "2014"], {"partition_0": "int64"}, [("2013",), ("2014",)]),
    ("a key is typed only where all values parse", ["k=1", "k=two"], {"k": "string"}, [("1",), ("two",)]),
    ("fractions are double", ["k=1", "k=2.5"], {"k": "double"}, [("1",), ("2.5",)]),
    ("days are dates", ["d=2013-01-01", "d=2013-01-02"], {"d": "date32[day]"}, [("2013-01-01",), ("2013-01-02",)]),
    ("a day that is none is text", ["d=2013-02-30", "d=2013-02-01"], {"d": "string"}, None),
    (
        "moments are timestamps, also URL-encoded",
        ["t=2013-01-01 10%3A00%3A00", "t=2013-01-01 11%3A00%3A00"],
        {"t": "timestamp[us]"},
        [("2013-01-01 10:00:00",), ("2013-01-01 11:00:00",)],
    ),
    ("values are URL-decoded", ["city=S%C3%A3o%20Paulo", "city=Rome"], {"city": "string"}, [("Rome",), ("São Paulo",)]),
    (
        "Hive's null has every type",
        ["k=1", "k=__HIVE_DEFAULT_PARTITION__"],
        {"k": "int64"},
        [("1",), ("__HIVE_DEFAULT_PARTITION__",)],
    ),
    ("months with a leading zero are numbers", ["m=01", "m=12"], {"m": "int64"}, [("01",), ("12",)]),
    ("codes with leading zeros are text", ["zip=00501", "zip=10001"], {"zip": "string"}, [("00501",), ("10001",)]),
]


@pytest.mark.parametrize(("rule", "folders", "expected", "found"), PARTITIONS, ids=[case[0] for case in PARTITIONS])
def test_partition_keys(
    tmp_path: Path, rule: str, folders: list[str], expected: dict[str, str], found: list[tuple[str, ...]] | None
) -> None:
    for folder in folders:
        write_parquet(tmp_path / "t" / folder / "1.parquet")
    table = crawl(tmp_path / "t").table
    assert keys(table) == expected
    if found is not None:
        assert values(table) == found


def test_a_partition_has_its_place_files_bytes_and_rows(tmp_path: Path) -> None:
    first = write_parquet(tmp_path / "t/k=1/a.parquet", {"id": [1, 2]})
    second = write_parquet(tmp_path / "t/k=1/b.parquet", {"id": [3]})
    write_parquet(tmp_path / "t/k=2/a.parquet", {"id": [4]})
    table = crawl(tmp_path / "t").table
    part = table.partitions[0]
    assert (part.location, part.files, part.rows) == (str(tmp_path / "t/k=1"), 2, 3)
    assert part.bytes == first.stat().st_size + second.stat().st_size
    assert (table.files, table.rows, table.rows_exact) == (3, 4, True)


CLASSIFIERS = {
    "pairs": {"kind": "grok", "pattern": "%{WORD:key}=%{NUMBER:value}"},
    "words": {"kind": "grok", "pattern": "%{GREEDYDATA:all}"},
}


@pytest.mark.parametrize(("order", "columns"), [(["pairs", "words"], {"key", "value"}), (["words", "pairs"], {"all"})])
def test_the_first_custom_classifier_that_is_certain_decides(
    tmp_path: Path, order: list[str], columns: set[str]
) -> None:
    write_csv(tmp_path / "app.log", "a=1", "b=2", "c=3")
    table = crawl(tmp_path, classifiers={name: CLASSIFIERS[name] for name in order}).table
    assert table.classifier == order[0]
    assert set(types(table)) == columns


def test_the_built_in_classifiers_come_after_the_custom_ones(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"x": 1}, {"x": 2})
    assert crawl(tmp_path, classifiers={"pairs": CLASSIFIERS["pairs"]}).table.format == "json"


def test_what_no_classifier_knows_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 8)
    crawled = crawl(tmp_path)
    assert crawled.items == []
    assert crawled.skipped[str(tmp_path / "noise.bin")].startswith("UNKNOWN")


GLOBS = [
    ("*.csv", {"a.csv"}, "a star stays within a folder"),
    ("**.csv", {"a.csv", "x/b.csv", "x/y/c.csv"}, "two stars cross folders"),
    ("x/*", {"x/b.csv", "x/d.json"}, "a star is a whole name"),
    ("x/**", {"x/b.csv", "x/d.json", "x/y/c.csv"}, "two stars take all that is below"),
    ("?.csv", {"a.csv"}, "a question mark is one character"),
    ("x/[bc].csv", {"x/b.csv"}, "brackets are one of a set"),
    ("x/[!a-c].*", {"x/d.json"}, "an exclamation mark negates a set"),
    ("x/*.{csv,json}", {"x/b.csv", "x/d.json"}, "braces are one of several"),
    ("**/c.csv", {"x/y/c.csv"}, "two stars before a slash are any folders"),
    (r"\*.csv", set(), "a backslash takes a character as it is"),
]


@pytest.mark.parametrize(("glob", "excluded", "rule"), GLOBS, ids=[case[2] for case in GLOBS])
def test_exclude_patterns(tmp_path: Path, glob: str, excluded: set[str], rule: str) -> None:
    names = {"a.csv", "x/b.csv", "x/d.json", "x/y/c.csv"}
    for name in names:
        write_csv(tmp_path / name, "a,b", "1,2", "3,4") if name.endswith("csv") else write_json(
            tmp_path / name, {"a": 1}, {"a": 2}
        )
    crawled = crawl(tmp_path, exclude=[glob])
    left = {path.removeprefix(f"{tmp_path}/") for path in crawled.skipped}
    below = {name for name in names if any(name == path or name.startswith(f"{path}/") for path in left)}
    assert below == excluded
    assert crawled.context.listed == len(names) - len(excluded)


def test_everything_is_read_again_without_a_manifest_and_nothing_with_it(tmp_path: Path) -> None:
    """The recrawl policies `everything` and `new and changed only`; the caller gives or withholds the manifest."""
    write_parquet(tmp_path / "t/k=1/a.parquet")
    first = crawl(tmp_path / "t")
    again = crawl(tmp_path / "t", after=first)
    assert again.unchanged == [None]
    assert again.context.read == 0
    first.context.manifest = None
    everything = crawl(tmp_path / "t", after=first)
    assert everything.context.read == 1
    assert list(everything.tables) == ["t"]
