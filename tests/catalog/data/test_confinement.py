"""What was admitted over HTTP is read where it lies, and nowhere else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from jupyter_mlx.catalog.crawlers.confined import ConfinedFileIO, confinement
from jupyter_mlx.catalog.hosts import HostRules
from jupyter_mlx.catalog.models import SourceRequest
from jupyter_mlx.errors import Unavailable

from .conftest import Lake


def admit(lake: Lake, name: str, root: Path) -> str:
    """Crawl a folder below the root as a server does that was asked over HTTP; the path of its one table."""
    source = lake.services.guarded.add(SourceRequest(name, name=name, database=name), HostRules("", root), lake.admin)
    done = lake.services.crawls.crawl(source.id, owner="ada")
    [change] = done.tables
    return f"{name}.{change.name}"


def test_links_out_of_the_root_are_not_read(make_lake: Callable[..., Lake], tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "data").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.csv").write_text("a,b\n666,777\n")
    (root / "data" / "in.csv").write_text("a,b\n1,2\n3,4\n")
    (root / "data" / "in2.csv").write_text("a,b\n5,6\n7,8\n")
    (root / "data" / "zz.csv").symlink_to(outside / "secret.csv")
    (root / "data" / "sub").symlink_to(outside)
    lake = make_lake()
    path = admit(lake, "data", root)
    assert lake.preview(path)["rows"] == [[1, 2], [3, 4], [5, 6], [7, 8]]
    # Nor where a file itself becomes such a link after its crawl.
    for name in ("in.csv", "in2.csv"):
        (root / "data" / name).unlink()
        (root / "data" / name).symlink_to(outside / "secret.csv")
    with pytest.raises(Unavailable):
        lake.preview(path)


def test_metadata_of_iceberg_that_leads_out_of_the_root_is_not_followed(
    make_lake: Callable[..., Lake], tmp_path: Path
) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (outside / "wh").mkdir(parents=True)
    catalog = SqlCatalog("x", uri=f"sqlite:///{outside}/c.db", warehouse=f"file://{outside}/wh")
    catalog.create_namespace("n")
    table = catalog.create_table("n.t", schema=pa.schema([("a", pa.int64())]))
    table.append(pa.table({"a": [4242]}))
    (root / "ice" / "metadata").mkdir(parents=True)
    shutil.copy(table.metadata_location.removeprefix("file://"), root / "ice" / "metadata" / "v1.metadata.json")
    lake = make_lake()
    source = lake.services.guarded.add(SourceRequest("ice", name="ice"), HostRules("", root), lake.admin)
    done = lake.services.crawls.crawl(source.id, owner="ada")
    assert (done.tables, [problem.code for problem in done.problems]) == ((), ["table_unreadable"])
    assert "out of the table's place" in done.problems[0].message
    # From the terminal the same table is read: whoever asks there may read the files anyway.
    lake.crawl(str(root / "ice"), name="own", database="own")
    assert lake.preview("own/own.ice")["rows"] == [[4242]]
    catalog.close()


@pytest.mark.parametrize(
    ("table", "within", "file", "admitted"),
    [
        ("s3://lake/t", None, "s3://lake/t/data/0.parquet", True),
        ("s3://lake/t", None, "file:///etc/passwd", False),
        ("s3://lake/t", None, "/etc/passwd", False),
        ("/data/t", None, "/elsewhere/0.parquet", True),
        ("/data/t", "/data", "/data/t/data/0.parquet", True),
        ("/data/t", "/data", "file:///data/../etc/passwd", False),
        ("/data/t", "/data", "s3://other/0.parquet", False),
    ],
)
def test_which_files_belong_to_a_table(table: str, within: str | None, file: str, admitted: bool) -> None:
    files = ConfinedFileIO({**confinement(table, within), "s3.region": "us-east-1"})
    if admitted:
        assert files.new_input(file).location == file
    else:
        with pytest.raises(PermissionError):
            files.new_input(file)
