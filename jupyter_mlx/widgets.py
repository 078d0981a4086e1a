"""`jupyter_mlx.jobs.watch`: the live progress of a run, as a widget in a notebook."""

from __future__ import annotations

import threading
from html import escape
from typing import Any

import ipywidgets as widgets

from .api import Run, get, services
from .errors import MlxError
from .jobs.follow import follow
from .jobs.lifecycle import ENDED, State

__all__ = ["RunWatcher", "watch"]

_STYLES = {State.SUCCEEDED: "success", State.FAILED: "danger", State.TIMED_OUT: "danger", State.LOST: "danger"}
TAIL = 40


class RunWatcher(widgets.VBox):  # type: ignore[misc]
    """State, progress by cells, the last lines of output, and a button to cancel; follows the run in a thread."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._title = widgets.HTML()
        self._bar = widgets.IntProgress(min=0, max=1)
        self._cancel = widgets.Button(description="Cancel", icon="stop", tooltip=f"Cancel run {run.id}")
        self._cancel.on_click(self._on_cancel)
        self._tail = widgets.HTML()
        self._text = ""
        super().__init__([widgets.HBox([self._bar, self._title, self._cancel]), self._tail])
        self._show()
        self._thread = threading.Thread(target=self._follow, name=f"mlx-watch-{run.id}", daemon=True)
        self._thread.start()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait until the end of the run has been shown; whether it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _follow(self) -> None:
        try:
            for event in follow(services().jobs, self.run.id):
                output = event.data.get("output", {})
                if event.kind == "job.output" and output.get("output_type") == "stream":
                    self._text = "".join((self._text + output["text"]).splitlines(keepends=True)[-TAIL:])
                    self._tail.value = f"<pre style='max-height:12em;overflow:auto'>{escape(self._text)}</pre>"
                elif event.kind in ("job.state", "job.cell"):
                    self._show()
            self._show()
        except MlxError as error:
            # The run was removed meanwhile.
            self._title.value = escape(error.message)
            self._cancel.disabled = True

    def _show(self) -> None:
        row = services().jobs.get(self.run.id)
        eta = f", {row.eta_s:.0f} s to go" if row.eta_s else ""
        text = f"<b>{escape(row.job.name)}</b> {row.state} {row.cell}/{row.job.cells}{eta}"
        if row.error:
            text += f" — {escape(row.error['message'])}"
        elif row.reason:
            text += f" — {escape(row.reason)}"
        self._title.value = text
        self._bar.max = max(1, row.job.cells)
        self._bar.value = row.cell
        self._bar.bar_style = _STYLES.get(row.state, "info")
        self._cancel.disabled = row.state in ENDED

    def _on_cancel(self, button: Any) -> None:
        try:
            self.run.cancel()
        except MlxError as error:
            self._tail.value = escape(f"{error.message} {error.remedy}")


def watch(run: Run | str) -> RunWatcher:
    """A widget that shows a run's progress live.

    Raises
    ------
    NotFound: ``run_unknown``.
    """
    return RunWatcher(run if isinstance(run, Run) else get(run))
