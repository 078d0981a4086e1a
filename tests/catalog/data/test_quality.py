"""Quality rules: recommended with reasons, checked by value and in all, kept, and required before training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_mlx import contract
from jupyter_mlx.catalog.models import SourceRequest
from jupyter_mlx.errors import ExecutionFailed, InvalidInput

from .conftest import Lake

COLUMNS = {
    "id": pa.array([1, 2, 3, 3, None], pa.int64()),
    "share": [0.1, 0.5, 1.5, None, -1.0],
    "code": ["AB1", "CD2", "x", None, "EF3"],
    "kind": ["a", "b", "a", "c", None],
    "day": pa.array([0, 1, 2, 3, 4], pa.date32()),
}


@pytest.fixture(scope="module")
def odd(make_lake: Callable[..., Lake]) -> Lake:
    """A lake with a small table whose values break rules."""
    lake = make_lake()
    pq.write_table(pa.table(COLUMNS), lake.folder / "odd.parquet")
    lake.crawl()
    return lake


def outcome(lake: Lake, *rules: Mapping[str, Any]) -> list[tuple[bool, int, list[Any]]]:
    """How rules end: passed, failures, examples."""
    lake.data.set_rules("lake.odd", rules, lake.admin)
    result = lake.data.check_quality("lake.odd", lake.admin).to_json()
    contract.check("QualityResult", result)
    return [(check["passed"], check["failures"], list(check["examples"])) for check in result["checks"]]


def rule(check: str, column: str | None = None, **arguments: Any) -> dict[str, Any]:
    """A rule's document."""
    found: dict[str, Any] = {"check": check}
    if column:
        found["column"] = column
    return {**found, "arguments": arguments} if arguments else found


def test_each_check_counts_its_failures_and_shows_some(odd: Lake) -> None:
    assert outcome(
        odd,
        rule("not_null", "id"),
        rule("unique", "id"),
        rule("in_range", "share", min=0, max=1),
        rule("isin", "kind", values=["a", "b"]),
        rule("str_matches", "code", pattern="[A-Z]{2}[0-9]$"),
        rule("str_length", "code", min=2),
        rule("type", "id", type="int64"),
        rule("row_count", min=10),
        rule("null_share", "share", max=0.1),
        rule("in_range", "day", min="1970-01-03"),
    ) == [
        (False, 1, [None]),
        (False, 1, [3]),
        (False, 2, [1.5, -1.0]),
        (False, 1, ["c"]),
        (False, 1, ["x"]),
        (False, 1, ["x"]),
        (True, 0, []),
        (False, 0, []),
        (False, 1, []),
        (False, 2, ["1970-01-01", "1970-01-02"]),
    ]


def test_rules_that_hold_pass_and_the_table_says_so(odd: Lake) -> None:
    assert outcome(odd, rule("in_range", "share", min=-1, max=2), rule("null_share", "id", max=0.2)) == [
        (True, 0, []),
        (True, 0, []),
    ]
    assert odd.services.catalog.table("lake.odd", odd.admin).quality == "ok"
    odd.data.set_rules("lake.odd", [rule("not_null", "id")], odd.admin)
    assert odd.services.catalog.table("lake.odd", odd.admin).quality == "unknown"
    odd.data.check_quality("lake.odd", odd.admin)
    assert odd.services.catalog.table("lake.odd", odd.admin).quality == "failing"


def test_failures_are_counted_over_all_batches(make_lake: Callable[..., Lake]) -> None:
    lake = make_lake()
    count = 300_000
    pq.write_table(pa.table({"n": pa.array(range(count), pa.int64())}), lake.folder / "odd.parquet")
    lake.crawl()
    wanted = rule("in_range", "n", min=1000), rule("unique", "n"), rule("row_count", min=count, max=count)
    [(passed, failures, examples), *others] = outcome(lake, *wanted)
    assert (passed, failures, len(examples)) == (False, 1000, 5)
    assert max(examples) < 1000
    assert others == [(True, 0, []), (True, 0, [])]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (rule("sounds_good", "id"), "rule_invalid"),
        (rule("not_null"), "rule_invalid"),
        (rule("row_count", "id", min=1), "rule_invalid"),
        (rule("not_null", "nothing"), "column_unknown"),
        (rule("in_range", "id"), "rule_invalid"),
        (rule("in_range", "id", min="x"), "rule_invalid"),
        (rule("isin", "kind", values="a"), "rule_invalid"),
        (rule("str_matches", "code", pattern="("), "rule_invalid"),
        (rule("str_length", "id", min=1), "rule_invalid"),
        (rule("not_null", "id", min=1), "rule_invalid"),
    ],
)
def test_a_rule_that_cannot_be_checked_is_refused_with_its_number(
    odd: Lake, document: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        odd.data.set_rules("lake.odd", [rule("not_null", "id"), document], odd.admin)
    assert caught.value.code == code
    assert str(caught.value.field).startswith("rules.1")


def test_a_pattern_that_would_backtrack_for_ever_does_not(odd: Lake, make_lake: Callable[..., Lake]) -> None:
    lake = make_lake()
    pq.write_table(pa.table({"s": ["a" * 60 + "!"] * 100}), lake.folder / "odd.parquet")
    lake.crawl()
    assert outcome(lake, rule("str_matches", "s", pattern="(a+)+$")) == [(False, 100, ["a" * 60 + "!"])]
    with pytest.raises(InvalidInput, match="can't be checked"):
        outcome(lake, rule("str_matches", "s", pattern="(?=a)a"))


def test_recommendations_come_from_the_profile_with_reasons_and_hold(lake: Lake) -> None:
    assert lake.data.quality("lake.flights", lake.admin)["recommended"] == []
    lake.data.profile("lake.flights", lake.admin)
    quality = lake.data.quality("lake.flights", lake.admin)
    contract.check("Quality", quality)
    found = {(item["check"], item.get("column")): item for item in quality["recommended"]}
    assert found["not_null", "flight"]["reason"]
    assert found["null_share", "delay"]["arguments"] == {"max": 0.16}
    assert found["in_range", "month"]["arguments"] == {"min": 0}
    # Thirty values are too few to say what all may be.
    assert ("isin", "origin") not in found
    lake.data.set_rules("lake.flights", quality["recommended"], lake.admin)
    assert lake.data.check_quality("lake.flights", lake.admin).passed
    assert lake.data.quality("lake.flights", lake.admin)["recommended"] == []


def test_training_goes_on_only_where_rules_hold(odd: Lake) -> None:
    odd.data.set_rules("lake.odd", [], odd.admin)
    odd.data.require_quality(["lake.odd"], odd.admin)
    odd.data.set_rules("lake.odd", [rule("not_null", "id")], odd.admin)
    with pytest.raises(ExecutionFailed) as caught:
        odd.data.require_quality(["lake.odd"], odd.admin)
    assert caught.value.code == "quality_failed"
    assert "not_null(id)" in caught.value.message
    # The result is kept, and counts as long as rules and schema are the same.
    results = len(odd.data.quality("lake.odd", odd.admin)["results"])
    with pytest.raises(ExecutionFailed):
        odd.data.require_quality(["lake.odd"], odd.admin)
    assert len(odd.data.quality("lake.odd", odd.admin)["results"]) == results


def test_tables_of_a_crawl_are_checked_and_one_that_cannot_be_read_stops_no_other(
    make_lake: Callable[..., Lake],
) -> None:
    lake = make_lake()
    for name in ("good", "gone", "unruled"):
        (lake.folder / name).mkdir()
        pq.write_table(pa.table({"n": [1], name: [1]}), lake.folder / name / "0.parquet")
    lake.crawl()
    for name in ("good", "gone"):
        lake.data.set_rules(f"lake.{name}", [rule("not_null", "n")], lake.admin)
    crawls = lake.services.crawls
    source = crawls.find(SourceRequest(str(lake.folder)))
    assert source is not None
    crawl = crawls.crawl(source.id, owner="ada", full=True)
    assert lake.data.check_crawled(crawl, lake.admin) == {}
    crawls.update_source(source.id, options={"check_quality": True})
    crawl = crawls.crawl(source.id, owner="ada", full=True)
    assert crawl.problems == ()
    (lake.folder / "gone" / "0.parquet").unlink()
    found = lake.data.check_crawled(crawl, lake.admin)
    assert {path: getattr(result, "passed", None) for path, result in found.items()} == {
        "lake.good": True,
        "lake.gone": None,
    }
