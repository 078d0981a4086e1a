"""`jupyter mlx schedules …`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .common import add_command, print_json, print_table
from .run import add_job_arguments, check_numbers, read_parameters, request_of

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the commands."""
    commands = groups.add_parser("schedules", help="run notebooks by the clock").add_subparsers(
        metavar="COMMAND", required=True
    )
    adding = add_command(commands, "add", add_schedule, "run a notebook on a schedule; it is kept as it is now")
    add_job_arguments(adding)
    adding.add_argument("--cron", required=True, help="minute hour day month weekday")
    adding.add_argument("--tz", default="UTC", metavar="ZONE", help="time zone, such as Europe/Warsaw")
    adding.add_argument("--overlap", choices=["allow", "forbid", "replace", "enqueue"], default="forbid")
    adding.add_argument("--coalesce", choices=["latest", "all"], default="latest")
    adding.add_argument("--catch-up", action="store_true", help="run firings that were missed")
    adding.add_argument("--misfire-grace", type=float, default=300.0, metavar="S", help="later than this is missed")
    add_command(commands, "list", list_schedules, "list schedules")
    _with_id(add_command(commands, "show", show, "show a schedule"))
    _with_id(add_command(commands, "pause", lambda options: _pause(options, True), "fire no more until resumed"))
    _with_id(add_command(commands, "resume", lambda options: _pause(options, False), "fire again"))
    _with_id(add_command(commands, "rm", remove, "remove a schedule; its runs stay"))
    following = _with_id(add_command(commands, "next", show_next, "the next firings"))
    following.add_argument("count", type=int, nargs="?", default=10)


def _with_id(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("id", metavar="ID", help="the schedule's id, or the beginning of it")
    return parser


def _services() -> Any:
    from ..services import Services

    return Services()


def _document(schedule: Any) -> dict[str, Any]:
    from ..clock import SystemClock

    document: dict[str, Any] = schedule.to_json(SystemClock().now(), Path.cwd())
    return document


def _print(schedule: Any, options: argparse.Namespace) -> int:
    document = _document(schedule)
    if options.json:
        print_json(document)
        return 0
    print(f"{document['id']}  {document['name']}  {document['words']}{'  PAUSED' if document['paused'] else ''}")
    for moment in document["next_fires"]:
        print(f"  {moment}")
    return 0


def add_schedule(options: argparse.Namespace) -> int:
    """Add."""
    from ..services import current_user

    check_numbers(options, "misfire_grace")
    policy = {
        "overlap": options.overlap,
        "coalesce": options.coalesce,
        "catch_up": options.catch_up,
        "misfire_grace_s": options.misfire_grace,
    }
    request = request_of(options, read_parameters(options))
    schedule = _services().jobs.schedule(
        request, options.cron, options.tz, owner=current_user(), name=options.name, policy=policy
    )
    return _print(schedule, options)


def list_schedules(options: argparse.Namespace) -> int:
    """List."""
    documents = [_document(schedule) for schedule in _services().schedules.page()]
    if options.json:
        print_json({"items": documents, "next_cursor": None})
        return 0
    rows = [
        [item["id"], item["name"], item["words"], "paused" if item["paused"] else item["next_fire"] or "never"]
        for item in documents
    ]
    print_table(
        ["ID", "NAME", "WHEN", "NEXT (UTC)"],
        rows,
        'No schedules. Add one: jupyter mlx schedules add NOTEBOOK --cron "30 2 * * *" --tz Europe/Warsaw',
    )
    return 0


def show(options: argparse.Namespace) -> int:
    """Show."""
    return _print(_services().schedules.get(options.id), options)


def _pause(options: argparse.Namespace, paused: bool) -> int:
    services = _services()
    schedule = services.schedules.update(options.id, paused=paused)
    services.wake_agent()
    return _print(schedule, options)


def remove(options: argparse.Namespace) -> int:
    """Remove."""
    services = _services()
    schedule = services.schedules.get(options.id)
    services.schedules.remove(schedule.id)
    services.wake_agent()
    if options.json:
        print_json({"removed": schedule.id})
    else:
        print(f"{schedule.id} removed")
    return 0


def show_next(options: argparse.Namespace) -> int:
    """The next firings."""
    from ..clock import to_iso

    services = _services()
    schedule = services.schedules.get(options.id)
    words, firings = services.schedules.preview(schedule.cron, schedule.timezone, max(1, min(options.count, 100)))
    if options.json:
        print_json({"words": words, "next_fires": [to_iso(moment) for moment in firings]})
        return 0
    print(words)
    for moment in firings:
        print(f"  {moment.isoformat()}")
    return 0
