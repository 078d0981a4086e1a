"""``jupyter mlx models evaluate``: here, or as a job."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from .common import add_command, open_services, print_json, print_table

if TYPE_CHECKING:
    from ..jobs.models import Run
    from ..services import Services

__all__ = ["add_to"]

KINDS = ("classifier", "regressor", "forecaster")
_GIVEN = ("where", "cluster", "time", "champion", "metric")


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = add_command(
        commands, "evaluate", evaluate, "metrics of a version with intervals, by slices, and against the champion"
    )
    parser.add_argument("model", metavar="NAME")
    parser.add_argument("version", metavar="VERSION", help="a number or an alias")
    parser.add_argument(
        "--data",
        metavar="D",
        required=True,
        help="a training set, database.table of the catalog, or a Parquet or CSV file",
    )
    parser.add_argument("--target", metavar="COLUMN", required=True, help="the answers")
    parser.add_argument("--kind", choices=KINDS, help="told from the answers by default")
    parser.add_argument("--where", metavar="SQL", help="a condition on the rows")
    parser.add_argument("--slices", metavar="COLUMN", nargs="+", default=[], help="looked at value by value")
    parser.add_argument("--cluster", metavar="COLUMN", help="rows of one value are drawn together")
    parser.add_argument("--time", metavar="COLUMN", help="the time, of forecasts")
    parser.add_argument(
        "--champion", metavar="V", help="an alias or a version to compare with; the alias champion by default"
    )
    parser.add_argument("--metric", metavar="M", help="what counts for the comparison; AUC, RMSE, MASE by default")
    parser.add_argument("--bootstrap", metavar="N", type=int, default=1000, help="draws behind each interval")
    parser.add_argument("--seed", metavar="N", type=int, default=0)
    parser.add_argument("--job", action="store_true", help="queue it as a job, and wait for that")
    parser.add_argument("--detach", action="store_true", help="with --job: do not wait")


def evaluate(options: argparse.Namespace) -> int:
    """Evaluate."""
    services = open_services()
    if options.detach and not options.job:
        raise InvalidInput("usage", "Only a job goes on by itself.", "Add `--job`, or leave `--detach` out.")
    if options.job:
        return _job(services, options)
    from ..models.evaluation.evaluating import Asked

    given = {"slices": tuple(options.slices), "bootstrap": options.bootstrap, "seed": options.seed}
    given |= {name: getattr(options, name) for name in ("cluster", "time", "metric")}
    asked = Asked(
        options.model,
        options.version,
        options.data,
        options.target,
        options.kind,
        options.where,
        options.champion,
        given,
    )
    made = services.models.evaluator.evaluate(
        asked, services.principal(), within=None, values_shown=not services.access.by_grants
    )
    return _print(made, options)


def _job(services: Services, options: argparse.Namespace) -> int:
    from ..contract import check

    if options.kind is None:
        raise InvalidInput(
            "usage", "A job's notebook is of one kind of model.", f"Add `--kind` with {', '.join(KINDS)}."
        )
    document = {
        "model": options.model,
        "version": services.models.registry.resolve(options.model, options.version),
        "kind": options.kind,
        "data": options.data,
        "target": options.target,
        "slices": options.slices,
        "bootstrap": options.bootstrap,
        "seed": options.seed,
        **{name: getattr(options, name) for name in _GIVEN if getattr(options, name) is not None},
    }
    check("EvaluationRequest", document)
    run = services.models.evaluation_jobs.submit(document, services.principal(), cwd=Path.cwd())
    if options.detach:
        return _print_run(run, options)
    if not options.json:
        print(f"{run.id}  {run.job.name}  {run.state}")
    return _wait(services, run, options)


def _wait(services: Services, run: Run, options: argparse.Namespace) -> int:
    from ..errors import ExecutionFailed
    from ..jobs.follow import wait
    from ..jobs.lifecycle import State

    ended = wait(services.jobs, run.id)
    if ended.state is not State.SUCCEEDED:
        raise ExecutionFailed.from_json(
            ended.error or {"code": "run_not_succeeded", "message": f"The run {run.id} ended {ended.state}."}
        )
    assert ended.last is not None
    found = services.models.evaluations.get(ended.last.record["evaluation"]["id"], services.principal())
    return _print(found, options)


def _print_run(run: Run, options: argparse.Namespace) -> int:
    if options.json:
        print_json(run.to_json(root=Path.cwd()))
    else:
        print(f"{run.id}  {run.job.name}  {run.state}\nfollow it: jupyter mlx jobs logs {run.id} -f")
    return 0


def _print(document: Mapping[str, Any], options: argparse.Namespace) -> int:
    from ..models.evaluation.shown import interval_text

    if options.json:
        print_json(dict(document))
        return 0
    print(
        f"{document['id']}  {document['model']} v{document['version']}  {document['kind']}  "
        f"{document['rows']:,} rows of {document['data']}"
    )
    rows = [[name, interval_text(item)] for name, item in document["intervals"].items()]
    print_table(["METRIC", f"VALUE ({document['confidence']:.0%} INTERVAL)"], rows, "")
    if document["slices"]:
        names = list(document["metrics"])[:3]
        slices = [
            [
                item["column"],
                item["value"],
                f"{item['rows']:,}",
                *(interval_text(item["metrics"][one]) for one in names),
            ]
            for item in document["slices"]
        ]
        print()
        print_table(["SLICE", "VALUE", "ROWS", *(name.upper() for name in names)], slices, "")
    if document["comparison"] is not None:
        print(f"\n{document['comparison']['message']}")
    for note in document["notes"]:
        print(f"  {note}")
    return 0
