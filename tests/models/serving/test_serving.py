"""Models served on this host: shares, shadows, rollback, tokens, what breaks, what is logged."""

from __future__ import annotations

import platform
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from jupyter_mlx.errors import Conflict, InvalidInput, NotFound, Unavailable
from jupyter_mlx.files import read_json
from jupyter_mlx.models.deployment.waiting import wait_for_deployment
from jupyter_mlx.models.serving.folder import ServingFolder
from jupyter_mlx.processes import is_alive
from jupyter_mlx.store.model_tables import deployment_revisions, deployments
from jupyter_mlx.store.tables import audit, events

from .registered import ROW, Client, Serving


@pytest.fixture
def client(serving: Serving) -> Iterator[Client]:
    made = serving.client()
    yield made
    made.close()


# -- calling -------------------------------------------------------------------------------------------------


def test_it_answers_as_mlflow_does(serving: Serving, client: Client) -> None:
    status, document, headers = client.ask()
    assert (status, document) == (200, {"predictions": [2.0]})
    assert headers["x-mlx-version"] == "1"
    assert headers["x-mlx-request"]
    split = {"columns": ["dep", "dist", "carrier"], "data": [[3.0, 1.0, "DL"], [4.0, 1.0, "DL"]]}
    assert client.ask({"dataframe_split": split})[1] == {"predictions": [3.0, 4.0]}
    csv = client.ask(b"dep,dist,carrier\n5.0,1.0,UA\n", Content_Type="text/csv")
    assert csv[1] == {"predictions": [5.0]}
    assert client.ask(method="GET", path="/ping")[0] == 200
    assert client.ask(method="GET", path="/version")[0] == 200
    assert serving.service.score("delay", {"inputs": [ROW]})["predictions"] == [2.0]


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_nobody_is_answered_without_the_token(serving: Serving, token: str | None) -> None:
    address = serving.document["address"]
    stranger = Client(address, token)
    status, document, headers = stranger.ask()
    assert (status, document["error_code"]) == (401, "UNAUTHENTICATED")
    assert headers["www-authenticate"] == "Bearer"
    assert stranger.ask(method="GET", path="/ping")[0] == 200
    stranger.close()


def test_the_token_is_in_no_store_log_or_event(serving: Serving) -> None:
    token = serving.service.token("delay", serving.me)["token"]
    folder = next((serving.bench.settings.state_dir / "serving").iterdir())
    assert (folder / "token").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(
        token.encode() not in path.read_bytes()
        for path in [*folder.rglob("*"), *serving.bench.settings.state_dir.glob("*")]
        if path.is_file() and path.name != "token"
    )
    assert "deployment.token" in {row.action for row in serving.bench.rows(audit)}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"dep": 1.0}, ["missing `dist`, `carrier`"]),
        ({"dep": 1.0, "dist": 1.0, "carier": "AA"}, ["missing `carrier`", "unknown `carier`"]),
        ({**ROW, "dep": "soon"}, ["`dep` must be double", '"soon"']),
    ],
)
def test_input_that_breaks_the_signature_is_named(
    serving: Serving, client: Client, row: dict[str, object], words: list[str]
) -> None:
    status, document, _ = client.ask({"dataframe_records": [row]})
    assert status == 400
    assert all(word in document["message"] for word in words), document
    assert "Traceback" not in document["message"]
    with pytest.raises(InvalidInput) as caught:
        serving.service.score("delay", {"inputs": [row]})
    assert caught.value.code == "input_invalid"
    assert words[0] in caught.value.message


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        ({"rows": []}, {}, 400),
        (b"x", {"Content_Type": "application/pickle"}, 415),
        (None, {"X_Mlx_Version": "9"}, 400),
        (None, {"X_Mlx_Version": "one"}, 400),
    ],
)
def test_a_wrong_request_is_refused_and_the_connection_goes_on(
    client: Client, body: object, headers: dict[str, str], status: int
) -> None:
    found, document, _ = client.ask(body, **headers)
    assert found == status
    assert document["message"]
    assert client.version() == 1


def test_addresses_and_methods_that_there_are_not(client: Client) -> None:
    assert client.ask(path="/elsewhere")[0] == 404
    assert client.ask(method="GET")[0] == 405


# -- shares --------------------------------------------------------------------------------------------------


def test_a_canary_gets_its_share_and_a_rollback_loses_no_request(serving: Serving, client: Client) -> None:
    serving.route((1, 0.8), (2, 0.2), why="canary")
    serving.ready()
    counted = Counter(client.version() for _ in range(100))
    assert abs(counted[2] - 20) <= 2
    assert client.ask(X_Mlx_Version="2")[1] == {"predictions": [4.0]}

    answered: list[int] = []
    stop = threading.Event()

    def load() -> None:
        own = serving.client()
        while not stop.is_set():
            answered.append(own.ask()[0])
        own.close()

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    serving.bench.wait_until(lambda: len(answered) > 20, "load")
    begun = time.monotonic()
    serving.service.rollback("delay", {}, serving.me)
    found = serving.ready()
    took_s = time.monotonic() - begun
    many = len(answered)
    serving.bench.wait_until(lambda: len(answered) > many + 20, "more load")
    stop.set()
    for thread in threads:
        thread.join()
    assert took_s < 2
    assert set(answered) == {200}
    assert {client.version() for _ in range(10)} == {1}
    assert [revision["why"] for revision in found["revisions"][:2]] == ["rollback", "canary"]
    states = {version["version"]: version["state"] for version in found["versions"]}
    assert states == {1: "READY", 2: "STANDBY"}
    # What is counted is written once a second.
    serving.bench.wait_until(lambda: serving.service.get("delay")["versions"][0]["requests"] > 100, "the counts")
    assert serving.service.get("delay")["versions"][0]["p50_ms"] > 0


def test_a_shadow_is_sent_copies_and_the_log_is_masked(serving: Serving, client: Client) -> None:
    serving.route((1, 1.0), shadow=2)
    serving.ready()
    status, document, headers = client.ask({"dataframe_records": [ROW, {**ROW, "dep": 7.0}]})
    assert (status, document) == (200, {"predictions": [2.0, 7.0]})

    def logged() -> dict[str, object] | None:
        found, _ = serving.service.requests("delay")
        return next((call for call in found if call["id"] == headers["x-mlx-request"]), None)

    call = serving.bench.wait_until(logged, "the call in the log")
    assert call["inputs"] == [{**ROW, "carrier": "***"}, {**ROW, "dep": 7.0, "carrier": "***"}]
    assert (call["rows"], call["version"], call["predictions"]) == (2, 1, [2.0, 7.0])
    assert call["shadow"] == [{"version": 2, "status": 200, "predictions": [4.0, 14.0]}]
    first, cursor = serving.service.requests("delay", limit=1)
    second, _ = serving.service.requests("delay", limit=1, cursor=cursor)
    assert first[0]["id"] > second[0]["id"]
    serving.route((1, 1.0))
    serving.ready()


# -- what breaks ---------------------------------------------------------------------------------------------


def test_a_version_that_does_not_start_changes_nothing_for_who_calls(serving: Serving, client: Client) -> None:
    serving.route((1, 0.5), (3, 0.5))
    found = serving.until(lambda found: found["state"] == "DEGRADED", "DEGRADED")
    assert "gone" in found["message"]
    assert "goes on being served" in found["message"]
    crashed = serving.versions()[3]
    assert crashed["state"] == "CRASHED"
    assert crashed["next_try_at"] is not None
    assert {client.version() for _ in range(10)} == {1}
    assert "ModuleNotFoundError" in serving.service.log("delay", 3)
    again = serving.until(lambda found: any(v["restarts"] >= 2 for v in found["versions"]), "a second try")
    assert again["state"] == "DEGRADED"
    serving.service.rollback("delay", {}, serving.me)
    serving.ready()


def test_a_process_that_dies_with_a_request_is_stood_in_for_and_comes_back(serving: Serving, client: Client) -> None:
    serving.route((1, 0.01), (4, 0.99))
    pid = serving.ready()["versions"][1]["pid"]
    status, document, headers = client.ask({"dataframe_records": [{**ROW, "dep": 13.0}]})
    assert (status, document, headers["x-mlx-version"]) == (200, {"predictions": [13.0]}, "1")
    serving.until(lambda found: found["state"] == "READY" and serving.versions()[4]["pid"] != pid, "again")
    assert serving.versions()[4]["restarts"] == 1
    strict = client.ask({"dataframe_records": [{**ROW, "dep": 13.0}]}, X_Mlx_Version="4")
    assert strict[0] == 503
    assert strict[2]["retry-after"]
    serving.route((1, 1.0))
    serving.ready()


# -- changing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ([], "No version"),
        ([(1, 0.5), (2, 0.4)], "0.9"),
        ([(1, 0.5), (1, 0.5)], "twice"),
        ([(1, 1.5), (2, -0.5)], "no share"),
        ([(1, float("nan"))], "no share"),
        ([(n, 1 / 6) for n in range(1, 7)], "more than 5"),
    ],
)
def test_routes_that_make_no_sense_are_refused(serving: Serving, routes: list[tuple[int, float]], words: str) -> None:
    before = serving.document["revision"]
    with pytest.raises(InvalidInput, match=words) as caught:
        serving.route(*routes)
    assert caught.value.code == "routes_invalid"
    assert serving.document["revision"] == before


def test_versions_and_names_that_there_are_not(serving: Serving) -> None:
    with pytest.raises(NotFound) as caught:
        serving.route((9, 1.0))
    assert caught.value.code == "model_version_unknown"
    with pytest.raises(NotFound) as caught:
        serving.service.get("nobody")
    assert caught.value.code == "deployment_unknown"
    with pytest.raises(Conflict) as taken:
        serving.service.create({"name": "delay", "model": "delay"}, serving.me)
    assert taken.value.code == "deployment_exists"
    port = int(serving.document["address"].rpartition(":")[2])
    with pytest.raises(Conflict) as taken:
        serving.service.create({"name": "other", "model": "delay", "options": {"port": port}}, serving.me)
    assert taken.value.code == "port_taken"
    with pytest.raises(InvalidInput):
        serving.service.create({"name": "other", "model": "delay", "options": {"role": "arn"}}, serving.me)


def test_one_of_another_environment_says_whose_agent_has_to_change_it(serving: Serving) -> None:
    rows = [(table, dict(serving.bench.rows(table)[0]._mapping)) for table in (deployments, deployment_revisions)]
    with serving.bench.services.store.write() as connection:
        for table, row in rows:
            own = {"id": "away", "name": "away", "site": "other"} if table is deployments else {"deployment_id": "away"}
            connection.execute(table.insert().values(row | own))
    said: list[str] = []
    try:
        serving.service.update("away", {"running": False}, serving.me)
        with pytest.raises(Unavailable, match="environment that it was made in") as caught:
            wait_for_deployment(serving.service, serving.bench.settings.key, "away", 0, say=said.append)
    finally:
        with serving.bench.services.store.write() as connection:
            connection.execute(deployment_revisions.delete().where(deployment_revisions.c.deployment_id == "away"))
            connection.execute(deployments.delete().where(deployments.c.id == "away"))
    assert caught.value.code == "wait_timed_out"
    (waits,) = said
    assert waits.startswith(f"The change is being made. Only {platform.node() or 'host'}'s agent does so, in ")


def test_of_two_who_change_it_at_once_one_wins(serving: Serving) -> None:
    seen = serving.document["revision"]
    results: list[str] = []
    together = threading.Barrier(2)

    def change() -> None:
        together.wait()
        try:
            serving.route((1, 1.0), expected=seen)
            results.append("done")
        except Conflict as error:
            results.append(error.code)

    threads = [threading.Thread(target=change) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["deployment_changed", "done"]
    assert serving.ready()["revision"] == seen + 1


def test_a_deployment_that_can_t_be_read_stops_no_run(serving: Serving) -> None:
    store = serving.bench.services.store

    def write(document: dict[str, Any]) -> None:
        with store.write() as connection:
            connection.execute(sa.update(deployments).where(deployments.c.name == "delay").values(status=document))

    with store.read() as connection:
        before = connection.execute(sa.select(deployments.c.status).where(deployments.c.name == "delay")).scalar_one()
    write({"versions": [{"of": "a later release"}]})
    try:
        assert serving.bench.run("print(1)", within_s=30).state == "SUCCEEDED"
    finally:
        write(before)
    serving.ready()


def test_a_deployment_whose_row_is_lost_leaves_no_process(serving: Serving) -> None:
    serving.service.create({"name": "lost", "model": "delay", "version": 2}, serving.me)
    Serving(serving.bench, "lost").ready()
    (made,) = (row for row in serving.bench.rows(deployments) if row.name == "lost")
    folder = ServingFolder.of(serving.bench.settings, made.id)
    processes = [(read_json(folder.note(slot)) or {})["process"] for slot in ("router", "v2-0")]
    with serving.bench.services.store.write() as connection:
        connection.execute(sa.delete(deployments).where(deployments.c.name == "lost"))
    try:
        # Each may take 35 s before it is killed.
        serving.bench.wait_until(lambda: not any(map(is_alive, processes)), "ended", 90)
    finally:
        shutil.rmtree(folder.path)


def test_stopped_and_started_it_has_the_same_port_and_token_and_removed_it_leaves_nothing(serving: Serving) -> None:
    made = serving.service.create({"name": "brief", "model": "delay", "version": 2}, serving.me)
    brief = Serving(serving.bench, "brief")
    assert made["state"] == "STARTING"
    assert made["signature"]["inputs"][0]["name"] == "dep"
    brief.ready()
    access = brief.service.token("brief", brief.me)
    assert str(ROW["dep"])[0] in access["curl"] or "dep" in access["curl"]
    pids = [version["pid"] for version in brief.document["versions"]]
    brief.service.update("brief", {"running": False}, brief.me)
    brief.until(lambda found: found["state"] == "STOPPED", "STOPPED")
    with pytest.raises(Conflict) as caught:
        brief.service.score("brief", {"inputs": [ROW]})
    assert caught.value.code == "deployment_not_ready"
    brief.service.update("brief", {"running": True}, brief.me)
    brief.ready()
    assert brief.service.token("brief", brief.me) == access
    assert [version["pid"] for version in brief.document["versions"]] != pids
    brief.service.remove("brief", brief.me)

    def gone() -> bool:
        return all(found["name"] != "brief" for found in brief.service.listing())

    brief.bench.wait_until(gone, "removed")
    folders = [path.name for path in (brief.bench.settings.state_dir / "serving").iterdir()]
    assert len(folders) == 1
    assert ServingFolder.of(brief.bench.settings, folders[0]).token
    told = [row.data for row in brief.bench.rows(events) if row.kind == "deployment.changed"]
    assert {"name": "brief", "model": "delay", "state": "REMOVING", "removed": True} in told
    assert {"deployment.create", "deployment.update", "deployment.remove"} <= {
        row.action for row in brief.bench.rows(audit)
    }
