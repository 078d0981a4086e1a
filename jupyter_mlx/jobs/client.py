"""The client of a job's kernel: starts it, and takes what it says into the notebook, the events and the log."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zmq
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import output_from_msg
from papermill.clientwrap import PapermillNotebookClient

from .outputs import OutputBudget, Redactor, size_of
from .sockets import speaks_over_sockets

if TYPE_CHECKING:
    from .engine import StreamingManager

__all__ = ["StreamingClient"]

UPDATE_EVERY_S = 0.2
# How long a cell's outputs may come after it has ended: nbclient's 4 s are short for large ones on a busy machine.
OUTPUT_S = 60
# How many messages may wait to be read: past that, ZeroMQ drops what comes, and with it the one that says that the
# cell has ended. A live plot on a busy machine reaches ZeroMQ's own limit, 1,000 at each end.
UNREAD = 20_000
# Executed in the kernel.
#
# ipykernel holds prints back for 0.2 s; a tenth of it keeps the live view live. Half of a surrogate pair is in no
# encoding: the kernel's thread that sends would end with an error, and each flush then wait for ten seconds. The
# notebook's own folder is the last place to look for modules, so that its helpers are found from whatever folder it
# runs in.
PREPARE = """
def _mlx_prepare(folder, unread):
    import sys, zmq
    publisher = sys.stdout.pub_thread
    publisher.schedule(lambda: publisher.socket.setsockopt(zmq.SNDHWM, unread))
    sys.stdout.flush_interval = sys.stderr.flush_interval = 0.02
    session = sys.stdout.session
    pack = session.pack
    def packed(message):
        try:
            return pack(message)
        except UnicodeEncodeError:
            import json
            from jupyter_client.jsonutil import json_default
            return json.dumps(message, default=json_default, ensure_ascii=False).encode("utf-8", "replace")
    session.pack = packed
    if folder not in sys.path:
        sys.path.append(folder)
_mlx_prepare({folder!r}, {unread})
del _mlx_prepare
"""


class StreamingClient(PapermillNotebookClient):  # type: ignore[misc]
    """Executes cells; each output goes to the events and the log at once, and bounded into the notebook.

    Parameters
    ----------
    folder: The notebook's own folder.
    startup: What the kernel executes before the first cell, where it is IPython's.
    sockets: A private folder for the kernel's sockets; None for TCP.
    """

    def __init__(
        self,
        nb_man: StreamingManager,
        *,
        budget: OutputBudget,
        redactor: Redactor,
        folder: str,
        startup: str = "",
        sockets: Path | None = None,
        **options: Any,
    ) -> None:
        super().__init__(nb_man, iopub_timeout=OUTPUT_S, **options)
        self._folder = folder
        self._startup = startup
        self._sockets = sockets
        self._budget = budget
        self._redactor = redactor
        self._updated: dict[str, float] = {}
        self._late: dict[str, tuple[int, dict[str, Any]]] = {}
        self._untold: set[int] = set()
        nb_man.budget = budget
        nb_man.client = self

    # -- the kernel ------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def setup_kernel(self, **options: Any) -> Iterator[None]:
        """Start the kernel, and end it afterwards; over TCP where it does not come up with sockets of its own."""
        self.create_kernel_manager()
        if self._sockets is not None and speaks_over_sockets(self.km.kernel_spec):
            self.km.transport = "ipc"
            self.km.ip = str(self._sockets / "kernel")
            self.km.connection_file = str(self._sockets / "kernel.json")
            try:
                self.start_new_kernel(**options)
                self.start_new_kernel_client()
            except RuntimeError as error:
                print(f"The kernel does not answer on its sockets, TCP is tried: {error}", file=sys.stderr, flush=True)
                self.create_kernel_manager()
        with super().setup_kernel(**options):
            yield

    def papermill_execute_cells(self) -> None:
        """Execute all cells; the kernel is up here."""
        manager: StreamingManager = self.nb_man
        pid = getattr(getattr(self.km, "provisioner", None), "pid", None)
        if pid:
            manager.monitor.start(pid)
        self.kc.iopub_channel.socket.setsockopt(zmq.RCVHWM, UNREAD)
        if getattr(self.km, "ipykernel", False):
            self.kc.execute(PREPARE.format(folder=self._folder, unread=UNREAD), silent=True, store_history=False)
            if self._startup:
                self.kc.execute(self._startup, silent=True, store_history=False)
        super().papermill_execute_cells()

    def execute_cell(self, cell: Any, cell_index: int, **options: Any) -> Any:
        """Execute one cell; what changed faster than it was told is told once more at the end."""
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
            for index in sorted(self._untold):
                self._tell_all(index)

    # -- outputs of a cell -----------------------------------------------------------------------------------

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Keep an output: redacted, bounded, merged with the stream before it; and tell of it."""
        if self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            self._output_in_widget(outs, msg, display_id, cell_index)
            return None
        gone = list(outs) if self.clear_before_next_output else []
        out = super().output(outs, msg, display_id, cell_index)
        if gone and not self.clear_before_next_output:
            self._give_back(gone, cell_index)
        if out is None or not outs or outs[-1] is not out:
            return out
        self._redactor.output(out)
        self._log(out)
        cut = self._bound(out)
        told = dict(out)
        if out.output_type == "stream":
            if not out.text:
                outs.pop()
                return out
            previous = outs[-2] if len(outs) > 1 else None
            if previous is not None and previous.output_type == "stream" and previous.name == out.name:
                previous["text"] += out.text
                outs.pop()
        if cell_index in self._untold or not self._budget.tell(size_of(told)):
            self._untold.add(cell_index)
            return out
        self._tell(cell_index, told, display_id, cut)
        return out

    def clear_output(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        """The cell asked for its outputs to go."""
        hooks = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        gone = list(outs)
        held = hooks[-1].outputs if hooks else []
        super().clear_output(outs, msg, cell_index)
        if hooks and hooks[-1].outputs is not held:
            self._look_again()
            self._budget.give_back(held)
        elif gone and not outs:
            self._give_back(gone, cell_index)

    def _give_back(self, gone: list[Any], cell_index: int) -> None:
        """A cell's outputs were cleared: their space is free again."""
        self._budget.give_back(gone)
        if cell_index not in self._untold:
            self.nb_man.sink.write("job.output", {"cell": cell_index + 1, "clear": True})

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        shown = [
            (index, position)
            for index, positions in self._display_id_map.get(display_id, {}).items()
            for position in positions
        ]
        self._budget.give_back([self.nb.cells[index].outputs[position] for index, position in shown])
        super()._update_display_id(display_id, msg)
        for index, position in shown:
            output = self.nb.cells[index].outputs[position]
            self._redactor.output(output)
            self._budget.rich(output)
            recent = time.monotonic() - self._updated.get(display_id, 0.0) < UPDATE_EVERY_S
            if recent or not self._budget.tell(size_of(output)):
                self._late[display_id] = (index, dict(output))
            else:
                self._tell_update(index, display_id, output)

    def _bound(self, out: Any) -> bool:
        """Cut an output to what may be kept, in place; whether it was."""
        if out.output_type == "stream":
            out["text"], cut = self._budget.stream("".join(out.text))
            return cut
        return self._budget.rich(out) if "data" in out else self._budget.error(out)

    # -- telling of them -------------------------------------------------------------------------------------

    def _tell(self, index: int, output: dict[str, Any], display_id: str | None = None, cut: bool = False) -> None:
        data: dict[str, Any] = {"cell": index + 1}
        if display_id:
            data["display_id"] = display_id
        if cut:
            data["truncated"] = True
        self.nb_man.sink.write("job.output", {**data, "output": output})

    def _tell_update(self, index: int, display_id: str, output: dict[str, Any]) -> None:
        self._updated[display_id] = time.monotonic()
        self._late.pop(display_id, None)
        self.nb_man.sink.write(
            "job.output", {"cell": index + 1, "display_id": display_id, "update": True, "output": dict(output)}
        )

    def _tell_all(self, index: int) -> None:
        """A cell's outputs as they are, where they were replaced more often than could be told."""
        self._untold.discard(index)
        names = {position: name for name, cells in self._display_id_map.items() for position in cells.get(index, [])}
        self.nb_man.sink.write("job.output", {"cell": index + 1, "clear": True})
        for position, output in enumerate(self.nb.cells[index].outputs):
            self._tell(index, dict(output), names.get(position))

    def _log(self, out: Any) -> None:
        if out.output_type == "stream":
            self.nb_man.sink.log("".join(out.text))
        elif out.output_type == "error":
            self.nb_man.sink.log("\n".join(out.traceback) + "\n")
        elif "text/plain" in out.get("data", {}):
            self.nb_man.sink.log("".join(out.data["text/plain"]) + "\n")

    # -- widgets ---------------------------------------------------------------------------------------------

    def _output_in_widget(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> None:
        """What an `Output` widget captures is redacted, logged and bounded as what a cell shows."""
        try:
            out = output_from_msg(msg)
        except ValueError:
            return  # no output: the widget would raise
        self._redactor.output(out)
        self._log(out)
        self._bound(out)
        if out.output_type == "stream" and not out.text:
            return
        hook = self.output_hook_stack[msg["parent_header"].get("msg_id")][-1]
        held = hook.outputs
        content = {**msg["content"], **{key: out[key] for key in out if key in msg["content"]}}
        super().output(outs, {**msg, "content": content}, display_id, cell_index)
        self._look_again()
        if hook.outputs is not held:
            self._budget.give_back(held)

    def _look_again(self) -> None:
        """See what came on the shell channel while a widget sent on it.

        It sends past asyncio, which then is not told of a reply that came meanwhile: the cell would seem never to end.
        """
        self.kc.shell_channel.socket.get(zmq.EVENTS)

    def set_widgets_metadata(self) -> None:
        """Keep the state of all widgets: redacted, and only where it fits into the notebook."""
        super().set_widgets_metadata()
        self.nb.metadata.pop("jupyter_mlx", None)  # the note of a run before
        if not self.widget_state:
            return
        for widget in self.comm_objects.values():
            self._budget.give_back(widget.outputs)
        widgets = self.nb.metadata.widgets
        self._redactor.output(widgets)
        size = len(json.dumps(widgets, default=str))
        note = self._budget.whole(size, f"the state of {len(self.widget_state)} widgets")
        if note:
            del self.nb.metadata["widgets"]
            self.nb.metadata["jupyter_mlx"] = {"note": note}
            self.nb_man.sink.log(note + "\n")
