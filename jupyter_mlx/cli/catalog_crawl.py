"""`jupyter mlx catalog crawl`, `sources`, `crawls` and `rm`."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, MlxError
from .catalog_words import define_from_file
from .common import add_command, age, duration, open_services, print_json, print_table
from .pairs import typed_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..catalog.data.checking import QualityResult
    from ..catalog.models import Crawl, Source
    from ..services import Services

__all__ = ["declare"]

UPDATES = ("apply", "merge", "log")
DELETES = ("deprecate", "delete", "log")
SHOWN_PROBLEMS = 20


def declare(commands: Any) -> None:
    """Declare the commands."""
    crawling = add_command(commands, "crawl", crawl, "read a source, and write what changed to the catalog")
    crawling.add_argument(
        "source",
        metavar="SOURCE",
        help="a path or glob, s3://…, an SQLAlchemy URL, dynamodb://, mongodb://…, …; or a known source's name",
    )
    _add_source_arguments(crawling)
    crawling.add_argument(
        "--full", action="store_true", help="read everything, also what the listing says is unchanged"
    )
    crawling.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")
    crawling.add_argument("--detach", action="store_true", help="queue it as a job, and return")
    crawling.add_argument("--cron", metavar="EXPR", help="crawl it on a schedule: minute hour day month weekday")
    crawling.add_argument("--tz", default="UTC", metavar="ZONE", help="the schedule's time zone")
    add_command(commands, "sources", list_sources, "list the places that are crawled")
    crawls = add_command(commands, "crawls", list_crawls, "list crawls, newest first; or show one")
    crawls.add_argument("id", metavar="ID", nargs="?", help="a crawl's id, or its run's")
    crawls.add_argument("--source", metavar="NAME", help="of this source only")
    crawls.add_argument("--limit", type=int, default=20)
    crawls.add_argument("--cursor")
    removing = add_command(commands, "rm", remove, "forget a table, or a source with its tables; the data stays")
    removing.add_argument("resource", metavar="TABLE", help="database.table or an id; with --source, a source's name")
    removing.add_argument("--source", action="store_true", help="it is a source")


def _add_source_arguments(parser: argparse.ArgumentParser) -> None:
    several: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument("--name", help="the source's name in the catalog; made from the location by default")
    parser.add_argument("--database", metavar="D", help="the catalog's database that its tables go to")
    parser.add_argument("--kind", metavar="K", help="which crawler, where the location does not say it")
    parser.add_argument("--include", metavar="GLOB", **several, help="only what matches")
    parser.add_argument("--exclude", metavar="GLOB", **several, help="all but what matches")
    parser.add_argument("--classifier", metavar="C", **several, help="a custom classifier, tried in this order")
    parser.add_argument("--classifier-file", metavar="YAML", **several, help="define classifiers first, and use them")
    parser.add_argument("--table-level", type=int, metavar="N", help="folders at this depth are tables; the root is 1")
    parser.add_argument("--combine", action="store_true", default=None, help="one table of compatible schemas")
    parser.add_argument("--prefix", metavar="P", help="put before the tables' names")
    parser.add_argument("--sample", type=int, nargs="?", const=True, metavar="N", help="read N files a folder only")
    parser.add_argument("--update", choices=UPDATES, help="what a changed schema does to its table")
    parser.add_argument("--delete", choices=DELETES, help="what happens to a table that is gone")
    parser.add_argument("--option", metavar="K=V", **several, help="another option of the crawler")
    parser.add_argument("--secret", metavar="NAME", help="the secret that has the password, or KEY:SECRET")
    parser.add_argument("--endpoint-url", metavar="U", help="of an object store or service that is not AWS's")


# -- crawl -----------------------------------------------------------------------------------------------------


def crawl(options: argparse.Namespace) -> int:
    """Crawl, here or as a job."""
    services = open_services()
    services.guarded.require(services.principal())
    source, added = _source_of(services, options)
    if options.cron is not None:
        return _schedule(services, source, options)
    if options.detach:
        return _queue(services, source, options)
    progress = _ProgressLine() if sys.stderr.isatty() and not options.json else None
    try:
        done = services.crawls.crawl(
            source.id,
            owner=services.principal().user,
            dry_run=options.dry_run,
            full=options.full,
            progress=progress,
        )
    finally:
        if progress is not None:
            progress.end()
        if added and options.dry_run:
            services.guarded.remove(source.id, services.principal())
    checked = services.data.check_crawled(done, services.principal()) if done.state == "SUCCEEDED" else {}
    services.new_data.after_crawl(done)
    return _show_crawl(done, checked, options)


def _source_of(services: Services, options: argparse.Namespace) -> tuple[Source, bool]:
    """The known source of that name or location, changed as the options say; else a new one, and that it is new."""
    from ..catalog.models import SourceRequest

    wanted = _crawler_options(services, options)
    request = SourceRequest(
        location=options.source,
        name=options.name,
        database=options.database,
        kind=options.kind,
        options=wanted,
        secret=options.secret,
    )
    is_place = re.search(r"://|[*?\[{]", options.source) or os.path.exists(os.path.expanduser(options.source))
    if not is_place and services.crawls.find(request) is None:
        # Neither a place nor a name: what is near to it is said.
        services.crawls.source(options.source)
    return services.guarded.keep(request, services.principal())


def _crawler_options(services: Services, options: argparse.Namespace) -> dict[str, Any]:
    named = list(options.classifier)
    for file in options.classifier_file:
        named += [item["name"] for item in define_from_file(services, file)]
    given = {
        "include": options.include,
        "exclude": options.exclude,
        "classifiers": named,
        "table_level": options.table_level,
        "combine": options.combine,
        "prefix": options.prefix,
        "sample": options.sample,
        "update": options.update,
        "delete": options.delete,
        "endpoint_url": options.endpoint_url,
    }
    return {name: value for name, value in given.items() if value not in (None, [])} | typed_pairs(options.option)


def _queue(services: Services, source: Source, options: argparse.Namespace) -> int:
    run = services.catalog_jobs.crawl(
        source, services.principal(), cwd=Path.cwd(), dry_run=options.dry_run, full=options.full
    )
    if options.json:
        print_json(run.to_json(root=Path.cwd()))
    else:
        print(f"{run.id}  {run.job.name}  {run.state}\nfollow it: jupyter mlx jobs logs {run.id} -f")
    return 0


def _schedule(services: Services, source: Source, options: argparse.Namespace) -> int:
    if options.dry_run or options.full:
        raise InvalidInput("usage", "A schedule takes neither --dry-run nor --full.", "Leave it out.")
    schedule = services.catalog_jobs.schedule(source.id, options.cron, options.tz, services.principal(), cwd=Path.cwd())
    document = schedule.to_json(services.clock.now(), Path.cwd())
    if options.json:
        print_json(document)
    else:
        print(f"{document['id']}  {document['name']}  {document['words']}")
        for moment in document["next_fires"]:
            print(f"  {moment}")
    return 0


class _ProgressLine:
    """One line on standard error that says how far a crawl is."""

    def __init__(self) -> None:
        self._shown = 0

    def __call__(self, listed: int, read: int, skipped: int, failed: int) -> None:
        """Show the counts so far."""
        text = f"{listed:,} listed, {read:,} read, {skipped:,} skipped, {failed:,} failed"
        print(f"\r{text.ljust(self._shown)}", end="", file=sys.stderr, flush=True)
        self._shown = len(text)

    def end(self) -> None:
        """Leave the line empty."""
        if self._shown:
            print(f"\r{' ' * self._shown}\r", end="", file=sys.stderr, flush=True)


def _show_crawl(done: Crawl, checked: Mapping[str, QualityResult | MlxError], options: argparse.Namespace) -> int:
    document = done.to_json()
    if options.json:
        print_json(document)
    else:
        _print_crawl(document)
        for path, result in checked.items():
            if isinstance(result, MlxError):
                print(f"{path}: its quality could not be checked: {result.message}")
            elif not result.passed:
                print(f"{path}: quality rules do not hold; see: jupyter mlx catalog quality {path}")
    if done.state == "SUCCEEDED":
        return 0
    if done.error:
        print(f"error: {done.error['message']}", file=sys.stderr)
        print(f"remedy: {done.error.get('remedy', '')}", file=sys.stderr)
    return 1


def _print_crawl(document: dict[str, Any]) -> None:
    dry = "  (dry run: nothing was written)" if document["dry_run"] else ""
    took = duration(document["seconds"]) if document["seconds"] is not None else age(document["started_at"])
    print(f"{document['id']}  {document['source']}  {document['state']}  {took}{dry}")
    print(
        f"{document['listed']:,} listed, {document['read']:,} read, "
        f"{document['skipped']:,} skipped, {document['failed']:,} failed"
    )
    for change in document["tables"]:
        version = f"v{change['version']}" if change["version"] else ""
        print(f"  {change['change']:<10} {change['database']}.{change['name']}  {version}".rstrip())
        for words in (change.get("difference") or {}).get("words", []):
            print(f"             {words}")
    problems = document["problems"]
    if not problems:
        return
    print(f"{document['problems_total']:,} problems; the rest was crawled:")
    for problem in problems[:SHOWN_PROBLEMS]:
        print(f"  {problem['path']}  {problem['code']}: {problem['message']}")
    if document["problems_total"] > SHOWN_PROBLEMS:
        print(f"all that were kept: jupyter mlx catalog crawls {document['id']} --json")


# -- lists -----------------------------------------------------------------------------------------------------


def list_sources(options: argparse.Namespace) -> int:
    """The sources."""
    services = open_services()
    documents = [source.to_json() for source in services.guarded.sources(services.principal())]
    if options.json:
        print_json({"items": documents, "next_cursor": None})
        return 0
    rows = []
    for item in documents:
        last = item["last_crawl"] or {}
        when = f"{last['state']} {last['started_at'][:19]}" if last else "never"
        rows.append([item["name"], item["kind"], item["tables"], when, item["schedule_id"] or "", item["location"]])
    print_table(
        ["NAME", "KIND", "TABLES", "LAST CRAWL (UTC)", "SCHEDULE", "LOCATION"],
        rows,
        "No sources. Crawl one: jupyter mlx catalog crawl SOURCE",
    )
    return 0


def list_crawls(options: argparse.Namespace) -> int:
    """A page of crawls, or one."""
    services = open_services()
    principal = services.principal()
    if options.id is not None:
        document = services.guarded.crawl(options.id, principal).to_json()
        if options.json:
            print_json(document)
        else:
            _print_crawl(document)
        return 0
    limit = max(1, min(options.limit, 500))
    found, cursor = services.guarded.page(principal, source=options.source, limit=limit, cursor=options.cursor)
    documents = [item.to_json(whole=False) for item in found]
    if options.json:
        print_json({"items": documents, "next_cursor": cursor})
        return 0
    rows = [
        [
            item["id"],
            item["source"],
            item["state"],
            age(item["started_at"], item["ended_at"]),
            *(item[name] for name in ("listed", "read", "skipped", "failed")),
            item["started_at"][:19],
        ]
        for item in documents
    ]
    header = ["ID", "SOURCE", "STATE", "TOOK", "LISTED", "READ", "SKIPPED", "FAILED", "STARTED (UTC)"]
    print_table(header, rows, "No crawls. Start one: jupyter mlx catalog crawl SOURCE")
    if cursor:
        print(f"more: jupyter mlx catalog crawls --cursor {cursor}")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Forget a table, or a source."""
    services = open_services()
    if options.source:
        removed = services.catalog_jobs.remove_source(options.resource, services.principal()).name
    else:
        table = services.catalog.table(options.resource, services.principal())
        removed = table.path
        services.catalog.remove_table(table.id, services.principal())
    if options.json:
        print_json({"removed": removed})
    else:
        print(f"{removed} removed from the catalog; its data is where it was")
    return 0
