"""Which features are asked for: of which project, by which names."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..errors import InvalidInput, NotFound
from ..store.feature_tables import projects
from .service import FeatureService

__all__ = ["asked_for", "project_of"]


def project_of(service: FeatureService, name: str | None) -> Any:
    """The row of an applied project: the one of that name, or the only one.

    Raises
    ------
    NotFound: ``project_unknown``.
    InvalidInput: ``project_missing``.
    """
    with service.store.read() as connection:
        rows = connection.execute(sa.select(projects).order_by(projects.c.name)).all()
    chosen = [row for row in rows if name is None or row.name == name]
    if len(chosen) == 1:
        return chosen[0]
    if name is None and rows:
        listed = ", ".join(row.name for row in rows)
        raise InvalidInput("project_missing", "Several projects are applied.", f"Name one: {listed}.")
    raise NotFound(
        "project_unknown",
        f"No project `{name}` was applied." if name else "No feature repository was applied.",
        "Apply one: `jupyter mlx features apply DIR`.",
    )


def asked_for(service: FeatureService, project: Any, features: str | Sequence[str]) -> list[str]:
    """``view:feature`` of everything that is asked for, each once.

    Parameters
    ----------
    features: ``view:feature``, views for all of theirs, names of services.

    Raises
    ------
    NotFound: ``view_unknown``, ``feature_unknown``.
    InvalidInput: ``features_missing``.
    """
    asked = [features] if isinstance(features, str) else list(features)
    services = {item["name"]: item["features"] for item in project.definition.get("services", ())}
    found: list[str] = []
    for text in asked:
        name, colon, feature = text.partition(":")
        if not colon and name in services:
            found += services[name]
            continue
        view = service.view(f"{project.name}/{name}").definition
        names = [item.name for item in view.features]
        if colon and feature not in names:
            near = difflib.get_close_matches(feature, names, n=1)
            hint = f"Did you mean `{name}:{near[0]}`?" if near else f"It has {', '.join(f'`{one}`' for one in names)}."
            raise NotFound("feature_unknown", f"The view `{name}` has no feature `{feature}`.", hint)
        found += [text] if colon else [f"{name}:{one}" for one in names]
    if not found:
        raise InvalidInput("features_missing", "No feature is asked for.", "Name some as `view:feature`.")
    return list(dict.fromkeys(found))
