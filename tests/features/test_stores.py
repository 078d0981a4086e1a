"""Projects side by side in one store, on file and SQL registries, online in every store that a team may have."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest

from jupyter_mlx.errors import InvalidInput, MlxError, NotFound
from jupyter_mlx.features.repository import Repository
from jupyter_mlx.services import Services
from jupyter_mlx.settings import Settings

from ..catalog import servers
from ..support import make_settings
from .conftest import DEFINITIONS, labels, write_weather

pytestmark = pytest.mark.filterwarnings("ignore")
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["jupyter_mlx.features.asof", "jupyter_mlx.features.online", __name__])
ROUNDS = 3
NOON = datetime(2013, 1, 2, 12, tzinfo=UTC)
ASKED = labels(("EWR", "2013-01-01 05:30"), ("JFK", "2013-01-02 12:00"), ("LGA", "2013-01-02 12:00"))
ONLINE = [{"origin": name} for name in ("JFK", "EWR", "LGA")]


def repository(folder: Path, project: str, registry: str, online: str, definitions: str = DEFINITIONS) -> Path:
    """A repository on the weather, with these stores."""
    folder.mkdir(parents=True)
    (folder / "feature_store.yaml").write_text(
        f"project: {project}\nprovider: local\nregistry: {registry}\nonline_store: {online}\n"
        "offline_store: {type: jupyter_mlx.features.asof.AsofOfflineStore}\nentity_key_serialization_version: 3\n"
    )
    (folder / "definitions.py").write_text(definitions)
    write_weather(folder)
    return folder


@pytest.fixture
def mlx(tmp_path: Path) -> Iterator[Services]:
    """Services of a store of its own."""
    made = Services(make_settings(tmp_path))
    yield made
    made.close()


def use(mlx: Services, folder: Path, project: str) -> None:
    """Everything that a project is for: apply, training set, materialization, reading, and again."""
    assert {item.change for item in mlx.features.apply(str(folder), "ada").changes} == {"created"}
    assert {item.change for item in mlx.features.apply(str(folder), "ada").changes} == {"unchanged"}
    made = mlx.training_sets.make(ASKED, "delay", user="ada", project=project)
    assert made.to_pandas()["temp"].fillna(-1).tolist() == [37.0, 68.0, -1]
    [done] = mlx.materializer.materialize(user="ada", project=project, until=NOON)
    assert (done.view, done.state) == ("weather@v1", "SUCCEEDED")
    served = mlx.materializer.online("delay", ONLINE, project)
    assert served["temp"] == [68.0, 68.0, None]
    assert served["celsius"][:2] == [20.0, 20.0]
    assert pd.isna(served["celsius"][2])


# -- online stores ---------------------------------------------------------------------------------------------


@contextmanager
def wide(folder: Path) -> Iterator[str]:
    yield f"{{type: jupyter_mlx.features.online.WideOnlineStore, path: {folder}/wide.db}}"


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"{{type: sqlite, path: {folder}/online.db}}"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    with servers.redis_server(folder) as url:
        parts = urlsplit(url)
        yield f'{{type: redis, connection_string: "{parts.hostname}:{parts.port},password={parts.password}"}}'


@contextmanager
def dynamodb(folder: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, servers.moto_server() as url:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        yield f'{{type: dynamodb, region: eu-west-1, endpoint_url: "{url}"}}'


@pytest.mark.parametrize("store", [wide, sqlite, redis, dynamodb], ids=lambda store: store.__name__)
def test_a_project_is_served_from_every_store(mlx: Services, tmp_path: Path, store: Callable[[Path], Any]) -> None:
    (tmp_path / "server").mkdir()
    with store(tmp_path / "server") as online:
        folder = repository(tmp_path / "repository", "flights", f"{tmp_path}/registry.db", online)
        use(mlx, folder, "flights")


def test_a_project_is_served_from_postgres(mlx: Services, tmp_path: Path, postgres_url: str) -> None:
    parts = urlsplit(postgres_url)
    online = (
        f"{{type: postgres, host: {parts.hostname}, port: {parts.port}, database: {parts.path[1:]}, "
        f"user: {parts.username}, password: trusted, sslmode: disable}}"
    )
    registry = f'{{registry_type: sql, path: "{postgres_url}", cache_ttl_seconds: 0}}'
    use(mlx, repository(tmp_path / "repository", "flights", registry, online), "flights")


# -- several projects ------------------------------------------------------------------------------------------


@pytest.fixture(params=["file", "sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A registry that projects share."""
    if request.param == "file":
        return f"{tmp_path}/registry.db"
    url = f"sqlite:///{tmp_path}/registry.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return f'{{registry_type: sql, path: "{url}", cache_ttl_seconds: 0}}'


def test_projects_share_a_registry_and_an_online_store(mlx: Services, tmp_path: Path, registry: str) -> None:
    online = f"{{type: jupyter_mlx.features.online.WideOnlineStore, path: {tmp_path}/online.db}}"
    for project in ("flights", "trains"):
        use(mlx, repository(tmp_path / project, project, registry, online), project)
    with pytest.raises(InvalidInput) as refused:
        mlx.features.view("weather")
    assert (refused.value.code, refused.value.remedy) == (
        "view_ambiguous",
        "Say which one: `flights/weather`, `trains/weather`.",
    )
    assert mlx.features.view("weather", project="trains").project == "trains"
    [done] = mlx.materializer.materialize(["weather"], user="ada", project="flights", until=NOON)
    assert done.state == "SUCCEEDED"
    with pytest.raises(InvalidInput) as refused:
        mlx.training_sets.make(ASKED, "delay", user="ada")
    assert (refused.value.code, refused.value.remedy) == ("project_missing", "Name one: flights, trains.")
    # One of them changes: the other stays as it is, in every respect.
    (tmp_path / "trains" / "definitions.py").write_text(DEFINITIONS[: DEFINITIONS.index("@on_demand")])
    changes = {item.name: item.change for item in mlx.features.apply(str(tmp_path / "trains"), "ada").changes}
    assert changes == {"weather": "unchanged", "metric": "removed"}
    assert [view.definition.name for view in mlx.features.views("flights")] == ["metric", "weather"]
    assert mlx.materializer.online("delay", ONLINE[:1], "flights")["celsius"] == [20.0]
    again = mlx.training_sets.make(ASKED, "delay", user="ada", project="flights")
    assert again.cached
    kept = (again.path.parent / "definitions.pb").read_bytes()
    assert b"flights" in kept
    assert b"trains" not in kept


def apply_often(settings: Settings, folder: str, together: Any, told: Any) -> None:
    """Apply a repository whose definitions change each time, at the same moments as other processes."""
    services = Services(settings)
    failures = []
    for number in range(ROUNDS):
        definitions = Path(folder) / "definitions.py"
        definitions.write_text(DEFINITIONS.replace("hours=3", f"hours={number + 1}"))
        together.wait(120)
        try:
            services.features.apply(folder, "ada")
        except MlxError as error:
            failures.append(f"{error.code}: {error.message}")
    services.close()
    told.put((folder, failures))


def at_once(mlx: Services, folders: list[Path]) -> list[str]:
    """Apply repositories, each in a process of its own, at the same moments; what was refused."""
    together, told = PROCESSES.Barrier(len(folders)), PROCESSES.Queue()
    processes = [
        PROCESSES.Process(target=apply_often, args=(mlx.settings, str(folder), together, told)) for folder in folders
    ]
    for process in processes:
        process.start()
    answers = [told.get(timeout=180) for _ in processes]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    return [text for _, failures in answers for text in failures]


def test_projects_that_are_applied_at_once_lose_nothing(mlx: Services, tmp_path: Path, registry: str) -> None:
    online = f"{{type: jupyter_mlx.features.online.WideOnlineStore, path: {tmp_path}/online.db}}"
    folders = [repository(tmp_path / name, name, registry, online) for name in ("flights", "trains")]
    assert at_once(mlx, folders) == []
    for folder in folders:
        assert mlx.features.view(f"{folder.name}/weather").definition.ttl_s == 3600.0 * ROUNDS
        made = mlx.training_sets.make(ASKED, "delay", user="ada", project=folder.name)
        assert made.to_pandas()["temp"].fillna(-1).tolist() == [37.0, 68.0, -1]
        with Repository(folder).opened() as store:
            assert store.get_feature_view("weather").ttl.total_seconds() == 3600.0 * ROUNDS
            assert [view.name for view in store.list_on_demand_feature_views()] == ["metric"]


def test_one_project_that_two_apply_at_once_is_one_of_theirs(mlx: Services, tmp_path: Path, registry: str) -> None:
    online = f"{{type: jupyter_mlx.features.online.WideOnlineStore, path: {tmp_path}/online.db}}"
    folders = [repository(tmp_path / name, "flights", registry, online) for name in ("one", "other")]
    assert at_once(mlx, folders) == []
    ours = mlx.features.view("flights/weather")
    with Repository(folders[0]).opened() as store:
        assert store.get_feature_view("weather").ttl.total_seconds() == ours.definition.ttl_s == 3600.0 * ROUNDS
    numbers = [version["number"] for version in mlx.features.versions("flights/weather")]
    assert numbers == list(range(len(numbers), 0, -1))
    assert mlx.training_sets.make(ASKED, "delay", user="ada").record["rows"] == 3


def test_a_registry_that_can_not_be_reached_is_named(mlx: Services, tmp_path: Path) -> None:
    port = servers.free_port()
    registry = f'{{registry_type: sql, path: "postgresql+psycopg://nobody@127.0.0.1:{port}/features"}}'
    folder = repository(tmp_path / "repository", "flights", registry, "{type: sqlite, path: online.db}")
    with pytest.raises(InvalidInput, match=f"{port}") as refused:
        mlx.features.apply(str(folder), "ada")
    assert refused.value.code == "repository_invalid"
    with pytest.raises(NotFound):
        mlx.features.view("weather")
