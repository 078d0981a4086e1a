"""What a deployment's things are called at SageMaker, and what its variants say."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .port import Deployment, RouteShare, VersionStatus

__all__ = [
    "BUCKET",
    "config_name",
    "is_of",
    "model_name",
    "place",
    "prefix",
    "same_variants",
    "seen",
    "shares",
    "variant",
    "variant_name",
    "version_of",
    "wanted_shares",
]

BUCKET = re.compile(r"s3://(?P<bucket>[a-z0-9.-]{3,63})(?:/(?P<prefix>.*?))?/?\Z")


def prefix(deployment: Deployment) -> str:
    """What all names of a deployment's things begin with."""
    # Names have 63 characters at most, and what follows takes 14 of them.
    return f"{deployment.name[:36].rstrip('-')}-{deployment.id[:12]}"


def model_name(deployment: Deployment, version: int) -> str:
    """That of a version's model."""
    return f"{prefix(deployment)}-v{version}"


def config_name(deployment: Deployment, routes: Sequence[RouteShare]) -> str:
    """That of an endpoint's configuration: the same routes have the same one."""
    said = json.dumps([variant(deployment, route) for route in routes], sort_keys=True)
    return f"{prefix(deployment)}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def is_of(deployment: Deployment, endpoint: Mapping[str, Any]) -> bool:
    """Whether an endpoint was made for a deployment: by its configuration's name."""
    return str(endpoint["EndpointConfigName"]).startswith(f"{prefix(deployment)}-")


def variant_name(version: int) -> str:
    """That of a version's variant."""
    return f"v{version}"


def version_of(variant: str) -> int | None:
    """The version that a variant serves; None where it is none of ours."""
    return int(variant[1:]) if re.fullmatch(r"v\d+", variant) else None


def variant(deployment: Deployment, route: RouteShare) -> dict[str, Any]:
    """A version's variant, as a configuration has it."""
    return {
        "VariantName": variant_name(route.version),
        "ModelName": model_name(deployment, route.version),
        "InstanceType": deployment.options["instance_type"],
        "InitialInstanceCount": deployment.options["instance_count"],
        # A shadow's weight is the part of the requests that is copied to it.
        "InitialVariantWeight": 1.0 if route.shadow else route.share,
    }


def place(deployment: Deployment, version: int) -> tuple[str, str]:
    """The bucket and the key of a version's files."""
    found = BUCKET.match(deployment.options["bucket"])
    assert found is not None
    below = f"{found['prefix']}/" if found["prefix"] else ""
    return found["bucket"], f"{below}{deployment.name}-{deployment.id}/{version}/model.tar.gz"


def seen(variant: Mapping[str, Any]) -> VersionStatus:
    """How a version is, by what the endpoint says of its variant."""
    ready = variant.get("CurrentInstanceCount", 0) >= max(variant.get("DesiredInstanceCount", 1), 1)
    return VersionStatus(version_of(variant["VariantName"]) or 0, "READY" if ready else "STARTING")


def shares(endpoint: Mapping[str, Any]) -> dict[str, float]:
    """The weights of versions that an endpoint has, or is about to."""
    return {item["VariantName"]: item.get("DesiredWeight", 0.0) for item in endpoint.get("ProductionVariants", ())}


def wanted_shares(routes: Sequence[RouteShare]) -> dict[str, float]:
    """The weights of versions that it is to have."""
    return {variant_name(route.version): route.share for route in routes if not route.shadow}


def same_variants(endpoint: Mapping[str, Any], routes: Sequence[RouteShare]) -> bool:
    """Whether the endpoint has the very versions, so that shares are all that may change."""
    shadows = {item["VariantName"] for item in endpoint.get("ShadowProductionVariants", ())}
    wanted = {variant_name(route.version) for route in routes if route.shadow}
    return shares(endpoint).keys() == wanted_shares(routes).keys() and shadows == wanted
