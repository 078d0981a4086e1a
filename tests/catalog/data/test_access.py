"""What grants hide stays hidden in every way to the data, and the audit log has each refusal."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from jupyter_mlx.catalog.access import AccessService
from jupyter_mlx.catalog.models import Principal
from jupyter_mlx.clock import SystemClock
from jupyter_mlx.errors import Forbidden, InvalidInput, MlxError, NotFound
from jupyter_mlx.store.engine import Store
from jupyter_mlx.store.tables import audit
from tests.support import make_settings

from .conftest import Lake

NOT_PERSONAL = {"exclude": ["passenger"]}


def refused(call: Callable[[], object]) -> MlxError:
    """The error of a call that must not succeed."""
    with pytest.raises(MlxError) as caught:
        call()
    return caught.value


# -- a viewer without the grant ------------------------------------------------------------------------------


def test_without_any_grant_the_table_is_unknown_and_the_log_has_it(guarded: Lake) -> None:
    for call in (
        lambda: guarded.preview("lake.flights", guarded.viewer),
        lambda: guarded.rows("lake.flights", guarded.viewer),
        lambda: guarded.data.profile("lake.flights", guarded.viewer),
        lambda: guarded.data.stored_profile("lake.flights", guarded.viewer),
        lambda: guarded.data.snippets("lake.flights", guarded.viewer),
        lambda: guarded.data.quality("lake.flights", guarded.viewer),
        lambda: guarded.services.grants.access_to("lake.flights", guarded.viewer),
    ):
        assert refused(call).code == "table_unknown"
    log = guarded.log(who="vera", allowed=False)
    assert len(log) == 7
    assert {(entry.resource, entry.door) for entry in log} == {("lake.flights", "python")}


@pytest.fixture
def personal(guarded: Lake) -> Lake:
    """The viewer has all that is not personal; a profile of everything, and rules on everything, are kept."""
    guarded.tag("lake.flights", pii="no")
    guarded.tag("lake.flights.passenger", pii="yes")
    guarded.grant("select", expression={"pii": ["no"]})
    guarded.data.set_rules(
        "lake.flights",
        [{"check": "unique", "column": "passenger"}, {"check": "not_null", "column": "delay"}],
        guarded.admin,
    )
    guarded.data.profile("lake.flights", guarded.admin)
    guarded.data.check_quality("lake.flights", guarded.admin)
    return guarded


def test_no_way_shows_the_personal_column_or_its_statistics(personal: Lake) -> None:
    viewer, data = personal.viewer, personal.data
    stored = data.stored_profile("lake.flights", viewer)
    assert stored is not None
    shown = {
        "preview": personal.preview("lake.flights", viewer),
        "sample": personal.preview("lake.flights", viewer, sample=True),
        "sorted": personal.preview("lake.flights", viewer, sort="-delay", where="delay > 3"),
        "arrow": repr(data.preview("lake.flights", viewer).to_arrow_stream()),
        "rows": repr(personal.rows("lake.flights", viewer)),
        "pandas": data.reader("lake.flights", viewer).to_pandas().to_csv(),
        "relation": repr(data.reader("lake.flights", viewer).to_duckdb().fetchall()),
        "training": data.reader("lake.flights", viewer).to_torch().features,
        "repr": repr(data.reader("lake.flights", viewer)),
        "stored": stored.to_json(),
        "profile": data.profile("lake.flights", viewer).to_json(),
        "quality": data.quality("lake.flights", viewer),
        "snippets": data.snippets("lake.flights", viewer),
        "access": personal.services.grants.access_to("lake.flights", viewer),
        "document": personal.services.catalog.document("lake.flights", viewer),
    }
    for way, what in shown.items():
        assert "passenger" not in json.dumps(what, default=repr), way
    assert [column.name for column in stored.columns] == ["flight", "origin", "delay", "left", "month"]
    assert "spark" not in [snippet["name"] for snippet in data.snippets("lake.flights", viewer)]


def test_asking_for_it_answers_as_if_it_were_not_there_and_the_log_has_each_refusal(personal: Lake) -> None:
    viewer = personal.viewer
    calls: list[Callable[[], object]] = [
        lambda: personal.preview("lake.flights", viewer, columns=["flight", "passenger"]),
        lambda: personal.preview("lake.flights", viewer, where="passenger = 'passenger 01-0001'"),
        lambda: personal.preview("lake.flights", viewer, where="PASSENGER IS NULL OR delay > 1"),
        lambda: personal.preview("lake.flights", viewer, sort="-passenger"),
        lambda: personal.rows("lake.flights", viewer, columns=["passenger"]),
        lambda: personal.rows("lake.flights", viewer, where=[("passenger", "!=", "x")]),
    ]
    for call in calls:
        error = refused(call)
        assert error.code == "column_unknown"
        assert "passenger" not in error.remedy
    log = personal.log(who="vera", allowed=False)
    assert [entry.resource for entry in log] == ["lake.flights.passenger"] * len(calls)
    assert {entry.action for entry in log} == {"preview", "read"}


def test_the_log_says_what_a_reading_was_not_given(personal: Lake) -> None:
    personal.rows("lake.flights", personal.viewer)
    [entry] = personal.log(who="vera", allowed=True)
    assert (entry.action, entry.resource) == ("read", "lake.flights")
    assert entry.after == {"withheld": {"columns": ["passenger"]}}


def test_rules_on_hidden_columns_stay_when_others_are_set(personal: Lake) -> None:
    personal.grant("alter", "select", resource="lake.flights", filter=NOT_PERSONAL)
    personal.data.set_rules("lake.flights", [], personal.viewer)
    rules = personal.data.quality("lake.flights", personal.admin)["rules"]
    assert rules == [{"check": "unique", "column": "passenger"}]


def test_who_does_not_see_what_rules_are_about_may_not_check_them(personal: Lake) -> None:
    assert refused(lambda: personal.data.check_quality("lake.flights", personal.viewer)).code == "permission_missing"
    assert personal.log(allowed=False)[0].action == "quality.check"


# -- rows and masks ------------------------------------------------------------------------------------------


def test_a_row_filter_comes_before_everything_else(guarded: Lake) -> None:
    guarded.grant("select", resource="lake.flights", filter={"rows": "origin = 'JFK' AND month <= 2"})
    assert {row["origin"] for row in guarded.rows("lake.flights", guarded.viewer)} == {"JFK"}
    assert guarded.rows("lake.flights", guarded.viewer, where="origin <> 'JFK' OR month = 3") == []
    shown = guarded.preview("lake.flights", guarded.viewer, sort="-flight", limit=3)
    assert [row[0] for row in shown["rows"]] == [2027, 2024, 2021]
    assert shown["filtered"]
    assert len(guarded.preview("lake.flights", guarded.viewer)["rows"]) == 20


def test_who_sees_some_rows_gets_a_profile_of_those_and_none_that_is_kept(guarded: Lake) -> None:
    guarded.data.profile("lake.flights", guarded.admin)
    guarded.grant("select", resource="lake.flights", filter={"rows": "month = 2"})
    assert guarded.data.stored_profile("lake.flights", guarded.viewer) is None
    own = guarded.data.profile("lake.flights", guarded.viewer)
    assert (own.rows, own.columns[0].min) == (30, 2000)
    kept = guarded.data.stored_profile("lake.flights", guarded.admin)
    assert kept is not None
    assert kept.rows == 90


def test_masked_values_are_masked_in_every_form(guarded: Lake) -> None:
    guarded.grant("select", resource="lake.flights", masks={"pii=yes": "hash", "left": "year", "origin": "redact"})
    row = guarded.rows("lake.flights", guarded.viewer, where="flight = 1000")[0]
    assert len(row["passenger"]) == 64
    assert row["passenger"] == guarded.rows("lake.flights", guarded.viewer, where="flight = 1000")[0]["passenger"]
    assert (row["origin"], row["left"].isoformat()) == ("***", "2013-01-01T00:00:00+00:00")
    shown = guarded.preview("lake.flights", guarded.viewer, limit=1)
    assert shown["masked"] == ["left", "origin", "passenger"]
    assert "passenger 01" not in json.dumps(shown)
    profile = guarded.data.profile("lake.flights", guarded.viewer)
    assert [column.name for column in profile.columns] == ["flight", "delay", "month"]


def test_a_masked_column_is_no_way_to_its_values(guarded: Lake) -> None:
    guarded.grant("select", resource="lake.flights", masks={"passenger": "partial"})
    for asked in ({"where": "passenger = 'passenger 01-0001'"}, {"sort": "passenger"}):
        error = refused(lambda asked=asked: guarded.preview("lake.flights", guarded.viewer, **asked))
        assert error.code == "column_masked"
    assert [entry.resource for entry in guarded.log(allowed=False)] == ["lake.flights.passenger"] * 2
    assert guarded.rows("lake.flights", guarded.viewer, columns=["passenger"])[0]["passenger"] == "****0000"


def test_a_column_of_one_grant_is_null_in_the_rows_of_another(guarded: Lake) -> None:
    guarded.grant("select", resource="lake.flights", filter={"include": ["flight", "month"]})
    guarded.grant("select", resource="lake.flights", filter={"include": ["passenger"], "rows": "month = 1"})
    found = guarded.rows("lake.flights", guarded.viewer)
    assert len(found) == 90
    assert all((row["passenger"] is None) == (row["month"] != 1) for row in found)
    assert guarded.rows("lake.flights", guarded.viewer, where="passenger IS NULL AND month = 1") == []
    assert len(guarded.rows("lake.flights", guarded.viewer, where="passenger IS NULL")) == 60


def test_a_condition_fails_alike_whatever_the_hidden_rows_hold(guarded: Lake) -> None:
    guarded.grant("select", resource="lake.flights", filter={"rows": "month = 1"})
    error = refused(lambda: guarded.rows("lake.flights", guarded.viewer, where="passenger > 5"))
    assert error.code == "filter_invalid"


def test_a_column_that_may_only_be_described_has_no_values(guarded: Lake) -> None:
    guarded.grant("describe", resource="lake.flights")
    guarded.grant("select", resource="lake.flights.flight")
    error = refused(lambda: guarded.rows("lake.flights", guarded.viewer, columns=["delay"]))
    assert error.code == "permission_missing"
    assert guarded.preview("lake.flights", guarded.viewer)["columns"][0]["name"] == "flight"
    assert len(guarded.preview("lake.flights", guarded.viewer)["columns"]) == 1


# -- granting ------------------------------------------------------------------------------------------------


def test_a_grant_is_listed_found_on_its_table_and_taken_back(guarded: Lake) -> None:
    guarded.grant("select", to="group:risk", resource="lake.flights", filter={"rows": "passenger <> ''"})
    [grant] = guarded.services.grants.known(guarded.viewer)
    shown = guarded.services.grants.access_to("lake.flights", guarded.viewer)
    assert shown["grants"] == [grant.to_json()]
    assert grant.resource == "lake/lake.flights"
    guarded.services.grants.revoke(grant.id, guarded.admin)
    assert guarded.services.grants.known(guarded.admin) == []
    changes = [(entry.action, entry.before is None, entry.after is None) for entry in guarded.log()[:2]]
    assert changes == [("grant.remove", False, True), ("grant.create", True, False)]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"principal": "vera"}, "grant_invalid"),
        ({"resource": None}, "grant_invalid"),
        ({"expression": {"pii": ["yes"]}}, "grant_invalid"),
        ({"resource": None, "expression": {"pii": ["maybe"]}}, "grant_invalid"),
        ({"resource": None, "expression": {"color": ["red"]}}, "grant_invalid"),
        ({"permissions": ["drop"]}, "grant_invalid"),
        ({"resource": "lake.flights.delay", "permissions": ["alter"]}, "grant_invalid"),
        ({"filter": {"include": ["delay"], "exclude": ["flight"]}}, "grant_invalid"),
        ({"filter": {"include": ["nothing"]}}, "column_unknown"),
        ({"filter": {"rows": "nothing = 1"}}, "column_unknown"),
        ({"filter": {"rows": "delay IN (SELECT 1)"}}, "filter_invalid"),
        ({"filter": {"rows": "read_csv('/etc/passwd') IS NULL"}}, "filter_invalid"),
        ({"masks": {"delay": "blur"}}, "grant_invalid"),
        ({"masks": {"nothing": "hash"}}, "column_unknown"),
        ({"resource": "lake.nothing"}, "table_unknown"),
    ],
)
def test_a_grant_that_means_nothing_is_refused(guarded: Lake, request_: dict[str, object], code: str) -> None:
    given = {"principal": "user:vera", "permissions": ["select"], "resource": "lake.flights", **request_}
    request = {key: value for key, value in given.items() if value is not None}
    assert refused(lambda: guarded.services.grants.give(request, guarded.admin)).code == code
    assert guarded.services.grants.known(guarded.admin) == []


def test_nobody_passes_on_what_he_does_not_have(guarded: Lake) -> None:
    def pass_on(*permissions: str, **request: object) -> None:
        wanted = {"principal": "user:bob", "permissions": list(permissions), "resource": "lake.flights", **request}
        guarded.services.grants.give(wanted, guarded.viewer)

    assert refused(lambda: pass_on("select")).code == "permission_missing"
    guarded.grant("select", "grant", resource="lake.flights", filter={"rows": "month = 1"})
    assert refused(lambda: pass_on("select")).code == "permission_missing"
    guarded.grant("select", "grant", resource="lake.flights")
    pass_on("select")
    assert refused(lambda: pass_on("alter")).code == "permission_missing"
    assert refused(lambda: pass_on("select", resource="lake")).code == "permission_missing"
    own = {"principal": "user:vera", "permissions": ["alter"], "expression": {"pii": ["yes"]}}
    assert refused(lambda: guarded.services.grants.give(own, guarded.viewer)).code == "permission_missing"
    refusals = guarded.log(who="vera", allowed=False)
    assert {entry.action for entry in refusals} == {"grant.create"}
    assert len(refusals) == 5


def test_only_who_gave_a_grant_or_an_administrator_takes_it_back(guarded: Lake) -> None:
    guarded.grant("select", resource="lake.flights")
    [grant] = guarded.services.grants.known(guarded.viewer)
    assert refused(lambda: guarded.services.grants.revoke(grant.id, guarded.viewer)).code == "permission_missing"
    assert refused(lambda: guarded.services.grants.revoke(grant.id, Principal("bob"))).code == "grant_unknown"


def test_in_open_mode_everybody_sees_all_but_only_administrators_grant(lake: Lake) -> None:
    stranger = Principal("stranger")
    assert len(lake.rows("lake.flights", stranger)) == 90
    wanted = {"principal": "user:stranger", "permissions": ["select"], "resource": "lake.flights"}
    assert refused(lambda: lake.services.grants.give(wanted, stranger)).code == "permission_missing"
    assert lake.services.grants.access_to("lake.flights", stranger)["mode"] == "open"


# -- the audit log -------------------------------------------------------------------------------------------


def test_only_administrators_read_the_audit_log_and_trying_is_in_it(guarded: Lake) -> None:
    assert refused(lambda: guarded.access.audit(guarded.viewer)).code == "admin_only"
    assert guarded.log()[0].action == "audit"


def test_the_audit_log_pages_backwards_and_is_narrowed(guarded: Lake) -> None:
    for number in range(5):
        guarded.access.record(guarded.viewer, "try", f"thing {number}", allowed=number % 2 == 0, door="http")
    first, cursor = guarded.access.audit(guarded.admin, who="vera", limit=3)
    rest, end = guarded.access.audit(guarded.admin, who="vera", limit=3, cursor=cursor)
    assert [entry.resource for entry in first + rest] == [f"thing {number}" for number in (4, 3, 2, 1, 0)]
    assert end is None
    assert len(guarded.log(who="vera", allowed=False)) == 2
    assert [entry.door for entry in guarded.log(resource="thing 1")] == ["http"]
    with pytest.raises(InvalidInput):
        guarded.access.audit(guarded.admin, cursor="x")


@pytest.mark.parametrize("statement", [sa.update(audit).values(who="nobody"), sa.delete(audit)])
def test_the_store_itself_refuses_to_change_or_remove_an_entry(any_store: Store, tmp_path, statement) -> None:
    access = AccessService(any_store, SystemClock(), make_settings(tmp_path, admins="root"))
    access.record(Principal("vera"), "try", "thing", allowed=False, door="http", after={"why": "test"})
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), any_store.write() as connection:
        connection.execute(statement)
    [entry] = access.audit(access.principal("root"))[0]
    assert (entry.who, entry.after) == ("vera", {"why": "test"})


# -- settings ------------------------------------------------------------------------------------------------


def test_administrators_and_groups_come_from_the_settings(any_store: Store, tmp_path) -> None:
    settings = make_settings(tmp_path, admins="root, ada", groups="risk=ada,vera; ops=carol")
    access = AccessService(any_store, SystemClock(), settings)
    assert access.principal("ada") == Principal("ada", ("risk",), True)
    assert access.principal("carol", ["hub"]) == Principal("carol", ("hub", "ops"), False)
    assert access.principal("vera").names == ("user:vera", "group:risk", "everyone")


@pytest.mark.parametrize("settings", [{"catalog_access": "grant"}, {"groups": "risk"}])
def test_settings_that_cannot_be_read_open_nothing(any_store: Store, tmp_path, settings) -> None:
    with pytest.raises(InvalidInput) as caught:
        AccessService(any_store, SystemClock(), make_settings(tmp_path, **settings))
    assert caught.value.code == "setting_invalid"


def test_a_permission_that_is_missing_is_told_and_logged(guarded: Lake) -> None:
    with pytest.raises(Forbidden) as caught:
        guarded.access.require(guarded.viewer, "alter", None, door="http")
    assert caught.value.code == "permission_missing"
    assert guarded.log(allowed=False)[0].door == "http"
    with pytest.raises(NotFound):
        guarded.services.grants.access_to("lake.flights", guarded.viewer)


# -- what errors tell ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["passengr = 'x'", "zzz = 1", "passenger = 'x'", "delay > 1 AND passengr = 'x'"])
def test_a_filter_on_what_is_hidden_is_a_filter_on_what_is_not_there(personal: Lake, where: str) -> None:
    error = refused(lambda: personal.rows("lake.flights", personal.viewer, where=where))
    assert (error.code, error.field) == ("column_unknown", "filter")
    name = where.rpartition(" AND ")[2].partition(" ")[0]
    assert error.message == f"There is no column `{name}`."
    assert "`passenger`" not in str(error.remedy)


def test_errors_of_reading_hold_no_value_that_is_hidden(make_lake: Callable[..., Lake]) -> None:
    lake = make_lake(catalog_access="grants")
    place = lake.folder / "people"
    place.mkdir()
    (place / "0.csv").write_text("region,ssn\nEU,1\nUS,2\n")
    lake.crawl()
    (place / "0.csv").write_text("region,ssn\nEU,1\nUS,SECRET-555\n")
    lake.grant("select", resource="lake.people", filter={"rows": "region = 'EU'"})
    for call in (
        lambda: lake.preview("lake.people", lake.viewer),
        lambda: lake.rows("lake.people", lake.viewer),
        lambda: lake.data.profile("lake.people", lake.viewer),
    ):
        error = refused(call)
        assert error.code == "data_unreadable"
        assert "SECRET" not in f"{error.message}{error.remedy}{error.__cause__}"
    # Whoever sees all of it is told what is wrong.
    assert "SECRET-555" in refused(lambda: lake.rows("lake.people", lake.admin)).message


def test_rules_and_results_are_no_oracle_on_rows_that_are_hidden(guarded: Lake) -> None:
    guarded.data.set_rules("lake.flights", [{"check": "not_null", "column": "delay"}], guarded.admin)
    guarded.data.check_quality("lake.flights", guarded.admin)
    guarded.grant("select", "alter", resource="lake.flights", filter={"rows": "month = 1"})
    shown = guarded.data.quality("lake.flights", guarded.viewer)
    assert (shown["rules"], shown["results"], shown["recommended"]) == ([], [], [])
    rules = [{"check": "row_count", "arguments": {"min": 90}}]
    assert refused(lambda: guarded.data.set_rules("lake.flights", rules, guarded.viewer)).code == "permission_missing"
    assert [entry.action for entry in guarded.log(who="vera", allowed=False)] == ["rules.set"]
