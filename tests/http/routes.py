"""The routes that `MlxApp` registers in a server, in the contract's words."""

from __future__ import annotations

import re
from typing import Any

from tornado.web import RequestHandler

IDS = "run|schedule|source|crawl|table|grant|view|training_set|experiment|model_run|promotion|evaluation|replay"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def answered(handler: type[RequestHandler]) -> set[str]:
    """The methods that a handler answers; OPTIONS is jupyter_server's, for all."""
    missing = RequestHandler._unimplemented_method
    return {method for method in METHODS if getattr(handler, method.lower()) is not missing}


def paths(pattern: str) -> list[str]:
    """A registered pattern as paths of the contract: ``/jobs/{id}``."""
    path = pattern.removesuffix("$")
    path = re.sub(rf"\(\?P<(?:{IDS})_id>[^)]*\)", "{id}", path)
    path = re.sub(r"\(\?P<(name|key|version|path)>[^)]*\)", r"{\1}", path)
    found = re.search(r"\(\?P<action>([^)]*)\)", path)
    return [path.replace(found[0], action) for action in found[1].split("|")] if found else [path]


def registered(web_app: Any, base_url: str) -> dict[str, type[RequestHandler]]:
    """Every route below ``mlx/`` of a server: path of the contract → handler."""
    found: dict[str, type[RequestHandler]] = {}
    prefix = f"{base_url}mlx/v1"
    for rules in (host.target.rules for host in web_app.default_router.rules):
        for rule in rules:
            pattern = getattr(getattr(rule.matcher, "regex", None), "pattern", "")
            if "mlx" in pattern:
                assert pattern.startswith(prefix), pattern
                found |= dict.fromkeys(paths(pattern.removeprefix(prefix)), rule.target)
    return found
