"""Notebook jobs: versioned, parameterised, retried, recorded.

In a notebook: `jupyter_mlx.jobs.watch(run)`, `jupyter_mlx.jobs.list()`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_LAZY = {
    "watch": ("jupyter_mlx.widgets", "watch"),
    "list": ("jupyter_mlx.api", "listing"),
    "get": ("jupyter_mlx.api", "get"),
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        module, attribute = _LAZY[name]
        return getattr(import_module(module), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
