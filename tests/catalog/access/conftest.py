"""A lake where access is by grants, and work on it that is queued."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_mlx.jobs import control

from ..data.conftest import Lake, write_flights


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


@pytest.fixture
def queued(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Queues work on the table as the viewer, no agent at hand: the name of its job."""
    monkeypatch.setattr(control, "ensure_agent", lambda _: None)

    def queue(kind: str) -> str:
        jobs = lake.services.catalog_jobs
        return str(getattr(jobs, kind)("lake.flights", lake.viewer, cwd=lake.folder).job.name)

    return queue
