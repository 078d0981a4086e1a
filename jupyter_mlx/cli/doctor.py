"""`jupyter mlx doctor`."""

from __future__ import annotations

import argparse
from typing import Any

from .common import add_command, print_json

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the command."""
    add_command(groups, "doctor", doctor, "what is installed, reachable and configured, each finding with its remedy")


def doctor(options: argparse.Namespace) -> int:
    """Examine: 0 where all is well."""
    from ..doctor import examine
    from ..services import Services

    findings = examine(Services())
    if options.json:
        print_json({"findings": [vars(finding) for finding in findings], "ok": all(item.ok for item in findings)})
    else:
        for finding in findings:
            print(f"{'ok ' if finding.ok else 'BAD'}  {finding.name:<16} {finding.message}")
            if finding.remedy:
                print(f"     {'':<16} remedy: {finding.remedy}")
    return 0 if all(finding.ok for finding in findings) else 1
