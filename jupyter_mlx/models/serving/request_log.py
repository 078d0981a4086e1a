"""The log of requests: a sample of them, masked, their first rows; written by the router, read by the services."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import random
import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ...clock import to_iso
from ...errors import InvalidInput
from .folder import ServingFolder
from .http11 import Answer, Request

__all__ = ["Call", "RequestLog", "read_calls"]

ROWS = 10
"""Rows of a request that are kept."""
PARSED_BYTES = 1_000_000
"""Longer bodies are not looked into."""
FILE_BYTES = 10_000_000
WAITING = 2000
WAITING_BYTES = 64_000_000
FLUSH_S = 0.2
MASKED = "***"


@dataclass(slots=True)
class Call:
    """A request that was answered, and what shadows answered to its copies."""

    id: str
    request: Request
    version: int
    answer: Answer
    milliseconds: float
    at: float = field(default_factory=time.time)
    shadow: list[tuple[int, Answer]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.request.body) + len(self.answer.body)


class RequestLog:
    """Takes calls after they were answered, and writes them from a thread.

    What comes faster than it can be written is dropped and counted.

    Parameters
    ----------
    share: Part of the calls that are logged.
    mask: Columns whose values are not.
    """

    def __init__(self, folder: ServingFolder) -> None:
        self._folder = folder
        self._waiting: deque[Call] = deque()
        self._bytes = 0
        self.share = 0.0
        self.mask: frozenset[str] = frozenset()
        self.dropped = 0

    def wants(self) -> bool:
        """Whether the next call is in the sample."""
        return self.share > 0 and random.random() < self.share  # noqa: S311 - a sample, no secret

    def add(self, call: Call) -> None:
        """A call was answered."""
        if len(self._waiting) >= WAITING or self._bytes + call.size > WAITING_BYTES:
            self.dropped += 1
            return
        self._waiting.append(call)
        self._bytes += call.size

    async def run(self) -> None:
        """Write what comes, until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_S)
            await self.flush()

    async def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        calls, self._waiting, self._bytes = list(self._waiting), deque(), 0
        try:
            await asyncio.to_thread(self._write, calls, self.mask)
        except OSError as error:
            # A full disk stops no prediction.
            self.dropped += len(calls)
            print(f"{len(calls)} requests could not be logged: {error}", flush=True)

    def _write(self, calls: list[Call], mask: frozenset[str]) -> None:
        path, before = self._folder.requests
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.writelines(_line(call, mask) for call in calls)
            size = file.tell()
        if size > FILE_BYTES:
            os.replace(path, before)


def _line(call: Call, mask: frozenset[str]) -> bytes:
    try:
        document = json.dumps(_document(call, mask, *_inputs(call.request, mask)))
    except RecursionError:
        # Nested as deep as can be read, and not as can be written.
        document = json.dumps(_document(call, mask, 0, []))
    return document.encode() + b"\n"


def _document(call: Call, mask: frozenset[str], count: int, inputs: list[dict[str, Any]]) -> dict[str, Any]:
    """``ScoredCall`` of the contract."""
    return {
        "id": call.id,
        "at": to_iso(datetime.fromtimestamp(call.at, UTC)),
        "version": call.version,
        "status": call.answer.status,
        "milliseconds": round(call.milliseconds, 3),
        "rows": count,
        "inputs": inputs,
        "predictions": _predictions(call.answer, mask),
        "shadow": [
            {"version": version, "status": answer.status, "predictions": _predictions(answer, mask)}
            for version, answer in call.shadow
        ],
    }


def _inputs(request: Request, mask: Collection[str]) -> tuple[int, list[dict[str, Any]]]:
    """How many rows were sent, and the first of them by column. What has no names of columns can't be masked."""
    content_type = request.headers.get(b"content-type", b"application/json").partition(b";")[0].strip()
    if len(request.body) > PARSED_BYTES:
        return 0, []
    try:
        if content_type == b"text/csv":
            rows: list[Any] = list(csv.DictReader(io.StringIO(request.body.decode())))
        elif content_type == b"application/json":
            rows = _json_rows(json.loads(request.body))
        else:
            return 0, []
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, csv.Error):
        return 0, []  # the answer says what is wrong with it
    shown = [_masked(row, mask) for row in rows[:ROWS] if isinstance(row, dict)]
    if not shown and not mask:
        shown = [{"value": row} for row in rows[:ROWS]]
    return len(rows), shown


def _json_rows(document: Any) -> list[Any]:
    split = document.get("dataframe_split")
    if split is not None:
        names = split.get("columns")
        return [dict(zip(names, row, strict=False)) for row in split["data"]] if names else list(split["data"])
    for key in ("dataframe_records", "instances"):
        if key in document:
            return list(document[key])
    found = document.get("inputs", [])
    if isinstance(found, dict):
        columns = {name: value if isinstance(value, list) else [value] for name, value in found.items()}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=False)]
    return list(found) if isinstance(found, list) else [found]


def _masked(row: Mapping[str, Any], mask: Collection[str]) -> dict[str, Any]:
    return {str(name): MASKED if name in mask else value for name, value in row.items()}


def _predictions(answer: Answer, mask: Collection[str]) -> list[Any]:
    if answer.status != 200 or len(answer.body) > PARSED_BYTES:
        return []
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    found = document.get("predictions", document) if isinstance(document, dict) else document
    rows = found if isinstance(found, list) else [found]
    return [_masked(row, mask) if isinstance(row, dict) else row for row in rows[:ROWS]]


def read_calls(
    folder: ServingFolder, *, limit: int = 100, cursor: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """The calls that were logged, newest first, and where the next page begins.

    Raises
    ------
    InvalidInput: ``cursor_invalid``.
    """
    if cursor is not None and not cursor.isalnum():
        raise InvalidInput("cursor_invalid", "The cursor can't be read.", "Use `next_cursor` of the page before.")
    lines: dict[str, bytes] = {}
    for path in folder.requests:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        # The last line may still be written; an id, which is the first thing in a line, begins with its time.
        for line in content.split(b"\n")[:-1]:
            lines[line[len('{"id": "') :].partition(b'"')[0].decode()] = line
    ids = sorted((known for known in lines if cursor is None or known < cursor), reverse=True)
    page = [call for known in ids[:limit] if (call := _read(lines[known])) is not None]
    return page, ids[limit - 1] if len(ids) > limit else None


def _read(line: bytes) -> dict[str, Any] | None:
    """A call; None for half a line, which a full disk leaves, and for one nested deeper than can be read."""
    try:
        found: dict[str, Any] = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found
