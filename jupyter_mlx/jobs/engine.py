"""Our papermill engine: the same execution, with events as they happen, bounded outputs and few saves."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import nbformat
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

from ..files import write_atomic
from .client import StreamingClient
from .outputs import OutputBudget, Redactor
from .resources import ResourceMonitor
from .sink import EventSink

__all__ = ["ENGINE", "Progress", "StreamingEngine", "StreamingManager", "register"]

ENGINE = "mlx"
SAVE_EVERY_S = 5.0


class Progress:
    """Counts code cells and foretells the rest by the times of an earlier run.

    Parameters
    ----------
    cells: Ids of the notebook's code cells, in order.
    expected: Seconds by cell id, from the last good run; empty where there is none.
    """

    def __init__(self, cells: list[str], expected: dict[str, float]) -> None:
        self._cells = cells
        self._expected = expected
        self.done = 0

    def to_json(self) -> dict[str, Any]:
        """``{"cell", "cells", "eta_s"?}``."""
        document: dict[str, Any] = {"cell": self.done, "cells": len(self._cells)}
        if self._expected:
            document["eta_s"] = round(sum(self._expected.get(cell, 0.0) for cell in self._cells[self.done :]), 2)
        return document


class StreamingManager(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's bookkeeping, plus our events; the notebook is saved every few seconds, not at every event."""

    def __init__(
        self, nb: Any, *, sink: EventSink, monitor: ResourceMonitor, expected: dict[str, float], **options: Any
    ):
        super().__init__(nb, **options)
        self.sink = sink
        self.monitor = monitor
        self.budget: OutputBudget | None = None
        self.client: StreamingClient | None = None
        self.cells: list[dict[str, Any]] = []
        self.current: int | None = None
        self.progress = Progress(
            [cell.get("id", str(index)) for index, cell in enumerate(nb.cells) if cell.cell_type == "code"], expected
        )
        self._saved = -SAVE_EVERY_S
        self._save_cost = 0.0

    def save(self, **kwargs: Any) -> None:
        """Save if the last save is long enough ago: a tenth of the time at most goes into saving."""
        if time.monotonic() - self._saved >= max(SAVE_EVERY_S, 10 * self._save_cost):
            self.save_now()

    def autosave_cell(self) -> None:
        """Called at every message of the kernel."""
        self.save()

    def save_now(self) -> None:
        """Save."""
        start = time.monotonic()
        if self.output_path:
            # papermill would leave half a notebook where it is killed in the middle.
            write_atomic(Path(self.output_path), nbformat.writes(self.nb).encode())
        self.last_save_time = self.now()
        self._saved = time.monotonic()
        self._save_cost = self._saved - start

    def notebook_complete(self, **kwargs: Any) -> None:
        """The end, good or bad: everything is written."""
        super().notebook_complete(**kwargs)
        self.save_now()

    def cell_start(self, cell: Any, cell_index: int | None = None, **kwargs: Any) -> None:
        """A cell begins."""
        super().cell_start(cell, cell_index, **kwargs)
        if cell.cell_type != "code" or cell_index is None:
            return
        self.current = cell_index
        if self.budget:
            self.budget.next_cell()
        self.sink.log(f"─── cell {cell_index + 1} ───\n")
        self._tell(cell, cell_index, "started", {"source": cell.source[:20_000]})
        self.monitor.begin_cell()

    def cell_complete(self, cell: Any, cell_index: int | None = None, **kwargs: Any) -> None:
        """A cell ended, whether it raised or not."""
        super().cell_complete(cell, cell_index, **kwargs)
        if cell.cell_type != "code" or cell_index is None:
            return
        failed = cell.metadata.papermill["status"] == self.FAILED
        used = self.monitor.end_cell()
        self.cells.append({"cell": cell_index + 1, "cell_id": cell.get("id"), **used})
        if not failed:
            self.progress.done += 1
            self.current = None
        self._tell(cell, cell_index, "failed" if failed else "finished", used)

    def _tell(self, cell: Any, index: int, state: str, data: dict[str, Any]) -> None:
        self.sink.write(
            "job.cell",
            {"cell": index + 1, "cell_id": cell.get("id"), "state": state, "progress": self.progress.to_json(), **data},
        )


class StreamingEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine with our manager and client; `holder` receives the manager, for what comes after."""

    @classmethod
    def execute_notebook(
        cls,
        nb: Any,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = False,
        log_output: bool = False,
        autosave_cell_every: int = 30,
        *,
        sink: EventSink,
        monitor: ResourceMonitor,
        expected: dict[str, float],
        budget: OutputBudget,
        redactor: Redactor,
        holder: list[Any],
        source_path: str,
        startup: str = "",
        sockets: Path | None = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        **options: Any,
    ) -> Any:
        """Execute a notebook; arguments as papermill's, plus those of the parts above."""
        nb.metadata.papermill["input_path"] = source_path
        manager = StreamingManager(
            nb,
            output_path=output_path,
            progress_bar=False,
            log_output=False,
            autosave_cell_every=0,
            sink=sink,
            monitor=monitor,
            expected=expected,
        )
        holder.append(manager)
        manager.notebook_start()
        try:
            StreamingClient(
                manager,
                budget=budget,
                redactor=redactor,
                folder=os.path.dirname(source_path),
                startup=startup,
                sockets=sockets,
                kernel_name=kernel_name,
                startup_timeout=start_timeout,
                timeout=execution_timeout,
            ).execute()
        finally:
            monitor.stop()
            manager.notebook_complete()
        return manager.nb


def register() -> None:
    """Make the engine known to papermill under `ENGINE`."""
    papermill_engines.register(ENGINE, StreamingEngine)
