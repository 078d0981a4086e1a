"""``jupyter mlx models deploy`` and what is done with deployments."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from .common import add_command, age, open_services, print_json, print_table

if TYPE_CHECKING:
    from ..services import Services

__all__ = ["add_to"]

TARGETS = ("local", "ray", "sagemaker", "container")
OPTIONS = {
    "port": int,
    "workers": int,
    "log_share": float,
    "folder": str,
    "region": str,
    "role": str,
    "image": str,
    "bucket": str,
    "instance_type": str,
    "instance_count": int,
    "endpoint_url": str,
    "address": str,
}
_MEANING = {
    "port": "of a local one; a free one by default",
    "workers": "processes a version",
    "log_share": "part of the requests that are logged, from 0 to 1",
    "folder": "where a container's build context is written",
}


def add_to(commands: Any) -> None:
    """Declare the commands."""
    making = add_command(commands, "deploy", deploy, "serve a version of a model, and wait until it answers")
    making.add_argument("name", metavar="NAME", help="of the deployment")
    making.add_argument("model", metavar="MODEL")
    making.add_argument("--version", metavar="N", type=int)
    making.add_argument("--alias", metavar="A", help="the version that has it; champion by default")
    making.add_argument("--target", choices=TARGETS, default="local")
    for name, kind in OPTIONS.items():
        making.add_argument(f"--{name.replace('_', '-')}", metavar="V", type=kind, help=_MEANING.get(name))
    making.add_argument("--mask", metavar="COLUMN", nargs="+", help="whose values are not logged")
    making.add_argument("--why", metavar="TEXT", default="")
    making.add_argument("--detach", action="store_true", help="do not wait")
    add_command(commands, "deployments", listing, "what is deployed")
    _one(commands, "deployment", show, "one deployment: what it serves, how it is, its revisions")
    routing = _one(commands, "route", route, "serve other versions, or in other shares, as a new revision")
    routing.add_argument("shares", metavar="V=SHARE", nargs="+", help="2=0.8 3=0.2")
    routing.add_argument("--shadow", metavar="V", type=int, nargs="+", default=[], help="sent copies, answers nobody")
    routing.add_argument("--expected", metavar="N", type=int, help="the revision that you saw")
    routing.add_argument("--why", metavar="TEXT", default="")
    routing.add_argument("--detach", action="store_true", help="do not wait")
    back = _one(commands, "rollback", rollback, "serve what the revision before served")
    back.add_argument("--to", metavar="N", type=int, help="another revision")
    back.add_argument("--why", metavar="TEXT", default="")
    back.add_argument("--detach", action="store_true", help="do not wait")
    _one(commands, "stop", stop, "stop a deployment; its port and its revisions are kept")
    _one(commands, "start", start, "start a stopped deployment again")
    _one(commands, "undeploy", undeploy, "stop a deployment, and take it away")
    scoring = _one(commands, "score", score, "what a deployed model predicts")
    scoring.add_argument("file", metavar="FILE", help="rows as JSON or CSV; - for JSON from standard input")
    scoring.add_argument("--version", metavar="N", type=int, help="of those that are served, in place of chance")
    _one(commands, "token", token, "how a deployment is called: its address, its token, a command")
    logging = _one(commands, "log", log, "what the processes of a deployment printed")
    logging.add_argument("--version", metavar="N", type=int, help="of a version; of the router by default")
    requests = _one(commands, "requests", logged, "the last requests that were logged")
    requests.add_argument("--limit", metavar="N", type=int, default=20)


def _one(commands: Any, name: str, command: Any, text: str) -> argparse.ArgumentParser:
    parser = add_command(commands, name, command, text)
    parser.add_argument("name", metavar="NAME", help="of the deployment")
    return parser


def deploy(options: argparse.Namespace) -> int:
    """Deploy."""
    from ..contract import check

    services = open_services()
    given = {name: vars(options)[name] for name in (*OPTIONS, "mask") if vars(options)[name] is not None}
    request = {"name": options.name, "model": options.model, "target": options.target, "options": given}
    request |= {"why": options.why}
    request |= {key: vars(options)[key] for key in ("version", "alias") if vars(options)[key] is not None}
    made = services.models.deployments.create(check("DeploymentRequest", request), services.principal())
    return _finish(services, options, made)


def _finish(services: Services, options: argparse.Namespace, document: Mapping[str, Any]) -> int:
    """Wait where that is wanted, and print how it is then."""
    if not getattr(options, "detach", False):
        from ..models.deployment.waiting import wait_for_deployment

        document = wait_for_deployment(
            services.models.deployments,
            services.settings.key,
            options.name,
            say=lambda message: print(message, file=sys.stderr),
        )
    return _print(document, options)


def _print(document: Mapping[str, Any], options: argparse.Namespace) -> int:
    if options.json:
        print_json(document)
        return 0
    print(f"{document['name']}  {document['state']}  {document['model']}  revision {document['revision']}")
    for key in ("address", "message"):
        if document[key]:
            print(f"{key:<9} {document[key]}")
    rows = [
        [
            f"v{item['version']}",
            item["state"],
            _share_text(item),
            f"{item['requests']:,}",
            f"{item['errors']:,}",
            "" if item["p50_ms"] is None else f"{item['p50_ms']:.1f} ms",
            item["restarts"] or "",
            item["message"],
        ]
        for item in document["versions"]
    ]
    print_table(["VERSION", "STATE", "SHARE", "REQUESTS", "ERRORS", "P50", "RESTARTS", ""], rows, "Nothing runs yet.")
    return 0


def listing(options: argparse.Namespace) -> int:
    """List."""
    found = open_services().models.deployments.listing()
    if options.json:
        print_json({"items": found, "next_cursor": None})
        return 0
    rows = [
        [item["name"], item["state"], item["target"], item["model"], _shares(item["routes"]), item["address"] or ""]
        for item in found
    ]
    head = ["NAME", "STATE", "TARGET", "MODEL", "SERVES", "ADDRESS"]
    print_table(head, rows, "Nothing is deployed. Deploy a version: jupyter mlx models deploy NAME MODEL")
    return 0


def _shares(routes: list[dict[str, Any]]) -> str:
    return ", ".join(f"v{item['version']} {_share_text(item)}" for item in routes)


def _share_text(item: Mapping[str, Any]) -> str:
    return "shadow" if item["shadow"] else f"{item['share']:.0%}"


def show(options: argparse.Namespace) -> int:
    """Show."""
    document = open_services().models.deployments.get(options.name)
    _print(document, options)
    if not options.json:
        for item in document["revisions"][:10]:
            when = age(item["at"])
            print(f"revision {item['number']:<3} {_shares(item['routes'])}  {item['by']}  {when} ago  {item['why']}")
    return 0


def route(options: argparse.Namespace) -> int:
    """Route."""
    from ..contract import check

    routes: list[dict[str, Any]] = [_share(word) for word in options.shares]
    routes += [{"version": version, "share": 0, "shadow": True} for version in options.shadow]
    patch: dict[str, Any] = {"routes": routes, "why": options.why}
    if options.expected is not None:
        patch["expected"] = options.expected
    return _change(options, check("DeploymentPatch", patch))


def _share(word: str) -> dict[str, Any]:
    version, _, share = word.partition("=")
    try:
        return {"version": int(version.removeprefix("v")), "share": float(share)}
    except ValueError as error:
        raise InvalidInput("usage", f"`{word}` is no V=SHARE.", "Write `2=0.8 3=0.2`.") from error


def _change(options: argparse.Namespace, patch: dict[str, Any]) -> int:
    services = open_services()
    changed = services.models.deployments.update(options.name, patch, services.principal())
    return _finish(services, options, changed)


def rollback(options: argparse.Namespace) -> int:
    """Roll back."""
    services = open_services()
    request = {"why": options.why, **({} if options.to is None else {"to": options.to})}
    changed = services.models.deployments.rollback(options.name, request, services.principal())
    return _finish(services, options, changed)


def stop(options: argparse.Namespace) -> int:
    """Stop."""
    return _change(options, {"running": False})


def start(options: argparse.Namespace) -> int:
    """Start."""
    return _change(options, {"running": True})


def undeploy(options: argparse.Namespace) -> int:
    """Remove."""
    services = open_services()
    services.models.deployments.remove(options.name, services.principal())
    if options.json:
        print_json({"name": options.name, "removed": True})
    else:
        print(f"{options.name} is being removed.")
    return 0


def score(options: argparse.Namespace) -> int:
    """Score."""
    request: dict[str, Any] = {"inputs": _rows(options.file)}
    if options.version is not None:
        request["version"] = options.version
    scored = open_services().models.deployments.score(options.name, request)
    if options.json:
        print_json(scored)
        return 0
    for prediction in scored["predictions"]:
        print(prediction if isinstance(prediction, (str, int, float)) else json.dumps(prediction, ensure_ascii=False))
    return 0


def _rows(path: str) -> list[Any]:
    """Rows of a file, by column.

    Raises
    ------
    InvalidInput: ``rows_unreadable``.
    """
    try:
        if path.lower().endswith(".csv"):
            import pandas as pd  # type: ignore[import-untyped]

            frame: list[Any] = json.loads(pd.read_csv(path).to_json(orient="records"))
            return frame
        content = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        found = json.loads(content)
    except (OSError, ValueError) as error:
        raise InvalidInput(
            "rows_unreadable", f"`{path}` holds no rows: {error}.", "Give a JSON list of rows by column, or a CSV file."
        ) from error
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise InvalidInput("rows_unreadable", f"`{path}` holds no rows by column.", 'Write [{"column": value, …}, …].')
    return rows


def token(options: argparse.Namespace) -> int:
    """Show how it is called."""
    services = open_services()
    document = services.models.deployments.token(options.name, services.principal())
    if options.json:
        print_json(document)
        return 0
    print(document["curl"])
    return 0


def log(options: argparse.Namespace) -> int:
    """Print a log."""
    text = open_services().models.deployments.log(options.name, options.version)
    if options.json:
        print_json({"name": options.name, "version": options.version, "log": text})
    else:
        sys.stdout.write(text)
    return 0


def logged(options: argparse.Namespace) -> int:
    """List requests."""
    found, cursor = open_services().models.deployments.requests(options.name, limit=max(1, options.limit))
    if options.json:
        print_json({"items": found, "next_cursor": cursor})
        return 0
    rows = [
        [
            item["at"],
            f"v{item['version']}",
            item["status"],
            f"{item['milliseconds']:.1f} ms",
            item["rows"],
            json.dumps(item["predictions"][:3]),
        ]
        for item in found
    ]
    print_table(["TIME", "VERSION", "STATUS", "TOOK", "ROWS", "PREDICTIONS"], rows, "No request was logged.")
    return 0
