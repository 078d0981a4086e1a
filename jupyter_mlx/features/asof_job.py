"""A retrieval that runs when its result is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa
from feast.infra.offline_stores.offline_store import RetrievalJob, RetrievalMetadata
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.saved_dataset import SavedDatasetStorage, ValidationReference

from .asof_engine import Engine, Limits, steadily
from .asof_labels import Labels
from .asof_writing import persist

__all__ = ["AsofRetrievalJob", "Result"]


@dataclass(frozen=True)
class Result:
    """What a retrieval found.

    Parameters
    ----------
    table: The rows.
    labels: The label rows that they belong to, None where there were none.
    """

    table: pa.Table
    labels: Labels | None = None


class AsofRetrievalJob(RetrievalJob):
    """A retrieval through DuckDB, with an engine of its own for each time its result is asked for.

    Parameters
    ----------
    work: Gives the result.
    describe: Gives what Feast stores beside a saved dataset; None where nothing is.
    """

    def __init__(
        self,
        work: Callable[[Engine], Result],
        limits: Limits,
        repo: Path | None,
        *,
        full_feature_names: bool = False,
        on_demand_feature_views: list[OnDemandFeatureView] | None = None,
        describe: Callable[[Labels], RetrievalMetadata] | None = None,
        labels: Callable[[Engine], Labels] | None = None,
    ) -> None:
        self._work = work
        self._limits = limits
        self._repo = repo
        self._full_feature_names = full_feature_names
        self._on_demand_feature_views = on_demand_feature_views or []
        self._describe = describe
        self._labels = labels
        self._metadata: RetrievalMetadata | None = None
        self._frame: pd.DataFrame | None = None

    def to_df(
        self, validation_reference: ValidationReference | None = None, timeout: int | None = None
    ) -> pd.DataFrame:
        """The result as a DataFrame; the labels' columns are those that were given, type and zone included."""
        found = super().to_df(validation_reference, timeout)
        if self._frame is not None:
            for position in range(self._frame.shape[1]):
                given = self._frame.iloc[:, position].reset_index(drop=True)
                if given.dtype != found.dtypes.iloc[position] or given.dtype == object:
                    found.isetitem(position, given)
        return found

    def _to_arrow_internal(self, timeout: int | None = None) -> pa.Table:
        result = steadily(self._limits, self._work, timeout)
        if result.labels is not None:
            self._frame = result.labels.frame
            if self._describe is not None:
                self._metadata = self._describe(result.labels)
        return result.table

    def _to_df_internal(self, timeout: int | None = None) -> pd.DataFrame:
        return self._to_arrow_internal(timeout).to_pandas()

    @property
    def full_feature_names(self) -> bool:
        """Whether features are named ``view__feature``."""
        return self._full_feature_names

    @property
    def on_demand_feature_views(self) -> list[OnDemandFeatureView]:
        """The on-demand views that Feast computes from the result."""
        return self._on_demand_feature_views

    @property
    def metadata(self) -> RetrievalMetadata | None:
        """References, the labels' columns and their first and last time; a query's labels are read for it."""
        if self._metadata is None and self._describe is not None and self._labels is not None:
            self._metadata = self._describe(steadily(self._limits, self._labels))
        return self._metadata

    def persist(self, storage: SavedDatasetStorage, allow_overwrite: bool = False, timeout: int | None = None) -> None:
        """Write the result to a file or a folder.

        Raises
        ------
        SavedDatasetLocationAlreadyExists: Feast's own.
        InvalidInput: ``storage_unsupported``.
        """
        persist(storage, self._repo, lambda: self.to_arrow(timeout=timeout), overwrite=allow_overwrite)
