"""Feature views as a retrieval needs them: source columns of keys, times and features, and names for the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from feast.data_source import DataSource
from feast.feature_view import DUMMY_ENTITY_ID, FeatureView
from feast.infra.registry.base_registry import BaseRegistry
from feast.utils import _get_requested_feature_views_to_features_dict, _get_requested_on_demand_feature_views

from ..errors import InvalidInput

__all__ = ["View", "read_views"]


@dataclass(frozen=True)
class View:
    """One feature view of a retrieval.

    Parameters
    ----------
    name: As messages have it.
    source: Where its rows are.
    keys: Join keys: the labels' column and the source's.
    time, created: The source's columns of times.
    features: The result's column and the source's.
    ttl: How long a row is good for, None for ever.
    """

    name: str
    source: DataSource
    keys: tuple[tuple[str, str], ...]
    time: str
    created: str | None
    features: tuple[tuple[str, str], ...]
    ttl: timedelta | None

    @property
    def columns(self) -> list[str]:
        """The source's columns that are needed, each once."""
        found = [column for _, column in self.keys] + [self.time] + ([self.created] if self.created else [])
        return list(dict.fromkeys([*found, *(column for _, column in self.features)]))


def read_views(
    feature_views: Sequence[FeatureView],
    feature_refs: Sequence[str],
    registry: BaseRegistry,
    project: str,
    *,
    full_feature_names: bool,
) -> list[View]:
    """The views that references name, in the order in which they first do.

    Full names leave a version out, as Feast's on-demand views expect, unless two versions of one view are asked for.

    Raises
    ------
    ValueError: Feast's own, of a reference to a view that is not among them.
    InvalidInput: ``view_without_source``.
    """
    on_demand = _get_requested_on_demand_feature_views(list(feature_refs), project, registry)
    wanted, _ = _get_requested_feature_views_to_features_dict(list(feature_refs), list(feature_views), on_demand)
    names = [_plain_name(view) for view in wanted]
    found = []
    for view, features in wanted.items():
        name = _plain_name(view)
        if names.count(name) > 1:
            name = str(view.projection.name_to_use())  # type: ignore[no-untyped-call]
        found.append(_read(view, features, name, f"{name}__" if full_feature_names else ""))
    return found


def _plain_name(view: FeatureView) -> str:
    return str(view.projection.name_alias or view.name)


def _read(view: FeatureView, features: Sequence[str], name: str, prefix: str) -> View:
    source = view.batch_source
    if source is None:
        raise InvalidInput(
            "view_without_source",
            f"The feature view `{view.name}` has no batch source: nothing of the past can be read.",
            "Give it a batch source, and apply it.",
        )
    raw = {mapped: column for column, mapped in (source.field_mapping or {}).items()}
    keys = [entity.name for entity in view.entity_columns if entity.name != DUMMY_ENTITY_ID]
    join_keys = view.projection.join_key_map
    created = source.created_timestamp_column or None
    return View(
        name=name,
        source=source,
        keys=tuple((join_keys.get(key, key), raw.get(key, key)) for key in keys),
        time=raw.get(source.timestamp_field, source.timestamp_field),
        created=raw.get(created, created) if created else None,
        features=tuple((prefix + feature, raw.get(feature, feature)) for feature in dict.fromkeys(features)),
        ttl=view.ttl or None,
    )
