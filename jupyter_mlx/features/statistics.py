"""Statistics of views: what their sources hold, how that drifted from what was trained on, what is served of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..store.feature_tables import statistics
from .service import FeatureService

if TYPE_CHECKING:
    from ..catalog.models import Principal

__all__ = ["FeatureStatistics"]


class FeatureStatistics:
    """Owns the statistics of views: the newest of each is kept, as aggregates only."""

    def __init__(self, features: FeatureService) -> None:
        self._features = features

    def stored(self, reference: str, principal: Principal) -> dict[str, Any] | None:
        """``FeatureStatistics`` of the contract, as they were computed last; None where they never were.

        Raises
        ------
        NotFound: ``view_unknown``.
        Forbidden: ``permission_missing``: they are of all values.
        """
        view = self._features.view(reference, principal=principal)
        self._features.require(principal, "statistics", self._features.view(view.id))
        query = sa.select(statistics.c.data).where(statistics.c.view_id == view.id)
        with self._features.store.read() as connection:
            found: dict[str, Any] | None = connection.execute(query).scalar()
        return found
