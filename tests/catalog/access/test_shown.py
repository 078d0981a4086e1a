"""What the catalog shows of a table, and says of other things, to who does not see all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlx.catalog.hosts import HostRules
from jupyter_mlx.catalog.models import Principal, SourceRequest
from jupyter_mlx.errors import MlxError

from ..data.conftest import Lake
from .refusals import CAROL, GRANT, refusal

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
        lake.services.grants.revoke(lake.services.grants.give(GRANT, lake.admin).id, CAROL)
    assert lake.log(allowed=False)[0].action == "grant.remove"
