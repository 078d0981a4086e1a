"""The folder of a deployment on this host: what its processes, the agent and the services tell each other by files.

::

    token            what requests must bring; 0600
    port             where the router listens, chosen once
    routes.json      what is served to whom, written by the agent
    router.json      the router: who it is, its port, which routes it has taken over
    counters.json    requests, errors and latencies by version, written by the router
    requests.jsonl   requests that were logged; requests.1.jsonl those before
    v3-0.json        the first process of version 3: who it is, and whether it is ready
    v3-0.sock        where it answers
    v3-0.log         what it prints
    model-v3/        its files
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...files import make_private, read_json
from ...settings import Settings

__all__ = ["ROUTER", "ServingFolder", "replace_json", "slot_name", "version_of"]

ROUTER = "router"
TAIL = 64_000
"""Bytes of a log that are shown."""


def slot_name(version: int, number: int) -> str:
    """The name of a version's process."""
    return f"v{version}-{number}"


def version_of(slot: str) -> int:
    """The version of a process by its name."""
    return int(slot[1:].partition("-")[0])


def replace_json(path: Path, document: Any) -> None:
    """Write a file whole or not at all, without waiting for the disk: what is in it is of this moment only."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(json.dumps(document).encode())
    os.replace(temporary, path)


@dataclass(frozen=True)
class ServingFolder:
    """The files of one deployment."""

    path: Path

    @classmethod
    def of(cls, settings: Settings, deployment_id: str) -> ServingFolder:
        """Where a deployment's files lie."""
        return cls(settings.state_dir / "serving" / deployment_id)

    def make(self) -> None:
        """Create the folder with a token, unless they are there."""
        make_private(self.path)
        if self.token is not None:
            return
        temporary = self.path / f".token.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
        # The agent and a service may do this at once: the first one's counts.
        with contextlib.suppress(FileExistsError):
            os.link(temporary, self.token_file)
        os.unlink(temporary)

    @property
    def token_file(self) -> Path:
        """The token's file."""
        return self.path / "token"

    @property
    def token(self) -> str | None:
        """What requests must bring; None where the deployment is on another host, or not yet laid out."""
        try:
            return self.token_file.read_text() or None
        except FileNotFoundError:
            return None

    @property
    def port(self) -> int | None:
        """Where the router listens; None until it has for the first time."""
        found = read_json(self.path / "port")
        return found if isinstance(found, int) else None

    @property
    def routes(self) -> Path:
        """What is served to whom."""
        return self.path / "routes.json"

    @property
    def counters(self) -> Path:
        """What the router counted."""
        return self.path / "counters.json"

    @property
    def requests(self) -> tuple[Path, Path]:
        """The requests that were logged, and those before."""
        return self.path / "requests.jsonl", self.path / "requests.1.jsonl"

    def note(self, slot: str) -> Path:
        """Where a process says who it is."""
        return self.path / f"{slot}.json"

    def log(self, slot: str) -> Path:
        """What a process printed."""
        return self.path / f"{slot}.log"

    def model(self, version: int) -> Path:
        """The files of a version."""
        return self.path / f"model-v{version}"

    def slots(self) -> Iterator[str]:
        """The processes of versions that left a note here."""
        yield from sorted(path.stem for path in self.path.glob("v*-*.json"))

    def tail(self, slot: str, size: int = TAIL) -> str:
        """The end of a process's log, whole lines."""
        try:
            with self.log(slot).open("rb") as file:
                length = file.seek(0, os.SEEK_END)
                file.seek(max(0, length - size))
                text = file.read().decode(errors="replace")
        except FileNotFoundError:
            return ""
        return text if length <= size else text.partition("\n")[2]
