"""Which features are asked for: of which project, by which names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from ..catalog.models import Principal
from ..errors import InvalidInput, NotFound
from ..store.feature_tables import projects
from .models import View, ViewDefinition
from .service import FeatureService

__all__ = ["asked_for", "project_of", "projects_of", "views_of"]


def projects_of(service: FeatureService, principal: Principal | None = None) -> list[Any]:
    """The rows of the applied projects that a principal may know of, by name; of their definitions what he may see.

    A project is known by its views, or to whoever applied it. A service is shown where all of its features are, and an
    entity where a view of it is.
    """
    with service.store.read() as connection:
        rows = list(connection.execute(sa.select(projects).order_by(projects.c.name)).all())
    if service.access.sees_all(principal):
        return rows
    by_project: dict[str, list[ViewDefinition]] = {}
    for view in service.views(principal=principal):
        by_project.setdefault(view.project, []).append(view.definition)
    return [
        SimpleNamespace(**{**row._mapping, "definition": _seen(row.definition, by_project.get(row.name, []))})
        for row in rows
        if row.name in by_project or service.access.owns(principal, row.applied_by)
    ]


def _seen(definition: Mapping[str, Any], seen: Sequence[ViewDefinition]) -> dict[str, Any]:
    known = {f"{view.name}:{item.name}" for view in seen for item in view.features}
    about = {name for view in seen for name in view.entities}
    return {
        "entities": [item for item in definition.get("entities", ()) if item["name"] in about],
        "services": [item for item in definition.get("services", ()) if known.issuperset(item["features"])],
    }


def project_of(service: FeatureService, name: str | None, principal: Principal | None = None) -> Any:
    """The row of an applied project: the one of that name, or the only one, as `projects_of` has it.

    Raises
    ------
    NotFound: ``project_unknown``.
    InvalidInput: ``project_missing``.
    """
    rows = projects_of(service, principal)
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


def asked_for(
    service: FeatureService, project: Any, features: str | Sequence[str], principal: Principal | None = None
) -> list[str]:
    """``view:feature`` of everything that is asked for, each once.

    Parameters
    ----------
    features: ``view:feature``, views for all of theirs, names of services.

    Raises
    ------
    NotFound: ``view_unknown``, ``feature_unknown``.
    InvalidInput: ``features_missing``, ``features_invalid``, ``service_altered``.
    """
    asked = [features] if isinstance(features, str) else list(features)
    services = {item["name"]: item for item in project.definition.get("services", ())}
    found: list[str] = []
    for text in asked:
        name, colon, feature = text.partition(":")
        if "@" in name:
            # Feast, where it has versions at all, counts them otherwise than we do.
            raise InvalidInput(
                "features_invalid",
                f"`{text}` names a version: features are read of the version in force.",
                "Leave `@…` out; a training set of an earlier version is made again from its record.",
                field="features",
            )
        if not colon and name in services:
            found += _of_service(services[name])
            continue
        view = service.view(f"{project.name}/{name}", principal=principal)
        names = [item.name for item in view.definition.features]
        if colon and feature not in names:
            near = difflib.get_close_matches(feature, names, n=1)
            hint = f"Did you mean `{name}:{near[0]}`?" if near else f"It has {', '.join(f'`{one}`' for one in names)}."
            error = NotFound("feature_unknown", f"The view `{name}` has no feature `{feature}`.", hint)
            _tell(service, view, feature, principal, error)
            raise error
        found += [text] if colon else [f"{name}:{one}" for one in names]
    if not found:
        raise InvalidInput("features_missing", "No feature is asked for.", "Name some as `view:feature`.")
    return list(dict.fromkeys(found))


def _of_service(service: Mapping[str, Any]) -> list[str]:
    altered = service.get("altered")
    if altered:
        # By its references alone, a view has its own name and keys: the values would be other entities'.
        raise InvalidInput(
            "service_altered",
            f"The service `{service['name']}` takes {', '.join(f'`{name}`' for name in altered)} under another name, "
            "or by other join keys.",
            "Ask Feast for it: `FeatureStore(…).get_historical_features(labels, service)`; "
            "or name the views here, and rename the labels' key.",
            field="features",
        )
    return list(service["features"])


def _tell(service: FeatureService, view: View, feature: str, principal: Principal | None, error: NotFound) -> None:
    """Write in the audit log that a hidden feature was asked for."""
    if principal is not None and any(item.name == feature for item in service.view(view.id).definition.features):
        service.access.refuse(principal, "describe", f"{view.project}/{view.definition.name}.{feature}", error)


def views_of(
    service: FeatureService,
    project: str,
    references: Iterable[str],
    *,
    principal: Principal | None = None,
    action: str = "read",
) -> list[View]:
    """The views whose values are read for some ``view:feature``, by name, where a principal may read those.

    Raises
    ------
    NotFound: ``view_unknown``.
    Forbidden: ``permission_missing``.
    """
    wanted: dict[str, list[str]] = {}
    for reference in references:
        name, _, feature = reference.partition(":")
        wanted.setdefault(name, []).append(feature)
    known = {item.definition.name: item for item in service.views(project)}
    found = {name: known.get(name) or service.view(f"{project}/{name}") for name in wanted}
    for name, features in wanted.items():
        service.require(principal, action, found[name], features)
    waiting = list(found.values())
    while waiting:
        # What a view is computed from decides on its values, too. Request sources come with the labels.
        view = waiting.pop()
        used = [known[name] for name in view.definition.uses if name in known and name not in found]
        found |= {other.definition.name: other for other in used}
        waiting += used
    return sorted(found.values(), key=lambda view: view.definition.name)
