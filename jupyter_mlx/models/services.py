"""The services of models, built when first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..services import Services
    from .deployment.service import DeploymentService
    from .evaluation.data import EvaluationSource
    from .evaluation.evaluating import Evaluator
    from .evaluation.jobs import EvaluationJobs
    from .evaluation.service import EvaluationService
    from .gates.policies import Policies
    from .gates.promoting import Promotions
    from .port import RegistryPort, RunsPort
    from .reading import MlflowProcesses
    from .registry.aliases import AliasMoves
    from .registry.approvals import ApprovalService
    from .registry.changes import Changes
    from .registry.service import RegistryService
    from .replay.service import ReplayService
    from .runs.environment import RunComparison

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
        from .runs.mlflow import open_runs

        return open_runs(self._uri)

    @cached_property
    def comparison(self) -> RunComparison:
        """Runs beside each other, with what they ran in."""
        from .runs.environment import RunComparison

        return RunComparison(self.runs, self._services.store)

    @cached_property
    def registry(self) -> RegistryPort:
        """Registered models."""
        if self._services.door == "http":
            return self.processes.registry
        from .registry.mlflow import MlflowRegistry

        return MlflowRegistry(self._uri)

    @cached_property
    def changes(self) -> Changes:
        """How changes of models are told, and written in the audit log."""
        from .registry.changes import Changes

        services = self._services
        return Changes(services.clock, services.settings, services.access, services.door)

    # -- the registry, gates ---------------------------------------------------------------------------------

    @cached_property
    def moves(self) -> AliasMoves:
        """Moves of aliases."""
        from .registry.aliases import AliasMoves

        return AliasMoves(self._services.store, self._services.clock, self.registry, self.changes)

    @cached_property
    def policies(self) -> Policies:
        """What guards aliases."""
        from ..jobs.snapshot import SnapshotStore
        from .gates.policies import Policies

        services = self._services
        objects = SnapshotStore(services.settings.objects)
        return Policies(services.store, services.clock, self.changes, services.jobs, objects)

    @cached_property
    def promotions(self) -> Promotions:
        """Moves of aliases through gates."""
        from .gates.promoting import Promotions
        from .gates.running import Gates

        services = self._services
        folder = services.settings.artifacts / "gates"
        gates = Gates(
            services.store,
            services.clock,
            self.registry,
            self.policies,
            services.jobs,
            folder,
            values_shown=not services.access.by_grants,
        )
        return Promotions(
            services.store,
            services.clock,
            self.registry,
            self.moves,
            self.policies,
            gates,
            services.jobs,
            self.changes,
        )

    @cached_property
    def approvals(self) -> ApprovalService:
        """What people say of versions."""
        from .registry.approvals import ApprovalService

        return ApprovalService(self._services.store, self._services.clock, self.registry, self.changes)

    @cached_property
    def registered(self) -> RegistryService:
        """Registered models, with what the store knows of them."""
        from .registry.origins import Origins
        from .registry.service import RegistryService
        from .replay.plan import replay_obstacles

        services = self._services
        origins = Origins(services.jobs, lambda origin: replay_obstacles(services, origin))
        return RegistryService(
            services.store,
            self.registry,
            self.moves,
            self.policies,
            self.promotions,
            origins,
            self.changes,
            self.replays.of_version,
            values_shown=not services.access.by_grants,
        )

    # -- deployment, replay ----------------------------------------------------------------------------------

    @cached_property
    def deployments(self) -> DeploymentService:
        """What is served to whom."""
        from .deployment.service import DeploymentService

        services = self._services
        return DeploymentService(
            services.settings,
            services.store,
            services.clock,
            lambda: self.registry,
            lambda *entry, **how: services.access.record(*entry, **how),
            services.door,
            services.wake_agent,
        )

    @cached_property
    def replays(self) -> ReplayService:
        """Versions made again from their records."""
        from .replay.service import ReplayService

        return ReplayService(self._services)

    # -- evaluation ------------------------------------------------------------------------------------------

    @cached_property
    def evaluations(self) -> EvaluationService:
        """What was found of versions."""
        from .evaluation.service import EvaluationService

        services = self._services
        return EvaluationService(services.store, services.clock, self.changes, by_grants=services.access.by_grants)

    @cached_property
    def evaluation_source(self) -> EvaluationSource:
        """What versions are evaluated on."""
        from .evaluation.data import EvaluationSource

        return EvaluationSource(self._services)

    @cached_property
    def evaluator(self) -> Evaluator:
        """Evaluates versions, in this process."""
        from ..processes import present_run
        from .evaluation.evaluating import Evaluator

        settings = self._services.settings
        return Evaluator(settings, self.registry, self.evaluation_source, self.evaluations, present_run())

    @cached_property
    def evaluation_jobs(self) -> EvaluationJobs:
        """Evaluations as jobs."""
        from .evaluation.jobs import EvaluationJobs

        services = self._services
        details = not services.access.by_grants
        return EvaluationJobs(services.jobs, self.registry, self.evaluation_source, details=details)

    def close(self) -> None:
        """Close what was opened."""
        if "processes" in self.__dict__:
            self.processes.close()
