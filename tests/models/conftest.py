"""MLflow stores of their own: a copy of one that was made once, since MLflow's migrations take seconds."""

from __future__ import annotations

import itertools
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from mlflow.tracking import MlflowClient

from jupyter_mlx.jobs.tracking import ensure_database
from jupyter_mlx.services import Services
from tests.support import make_settings

from .registered import Agentless, Models
from .runs_store import fill

_numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def _mlflow_tables() -> None:
    """MLflow's classes of tables are set up once; what they are told is deprecated is not ours to mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow.store.model_registry.dbmodels import models  # noqa: F401
        from mlflow.store.tracking.dbmodels import models as _  # noqa: F401

        sa.orm.configure_mappers()


@pytest.fixture(scope="package", autouse=True)
def _no_pool() -> Iterator[None]:
    """MLflow leaves no connection open between calls: nobody would close it.

    It says so in the output of every notebook, so other tests are spared of it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", "NullPool")
        yield


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
    with _copy(postgres, postgres_tracking_template) as uri:
        yield uri


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


@pytest.fixture(scope="session")
def filled_template(tracking_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the runs of `runs_store`."""
    folder = tmp_path_factory.mktemp("mlflow-filled")
    path = Path(shutil.copyfile(tracking_template, folder / "mlflow.db"))
    _move_artifacts(f"sqlite:///{path}", folder)
    fill(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def postgres_filled_template(
    postgres: str, postgres_tracking_template: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a PostgreSQL database with the same."""
    name = f"mlflow_filled_{os.getpid()}"
    _administer(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_tracking_template}"')
    fill(f"{postgres}/{name}", tmp_path_factory.mktemp("mlflow-filled"))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def filled_uri(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A store of a test's own with those runs, on each kind of database in turn."""
    monkeypatch.chdir(tmp_path)
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copyfile(request.getfixturevalue('filled_template'), tmp_path / 'mlflow.db')}"
        return
    server: str = request.getfixturevalue("postgres")
    with _copy(server, request.getfixturevalue("postgres_filled_template")) as uri:
        yield uri


@contextmanager
def _copy(server: str, template: str) -> Iterator[str]:
    name = f"mlflow_{os.getpid()}_{next(_numbers)}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield f"{server}/{name}"
    _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def models(tracking_uri: str, tmp_path: Path) -> Models:
    """Registers models in that store."""
    return Models(tracking_uri, tmp_path)


@pytest.fixture
def mlx(tracking_uri: str, tmp_path: Path) -> Iterator[Services]:
    """Services on that store, without an agent."""
    made = Agentless(make_settings(tmp_path, mlflow_tracking_uri=tracking_uri))
    yield made
    made.close()


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
