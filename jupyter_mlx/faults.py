"""Named points at which a test lets the process die, to show that nothing is lost there.

``JUPYTER_MLX_FAIL_AT=publish`` kills the process with SIGKILL the first time that it passes that point;
``JUPYTER_MLX_FAIL_ONCE`` names a file that makes it happen once only, over restarts.
"""

from __future__ import annotations

import os
import signal

__all__ = ["fail_point"]


def fail_point(name: str) -> None:
    """Die here if the environment says so."""
    if os.environ.get("JUPYTER_MLX_FAIL_AT") != name:
        return
    once = os.environ.get("JUPYTER_MLX_FAIL_ONCE")
    if once:
        try:
            os.close(os.open(once, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
