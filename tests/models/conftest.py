"""MLflow stores of their own: a copy of one that was made once, since MLflow's migrations take seconds."""

from __future__ import annotations

import itertools
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from mlflow.tracking import MlflowClient

from jupyter_mlx.jobs.tracking import ensure_database

_numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def _mlflow_tables() -> None:
    """MLflow's classes of tables are set up once; what they are told is deprecated is not ours to mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow.store.model_registry.dbmodels import models  # noqa: F401
        from mlflow.store.tracking.dbmodels import models as _  # noqa: F401

        sa.orm.configure_mappers()


@pytest.fixture(scope="session")
def tracking_template(tmp_path_factory: pytest.TempPathFactory, _mlflow_tables: None) -> Path:
    """An SQLite file with MLflow's tables and the experiment `Default`."""
    path = tmp_path_factory.mktemp("mlflow-template") / "mlflow.db"
    ensure_database(f"sqlite:///{path}")
    return path


@pytest.fixture
def tracking_uri(tracking_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A tracking store and registry that no other test has; artifacts lie below `tmp_path`, the working folder."""
    monkeypatch.chdir(tmp_path)
    uri = f"sqlite:///{shutil.copyfile(tracking_template, tmp_path / 'mlflow.db')}"
    _move_artifacts(uri, tmp_path)
    return uri


@pytest.fixture(scope="session")
def postgres_tracking_template(postgres: str, _mlflow_tables: None) -> str:
    """The name of a PostgreSQL database with MLflow's tables."""
    name = f"mlflow_template_{os.getpid()}"
    _administer(postgres, f'CREATE DATABASE "{name}"')
    engine = sa.create_engine(f"{postgres}/{name}")
    from mlflow.store.db.utils import _initialize_tables

    _initialize_tables(engine)
    engine.dispose()
    return name


@pytest.fixture
def postgres_tracking_uri(
    postgres: str, postgres_tracking_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The same on PostgreSQL."""
    monkeypatch.chdir(tmp_path)
    name = f"mlflow_{os.getpid()}_{next(_numbers)}"
    _administer(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_tracking_template}"')
    yield f"{postgres}/{name}"
    _administer(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def any_tracking_uri(request: pytest.FixtureRequest) -> str:
    """A store on each kind of database in turn."""
    name = "tracking_uri" if request.param == "sqlite" else "postgres_tracking_uri"
    uri: str = request.getfixturevalue(name)
    return uri


@pytest.fixture
def client(tracking_uri: str) -> MlflowClient:
    """MLflow's own client of the SQLite store."""
    return MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)


def _administer(server: str, statement: str) -> None:
    engine = sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _move_artifacts(uri: str, folder: Path) -> None:
    engine = sa.create_engine(uri)
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE experiments SET artifact_location = :place"),
            {"place": (folder / "mlruns" / "0").as_uri()},
        )
    engine.dispose()
