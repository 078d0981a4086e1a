"""The server extension: its settings as traitlets, the composition of services, and the table of routes."""

from __future__ import annotations

import gc
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Integer, Unicode

from .settings import Settings

__all__ = ["MlxApp"]


@cache
def spare_start_up() -> None:
    """Leave what start-up made out of garbage collections, once a process: it lives as long as the server.

    To walk through it takes a full collection a tenth of a second, on the event loop, the first time before the
    server's first answer.
    """
    gc.freeze()


class MlxApp(ExtensionApp):
    """jupyter_mlx in a Jupyter server. Each trait is also ``JUPYTER_MLX_…`` in the environment, which comes second."""

    name = "jupyter_mlx"
    extension_url = "/lab"
    load_other_extensions = True

    state_dir = Unicode("", help="Where the store, artifacts and MLflow's files lie.").tag(config=True)
    db_url = Unicode("", help="SQLAlchemy URL of the store; an SQLite file in state_dir by default.").tag(config=True)
    artifact_root = Unicode("", help="Where attempts keep their results.").tag(config=True)
    mlflow_tracking_uri = Unicode("", help="MLflow's tracking store; an SQLite file by default.").tag(config=True)
    gpus = Unicode("", help="GPU names in place of NVML's inventory, separated by commas; `none`.").tag(config=True)
    launcher = Unicode("", help="Where attempts are executed: `local`.").tag(config=True)
    max_parallel = Integer(0, help="Attempts that run at once; 0 is one a CPU core.").tag(config=True)
    lease_s = Float(0, help="How long an attempt's lease lasts without a heartbeat, in seconds.").tag(config=True)
    heartbeat_s = Float(0, help="Seconds between heartbeats.").tag(config=True)
    agent_idle_s = Float(0, help="An agent without work ends after this many seconds.").tag(config=True)
    stop_grace_s = Float(0, help="Seconds that a stopped attempt may take to save.").tag(config=True)
    cell_output_bytes = Integer(0, help="Stream text a cell that goes into the notebook.").tag(config=True)
    notebook_output_bytes = Integer(0, help="Outputs that go into the notebook in all.").tag(config=True)

    catalog_access = Unicode("", help="`open` (default), or `grants`: only what grants say may be seen.").tag(
        config=True
    )
    admins = Unicode("", help="Users who may do everything, separated by commas.").tag(config=True)
    groups = Unicode("", help="Groups for grants: `risk=ada,bob;ops=carol`.").tag(config=True)
    catalog_hosts = Unicode("", help="Hosts and networks that crawls over HTTP may reach besides public ones.").tag(
        config=True
    )
    feast_repo = Unicode("", help="The Feast repository that is applied where none is named.").tag(config=True)

    def initialize_settings(self) -> None:
        """Compose: settings, services, threads, hub. Nothing of it opens a file or imports a backend yet."""
        spare_start_up()
        from .events import EventHub
        from .http import Context
        from .services import Services

        given = {name: getattr(self, name) or None for name in self.class_own_traits(config=True)}
        known = {name: value for name, value in given.items() if name in Settings.__dataclass_fields__}
        assert self.serverapp is not None
        root = Path(self.serverapp.root_dir).expanduser().resolve()
        self.context = Context(Services(Settings.from_env(**known), door="http"), root)
        self.hub = EventHub(self.context)

    def initialize_handlers(self) -> None:
        """The table of routes, all below ``mlx/v1/``."""
        from .catalog import access_routes, notes_routes, tables_routes
        from .catalog import routes as catalog
        from .compute import routes as compute
        from .events import EventsSocket
        from .features import routes as features
        from .jobs import routes as jobs
        from .jobs import schedule_routes as schedules
        from .models import deployment_routes as deployments
        from .models import evaluation_routes as evaluations
        from .models import registry_routes as registry
        from .models import replay_routes as replays
        from .models import runs_routes as runs
        from .review import routes as review

        table: list[tuple[Any, ...]] = []
        parts = (jobs, schedules, compute, review, catalog, tables_routes, notes_routes, access_routes, features)
        of_models = (runs, registry, evaluations, replays, deployments)
        for part in (*parts, *of_models):
            table += part.routes(self.context)
        table.append(("events", EventsSocket, {"context": self.context, "hub": self.hub}))
        self.handlers.extend((rf"/mlx/v1/{pattern}", *rest) for pattern, *rest in table)

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """The server is up: the watchdog begins."""
        self.hub.start()

    async def stop_extension(self) -> None:
        """The server ends; the agent and its runs go on."""
        await self.hub.stop()
        self.context.close()
        self.context.services.close()
