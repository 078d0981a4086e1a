"""`jupyter mlx secrets …`."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from .common import add_command, print_json, print_table

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the commands."""
    commands = groups.add_parser("secrets", help="values that runs may read by name").add_subparsers(
        metavar="COMMAND", required=True
    )
    setting = add_command(commands, "set", set_secret, "keep a secret; the value is asked for, or read from a pipe")
    setting.add_argument("name", metavar="NAME")
    add_command(commands, "list", list_secrets, "list the names")
    removing = add_command(commands, "rm", remove, "forget a secret")
    removing.add_argument("name", metavar="NAME")


def _secrets() -> Any:
    from ..secrets import SecretStore
    from ..settings import Settings

    return SecretStore(Settings.from_env().state_dir)


def set_secret(options: argparse.Namespace) -> int:
    """Set. The value is no argument: those are in the shell's history, and other users see them."""
    value = getpass.getpass(f"{options.name}: ") if sys.stdin.isatty() else sys.stdin.read().rstrip("\n")
    _secrets().put(options.name, value)
    if options.json:
        print_json({"set": options.name})
    else:
        print(f"{options.name} set")
    return 0


def list_secrets(options: argparse.Namespace) -> int:
    """List."""
    names = _secrets().names()
    if options.json:
        print_json({"items": names})
    else:
        print_table(["NAME"], [[name] for name in names], "No secrets. Set one: jupyter mlx secrets set NAME")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Remove."""
    _secrets().remove(options.name)
    if options.json:
        print_json({"removed": options.name})
    else:
        print(f"{options.name} removed")
    return 0
