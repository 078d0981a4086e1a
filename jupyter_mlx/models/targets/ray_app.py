"""What runs on a Ray cluster: one Serve application a deployment, a router by share, and one deployment a version.

``python -m jupyter_mlx.models.targets.ray_app deploy NAME`` or ``… delete NAME``, as a job of the cluster.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ...backends import library_missing
from ...errors import Unavailable

__all__ = ["DOCUMENT", "delete", "deploy", "main"]

DOCUMENT = "MLX_RAY_DEPLOYMENT"
"""The variable with what is to be served, as JSON."""
HEADER = "X-Mlx-Version"


class Version:
    """One version, loaded: what it answers to MLflow's scoring protocol."""

    def __init__(self, tracking_uri: str, model: str, version: int) -> None:
        import mlflow
        from mlflow.pyfunc import load_model

        mlflow.set_tracking_uri(tracking_uri)
        mlflow.set_registry_uri(tracking_uri)
        self._model = load_model(f"models:/{model}/{version}")
        self._schema = self._model.metadata.get_input_schema()

    def score(self, body: bytes, content_type: str) -> tuple[int, str]:
        """Status and body of an answer to ``/invocations``."""
        from mlflow.pyfunc.scoring_server import invocations

        from ..serving.refusing import explain

        try:
            scored = invocations(body, content_type, self._model, self._schema)
        except Exception as error:  # noqa: BLE001 - user code and MLflow raise anything; the client is told what
            status, code, message = explain(error, body, content_type, self._schema)
            return status, json.dumps({"error_code": code, "message": message})
        return int(scored.status), str(scored.response)


class Router:
    """Chooses a version for each request, by its share, and has shadows answer to nobody."""

    def __init__(self, routes: list[dict[str, Any]], handles: Mapping[str, Any]) -> None:
        self._handles = handles
        self._served = [route for route in routes if not route["shadow"]]
        self._shadows = [str(route["version"]) for route in routes if route["shadow"]]
        self._copies: set[asyncio.Task[Any]] = set()

    async def __call__(self, request: Any) -> Any:
        """``/invocations`` and ``/ping``."""
        from starlette.responses import Response

        path = request.url.path.removeprefix(request.scope.get("root_path", "")).rstrip("/")
        if request.method == "GET" and path.endswith(("/ping", "/health")):
            return Response("\n")
        if request.method != "POST" or not path.endswith("/invocations"):
            return _refusal(404, "ENDPOINT_NOT_FOUND", "Send rows with POST to /invocations.")
        version = request.headers.get(HEADER) or self._chosen()
        if version not in {str(route["version"]) for route in self._served}:
            return _refusal(400, "BAD_REQUEST", f"Version {version} is not served.")
        body, kind = await request.body(), request.headers.get("content-type", "application/json")
        status, text = await self._handles[version].score.remote(body, kind)
        for shadow in self._shadows:
            copy = asyncio.ensure_future(_forgotten(self._handles[shadow], body, kind))
            self._copies.add(copy)
            copy.add_done_callback(self._copies.discard)
        return Response(text, status, {HEADER: version}, "application/json")

    def _chosen(self) -> str:
        shares = [route["share"] for route in self._served]
        return str(random.choices([route["version"] for route in self._served], shares)[0])  # noqa: S311 - no secret


async def _forgotten(handle: Any, body: bytes, kind: str) -> None:
    await handle.score.remote(body, kind)


def _refusal(status: int, code: str, message: str) -> Any:
    from starlette.responses import JSONResponse

    return JSONResponse({"error_code": code, "message": message}, status)


def _serve() -> Any:
    """Ray Serve.

    Raises
    ------
    Unavailable: ``library_missing``.
    """
    try:
        return import_module("ray.serve")
    except ModuleNotFoundError as error:
        raise library_missing(error) from error


def deploy(name: str, document: Mapping[str, Any]) -> None:
    """Have the cluster serve an application, in place of the one of that name.

    Parameters
    ----------
    document: ``{"tracking_uri", "model", "workers", "routes"}``.
    """
    serve = _serve()
    handles = {
        str(route["version"]): serve.deployment(Version)
        .options(name=f"v{route['version']}", num_replicas=document["workers"])
        .bind(document["tracking_uri"], document["model"], route["version"])
        for route in document["routes"]
    }
    router = serve.deployment(Router).options(name="router").bind(document["routes"], handles)
    serve.start(detached=True)
    serve.run(router, name=name, route_prefix=f"/{name}", blocking=False)


def delete(name: str) -> None:
    """Have the cluster serve an application no more."""
    _serve().delete(name)


def main() -> int:
    """Do what is asked; the exit status."""
    try:
        if sys.argv[1] == "deploy":
            deploy(sys.argv[2], json.loads(os.environ[DOCUMENT]))
        else:
            delete(sys.argv[2])
    except Unavailable as error:
        print(f"{error.message} {error.remedy}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
