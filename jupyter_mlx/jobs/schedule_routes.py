"""Routes of schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..clock import to_iso
from ..http import Context, MlxHandler

if TYPE_CHECKING:
    from .schedules import Schedule

__all__ = ["routes"]

RESOURCE = "mlx-schedules"
ID = r"(?P<schedule_id>[0-9a-zA-Z-]+)"


class ScheduleHandlerBase(MlxHandler):
    """What handlers of schedules share."""

    def shown(self, schedule: Schedule) -> dict[str, Any]:
        """A schedule's document."""
        return schedule.to_json(self.services.clock.now(), self.context.root)


class SchedulesHandler(ScheduleHandlerBase):
    """`schedules`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """All schedules."""
        found = await self.call(lambda: self.services.schedules.page())
        self.send({"items": [self.shown(schedule) for schedule in found], "next_cursor": None})

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Keep a schedule."""
        from .models import JobRequest

        body = self.document("ScheduleRequest")
        schedule = await self.call_slow(
            lambda: self.services.jobs.schedule(
                JobRequest.from_json(body["job"]),
                body["cron"],
                body.get("timezone", "UTC"),
                owner=self.owner,
                root=self.context.root,
                name=body.get("name"),
                policy=body.get("policy"),
            )
        )
        self.send(self.shown(schedule), 201)


class ScheduleHandler(ScheduleHandlerBase):
    """`schedules/{id}`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, schedule_id: str) -> None:
        """One schedule."""
        self.send(self.shown(await self.call(lambda: self.services.schedules.get(schedule_id))))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self, schedule_id: str) -> None:
        """Pause, resume, or change."""
        body = self.document("SchedulePatch")
        schedule = await self.call(lambda: self.services.schedules.update(schedule_id, **body))
        await self.call(self.services.wake_agent)
        self.send(self.shown(schedule))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, schedule_id: str) -> None:
        """Remove."""
        await self.call(lambda: self.services.schedules.remove(schedule_id))
        await self.call(self.services.wake_agent)
        self.set_status(204)
        self.finish()


class SchedulePreviewHandler(MlxHandler):
    """`schedules/preview`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """An expression in words, and its next firings."""
        cron = self.get_query_argument("cron")
        zone = self.get_query_argument("timezone", "UTC")
        count = self.number("count", 10, least=1, most=100) or 10
        words, firings = await self.call(lambda: self.services.schedules.preview(cron, zone, count))
        self.send({"words": words, "next_fires": [to_iso(moment) for moment in firings]})


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"schedules", SchedulesHandler),
        (r"schedules/preview", SchedulePreviewHandler),
        (rf"schedules/{ID}", ScheduleHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
