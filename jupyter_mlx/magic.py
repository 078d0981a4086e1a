"""``%mlx``: the terminal's commands in a notebook; ``%mlx run`` queues and watches."""

from __future__ import annotations

import shlex
from typing import Any

__all__ = ["mlx", "register"]

# With one of these, `run` prints and does not show a widget.
_PRINTS = {"--json", "--detach", "--help", "-h", "--help-notebook", "--prepare-only"}


def mlx(line: str) -> Any:
    """``%mlx run NOTEBOOK -p lr 0.1`` shows live progress; other commands print what the terminal prints."""
    from . import cli

    words = shlex.split(line)
    if words[:1] == ["run"] and not _PRINTS.intersection(words):
        return _run(words)
    status: object
    try:
        status = cli.main(words)
    except SystemExit as error:
        # `--help` ends the process; a notebook goes on.
        status = error.code
    if status:
        raise RuntimeError(f"%mlx {line}: exit status {status}")
    return None


def _run(words: list[str]) -> Any:
    from .api import Run, services
    from .cli import build_parser
    from .cli.run import read_parameters, request_of
    from .services import current_user
    from .widgets import watch

    options = build_parser().parse_args(words)
    request = request_of(options, read_parameters(options))
    return watch(Run(services().jobs.submit(request, owner=current_user()).id))


def register(ipython: Any) -> None:
    """Make ``%mlx`` known."""
    ipython.register_magic_function(mlx, "line", "mlx")
