"""`jupyter mlx run`: a notebook as a versioned job. papermill's flags mean what they mean there."""

from __future__ import annotations

import argparse
import base64
import logging
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from .common import add_command, duration, print_json, write_page
from .inputs import fill_path, is_piped, notebook_file

if TYPE_CHECKING:
    from ..jobs.models import JobRequest, Run
    from ..services import Services

__all__ = ["add", "check_numbers", "read_parameters", "request_of"]

DEAD_KERNEL = 138
ENGINES = ("mlx", "nbclient")


def add(groups: Any) -> None:
    """Declare the command."""
    parser = add_command(groups, "run", run, "run a notebook as a versioned job, and wait for it")
    add_job_arguments(parser, needs_notebook=False)
    parser.add_argument("--detach", action="store_true", help="return once the run is queued")
    parser.add_argument("--wait", dest="detach", action="store_false", help="wait for the end (the default)")
    parser.add_argument("--progress-bar", action=argparse.BooleanOptionalAction, default=None, help="on a terminal: on")
    parser.add_argument(
        "--log-output", action=argparse.BooleanOptionalAction, default=False, help="print what cells print"
    )
    parser.add_argument("--stdout-file", metavar="FILE", help="also write what cells print to a file")
    parser.add_argument("--stderr-file", metavar="FILE", help="the same for their standard error")
    parser.add_argument("--help-notebook", action="store_true", help="show the notebook's parameters")
    parser.add_argument("--prepare-only", action="store_true", help="write OUTPUT with the parameters, run nothing")
    parser.add_argument("--prepare-execute", dest="prepare_only", action="store_false", help="run it (the default)")
    levels = ["NOTSET", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
    parser.add_argument("--log-level", choices=levels, help="of what this command itself logs; the run has its log")
    parser.add_argument(
        "--request-save-on-cell-execute",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="for papermill's scripts; changes nothing: the notebook is saved every few seconds and at the end",
    )
    parser.add_argument("--autosave-cell-every", type=int, metavar="S", help="the same; changes nothing")


def add_job_arguments(parser: argparse.ArgumentParser, needs_notebook: bool = True) -> None:
    """What describes a job; schedules take it too."""
    parser.add_argument(
        "notebook",
        metavar="NOTEBOOK",
        nargs=None if needs_notebook else "?",
        help="a path, {x} in it stands for a parameter" + ("" if needs_notebook else "; - reads standard input"),
    )
    parser.add_argument("output", metavar="OUTPUT", nargs="?", help="also copy the executed notebook here; - prints it")
    pair: dict[str, Any] = {"nargs": 2, "action": "append", "metavar": ("NAME", "VALUE"), "default": []}
    parser.add_argument(
        "-p", "--parameters", **pair, help="a parameter; numbers, True, False and None are read as such"
    )
    parser.add_argument("-r", "--parameters_raw", **pair, help="a parameter that stays a text")
    several: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument("-f", "--parameters_file", metavar="FILE", **several, help="parameters from a YAML file")
    parser.add_argument("-y", "--parameters_yaml", metavar="YAML", **several, help="parameters as YAML")
    parser.add_argument("-b", "--parameters_base64", metavar="BASE64", **several, help="the same, base64-encoded")
    parser.add_argument("--inject-input-path", action="store_true", help="pass PAPERMILL_INPUT_PATH")
    parser.add_argument("--inject-output-path", action="store_true", help="pass PAPERMILL_OUTPUT_PATH")
    parser.add_argument("--inject-paths", action="store_true", help="pass both")
    parser.add_argument("-k", "--kernel", help="the kernel, in place of the notebook's")
    parser.add_argument("-l", "--language", help="the language, in place of the notebook's")
    parser.add_argument("--cwd", help="the folder to run in; this one by default")
    parser.add_argument("--engine", metavar="NAME", help="for papermill's scripts: nbclient, which ours extends")
    parser.add_argument(
        "--start-timeout", "--start_timeout", type=int, metavar="S", help="seconds to wait for the kernel"
    )
    parser.add_argument("--execution-timeout", type=int, metavar="S", help="seconds for each cell")
    parser.add_argument("--report-mode", action=argparse.BooleanOptionalAction, default=False, help="hide the input")
    parser.add_argument("--gpus", type=int, default=0, metavar="N", help="GPUs to wait for, and to hold")
    parser.add_argument("--timeout", type=float, metavar="S", help="seconds for the whole run")
    parser.add_argument("--retries", type=int, default=0, metavar="N", help="attempts after one that ended badly")
    parser.add_argument("--backoff", type=float, default=10.0, metavar="S", help="seconds before the first of them")
    parser.add_argument("--secret", metavar="NAME", **several, help="a secret that the run may read")
    parser.add_argument("--include", metavar="GLOB", **several, help="side files; the run gets a folder of its own")
    parser.add_argument("--name", help="the run's name; the notebook's by default")
    parser.add_argument("--tag", metavar="K=V", **several, help="a tag")
    parser.add_argument("--html", action=argparse.BooleanOptionalAction, default=True, help="also keep an HTML page")
    parser.add_argument("--launcher", choices=["local"], help="where to execute")


def read_parameters(options: argparse.Namespace) -> dict[str, Any]:
    """The parameters, in papermill's order: base64, files, YAML, typed, raw; later ones win.

    Raises
    ------
    InvalidInput: ``parameters_invalid``.
    """
    values: dict[str, Any] = {}
    if options.inject_input_path or options.inject_paths:
        values["PAPERMILL_INPUT_PATH"] = options.notebook
    if options.inject_output_path or options.inject_paths:
        values["PAPERMILL_OUTPUT_PATH"] = options.output or "-"
    for text in options.parameters_base64:
        try:
            values |= _yaml(base64.b64decode("".join(text.split()), validate=True), "-b")
        except ValueError as error:
            raise InvalidInput("parameters_invalid", "-b: that is not base64.", "Encode the YAML.") from error
    for name in options.parameters_file:
        try:
            values |= _yaml(Path(name).read_bytes(), name)
        except OSError as error:
            raise InvalidInput("parameters_invalid", f"{name}: {error.strerror}.", "Check the path.") from error
    for text in options.parameters_yaml:
        values |= _yaml(text, "-y")
    values |= {name: _typed(value) for name, value in options.parameters}
    values |= dict(options.parameters_raw)
    return values


def _yaml(text: str | bytes, where: str) -> dict[str, Any]:
    import yaml

    class NoDates(yaml.SafeLoader):
        """Safe, and dates stay texts, as in papermill: a notebook gets what was written."""

    NoDates.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        found = yaml.load(text, Loader=NoDates) or {}  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise InvalidInput("parameters_invalid", f"{where}: {error}", "Write `name: value`.") from error
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise InvalidInput(
            "parameters_invalid", f"{where}: that is no mapping of names to values.", "Write `name: value`."
        )
    return found


def _typed(text: str) -> Any:
    """papermill's reading of ``-p``: True, False, None, whole numbers, numbers, else text."""
    words = {"True": True, "False": False, "None": None}
    if text in words:
        return words[text]
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text


def request_of(options: argparse.Namespace, parameters: dict[str, Any]) -> JobRequest:
    """The request that the arguments describe.

    Raises
    ------
    InvalidInput: No notebook, another engine, a tag without ``=``, a negative number.
    """
    from ..jobs.models import JobRequest, Retries

    if options.notebook is None:
        raise InvalidInput("usage", "The following arguments are required: NOTEBOOK.", "See `jupyter mlx run --help`.")
    if options.engine not in (None, *ENGINES):
        raise InvalidInput(
            "engine_unknown",
            f"`--engine {options.engine}`: notebooks are executed by jupyter_mlx's own engine, which extends nbclient.",
            "Leave `--engine` out; with another engine, use papermill itself.",
            field="engine",
        )
    check_numbers(options, "gpus", "retries", "backoff", "timeout")
    tags = {}
    for tag in options.tag:
        key, separator, value = tag.partition("=")
        if not separator or not key:
            raise InvalidInput(
                "request_invalid", f"--tag {tag}: that is no K=V.", "Write `--tag team=risk`.", field="tags"
            )
        tags[key] = value
    flags = {name: getattr(options, name) for name in ("language", "start_timeout", "execution_timeout", "report_mode")}
    return JobRequest(
        notebook=fill_path(options.notebook, parameters, "notebook"),
        parameters=parameters,
        name=options.name,
        kernel=options.kernel,
        gpus=options.gpus,
        timeout_s=options.timeout,
        retries=Retries(options.retries, options.backoff),
        include=tuple(options.include),
        secrets=tuple(options.secret),
        tags=tags,
        outputs=("ipynb", "html") if options.html else ("ipynb",),
        output=_output_path(options, parameters),
        launcher=options.launcher,
        cwd=options.cwd or str(Path.cwd()),
        papermill={name: value for name, value in flags.items() if value},
    )


def check_numbers(options: argparse.Namespace, *names: str) -> None:
    """Refuse what counts or lasts and is negative, infinite or no number; a timeout can't be 0 either.

    Raises
    ------
    InvalidInput: ``request_invalid``.
    """
    for name in names:
        value = getattr(options, name)
        if value is not None and (not 0 <= value < math.inf or (name == "timeout" and value == 0)):
            flag = name.replace("_", "-")
            raise InvalidInput(
                "request_invalid", f"--{flag} can't be {value:g}.", "Give a positive number.", field=name
            )


def _output_path(options: argparse.Namespace, parameters: dict[str, Any]) -> str | None:
    if not options.output or options.output == "-":
        return None
    if "://" in options.output:
        raise InvalidInput(
            "output_not_local",
            f"`{options.output}` is no local path.",
            "Give a path; copy it from there.",
            field="output",
        )
    return fill_path(options.output, parameters, "output")


def run(options: argparse.Namespace) -> int:
    """Queue, and follow to the end."""
    from ..services import Services, current_user

    if options.log_level:
        logging.basicConfig(level=options.log_level, format="%(message)s")
    _complete(options)
    services = Services()
    parameters = read_parameters(options)
    with notebook_file(options.notebook) as options.notebook:
        if options.help_notebook:
            return _help_notebook(services, options, parameters)
        request = request_of(options, parameters)
        if options.prepare_only:
            return _prepare_only(services, options, request)
        files = _open_files(options)
        # From here on the run has a version of the notebook of its own.
        queued = services.jobs.submit(request, owner=current_user())
    if options.detach:
        if options.json:
            print_json(queued.to_json(root=Path.cwd()))
        else:
            print(f"{queued.id}  {queued.job.name}  {queued.state}")
        return 0
    try:
        ended = _follow(services, queued, options, files)
    except KeyboardInterrupt:
        print(f"\ncancelling {queued.id} …", file=sys.stderr)
        from ..jobs.follow import wait

        services.jobs.cancel(queued.id)
        ended = wait(services.jobs, queued.id)
    return _show(services, ended, options)


def _complete(options: argparse.Namespace) -> None:
    """What papermill takes from pipes: without NOTEBOOK, and OUTPUT where the notebook comes through one.

    A NOTEBOOK alone is the notebook, whatever standard input is: many a script has a pipe there, and says nothing.

    Raises
    ------
    InvalidInput: ``usage``, there is no notebook.
    """
    if options.notebook is None:
        if not is_piped():
            raise InvalidInput(
                "usage", "The following arguments are required: NOTEBOOK.", "See `jupyter mlx run --help`."
            )
        options.notebook = "-"
    if options.notebook == "-" and options.output is None and not (options.json or options.detach):
        options.output = "-"


def _open_files(options: argparse.Namespace) -> dict[str, Any]:
    """The files for standard output and error, opened before anything is queued."""
    files = {}
    for name, path in (("stdout", options.stdout_file), ("stderr", options.stderr_file)):
        if path:
            write_page(path, "")
            files[name] = open(path, "w", encoding="utf-8")  # noqa: SIM115 - closed at the end of the run
    return files


def _follow(services: Services, queued: Run, options: argparse.Namespace, files: dict[str, Any]) -> Run:
    from ..jobs.follow import follow

    # Nothing but the document, or the notebook, may be on standard output.
    quiet = options.json or options.output == "-"
    shown = options.progress_bar if options.progress_bar is not None else sys.stderr.isatty() and not options.log_output
    bar = _bar(queued) if shown else None
    try:
        for event in follow(services.jobs, queued.id):
            if event.kind == "job.cell" and bar is not None:
                bar.n = event.data["progress"]["cell"]
                bar.refresh()
            elif event.kind == "job.output":
                _print_output(event.data.get("output", {}), options.log_output and not quiet, files)
            elif event.kind == "job.state" and bar is not None:
                reason = event.data["run"].get("reason")
                bar.set_description(f"{event.data['run']['state']}{f' ({reason})' if reason else ''}")
    finally:
        if bar is not None:
            bar.close()
        for file in files.values():
            file.close()
    return services.jobs.get(queued.id)


def _bar(run: Run) -> Any:
    from tqdm import tqdm

    return tqdm(total=run.job.cells, unit="cell", desc=run.state, file=sys.stderr)


def _print_output(output: dict[str, Any], shown: bool, files: dict[str, Any]) -> None:
    if output.get("output_type") == "stream":
        if output["name"] in files:
            files[output["name"]].write(output["text"])
        if shown:
            print(output["text"], end="", file=sys.stderr if output["name"] == "stderr" else sys.stdout, flush=True)
    elif shown and "text/plain" in output.get("data", {}):
        print("".join(output["data"]["text/plain"]), flush=True)


def _show(services: Services, run: Run, options: argparse.Namespace) -> int:
    from ..jobs.lifecycle import State

    document = run.to_json(root=Path.cwd())
    if options.json:
        print_json(document)
    elif options.output == "-":
        sys.stdout.write(services.jobs.output_file(run.id, "notebook.ipynb").read_text(encoding="utf-8"))
    else:
        last = run.last
        took = f" in {duration((run.ended_at - last.started_at).total_seconds())}" if last and run.ended_at else ""
        print(f"{run.id}  {run.job.name}  {run.state}{took}")
        for name, value in document["metrics"].items():
            print(f"  {name} = {value}")
        for output in document["outputs"]:
            print(f"  {output['path']}")
    if run.error:
        print(f"error: {run.error['message']}", file=sys.stderr)
        print(f"remedy: {run.error.get('remedy', '')}", file=sys.stderr)
        if run.error.get("traceback") and not options.json:
            print(run.error["traceback"], file=sys.stderr)
        if run.error["code"] == "kernel_died":
            return DEAD_KERNEL
    return 0 if run.state is State.SUCCEEDED else 1


def _help_notebook(services: Services, options: argparse.Namespace, parameters: dict[str, Any]) -> int:
    path = fill_path(options.notebook, parameters, "notebook")
    found = services.jobs.inspect(path, root=None)
    if options.json:
        print_json(found)
        return 0
    if not found["inspected"]:
        print("No cell tagged `parameters` that can be read: any name may be given.")
    for parameter in found["parameters"]:
        shown = f"  {parameter['name']}: {parameter['annotation'] or parameter['type']}"
        print(f"{shown} (default {parameter['default_source']})  {parameter['help']}".rstrip())
    return 0


def _prepare_only(services: Services, options: argparse.Namespace, request: JobRequest) -> int:
    output = "-" if options.output == "-" and not options.json else request.output
    if output is None:
        raise InvalidInput("output_missing", "--prepare-only needs OUTPUT.", "Name the file to write.", field="output")
    services.jobs.check(request)
    from papermill import execute_notebook

    execute_notebook(
        request.notebook,
        output,
        parameters=dict(request.parameters),
        kernel_name=request.kernel,
        language=request.papermill.get("language"),
        report_mode=request.papermill.get("report_mode", False),
        prepare_only=True,
        progress_bar=False,
    )
    if options.json:
        print_json({"output": output})
    return 0
