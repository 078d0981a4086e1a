"""Reading every format that the crawlers of files know, through whatever compresses it; and what is broken."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import cramjam
import fastavro
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.orc as orc
import pyarrow.parquet as pq
import pytest

from jupyter_mlx.errors import Unavailable

from ..s3 import s3_server
from .conftest import Lake, flights, write_flights

ROWS = pa.table(
    {"n": pa.array([1, 2, None], pa.int64()), "s": ["a", "ü", "c"], "d": [date(2020, 1, day) for day in (1, 2, 3)]}
)


@pytest.fixture(scope="module")
def formats(make_lake: Callable[..., Lake]) -> Lake:
    """A lake of small tables, one a format; crawled once."""
    lake = make_lake()
    for number in (0, 1):
        for kind in ("parquet_files", "orc_files", "arrow_files"):
            (lake.folder / kind).mkdir(exist_ok=True)
        pq.write_table(ROWS, lake.folder / "parquet_files" / f"{number}.parquet")
        orc.write_table(ROWS, lake.folder / "orc_files" / f"{number}.orc")
        feather.write_feather(ROWS, lake.folder / "arrow_files" / f"{number}.arrow", compression="uncompressed")
    (lake.folder / "parquet_files" / "README.md").write_text("what this is")
    (lake.folder / "parquet_files" / "_SUCCESS").write_text("")
    text(lake.folder)
    documents(lake.folder)
    lake.crawl()
    return lake


def text(folder: Path) -> None:
    """Delimited text, plain and compressed."""
    content = 'id,name,"when",price\n1,"Ada, L.",2020-01-02 03:04:05,1.5\n2,"two\nlines",2020-01-03 00:00:00,\n'
    (folder / "plain.csv").write_text(content)
    (folder / "semicolons.csv").write_bytes("id;name\n1;Zoë\n2;Bo\n3;Cy\n".encode("cp1252"))
    (folder / "headless.csv").write_text("1,2.5,x\n2,3.5,y\n3,4.5,z\n")
    (folder / "ragged.csv").write_text("id,name\n" + "".join(f"{n},x\n" for n in range(20)) + "20\n21,x\n")
    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("zst", cramjam.zstd.compress)):
        (folder / f"packed_{name}.csv.{name}").write_bytes(bytes(pack(content.encode())))
    (folder / "packed_lz4.csv.lz4").write_bytes(bytes(cramjam.lz4.compress(content.encode())))
    (folder / "packed_snappy.csv.snappy").write_bytes(bytes(cramjam.snappy.compress(content.encode())))
    with zipfile.ZipFile(folder / "packed_zip.csv.zip", "w") as archive:
        archive.writestr("inner.csv", content)


def documents(folder: Path) -> None:
    """JSON in each layout, Avro, and a log."""
    rows = [{"id": n, "at": f"2020-01-0{n}T00:00:00", "in": {"a": [n]}, "odd": n if n % 2 else "x"} for n in (1, 2, 3)]
    (folder / "by_lines.json").write_text("\n".join(map(json.dumps, rows)))
    (folder / "by_array.json").write_text(json.dumps(rows, indent=2))
    (folder / "one_after_other.json").write_text("\n".join(json.dumps(row, indent=1) for row in rows))
    fields = [
        {"name": "id", "type": "long"},
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
        {"name": "kind", "type": {"type": "enum", "name": "kind", "symbols": ["A", "B"]}},
    ]
    schema = fastavro.parse_schema({"type": "record", "name": "row", "fields": fields})
    sink = io.BytesIO()
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    fastavro.writer(sink, schema, [{"id": 1, "at": moment, "kind": "A"}, {"id": 2, "at": None, "kind": "B"}])
    (folder / "records.avro").write_bytes(sink.getvalue())
    line = '127.0.0.1 - ada [10/Oct/2020:13:55:3{} -0700] "GET /a?b=1 HTTP/1.1" 200 {} "-" "curl/8"\n'
    (folder / "access.log").write_text("".join(line.format(n, 100 * n) for n in range(5)))


@pytest.mark.parametrize("name", ["parquet_files", "orc_files", "arrow_files"])
def test_files_of_columns_are_read_all_of_them_and_nothing_beside_them(formats: Lake, name: str) -> None:
    found = formats.rows(f"lake.{name}")
    assert found == ROWS.to_pylist() * 2
    assert formats.preview(f"lake.{name}", limit=1)["rows"] == [[1, "a", "2020-01-01"]]
    assert formats.rows(f"lake.{name}", columns=["s"], where="n >= 2") == [{"s": "ü"}] * 2


@pytest.mark.parametrize(
    "name", ["plain", "packed_gz", "packed_bz2", "packed_zst", "packed_lz4", "packed_snappy", "packed_zip"]
)
def test_delimited_text_is_read_through_compression_in_the_catalogs_types(formats: Lake, name: str) -> None:
    assert formats.rows(f"lake.{name}") == [
        {"id": 1, "name": "Ada, L.", "when": datetime.fromisoformat("2020-01-02T03:04:05"), "price": 1.5},
        {"id": 2, "name": "two\nlines", "when": datetime.fromisoformat("2020-01-03"), "price": None},
    ]


def test_other_delimiters_and_encodings_and_no_header(formats: Lake) -> None:
    assert [row["name"] for row in formats.rows("lake.semicolons")] == ["Zoë", "Bo", "Cy"]
    assert formats.rows("lake.headless", where="col1 > 2") == [{"col1": 3, "col2": 4.5, "col3": "z"}]


def test_rows_of_another_length_are_left_out(formats: Lake) -> None:
    assert [row["id"] for row in formats.rows("lake.ragged")] == [*range(20), 21]


@pytest.mark.parametrize("name", ["by_lines", "by_array", "one_after_other"])
def test_documents_are_read_in_each_layout(formats: Lake, name: str) -> None:
    found = formats.rows(f"lake.{name}")
    assert [row["id"] for row in found] == [1, 2, 3]
    assert found[1]["in"] == {"a": [2]}
    # What is of several types is shown as text.
    assert [row["odd"] for row in found] == ["1", "x", "3"]
    assert found[0]["at"] == datetime.fromisoformat("2020-01-01")
    assert [row["id"] for row in formats.rows(f"lake.{name}", where="id = 2")] == [2]


def test_avro_is_read_with_its_logical_types(formats: Lake) -> None:
    assert formats.rows("lake.records") == [
        {"id": 1, "at": datetime(2020, 1, 1, tzinfo=UTC), "kind": "A"},
        {"id": 2, "at": None, "kind": "B"},
    ]


def test_a_log_is_read_by_its_pattern(formats: Lake) -> None:
    table = formats.data.reader("lake.access", formats.admin).to_arrow()
    assert table.num_rows == 5
    status = next(name for name in table.column_names if name in ("response", "status"))
    assert set(table[status].to_pylist()) == {200}
    assert table["bytes"].to_pylist()[4] == 400


def test_a_profile_of_text_and_documents_is_of_all_rows(formats: Lake) -> None:
    for name in ("plain", "by_array", "records", "access"):
        profile = formats.data.profile(f"lake.{name}", formats.admin)
        assert profile.rows == len(formats.rows(f"lake.{name}"))


def test_a_long_array_of_documents_is_read_in_pieces(make_lake: Callable[..., Lake]) -> None:
    lake = make_lake()
    rows = [{"id": number, "text": "x" * 400} for number in range(10_000)]
    (lake.folder / "long.json").write_text(json.dumps(rows))
    lake.crawl()
    assert [row["id"] for row in lake.rows("lake.long", columns=["id"])] == list(range(10_000))
    assert len(lake.preview("lake.long", limit=3)["rows"]) == 3


# -- versions ------------------------------------------------------------------------------------------------


def test_a_pinned_version_has_its_own_columns_and_types(make_lake: Callable[..., Lake]) -> None:
    lake = make_lake()
    place = lake.folder / "grown"
    place.mkdir()
    pq.write_table(pa.table({"a": pa.array([1], pa.int32()), "gone": ["x"]}), place / "0.parquet")
    lake.crawl()
    (place / "0.parquet").unlink()
    pq.write_table(pa.table({"a": pa.array([2], pa.int64()), "new": [True]}), place / "1.parquet")
    lake.crawl()
    old = lake.data.reader("lake.grown", lake.admin, version=1).to_arrow()
    assert old.schema == pa.schema([("a", pa.int32()), ("gone", pa.string())])
    assert old.to_pylist() == [{"a": 2, "gone": None}]
    assert [column["name"] for column in lake.preview("lake.grown", version=1)["columns"]] == ["a", "gone"]
    assert "new" in lake.rows("lake.grown")[0]


def test_files_that_lack_a_column_or_have_it_narrower_are_widened(make_lake: Callable[..., Lake]) -> None:
    lake = make_lake()
    place = lake.folder / "mixed"
    place.mkdir()
    pq.write_table(pa.table({"a": pa.array([1], pa.int32())}), place / "0.parquet")
    pq.write_table(pa.table({"a": pa.array([2**40], pa.int64()), "b": ["x"]}), place / "1.parquet")
    lake.crawl(options={"combine": True})
    assert lake.rows("lake.mixed") == [{"a": 1, "b": None}, {"a": 2**40, "b": "x"}]


# -- what is broken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.parquet", None),
        ("wrong.csv", "id,n\n" + "1,2\n" * 300_000 + "x,y\n"),
        ("broken.json", '{"id": 1}\n' * 200_000 + '{"id": \n'),
    ],
)
def test_a_file_that_breaks_is_told_by_its_name_or_place(
    make_lake: Callable[..., Lake], name: str, content: str | None
) -> None:
    lake = make_lake()
    path = lake.folder / name
    if content is None:
        pq.write_table(ROWS, path)
    else:
        path.write_text(content)
    lake.crawl()
    if content is None:
        path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(Unavailable) as caught:
        lake.rows(f"lake.{path.stem}")
    assert caught.value.code == "data_unreadable"
    assert "Traceback" not in caught.value.message


# -- S3 ------------------------------------------------------------------------------------------------------


def test_the_same_is_read_from_s3(make_lake: Callable[..., Lake], tmp_path: Path) -> None:
    lake = make_lake()
    write_flights(tmp_path / "bucket", 2)
    (tmp_path / "bucket" / "days.csv").write_text("id,day\n1,2020-01-01\n2,2020-01-02\n")
    with s3_server(tmp_path) as server:
        lake.services.secrets.put("LAKE_KEY", server.secret)
        lake.crawl("s3://bucket", name="remote", database="remote", options=server.options, secret="LAKE_KEY")
        found = lake.rows("remote.flights", where="month = 2", columns=["flight"])
        assert [row["flight"] for row in found] == flights(2)["flight"].to_pylist()
        assert lake.rows("remote.days") == [{"id": 1, "day": date(2020, 1, 1)}, {"id": 2, "day": date(2020, 1, 2)}]
        shown = lake.preview("remote.flights", limit=5)
        assert len(shown["rows"]) == 5
        assert server.secret.partition(":")[2] not in json.dumps(shown)
