"""Where a worker writes what happens: an append-only file of events, and the log of all that is printed."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..store.bell import ring

__all__ = ["EventSink", "read_events"]


class EventSink:
    """Appends events and log text, and rings the agent's bell.

    Parameters
    ----------
    events, log: The two files; created, or appended to.
    store_key: Whose bell to ring.
    """

    def __init__(self, events: Path, log: Path, store_key: str) -> None:
        self._events = os.open(events, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._key = store_key

    def write(self, kind: str, data: dict[str, Any]) -> None:
        """Append one event; it is one write, so that a reader sees whole lines up to the last newline."""
        line = {"kind": kind, "time": datetime.now(UTC).isoformat(), "data": data}
        _write_all(self._events, json.dumps(line, ensure_ascii=False, default=str).encode() + b"\n")
        ring(self._key)

    def log(self, text: str) -> None:
        """Append to the log."""
        _write_all(self._log, text.encode(errors="replace"))

    def close(self) -> None:
        """Close both files."""
        os.close(self._events)
        os.close(self._log)


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def read_events(path: Path, offset: int, limit_bytes: int = 4_000_000) -> tuple[list[dict[str, Any]], int]:
    """The whole lines of an event file from an offset on, and the offset behind them.

    A line that is no JSON (a write that a full disk cut short) is passed over.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read(limit_bytes)
            while content and b"\n" not in content:
                more = file.read(limit_bytes)
                if not more:
                    break
                content += more
    except FileNotFoundError:
        return [], offset
    end = content.rfind(b"\n") + 1
    lines = []
    for line in content[:end].splitlines():
        try:
            event = json.loads(line)
            event["time"] = datetime.fromisoformat(event["time"])
            if not isinstance(event["kind"], str) or not isinstance(event["data"], dict):
                continue
        except (ValueError, KeyError, TypeError):
            continue
        lines.append(event)
    return lines, offset + end
