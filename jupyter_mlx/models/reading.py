"""MLflow asked through processes of their own, killed where it answers too slowly: what a server uses."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, cast

from ..errors import Unavailable
from ..pool import TimeIsUp, WorkerEnded, WorkerPool
from .port import RegistryPort, RunsPort
from .runs.nothing import NoRuns, database_file
from .worker import URI_VARIABLE

__all__ = ["MlflowProcesses"]

LIMIT_S = 45.0
"""A process that takes longer is killed."""


class MlflowProcesses:
    """`RunsPort` and `RegistryPort`, answered elsewhere.

    Parameters
    ----------
    tracking_uri: MLflow's tracking store and registry.
    """

    def __init__(self, tracking_uri: str) -> None:
        self._pool = WorkerPool(f"{__package__}.worker", environment={URI_VARIABLE: tracking_uri})
        self._uri = tracking_uri
        self.runs = cast("RunsPort", _Part(self._pool, "runs", RunsPort, self._before(NoRuns())))
        self.registry = cast("RegistryPort", _Part(self._pool, "registry", RegistryPort))

    def _before(self, nothing: Any) -> Callable[[], Any]:
        """Who answers in this process while there is no store to ask yet."""
        file = database_file(self._uri)
        return lambda: nothing if file is not None and not file.exists() else None

    def warm_up(self) -> None:
        """Start a process, so that the first look finds it ready."""
        self._pool.warm_up()

    def close(self) -> None:
        """End the processes that wait."""
        self._pool.close()


class _Part:
    """Every method of a port, each a request to the pool, unless somebody answers before."""

    def __init__(self, pool: WorkerPool, name: str, port: type, before: Callable[[], Any] = lambda: None) -> None:
        self._before = before
        self._pool = pool
        self._name = name
        self._port = port

    def __getattr__(self, method: str) -> Callable[..., Any]:
        function = vars(self._port).get(method)
        if function is None or method.startswith("_"):
            raise AttributeError(method)
        signature = inspect.signature(function)

        def ask(*arguments: Any, **options: Any) -> Any:
            before = self._before()
            if before is not None:
                return getattr(before, method)(*arguments, **options)
            bound = signature.bind(self, *arguments, **options).arguments
            bound.pop("self")
            return self._ask({"part": self._name, "method": method, "arguments": bound})

        return ask

    def _ask(self, request: dict[str, Any]) -> Any:
        try:
            return self._pool.ask(request, LIMIT_S)
        except TimeIsUp as error:
            raise Unavailable(
                "mlflow_slow",
                f"MLflow did not answer within {LIMIT_S:g} s.",
                "Is the tracking store reachable? `jupyter mlx doctor` says; then try again.",
            ) from error
        except WorkerEnded as error:
            raise Unavailable(
                "mlflow_failed", f"The process that asks MLflow ended: {error}.", "Is there memory left? Try again."
            ) from error
