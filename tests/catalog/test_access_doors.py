"""What grants hide, by the doors of the catalog itself: crawls, names, grants, tags, partitions, events, jobs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import jupyter_mlx
from jupyter_mlx.catalog.api import work
from jupyter_mlx.catalog.exchange.result import ExchangeResult
from jupyter_mlx.catalog.hosts import HostRules
from jupyter_mlx.catalog.models import Principal, SourceRequest
from jupyter_mlx.errors import MlxError
from jupyter_mlx.jobs import control

from .data.conftest import Lake, write_flights

CAROL = Principal("carol")
"""Nobody's grantee."""
GRANT = {"principal": "user:bob", "permissions": ["select"], "resource": "lake.flights"}


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """Flights by month, in a catalog where access is by grants; their passengers are personal."""
    made = Lake(tmp_path, catalog_access="grants")
    write_flights(made.folder)
    made.crawl()
    made.tag("lake.flights", pii="no")
    made.tag("lake.flights.passenger", pii="yes")
    yield made
    made.close()


def refusal(call: Callable[[], object]) -> MlxError:
    """The error of a call that must not succeed."""
    with pytest.raises(MlxError) as caught:
        call()
    return caught.value


def words(error: MlxError, name: str) -> tuple[str, str, str]:
    """All that an error says, with the name that was asked for left out."""
    return error.code, error.message.replace(name, "…"), error.remedy.replace(name, "…")


# -- crawls ------------------------------------------------------------------------------------------------------


def test_python_crawls_nothing_for_whoever_may_not(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "services", lambda: lake.services)
    monkeypatch.setattr(lake.services, "principal", lambda: CAROL)
    before = lake.services.crawls.page()[0]
    for call in (
        lambda: work.run_crawl("lake", full=True),
        lambda: work.crawl(str(lake.folder)),
        lambda: work.crawl(str(lake.folder.parent), name="other"),
    ):
        assert refusal(call).code == "permission_missing"
    assert lake.services.crawls.page()[0] == before
    assert [source.name for source in lake.services.crawls.sources()] == ["lake"]
    assert len(lake.log(who="carol", allowed=False)) == 3


# -- names -------------------------------------------------------------------------------------------------------


def answers_alike(call: Callable[[str], object], hidden: str, unknown: str) -> bool:
    """Whether what is hidden is answered word for word as what does not exist."""
    return words(refusal(lambda: call(hidden)), hidden) == words(refusal(lambda: call(unknown)), unknown)


@pytest.mark.parametrize(
    ("hidden", "unknown"),
    [
        *(("lake", "nope"), ("lake.flights", "lake.nope"), ("lake/lake.flights", "nope/lake.flights")),
        *(("lake.flights.passenger", "lake.flights.nope"), ("lake.flights.month", "lake.nope.nope")),
    ],
)
def test_what_is_hidden_is_answered_as_what_does_not_exist(lake: Lake, hidden: str, unknown: str) -> None:
    catalog, access = lake.services.catalog, lake.access
    request = {"principal": "user:carol", "permissions": ["select"], "filter": {"include": ["zzz"]}}
    calls: list[Callable[[str], object]] = [
        lambda name: catalog.document(name, CAROL),
        lambda name: catalog.document(name, CAROL, 999),
        lambda name: catalog.tables(CAROL, database=name),
        lambda name: catalog.annotate(name, {"description": "x"}, CAROL),
        lambda name: catalog.assign(name, {"pii": "no"}, CAROL),
        lambda name: access.grant({**request, "resource": name}, CAROL),
    ]
    for call in calls:
        assert answers_alike(call, hidden, unknown)
    log = lake.log(who="carol", allowed=False)
    assert {entry.action for entry in log} == {"describe", "alter", "tag", "grant.create"}
    unknown_to_all = [entry for entry in log if entry.action != "grant.create" and "nope" in entry.resource]
    assert unknown_to_all == [], "what does not exist is no refusal"


def test_a_hidden_column_of_a_table_that_one_sees_does_not_exist(lake: Lake) -> None:
    lake.grant("select", "tag", "alter", "grant", expression={"pii": ["no"]})
    catalog, vera = lake.services.catalog, lake.viewer
    request = {"principal": "user:carol", "permissions": ["select"]}
    calls: list[Callable[[str], object]] = [
        lambda name: catalog.document(name, vera),
        lambda name: catalog.tables(vera, database=name),
        lambda name: catalog.assign(name, {"pii": "no"}, vera),
        lambda name: lake.access.grant({**request, "resource": name}, vera),
    ]
    for call in calls:
        assert answers_alike(call, "lake.flights.passenger", "lake.flights.passengr")
    assert refusal(lambda: catalog.document("lake.flights.delay", vera)).message.endswith("is a column.")
    assert refusal(lambda: catalog.document("lake.flights", vera, 999)).code == "version_unknown"
    assert refusal(lambda: catalog.tables(vera, database="lake.flights")).message.endswith("is a table.")


def test_a_hidden_table_of_the_same_name_is_not_in_the_way(lake: Lake) -> None:
    other = lake.folder.parent / "other"
    write_flights(other, months=1)
    lake.crawl(str(other), name="other")
    assert refusal(lambda: lake.services.catalog.table("lake.flights", lake.admin)).code == "reference_ambiguous"
    lake.grant("select", resource="other/lake.flights")
    assert lake.services.catalog.table("lake.flights", lake.viewer).source == "other"


def test_crawls_of_a_hidden_source_do_not_exist(lake: Lake) -> None:
    lake.crawl()
    guarded = lake.services.guarded
    crawl = lake.services.crawls.page()[0][0]
    assert answers_alike(lambda name: guarded.crawl(name, CAROL), crawl.id, "nope")
    assert answers_alike(lambda name: guarded.source(name, CAROL), crawl.source_id, "nope")
    assert answers_alike(lambda name: guarded.page(CAROL, source=name), "lake", "nope")
    assert guarded.page(CAROL, limit=1) == ([], None)
    assert len(lake.log(who="carol", allowed=False)) == 3
    lake.grant("describe", resource="lake.flights")
    assert len(guarded.page(lake.viewer, limit=1)[0]) == 1


def test_permission_to_grant_comes_before_the_names_of_a_grant(lake: Lake) -> None:
    lake.grant("select", resource="lake.flights", filter={"exclude": ["passenger"]})
    requests: list[dict[str, Any]] = [{"expression": {"nope": ["x"]}}]
    for column in ("passenger", "nope"):
        limits: list[dict[str, Any]] = [
            {"filter": {"include": [column]}},
            {"masks": {column: "hash"}},
            {"filter": {"rows": f"{column} = 1"}},
        ]
        requests += [{"resource": "lake.flights", **limit} for limit in limits]
    for request in requests:
        wanted = {"principal": "user:carol", "permissions": ["select"], **request}
        assert refusal(partial(lake.access.grant, wanted, lake.viewer)).code == "permission_missing"


# -- grants ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [{"resource": "lake.flights"}, {"resource": "lake"}, {"expression": {"pii": ["no"]}}])
def test_a_grant_does_not_name_what_it_hides(lake: Lake, reach: dict[str, Any]) -> None:
    lake.grant("select", **reach, filter={"exclude": ["passenger"], "rows": "passenger LIKE '%1'"})
    masks = {"passenger": "hash", "origin": "hash", "pii=yes": "null"}
    lake.grant("select", **reach, filter={"exclude": ["passenger"], "rows": "month = 1"}, masks=masks)
    given = lake.data.access_to("lake.flights", lake.viewer)["grants"]
    listed = [grant.to_json() for grant in lake.access.grants(lake.viewer)]
    assert "passenger" not in json.dumps([given, listed])
    for hidden, shown in (given, listed):
        assert hidden["filter"] == {"rows": "a condition on columns that you may not see"}
        assert (shown["filter"], shown["masks"]) == ({"rows": "month = 1"}, {"origin": "hash", "pii=yes": "null"})
    assert "passenger" in json.dumps([grant.to_json() for grant in lake.access.grants(lake.admin)])


def test_who_may_grant_does_not_read_of_columns_that_he_does_not_see(lake: Lake) -> None:
    lake.grant("select", "grant", resource="lake.flights", filter={"exclude": ["passenger"]})
    lake.grant("select", resource="lake.flights.passenger", to="user:bob")
    lake.grant("select", resource="lake.flights", filter={"include": ["flight", "passenger"]}, to="user:bob")
    grants = lake.data.access_to("lake.flights", lake.viewer)["grants"]
    assert [(grant["principal"], grant["filter"]) for grant in grants] == [
        ("user:vera", None),
        ("user:bob", {"include": ["flight"]}),
    ]


# -- what protects -----------------------------------------------------------------------------------------------


def test_a_table_is_forgotten_only_by_who_sees_all_of_it_and_keeps_its_tags(lake: Lake) -> None:
    catalog = lake.services.catalog
    lake.grant("select", "alter", expression={"pii": ["no"]})
    assert refusal(lambda: catalog.remove_table("lake.flights", lake.viewer)).code == "permission_missing"
    lake.grant("select", "alter", resource="lake.flights", masks={"passenger": "hash"})
    assert refusal(lambda: catalog.remove_table("lake.flights", lake.viewer)).code == "permission_missing"
    lake.grant("select", "alter", resource="lake.flights", to="user:bob")
    catalog.annotate("lake.flights.passenger", {"description": "Who flew."}, lake.admin)
    catalog.remove_table("lake.flights", Principal("bob"))
    assert catalog.tables(lake.admin) == ([], None)
    assert [key["used"] for key in catalog.tag_keys(lake.admin)] == [0]
    lake.crawl()
    table = catalog.table("lake.flights", lake.admin)
    assert (table.own_tags, table.column_tags["passenger"]) == ({"pii": "no"}, {"pii": "yes"})
    assert table.column_notes["passenger"]["description"] == "Who flew."
    catalog.remove_table("lake.flights", lake.admin)
    catalog.remove_tag("pii", lake.admin)
    lake.services.crawls.remove_source("lake")
    lake.crawl()
    assert catalog.table("lake.flights", lake.admin).column_notes == {}


def test_a_table_that_comes_back_has_the_tags_that_it_had(lake: Lake) -> None:
    crawls = lake.services.crawls
    crawls.update_source("lake", options={"delete": "delete"})
    place = lake.folder / "flights"
    place.rename(lake.folder.parent / "away")
    write_flights(lake.folder / "other", months=1)
    lake.crawl()
    assert [table.path for table in lake.services.catalog.tables(lake.admin)[0]] != ["lake.flights"]
    (lake.folder.parent / "away").rename(place)
    lake.crawl()
    table = lake.services.catalog.table("lake.flights", lake.admin)
    assert (table.own_tags, table.column_tags["passenger"]) == ({"pii": "no"}, {"pii": "yes"})


@pytest.mark.parametrize(
    "limits", [{"masks": {"pii=yes": "hash"}}, {"masks": {"passenger": "null"}}, {"filter": {"rows": "month = 1"}}]
)
def test_tags_are_changed_only_by_who_sees_plainly_what_they_protect(lake: Lake, limits: dict[str, Any]) -> None:
    for resource in ("lake", "lake.flights"):
        lake.grant("select", "tag", resource=resource, **limits)
    for resource in ("lake.flights.passenger", "lake.flights", "lake"):
        error = refusal(partial(lake.services.catalog.assign, resource, {"pii": "no"}, lake.viewer))
        assert error.code == "permission_missing"
    lake.grant("describe", "tag", resource="lake.flights", to="user:bob")
    for resource in ("lake.flights.passenger", "lake.flights"):
        error = refusal(partial(lake.services.catalog.assign, resource, {"pii": "no"}, Principal("bob")))
        assert error.code == "permission_missing"
    assert {entry.action for entry in lake.log(allowed=False)} == {"tags.change"}
    lake.grant("select", "tag", resource="lake")
    assert lake.services.catalog.assign("lake.flights.passenger", {"pii": None}, lake.viewer)["tags"] == {}
    assert lake.services.catalog.assign("lake", {"pii": "no"}, lake.viewer)["tags"] == {"pii": "no"}


def test_a_tag_is_changed_on_a_column_that_one_sees_plainly_besides_a_masked_one(lake: Lake) -> None:
    lake.grant("select", "tag", resource="lake.flights", masks={"pii=yes": "hash"})
    assert lake.services.catalog.assign("lake.flights.origin", {"pii": "yes"}, lake.viewer)["tags"] == {"pii": "yes"}


def test_a_grant_by_tags_is_passed_on_only_as_it_is_or_narrower(lake: Lake) -> None:
    lake.services.catalog.define_tag(principal=lake.admin, key="zone", values=["raw", "clean"])
    lake.services.catalog.assign("lake.flights.passenger", {"pii": None}, lake.admin)
    lake.grant("select", "grant", expression={"pii": ["no"]})

    def pass_on(*permissions: str, **reach: Any) -> None:
        wanted = {"principal": "user:bob", "permissions": list(permissions or ("select",)), **reach}
        lake.access.grant(wanted, lake.viewer)

    for reach in ({"resource": "lake.flights"}, {"resource": "lake.flights.passenger"}, {"resource": "lake"}):
        assert refusal(partial(pass_on, **reach)).code == "permission_missing"
    for expression in ({"pii": ["no", "yes"]}, {"pii": ["yes"]}, {"zone": ["raw"]}):
        assert refusal(partial(pass_on, expression=expression)).code == "permission_missing"
    assert refusal(partial(pass_on, "select", "alter", expression={"pii": ["no"]})).code == "permission_missing"
    pass_on(expression={"pii": ["no"]})
    pass_on("describe", expression={"pii": ["no"], "zone": ["raw"]}, masks={"origin": "hash"})


def test_a_resource_is_passed_on_by_who_has_it_whole(lake: Lake) -> None:
    lake.grant("select", "grant", resource="lake")
    for resource in ("lake", "lake.flights", "lake.flights.passenger"):
        wanted = {"principal": "user:bob", "permissions": ["describe", "select"], "resource": resource}
        assert lake.access.grant(wanted, lake.viewer).created_by == "vera"


# -- jobs --------------------------------------------------------------------------------------------------------


@pytest.fixture
def queued(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Queues work on the table as the viewer, no agent at hand: the name of its job."""
    monkeypatch.setattr(control, "ensure_agent", lambda _: None)

    def queue(kind: str) -> str:
        jobs = lake.services.catalog_jobs
        return str(getattr(jobs, kind)("lake.flights", lake.viewer, cwd=lake.folder).job.name)

    return queue


@pytest.mark.parametrize("kind", ["profile", "quality"])
def test_who_may_only_describe_queues_no_work_on_values(lake: Lake, queued: Callable[..., str], kind: str) -> None:
    lake.grant("describe", resource="lake.flights.flight")
    assert refusal(lambda: queued(kind)).code == "permission_missing"
    assert lake.services.jobs.page(limit=10)[0] == []


@pytest.mark.parametrize(
    "limits",
    [{"filter": {"exclude": ["passenger"]}}, {"masks": {"passenger": "hash"}}, {"filter": {"rows": "month = 1"}}],
)
def test_who_does_not_see_what_rules_are_about_queues_no_check(
    lake: Lake, queued: Callable[..., str], limits: dict[str, Any]
) -> None:
    lake.data.set_rules("lake.flights", [{"check": "not_null", "column": "passenger"}], lake.admin)
    lake.grant("select", resource="lake.flights", **limits)
    assert refusal(lambda: queued("quality")).code == "permission_missing"
    assert lake.log(allowed=False)[0].action == "quality.check"
    assert queued("profile")


# -- partitions and explanations ---------------------------------------------------------------------------------


def test_partitions_are_told_only_to_who_sees_all_their_keys(lake: Lake) -> None:
    lake.grant("select", resource="lake.flights", filter={"include": ["flight", "origin"]})
    lake.grant("select", resource="lake.flights", filter={"include": ["month"], "rows": "month = 1"})
    assert lake.services.catalog.partitions("lake.flights", lake.viewer) == ([], None, 0)
    lake.grant("select", resource="lake.flights.month")
    assert lake.services.catalog.partitions("lake.flights", lake.viewer)[2] == 3


@pytest.mark.parametrize(
    "limits",
    [
        *({"filter": {"exclude": ["month"]}}, {"filter": {"exclude": ["delay"]}}, {"masks": {"month": "redact"}}),
        *({"filter": {"rows": "month = 1"}}, {"resource": "lake.flights.month"}),
    ],
)
def test_an_explanation_names_no_paths_to_who_does_not_see_all(lake: Lake, limits: dict[str, Any]) -> None:
    lake.grant("select", **{"resource": "lake.flights", **limits})
    told = lake.services.catalog.explanation("lake.flights", lake.viewer)
    assert [told[name] for name in ("sampled", "grouping", "skipped", "notes")] == [[], [], [], []]
    assert "month=" not in json.dumps(told)
    lake.grant("select", resource="lake.flights")
    assert lake.services.catalog.explanation("lake.flights", lake.viewer)["sampled"]


# -- what everybody is told --------------------------------------------------------------------------------------


def test_events_of_a_crawl_carry_ids_and_the_state_only(lake: Lake) -> None:
    lake.crawl()
    with lake.services.store.read() as connection:
        told = [event for event in lake.services.jobs.log.after(connection, 0, 500) if event.kind.startswith("crawl.")]
    crawl = lake.services.crawls.page()[0][0]
    mark = {"id": crawl.id, "source_id": crawl.source_id, "run_id": None}
    assert [event.data for event in told[-2:]] == [{"crawl": {**mark, "state": s}} for s in ("RUNNING", "SUCCEEDED")]


def test_jobs_name_nothing_but_ids(lake: Lake, queued: Callable[..., str], tmp_path: Path) -> None:
    lake.grant("select", resource="lake.flights")
    queued("profile")
    queued("quality")
    services = lake.services
    source = services.crawls.source("lake")
    services.catalog_jobs.crawl(source, lake.admin, cwd=tmp_path)
    services.catalog_jobs.schedule("lake", "0 0 * * *", "UTC", lake.admin, cwd=tmp_path)
    wanted = {"direction": "export", "databases": ["lake"]}
    services.catalog_jobs.exchange(wanted, HostRules("", tmp_path), lake.admin, cwd=tmp_path)
    table = services.catalog.table("lake.flights", lake.admin)
    requests = [run.job for run in services.jobs.page(limit=10)[0]]
    assert {job.name for job in requests} == {
        f"Profile {table.id}",
        f"Quality {table.id}",
        f"Crawl {source.id}",
        "Export to Glue",
    }
    told = json.dumps([[job.name, job.parameters, job.tags] for job in requests])
    assert "lake" not in told
    assert [schedule.name for schedule in services.schedules.page()] == [f"Crawl {source.id}"]
    assert {job.parameters["details"] for job in requests if "details" in job.parameters} == {False}
    running = services.catalog_jobs.running("profile", table.id)
    assert running is not None


def test_a_crawl_that_fails_in_a_job_says_only_where_it_is_told_why(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "services", lambda: lake.services)
    lake.services.crawls.update_source("lake", options={"classifiers": ["passengers"]})
    error = refusal(lambda: work.run_crawl("lake"))
    crawl = lake.services.crawls.page()[0][0]
    assert error.code == "classifier_unknown"
    assert crawl.id in error.remedy
    assert "passengers" not in f"{error.message} {error.remedy}"
    assert "passengers" in str(crawl.error)


def test_the_notebook_of_glue_shows_numbers_where_names_may_be_hidden() -> None:
    path = Path(jupyter_mlx.__file__).parent / "templates" / "jobs" / "glue.ipynb"
    [work] = [cell["source"] for cell in json.loads(path.read_text())["cells"] if cell["id"] == "work"]
    result = ExchangeResult("export")
    result.add("created", "table", "lake.flights")
    names = {"result": result.to_json(), "details": False}
    assert eval(work[-1], names) == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0}
    assert "lake.flights" in str(eval(work[-1], {**names, "details": True}))


# -- what is said of other things --------------------------------------------------------------------------------


def test_foreign_keys_lead_only_to_what_one_sees(lake: Lake) -> None:
    with closing(sqlite3.connect(lake.folder.parent / "shop.db")) as connection:
        connection.executescript(
            "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT UNIQUE);"
            "CREATE TABLE purchase (id INTEGER PRIMARY KEY REFERENCES purchase (id),"
            " customer INTEGER REFERENCES customer (id), email TEXT REFERENCES customer (email));"
        )
    lake.crawl(f"sqlite:///{lake.folder.parent / 'shop.db'}", name="shop", database="shop")
    catalog = lake.services.catalog

    def leads_to() -> set[str]:
        shown = catalog.document("shop.purchase", lake.viewer)["foreign_keys"]
        [version] = catalog.versions("shop.purchase", lake.viewer)
        [listed] = [table for table in catalog.tables(lake.viewer)[0] if table.name == "purchase"]
        assert shown == version.to_json()["foreign_keys"] == listed.to_json()["foreign_keys"]
        return {f"{key['table']}.{key['references'][0]}" for key in shown}

    lake.grant("select", resource="shop.purchase")
    assert leads_to() == {"main.purchase.id"}
    lake.grant("describe", resource="shop.customer", filter={"exclude": ["email"]})
    assert leads_to() == {"main.purchase.id", "main.customer.id"}
    lake.grant("describe", resource="shop.customer")
    assert leads_to() == {"main.purchase.id", "main.customer.id", "main.customer.email"}


def test_tags_and_terms_count_what_one_sees(lake: Lake) -> None:
    catalog = lake.services.catalog
    catalog.define_term(principal=lake.admin, name="Flight", definition="One departure.")
    catalog.assign("lake", {"pii": "no"}, lake.admin)
    for resource in ("lake", "lake.flights", "lake.flights.passenger"):
        catalog.annotate(resource, {"terms": ["Flight"]}, lake.admin)

    def used(who: Principal) -> tuple[int, int]:
        [key], [term] = catalog.tag_keys(who), catalog.terms(who)
        return key["used"], term["used"]

    assert (used(lake.admin), used(CAROL)) == ((3, 3), (0, 0))
    lake.grant("describe", resource="lake.flights", filter={"exclude": ["passenger"]})
    assert used(lake.viewer) == (2, 2)
    lake.grant("describe", resource="lake.flights")
    assert used(lake.viewer) == (3, 3)


def test_places_that_are_refused_are_in_the_log(lake: Lake, tmp_path: Path) -> None:
    rules, guarded = HostRules("", tmp_path), lake.services.guarded
    places = ["redis://ada:plover@127.0.0.1/0", "/etc"]
    calls: list[Callable[[], object]] = [
        *(partial(guarded.add, SourceRequest(place), rules, lake.admin) for place in places),
        *(partial(guarded.asked_for, {"request": {"location": place}}, rules, lake.admin) for place in places),
        partial(guarded.update, "lake", {"options": {"endpoint_url": "127.0.0.1"}}, rules, lake.admin),
        lambda: lake.services.catalog_jobs.exchange(
            {"direction": "import", "endpoint_url": "http://127.0.0.1"}, rules, lake.admin, cwd=tmp_path
        ),
    ]
    for call in calls:
        assert refusal(call).code in ("host_refused", "path_outside_root")
    log = lake.log(allowed=False)
    assert len(log) == len(calls)
    assert {entry.action for entry in log} == {"source.create", "source.update", "catalog.import"}
    assert "plover" not in repr(log)
    with pytest.raises(MlxError):
        lake.access.revoke(lake.access.grant(GRANT, lake.admin).id, CAROL)
    assert lake.log(allowed=False)[0].action == "grant.remove"
