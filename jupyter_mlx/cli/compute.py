"""`jupyter mlx compute …`."""

from __future__ import annotations

import argparse
from typing import Any

from .common import add_command, age, print_json, print_table

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the commands."""
    commands = groups.add_parser("compute", help="GPUs, kernels, and who holds what").add_subparsers(
        metavar="COMMAND", required=True
    )
    add_command(commands, "gpus", gpus, "the GPUs of this host")
    add_command(commands, "leases", leases, "GPU leases that are held")
    add_command(commands, "kernels", kernels, "the kernels of this machine")


def _compute() -> Any:
    from ..services import Services

    return Services().compute


def gpus(options: argparse.Namespace) -> int:
    """The inventory."""
    found = _compute().gpus()
    if options.json:
        print_json(found)
        return 0
    rows = []
    for gpu in found["items"]:
        memory = f"{gpu['memory_bytes'] / 2**30:.0f} GiB" if gpu["memory_bytes"] else ""
        lease = gpu["lease"]
        holder = f"{lease['run_name']} ({lease['run_id'][:6]}) for {age(lease['since'])}" if lease else "free"
        rows.append([gpu["id"], gpu["name"], memory, holder])
    print_table(["ID", "NAME", "MEMORY", "HELD BY"], rows, f"No GPU. {found.get('reason', '')}")
    return 0


def leases(options: argparse.Namespace) -> int:
    """Who holds what."""
    found = _compute().leases()
    if options.json:
        print_json({"items": found})
        return 0
    rows = [[lease["device"], lease["run_id"], lease["run_name"], age(lease["since"])] for lease in found]
    print_table(["DEVICE", "RUN", "NAME", "FOR"], rows, "No GPU is held.")
    return 0


def kernels(options: argparse.Namespace) -> int:
    """The kernels."""
    from ..jobs.notebook import kernel_specs

    specs = kernel_specs()
    if options.json:
        print_json({"items": [{"name": name, **spec} for name, spec in specs.items()]})
        return 0
    rows = [[name, spec.get("display_name", ""), spec.get("language", "")] for name, spec in specs.items()]
    print_table(["NAME", "SHOWN AS", "LANGUAGE"], rows, "No kernel. Install one: pip install ipykernel")
    return 0
