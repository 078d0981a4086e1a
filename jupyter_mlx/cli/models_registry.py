"""``jupyter mlx models …`` of the registry: list, show, promote, history, policy, approve, card."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ExecutionFailed, InvalidInput
from .common import add_command, open_services, print_json, print_table

if TYPE_CHECKING:
    from ..models.gates.promotions import Promotion
    from ..services import Services

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Declare the commands."""
    listing = add_command(commands, "list", list_models, "registered models")
    listing.add_argument("words", metavar="WORD", nargs="*", help="that the name, description or a tag contains")
    _paged(listing)
    showing = add_command(commands, "show", show, "a model with its versions, or one version")
    showing.add_argument("reference", metavar="NAME[@ALIAS|/VERSION]")
    _paged(showing)
    promoting = add_command(commands, "promote", promote, "move an alias, through the gate of what guards it")
    _with_version(promoting)
    promoting.add_argument("--to", metavar="ALIAS", required=True)
    promoting.add_argument("--why", metavar="TEXT", default="")
    promoting.add_argument(
        "--override", action="store_true", help="though the gate refuses: administrators, with --why"
    )
    promoting.add_argument(
        "--expected", metavar="N", help="the version that must have it now, or `none`; another is a conflict"
    )
    promoting.add_argument("--detach", action="store_true", help="do not wait for the gate")
    moving = add_command(commands, "history", history, "who moved which alias when, why, and through which gate")
    moving.add_argument("name", metavar="NAME")
    _paged(moving)
    approving = _with_version(add_command(commands, "approve", approve, "approve a version as it is now"))
    approving.add_argument("--reject", action="store_true", help="ask for changes")
    approving.add_argument("--comment", metavar="TEXT", default="")
    carding = _with_version(add_command(commands, "card", card, "print a version's card, or change it"))
    carding.add_argument("--edit", metavar="FILE", help="Markdown that becomes the card; an empty file: made anew")
    _add_policies(commands)


def _add_policies(commands: Any) -> None:
    policies = commands.add_parser("policy", help="what guards aliases").add_subparsers(
        metavar="COMMAND", required=True
    )
    applying = add_command(policies, "apply", apply_policy, "put a policy in force; a new version where it changed")
    applying.add_argument("file", metavar="FILE", help="YAML; gate notebooks are named relative to it")
    add_command(policies, "list", list_policies, "the policies in force")
    add_command(policies, "kinds", list_kinds, "the kinds of checks, and their fields")
    for name, command, text in (
        ("show", show_policy, "a policy, and its versions"),
        ("rm", remove_policy, "take a policy out of force"),
    ):
        add_command(policies, name, command, text).add_argument("name", metavar="NAME")


def _with_version(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("version", metavar="VERSION", help="a number or an alias")
    return parser


def _paged(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--cursor")


def _page(options: argparse.Namespace) -> dict[str, Any]:
    return {"limit": max(1, min(options.limit, 500)), "cursor": options.cursor}


def _more(cursor: str | None, command: str) -> None:
    if cursor:
        print(f"more: jupyter mlx models {command} --cursor {cursor}")


# -- looking -------------------------------------------------------------------------------------------------


def list_models(options: argparse.Namespace) -> int:
    """A page of models."""
    registered = open_services().models.registered
    found, cursor = registered.models(words=" ".join(options.words), **_page(options))
    if options.json:
        print_json({"items": found, "next_cursor": cursor})
        return 0
    rows = [
        [item["name"], item["versions"], _aliases(item), ", ".join(item["guarded"]), _measured(item["metrics"])]
        for item in found
    ]
    empty = "No model. Register one: `mlflow.sklearn.log_model(…, registered_model_name=…)`"
    print_table(["MODEL", "VERSIONS", "ALIASES", "GUARDED", "METRICS"], rows, empty)
    _more(cursor, "list")
    return 0


def show(options: argparse.Namespace) -> int:
    """A model, or a version."""
    services = open_services()
    if "@" in options.reference or "/" in options.reference:
        return _show_version(services, options)
    document = services.models.registered.model(options.reference)
    found, cursor = services.models.registered.versions(options.reference, **_page(options))
    if options.json:
        print_json({**document, "items": found, "next_cursor": cursor})
        return 0
    print(f"{document['name']}  {document['versions']} versions  {_aliases(document)}")
    if document["description"]:
        print(document["description"])
    for alias, policy in document["guarded"].items():
        print(f"{alias} is guarded by {policy}")
    rows = [
        [
            item["version"],
            ", ".join(item["aliases"]),
            item["gate"] or "",
            (item["created_at"] or "")[:16],
            item["created_by"] or "",
            _measured(item["metrics"]),
        ]
        for item in found
    ]
    print_table(["VERSION", "ALIASES", "GATE", "CREATED (UTC)", "BY", "METRICS"], rows, "No version.")
    _more(cursor, f"show {options.reference}")
    return 0


def _show_version(services: Services, options: argparse.Namespace) -> int:
    name, number = services.models.registered.resolve(options.reference)
    document = services.models.registered.version(name, number, root=Path.cwd())
    if options.json:
        print_json(document)
        return 0
    print(document["card"].rstrip())
    print()
    for gate in document["gates"][:1]:
        print(f"gate {gate['policy']} {'passed' if gate['passed'] else 'refused'} at {gate['at'][:16]}")
    for said in document["approvals"]:
        what = "approved" if said["approved"] else "asked for changes"
        old = "" if said["current"] else " of what it was before"
        print(f"{said['by']} {what}{old} at {said['at'][:16]} {said['comment']}".rstrip())
    for problem in (*document["problems"], *document["origin"]["missing"]):
        print(f"note: {problem}")
    return 0


def history(options: argparse.Namespace) -> int:
    """Moves of aliases."""
    moves, cursor = open_services().models.registered.history(options.name, **_page(options))
    found = [move.to_json() for move in moves]
    if options.json:
        print_json({"items": found, "next_cursor": cursor})
        return 0
    rows = [
        [
            item["at"][:19],
            item["alias"],
            f"{_version(item['from'])} → {_version(item['to'])}",
            item["by"],
            "overridden" if item["overridden"] else item["gate"] or "",
            item["why"],
        ]
        for item in found
    ]
    print_table(["AT (UTC)", "ALIAS", "MOVED", "BY", "GATE", "WHY"], rows, "No alias was moved yet.")
    _more(cursor, f"history {options.name}")
    return 0


# -- promoting -----------------------------------------------------------------------------------------------


def promote(options: argparse.Namespace) -> int:
    """Promote, and wait for the gate."""
    services = open_services()
    number = services.models.registry.resolve(options.name, options.version)
    document: dict[str, Any] = {
        "version": number,
        "alias": options.to,
        "why": options.why,
        "override": options.override,
    }
    if options.expected is not None:
        document["expected"] = _expected(options.expected)
    promotions = services.models.promotions
    made = promotions.request(options.name, document, services.principal(), cwd=Path.cwd())
    if made.run_id is not None and not options.detach:
        from ..jobs.follow import wait

        if not options.json:
            print(f"gate {made.policy['name'] if made.policy else ''} runs as {made.run_id}", flush=True)
        wait(services.jobs, made.run_id)
        made = promotions.get(made.id)
    return _print_promotion(made, options)


def _expected(text: str) -> int | None:
    if text == "none":
        return None
    if not text.isdecimal():
        raise InvalidInput("usage", f"`--expected {text}` is no version.", "Give a number, or `none`.")
    return int(text)


def _print_promotion(made: Promotion, options: argparse.Namespace) -> int:
    ended = made.state in ("PROMOTED", "CHECKING")
    if options.json:
        print_json(made.to_json())
        return 0 if ended else 1
    for check in made.checks:
        print(f"{'passed' if check['passed'] else 'FAILED':<7} {check['name']}: {check['message']}")
    if not ended:
        nothing = {"code": "gate_ended", "message": f"The promotion is {made.state}."}
        raise ExecutionFailed.from_json(dict(made.error or nothing))
    if made.state == "CHECKING":
        print(f"{made.id} waits for its gate, run {made.run_id}")
        return 0
    though = ", though its gate refused" if made.overridden else ""
    print(f"{made.model}@{made.alias}: {_version(made.from_version)} → {_version(made.version)}{though}")
    return 0


def approve(options: argparse.Namespace) -> int:
    """Approve, or ask for changes."""
    services = open_services()
    number = services.models.registry.resolve(options.name, options.version)
    said = services.models.approvals.say(
        options.name, number, not options.reject, options.comment, services.principal()
    )
    if options.json:
        print_json(said)
    else:
        print(f"{said['by']} {'approved' if said['approved'] else 'asked for changes of'} {options.name} {number}")
    return 0


def card(options: argparse.Namespace) -> int:
    """Print or change a card."""
    services = open_services()
    number = services.models.registry.resolve(options.name, options.version)
    registered = services.models.registered
    if options.edit is not None:
        patch = {"description": _read(options.edit)}
        registered.update(options.name, number, patch, services.principal())
    document = registered.version(options.name, number, root=Path.cwd())
    if options.json:
        print_json({key: document[key] for key in ("name", "version", "card", "card_edited")})
    else:
        print(document["card"].rstrip())
    return 0


# -- policies ------------------------------------------------------------------------------------------------


def apply_policy(options: argparse.Namespace) -> int:
    """Apply a policy."""
    services = open_services()
    text = _read(options.file)
    made = services.models.policies.apply(text, services.principal(), path=options.file).to_json()
    if options.json:
        print_json(made)
        return 0
    guards = f"{', '.join(made['aliases'])} of {made['model']}"
    print(f"{made['name']} {made['number']} guards {guards} by {len(made['checks'])} checks  {made['digest'][:19]}")
    return 0


def list_policies(options: argparse.Namespace) -> int:
    """Policies in force."""
    found = [policy.to_json() for policy in open_services().models.policies.in_force()]
    if options.json:
        print_json({"items": found, "next_cursor": None})
        return 0
    rows = [[p["name"], p["number"], p["model"], ", ".join(p["aliases"]), len(p["checks"]), p["by"]] for p in found]
    head = ["POLICY", "VERSION", "MODELS", "ALIASES", "CHECKS", "BY"]
    print_table(head, rows, "No policy. Apply one: jupyter mlx models policy apply FILE")
    return 0


def show_policy(options: argparse.Namespace) -> int:
    """A policy."""
    found = [policy.to_json() for policy in open_services().models.policies.versions(options.name)]
    if options.json:
        print_json({"items": found, "next_cursor": None})
        return 0
    for policy in found:
        force = "in force" if policy["in_force"] else "not in force"
        print(f"# {policy['name']} {policy['number']}, {force}, by {policy['by']} at {policy['at'][:16]}")
    print(found[0]["text"].rstrip())
    return 0


def remove_policy(options: argparse.Namespace) -> int:
    """Take a policy out of force."""
    services = open_services()
    services.models.policies.remove(options.name, services.principal())
    if options.json:
        print_json({"name": options.name, "in_force": False})
    else:
        print(f"{options.name} is no longer in force")
    return 0


def list_kinds(options: argparse.Namespace) -> int:
    """Kinds of checks."""
    from ..models.gates.reader import describe_kinds

    kinds = describe_kinds()
    if options.json:
        print_json({"items": kinds})
        return 0
    for kind in kinds:
        print(f"{kind['kind']}: {kind['text']}")
        for field in kind["fields"]:
            print(f"    {field['name']} ({field['type']}) {field['text']}".rstrip())
    return 0


# -- words ---------------------------------------------------------------------------------------------------


def _read(path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InvalidInput("file_missing", f"`{path}` can't be read: {reason}.", "Name a text file.") from error


def _aliases(document: Mapping[str, Any]) -> str:
    return ", ".join(f"{alias} {number}" for alias, number in document["aliases"].items())


def _version(number: int | None) -> str:
    return "none" if number is None else str(number)


def _measured(metrics: Mapping[str, Any]) -> str:
    from ..models.registry.values import shown_value

    return "  ".join(f"{name} {shown_value(value)}" for name, value in list(metrics.items())[:4])
