"""``jupyter mlx features define``, ``backfill`` and ``similar``: values promoted to features."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from .common import add_command, open_services, print_json, print_table
from .pairs import read_pairs

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Declare the commands."""
    making = add_command(
        commands, "define", define, "promote a SELECT or a file to a feature view, with its data, contract and test"
    )
    making.add_argument("name", metavar="NAME")
    _add_source(making)
    making.add_argument("--entity", metavar="KEY", nargs="+", required=True, help="join keys, or entities' names")
    making.add_argument("--timestamp", metavar="COL", required=True, help="the column of the event's time")
    making.add_argument("--created", metavar="COL", help="the column of the time at which a row was written")
    making.add_argument("--ttl", metavar="TIME", help="after which a value counts no longer: 1d, 36h, 90min")
    making.add_argument(
        "--repository", metavar="DIR", help="this folder or `features` by default; made if there is none"
    )
    making.add_argument("--description", metavar="TEXT", default="")
    making.add_argument("--tag", metavar="K=V", action="append", default=[])
    making.add_argument("--replace", action="store_true", help="overwrite the view of that name")
    making.add_argument("--anyway", action="store_true", help="also where a view is made in the same way already")
    making.add_argument("--no-apply", action="store_true", help="write it only")
    again = add_command(commands, "backfill", backfill, "make a view's values again by its recipe")
    again.add_argument("view", metavar="VIEW")
    looking = add_command(commands, "similar", similar, "features that are there already for a SELECT or a file")
    _add_source(looking)
    looking.add_argument("--entity", metavar="KEY", nargs="+", default=[], help="join keys; found by their names")
    looking.add_argument("--timestamp", metavar="COL", help="the column of the event's time; the only one by default")


def _add_source(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--sql", metavar="SELECT", help="of files, and of tables of the catalog as database.table")
    source.add_argument("--from", dest="file", metavar="FILE", help="Parquet, CSV or JSON")
    parser.add_argument("--timezone", metavar="ZONE", help="whose local time timestamps without a zone are")


def _source(options: argparse.Namespace) -> Any:
    if options.sql is None:
        return Path(options.file)
    if not options.sql.lstrip().lower().startswith(("select", "with", "from", "(")):
        raise InvalidInput("usage", "--sql takes a SELECT.", "Give a file by `--from FILE`.")
    return options.sql


def define(options: argparse.Namespace) -> int:
    """Define."""
    from ..features.define_checks import default_repository, read_duration
    from ..features.defining import Request

    services = open_services()
    request = Request(
        options.name,
        _source(options),
        tuple(options.entity),
        options.timestamp,
        options.created,
        None if options.ttl is None else read_duration(options.ttl),
        options.description,
        read_pairs(options.tag, "--tag"),
        options.timezone,
        options.replace,
        options.anyway,
        not options.no_apply,
    )
    folder = default_repository(services.settings) if options.repository is None else Path(options.repository)
    done = services.definer.define(request, folder, services.principal()).to_json()
    if options.json:
        print_json(done)
        return 0
    print(f"{done['project']}/{done['name']}  {done['rows']:,} rows  {done['repository']}")
    for path in done["files"]:
        print(f"  {path}")
    print_table(["FEATURE", "TYPE"], [[name, kind] for name, kind in done["features"].items()], "")
    _print_matches(done["similar"], "Like it there are already:")
    for change in (done["applied"] or {"changes": ()})["changes"]:
        print(f"{change['change']:<10} {change['name']}@v{change['version']}")
    return 0


def backfill(options: argparse.Namespace) -> int:
    """Make values again."""
    services = open_services()
    done = services.definer.backfill(options.view, services.principal()).to_json()
    if options.json:
        print_json(done)
        return 0
    print(f"{done['view']}  {done['rows']:,} rows in {done['seconds']:.1f} s  {done['path']}")
    return 0


def similar(options: argparse.Namespace) -> int:
    """Look for what is alike."""
    services = open_services()
    found = services.definer.similar(
        _source(options), options.entity, options.timestamp, options.timezone, services.principal()
    )
    items = [match.to_json() for match in found]
    if options.json:
        print_json({"items": items})
        return 0
    _print_matches(items, "")
    if not items:
        print("Nothing is alike.")
    return 0


def _print_matches(items: list[dict[str, Any]], title: str) -> None:
    if not items:
        return
    if title:
        print(title)
    rows = [
        [
            item["of"] or "all of it",
            f"{item['project']}/{item['view']}{':' if item['feature'] else ''}{item['feature']}",
            "same recipe" if item["kind"] == "recipe" else f"{item['share']:.1%} of {item['rows']:,} values",
            item["owner"],
            item["use"],
        ]
        for item in items
    ]
    print_table(["NEW", "THERE ALREADY", "WHY", "OWNER", "USE"], rows, "")
