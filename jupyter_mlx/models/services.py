"""The services of models, built when first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..services import Services
    from .port import RegistryPort, RunsPort
    from .reading import MlflowProcesses

__all__ = ["ModelServices"]


class ModelServices:
    """What the workbench does with models.

    Parameters
    ----------
    services: Those of the whole process: the store, the clock, jobs, and through which door they are asked.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._uri = services.settings.mlflow_tracking_uri

    @cached_property
    def processes(self) -> MlflowProcesses:
        """MLflow, asked elsewhere."""
        from .reading import MlflowProcesses

        return MlflowProcesses(self._uri)

    @cached_property
    def runs(self) -> RunsPort:
        """Tracked runs: a server loads no MLflow."""
        if self._services.door == "http":
            return self.processes.runs
        from .mlflow_runs import open_runs

        return open_runs(self._uri)

    @cached_property
    def registry(self) -> RegistryPort:
        """Registered models."""
        if self._services.door == "http":
            return self.processes.registry
        from .mlflow_registry import MlflowRegistry

        return MlflowRegistry(self._uri)

    def close(self) -> None:
        """Close what was opened."""
        if "processes" in self.__dict__:
            self.processes.close()
