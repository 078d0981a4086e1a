"""Fixtures: a store of its own for every test, workbenches with a real agent, and PostgreSQL."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from jupyter_mlx.services import Services
from jupyter_mlx.settings import Settings
from jupyter_mlx.store.engine import Store, open_store

from .support import Workbench, make_settings, postgres_cluster, write_notebook

pytest_plugins = ["pytest_jupyter.jupyter_server"]

# With it set every worker and kernel compiles all its imports anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Nobody's own secrets, profile or tracking server are any test's business.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _name in [name for name in os.environ if name.startswith(("JUPYTER_MLX_", "MLFLOW_"))]:
    del os.environ[_name]

hypothesis_settings.register_profile(
    "here",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("here")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--all-faults``: the long suite too."""
    parser.addoption("--all-faults", action="store_true", help="run every fault, not only a sample of them")


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers."""
    config.addinivalue_line("markers", "slow: takes long; only run with --all-faults")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow tests out unless they are asked for."""
    if config.getoption("--all-faults"):
        return
    kept = [item for item in items if item.get_closest_marker("slow") is None]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("slow")])
        items[:] = kept


@pytest.fixture(scope="session", autouse=True)
def _no_profile(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Kernels start without anybody's IPython profile."""
    os.environ["IPYTHONDIR"] = str(tmp_path_factory.mktemp("ipython"))


@pytest.fixture(autouse=True)
def _mlflow_as_before() -> Iterator[None]:
    """A test that tells MLflow something for the whole process takes it back: the next one's agent would inherit it."""
    before = _told_mlflow()
    yield
    assert _told_mlflow() == before


def _told_mlflow() -> dict[str, str]:
    where = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "MLFLOW_EXPERIMENT_", "MLFLOW_RUN_ID")
    return {name: value for name, value in os.environ.items() if name.startswith(where)}


@pytest.fixture(scope="session")
def mlflow_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One MLflow database for all: making its tables takes seconds."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a store that no other test has."""
    return make_settings(tmp_path)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """The services of that store."""
    made = Services(settings)
    yield made
    made.close()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """That store, on SQLite."""
    opened = open_store(settings.db_url)
    yield opened
    opened.close()


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Makes notebooks: `notebook("name.ipynb", "cell", …)`."""
    return lambda name, *cells, **options: write_notebook(tmp_path / "notebooks" / name, *cells, **options)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, mlflow_uri: str) -> Iterator[Workbench]:
    """A workbench whose agent and template all tests of a module share; none of them may kill it."""
    made = Workbench(tmp_path_factory.mktemp("bench"), mlflow_tracking_uri=mlflow_uri)
    yield made
    made.close()


@pytest.fixture
def own_bench(tmp_path: Path, mlflow_uri: str) -> Iterator[Callable[..., Workbench]]:
    """Makes workbenches for tests that kill things or need other settings: `own_bench(gpus="a")`."""
    made: list[Workbench] = []

    def make(**changes: Any) -> Workbench:
        folder = tmp_path / f"bench-{len(made)}"
        made.append(Workbench(folder, **{"mlflow_tracking_uri": mlflow_uri, **changes}))
        return made[-1]

    yield make
    for workbench in made:
        workbench.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server for the session: its URL without a database's name."""
    # Not below pytest's own folder, into which no other user may look.
    with tempfile.TemporaryDirectory(prefix="mlx-postgres-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with postgres_cluster(folder) as url:
            yield url


_numbers = itertools.count()


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """An empty PostgreSQL database."""
    name = f"mlx_{os.getpid()}_{next(_numbers)}"
    engine = sa.create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield f"{postgres}/{name}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, on each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state' / 'mlx.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def any_store(db_url: str) -> Iterator[Store]:
    """An empty store, on each kind of database in turn."""
    opened = open_store(db_url)
    yield opened
    opened.close()
