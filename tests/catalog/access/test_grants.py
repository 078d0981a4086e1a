"""Grants: what they tell, who passes them on, and what they protect."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from jupyter_mlx.catalog.models import Principal

from ..data.conftest import Lake, write_flights
from .refusals import refusal

# -- grants ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [{"resource": "lake.flights"}, {"resource": "lake"}, {"expression": {"pii": ["no"]}}])
def test_a_grant_does_not_name_what_it_hides(lake: Lake, reach: dict[str, Any]) -> None:
    lake.grant("select", **reach, filter={"exclude": ["passenger"], "rows": "passenger LIKE '%1'"})
    masks = {"passenger": "hash", "origin": "hash", "pii=yes": "null"}
    lake.grant("select", **reach, filter={"exclude": ["passenger"], "rows": "month = 1"}, masks=masks)
    given = lake.services.grants.access_to("lake.flights", lake.viewer)["grants"]
    listed = [grant.to_json() for grant in lake.services.grants.known(lake.viewer)]
    assert "passenger" not in json.dumps([given, listed])
    for hidden, shown in (given, listed):
        assert hidden["filter"] == {"rows": "a condition on columns that you may not see"}
        assert (shown["filter"], shown["masks"]) == ({"rows": "month = 1"}, {"origin": "hash", "pii=yes": "null"})
    assert "passenger" in json.dumps([grant.to_json() for grant in lake.services.grants.known(lake.admin)])


def test_who_may_grant_does_not_read_of_columns_that_he_does_not_see(lake: Lake) -> None:
    lake.grant("select", "grant", resource="lake.flights", filter={"exclude": ["passenger"]})
    lake.grant("select", resource="lake.flights.passenger", to="user:bob")
    lake.grant("select", resource="lake.flights", filter={"include": ["flight", "passenger"]}, to="user:bob")
    grants = lake.services.grants.access_to("lake.flights", lake.viewer)["grants"]
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
        lake.services.grants.give(wanted, lake.viewer)

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
        assert lake.services.grants.give(wanted, lake.viewer).created_by == "vera"
