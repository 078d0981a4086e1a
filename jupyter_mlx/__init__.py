"""The MLOps workbench inside JupyterLab.

    import jupyter_mlx as mlx

    run = mlx.run("train.ipynb", lr=0.1)     # queue a notebook as a versioned job
    run.wait().metrics
    mlx.jobs.watch(run)                      # live progress, as a widget
    mlx.catalog.search("flights")            # find data
    mlx.catalog.table("lake.flights").to_pandas()
    mlx.features.training_set(labels, ["weather"])

Importing this package imports nothing else: each part loads at its first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import catalog, features, jobs, models, secrets
    from .api import Run, get, run

__all__ = ["Run", "__version__", "catalog", "features", "get", "jobs", "models", "run", "secrets"]

_FROM_API = {"Run", "get", "run"}


def __getattr__(name: str) -> Any:
    if name in _FROM_API:
        return getattr(import_module(".api", __name__), name)
    if name in ("catalog", "features", "jobs", "models", "secrets"):
        return import_module(f".{name}", __name__)
    if name == "__version__":
        return import_module("._version", __name__).__version__
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-mlx"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import MlxApp

    return [{"module": "jupyter_mlx", "app": MlxApp}]


def load_ipython_extension(ipython: Any) -> None:
    """``%load_ext jupyter_mlx``: the ``%mlx`` magic."""
    from .magic import register

    register(ipython)
