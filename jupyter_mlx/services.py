"""The services of one process, built when first asked for: the server's, the terminal's and the notebook's."""

from __future__ import annotations

import getpass
from functools import cached_property
from typing import TYPE_CHECKING

from .clock import Clock, SystemClock
from .settings import Settings

if TYPE_CHECKING:
    from .catalog.access import AccessService
    from .catalog.crawling import CrawlService
    from .catalog.data.service import DataService
    from .catalog.exchange.service import ExchangeService
    from .catalog.guarded import GuardedCrawls
    from .catalog.jobs import CatalogJobs
    from .catalog.models import Principal
    from .catalog.searching import SearchService
    from .catalog.service import CatalogService
    from .compute.gpus import Inventory
    from .compute.service import ComputeService
    from .features.materializing import Materializer
    from .features.service import FeatureService
    from .features.training import TrainingSets
    from .jobs.schedules import ScheduleService
    from .jobs.service import JobsService
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
    def crawls(self) -> CrawlService:
        """Sources, and their crawls."""
        from .catalog.crawling import CrawlService

        return CrawlService(self.store, self.clock, self.settings, self.secrets, self.access)

    @cached_property
    def search(self) -> SearchService:
        """Search in the catalog."""
        from .catalog.searching import SearchService

        return SearchService(self.store, self.clock, self.access)

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
    def materializer(self) -> Materializer:
        """What online stores serve."""
        from .features.materializing import Materializer

        return Materializer(self.features)

    def principal(self) -> Principal:
        """Whoever runs this process, as grants know them."""
        return self.access.principal(current_user())

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
        if "store" in self.__dict__:
            self.store.close()
