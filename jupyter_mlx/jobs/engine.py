"""Our papermill engine: the same execution, with events as they happen, bounded outputs and few saves."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

from ..files import write_atomic
from .outputs import OutputBudget, Redactor
from .resources import ResourceMonitor
from .sink import EventSink

__all__ = ["ENGINE", "Progress", "StreamingEngine", "register"]

ENGINE = "mlx"
SAVE_EVERY_S = 5.0
UPDATE_EVERY_S = 0.2
# ipykernel holds prints back for 0.2 s; a tenth of it keeps the live view live. The notebook's own folder is the last
# place to look for modules, so that its helpers are found from whatever folder it runs in.
PREPARE = """
def _mlx_prepare(folder):
    import sys
    sys.stdout.flush_interval = sys.stderr.flush_interval = 0.02
    if folder not in sys.path:
        sys.path.append(folder)
_mlx_prepare({folder!r})
del _mlx_prepare
"""


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


class StreamingClient(PapermillNotebookClient):  # type: ignore[misc]
    """Executes cells; each output goes to the events and the log at once, and bounded into the notebook."""

    def __init__(
        self, nb_man: StreamingManager, *, budget: OutputBudget, redactor: Redactor, folder: str, **options: Any
    ) -> None:
        super().__init__(nb_man, **options)
        self._folder = folder
        self._budget = budget
        self._redactor = redactor
        self._updated: dict[str, float] = {}
        self._late: dict[str, tuple[int, dict[str, Any]]] = {}
        nb_man.budget = budget
        nb_man.client = self

    def papermill_execute_cells(self) -> None:
        """Execute all cells; the kernel is up here."""
        manager: StreamingManager = self.nb_man
        pid = getattr(getattr(self.km, "provisioner", None), "pid", None)
        if pid:
            manager.monitor.start(pid)
        if getattr(self.km, "ipykernel", False):
            self.kc.execute(PREPARE.format(folder=self._folder), silent=True, store_history=False)
        super().papermill_execute_cells()

    def execute_cell(self, cell: Any, cell_index: int, **options: Any) -> Any:
        """Execute one cell; displays that changed faster than they were told are told once more."""
        try:
            return super().execute_cell(cell, cell_index, **options)
        except CellExecutionError:
            raise
        except BaseException:
            # papermill notes that error alone: a cell whose kernel died, or that was stopped, did not finish either.
            self.nb_man.cell_exception(cell, cell_index=cell_index)
            raise
        finally:
            for display_id, (index, output) in list(self._late.items()):
                self._tell_update(index, display_id, output)

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Keep an output: redacted, bounded, merged with the stream before it; and tell of it."""
        before = len(outs)
        cleared = self.clear_before_next_output
        out = super().output(outs, msg, display_id, cell_index)
        if out is None or not outs or outs[-1] is not out:
            return out
        if cleared and before:
            self.nb_man.sink.write("job.output", {"cell": cell_index + 1, "clear": True})
        self._redactor.output(out)
        self._log(out)
        data: dict[str, Any] = {"cell": cell_index + 1}
        if display_id:
            data["display_id"] = display_id
        if out.output_type == "stream":
            text, cut = self._budget.stream("".join(out.text))
            out["text"] = text
            previous = outs[-2] if len(outs) > 1 else None
            told = dict(out)
            if not text:
                outs.pop()
                return out
            if previous is not None and previous.output_type == "stream" and previous.name == out.name:
                previous["text"] += text
                outs.pop()
        else:
            cut = self._budget.rich(out) if "data" in out else self._budget.error(out)
            told = dict(out)
        if cut:
            data["truncated"] = True
        self.nb_man.sink.write("job.output", {**data, "output": told})
        return out

    def clear_output(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        """The cell asked for its outputs to go."""
        super().clear_output(outs, msg, cell_index)
        if not outs and not self.clear_before_next_output:
            self.nb_man.sink.write("job.output", {"cell": cell_index + 1, "clear": True})

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        super()._update_display_id(display_id, msg)
        if msg["msg_type"] != "update_display_data" or display_id not in self._display_id_map:
            return
        for index, positions in self._display_id_map[display_id].items():
            for position in positions:
                output = self.nb.cells[index].outputs[position]
                self._redactor.output(output)
                self._budget.rich(output)
                if time.monotonic() - self._updated.get(display_id, 0.0) < UPDATE_EVERY_S:
                    self._late[display_id] = (index, dict(output))
                else:
                    self._tell_update(index, display_id, output)

    def _tell_update(self, index: int, display_id: str, output: dict[str, Any]) -> None:
        self._updated[display_id] = time.monotonic()
        self._late.pop(display_id, None)
        self.nb_man.sink.write(
            "job.output", {"cell": index + 1, "display_id": display_id, "update": True, "output": dict(output)}
        )

    def _log(self, out: Any) -> None:
        if out.output_type == "stream":
            self.nb_man.sink.log("".join(out.text))
        elif out.output_type == "error":
            self.nb_man.sink.log("\n".join(out.traceback) + "\n")
        elif "text/plain" in out.get("data", {}):
            self.nb_man.sink.log("".join(out.data["text/plain"]) + "\n")


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
