"""`jupyter mlx diff A B`."""

from __future__ import annotations

import argparse
from typing import Any

from .common import add_command, print_json, write_page

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the command."""
    parser = add_command(groups, "diff", diff, "what differs between two runs, notebooks, or versions of one")
    parser.add_argument("a", metavar="A", help="a run's id, a notebook's path, or REV:path")
    parser.add_argument("b", metavar="B")
    parser.add_argument("--html", metavar="FILE", help="write a page")
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 where something differs")


def diff(options: argparse.Namespace) -> int:
    """Compare."""
    from ..services import Services

    review = Services().review
    try:
        found = review.compare(options.a, options.b, root=None)
        if options.html:
            write_page(options.html, review.html(found))
    finally:
        review.close()
    document = found.to_json()
    if options.json:
        print_json(document)
    else:
        print(review.text(found))
    return 1 if options.exit_code and not document["equal"] else 0
