"""The process that brings a deployment about elsewhere: ``python -m jupyter_mlx.models.targets.applying NAME N``."""

from __future__ import annotations

import os
import sys
import time
import traceback
from typing import TYPE_CHECKING

from ...backends import TARGETS, load_backend
from ...errors import MlxError, NotFound
from ...services import Services
from ..deployment.store import DeploymentStore
from .errands import Errand
from .port import Deployment, Revision

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["apply_now", "main"]

LOOK_S = 5.0
PATIENCE_S = 3600.0
_UNDER_WAY = ("STARTING", "UPDATING")


def main() -> None:
    """Fork, so that whoever asked does not wait; then do it, and look until it is up or is known to have failed."""
    if os.fork() > 0:
        os._exit(0)
    name, number = sys.argv[1], int(sys.argv[2])
    services = Services()
    apply_now(services, name, number)
    follow(services, name, number, time.sleep)
    services.close()


def apply_now(services: Services, name: str, number: int) -> None:
    """Bring a revision about, unless another one is wanted by now; what goes wrong is noted for `look`."""
    rows = DeploymentStore()
    with services.store.read() as connection:
        row = rows.get(connection, name)
    errand = Errand.of(services.settings, row)
    if row.revision == number:
        errand.begin(number, row.wanted)
    with errand.alone():
        with services.store.read() as connection:
            row = rows.get(connection, name)
            revision = next(item for item in rows.revisions(connection, row.id) if item.number == row.revision)
        if row.revision != number or row.wanted == "removed":
            return  # the process of that one does it
        errand.begin(number, row.wanted)
        errand.end(number, row.wanted, _problem(services, row, revision))


def _problem(services: Services, row: Deployment, revision: Revision) -> str:
    """Do it; why it can't be done, or nothing."""
    made = load_backend(TARGETS, row.target, "jupyter_mlx.targets")
    try:
        made(services.settings, services.models.registry).carry_out(row, revision)
    except MlxError as error:
        return f"{error.message} {error.remedy}".strip()
    except Exception as error:  # noqa: BLE001 - whoever looks at the deployment must learn of it
        traceback.print_exception(error)
        return f"{type(error).__name__}: {error}"
    return ""


def follow(services: Services, name: str, number: int, pause: Callable[[float], None]) -> None:
    """Look at a deployment, and write down what is seen, until it has come to rest or another revision is wanted."""
    waited_s = 0.0
    while waited_s < PATIENCE_S:
        try:
            seen = services.models.deployments.get(name)
        except NotFound:
            return
        if seen["revision"] != number or seen["state"] not in _UNDER_WAY:
            return
        pause(LOOK_S)
        waited_s += LOOK_S


if __name__ == "__main__":
    main()
