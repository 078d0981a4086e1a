"""`jupyter mlx …`: one file a capability; parsing and printing only."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..errors import InvalidInput
from .common import Parser, report, report_error

__all__ = ["main"]

GROUPS = (
    "run",
    "jobs",
    "schedules",
    "agent",
    "catalog",
    "features",
    "models",
    "compute",
    "diff",
    "secrets",
    "init",
    "doctor",
)


def build_parser() -> Parser:
    """The whole command line."""
    from importlib import import_module

    parser = Parser(
        prog="jupyter mlx",
        description="MLOps from the terminal: notebooks as versioned jobs, schedules, data, GPUs, differences.",
        epilog="Every command takes --json: one JSON document on standard output, nothing else.",
    )
    # Commands have a VERSION of their own.
    parser.add_argument("--version", dest="print_version", action="store_true", help="print the version")
    groups = parser.add_subparsers(metavar="COMMAND", title="commands")
    for name in GROUPS:
        import_module(f".{name}", __name__).add(groups)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status: 0 done, 1 it failed, 2 wrong usage, 138 the kernel died (as papermill has it)."""
    # jsonschema compiles a grammar for internationalised URLs when it finds this package: a second at every start,
    # for a format that no schema of a notebook uses.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    parser = build_parser()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        options = parser.parse_args(words)
    except InvalidInput as error:
        return report_error(error, "--json" in words)
    if options.print_version:
        from .. import __version__

        print(__version__)
        return 0
    if not hasattr(options, "command"):
        parser.print_help()
        return 2
    return report(options)


if __name__ == "__main__":
    sys.exit(main())
