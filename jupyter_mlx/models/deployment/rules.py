"""What a deployment may be asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import Conflict, InvalidInput
from ..targets.port import Deployment, RouteShare, TargetPort

__all__ = ["check_routes", "deployment_exists", "read_routes", "require_expected"]

MOST = 5
"""Versions side by side."""
TOLERANCE = 1e-6


def read_routes(documents: Sequence[Mapping[str, Any]]) -> tuple[RouteShare, ...]:
    """Routes as the contract has them."""
    return tuple(RouteShare.from_json(document) for document in documents)


def check_routes(routes: Sequence[RouteShare], target: TargetPort) -> None:
    """Whether a target can serve so.

    Raises
    ------
    InvalidInput: ``routes_invalid``, with what is wrong.
    """
    problem, remedy = _problem(routes, target)
    if problem:
        raise InvalidInput("routes_invalid", problem, remedy, field="routes")


def _problem(routes: Sequence[RouteShare], target: TargetPort) -> tuple[str, str]:
    if not routes:
        return "No version is served.", "Name one at least; `running: false` stops a deployment."
    if len(routes) > MOST:
        return f"{len(routes)} versions are more than {MOST}.", "Serve fewer side by side."
    twice = [version for version, count in Counter(route.version for route in routes).items() if count > 1]
    if twice:
        return f"Version {twice[0]} is named twice.", "Name each version once."
    answering = [route for route in routes if not route.shadow]
    if not answering:
        return "All versions are shadows: nobody would answer.", "Give one a share."
    if any(route.share for route in routes if route.shadow):
        return "A shadow has a share.", "It answers nobody: its share is 0."
    wrong = [route.share for route in answering if not 0 <= route.share <= 1]
    if wrong:
        return f"{wrong[0]:g} is no share.", "Give each version a part of 1."
    total = sum(route.share for route in answering)
    if abs(total - 1.0) > TOLERANCE:
        return f"The shares add up to {total:.6g}, not 1.", "Change them so that they do."
    if len(answering) > 1 and not target.supports_shares:
        return "This target serves one version at a time.", "Give one version all."
    if len(answering) < len(routes) and not target.supports_shadow:
        return "This target has no shadows.", "Leave them out."
    return "", ""


def deployment_exists(name: str) -> Conflict:
    """The error where a name is taken."""
    return Conflict(
        "deployment_exists",
        f"There is a deployment `{name}`.",
        "Choose another name, or change what it serves.",
        field="name",
    )


def require_expected(before: Deployment, patch: Mapping[str, Any]) -> None:
    """Whether a deployment is as who changes it saw it.

    Raises
    ------
    Conflict: ``deployment_changed``, ``deployment_removed``.
    """
    if before.wanted == "removed":
        raise Conflict("deployment_removed", f"`{before.name}` is being removed.", "Wait, then deploy it anew.")
    expected = patch.get("expected")
    if expected is not None and expected != before.revision:
        raise Conflict(
            "deployment_changed",
            f"`{before.name}` is at revision {before.revision}, not {expected}: somebody changed it.",
            "Look at it again, then repeat the change.",
            field="expected",
        )
