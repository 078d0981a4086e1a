"""What takes longer than a request may: a model's files are packed, and what is wanted is brought about elsewhere.

A process of its own does it, so that no server waits, and MLflow is loaded there only. It goes on until the deployment
is up, or is known not to come up.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...files import make_private, read_json, write_json
from ...processes import is_alive, own_identity
from ...settings import Settings
from .port import Deployment, Revision

__all__ = ["Errand"]

START_S = 60.0


@dataclass(frozen=True)
class Errand:
    """What is done for one deployment, and how far it is. `folder` is private, and has what was brought here."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings, deployment: Deployment) -> Errand:
        """That of a deployment."""
        return cls(settings.state_dir / "errands" / deployment.id)

    # -- sending somebody ------------------------------------------------------------------------------------

    def start(self, settings: Settings, deployment: Deployment, revision: Revision) -> None:
        """Have a process bring a revision about; it outlives this one."""
        self._write(revision.number, deployment.wanted, "running")
        module = f"{__package__}.applying"
        with (self.folder / "errand.log").open("ab") as log:
            # The process forks and is nobody's child: this wait is for its first moment only.
            done = subprocess.run(
                [sys.executable, "-P", "-m", module, deployment.name, str(revision.number)],
                env={**os.environ, **settings.to_env()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
                timeout=START_S,
                start_new_session=True,
            )
        if done.returncode:
            self.end(
                revision.number, deployment.wanted, f"Its process did not start; see {self.folder / 'errand.log'}."
            )

    # -- being sent ------------------------------------------------------------------------------------------

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time works for a deployment; the next waits."""
        lock = os.open(make_private(self.folder) / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def begin(self, revision: int, wanted: str) -> None:
        """Note that this process does it."""
        self._write(revision, wanted, "running", process=own_identity())

    def end(self, revision: int, wanted: str, problem: str = "") -> None:
        """Note that it is done, or why it can't be."""
        self._write(revision, wanted, "failed" if problem else "done", problem=problem)

    def _write(self, revision: int, wanted: str, state: str, **more: Any) -> None:
        make_private(self.folder)
        write_json(self._file(revision, wanted), {"state": state, **more})

    def _file(self, revision: int, wanted: str) -> Path:
        return self.folder / f"{revision}-{wanted}.json"

    # -- asking ----------------------------------------------------------------------------------------------

    def progress(self, deployment: Deployment) -> tuple[str, str]:
        """``running``, ``done``, ``failed`` or ``missing``, of the present revision, and why it failed."""
        file = self._file(deployment.revision, deployment.wanted)
        said = read_json(file)
        if said is None:
            return "missing", ""
        if said["state"] == "running":
            begun = said.get("process")
            gone = time.time() - file.stat().st_mtime > START_S if begun is None else not is_alive(begun)
            if gone:
                return "failed", f"The process that did it was ended; its log is {self.folder / 'errand.log'}."
        return str(said["state"]), str(said.get("problem", ""))

    def forget(self) -> None:
        """Remove the folder: the deployment is gone."""
        shutil.rmtree(self.folder, ignore_errors=True)
