"""One deployment's processes: which there must be, when new routes may be taken over, and how it all is."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ...clock import Clock
from ...errors import StorageFull, is_disk_full
from ...files import read_json, write_json
from ...processes import TOKEN_VARIABLE
from ...secrets import ENVIRONMENT_PREFIX
from ...settings import Settings
from ...store.bell import ring
from ..targets.port import Deployment, Revision, RouteShare, Status, VersionStatus
from .folder import ROUTER, ServingFolder, slot_name, version_of
from .slots import CRASHED, READY, STARTING, STOPPED, Slot

__all__ = ["Keeper"]

STANDBY_S = 1800.0
"""How long what was served before stays up, so that a rollback needs no start."""
SILENT_S = 90.0
"""A process that answers no ping for so long is ended, and started anew."""
ROUTER_ANSWERS_S = 10.0
SCORING_LIMIT_S = 60.0
_WORST_FIRST = (CRASHED, STARTING, STOPPED, READY)


class Keeper:
    """Looks after one deployment; every method takes a step and returns at once."""

    def __init__(self, settings: Settings, clock: Clock, row: Deployment) -> None:
        self._settings = settings
        self._clock = clock
        self._row = row
        self.folder = ServingFolder.of(settings, row.id)
        self.folder.make()
        self._environment = _environment(settings, row.id)
        told = read_json(self.folder.routes) or {}
        self._written: Mapping[str, Any] = told
        self._generation: int = told.get("generation", 0)
        self._asked_at = 0.0
        self._seen = 0
        self._router = self._slot(ROUTER, self._router_command())
        self._slots = {slot: self._slot(slot, self._server_command(slot)) for slot in self.folder.slots()}
        self.unsettled = True

    # -- the processes ---------------------------------------------------------------------------------------

    def _slot(self, name: str, command: Sequence[str]) -> Slot:
        return Slot(self.folder, name, command, self._environment, self._clock)

    def _router_command(self) -> list[str]:
        port = str(self._row.options.get("port", 0))
        limit_s = os.environ.get("MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT", str(SCORING_LIMIT_S))
        return _python("router", str(self.folder.path), self._settings.key, port, limit_s)

    def _server_command(self, slot: str) -> list[str]:
        return _python("server", str(self.folder.path), slot, self._row.model)

    def _of(self, versions: Sequence[int]) -> list[Slot]:
        """The processes that versions must have."""
        workers = int(self._row.options.get("workers", 1))
        names = [slot_name(version, number) for version in versions for number in range(workers)]
        for name in names:
            if name not in self._slots:
                self._slots[name] = self._slot(name, self._server_command(name))
        return [self._slots[name] for name in names]

    def end(self) -> bool:
        """Have all processes end, the router first; True once they are gone."""
        ended = self._router.end()
        if ended:
            for slot in self._slots.values():
                ended = slot.end() and ended
        if ended:
            # What is served next is whatever is wanted then.
            self.folder.routes.unlink(missing_ok=True)
            self._written = {}
        self.unsettled = not ended
        return ended

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder.path)

    # -- one step --------------------------------------------------------------------------------------------

    def run(self, row: Deployment, revisions: Sequence[Revision]) -> Status:
        """Bring about what is wanted as far as it can be now; how it is."""
        wanted, before = revisions[0], revisions[1] if len(revisions) > 1 else None
        needed = self._of(wanted.versions)
        if wanted.number != self._seen:
            self._seen = wanted.number
            for slot in needed:
                slot.hurry()
        self._keep(needed)
        if all(_is_up(needed, version) for version in wanted.versions):
            in_force, revision = wanted.routes, wanted.number
        else:
            # What is served goes on being served until all that is new can answer.
            in_force = tuple(RouteShare.from_json(route) for route in self._written.get("routes", ()))
            revision = self._written.get("revision", 0)
        serving = self._of([route.version for route in in_force])
        self._keep([slot for slot in serving if slot not in needed])
        standby = self._standby(wanted, before, [*needed, *serving])
        self._write_routes(in_force, revision, [*needed, *serving])
        self._router.keep()
        self._retire({slot.name for slot in (*needed, *serving, *standby)})
        status = self._status(wanted, in_force, revision, standby)
        self.unsettled = status.state not in ("READY", "FAILED", "DEGRADED") or not self._taken_over()
        return status

    def _keep(self, slots: Sequence[Slot]) -> None:
        # Where the router does not run, nobody asks them: what it wrote is of earlier.
        told = (read_json(self.folder.counters) or {}) if self._router.state == READY else {}
        for slot in slots:
            since = told.get("silent", {}).get(slot.name)
            # What was said of the process before this one is not held against it.
            began = slot.since.timestamp() if slot.since is not None else time.time()
            if since is not None and slot.state == READY and time.time() - max(since, began) > SILENT_S:
                slot.kill()
            slot.keep()

    def _standby(self, wanted: Revision, before: Revision | None, busy: Sequence[Slot]) -> list[Slot]:
        """What was served before and still runs: it stays for a while, but is not started again."""
        if before is None or (self._clock.now() - wanted.at).total_seconds() > STANDBY_S:
            return []
        names = {slot.name for slot in busy}
        found = [
            slot for slot in self._slots.values() if version_of(slot.name) in before.versions and slot.name not in names
        ]
        for slot in found:
            slot.watch()
        return [slot for slot in found if slot.process is not None]

    def _write_routes(self, routes: Sequence[RouteShare], revision: int, slots: Sequence[Slot]) -> None:
        document = {
            "revision": revision,
            "routes": [route.to_json() for route in routes],
            "processes": sorted({slot.name for slot in slots if slot.state == READY}),
            "log_share": self._row.options.get("log_share", 1.0),
            "mask": list(self._row.options.get("mask", ())),
        }
        if not routes or {**document, "generation": self._generation} == self._written:
            return
        self._generation += 1
        self._written = {**document, "generation": self._generation}
        try:
            write_json(self.folder.routes, self._written)
        except OSError as error:
            self._generation -= 1
            if is_disk_full(error):
                raise StorageFull("disk_full", "No space is left for the routes.", "Free some space.") from error
            raise
        self._asked_at = time.monotonic()
        ring(self._settings.key)

    def _taken_over(self) -> bool:
        """Whether the router routes as it was told."""
        return bool(self._router.note().get("generation", -1) >= self._generation)

    def _retire(self, kept: set[str]) -> None:
        """End what nothing needs, once the router asks it no more; and remove the files of those versions."""
        if not self._taken_over() and time.monotonic() - self._asked_at < ROUTER_ANSWERS_S:
            return
        for name in [name for name in self._slots if name not in kept]:
            if self._slots[name].end():
                del self._slots[name]
                for path in (self.folder.note(name), self.folder.path / f"{name}.sock"):
                    path.unlink(missing_ok=True)
                if version_of(name) not in {version_of(slot) for slot in self._slots}:
                    shutil.rmtree(self.folder.model(version_of(name)), ignore_errors=True)

    # -- how it is -------------------------------------------------------------------------------------------

    def _status(
        self, wanted: Revision, in_force: Sequence[RouteShare], revision: int, standby: Sequence[Slot]
    ) -> Status:
        resting = {version_of(slot.name) for slot in standby}
        versions = list(dict.fromkeys([*wanted.versions, *(route.version for route in in_force), *resting]))
        told = tuple(self._version(version, "STANDBY" if version in resting else None) for version in versions)
        state, message = self._state(wanted, in_force, revision, told)
        port = self._router.note().get("port") or self.folder.port
        address = None if port is None else f"http://127.0.0.1:{port}"
        routes = [route.to_json() for route in in_force]
        return Status(state, message, address, told, {"revision": revision, "routes": routes})

    def _version(self, version: int, state: str | None) -> VersionStatus:
        slots = [slot for slot in self._slots.values() if version_of(slot.name) == version]
        worst = min(slots, key=lambda slot: _WORST_FIRST.index(slot.state))
        return VersionStatus(
            version,
            state or worst.state,
            restarts=sum(slot.restarts for slot in slots),
            next_try_at=worst.next_try_at,
            since=worst.since,
            pid=worst.pid,
            message=worst.message,
        )

    def _state(
        self, wanted: Revision, in_force: Sequence[RouteShare], revision: int, versions: Sequence[VersionStatus]
    ) -> tuple[str, str]:
        """The state of the whole, and what is wrong or waited for."""
        crashed = [told for told in versions if told.state == CRASHED]
        starting = [told for told in versions if told.state == STARTING]
        answering = {route.version for route in in_force if not route.shadow and route.share > 0}
        serves = any(slot.state == READY for slot in self._slots.values() if version_of(slot.name) in answering)
        why = " ".join(f"Version {told.version} does not run: {told.message}" for told in crashed)
        waits = f"It waits for version {', '.join(str(told.version) for told in starting)} to load."
        if self._router.state == CRASHED:
            return "FAILED", f"The router does not run: {self._router.message}"
        if not serves:
            return ("FAILED", why) if crashed else ("STARTING", waits)
        if revision != wanted.number:
            if crashed:
                return "DEGRADED", f"{why} Revision {revision} goes on being served."
            return "UPDATING", waits
        if crashed:
            return "DEGRADED", why
        if self._router.state != READY or not self._taken_over():
            return "UPDATING", "It waits for the router."
        return ("DEGRADED", waits) if starting else ("READY", "")


def _is_up(slots: Sequence[Slot], version: int) -> bool:
    return any(slot.state == READY for slot in slots if version_of(slot.name) == version)


def _python(module: str, *arguments: str) -> list[str]:
    # -P: the working folder is no place to import from.
    return [sys.executable, "-P", "-m", f"{__package__}.{module}", *arguments]


def _environment(settings: Settings, deployment_id: str) -> dict[str, str]:
    """What processes of a deployment have in their environment: no secret of jobs, no note of a run."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(ENVIRONMENT_PREFIX) and key not in (TOKEN_VARIABLE, "PYTHONDONTWRITEBYTECODE")
    }
    uri = settings.mlflow_tracking_uri
    return {
        **kept,
        "MLX_DEPLOYMENT": deployment_id,
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_REGISTRY_URI": uri,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "PYTHONUNBUFFERED": "1",
    }
