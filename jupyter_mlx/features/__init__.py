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

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import (
        apply,
        labels,
        materialize,
        online,
        parity,
        plan,
        statistics,
        training_set,
        training_set_from,
        view,
        views,
    )
    from .promoting import backfill, define, similar

__all__ = [
    "apply",
    "backfill",
    "define",
    "labels",
    "materialize",
    "online",
    "parity",
    "plan",
    "similar",
    "statistics",
    "training_set",
    "training_set_from",
    "view",
    "views",
]


_PROMOTING = ("backfill", "define", "similar")


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(".promoting" if name in _PROMOTING else ".api", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


class _Doors(ModuleType):
    """Functions stay functions: importing a module of the same name, such as ``online``, would hide them."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Doors
