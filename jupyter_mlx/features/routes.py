"""Routes of features: projects, views, what is served, materializations, training sets."""

from __future__ import annotations

from inspect import isawaitable
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..errors import Forbidden
from ..http import Context, MlxHandler
from ..jobs.models import relative_path

__all__ = ["RESOURCE", "routes"]

RESOURCE = "mlx-features"
VIEW = r"(?P<view_id>[^/]+)"
TRAINING_SET = r"(?P<training_set_id>[^/]+)"


class FeatureHandler(MlxHandler):
    """What handlers of features share."""

    @staticmethod
    def reference(view_id: str) -> str:
        """A view as services name it: a path's part holds no ``/``."""
        return view_id.replace("~", "/", 1)

    async def require_files(self, labels: str) -> None:
        """Go on only where labels are a table of the catalog, or the caller may read the server's files.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        if not self.services.labels.reads_files(labels):
            return
        allowed = self.authorizer.is_authorized(self, self.current_user, "read", "contents")
        if not (await allowed if isawaitable(allowed) else allowed):
            raise Forbidden(
                "permission_missing",
                f"`{self.owner}` may not read files of this server.",
                "Take labels from a table of the catalog: `database.table`.",
                field="labels",
            )


class ProjectsHandler(FeatureHandler):
    """`features/projects`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """The projects that were applied."""
        found = await self.call(lambda: self.services.overview.projects(self.principal, self.context.root))
        if found:
            # Whoever opens the list looks something up next.
            await self.call(self.services.feature_reading.warm_up)
        self.send({"items": found, "next_cursor": None})


class RepositoriesHandler(FeatureHandler):
    """`features/repositories`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Queue a job that applies a repository."""
        body = self.document("FeatureApplyRequest")
        run = await self.call_slow(
            lambda: self.services.feature_jobs.apply(
                body.get("repository"), self.principal, root=self.context.root, dry_run=body.get("dry_run", False)
            )
        )
        self.send(run.to_json(root=self.context.root), 201)


class ViewsHandler(FeatureHandler):
    """`features/views`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """A page of views."""
        found, cursor = await self.call(
            lambda: self.services.overview.views(
                self.principal,
                project=self.get_query_argument("project", None),
                words=self.get_query_argument("q", ""),
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
            )
        )
        self.send({"items": found, "next_cursor": cursor})


class ViewHandler(FeatureHandler):
    """`features/views/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, view_id: str) -> None:
        """One view."""
        self.send(await self.call(lambda: self._document(view_id)))

    def _document(self, view_id: str) -> dict[str, Any]:
        view = self.services.features.view(self.reference(view_id), principal=self.principal)
        return self.services.overview.document(view, self.principal)


class VersionsHandler(FeatureHandler):
    """`features/views/{id}/versions`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, view_id: str) -> None:
        """Its versions."""
        found = await self.call(
            lambda: self.services.features.versions(self.reference(view_id), principal=self.principal)
        )
        self.send({"items": found, "next_cursor": None})


class HistoryHandler(FeatureHandler):
    """`features/views/{id}/materializations`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, view_id: str) -> None:
        """A page of what was brought to the online store of it."""
        found, cursor = await self.call(
            lambda: self.services.materializer.page(
                self.reference(view_id),
                principal=self.principal,
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
            )
        )
        self.send({"items": [item.to_json() for item in found], "next_cursor": cursor})


class UsesHandler(FeatureHandler):
    """`features/views/{id}/uses`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, view_id: str) -> None:
        """What it is made of, and what is made from it."""
        self.send(await self.call_slow(lambda: self.services.feature_uses.of(self.reference(view_id), self.principal)))


class StatisticsHandler(FeatureHandler):
    """`features/views/{id}/statistics`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, view_id: str) -> None:
        """Its statistics, where there are any."""
        self.send(await self.call(lambda: self._state(view_id)))

    def _state(self, view_id: str) -> dict[str, Any]:
        view = self.services.features.view(self.reference(view_id), principal=self.principal)
        statistics = self.services.feature_statistics.stored(view.id, self.principal)
        run = self.services.feature_jobs.running("feature-statistics", view.id)
        return {
            "statistics": statistics,
            "freshness": self.services.overview.freshness([view])[view.id].to_json(),
            "run": None if run is None else {"id": run.id, "state": run.state},
        }

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, view_id: str) -> None:
        """Queue a job that computes them."""
        run = await self.call_slow(
            lambda: self.services.feature_jobs.statistics(
                self.reference(view_id), self.principal, cwd=self.context.root
            )
        )
        self.send(run.to_json(root=self.context.root), 201)


class MaterializationsHandler(FeatureHandler):
    """`features/materializations`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Queue a job that brings the online store up to date."""
        body = self.document("MaterializeRequest")
        run = await self.call_slow(
            lambda: self.services.feature_jobs.materialize(body, self.principal, cwd=self.context.root)
        )
        self.send(run.to_json(root=self.context.root), 201)


class MaterializationScheduleHandler(FeatureHandler):
    """`features/materializations/schedule`."""

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def put(self) -> None:
        """Do it on a schedule."""
        body = self.document("MaterializeScheduleRequest")
        schedule = await self.call_slow(
            lambda: self.services.feature_jobs.schedule(body, self.principal, cwd=self.context.root)
        )
        self.send(schedule.to_json(self.services.clock.now(), self.context.root))


class OnlineHandler(FeatureHandler):
    """`features/online`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def post(self) -> None:
        """What is served for some entities."""
        body = self.document("OnlineRequest")
        self.send(await self.call_slow(lambda: self.services.feature_reading.online(body, self.principal)))


class TrainingSetsHandler(FeatureHandler):
    """`features/training-sets`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """A page of training sets."""
        found, cursor = await self.call(
            lambda: self.services.overview.training_sets(
                self.principal,
                view=self.get_query_argument("view", None),
                limit=self.page_size(),
                cursor=self.get_query_argument("cursor", None),
            )
        )
        items = [_localized(item.to_json(), self.context) for item in found]
        self.send({"items": items, "next_cursor": cursor})

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Queue a job that makes one."""
        body = self.document("TrainingSetRequest")
        await self.require_files(body["labels"])
        run = await self.call_slow(
            lambda: self.services.feature_jobs.training_set(body, self.principal, cwd=self.context.root)
        )
        self.send(run.to_json(root=self.context.root), 201)


class PreviewHandler(FeatureHandler):
    """`features/training-sets/preview`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def post(self) -> None:
        """What one would be like."""
        body = self.document("TrainingSetRequest")
        await self.require_files(body["labels"])
        self.send(
            await self.call_slow(lambda: self.services.feature_reading.preview(body, self.principal, self.context.root))
        )


class LabelsHandler(FeatureHandler):
    """`features/training-sets/labels`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def post(self) -> None:
        """The columns of labels."""
        text = self.document("LabelsRequest")["labels"]
        await self.require_files(text)
        self.send(
            await self.call_slow(lambda: self.services.feature_reading.labels(text, self.principal, self.context.root))
        )


class TrainingSetHandler(FeatureHandler):
    """`features/training-sets/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, training_set_id: str) -> None:
        """Its record."""
        found = await self.call(lambda: self.services.training_sets.get(training_set_id, principal=self.principal))
        self.send(_localized(found.to_json(), self.context))


class RowsHandler(FeatureHandler):
    """`features/training-sets/{id}/rows`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, training_set_id: str) -> None:
        """Its first rows."""
        limit = self.page_size()
        self.send(
            await self.call_slow(lambda: self.services.feature_reading.rows(training_set_id, limit, self.principal))
        )


def _localized(document: dict[str, Any], context: Context) -> dict[str, Any]:
    return {**document, "path": relative_path(document["path"], context.root)}


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"features/projects", ProjectsHandler),
        (r"features/repositories", RepositoriesHandler),
        (r"features/views", ViewsHandler),
        (rf"features/views/{VIEW}", ViewHandler),
        (rf"features/views/{VIEW}/versions", VersionsHandler),
        (rf"features/views/{VIEW}/materializations", HistoryHandler),
        (rf"features/views/{VIEW}/uses", UsesHandler),
        (rf"features/views/{VIEW}/statistics", StatisticsHandler),
        (r"features/materializations", MaterializationsHandler),
        (r"features/materializations/schedule", MaterializationScheduleHandler),
        (r"features/online", OnlineHandler),
        (r"features/training-sets", TrainingSetsHandler),
        (r"features/training-sets/preview", PreviewHandler),
        (r"features/training-sets/labels", LabelsHandler),
        (rf"features/training-sets/{TRAINING_SET}", TrainingSetHandler),
        (rf"features/training-sets/{TRAINING_SET}/rows", RowsHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
