"""Work in jobs: who may queue it, and what everybody reads of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import jupyter_mlx
from jupyter_mlx.catalog.api import work
from jupyter_mlx.catalog.exchange.result import ExchangeResult
from jupyter_mlx.catalog.hosts import HostRules

from ..data.conftest import Lake
from .refusals import refusal


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
