"""Features at the labels' times through Feast, and what of each view was found for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from .leakage import Found
from .repository import Repository, calling
from .source_types import check_types

if TYPE_CHECKING:
    import pyarrow as pa

    from .asof_views import View

__all__ = ["retrieve"]

_OURS = "jupyter_mlx.features.asof.AsofOfflineStore"
_TIME, _CREATED = "mlx time", "mlx created"


def retrieve(
    repository: Repository,
    labels: pa.Table,
    references: Sequence[str],
    *,
    known_only: bool,
    definitions: Path | None = None,
) -> tuple[pa.Table, dict[str, Found]]:
    """The labels with their features, and counts by view.

    Values come from our point-in-time join, whatever offline store the project names.

    Parameters
    ----------
    definitions: A file of definitions that counts instead of the repository's registry.

    Raises
    ------
    InvalidInput: ``label_column_clash``, ``repository_invalid``.
    MlxError: As the offline store has it.
    """
    _check_names(references)
    with repository.opened(offline_store=_OURS, definitions=definitions) as store:
        with calling(repository.folder):
            grouped = _grouped(store, references)
        check_types(grouped, Path(store.repo_path))
        job = store.get_historical_features(labels, list(references), filter_by_created_timestamp=known_only)
        table = job.to_arrow()
        return table, _counts(store, labels, grouped, known_only=known_only)


def _check_names(references: Sequence[str]) -> None:
    """Features of several views can't be columns of one name."""
    views: dict[str, str] = {}
    for reference in references:
        view, _, feature = reference.partition(":")
        if views.setdefault(feature, view) != view:
            raise InvalidInput(
                "label_column_clash",
                f"`{feature}` is a feature of `{views[feature]}` and of `{view}`: both can't be columns of that name.",
                "Leave one of them out, or rename it in its view, by a source's `field_mapping` for instance.",
                field="features",
            )


def _grouped(store: Any, references: Sequence[str]) -> list[tuple[Any, list[str]]]:
    """Feast's views that are asked for, or that what is asked for is computed from, with their features."""
    from feast import utils

    # Feast's own steps of a retrieval, which have no public names.
    all_views, all_on_demand = utils._get_feature_views_to_use(store.registry, store.project, list(references))  # noqa: SLF001
    grouped, _ = utils._group_feature_refs(list(references), all_views, all_on_demand)  # noqa: SLF001
    return [(view, list(names)) for view, names in grouped]


def _counts(
    store: Any, labels: pa.Table, grouped: Sequence[tuple[Any, list[str]]], *, known_only: bool
) -> dict[str, Found]:
    from .asof_engine import Limits, open_engine
    from .asof_labels import read_labels
    from .asof_retrieval import look_up
    from .asof_views import read_views

    chosen = [view for view, _ in grouped]
    needed = [f"{view.projection.name_to_use()}:{name}" for view, names in grouped for name in names]
    views = read_views(chosen, needed, store.registry, store.project, full_feature_names=False)
    rows = read_labels(labels)
    found = {}
    config = store.config.offline_store
    limits = Limits(config.memory_limit, config.threads, config.temp_directory)
    for view in views:
        probe = replace(view, ttl=None, features=_probes(view))
        with open_engine(limits) as engine:
            table = look_up(engine, [probe], rows, Path(store.repo_path), known_only=known_only)
        found[view.name] = _tally(table, rows, view)
    return found


def _probes(view: View) -> tuple[tuple[str, str], ...]:
    created = () if view.created is None else ((_CREATED, view.created),)
    return ((_TIME, view.time), *created)


def _tally(table: pa.Table, rows: Any, view: View) -> Found:
    """Counts of what was found at all: of a value that is too old, and of one that was written down later."""
    import pyarrow as pa
    import pyarrow.compute as pc

    labels = rows.instants.at("us").cast(pa.int64())
    times = _microseconds(table.column(_TIME))
    there = pc.is_valid(times)
    total = table.num_rows
    count = pc.sum(there).as_py() or 0
    expired, old = 0, pc.invert(there)
    if view.ttl is not None:
        age = pc.subtract(labels, times)
        limit = view.ttl.days * 86_400_000_000 + view.ttl.seconds * 1_000_000 + view.ttl.microseconds
        old = pc.fill_null(pc.greater(age, limit), fill_value=False)
        expired = pc.sum(old).as_py() or 0
    later = 0
    if view.created is not None:
        written = pc.greater(_microseconds(table.column(_CREATED)), labels)
        # What is too old is null, whenever it was written down.
        later = pc.sum(pc.and_(written, pc.invert(old))).as_py() or 0
    return Found(count - expired, expired, total - count, later)


def _microseconds(column: Any) -> Any:
    import pyarrow as pa

    combined = column.combine_chunks()
    if pa.types.is_string(combined.type):
        combined = combined.cast(pa.timestamp("us", "UTC"))
    return combined.cast(pa.timestamp("us", getattr(combined.type, "tz", None)), safe=False).cast(pa.int64())
