"""``jupyter mlx models replay``: a version made again from its record, and compared."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ExecutionFailed
from .common import add_command, open_services, print_json, print_table

if TYPE_CHECKING:
    from ..services import Services

__all__ = ["add_to"]

_REFERENCE = re.compile(r"(?P<name>.+?)(?:@(?P<alias>[^@/]+)|/(?P<version>\d+))?\Z")


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = add_command(
        commands, "replay", replay, "make a version again from its record, and compare; fails where it differs"
    )
    parser.add_argument("model", metavar="NAME[@ALIAS|/VERSION]", help="the champion where neither is given")
    parser.add_argument(
        "--tolerance", metavar="T", type=float, default=0.0, help="relative, of metrics and weights; 0 is bit-equal"
    )
    parser.add_argument("--job", action="store_true", help="do it in a job, and wait for that")


def replay(options: argparse.Namespace) -> int:
    """Replay: here, or in a job."""
    services = open_services()
    found = _REFERENCE.match(options.model)
    name = found["name"] if found else options.model
    reference = (found["alias"] or found["version"]) if found else None
    version = services.models.registry.resolve(name, reference or "champion")
    made = _in_a_job if options.job else _here
    return _print(made(services, name, version, options.tolerance), options)


def _here(services: Services, name: str, version: int, tolerance: float) -> dict[str, Any]:
    from ..models.replay.replaying import replay as make

    return make(services, name, version, tolerance=tolerance, principal=services.principal())


def _in_a_job(services: Services, name: str, version: int, tolerance: float) -> dict[str, Any]:
    from ..jobs.follow import wait

    document = {"model": name, "version": version, "tolerance": tolerance}
    run = services.models.replays.queue(document, services.principal(), cwd=Path.cwd())
    wait(services.jobs, run.id)
    return services.models.replays.get(run.id)


def _print(found: dict[str, Any], options: argparse.Namespace) -> int:
    if "error" in found:
        raise ExecutionFailed.from_json(found["error"])
    if options.json:
        print_json(found)
    else:
        print(f"{found['state']}  {found['message']}")
        changed = [item for item in found["metrics"] if item["before"] != item["after"]]
        if changed:
            print_table(["METRIC", "BEFORE", "AFTER"], [list(item.values()) for item in changed], "")
        if found["cell"] is not None:
            print(f"cell {found['cell']['number']}:")
            print("\n".join(f"    {line}" for line in found["cell"]["source"].splitlines()[:20]))
    return 1 if found["state"] == "DIFFERENT" else 0
