"""Fixtures of comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jupyter_mlx.review.service import DiffService
from jupyter_mlx.services import Services


@pytest.fixture
def review(services: Services) -> Iterator[DiffService]:
    """Comparisons in a store of its own."""
    yield services.review
    services.review.close()


@pytest.fixture
def impatient(services: Services) -> Iterator[Callable[..., DiffService]]:
    """Makes services with other limits: `impatient(limit_s=1)`."""
    made: list[DiffService] = []

    def make(**limits: Any) -> DiffService:
        made.append(DiffService(services.jobs, **limits))
        return made[-1]

    yield make
    for service in made:
        service.close()
