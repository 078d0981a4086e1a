"""The template process: imports once what every attempt needs, and forks an attempt's worker on request.

It speaks with its agent over a socket, one JSON document a line:

    agent → template   {"op": "run" | "finalize", "folder", …}   {"op": "bye"}
    template → agent   {"op": "ready"}   {"op": "started", "folder", "process"}   {"op": "exited", "folder", "exit"}

It has one thread, no event loop, no ZMQ context and no CUDA call, so that a fork is safe. As the parent of the
workers it learns how they end, and writes that down for whichever agent comes next. When its agent dies without
a "bye" it starts another one: a run never waits for somebody to open the lab.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..files import write_json
from ..processes import TOKEN_VARIABLE, identity, is_alive
from . import worker
from .spec import AttemptFiles

__all__ = ["environment", "main"]

FD_VARIABLE = "MLX_TEMPLATE_FD"
AGENT_DIES_S = 10.0
QUIET_VARIABLE = "MLX_TEMPLATE_QUIET"
QUIET = {
    # Thread pools of libraries, off in the template alone: NumPy's, and the allocator's of Apache Arrow.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


def environment(base: Mapping[str, str], channel: int) -> dict[str, str]:
    """The environment to start a template with; it takes back what is not meant for its workers."""
    added = {name: value for name, value in QUIET.items() if name not in base}
    return {**base, **added, FD_VARIABLE: str(channel), QUIET_VARIABLE: ",".join(added)}


def is_single_threaded() -> bool:
    """Whether a fork is safe: this process has one thread, those of C libraries counted."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except FileNotFoundError:  # not Linux: only Python's own threads can be seen
        return threading.active_count() == 1


class Template:
    """The loop of the template process."""

    def __init__(self, channel: socket.socket, agent: dict[str, Any] | None) -> None:
        self._channel = channel
        self._children: dict[int, tuple[str, str]] = {}
        self._buffer = b""
        self._orphaned = False
        self._agent = agent
        self._cold: dict[int, subprocess.Popen[bytes]] = {}
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def serve(self) -> None:
        """Fork on request until the agent is gone and the last child has ended."""
        signal.signal(signal.SIGCHLD, lambda *arguments: None)
        # A stop of the agent's group must not leave workers without a parent that notes their end.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(self._wake_write)
        selector = selectors.DefaultSelector()
        selector.register(self._channel, selectors.EVENT_READ)
        selector.register(self._wake_read, selectors.EVENT_READ)
        self._send({"op": "ready"})
        while not (self._orphaned and not self._children):
            for key, _ in selector.select():
                if key.fileobj is self._channel:
                    if not self._receive():
                        selector.unregister(self._channel)
                        self._orphaned = True
                else:
                    os.read(self._wake_read, 4096)
            self._reap()

    def _receive(self) -> bool:
        """Handle what the agent says; False once it is gone."""
        try:
            content = self._channel.recv(1 << 20)
        except ConnectionResetError:
            content = b""
        if not content:
            self._start_agent()
            return False
        self._buffer += content
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request["op"] == "bye":
                return False
            self._fork(request)
        return True

    def _start_agent(self) -> None:
        """See that there is another agent, now that ours is gone."""
        from ..settings import Settings
        from .control import ensure_agent

        # A dying process closes its socket before it lets go of its lock: asked too early, the lock says that it lives.
        deadline = time.monotonic() + AGENT_DIES_S
        while is_alive(self._agent) and time.monotonic() < deadline:
            time.sleep(0.01)
        ensure_agent(Settings.from_env())

    def _fork(self, request: dict[str, Any]) -> None:
        try:
            if is_single_threaded():
                pid = os.fork()
                if pid == 0:
                    self._become_worker(request)
            else:
                process = _start_cold(request)
                # Kept, so that the subprocess module does not reap it behind our back.
                self._cold[process.pid] = process
                pid = process.pid
        except OSError as error:
            print(f"{request['folder']}: {error}", file=sys.stderr, flush=True)
            ended = {"code": os.EX_OSERR}
            self._send({"op": "exited", "folder": request["folder"], "task": request["op"], "exit": ended})
            return
        self._children[pid] = (request["op"], request["folder"])
        self._send({"op": "started", "folder": request["folder"], "task": request["op"], "process": identity(pid)})

    def _become_worker(self, request: dict[str, Any]) -> None:
        """In the child: a session and streams of its own, then the work; never returns."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._channel.close()
            os.close(self._wake_read)
            os.close(self._wake_write)
            _redirect(AttemptFiles(Path(request["folder"])).runner_log)
            code = work(request)
        except BaseException:  # noqa: BLE001 - the end of a process: the trace goes to the log, the code to the parent
            with contextlib.suppress(OSError):  # the log may lie on a full disk
                traceback.print_exc()
        finally:
            with contextlib.suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if pid not in self._children:
                continue
            cold = self._cold.pop(pid, None)
            if cold is not None:
                cold.returncode = os.waitstatus_to_exitcode(status)
            task, folder = self._children.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            ended = {"code": code} if code >= 0 else {"signal": signal.Signals(-code).name}
            try:
                if task == "run" and code != worker.EXIT_TAKEN:
                    write_json(AttemptFiles(Path(folder)).exit, ended)
            except OSError:
                traceback.print_exc()  # the folder is full or gone: the agent, if there is one, is told below
            self._send({"op": "exited", "folder": folder, "task": task, "exit": ended})

    def _send(self, message: dict[str, Any]) -> None:
        if self._orphaned:
            return
        try:
            self._channel.sendall(json.dumps(message).encode() + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            return  # the agent is gone; the next read says so


def work(request: dict[str, Any]) -> int:
    """What a forked child does: run an attempt, or make the results of one whose worker died."""
    from .lifecycle import State

    files = AttemptFiles(Path(request["folder"]))
    if request["op"] == "finalize":
        worker.finalize(files, files.read_spec(), State(request["state"]), request["error"])
        return 0
    return worker.main(files.folder)


def _start_cold(request: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Where a fork is not safe (something started a thread), the same work in a fresh process."""
    files = AttemptFiles(Path(request["folder"]))
    with files.runner_log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "jupyter_mlx.jobs.template", json.dumps(request)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _redirect(log: Path) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(null, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.close(null)
    os.close(out)


STARTS_THREADS = ("polars",)
"""Optional packages that MLflow loads where they are installed, and that start threads as they load."""


def preload() -> None:
    """Import what an attempt uses, and fill the caches that are slow to fill."""
    hidden = [name for name in STARTS_THREADS if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        _preload()
    finally:
        for name in hidden:
            del sys.modules[name]


def _preload() -> None:
    import jupyter_client.manager
    import nbformat
    import papermill  # noqa: F401

    from . import engine, export, record, worker  # noqa: F401
    from .tracking import ensure_database

    record.describe_environment("python3")
    export.to_html(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[])]))
    jupyter_client.manager.AsyncKernelManager()
    import alembic.command  # noqa: F401
    import mlflow.store.tracking.sqlalchemy_store
    import mlflow.tracking.client  # noqa: F401

    _in_child(lambda: ensure_database(os.environ["JUPYTER_MLX_MLFLOW_TRACKING_URI"]))


def _in_child(task: Any) -> None:
    """Do something in a forked child, so that the engines and threads that it starts are not ours."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            task()
            code = 0
        except BaseException:  # noqa: BLE001 - as above
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.waitpid(pid, 0)


def main() -> None:
    """Serve an agent, or, with a request as argument, do that one piece of work."""
    os.environ.pop(TOKEN_VARIABLE, None)
    if len(sys.argv) > 1:
        sys.exit(work(json.loads(sys.argv[1])))
    # Before the imports: whose parent died meanwhile is init's child.
    agent = identity(os.getppid()) if os.getppid() > 1 else None
    channel = socket.socket(fileno=int(os.environ.pop(FD_VARIABLE)))
    preload()
    for name in os.environ.pop(QUIET_VARIABLE, "").split(","):
        os.environ.pop(name, None)
    if not is_single_threaded():
        print("the template has threads: attempts start cold", file=sys.stderr, flush=True)
    Template(channel, agent).serve()


if __name__ == "__main__":
    main()
