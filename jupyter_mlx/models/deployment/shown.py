"""Deployments as documents of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...clock import to_iso
from ..targets.port import Deployment, Revision, RouteShare, Status
from .rules import read_routes

__all__ = ["deployment_document"]


def deployment_document(row: Deployment, seen: Status, revisions: Sequence[Revision]) -> dict[str, Any]:
    """``Deployment`` of the contract.

    Parameters
    ----------
    seen: How it is.
    revisions: Its revisions, newest first.
    """
    wanted = revisions[0]
    # What the processes are told at the moment, which is not yet what is wanted while versions load.
    in_force = read_routes(seen.own["routes"]) if seen.own.get("routes") else wanted.routes
    shares = {route.version: route for route in in_force}
    unserved = RouteShare(0, 0.0)
    return {
        "name": row.name,
        "target": row.target,
        "model": row.model,
        "state": seen.state,
        "message": seen.message,
        "address": seen.address,
        "revision": row.revision,
        "routes": [route.to_json() for route in wanted.routes],
        "versions": [
            {
                **version.to_json(),
                "share": shares.get(version.version, unserved).share,
                "shadow": shares.get(version.version, unserved).shadow,
            }
            for version in seen.versions
        ],
        "revisions": [revision.to_json() for revision in revisions],
        "signature": wanted.signature,
        "options": dict(row.options),
        "owner": row.owner,
        "created_at": to_iso(row.created_at),
        "updated_at": to_iso(row.updated_at),
    }
