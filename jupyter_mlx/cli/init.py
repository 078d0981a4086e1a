"""`jupyter mlx init DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .common import add_command, print_json

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the command."""
    parser = add_command(groups, "init", init, "make a new project folder, under git, with a notebook that runs")
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--example", choices=["nyc-flights"], help="start from an example project")


def init(options: argparse.Namespace) -> int:
    """Make a project."""
    from ..project import create_project

    folder = Path(options.folder)
    made = create_project(folder, options.example)
    if options.json:
        print_json({"folder": str(folder.resolve()), "files": made})
        return 0
    print(f"{folder}: {len(made)} files")
    first = next(name for name in made if name.endswith("train.ipynb"))
    print(f"next: cd {folder} && jupyter mlx run {first}")
    print("or:   jupyter lab, then right-click the notebook and choose “Run as job…”")
    return 0
