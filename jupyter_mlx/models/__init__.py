"""Models: runs that were tracked, the registry with gates, evaluation, deployment, replay.

In a notebook::

    import jupyter_mlx as mlx

    model = mlx.models.load("delay@champion")                 # a model, ready to predict
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__: list[str] = []

_MODULES: dict[str, str] = {}
"""Public name → the module that has it."""


def __getattr__(name: str) -> Any:
    """Load the part that a name is of at its first use: `import jupyter_mlx` imports nothing heavy."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
