"""AWS's APIs over HTTP for the session, emptied for each test, and a catalog of two databases that can be exported."""

from __future__ import annotations

import sqlite3
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_mlx.catalog.exchange.aws import Connection
from jupyter_mlx.catalog.models import SourceRequest
from jupyter_mlx.services import Services

from ...support import make_settings
from ..servers import moto_server

REGION = "eu-central-1"


@pytest.fixture(scope="session")
def aws_server() -> Iterator[str]:
    """The endpoint of AWS's APIs."""
    from moto.lakeformation.models import LakeFormationBackend

    made = LakeFormationBackend.__init__

    def make(self: LakeFormationBackend, *arguments: Any, **named: Any) -> None:
        # Of what was never tagged moto answers 500, where AWS answers that it has no tags.
        made(self, *arguments, **named)
        self.lf_database_tags = defaultdict(list)
        self.lf_table_tags = defaultdict(list)

    with pytest.MonkeyPatch.context() as patch, moto_server() as url:
        patch.setattr(LakeFormationBackend, "__init__", make)
        yield url


@pytest.fixture
def aws(aws_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """That endpoint, with nothing in it, and credentials in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", REGION)
    request = urllib.request.Request(f"{aws_server}/moto-api/reset", method="POST")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    return aws_server


@pytest.fixture
def client(aws: str) -> Callable[[str], Any]:
    """A client of one of the services, as somebody else would use it: `client("glue")`."""
    return lambda service: boto3.client(service, endpoint_url=aws, region_name=REGION)


@pytest.fixture
def connection(aws: str) -> Connection:
    """Where it is."""
    return Connection(REGION, aws)


@pytest.fixture
def where(aws: str) -> dict[str, str]:
    """The same as arguments of an export or import."""
    return {"region": REGION, "endpoint_url": aws}


def write_lake(folder: Path) -> Path:
    """Flights by year and month in Parquet, with types that Hive lacks."""
    for year, month in ((2013, 1), (2013, 2), (2014, 1)):
        part = folder / "flights" / f"year={year}" / f"month={month}"
        part.mkdir(parents=True)
        table = pa.table(
            {
                "dep_delay": pa.array([1, 2, None], pa.uint64()),
                "origin": pa.array(["JFK", "EWR", "LGA"]),
                "at": pa.array([0, 1, 2], pa.timestamp("us", "UTC")),
            }
        )
        pq.write_table(table, part / "a.parquet")
    return folder


def write_shop(file: Path) -> Path:
    """A database with a foreign key."""
    with sqlite3.connect(file) as database:
        database.executescript(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL);"
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id));"
        )
    database.close()
    return file


@pytest.fixture
def filled(services: Services, tmp_path: Path) -> Services:
    """A catalog of a lake and a shop, with tags, terms, owners and descriptions."""
    for name, location in (
        ("lake", str(write_lake(tmp_path / "lake"))),
        ("shop", f"sqlite:///{write_shop(tmp_path / 'shop.db')}"),
    ):
        source = services.crawls.add_source(SourceRequest(location, name, name), owner="ada")
        assert services.crawls.crawl(source.id, owner="ada").state == "SUCCEEDED"
    catalog, ada = services.catalog, services.principal()
    catalog.define_tag(principal=ada, key="pii", values=["yes", "no"])
    catalog.define_tag(principal=ada, key="Zone", values=["Raw", "Clean"])
    catalog.define_term(principal=ada, name="Flight", definition="A plane that leaves")
    catalog.assign("lake", {"Zone": "Raw"}, ada)
    catalog.assign("lake.flights", {"pii": "no"}, ada)
    catalog.assign("lake.flights.origin", {"pii": "yes", "Zone": "Clean"}, ada)
    catalog.annotate("lake", {"description": "All data", "owner": "risk"}, ada)
    note = {"description": "Departures", "owner": "ada", "terms": ["Flight"], "attributes": {"sla": 3}}
    catalog.annotate("lake.flights", note, ada)
    catalog.annotate("lake.flights.dep_delay", {"description": "in minutes"}, ada)
    return services


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Services]:
    """Another installation, with an empty catalog."""
    made = Services(make_settings(tmp_path / "other"))
    yield made
    made.close()
