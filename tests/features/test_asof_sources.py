"""Sources of every kind: folders, patterns, Hive folders, CSV, Delta, Iceberg, an S3 server; and writing to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feast import FeatureService, FeatureStore, FeatureView, Field, FileSource
from feast.data_format import DeltaFormat, ParquetFormat
from feast.errors import SavedDatasetLocationAlreadyExists
from feast.feature_logging import LoggingConfig
from feast.infra.data_sources.contrib.iceberg_catalog.iceberg_source import IcebergSource
from feast.infra.offline_stores.file_source import FileLoggingDestination, SavedDatasetFileStorage
from feast.types import Float64, Int64
from pyarrow import fs

from jupyter_mlx.errors import InvalidInput
from jupyter_mlx.features.asof_files import find_files

from ..catalog.s3 import KEY, S3, SECRET, s3_server
from ..catalog.servers import moto_server
from .asof_repo import entity, open_repo

DAY = pd.Timestamp("2026-03-01", tz="UTC")


def rows(*values: tuple[int, float, float]) -> pa.Table:
    """Key, hour and value."""
    return pa.table(
        {
            "user": pa.array([user for user, _, _ in values], pa.int64()),
            "at": pa.array([DAY + pd.Timedelta(hours=hour) for _, hour, _ in values], pa.timestamp("us", "UTC")),
            "score": pa.array([score for _, _, score in values], pa.float64()),
        }
    )


HISTORY = rows((1, 1, 0.1), (2, 1, 0.2), (1, 2, 0.3), (1, 2, 0.4))
LABELS = pd.DataFrame({"user": [1, 2, 1, 3], "event_timestamp": [DAY + pd.Timedelta(hours=h) for h in (3, 3, 1, 3)]})
FOUND = [0.4, 0.2, 0.1, None]


def scores(folder: Path, source: Any, **options: Any) -> FeatureStore:
    """A repository with one view of the source."""
    view = FeatureView(
        name="scores",
        entities=[entity("user")],
        ttl=timedelta(days=1),
        schema=[Field(name="user", dtype=Int64), Field(name="score", dtype=Float64)],
        source=source,
    )
    return open_repo(folder, entity("user"), view, FeatureService(name="all", features=[view]), **options)


def look_up(store: FeatureStore, labels: pd.DataFrame = LABELS) -> list[float | None]:
    """The scores at the labels."""
    found = store.get_historical_features(labels, ["scores:score"]).to_df()
    assert len(found) == len(labels)
    return [None if pd.isna(value) else value for value in found["score"]]


def source(path: Path | str, **options: Any) -> FileSource:
    """A source of that history."""
    return FileSource(name="scores_source", path=str(path), timestamp_field="at", **options)


def test_a_folder_is_read_in_the_order_of_its_names_without_hidden_files(tmp_path: Path) -> None:
    folder = tmp_path / "scores"
    (folder / "_delta").mkdir(parents=True)
    pq.write_table(HISTORY.slice(3), folder / "b.parquet")
    pq.write_table(HISTORY.slice(0, 3), folder / "a.parquet")
    (folder / "_SUCCESS").touch()
    (folder / ".c.parquet").write_bytes(b"half a file")
    (folder / "_delta" / "d.parquet").write_bytes(b"log")
    (folder / "read.me").write_bytes(b"not data")
    assert look_up(scores(tmp_path, source("scores"))) == FOUND
    assert look_up(scores(tmp_path, source("scores/*.parquet", file_format=ParquetFormat()))) == FOUND


def test_later_files_may_have_more_columns(tmp_path: Path) -> None:
    folder = tmp_path / "scores"
    folder.mkdir()
    pq.write_table(HISTORY.select(["user", "at"]).slice(0, 1), folder / "a.parquet")
    pq.write_table(HISTORY.slice(1), folder / "b.parquet")
    assert look_up(scores(tmp_path, source("scores"))) == [0.4, 0.2, None, None]


def test_hive_folders_are_columns(tmp_path: Path) -> None:
    for user in (1, 2):
        part = HISTORY.filter(pa.compute.equal(HISTORY["user"], user)).drop_columns(["user"])
        place = tmp_path / "scores" / f"user={user}"
        place.mkdir(parents=True)
        pq.write_table(part, place / "part.parquet")
    assert look_up(scores(tmp_path, source("scores"))) == FOUND
    store = scores(tmp_path, source("scores"))
    known = store._get_provider().get_table_column_names_and_types_from_data_source(
        store.config, store.get_data_source("scores_source")
    )
    assert dict(known)["user"] == "int32"


@pytest.mark.parametrize("name", ["scores.csv", "scores.csv.gz"])
def test_csv_is_read(tmp_path: Path, name: str) -> None:
    HISTORY.to_pandas().to_csv(tmp_path / name, index=False)
    view = FeatureView(name="scores", entities=[entity("user")], source=source(name))
    store = open_repo(tmp_path, entity("user"), view)
    assert [field.name for field in store.get_feature_view("scores").features] == ["score"]
    assert look_up(store) == FOUND
    with pytest.raises(InvalidInput) as caught:
        store.write_to_offline_store("scores", HISTORY.to_pandas())
    assert caught.value.code == "source_not_writable"


def test_delta_is_read_and_written(tmp_path: Path) -> None:
    from deltalake import DeltaTable, write_deltalake

    write_deltalake(str(tmp_path / "scores"), HISTORY.slice(0, 3))
    write_deltalake(str(tmp_path / "scores"), rows((2, 2, 9.0)), mode="append")
    DeltaTable(str(tmp_path / "scores")).delete("score = 9.0")
    store = scores(tmp_path, source(tmp_path / "scores", file_format=DeltaFormat()))
    assert look_up(store) == [0.3, 0.2, 0.1, None]
    store.write_to_offline_store("scores", rows((3, 2, 7.0)).to_pandas())
    assert look_up(store) == [0.3, 0.2, 0.1, 7.0]
    target = SavedDatasetFileStorage(str(tmp_path / "kept"), file_format=DeltaFormat())
    job = store.get_historical_features(LABELS, ["scores:score"])
    job.persist(target)
    assert DeltaTable(str(tmp_path / "kept")).to_pyarrow_table().num_rows == len(LABELS)
    with pytest.raises(SavedDatasetLocationAlreadyExists):
        job.persist(target)


def test_iceberg_is_read_and_written(tmp_path: Path) -> None:
    from pyiceberg.catalog import load_catalog

    place = {"uri": f"sqlite:///{tmp_path / 'catalog.db'}", "warehouse": f"file://{tmp_path / 'lake'}"}
    (tmp_path / "lake").mkdir()
    catalog = load_catalog("feast_iceberg", type="sql", **place)
    catalog.create_namespace("web")
    table = catalog.create_table("web.scores", HISTORY.schema)
    table.append(HISTORY)
    catalog.close()
    iceberg = IcebergSource(
        name="scores_source",
        warehouse=place["warehouse"],
        namespace="web",
        table="scores",
        catalog_type="sql",
        endpoint=place["uri"],
        timestamp_field="at",
    )
    store = scores(tmp_path, iceberg)
    assert look_up(store) == FOUND
    store.write_to_offline_store("scores", rows((3, 2, 7.0)).to_pandas())
    assert look_up(store) == [0.4, 0.2, 0.1, 7.0]


# -- S3 --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """An S3 server with one bucket."""
    folder = tmp_path_factory.mktemp("s3")
    (folder / "lake" / "scores").mkdir(parents=True)
    pq.write_table(HISTORY.slice(3), folder / "lake" / "scores" / "b.parquet")
    pq.write_table(HISTORY.slice(0, 3), folder / "lake" / "scores" / "a.parquet")
    HISTORY.to_pandas().to_csv(folder / "lake" / "scores.csv", index=False)
    with s3_server(folder) as server:
        yield server


@pytest.fixture
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("_credentials")
@pytest.mark.parametrize(
    "path", ["s3://lake/scores", "s3://lake/scores/", "s3://lake/sc*/*.parquet", "s3://lake/scores.csv"]
)
def test_an_s3_server_is_read(tmp_path: Path, bucket: S3, path: str) -> None:
    assert look_up(scores(tmp_path, source(path, s3_endpoint_override=bucket.endpoint))) == FOUND


@pytest.mark.usefixtures("_credentials")
def test_an_s3_server_is_written(tmp_path: Path) -> None:
    with moto_server() as endpoint:
        lake = fs.S3FileSystem(endpoint_override=endpoint, allow_bucket_creation=True)
        lake.create_dir("lake")
        pq.write_table(HISTORY, "lake/scores/one.parquet", filesystem=lake)
        store = scores(tmp_path, source("s3://lake/scores/one.parquet", s3_endpoint_override=endpoint))
        store.write_to_offline_store("scores", rows((3, 2, 7.0)).to_pandas())
        assert look_up(store) == [0.4, 0.2, 0.1, 7.0]
        assert [info.path for info in lake.get_file_info(fs.FileSelector("lake/scores"))] == ["lake/scores/one.parquet"]
        folder = scores(tmp_path, source("s3://lake/scores", s3_endpoint_override=endpoint))
        folder.write_to_offline_store("scores", rows((1, 2, 0.9)).to_pandas())
        assert look_up(folder) == [0.9, 0.2, 0.1, 7.0]
        job = store.get_historical_features(LABELS, ["scores:score"])
        for path in ("lake/kept/all.parquet", "lake/kept-folder"):
            target = SavedDatasetFileStorage(f"s3://{path}", s3_endpoint_override=endpoint)
            job.persist(target)
            with pytest.raises(SavedDatasetLocationAlreadyExists):
                job.persist(target)
            job.persist(target, allow_overwrite=True)
            assert pq.read_table(path, filesystem=lake).num_rows == len(LABELS)


# -- writing ---------------------------------------------------------------------------------------------------


def test_rows_added_to_a_file_are_its_last(tmp_path: Path) -> None:
    pq.write_table(HISTORY, tmp_path / "scores.parquet")
    store = scores(tmp_path, source("scores.parquet"))
    store.write_to_offline_store("scores", rows((1, 2, 0.9)).to_pandas()[["score", "user", "at"]])
    assert look_up(store) == [0.9, 0.2, 0.1, None]
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_rows_added_to_a_folder_are_a_file_that_comes_last(tmp_path: Path) -> None:
    (tmp_path / "scores").mkdir()
    pq.write_table(HISTORY, tmp_path / "scores" / "z.parquet")
    store = scores(tmp_path, source("scores"))
    for score in (0.8, 0.9):
        store.write_to_offline_store("scores", rows((1, 2, score)).to_pandas())
        assert look_up(store) == [score, 0.2, 0.1, None]
    assert len(list((tmp_path / "scores").iterdir())) == 3


def test_rows_added_to_hive_folders_go_where_they_belong(tmp_path: Path) -> None:
    place = tmp_path / "scores" / "user=1"
    place.mkdir(parents=True)
    pq.write_table(HISTORY.slice(2).drop_columns(["user"]), place / "part.parquet")
    store = scores(tmp_path, source("scores"))
    store.write_to_offline_store("scores", rows((1, 2, 0.9), (3, 2, 7.0)).to_pandas())
    assert look_up(store) == [0.9, None, None, 7.0]
    assert (tmp_path / "scores" / "user=3").is_dir()


def test_rows_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    pq.write_table(HISTORY, tmp_path / "scores.parquet")
    store = scores(tmp_path, source("scores.parquet"))
    provider = store._get_provider()
    view = store.get_feature_view("scores")
    for wrong in (HISTORY.drop_columns(["score"]), HISTORY.set_column(2, "score", pa.array(["a"] * 4))):
        with pytest.raises(InvalidInput) as caught:
            provider.offline_write_batch(store.config, view, wrong, None)
        assert caught.value.code == "rows_do_not_fit"
    assert pq.read_table(tmp_path / "scores.parquet").equals(HISTORY)


@pytest.mark.filterwarnings("ignore:.*dataset.* is an experimental feature:RuntimeWarning")
@pytest.mark.parametrize("name", ["kept.parquet", "kept"])
def test_a_saved_dataset_is_written_and_read_again(tmp_path: Path, name: str) -> None:
    pq.write_table(HISTORY, tmp_path / "scores.parquet")
    store = scores(tmp_path, source("scores.parquet"))
    labels = LABELS.assign(target=[1, 0, 1, 0])
    for overwrite in (False, True):
        job = store.get_historical_features(labels, ["scores:score"])
        store.create_saved_dataset(job, "kept", SavedDatasetFileStorage(name), allow_overwrite=overwrite)
    found = store.get_saved_dataset("kept").to_df()
    assert sorted(found["score"].dropna()) == [0.1, 0.2, 0.4]
    assert len(found) == len(labels)
    with pytest.raises(SavedDatasetLocationAlreadyExists):
        store.create_saved_dataset(job, "kept", SavedDatasetFileStorage(name))


def test_logged_features_are_added_to_their_folder(tmp_path: Path) -> None:
    pq.write_table(HISTORY, tmp_path / "scores.parquet")
    store = scores(tmp_path, source("scores.parquet"))
    service = store.get_feature_service("all")
    service.logging_config = LoggingConfig(destination=FileLoggingDestination(path="logs", partition_by=["user"]))
    store.apply([service])
    provider = store._get_provider()
    for _ in range(2):
        provider.write_feature_service_logs(service, HISTORY, store.config, store.registry)
    assert len(find_files(source("logs"), tmp_path).paths) == 4
    assert pq.read_table(tmp_path / "logs").num_rows == 8
