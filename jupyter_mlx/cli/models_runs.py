"""`jupyter mlx models experiments|runs|compare`: what was tracked."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidInput
from ..models.port import RunsPort
from .common import add_command, age, open_services, print_json, print_table

__all__ = ["add_to"]

WIDTH = 40
"""Characters of a value in a table."""
_AT_ONCE = 500


def add_to(commands: Any) -> None:
    """Declare the commands."""
    listing = add_command(commands, "experiments", experiments, "experiments of the tracking store")
    listing.add_argument("words", metavar="WORD", nargs="*", help="what the name contains")
    runs = add_command(commands, "runs", list_runs, "tracked runs, sorted and filtered")
    runs.add_argument("words", metavar="WORD", nargs="*", help="what the name, id, notebook or user contains")
    runs.add_argument("--experiment", metavar="E", action="append", help="name or id; several are allowed")
    runs.add_argument("--filter", metavar="F", help="as MLflow has it: metrics.auc > 0.7 and params.model = 'forest'")
    runs.add_argument(
        "--sort", metavar="COLUMN", action="append", help="metrics.auc, params.lr, start_time …; -COLUMN descends"
    )
    runs.add_argument(
        "--columns", metavar="COLUMN", nargs="+", action="extend", help="metrics.auc, params.lr, tags.team"
    )
    runs.add_argument("--deleted", action="store_true", help="those that were deleted, in place of the others")
    runs.add_argument("--limit", metavar="N", type=int, default=30)
    comparing = add_command(commands, "compare", compare, "parameters, metrics, tags, data and environment of runs")
    comparing.add_argument("runs", metavar="RUN", nargs="+", help="ids of tracked runs, or their first characters")
    comparing.add_argument("--all", action="store_true", help="what is equal, too")


def experiments(options: argparse.Namespace) -> int:
    """List experiments."""
    found = _experiments(open_services().models.runs, " ".join(options.words))
    if options.json:
        print_json({"items": found, "next_cursor": None})
        return 0
    rows = [
        [item["id"], item["name"], "" if item["runs"] is None else f"{item['runs']:,}", (item["updated_at"] or "")[:16]]
        for item in found
    ]
    print_table(["ID", "NAME", "RUNS", "CHANGED"], rows, "No experiment. Run a notebook: jupyter mlx run NOTEBOOK")
    return 0


def list_runs(options: argparse.Namespace) -> int:
    """List runs."""
    if not 1 <= options.limit <= 1000:
        raise InvalidInput("usage", f"`--limit {options.limit}` is not from 1 to 1000.", "Ask for fewer.")
    runs = open_services().models.runs
    columns = list(dict.fromkeys(options.columns or ()))
    sorts = options.sort or ()
    found = runs.search(
        {
            "experiments": [_experiment_id(runs, text) for text in options.experiment or ()],
            "filter": options.filter or "",
            "words": " ".join(options.words),
            "order_by": [{"column": text.removeprefix("-"), "descending": text.startswith("-")} for text in sorts],
            "columns": columns,
            "deleted": options.deleted,
            "limit": options.limit,
        }
    )
    if options.json:
        print_json(found)
        return 0
    rows = [
        [
            run["id"],
            run["name"][:WIDTH],
            run["state"],
            (run["started_at"] or "")[:16],
            age(run["started_at"], run["ended_at"]) if run["ended_at"] else "",
            run["user"] or "",
            ", ".join(f"{model['name']} v{model['version']}" for model in run["models"]),
            *(_shown(run["values"].get(column)) for column in columns),
        ]
        for run in found["items"]
    ]
    header = ["RUN", "NAME", "STATE", "STARTED", "TOOK", "USER", "MODELS", *columns]
    print_table(header, rows, "No run matches.")
    if found["next_cursor"]:
        total = "more" if found["total"] is None else f"{found['total']:,}"
        print(f"{len(rows)} of {total}: --limit shows more")
    return 0


def compare(options: argparse.Namespace) -> int:
    """Compare runs."""
    services = open_services()
    ids = list(dict.fromkeys(_run_id(services.models.runs, text) for text in options.runs))
    if len(ids) < 2:
        raise InvalidInput("usage", "One run alone can't be compared.", "Name two runs or more.")
    found = services.models.comparison.compare({"runs": ids, "only_different": not options.all})
    if options.json:
        print_json(found)
        return 0
    names = [f"{run['name'][:WIDTH]} {run['id'][:8]}" for run in found["runs"]]
    rows = [
        [f"{part}: {row['name']}" if part != "environment" else row["name"], *map(_shown, row["values"])]
        for part in ("parameters", "metrics", "data", "tags", "environment")
        for row in found[part]
    ]
    print_table(["", *names], rows, "They are equal in all that was tracked.")
    for run_id in found["missing"]:
        print(f"{run_id} was deleted.")
    return 0


def _experiments(runs: RunsPort, words: str = "") -> list[dict[str, Any]]:
    page = runs.experiments(words=words, limit=_AT_ONCE)
    found: list[dict[str, Any]] = page["items"]
    while page["next_cursor"]:
        page = runs.experiments(words=words, limit=_AT_ONCE, cursor=page["next_cursor"])
        found += page["items"]
    return found


def _experiment_id(runs: RunsPort, text: str) -> str:
    """Of an experiment by its name, or by its id where none has that name."""
    named = [item["id"] for item in _experiments(runs, text) if item["name"] == text]
    return str(named[0]) if named else text


def _run_id(runs: RunsPort, text: str) -> str:
    """Of a run by the first characters of its id; the text itself where none begins so: it is gone."""
    found: Sequence[Mapping[str, Any]] = runs.search({"experiments": [], "words": text, "limit": 100})["items"]
    begun = [run["id"] for run in found if run["id"].startswith(text)]
    if len(begun) > 1:
        raise InvalidInput(
            "run_ambiguous",
            f"{len(begun)} runs begin with `{text}`.",
            f"Write more of it, as `{begun[0][: len(text) + 4]}`.",
        )
    return str(begun[0]) if begun else text


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:WIDTH]
