"""Routes of evaluations: queueing one, and what one found."""

from __future__ import annotations

from inspect import isawaitable
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..errors import Forbidden
from ..http import Context, MlxHandler

__all__ = ["routes"]

RESOURCE = "mlx-models"
EVALUATION = r"(?P<evaluation_id>[^/]+)"


class EvaluationsHandler(MlxHandler):
    """`models/evaluations`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Queue a job that evaluates a version."""
        body = self.document("EvaluationRequest")
        await self._require_files(body["data"])
        jobs = self.services.models.evaluation_jobs
        run = await self.call_tracking(lambda: jobs.submit(body, self.principal, cwd=self.context.root))
        self.send(run.to_json(root=self.context.root), 201)

    async def _require_files(self, data: str) -> None:
        """Go on only where data is no file, or the caller may read the server's files.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        source = self.services.models.evaluation_source
        if not await self.call(lambda: source.reads_files(data, self.principal)):
            return
        allowed = self.authorizer.is_authorized(self, self.current_user, "read", "contents")
        if not (await allowed if isawaitable(allowed) else allowed):
            raise Forbidden(
                "permission_missing",
                f"`{self.owner}` may not read files of this server.",
                "Evaluate on a training set, or a table of the catalog: `database.table`.",
                field="data",
            )


class EvaluationHandler(MlxHandler):
    """`models/evaluations/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, evaluation_id: str) -> None:
        """One evaluation."""
        self.send(await self.call(lambda: self.services.models.evaluations.get(evaluation_id, self.principal)))


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"models/evaluations", EvaluationsHandler),
        (rf"models/evaluations/{EVALUATION}", EvaluationHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
