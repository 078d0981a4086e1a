"""The process that has a version of a model loaded, and answers on a UNIX socket as MLflow's scoring server does.

Requests are parsed, held against the signature and answered by MLflow's own functions. Only here are files of models
loaded, pickles among them: never in the server or the agent.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import shutil
import signal
import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...files import write_json
from ...mlflow_client import be_patient
from ...processes import identity, own_identity
from .folder import ServingFolder, version_of
from .http11 import Answer, Connections, Request, event_loop, refusal
from .refusing import explain

if TYPE_CHECKING:
    from mlflow.pyfunc import PyFuncModel

__all__ = ["EXIT_TAKEN", "main", "remove_halves"]

EXIT_TAKEN = 75
"""Another process does the same already."""
GRACE_S = 30.0
BACKLOG = 1024


def main() -> None:
    """Serve: ``FOLDER SLOT MODEL``."""
    folder, slot, model = ServingFolder(Path(sys.argv[1])), sys.argv[2], sys.argv[3]
    # Also for the socket: the path of one may have about 100 characters only.
    os.chdir(folder.path)
    lock = take_lock(slot)
    if lock is None:
        sys.exit(EXIT_TAKEN)
    note = {"process": own_identity(), "ready": False}
    write_json(folder.note(slot), note)
    app = _App(_load(folder, model, version_of(slot)))
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(_serve(app, slot, partial(write_json, folder.note(slot), {**note, "ready": True})))


def take_lock(slot: str) -> int | None:
    """Hold the lock of a process in the working folder; None where another process has it."""
    handle = os.open(f"{slot}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _load(folder: ServingFolder, model: str, version: int) -> PyFuncModel:
    """The model, from its files here: brought once, so that a restart needs no tracking server."""
    be_patient()
    import mlflow.pyfunc
    from mlflow.artifacts import download_artifacts
    from mlflow.environment_variables import _MLFLOW_IS_IN_SERVING_ENVIRONMENT

    os.environ[_MLFLOW_IS_IN_SERVING_ENVIRONMENT.name] = "true"
    place = folder.model(version)
    if not place.exists():
        remove_halves(place)
        temporary = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            found = Path(download_artifacts(f"models:/{model}/{version}", dst_path=str(temporary)))
            with contextlib.suppress(OSError):  # another process of this version was faster
                os.rename(found, place)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return mlflow.pyfunc.load_model(str(place))


def remove_halves(place: Path) -> None:
    """Remove what processes had brought of a version that were killed before it was whole."""
    for half in place.parent.glob(f".{place.name}.*"):
        if identity(int(half.suffix[1:])) is None:
            shutil.rmtree(half, ignore_errors=True)


class _App:
    """Answers requests for a loaded model."""

    def __init__(self, model: PyFuncModel) -> None:
        from mlflow.environment_variables import MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT
        from mlflow.pyfunc.scoring_server import invocations
        from mlflow.version import VERSION

        # It warns of each refused request, about something else.
        logging.getLogger("mlflow.pyfunc.scoring_server").setLevel(logging.ERROR)
        self._model = model
        self._schema = model.metadata.get_input_schema()
        self._invocations = invocations
        self._version = VERSION.encode()
        self._timeout_s = MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT.get()

    async def __call__(self, request: Request) -> Answer:
        """``/invocations``, ``/ping``, ``/health``, ``/version``."""
        if request.path == b"/invocations" and request.method == b"POST":
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await asyncio.to_thread(self._score, request)
            except TimeoutError:
                return refusal(504, "TIMEOUT", f"The model took longer than {self._timeout_s} s.")
        if request.method == b"GET" and request.path in (b"/ping", b"/health"):
            return Answer(200, b"\n")
        if request.method == b"GET" and request.path == b"/version":
            return Answer(200, self._version)
        return refusal(404, "ENDPOINT_NOT_FOUND", "Send rows with POST to /invocations.")

    def _score(self, request: Request) -> Answer:
        content_type = request.headers.get(b"content-type", b"application/json").decode("latin-1")
        try:
            scored = self._invocations(request.body, content_type, self._model, self._schema)
        except Exception as error:  # noqa: BLE001 - user code and MLflow raise anything; the client is told what
            status, code, message = explain(error, request.body, content_type, self._schema)
            if status >= 500:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            return refusal(status, code, message)
        if scored.status != 200:
            return refusal(scored.status, "BAD_REQUEST", scored.response)
        return Answer(200, scored.response.encode(), scored.mimetype.encode())


async def _serve(app: _App, slot: str, tell_ready: Any) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    connections = Connections(app)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(f"{slot}.sock")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(f"{slot}.sock")
    os.chmod(f"{slot}.sock", 0o600)
    server = await loop.create_unix_server(connections, sock=listener, backlog=BACKLOG)
    tell_ready()
    print(f"Version {version_of(slot)} is ready, process {os.getpid()}.", flush=True)
    await stop.wait()
    await connections.close(server, GRACE_S)
    # Threads that user code left behind must not keep it.
    os._exit(0)


if __name__ == "__main__":
    main()
