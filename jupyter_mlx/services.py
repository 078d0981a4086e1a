"""The services of one process, built when first asked for: the server's, the terminal's and the notebook's."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .clock import Clock, SystemClock
from .settings import Settings

if TYPE_CHECKING:
    from .catalog.access import AccessService
    from .catalog.crawling import CrawlService
    from .catalog.data.service import DataService
    from .catalog.exchange.service import ExchangeService
    from .catalog.granting import GrantService
    from .catalog.guarded import GuardedCrawls
    from .catalog.jobs import CatalogJobs
    from .catalog.models import Principal
    from .catalog.searching import SearchService
    from .catalog.service import CatalogService
    from .compute.gpus import Inventory
    from .compute.service import ComputeService
    from .features.defining import Definer
    from .features.jobs import FeatureJobs
    from .features.labels import LabelPlans
    from .features.materializing import Materializer
    from .features.new_data import NewData
    from .features.overview import FeatureOverview
    from .features.parity import ParityCheck
    from .features.reading import FeatureReading
    from .features.service import FeatureService
    from .features.statistics import FeatureStatistics
    from .features.training import TrainingSets
    from .features.uses import FeatureUses
    from .jobs.schedules import ScheduleService
    from .jobs.service import JobsService
    from .models.services import ModelServices
    from .review.service import DiffService
    from .secrets import SecretStore
    from .store.engine import Store

__all__ = ["Services", "current_user"]


def current_user() -> str:
    """The operating system's name of whoever runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in some containers
        return "unknown"


class Services:
    """Builds each service once, at its first use, so that nobody pays for what is not asked for.

    Parameters
    ----------
    door: Through which they are asked, for the audit log: ``http``, ``terminal`` or ``python``.
    """

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None, door: str = "python") -> None:
        self.settings = settings or Settings.from_env()
        self.clock = clock or SystemClock()
        self.door = door

    @cached_property
    def store(self) -> Store:
        """The store, opened."""
        from .store.engine import open_store

        return open_store(self.settings.db_url)

    @cached_property
    def inventory(self) -> Inventory:
        """The GPUs of this host."""
        from .compute.gpus import read_inventory

        return read_inventory(self.settings.gpus)

    @cached_property
    def jobs(self) -> JobsService:
        """Notebook jobs."""
        from .jobs.service import JobsService

        return JobsService(self.settings, self.store, self.clock, self.wake_agent, lambda: self.inventory)

    @property
    def schedules(self) -> ScheduleService:
        """Schedules of jobs."""
        return self.jobs.schedules

    @cached_property
    def compute(self) -> ComputeService:
        """GPUs and leases."""
        from .compute.service import ComputeService

        return ComputeService(self.store, lambda: self.inventory)

    @cached_property
    def review(self) -> DiffService:
        """Differences between runs and notebooks."""
        from .review.service import DiffService

        return DiffService(self.jobs)

    @property
    def secrets(self) -> SecretStore:
        """Secrets by name."""
        return self.jobs.secrets

    # -- the catalog -----------------------------------------------------------------------------------------

    @cached_property
    def access(self) -> AccessService:
        """Who may see and do what in the catalog, and the log of who did."""
        from .catalog.access import AccessService

        return AccessService(self.store, self.clock, self.settings)

    @cached_property
    def catalog(self) -> CatalogService:
        """Databases, tables, and what people say of them."""
        from .catalog.service import CatalogService

        return CatalogService(self.store, self.clock, self.access, self.secrets, self.door)

    @cached_property
    def grants(self) -> GrantService:
        """Grants: given, taken back, and who is told of them."""
        from .catalog.granting import GrantService

        return GrantService(self.store, self.clock, self.access, self.catalog)

    @cached_property
    def crawls(self) -> CrawlService:
        """Sources, and their crawls."""
        from .catalog.crawling import CrawlService

        return CrawlService(self.store, self.clock, self.settings, self.secrets, self.access)

    @cached_property
    def search(self) -> SearchService:
        """Search in the catalog."""
        from .catalog.searching import SearchService

        return SearchService(self.store, self.clock, self.access, {"feature_view": self.features})

    @cached_property
    def data(self) -> DataService:
        """What is in tables: previews, profiles, quality."""
        from .catalog.data.service import DataService

        return DataService(self.catalog, self.access, self.store, self.clock, self.settings, self.secrets)

    @cached_property
    def exchange(self) -> ExchangeService:
        """Glue and Lake Formation."""
        from .catalog.exchange.service import ExchangeService

        return ExchangeService(self.store, self.clock, self.access, self.catalog, self.crawls, self.secrets)

    @cached_property
    def guarded(self) -> GuardedCrawls:
        """Sources and crawls behind the rules of access."""
        from .catalog.guarded import GuardedCrawls

        return GuardedCrawls(self.crawls, self.catalog, self.access, self.door)

    @cached_property
    def catalog_jobs(self) -> CatalogJobs:
        """Work on the catalog as jobs."""
        from .catalog.jobs import CatalogJobs

        return CatalogJobs(self.jobs, self.crawls, self.catalog, self.guarded)

    # -- features --------------------------------------------------------------------------------------------

    @cached_property
    def features(self) -> FeatureService:
        """Feature views and their versions."""
        from .features.access import FeatureAccess
        from .features.service import FeatureService

        return FeatureService(self.store, self.clock, FeatureAccess(self.catalog, self.door))

    @cached_property
    def training_sets(self) -> TrainingSets:
        """Training sets."""
        from .features.training import TrainingSets

        return TrainingSets(self.features, self.settings.artifacts / "training-sets")

    @cached_property
    def definer(self) -> Definer:
        """Promotes values to features."""
        from .features.defining import Definer
        from .features.reuse import Reuse

        return Definer(self.features, self.data, Reuse(self.features))

    @cached_property
    def materializer(self) -> Materializer:
        """What online stores serve."""
        from .features.materializing import Materializer

        return Materializer(self.features)

    @cached_property
    def feature_jobs(self) -> FeatureJobs:
        """Work on features as jobs."""
        from .features.jobs import FeatureJobs

        return FeatureJobs(self.jobs, self.features, self.settings.feast_repo)

    @cached_property
    def new_data(self) -> NewData:
        """What follows from a crawl for features."""
        from .features.new_data import NewData

        return NewData(self.materializer, self.feature_jobs)

    @cached_property
    def overview(self) -> FeatureOverview:
        """What there is of features."""
        from .features.overview import FeatureOverview

        return FeatureOverview(self.features, self.schedules)

    @cached_property
    def labels(self) -> LabelPlans:
        """What references to labels mean."""
        from .features.labels import LabelPlans

        return LabelPlans(lambda: self.data, self.settings.own_files())

    @cached_property
    def feature_reading(self) -> FeatureReading:
        """Looks at features and labels, in processes of their own."""
        from .features.reading import FeatureReading

        uri = self.settings.mlflow_tracking_uri
        return FeatureReading(self.features, self.training_sets, self.labels, uri)

    @cached_property
    def feature_statistics(self) -> FeatureStatistics:
        """Statistics of views."""
        from .features.statistics import FeatureStatistics

        return FeatureStatistics(self.features, self.parity)

    @cached_property
    def parity(self) -> ParityCheck:
        """Whether what is served is what is stored."""
        from .features.parity import ParityCheck

        return ParityCheck(self.materializer)

    @cached_property
    def feature_uses(self) -> FeatureUses:
        """What is made from features."""
        from .features.registered import registered_models
        from .features.uses import FeatureUses

        def models(run_ids: Sequence[str], view: str) -> Sequence[Mapping[str, Any]]:
            if self.door == "http":
                # A server loads no MLflow.
                return self.feature_reading.models(run_ids, view)
            return registered_models(self.settings.mlflow_tracking_uri, run_ids, view)

        return FeatureUses(self.features, self.overview, models)

    @cached_property
    def models(self) -> ModelServices:
        """Runs, the registry, gates, deployments."""
        from .models.services import ModelServices

        return ModelServices(self)

    def principal(self) -> Principal:
        """Whoever runs this process, as grants know them."""
        return self.access.principal(current_user())

    def needs_agent(self) -> bool:
        """Whether something waits, runs, is scheduled or is served that this environment does."""
        return self.jobs.needs_agent() or self.models.deployments.needs_agent()

    def asker(self) -> Principal:
        """Who asks in a notebook or a script: in a run whoever queued it, else whoever runs this process."""
        from .errors import NotFound
        from .processes import present_run

        run = present_run()
        if run is None:
            return self.principal()
        try:
            return self.access.principal(self.jobs.get(run).owner)
        except NotFound:
            return self.principal()  # a run of another store

    def wake_agent(self) -> None:
        """Make sure that an agent runs, and that it looks.

        Called after something was committed: a failure here must not say that it was not. The run's reason, the
        log, the server's watchdog and whoever waits for the run start the agent later.
        """
        import logging

        from .errors import MlxError
        from .jobs.control import ensure_agent

        try:
            ensure_agent(self.settings)
        except (MlxError, OSError) as error:
            logging.getLogger("jupyter_mlx").warning("No agent could be started now: %s", error)

    def warm_up(self) -> None:
        """Load what the first form needs, while its user still looks for the notebook."""
        from .jobs.parameters import load_inspection

        load_inspection()

    def close(self) -> None:
        """Close what was opened."""
        if "review" in self.__dict__:
            self.review.close()
        if "data" in self.__dict__:
            self.data.close()
        if "feature_reading" in self.__dict__:
            self.feature_reading.close()
        if "models" in self.__dict__:
            self.models.close()
        if "store" in self.__dict__:
            self.store.close()
