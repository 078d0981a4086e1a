"""A lake of real files in the catalog, for an administrator and for a viewer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_mlx.catalog.audit import AuditEntry
from jupyter_mlx.catalog.models import Principal, SourceRequest
from jupyter_mlx.services import Services
from tests.support import make_settings

os.environ.setdefault("POLARS_MAX_THREADS", "2")


class Lake:
    """Services over a store of their own, and a folder whose files are crawled as the database `lake`."""

    def __init__(self, folder: Path, files: Path | None = None, **settings: Any) -> None:
        self.folder = files or folder / "lake"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.services = Services(make_settings(folder, **settings))
        self.data = self.services.data
        self.access = self.services.access
        self.admin = self.services.principal()
        self.viewer = Principal("vera", ("risk",))

    def crawl(self, location: str | None = None, **request: Any) -> None:
        """Crawl the folder, or another place."""
        crawls = self.services.crawls
        wanted = SourceRequest(location or str(self.folder), **{"database": "lake", **request})
        source = crawls.find(wanted) or crawls.add_source(wanted, owner=self.admin.user)
        done = crawls.crawl(source.id, owner=self.admin.user)
        assert done.state == "SUCCEEDED", done.error
        assert done.problems == ()

    def tag(self, reference: str, **tags: str) -> None:
        """Tag something; the key is defined where it is new."""
        for key, value in tags.items():
            self.services.catalog.define_tag(principal=self.admin, key=key, values=sorted({value, "yes", "no"}))
        self.services.catalog.assign(reference, tags, self.admin)

    def grant(self, *permissions: str, to: str = "user:vera", **request: Any) -> None:
        """Grant, as the administrator."""
        wanted = {"principal": to, "permissions": list(permissions or ("select",)), **request}
        self.services.grants.give(wanted, self.admin)

    def log(self, **wanted: Any) -> list[AuditEntry]:
        """The audit log, newest first."""
        return self.access.audit(self.admin, **wanted)[0]

    def rows(self, reference: str, principal: Principal | None = None, **asked: Any) -> list[dict[str, Any]]:
        """What a reader gives."""
        rows: list[dict[str, Any]] = (
            self.data.reader(reference, principal or self.admin, **asked).to_arrow().to_pylist()
        )
        return rows

    def preview(self, reference: str, principal: Principal | None = None, **asked: Any) -> dict[str, Any]:
        """The document of a preview."""
        return self.data.preview(reference, principal or self.admin, **asked).to_json()

    def close(self) -> None:
        """End what was started."""
        self.services.close()


def flights(month: int, rows: int = 30) -> pa.Table:
    """A month of flights; `passenger` is a personal datum."""
    start = datetime(2013, month, 1, tzinfo=UTC)
    return pa.table(
        {
            "flight": pa.array([1000 * month + number for number in range(rows)], pa.int64()),
            "origin": [("JFK", "LGA", "EWR")[number % 3] for number in range(rows)],
            "delay": pa.array([None if number % 10 == 9 else number - 5.5 for number in range(rows)], pa.float64()),
            "passenger": [f"passenger {month:02}-{number:04}" for number in range(rows)],
            "left": pa.array([start + timedelta(hours=number) for number in range(rows)], pa.timestamp("us", "UTC")),
        }
    )


def write_flights(folder: Path, months: int = 3) -> None:
    """Flights in Hive's partitions by month."""
    for month in range(1, months + 1):
        place = folder / "flights" / f"month={month}"
        place.mkdir(parents=True)
        pq.write_table(flights(month), place / "part-0.parquet")


@pytest.fixture(scope="module")
def make_lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Lake]]:
    """Makes lakes that end with the module: `make_lake(catalog_access="grants")`."""
    made: list[Lake] = []

    def make(**settings: Any) -> Lake:
        made.append(Lake(tmp_path_factory.mktemp("lake"), **settings))
        return made[-1]

    yield make
    for lake in made:
        lake.close()


@pytest.fixture(scope="module")
def lake(make_lake: Callable[..., Lake]) -> Lake:
    """An open lake with the table of flights."""
    made = make_lake()
    write_flights(made.folder)
    made.crawl()
    return made


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that knows the table of flights, whose passengers are personal; others copy it."""
    folder = tmp_path_factory.mktemp("crawled")
    made = Lake(folder, catalog_access="grants")
    write_flights(made.folder)
    made.crawl()
    made.tag("lake.flights.passenger", pii="yes")
    made.close()
    return folder


@pytest.fixture
def guarded(crawled: Path, tmp_path: Path) -> Iterator[Lake]:
    """A lake by grants with a store of one's own."""
    shutil.copytree(crawled / "state", tmp_path / "state")
    made = Lake(tmp_path, crawled / "lake", catalog_access="grants")
    yield made
    made.close()


def by_name(columns: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Documents of columns by name."""
    return {column["name"]: column for column in columns}
