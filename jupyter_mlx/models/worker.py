"""The process that asks MLflow for the server, which itself loads neither it nor a file of a model.

→ {"part": "runs" | "registry", "method", "arguments": {…}, "limit_s"}
← {"result": …}  or  {"error": …}
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from ..pool import serve
from .port import RegistryPort, RunsPort

__all__ = ["URI_VARIABLE", "main"]

IDLE_S = 600.0
URI_VARIABLE = "MLX_MODELS_TRACKING_URI"


def main() -> None:
    """Answer requests until the input ends."""
    serve(_answer, _import_parts, IDLE_S)


def _import_parts() -> None:
    _part("runs")
    _part("registry")
    # What was imported lives as long as the process: to walk through it takes a collection longer than a page of runs.
    gc.freeze()


@cache
def _part(name: str) -> Any:
    from .registry.mlflow import MlflowRegistry
    from .runs.mlflow import open_runs

    return {"runs": open_runs, "registry": MlflowRegistry}[name](os.environ[URI_VARIABLE])


def _answer(request: Mapping[str, Any]) -> Any:
    port = {"runs": RunsPort, "registry": RegistryPort}[request["part"]]
    if request["method"] not in vars(port):
        raise AttributeError(request["method"])
    return getattr(_part(request["part"]), request["method"])(**request["arguments"])


if __name__ == "__main__":
    main()
