"""Two users of one server: what grants hide of a table is hidden of the features that come from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_mlx.catalog.models import SourceRequest
from jupyter_mlx.services import current_user
from tests.features.test_access import DEFINITIONS, TELLTALE, YAML, weather
from tests.support import Workbench

from .identity import TOKENS
from .server import Server

pytestmark = pytest.mark.filterwarnings("ignore")

LABELS = "SELECT 'JFK' AS origin, TIMESTAMPTZ '2013-01-01 12:30Z' AS event_timestamp"


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory, mlflow_uri: str) -> Iterator[Server]:
    """A server where access is by grants, as its administrator sees it, with features of a table, served."""
    bench = Workbench(
        tmp_path_factory.mktemp("features-access"),
        mlflow_tracking_uri=mlflow_uri,
        catalog_access="grants",
        admins=f"ada,{current_user()}",
    )
    made = Server(bench, {"identity_provider_class": "tests.http.identity.Tokens"}, TOKENS["ada"])
    (made.root / "lake" / "weather").mkdir(parents=True)
    weather().to_parquet(made.root / "lake" / "weather" / "part.parquet")
    services = bench.services
    source = services.crawls.add_source(SourceRequest(str(made.root / "lake"), database="lake"), owner="ada")
    services.crawls.crawl(source.id, owner="ada")
    folder = made.root / "repository"
    folder.mkdir()
    weather().rename(columns={"secret_sauce": "mine"}).to_parquet(folder / "own.parquet")
    (folder / "feature_store.yaml").write_text(YAML.format(folder=folder))
    (folder / "definitions.py").write_text(DEFINITIONS)
    principal = services.access.principal("ada")
    services.features.apply(str(folder), "ada", principal=principal)
    services.materializer.materialize(user="ada", principal=principal, project="flights")
    services.feature_statistics.compute("weather", principal=principal)
    yield made
    made.close()
    bench.close()


@pytest.fixture(scope="module")
def bob(ada: Server) -> Server:
    """A viewer: he may select all columns but one."""
    hidden = {"exclude": ["secret_sauce"]}
    ada.post("catalog/grants", principal="user:bob", resource="lake.weather", permissions=["select"], filter=hidden)
    return ada.as_user(TOKENS["bob"])


@pytest.fixture(scope="module")
def carol(ada: Server) -> Server:
    """Nobody's grantee."""
    return ada.as_user(TOKENS["carol"])


def answer(server: Server, method: str, path: str, body: Any = None) -> str:
    """All that a door says, whether it answers or refuses."""
    found = server.session.request(method, f"{server.url}/{path}", json=body, timeout=120)
    return f"{found.status_code} {found.text}"


def doors(view: str) -> list[tuple[str, str, Any]]:
    """Every door of features that answers at once."""
    labels = {"labels": LABELS, "features": [view]}
    entities = [{"origin": "JFK"}]
    return [
        ("GET", "features/projects", None),
        ("GET", "features/views", None),
        ("GET", "features/views?q=sauce", None),
        ("GET", f"features/views/{view}", None),
        ("GET", f"features/views/{view}@v1", None),
        ("GET", f"features/views/{view}/versions", None),
        ("GET", f"features/views/{view}/materializations", None),
        ("GET", f"features/views/{view}/uses", None),
        ("GET", f"features/views/{view}/statistics", None),
        ("POST", f"features/views/{view}/statistics", {}),
        ("POST", "features/online", {"features": [view], "entities": entities}),
        ("POST", "features/online", {"features": ["open_service"], "entities": entities}),
        ("POST", "features/training-sets/preview", labels),
        ("POST", "features/training-sets/labels", {"labels": "FROM lake.weather"}),
        ("POST", "features/materializations", {"views": [view]}),
        ("PUT", "features/materializations/schedule", {"project": "flights", "cron": "0 3 * * *"}),
        ("GET", "features/training-sets", None),
        ("GET", "catalog/search?q=weather", None),
        ("GET", "catalog/search?q=kind:feature_view", None),
        ("GET", "catalog/search?q=sauc", None),
    ]


def test_an_administrator_sees_all(ada: Server) -> None:
    said = "\n".join(answer(ada, *door) for door in doors("weather") if door[0] == "GET")
    assert [word for word in TELLTALE if word not in said] == []


def test_a_viewer_learns_nothing_of_a_hidden_column(ada: Server, bob: Server) -> None:
    for door in doors("weather"):
        said = answer(bob, *door)
        assert [word for word in TELLTALE if word in said] == [], f"{door}: {said}"
    view = bob.get("features/views/weather")
    assert [item["name"] for item in view["features"]] == ["temp", "wind"]
    assert view["table"]["path"] == "lake.weather"
    served = bob.post("features/online", 200, features=["weather"], entities=[{"origin": "JFK"}])
    assert json.dumps(served).count("53.0") == 1


def test_what_is_all_hidden_is_answered_as_what_does_not_exist(carol: Server, bob: Server) -> None:
    for server, hidden in ((carol, "weather"), (bob, "private"), (bob, "made_of_it")):
        for (method, path, body), (_, other, another) in zip(doors(hidden), doors("nothing_here"), strict=True):
            one, two = (
                answer(server, method, *asked).replace(hidden, "…").replace("nothing_here", "…")
                for asked in ((path, body), (other, another))
            )
            # What answers both is about neither; it may say how late it is.
            assert one == two or one[:4] == two[:4] == "200 ", path


def test_refusals_are_written_down(ada: Server, bob: Server) -> None:
    bob.refused("GET", "features/views/private", 404, "view_unknown")
    entries = ada.get("catalog/audit", who="bob", allowed="false")["items"]
    assert ("describe", "flights/private") in {(item["action"], item["resource"]) for item in entries}
