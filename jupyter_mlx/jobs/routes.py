"""Routes of jobs and notebooks."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..errors import InvalidInput, NotFound
from ..http import SANDBOX, Context, MlxHandler, stream_file

__all__ = ["open_found", "routes"]

RESOURCE = "mlx-jobs"
ID = r"(?P<run_id>[0-9a-zA-Z-]+)"
MAX_KEY = 200
OWN_KEYS = "gate:"
"""How keys begin that gates queue their notebooks by: nobody else's run is to be taken for one of those."""
_TYPES = {".ipynb": "application/x-ipynb+json", ".html": "text/html; charset=utf-8"}


class JobsHandler(MlxHandler):
    """`jobs`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """A page of runs."""
        notebook = self.get_query_argument("notebook", None)
        found, cursor, last_event_id, counts = await self.call(
            lambda: self.services.jobs.page(
                limit=self.number("limit", 50, least=1, most=500) or 50,
                cursor=self.get_query_argument("cursor", None),
                states=[state for state in self.get_query_argument("state", "").split(",") if state],
                words=self.get_query_argument("q", ""),
                notebook=str(self.context.root / notebook) if notebook else None,
                schedule=self.get_query_argument("schedule", None),
            )
        )
        items = [run.to_json(root=self.context.root, record=False) for run in found]
        self.send({"items": items, "next_cursor": cursor, "last_event_id": last_event_id, "counts": counts})

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Queue a run."""
        from .models import JobRequest

        request = JobRequest.from_json(self.document("JobRequest"))
        key = self.request.headers.get("Idempotency-Key")
        if key and len(key) > MAX_KEY:
            raise InvalidInput(
                "request_invalid",
                f"The Idempotency-Key has {len(key)} characters.",
                f"Send {MAX_KEY} at most.",
                field="Idempotency-Key",
            )
        if key and key.startswith(OWN_KEYS):
            raise InvalidInput(
                "request_invalid",
                f"Keys that begin with `{OWN_KEYS}` are those of gates.",
                "Send another key.",
                field="Idempotency-Key",
            )
        run = await self.call_slow(
            lambda: self.services.jobs.submit(
                request,
                owner=self.owner,
                root=self.context.root,
                idempotency_key=key,
            )
        )
        self.set_header("Location", f"{self.base_url}mlx/v1/jobs/{run.id}")
        self.send(run.to_json(root=self.context.root), 201)


class JobHandler(MlxHandler):
    """`jobs/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        """One run, with its record."""
        run = await self.call(lambda: self.services.jobs.get(run_id))
        self.send(run.to_json(root=self.context.root))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, run_id: str) -> None:
        """Remove a run that has ended."""
        await self.call_slow(lambda: self.services.jobs.remove(run_id))
        self.set_status(204)
        self.finish()


class JobActionHandler(MlxHandler):
    """`jobs/{id}/cancel` and `jobs/{id}/retry`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, run_id: str, action: str) -> None:
        """Carry the action out."""
        run = await self.call_slow(lambda: getattr(self.services.jobs, action)(run_id))
        self.send(run.to_json(root=self.context.root))


class JobCloneHandler(MlxHandler):
    """`jobs/{id}/clone`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, run_id: str) -> None:
        """Queue a new run of the same version."""
        body = self.document("CloneRequest")
        run = await self.call_slow(lambda: self.services.jobs.clone(run_id, owner=self.owner, **body))
        self.send(run.to_json(root=self.context.root), 201)


class JobEventsHandler(MlxHandler):
    """`jobs/{id}/events`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        """The events of one attempt."""
        attempt = self.number("attempt", least=1)
        after = self.number("after", 0) or 0
        limit = self.number("limit", 20_000, least=1, most=20_000) or 20_000
        events = await self.call(lambda: self.services.jobs.events(run_id, attempt, after, limit))
        self.send({"items": [event.to_json(self.context.root) for event in events]})


class JobLogHandler(MlxHandler):
    """`jobs/{id}/log`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        """The log from an offset on, streamed."""
        number = self.number("attempt", least=1)
        offset = self.number("offset", 0) or 0
        try:
            found = await self.call(open_found, lambda: self.services.jobs.log_file(run_id, number))
        except FileNotFoundError:  # nothing was printed yet
            found = None
        with found or io.BytesIO() as file:
            size = file.seek(0, io.SEEK_END)
            start = max(0, size + offset) if offset < 0 else min(offset, size)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.set_header("X-Log-Size", str(size))
            await stream_file(self, file, start, size)
        self.finish()


class JobNotebookHandler(MlxHandler):
    """`jobs/{id}/notebook`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        """The notebook at the run's version."""
        self.send(await self.call_slow(lambda: self.services.jobs.notebook(run_id)))


class JobOutputHandler(MlxHandler):
    """`jobs/{id}/outputs/{name}`."""

    @property
    def content_security_policy(self) -> str:
        """Of what a notebook wrote."""
        return SANDBOX

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str, name: str) -> None:
        """One output, streamed."""
        number = self.number("attempt", least=1)
        found = await self.call(open_found, lambda: self.services.jobs.output_file(run_id, name, number))
        assert found is not None
        kind = Path(name).suffix
        self.set_header("Content-Type", _TYPES.get(kind, "application/octet-stream"))
        self.set_header("X-Content-Type-Options", "nosniff")
        if self.get_query_argument("download", "") or kind not in _TYPES:
            self.set_attachment_header(name)
        with found as file:
            await stream_file(self, file, 0, file.seek(0, io.SEEK_END))
        self.finish()


def open_found(find: Callable[[], Path | None]) -> BinaryIO | None:
    """Open the file that is found; None where there is none to look for.

    An attempt's folder gets its final name at its end: where that comes between the finding and the opening, the file
    is at its new place at the second look.

    Raises
    ------
    FileNotFoundError, NotFound: It is not there at the second look either.
    """
    try:
        path = find()
        return path.open("rb") if path is not None else None
    except (FileNotFoundError, NotFound):
        path = find()
        return path.open("rb") if path is not None else None


class ParametersHandler(MlxHandler):
    """`notebooks/parameters`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """What a notebook can be run with."""
        path = self.get_query_argument("path")
        self.send(await self.call_slow(lambda: self.services.jobs.inspect(path, root=self.context.root)))


class ConfigHandler(MlxHandler):
    """`config`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """What this installation is and can do."""
        self.send(await self.call(self._config))

    def _config(self) -> dict[str, Any]:
        from zoneinfo import available_timezones

        from .. import __version__
        from .control import agent_status
        from .notebook import kernel_specs

        settings = self.services.settings
        specs = kernel_specs()
        status = agent_status(settings)
        return {
            "version": __version__,
            "kernels": [
                {"name": name, "display_name": spec.get("display_name", name), "language": spec.get("language", "")}
                for name, spec in specs.items()
            ],
            "default_kernel": "python3" if "python3" in specs else next(iter(specs), None),
            "gpus": len(self.services.inventory.gpus),
            "timezones": sorted(available_timezones()),
            "agent": {key: status[key] for key in ("running", "pid", "host", "started_at") if key in status},
            # A URL's user and password stay here.
            "mlflow_tracking_uri": settings.mlflow_tracking_uri.rpartition("@")[2],
            "secrets": self.services.secrets.names(),
        }


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"config", ConfigHandler),
        (r"jobs", JobsHandler),
        (rf"jobs/{ID}", JobHandler),
        (rf"jobs/{ID}/(?P<action>cancel|retry)", JobActionHandler),
        (rf"jobs/{ID}/clone", JobCloneHandler),
        (rf"jobs/{ID}/events", JobEventsHandler),
        (rf"jobs/{ID}/log", JobLogHandler),
        (rf"jobs/{ID}/notebook", JobNotebookHandler),
        (rf"jobs/{ID}/outputs/(?P<name>[^/]+)", JobOutputHandler),
        (r"notebooks/parameters", ParametersHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
