"""Features over HTTP: a repository applied, materialized, looked up and trained on, by jobs of a real agent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.features.conftest import DEFINITIONS, YAML, write_weather

from .server import Server

LABELS = "flights/labels.csv"


def write_repository(folder: Path) -> None:
    folder.mkdir()
    (folder / "feature_store.yaml").write_text(YAML.format(folder=folder))
    (folder / "definitions.py").write_text(DEFINITIONS.replace("hours=3", "days=90000"))
    write_weather(folder)
    hours = pd.date_range("2013-01-01 06:00", periods=40, freq="h", tz="UTC")
    frame = pd.DataFrame({"origin": ["JFK", "EWR"] * 20, "event_timestamp": hours})
    frame["late"] = [32.0 + index + 6 for index in range(40)]
    frame.to_csv(folder / "labels.csv", index=False)


@pytest.fixture(scope="module")
def applied(server: Server) -> dict[str, Any]:
    """The run that applied the repository, ended."""
    write_repository(server.root / "flights")
    return server.finish(server.post("features/repositories", repository="flights")["id"])


@pytest.fixture(scope="module")
def served(server: Server, applied: dict[str, Any]) -> dict[str, Any]:
    """The run that materialized it, ended."""
    return server.finish(server.post("features/materializations", project="flights")["id"])


@pytest.fixture(scope="module")
def trained(server: Server, applied: dict[str, Any]) -> dict[str, Any]:
    """The run that made a training set, ended."""
    asked = {"labels": LABELS, "features": ["delay"], "target": "late", "name": "late"}
    return server.finish(server.post("features/training-sets", **asked)["id"])


def succeeded(run: dict[str, Any], kind: str) -> None:
    assert run["state"] == "SUCCEEDED", run.get("error")
    assert run["tags"]["mlx.kind"] == kind
    assert run["mlflow_run_id"] is None


# -- applying ------------------------------------------------------------------------------------------------


def test_a_repository_is_applied_by_a_job_that_tells_what_changed(server: Server, applied: dict[str, Any]) -> None:
    succeeded(applied, "features-apply")
    changes = applied["record"]["features"]["changes"]
    assert [(item["name"], item["change"]) for item in changes] == [("metric", "created"), ("weather", "created")]
    project = server.get("features/projects")["items"][0]
    assert (project["name"], project["repository"], project["views"]) == ("flights", "flights", 2)
    assert [item["name"] for item in project["entities"]] == ["origin"]
    assert project["services"][0]["features"] == ["weather:temp", "weather:wind", "metric:celsius"]
    assert (project["schedule"], project["on_new_data"]) == (None, False)


def test_a_dry_run_changes_nothing(server: Server, applied: dict[str, Any]) -> None:
    run = server.finish(server.post("features/repositories", repository="flights", dry_run=True)["id"])
    assert {change["change"] for change in run["record"]["features"]["changes"]} == {"unchanged"}
    assert run["name"] == "Plan features of flights"


def test_a_folder_that_is_no_repository_is_refused_at_once(server: Server) -> None:
    (server.root / "plain").mkdir(exist_ok=True)
    server.refused("POST", "features/repositories", 404, "repository_missing", json={"repository": "plain"})
    outside = {"repository": "../elsewhere"}
    server.refused("POST", "features/repositories", 403, "path_outside_root", json=outside)
    server.refused("POST", "features/repositories", 404, "repository_missing", json={})
    server.refused("POST", "features/repositories", 400, "field_unknown", json={"folder": "flights"})


# -- views ---------------------------------------------------------------------------------------------------


def test_views_are_listed_page_by_page_and_found_by_words(server: Server, applied: dict[str, Any]) -> None:
    first = server.get("features/views", limit=1)
    second = server.get("features/views", limit=1, cursor=first["next_cursor"])
    assert [page["items"][0]["name"] for page in (first, second)] == ["metric", "weather"]
    assert second["next_cursor"] is None
    found = server.get("features/views", q="TEAM=ops wind")["items"]
    assert [view["name"] for view in found] == ["weather"]
    assert server.get("features/views", project="other")["items"] == []
    server.refused("GET", "features/views", 400, "cursor_invalid", params={"cursor": "nonsense"})


@pytest.mark.parametrize("reference", ["weather", "flights~weather", "weather@v1"])
def test_a_view_is_named_in_several_ways(server: Server, applied: dict[str, Any], reference: str) -> None:
    view = server.get(f"features/views/{reference}")
    assert (view["name"], view["project"], view["version"], view["table"]) == ("weather", "flights", 1, None)
    assert view["source"]["place"].endswith("weather.parquet")


def test_a_view_that_is_unknown_names_the_near_one(server: Server, applied: dict[str, Any]) -> None:
    error = server.refused("GET", "features/views/wether", 404, "view_unknown")
    assert "`weather`" in error["remedy"]
    server.refused("GET", "features/views/weather@v9", 404, "view_version_unknown")


def test_versions_and_uses_of_a_view(server: Server, trained: dict[str, Any]) -> None:
    versions = server.get("features/views/weather/versions")["items"]
    assert [(item["number"], item["difference"]) for item in versions] == [(1, None)]
    uses = server.get("features/views/weather/uses")
    assert [item["kind"] for item in uses["from"]] == ["source"]
    made = {(item["kind"], item["name"]): item["version"] for item in uses["to"]}
    assert made[("training_set", "late")] == 1
    assert made[("run", trained["name"])] == 1
    assert [item["id"] for item in uses["to"] if item["kind"] == "run"] == [trained["id"]]
    assert made[("view", "metric")] is None
    assert made[("service", "delay")] is None
    assert uses["problems"] == []
    assert [item["kind"] for item in server.get("features/views/metric/uses")["from"]] == ["view"]


# -- materializing and looking up ----------------------------------------------------------------------------


def test_what_is_materialized_is_served_and_fresh(server: Server, served: dict[str, Any]) -> None:
    succeeded(served, "materialize")
    history = server.get("features/views/weather/materializations")["items"]
    assert [(item["state"], item["run_id"]) for item in history] == [("SUCCEEDED", served["id"])]
    assert server.get("features/views/weather")["freshness"]["state"] == "fresh"
    metric = server.get("features/views/metric")["freshness"]
    assert (metric["state"], metric["words"][:11]) == ("fresh", "It is compu")
    found = server.post("features/online", 200, features=["delay"], entities=[{"origin": "JFK"}, {"origin": "LGA"}])
    assert found["columns"][0] == "origin"
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    assert (rows[0]["temp"], rows[0]["wind"]) == (79.0, 5.0)
    assert rows[0]["celsius"] == pytest.approx(26.11, abs=0.01)
    assert (rows[1]["temp"], rows[1]["origin"]) == (None, "LGA")
    assert found["milliseconds"] > 0


def test_what_has_nothing_new_is_skipped(server: Server, served: dict[str, Any]) -> None:
    run = server.finish(server.post("features/materializations", views=["weather"], only_new=True)["id"])
    succeeded(run, "materialize")
    assert server.get("features/views/weather/materializations", limit=1)["items"][0]["state"] == "SKIPPED"


def test_a_wrong_lookup_says_what_is_wrong(server: Server, served: dict[str, Any]) -> None:
    def refused(code: str, status: int = 400, **body: Any) -> dict[str, Any]:
        body = {"features": ["weather"], "entities": [{"origin": "JFK"}], **body}
        return server.refused("POST", "features/online", status, code, json=body)

    assert refused("entity_invalid", entities=[{"airport": "JFK"}])["field"] == "entities.0.origin"
    assert "`weather:temp`" in refused("feature_unknown", 404, features=["weather:tmp"])["remedy"]
    refused("view_unknown", 404, features=["nothing"])
    refused("project_unknown", 404, project="other")
    refused("request_invalid", entities=[])


def test_a_wrong_materialization_is_refused_before_it_is_queued(server: Server, applied: dict[str, Any]) -> None:
    def refused(status: int, code: str, **body: Any) -> None:
        server.refused("POST", "features/materializations", status, code, json=body)

    refused(400, "view_not_online", views=["metric"])
    refused(404, "view_unknown", views=["nothing"])
    refused(404, "project_unknown", project="nothing")
    refused(400, "time_order", since="2013-01-02T00:00:00Z", until="2013-01-01T00:00:00Z")
    refused(400, "field_unknown", view="weather")


def test_a_schedule_takes_the_place_of_the_one_before(server: Server, applied: dict[str, Any]) -> None:
    def schedule(**body: Any) -> Any:
        return server.call("PUT", "features/materializations/schedule", json=body).json()

    first = schedule(cron="0 * * * *")
    second = schedule(cron="30 3 * * *", timezone="Europe/Warsaw", on_new_data=True)
    project = server.get("features/projects")["items"][0]
    assert (project["schedule"]["id"], project["on_new_data"]) == (second["id"], True)
    assert first["id"] not in [item["id"] for item in server.get("schedules")["items"]]
    assert second["name"] == "Materialize flights"
    path = "features/materializations/schedule"
    server.refused("PUT", path, 400, "cron_invalid", json={"cron": "often"})
    server.call("DELETE", f"schedules/{second['id']}", 204)
    assert server.get("features/projects")["items"][0]["schedule"] is None


# -- training sets -------------------------------------------------------------------------------------------


def test_a_training_set_is_made_by_a_job_and_recorded(server: Server, trained: dict[str, Any]) -> None:
    succeeded(trained, "training-set")
    made = trained["record"]["training_set"]
    found = server.get(f"features/training-sets/{made['id']}")
    assert (found["name"], found["rows"], found["run_id"]) == ("late", 40, trained["id"])
    assert found["owner"] == trained["owner"]
    assert ("near_target", "temp") in {(item["kind"], item["feature"]) for item in found["leakage"]}
    assert server.get("features/training-sets/late")["id"] == made["id"]
    listed = server.get("features/training-sets", view="weather")["items"]
    assert made["id"] in [item["id"] for item in listed]
    rows = server.get(f"features/training-sets/{made['id']}/rows", limit=3)
    assert (len(rows["rows"]), rows["truncated"]) == (3, True)
    assert {"origin", "late", "temp", "celsius"} <= {column["name"] for column in rows["columns"]}


def test_the_executed_notebook_shows_the_result(server: Server, trained: dict[str, Any]) -> None:
    page = server.call("GET", f"jobs/{trained['id']}/outputs/notebook.html").text
    assert "near_target" in page
    assert "weather@v1" in page


def test_labels_are_inspected(server: Server, applied: dict[str, Any]) -> None:
    found = server.post("features/training-sets/labels", 200, labels=LABELS)
    assert found["rows"] == 40
    roles = {column["name"]: column["role"] for column in found["columns"]}
    assert roles == {"origin": "key", "event_timestamp": "time", "late": "value"}
    query = f"SELECT origin, event_timestamp FROM '{LABELS}' WHERE late > 40"
    assert server.post("features/training-sets/labels", 200, labels=query)["rows"] == 37


def test_a_preview_tells_of_leaks_and_gives_code(server: Server, applied: dict[str, Any]) -> None:
    asked = {"labels": LABELS, "features": ["weather:temp"], "target": "late"}
    found = server.post("features/training-sets/preview", 200, **asked)
    assert (found["labels"], found["looked_at"]) == (40, 40)
    assert found["views"]["weather@v1"]["matched"] == 40
    assert "near_target" in {item["kind"] for item in found["leakage"]}
    assert "mlx.features.training_set(" in found["snippet"]
    compile(found["snippet"], "snippet", "exec")


def test_labels_reach_no_file_but_those_below_the_root(server: Server, applied: dict[str, Any]) -> None:
    outside = server.root.parent / "secret.csv"
    outside.write_text("a\n1\n")
    link = server.root / "link.csv"
    if not link.exists():
        os.symlink(outside, link)
    for text in (
        "../secret.csv",
        str(outside),
        "link.csv",
        "SELECT * FROM '../secret.csv'",
        f"SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM 'link.csv'",
        "FROM read_text('/etc/passwd')",
    ):
        server.refused("POST", "features/training-sets/labels", 403, "path_outside_root", json={"labels": text})
        body = {"labels": text, "features": ["weather"]}
        server.refused("POST", "features/training-sets/preview", 403, "path_outside_root", json=body)


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("gone.csv", 404, "labels_missing"),
        ("flights/definitions.py", 400, "labels_invalid"),
        ("SELECT FROM", 400, "labels_invalid"),
        ("SELECT 1; SELECT 2", 400, "labels_invalid"),
        ("WITH a AS (SELECT 1) INSERT INTO b FROM a", 400, "labels_invalid"),
        ("lake.nothing", 404, "table_unknown"),
        ("SELECT * FROM lake.nothing", 404, "table_unknown"),
        ("SELECT * FROM read_csv('a' || '.csv')", 400, "labels_invalid"),
    ],
)
def test_labels_that_can_not_be_read_say_why(
    server: Server, applied: dict[str, Any], text: str, status: int, code: str
) -> None:
    error = server.refused("POST", "features/training-sets/labels", status, code, json={"labels": text})
    assert error["field"] == "labels"


def test_a_wrong_training_set_is_refused(server: Server, applied: dict[str, Any]) -> None:
    def refused(status: int, code: str, **body: Any) -> None:
        whole = {"labels": LABELS, "features": ["weather"], **body}
        server.refused("POST", "features/training-sets/preview", status, code, json=whole)

    refused(404, "feature_unknown", features=["weather:tmp"])
    refused(400, "target_missing", target="lat")
    refused(400, "label_key_missing", labels=f"SELECT event_timestamp FROM '{LABELS}'")
    refused(400, "event_timestamp_missing", labels=f"SELECT origin FROM '{LABELS}'")
    server.refused("GET", "features/training-sets/nothing", 404, "training_set_unknown")
    server.refused("GET", "features/training-sets/nothing/rows", 404, "training_set_unknown")


# -- statistics ----------------------------------------------------------------------------------------------


def test_statistics_are_computed_by_a_job(server: Server, served: dict[str, Any], trained: dict[str, Any]) -> None:
    before = server.get("features/views/weather/statistics")
    assert before["statistics"] is None
    with server.socket() as socket:
        run = server.post("features/views/weather/statistics")
        events = socket.until_end_of(run["id"])
    told = [event["data"] for event in events if event["kind"] == "features.changed"]
    assert [item["what"] for item in told] == ["statistics"]
    succeeded(server.finish(run["id"]), "feature-statistics")
    found = server.get("features/views/weather/statistics")["statistics"]
    assert (found["rows"], found["entities"], found["version"]) == (96, 2, 1)
    assert [column["name"] for column in found["columns"]] == ["temp", "wind"]
    assert sum(found["columns"][0]["histogram"]["counts"]) == 96
    assert found["baseline"]["name"] == "late"
    assert {item["test"] for item in found["drift"]} == {"psi", "missing"}
    assert (found["parity"]["checked"], found["parity"]["unequal"]) == (2, 0)


def test_a_crawl_that_finds_new_data_has_it_materialized(server: Server, served: dict[str, Any]) -> None:
    path = "features/materializations/schedule"
    made = server.call("PUT", path, json={"cron": "0 0 1 1 *", "on_new_data": True}).json()
    file = server.root / "flights" / "weather.parquet"
    frame = pd.read_parquet(file)
    later = pd.Timestamp("2013-01-05", tz="UTC")
    new = pd.DataFrame({"origin": ["LGA"], "temp": [50.0], "wind": [1.0], "event_timestamp": later, "created": later})
    pd.concat([frame, new]).to_parquet(file)
    crawl = server.finish(server.post("catalog/crawls", request={"location": "flights", "name": "flights"})["id"])
    assert crawl["state"] == "SUCCEEDED", crawl.get("error")
    queued = [run for run in server.get("jobs", q="materialize")["items"] if run["created_at"] > crawl["created_at"]]
    assert [run["name"] for run in queued] == ["Materialize flights"]
    succeeded(server.finish(queued[0]["id"]), "materialize")
    table = server.get("features/views/weather")["table"]
    assert table is not None
    # It was dated before the end of what was brought before.
    found = server.post("features/online", 200, features=["weather:temp"], entities=[{"origin": "LGA"}])
    assert found["rows"] == [["LGA", 50.0]]
    server.call("DELETE", f"schedules/{made['id']}", 204)
