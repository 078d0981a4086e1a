"""``jupyter mlx features materialize``, ``statistics`` and ``check``: work on features, here or as jobs."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from .common import add_command, open_services, print_json, print_table

if TYPE_CHECKING:
    from ..jobs.models import Run
    from ..services import Services

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Declare the commands."""
    bringing = add_command(commands, "materialize", materialize, "bring the online store up to date")
    bringing.add_argument("views", metavar="VIEW", nargs="*", help="all that are served online by default")
    bringing.add_argument("--project", metavar="P")
    bringing.add_argument("--from", dest="since", metavar="TIME", help="from then on; ISO 8601, without a zone UTC")
    bringing.add_argument("--to", dest="until", metavar="TIME", help="up to then; now by default")
    bringing.add_argument("--only-new", action="store_true", help="leave out views whose source is as it was")
    bringing.add_argument("--anew", action="store_true", help="with rows that came late: not only from the last end on")
    bringing.add_argument("--job", action="store_true", help="queue it as a job")
    bringing.add_argument("--schedule", metavar="CRON", help="do it for a project on a schedule")
    bringing.add_argument("--tz", metavar="ZONE", default="UTC", help="the schedule's time zone")
    bringing.add_argument(
        "--on-new-data",
        action=argparse.BooleanOptionalAction,
        help="do it for a project, too, when a crawl finds new data in a source",
    )
    counting = add_command(
        commands, "statistics", statistics, "profile a view's source, its drift from what was trained on, and parity"
    )
    counting.add_argument("view", metavar="VIEW")
    counting.add_argument("--job", action="store_true", help="queue it as a job")
    checking = add_command(commands, "check", check, "whether what is served is what is stored; fails where it is not")
    checking.add_argument("view", metavar="VIEW")
    checking.add_argument("--limit", metavar="N", type=int, default=1000, help="entities that are compared at most")


def materialize(options: argparse.Namespace) -> int:
    """Materialize: here, as a job, on a schedule, on new data."""
    services = open_services()
    if options.schedule is not None or options.on_new_data is not None:
        return _arrange(services, options)
    since, until = _moment(options.since, "--from"), _moment(options.until, "--to")
    if options.job:
        moments = {"since": since, "until": until}
        document = {
            "views": options.views,
            "project": options.project,
            "only_new": options.only_new,
            "anew": options.anew,
            **{name: moment.isoformat() for name, moment in moments.items() if moment is not None},
        }
        run = services.feature_jobs.materialize(document, services.principal(), cwd=Path.cwd())
        return _print_run(run, options)
    done = services.materializer.materialize(
        options.views,
        user=services.principal().user,
        principal=services.principal(),
        project=options.project,
        since=since,
        until=until,
        only_new=options.only_new,
        anew=options.anew,
    )
    if options.json:
        print_json({"items": [item.to_json() for item in done]})
        return 0
    for item in done:
        document = item.to_json()
        print(f"{item.state.lower():<10} {item.view}  {document['since'][:19]} to {document['until'][:19]}")
    return 0


def _arrange(services: Services, options: argparse.Namespace) -> int:
    """A schedule, and whether new data counts: of a project."""
    if options.views or options.since or options.until or options.job:
        raise InvalidInput(
            "usage",
            "--schedule and --on-new-data are about a project: they take no view, no --from, --to or --job.",
            "Leave those out; `--project P` names one.",
        )
    said: dict[str, Any] = {}
    if options.on_new_data is not None:
        project = services.feature_jobs.on_new_data(options.project, options.on_new_data, services.principal())
        said |= {"project": project, "on_new_data": options.on_new_data}
    if options.schedule is not None:
        document = {"cron": options.schedule, "timezone": options.tz, "project": options.project}
        schedule = services.feature_jobs.schedule(
            {**document, "only_new": options.only_new}, services.principal(), cwd=Path.cwd()
        )
        said["schedule"] = schedule.to_json(services.clock.now(), Path.cwd())
    if options.json:
        print_json(said)
        return 0
    if "schedule" in said:
        print(f"{said['schedule']['id']}  {said['schedule']['name']}  {said['schedule']['words']}")
    if "project" in said:
        how = "is materialized" if said["on_new_data"] else "is not materialized any more"
        print(f"{said['project']} {how} when a crawl finds new data.")
    return 0


def _moment(text: str | None, flag: str) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("usage", f"{flag} `{text}` is no moment.", "Write it as 2013-05-01T06:00.") from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _print_run(run: Run, options: argparse.Namespace) -> int:
    if options.json:
        print_json(run.to_json(root=Path.cwd()))
    else:
        print(f"{run.id}  {run.job.name}  {run.state}\nfollow it: jupyter mlx jobs logs {run.id} -f")
    return 0


def statistics(options: argparse.Namespace) -> int:
    """Statistics."""
    services = open_services()
    if options.job:
        return _print_run(services.feature_jobs.statistics(options.view, services.principal(), cwd=Path.cwd()), options)
    made = services.feature_statistics.compute(options.view, principal=services.principal())
    if options.json:
        print_json(made)
        return 0
    print(f"{made['rows']:,} rows of {made['entities']:,} entities, {made['first']} to {made['last']}")
    rows = [
        [item["name"], item["type"], item["nulls"], item["distinct"], item["min"], item["mean"], item["max"]]
        for item in made["columns"]
    ]
    print_table(["FEATURE", "TYPE", "MISSING", "DISTINCT", "LEAST", "MEAN", "GREATEST"], rows, "")
    drifted = [item for item in made["drift"] if item["drifted"]]
    if made["baseline"] is not None:
        print(f"{len(drifted)} of {len(made['drift'])} tests find drift from `{made['baseline']['name']}`")
    for item in drifted:
        print(f"  {item['feature']}  {item['test']} {item['statistic']:.3f} > {item['threshold']}")
    if made["parity"] is not None:
        print(f"{made['parity']['equal']:,} of {made['parity']['checked']:,} entities are served as they are stored")
    return 0


def check(options: argparse.Namespace) -> int:
    """Compare what is served with what is stored."""
    if options.limit < 1:
        raise InvalidInput("usage", f"--limit {options.limit} compares nothing.", "Give 1 or more.")
    services = open_services()
    found = services.parity.check(options.view, principal=services.principal(), limit=options.limit).to_json()
    if options.json:
        print_json(found)
    else:
        print(f"{found['equal']:,} of {found['checked']:,} entities are served as they are stored")
        for item in found["examples"]:
            entity = ", ".join(f"{name}={value}" for name, value in item["entity"].items())
            print(f"  {entity}  {item['feature']}: stored {item['offline']}, served {item['online']}")
    return 1 if found["unequal"] else 0
