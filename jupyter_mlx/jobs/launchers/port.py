"""The port of launchers: what an agent asks of whatever executes attempts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

__all__ = ["Exited", "Launcher", "Started"]


@dataclass(frozen=True)
class Started:
    """A task runs now. `process` identifies it, also for a later agent."""

    folder: Path
    process: dict[str, Any] | None


@dataclass(frozen=True)
class Exited:
    """A task's process ended: ``{"code"}`` or ``{"signal"}``."""

    folder: Path
    task: str
    exit: dict[str, Any]


class Launcher(Protocol):
    """Starts the work of attempts, and says how it goes."""

    @property
    def ready(self) -> bool:
        """Whether it takes work now."""

    @property
    def problem(self) -> str | None:
        """Why nothing is executed, for those who wait; None where all is well."""

    def ensure(self) -> None:
        """Bring up again what work needs, if it is gone."""

    def fileno(self) -> int | None:
        """Readable when there is news; None while there is nothing to listen to."""

    def run(self, folder: Path) -> None:
        """Execute the attempt whose spec lies in a folder."""

    def finalize(self, folder: Path, state: str, error: dict[str, Any] | None) -> None:
        """Make the results of an attempt whose worker died."""

    def news(self) -> list[Started | Exited]:
        """What happened since last time."""

    def close(self, *, for_good: bool) -> None:
        """Let go. Running attempts go on; `for_good` says that no other agent is wanted."""
