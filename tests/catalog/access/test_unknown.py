"""What grants hide is as unknown as what does not exist: crawls, names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from jupyter_mlx.catalog.api import work

from ..data.conftest import Lake, write_flights
from .refusals import CAROL, refusal, words

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
    catalog, grants = lake.services.catalog, lake.services.grants
    request = {"principal": "user:carol", "permissions": ["select"], "filter": {"include": ["zzz"]}}
    calls: list[Callable[[str], object]] = [
        lambda name: catalog.document(name, CAROL),
        lambda name: catalog.document(name, CAROL, 999),
        lambda name: catalog.tables(CAROL, database=name),
        lambda name: catalog.annotate(name, {"description": "x"}, CAROL),
        lambda name: catalog.assign(name, {"pii": "no"}, CAROL),
        lambda name: grants.give({**request, "resource": name}, CAROL),
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
        lambda name: lake.services.grants.give({**request, "resource": name}, vera),
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
        assert refusal(partial(lake.services.grants.give, wanted, lake.viewer)).code == "permission_missing"
