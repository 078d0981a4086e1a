"""How fresh a view is served, by times alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jupyter_mlx.features.freshness import GRACE_S, duration, freshness_of, oldest_of
from jupyter_mlx.features.models import ViewDefinition

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VIEW = ViewDefinition("weather", "batch", ttl_s=7200.0)
HOUR = timedelta(hours=1)


def test_what_was_never_materialized_is_not_served() -> None:
    assert freshness_of(VIEW, None, NOW).state == "never"
    assert freshness_of(replace(VIEW, online=False), None, NOW).state == "offline"


def test_it_is_fresh_until_its_time_to_live_is_over() -> None:
    fresh = freshness_of(VIEW, NOW - 2 * HOUR, NOW)
    assert (fresh.state, fresh.lag_s, fresh.words) == ("fresh", 7200.0, "Materialized up to 2 h ago.")
    old = freshness_of(VIEW, NOW - 3 * HOUR, NOW)
    assert (old.state, old.words) == ("expired", "Materialized up to 3 h ago, past its time to live of 2 h.")
    assert freshness_of(replace(VIEW, ttl_s=None), NOW - 9000 * HOUR, NOW).state == "fresh"


def test_a_firing_that_was_missed_makes_it_late_after_a_while() -> None:
    since = NOW - HOUR
    grace = timedelta(seconds=GRACE_S)
    assert freshness_of(VIEW, since, NOW, due=NOW - grace).state == "fresh"
    late = freshness_of(VIEW, since, NOW, due=NOW - 3 * grace)
    assert (late.state, late.words) == (
        "late",
        "Materialized up to 1 h ago; its schedule should have done it again 30 min ago.",
    )
    assert freshness_of(VIEW, since, NOW, due=NOW + HOUR).state == "fresh"
    # Past its time to live is worse than late.
    assert freshness_of(VIEW, NOW - 3 * HOUR, NOW, due=NOW - HOUR).state == "expired"


def test_a_clock_that_is_behind_makes_no_negative_lag() -> None:
    assert freshness_of(VIEW, NOW + HOUR, NOW).lag_s == 0.0


def test_what_is_computed_on_demand_is_as_fresh_as_its_stalest_source() -> None:
    fresh, late = freshness_of(VIEW, NOW - HOUR, NOW), freshness_of(VIEW, NOW - HOUR, NOW, due=NOW - HOUR)
    found = oldest_of([fresh, late, freshness_of(VIEW, NOW - HOUR / 2, NOW)])
    assert (found.state, found.lag_s) == ("late", 3600.0)
    assert found.words.startswith("It is computed when it is asked for. Its stalest source: materialized")
    assert oldest_of([fresh, freshness_of(VIEW, None, NOW)]).state == "never"
    assert oldest_of([]).state == "fresh"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (59, "59 s"), (60, "1 min"), (5400, "1.5 h"), (90_000, "1.04 d")]
)
def test_lengths_of_time_are_said_in_the_largest_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words
