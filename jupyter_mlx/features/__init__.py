"""The feature store: Feast's definitions with stores of our own, versions, training sets with a record.

In a notebook::

    import jupyter_mlx as mlx

    mlx.features.apply("features/")                           # put a Feast repository in force
    training = mlx.features.training_set(labels, ["weather", "carrier:delay_rate"], target="late")
    training.to_pandas()
    training.leakage                                          # what may tell the answer
    mlx.features.online("weather", origin="JFK")              # what is served now

`AsofOfflineStore` and `WideOnlineStore` serve a plain Feast project, too, by their class paths.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import apply, materialize, online, plan, training_set, training_set_from, view, views

__all__ = ["apply", "materialize", "online", "plan", "training_set", "training_set_from", "view", "views"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(".api", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
