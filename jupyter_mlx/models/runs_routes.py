"""Routes of tracked runs: experiments, tables of runs, curves, comparisons, files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..errors import NotFound
from ..http import SANDBOX, Context, MlxHandler, stream_file
from ..jobs.models import relative_path

__all__ = ["routes"]

RESOURCE = "mlx-models"
EXPERIMENT = r"(?P<experiment_id>[^/]+)"
RUN = r"(?P<run_id>[^/]+)"
_SHOWN = {
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""What a page may show as what it is; text is plain text, so that no script is loaded from there; all else is saved."""
_TEXTS = {
    ".cfg",
    ".csv",
    ".jsonl",
    ".log",
    ".md",
    ".py",
    ".r",
    ".sql",
    ".toml",
    ".tsv",
    ".txt",
    ".xml",
    ".yaml",
    ".yml",
}
_TEXT_NAMES = {"MLmodel", "Dockerfile", "Makefile"}


class RunsHandler(MlxHandler):
    """What handlers of runs share."""

    def shown(self, run: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRun`` with its notebook as this server's files name it."""
        source = run["source"]
        return {**run, "source": relative_path(source, self.context.root) if source else source}


class ExperimentsHandler(RunsHandler):
    """`models/experiments`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """A page of experiments."""
        self.send(
            await self.call_tracking(
                self.services.models.runs.experiments,
                words=self.get_query_argument("q", ""),
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
            )
        )


class ExperimentHandler(RunsHandler):
    """`models/experiments/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, experiment_id: str) -> None:
        """One experiment."""
        self.send(await self.call_tracking(self.services.models.runs.experiment, experiment_id))


class ColumnsHandler(RunsHandler):
    """`models/experiments/{id}/columns`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, experiment_id: str) -> None:
        """A page of what may be a column."""
        self.send(
            await self.call_tracking(
                self.services.models.runs.columns,
                experiment_id,
                words=self.get_query_argument("q", ""),
                kind=self.get_query_argument("kind", ""),
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
            )
        )


class SearchHandler(RunsHandler):
    """`models/runs/search`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def post(self) -> None:
        """A page of runs."""
        found = await self.call_tracking(self.services.models.runs.search, self.document("ModelRunSearchRequest"))
        self.send({**found, "items": [self.shown(run) for run in found["items"]]})


class CurvesHandler(RunsHandler):
    """`models/runs/curves`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def post(self) -> None:
        """Curves of metrics."""
        self.send(await self.call_tracking(self.services.models.runs.curves, self.document("CurveRequest")))


class CompareHandler(RunsHandler):
    """`models/runs/compare`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def post(self) -> None:
        """What differs between runs."""
        found = await self.call_tracking(
            self.services.models.comparison.compare, self.document("ModelRunCompareRequest")
        )
        self.send({**found, "runs": [self.shown(run) for run in found["runs"]]})


class RunHandler(RunsHandler):
    """`models/runs/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        """One run."""
        found = await self.call_tracking(self.services.models.runs.run, run_id)
        self.send({**found, "run": self.shown(found["run"])})


class ArtifactsHandler(RunsHandler):
    """`models/runs/{id}/artifacts`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        """A folder of its files."""
        path = self.get_query_argument("path", "", strip=False)
        self.send(await self.call_tracking(self.services.models.runs.artifacts, run_id, path))


class ArtifactHandler(RunsHandler):
    """`models/runs/{id}/artifacts/{path}`."""

    @property
    def content_security_policy(self) -> str:
        """Of what a notebook wrote."""
        return SANDBOX

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str, path: str) -> None:
        """A file, streamed."""
        file = await self.call_tracking(self._open, run_id, path)
        with file:
            name = PurePosixPath(path).name
            kind = _kind(name)
            self.set_header("Content-Type", kind or "application/octet-stream")
            self.set_header("X-Content-Type-Options", "nosniff")
            if self.get_query_argument("download", "") or kind is None:
                self.set_attachment_header(name)
            await stream_file(self, file, 0, file.seek(0, 2))
        self.finish()

    def _open(self, run_id: str, path: str) -> BinaryIO:
        try:
            return Path(self.services.models.runs.artifact(run_id, path)).open("rb")
        except FileNotFoundError as error:
            raise NotFound(
                "artifact_unknown", f"`{path}` of run {run_id} was removed just now.", "List the run's files again."
            ) from error


def _kind(name: str) -> str | None:
    """The content type that a file is shown by; None where it is only saved."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _TEXTS or name in _TEXT_NAMES:
        return "text/plain; charset=utf-8"
    return _SHOWN.get(suffix)


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"models/experiments", ExperimentsHandler),
        (rf"models/experiments/{EXPERIMENT}", ExperimentHandler),
        (rf"models/experiments/{EXPERIMENT}/columns", ColumnsHandler),
        (r"models/runs/search", SearchHandler),
        (r"models/runs/curves", CurvesHandler),
        (r"models/runs/compare", CompareHandler),
        (rf"models/runs/{RUN}", RunHandler),
        (rf"models/runs/{RUN}/artifacts", ArtifactsHandler),
        (rf"models/runs/{RUN}/artifacts/(?P<path>.+)", ArtifactHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
