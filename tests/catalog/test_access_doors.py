"""What grants hide, by the doors of the catalog itself: crawls, names, grants, tags, partitions, events, jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_mlx.catalog import api
from jupyter_mlx.catalog.models import Principal
from jupyter_mlx.errors import MlxError

from .data.conftest import Lake, write_flights

CAROL = Principal("carol")
"""Nobody's grantee."""


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
    monkeypatch.setattr(api, "services", lambda: lake.services)
    monkeypatch.setattr(lake.services, "principal", lambda: CAROL)
    before = lake.services.crawls.page()[0]
    for call in (
        lambda: api.run_crawl("lake", full=True),
        lambda: api.crawl(str(lake.folder)),
        lambda: api.crawl(str(lake.folder.parent), name="other"),
    ):
        assert refusal(call).code == "permission_missing"
    assert lake.services.crawls.page()[0] == before
    assert [source.name for source in lake.services.crawls.sources()] == ["lake"]
    assert len(lake.log(who="carol", allowed=False)) == 3
