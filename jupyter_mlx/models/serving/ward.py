"""What the agent does for deployments: it brings about on this host what the store says is wanted."""

from __future__ import annotations

import traceback
from dataclasses import replace

from ...clock import Clock
from ...errors import StorageFull, Unavailable
from ...settings import Settings
from ...store.bell import ring
from ...store.engine import Store
from ..deployment.store import DeploymentStore
from ..targets.port import Deployment, Revision, Status
from .keeper import Keeper

__all__ = ["DeploymentWard"]

SOON_S = 0.1


class DeploymentWard:
    """Looks after the local deployments of this host and environment. It imports no MLflow, and loads no model."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._rows = DeploymentStore()
        self._keepers: dict[str, Keeper] = {}
        self._troubles: dict[str, str] = {}

    def busy(self) -> bool:
        """Whether there is something to look after."""
        with self._store.read() as connection:
            return bool(self._rows.looked_after(connection, self._settings.site))

    def next_wait_s(self) -> float | None:
        """Seconds until it should look again, where that is soon."""
        soon = (keeper.unsettled for found, keeper in self._keepers.items() if found not in self._troubles)
        return SOON_S if any(soon) else None

    def look(self) -> None:
        """One round over all of them; a trouble with one stays with that one."""
        with self._store.read() as connection:
            found = self._rows.looked_after(connection, self._settings.site)
            revisions = {row.id: self._rows.revisions(connection, row.id, row.revision - 1) for row in found}
        for gone in set(self._keepers) - {row.id for row in found}:
            # One that was stopped has ended; of one whose row was lost, nobody else would end the processes.
            if self._keepers[gone].end():
                del self._keepers[gone]
        for row in found:
            try:
                self._look_after(row, revisions[row.id])
                self._troubles.pop(row.id, None)
            except (StorageFull, Unavailable):
                raise  # the store itself: nothing can go on
            except Exception as error:  # noqa: BLE001 - a defect or a full folder of one deployment stops no other
                if self._troubles.get(row.id) != str(error):  # told once, however often it is tried
                    traceback.print_exception(error)
                self._troubles[row.id] = str(error)
                why = Status("FAILED", f"It can't be looked after: {error}", row.status.address, row.status.versions)
                self._write(row, replace(why, own=row.status.own))

    def _look_after(self, row: Deployment, revisions: list[Revision]) -> None:
        if row.id not in self._keepers:
            self._keepers[row.id] = Keeper(self._settings, self._clock, row)
        keeper = self._keepers[row.id]
        if row.wanted == "running":
            self._write(row, keeper.run(row, revisions))
        elif not keeper.end():
            self._write(row, Status("REMOVING" if row.wanted == "removed" else "UPDATING", "It is being ended."))
        elif row.wanted == "stopped":
            self._write(row, Status("STOPPED"))
        else:
            keeper.clear()
            with self._store.write() as connection:
                self._rows.remove(connection, row, self._clock.now())
            ring(self._settings.key)

    def _write(self, row: Deployment, status: Status) -> None:
        if (status.state, status.to_json()) == (row.status.state, row.status.to_json()):
            return
        with self._store.write() as connection:
            self._rows.change(connection, row, self._clock.now(), status=status)
        ring(self._settings.key)
