"""What all commands share: the parser, errors, JSON, tables."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import InvalidInput, MlxError, writing

if TYPE_CHECKING:
    from ..services import Services

__all__ = [
    "Parser",
    "add_command",
    "age",
    "open_services",
    "print_json",
    "print_table",
    "report",
    "report_error",
    "write_page",
]


_opened: list[Services] = []


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors read as all our errors do."""

    def error(self, message: str) -> NoReturn:
        """Wrong usage.

        Raises
        ------
        InvalidInput: ``usage``.
        """
        raise InvalidInput("usage", f"{message[:1].upper()}{message[1:]}.", f"See `{self.prog} --help`.")


def add_command(
    groups: Any, name: str, command: Callable[[argparse.Namespace], int], help_text: str, **options: Any
) -> argparse.ArgumentParser:
    """A command with ``--json``."""
    parser: argparse.ArgumentParser = groups.add_parser(name, help=help_text, description=help_text, **options)
    parser.add_argument("--json", action="store_true", help="print one JSON document, nothing else")
    parser.set_defaults(command=command)
    return parser


def open_services() -> Services:
    """The services of this process, as the terminal asks them; `report` closes them."""
    from ..services import Services

    _opened.append(Services(door="terminal"))
    return _opened[-1]


def report(options: argparse.Namespace) -> int:
    """Carry a command out, and print its error as text, or as JSON where JSON was asked for."""
    try:
        status: int = options.command(options)
        sys.stdout.flush()
    except MlxError as error:
        return report_error(error, options.json)
    except BrokenPipeError:
        # `| head` has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        while _opened:
            _opened.pop().close()
    return status


def report_error(error: MlxError, as_json: bool) -> int:
    """Print an error, and as JSON too where JSON was asked for; the exit status."""
    if as_json:
        print_json({"error": error.to_json()})
    print(f"error: {error.message}", file=sys.stderr)
    if error.remedy:
        print(f"remedy: {error.remedy}", file=sys.stderr)
    return 2 if isinstance(error, InvalidInput) else 1


def print_json(document: Any) -> None:
    """One JSON document."""
    from ..contract import dump

    print(dump(document, indent=2))


def write_page(path: str, text: str) -> None:
    """Write a file that the user named.

    Raises
    ------
    InvalidInput: ``output_not_writable``.
    """
    try:
        with writing(path):
            Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            "output_not_writable", f"`{path}` can't be written: {error.strerror}.", "Choose another place."
        ) from error


def print_table(header: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> None:
    """Columns as wide as their content; `empty` says what to do where there is no row."""
    lines = [[str(value) for value in row] for row in rows]
    if not lines:
        print(empty)
        return
    widths = [max(len(line[index]) for line in [list(header), *lines]) for index in range(len(header))]
    for line in [list(header), *lines]:
        print("  ".join(value.ljust(width) for value, width in zip(line, widths, strict=True)).rstrip())


def age(start: str | None, end: str | None = None) -> str:
    """How long something took, or takes by now: ``4m12s``; empty where it has not begun."""
    if start is None:
        return ""
    from datetime import UTC, datetime

    from ..clock import from_iso

    seconds = ((from_iso(end) if end else datetime.now(UTC)) - from_iso(start)).total_seconds()
    return duration(seconds)


def duration(seconds: float) -> str:
    """``0.4s``, ``12s``, ``4m12s``, ``3h05m``."""
    if seconds < 10:
        return f"{max(seconds, 0):.1f}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
