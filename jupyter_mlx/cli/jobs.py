"""`jupyter mlx jobs …`."""

from __future__ import annotations

import argparse
import codecs
import sys
from pathlib import Path
from typing import Any

from .common import add_command, age, print_json, print_table
from .run import read_parameters

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the commands."""
    commands = groups.add_parser(
        "jobs", help="list, show, follow, cancel, retry, clone and remove runs"
    ).add_subparsers(metavar="COMMAND", required=True)
    listing = add_command(commands, "list", list_runs, "list runs, newest first")
    listing.add_argument("words", nargs="*", help="words that the name, notebook, id or a tag contains")
    listing.add_argument("--state", help="states, separated by commas")
    listing.add_argument("--limit", type=int, default=20)
    listing.add_argument("--cursor")
    _with_id(add_command(commands, "show", show, "show a run"))
    logs = _with_id(add_command(commands, "logs", logs_of, "print what a run printed"))
    logs.add_argument("-f", "--follow", action="store_true", help="go on until the run ends")
    logs.add_argument("--attempt", type=int)
    _with_id(add_command(commands, "cancel", cancel, "cancel a run"))
    _with_id(add_command(commands, "retry", retry, "queue one more attempt of a run that has ended"))
    clone = _with_id(add_command(commands, "clone", clone_run, "queue a new run of the same notebook version"))
    clone.add_argument("-p", "--parameters", nargs=2, action="append", metavar=("NAME", "VALUE"), default=[])
    clone.add_argument("--name")
    _with_id(add_command(commands, "rm", remove, "remove a run that has ended, with its files"))


def _with_id(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("id", metavar="ID", help="the run's id, or the beginning of it")
    return parser


def _jobs() -> Any:
    from ..services import Services

    return Services().jobs


def list_runs(options: argparse.Namespace) -> int:
    """A page of runs."""
    found, cursor, _, _ = _jobs().page(
        limit=max(1, min(options.limit, 500)),
        cursor=options.cursor,
        states=[state.upper() for state in (options.state or "").split(",") if state],
        words=" ".join(options.words),
    )
    if options.json:
        items = [run.to_json(root=Path.cwd(), record=False) for run in found]
        print_json({"items": items, "next_cursor": cursor})
        return 0
    rows = []
    for run in found:
        document = run.to_json(root=Path.cwd(), record=False)
        cells = f"{document['progress']['cell']}/{document['progress']['cells']}"
        took = age(document["started_at"], document["ended_at"])
        rows.append([run.id, run.state, run.job.name, cells, took, document["created_at"][:19], run.reason or ""])
    print_table(
        ["ID", "STATE", "NAME", "CELLS", "TOOK", "CREATED (UTC)", ""],
        rows,
        "No runs. Start one: jupyter mlx run NOTEBOOK",
    )
    if cursor:
        print(f"more: jupyter mlx jobs list --cursor {cursor}")
    return 0


def show(options: argparse.Namespace) -> int:
    """One run."""
    run = _jobs().get(options.id)
    document = run.to_json(root=Path.cwd())
    if options.json:
        print_json(document)
        return 0
    print(f"{run.id}  {run.job.name}  {run.state}  {run.reason or ''}".rstrip())
    print(f"notebook    {document['notebook']['path']}  {document['notebook']['digest'][:19]}")
    for name, value in run.job.parameters.items():
        print(f"parameter   {name} = {value!r}")
    for name, value in document["metrics"].items():
        print(f"metric      {name} = {value}")
    for attempt in document["attempts"]:
        took = age(attempt["started_at"], attempt["ended_at"])
        gpus = f"  GPUs {', '.join(attempt['gpus'])}" if attempt["gpus"] else ""
        print(f"attempt {attempt['number']}   {attempt['state']}  {took}  on {attempt['host']}{gpus}")
    for output in document["outputs"]:
        print(f"output      {output['path']}")
    if document["mlflow_run_id"]:
        print(f"mlflow      {document['mlflow_run_id']}")
    if run.error:
        print(f"error: {run.error['message']}\nremedy: {run.error.get('remedy', '')}")
    return 0


def logs_of(options: argparse.Namespace) -> int:
    """The log of an attempt."""
    from ..jobs.follow import follow, wait

    jobs = _jobs()
    printer = _LogPrinter()

    def look() -> None:
        run = jobs.get(options.id)
        if run.attempts:
            number = jobs.attempt(run, options.attempt).number
            printer.print(jobs.log_file(run.id, number), number)

    if options.json:
        if options.follow:
            wait(jobs, options.id)
        path = jobs.log_file(options.id, options.attempt)
        print_json({"log": path.read_text(encoding="utf-8", errors="replace") if path and path.exists() else ""})
        return 0
    if options.follow:
        for _ in follow(jobs, options.id):
            look()
    look()
    printer.end()
    return 0


class _LogPrinter:
    """Prints a growing log once, a character that is half written when the rest of it is there; then the next log."""

    def __init__(self) -> None:
        self._number = 0
        self._position = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def print(self, path: Path | None, number: int) -> None:
        """Print what came since the last look; a new attempt's log from its beginning."""
        if number != self._number:
            self.end()
            self._number, self._position = number, 0
        if path is None or not path.exists():
            return
        with path.open("rb") as file:
            file.seek(self._position)
            while content := file.read(1 << 20):
                sys.stdout.write(self._decoder.decode(content))
            self._position = file.tell()
        sys.stdout.flush()

    def end(self) -> None:
        """What is half written stays so."""
        sys.stdout.write(self._decoder.decode(b"", final=True))
        self._decoder.reset()


def cancel(options: argparse.Namespace) -> int:
    """Cancel."""
    return _acted(_jobs().cancel(options.id), options)


def retry(options: argparse.Namespace) -> int:
    """Retry."""
    return _acted(_jobs().retry(options.id), options)


def clone_run(options: argparse.Namespace) -> int:
    """Clone."""
    from ..services import current_user

    empty: dict[str, Any] = {
        name: [] for name in ("parameters_base64", "parameters_file", "parameters_yaml", "parameters_raw")
    }
    flags = dict.fromkeys(("inject_input_path", "inject_output_path", "inject_paths"), False)
    given = read_parameters(argparse.Namespace(**empty, **flags, parameters=options.parameters))
    run = _jobs().clone(options.id, owner=current_user(), parameters=given, name=options.name)
    return _acted(run, options)


def _acted(run: Any, options: argparse.Namespace) -> int:
    if options.json:
        print_json(run.to_json(root=Path.cwd()))
    else:
        stopping = "  (stopping)" if run.cancel_requested and not run.ended_at else ""
        print(f"{run.id}  {run.job.name}  {run.state}{stopping}")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Remove."""
    jobs = _jobs()
    run = jobs.get(options.id)
    jobs.remove(run.id)
    if options.json:
        print_json({"removed": run.id})
    else:
        print(f"{run.id} removed")
    return 0
