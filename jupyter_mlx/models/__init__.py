"""Models: runs that were tracked, the registry with gates, evaluation, deployment, replay.

In a notebook::

    import jupyter_mlx as mlx

    model = mlx.models.load("delay@champion")                 # a model, ready to predict
    mlx.models.promote("delay", 3, to="champion")             # through the gate of what guards it
    mlx.models.evaluate("delay", 3, "flights-2013", "late")   # metrics with intervals, against the champion
    mlx.models.deploy("delay-api", "delay").wait()             # the champion, behind one port; .route, .rollback
    mlx.models.replay("delay", 3)                             # made again: bit-equal, or the cell that is not
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = [
    "apply_policy",
    "approve",
    "deploy",
    "deployment",
    "deployments",
    "evaluate",
    "evaluations",
    "gate_result",
    "history",
    "load",
    "policies",
    "promote",
    "record_evaluation",
    "registered",
    "replay",
    "require_promoted",
    "run_gate",
    "version",
    "versions",
]

_MODULES: dict[str, str] = {
    "apply_policy": "registry.api",
    "approve": "registry.api",
    "deploy": "deployment.api",
    "deployment": "deployment.api",
    "deployments": "deployment.api",
    "evaluate": "evaluation.api",
    "evaluations": "evaluation.api",
    "gate_result": "registry.api",
    "history": "registry.api",
    "load": "registry.api",
    "policies": "registry.api",
    "promote": "registry.api",
    "record_evaluation": "evaluation.api",
    "registered": "registry.api",
    "replay": "replay.api",
    "require_promoted": "registry.api",
    "run_gate": "registry.api",
    "version": "registry.api",
    "versions": "registry.api",
}
"""Public name → the module that has it."""


def __getattr__(name: str) -> Any:
    """Load the part that a name is of at its first use: `import jupyter_mlx` imports nothing heavy."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
