"""Reading runs: lists, events, logs, outputs, and what a notebook can be run with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import InvalidInput, NotFound
from ..files import resolve_path
from ..settings import Settings
from ..store.engine import Store
from ..store.events import Event, EventLog
from .lifecycle import State
from .models import Attempt, Run
from .notebook import Notebook, parse_notebook, read_notebook, resolve_kernel
from .parameters import inspect_parameters
from .prepare import expected_seconds
from .repository import RunRepository
from .snapshot import Snapshot, SnapshotStore
from .spec import AttemptFiles

__all__ = ["RunReader"]


class RunReader:
    """Answers questions about runs; changes nothing."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.runs = RunRepository(clock)
        self.log = EventLog()
        self._snapshots = SnapshotStore(settings.objects)

    def get(self, run_id: str) -> Run:
        """A run by its id or the beginning of it."""
        with self.store.read() as connection:
            return self.runs.get(connection, run_id)

    def page(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        states: Sequence[str] = (),
        words: str = "",
        notebook: str | None = None,
        schedule: str | None = None,
    ) -> tuple[list[Run], str | None, int, dict[str, int]]:
        """A page of runs, the next cursor, the newest event that it shows, and counts by state."""
        with self.store.read() as connection:
            found, following = self.runs.page(
                connection,
                limit=limit,
                cursor=cursor,
                states=states,
                words=words,
                notebook=notebook,
                schedule=schedule,
            )
            counts = self.runs.counts(connection, words, notebook, schedule)
            return found, following, self.log.last_id(connection), counts

    def events(self, run_id: str, attempt: int | None = None, after: int = 0, limit: int = 20_000) -> list[Event]:
        """The events of one attempt; of the last one by default."""
        with self.store.read() as connection:
            run = self.runs.get(connection, run_id)
            number = attempt or run.attempt_no or None
            return self.log.of_subject(connection, run.id, number, after, limit)

    def events_of_run(self, run_id: str, after: int = 0) -> list[Event]:
        """The events of all attempts of a run, and those between them."""
        with self.store.read() as connection:
            return self.log.of_subject(connection, self.runs.get(connection, run_id).id, None, after)

    def attempt(self, run: Run, number: int | None = None) -> Attempt:
        """One attempt of a run; the last by default.

        Raises
        ------
        NotFound: ``attempt_unknown``.
        """
        for attempt in reversed(run.attempts):
            if number is None or attempt.number == number:
                return attempt
        raise NotFound("attempt_unknown", f"Run {run.id} has no such attempt.", f"It has {len(run.attempts)}.")

    def log_file(self, run_id: str, number: int | None = None) -> Path | None:
        """The log of an attempt; None where nothing was executed yet."""
        run = self.get(run_id)
        if not run.attempts:
            return None
        return AttemptFiles.of(self.settings.artifacts, run.id, self.attempt(run, number).number).log

    def output_file(self, run_id: str, name: str, number: int | None = None) -> Path:
        """An output of an attempt; while it runs, the notebook as it was last saved.

        Raises
        ------
        NotFound: ``output_unknown``.
        """
        run = self.get(run_id)
        files = AttemptFiles.of(self.settings.artifacts, run.id, self.attempt(run, number).number)
        path = files.out / name
        if Path(name).name != name or name.startswith(".") or not path.is_file():
            have = ", ".join(output["name"] for output in self.attempt(run, number).outputs) or "none yet"
            raise NotFound("output_unknown", f"Run {run.id} has no output `{name}`.", f"It has: {have}.")
        return path

    def notebook(self, run_id: str) -> Any:
        """The notebook node at the version that a run executes."""
        with self.store.read() as connection:
            run = self.runs.get(connection, run_id)
            snapshot = self.runs.snapshot(connection, run.job.snapshot)
        return self._kept_notebook(run, snapshot).node

    def missing_files(self, run: Run) -> list[str]:
        """The files of a run's snapshot, the notebook too, that are not kept any more: relative paths."""
        with self.store.read() as connection:
            snapshot = self.runs.snapshot(connection, run.job.snapshot)
        return [path for path, entry in snapshot.files.items() if not self._snapshots.holds(entry["digest"])]

    def _kept_notebook(self, run: Run, snapshot: Snapshot) -> Notebook:
        content = self._snapshots.get(snapshot.files[snapshot.notebook]["digest"])
        path = Path(run.job.notebook_path)
        return Notebook(path, content, parse_notebook(content, path.name))

    def inspect(self, given: str, *, root: Path | None) -> dict[str, Any]:
        """What a notebook can be run with: the form's document, ``NotebookInfo`` of the contract.

        Raises
        ------
        MlxError: It can't be read.
        """
        path = resolve_path(given, root, "path")
        notebook = read_notebook(path, given)
        problems = []
        kernel: str | None = None
        try:
            kernel = resolve_kernel(notebook, None, given)
        except InvalidInput as error:
            problems.append(error.to_json())
        declared, inspected = inspect_parameters(notebook.node, kernel)
        with self.store.read() as connection:
            last, _ = self.runs.page(connection, limit=1, notebook=str(path))
            expected = expected_seconds(connection, str(path))
            good, _ = self.runs.page(connection, limit=5, notebook=str(path), states=[State.SUCCEEDED])
        return {
            "path": given,
            "digest": notebook.digest,
            "parameters": [parameter.to_json() for parameter in declared],
            "inspected": inspected,
            "kernel": kernel,
            "language": notebook.language,
            "cells": notebook.code_cells,
            "problems": problems,
            "last": {**last[0].job.request, "kernel": last[0].job.kernel, "parameters": last[0].job.parameters}
            if last
            else None,
            **({"forecast": _forecast(good)} if good and expected else {}),
        }


def _forecast(runs: list[Run]) -> dict[str, Any]:
    """Seconds and memory of a run, by the middle of the last good ones."""
    seconds, memory = [], []
    for run in runs:
        last = run.last
        if last is None or last.ended_at is None:
            continue
        seconds.append((last.ended_at - last.started_at).total_seconds())
        memory.append(max((cell["memory_bytes"] for cell in last.record.get("cells", [])), default=0))
    middle = len(seconds) // 2
    return {"seconds": round(sorted(seconds)[middle], 1), "memory_bytes": sorted(memory)[middle], "runs": len(seconds)}
