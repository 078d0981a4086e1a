"""Executes one attempt, in a process of its own, and leaves its result in the attempt's folder.

Forked from the template, or started as ``python -m jupyter_mlx.jobs.worker FOLDER``.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import MlxError, is_disk_full
from ..files import make_private, read_json, sha256_file, write_atomic, write_json
from ..notes import NOTES_VARIABLE, read_notes
from ..processes import TOKEN_VARIABLE, adopt_orphans, end_descendants, own_identity
from ..secrets import ENVIRONMENT_PREFIX, SecretStore
from . import record as records
from .lifecycle import State
from .models import AttemptResult, Output
from .sockets import make_socket_folder, remove_socket_folder
from .spec import AttemptFiles, AttemptSpec

__all__ = ["EXIT_DISK_FULL", "EXIT_TAKEN", "finalize", "main"]

EXIT_DISK_FULL = 74
EXIT_TAKEN = 75
RESULT_RESERVE = 256_000


class Stop(KeyboardInterrupt):
    """The attempt is told to end: by its agent (SIGTERM) or its own time limit (SIGALRM).

    A KeyboardInterrupt, because asyncio lets no other exception of a signal handler out of its loop.
    """

    def __init__(self, state: State, error: MlxError) -> None:
        super().__init__(error.message)
        self.state = state
        self.error = error


def main(folder: Path) -> int:
    """Run the attempt in a folder; the exit code of the process.

    0 where it succeeded, 1 where not (the result says why); 74 where the disk was too full to say it, 75 where
    another process executes the attempt already.
    """
    files = AttemptFiles(folder)
    lock = os.open(files.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return EXIT_TAKEN
    try:
        # Space for the result is taken while there is some: a full disk must not hide how the attempt ended.
        write_json(files.process, own_identity())
        (files.folder / "reserve").write_bytes(b"\0" * RESULT_RESERVE)
        spec = files.read_spec()
        state = _Attempt(files, spec).run()
    except BaseException as error:
        if is_disk_full(error):
            with contextlib.suppress(OSError):  # the log is on the full disk
                traceback.print_exc()
            return EXIT_DISK_FULL
        raise
    return 0 if state is State.SUCCEEDED else 1


class _Attempt:
    def __init__(self, files: AttemptFiles, spec: AttemptSpec) -> None:
        from .sink import EventSink
        from .tracking import Tracker

        self.files = files
        self.spec = spec
        self.sink = EventSink(files.events, files.log, spec.store_key)
        self.tracker = Tracker(spec)
        self.record: dict[str, Any] = {}
        self.manager: list[Any] = []
        self.client: Any = None

    def run(self) -> State:
        """Prepare, execute, finalize; every way out leaves a result."""
        state, error = State.SUCCEEDED, None
        try:
            adopt_orphans()
            self._listen()
            self._prepare()
            self._execute()
        except Stop as stop:
            state, error = stop.state, stop.error
        except MlxError as failure:
            state, error = State.FAILED, failure
        except Exception as failure:  # noqa: BLE001 - the attempt's boundary: whatever happened is its result
            state, error = State.FAILED, self._explain(failure)
        finally:
            self._ignore_stops()
        # From here on its time limit is over, and there is nothing left to cancel.
        write_json(self.files.finalizing, {"state": state})
        end_descendants()
        if error is not None and error.cell is None and self.manager and self.manager[0].current is not None:
            error.cell = self.manager[0].current + 1
        if self.manager:
            self.record["cells"] = self.manager[0].cells
        state = finalize(self.files, self.spec, state, error.to_json() if error else None, self.tracker, self.record)
        self.sink.close()
        return state

    # -- being told to stop ----------------------------------------------------------------------------------

    def _listen(self) -> None:
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGALRM, self._on_alarm)
        if self.spec.timeout_s:
            signal.setitimer(signal.ITIMER_REAL, self.spec.timeout_s)

    def _ignore_stops(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def _on_stop(self, *arguments: object) -> None:
        told = read_json(self.files.stop) or {
            "state": State.CANCELLED,
            "code": "terminated",
            "message": "The worker was told to terminate.",
            "remedy": "Retry the run.",
        }
        self._stop(State(told["state"]), MlxError(told["code"], told["message"], told.get("remedy", "")))

    def _on_alarm(self, *arguments: object) -> None:
        self._stop(State.TIMED_OUT, timed_out(self.spec.timeout_s))

    def _stop(self, state: State, error: MlxError) -> None:
        self._ignore_stops()
        if self.manager and self.manager[0].client is not None:
            # A kernel in the middle of a cell does not listen to a polite request.
            self.manager[0].client.shutdown_kernel = "immediate"
        raise Stop(state, error)

    # -- the work --------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        make_private(self.files.out)
        if self.spec.track:
            self._begin_tracking()
        self._set_environment()
        self.record |= records.start_record(self.spec)

    def _begin_tracking(self) -> None:
        try:
            run_id = self.tracker.begin()
            self.sink.write("mlflow", {"run_id": run_id})
        except MlxError as error:
            # The notebook may not need MLflow at all: the run goes on, its record says what is missing.
            self.record["mlflow_error"] = error.to_json()
            self.sink.log(f"{error.message}\n{error.remedy}\n")

    def _set_environment(self) -> None:
        spec = self.spec
        environment = {
            "MLX_RUN_ID": spec.run_id,
            "MLX_ATTEMPT_NUMBER": str(spec.number),
            NOTES_VARIABLE: str(self.files.notes),
            TOKEN_VARIABLE: spec.token,
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            **self.tracker.environment(),
        }
        if spec.gpus or spec.hide_gpus:
            environment["CUDA_VISIBLE_DEVICES"] = ",".join(spec.gpus)
            environment["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
        store = SecretStore(Path(spec.state_dir))
        self.secrets = {name: store.value(name) for name in spec.secrets}
        for key in [key for key in os.environ if key.startswith(ENVIRONMENT_PREFIX)]:
            del os.environ[key]
        for name, value in self.secrets.items():
            environment[ENVIRONMENT_PREFIX + name] = value
        os.environ.update(environment)

    def _execute(self) -> None:
        from papermill import execute_notebook

        from . import engine
        from .outputs import OutputBudget, Redactor
        from .resources import ResourceMonitor

        spec = self.spec
        engine.register()
        cwd = self.files.work if spec.own_folder else Path(spec.cwd)
        if not cwd.is_dir():
            raise MlxError("folder_missing", f"The working folder {cwd} is gone.", "Submit the notebook again.")
        options = dict(spec.papermill)
        execute_notebook(
            str(self.files.input),
            str(self.files.notebook),
            parameters=spec.parameters,
            engine_name=engine.ENGINE,
            kernel_name=spec.kernel,
            language=options.get("language"),
            report_mode=options.get("report_mode", False),
            start_timeout=options.get("start_timeout", 60),
            execution_timeout=options.get("execution_timeout"),
            progress_bar=False,
            cwd=str(cwd),
            sink=self.sink,
            monitor=ResourceMonitor(gpus=bool(spec.gpus)),
            expected=spec.expected,
            budget=OutputBudget(
                spec.cell_output_bytes,
                spec.notebook_output_bytes,
                f"all of it is in the log: jupyter mlx jobs logs {spec.run_id[:6]}",
            ),
            redactor=Redactor(self.secrets),
            holder=self.manager,
            source_path=spec.notebook_path,
            startup=spec.startup,
            sockets=make_socket_folder(spec.token),
        )

    def _explain(self, failure: Exception) -> MlxError:
        """The error of the run for an exception from papermill, nbclient or jupyter_client."""
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        cell = self.manager[0].current + 1 if self.manager and self.manager[0].current is not None else None
        if is_disk_full(failure):
            raise failure
        if isinstance(failure, PapermillExecutionError):
            text = "\n".join(failure.traceback)
            return MlxError(
                "cell_failed",
                f"Cell {failure.cell_index + 1} raised {failure.ename}: {failure.evalue}"[:2000],
                "Open the executed notebook at that cell, mend it, and retry or run it again.",
                cell=failure.cell_index + 1,
                traceback=text[-20_000:],
            )
        if isinstance(failure, CellTimeoutError):
            return MlxError(
                "cell_timed_out", f"Cell {cell} took longer than its limit.", "Raise `--execution-timeout`.", cell=cell
            )
        if isinstance(failure, DeadKernelError):
            return MlxError(
                "kernel_died",
                f"The kernel died{f' in cell {cell}' if cell else ' while it started'}.",
                "Most often it had too little memory: look at the memory of the cells before, and at the runner's log.",
                cell=cell,
            )
        if isinstance(failure, RuntimeError) and "kernel" in str(failure).lower() and cell is None:
            return MlxError(
                "kernel_not_started",
                f"The kernel did not start: {failure}",
                "Look at the runner's log below the output.",
            )
        traceback.print_exception(failure)
        return MlxError(
            "attempt_failed", f"{type(failure).__name__}: {failure}", "Look at the runner's log below the output."
        )


def timed_out(timeout_s: float | None) -> MlxError:
    """The error of an attempt that reached its time limit."""
    return MlxError(
        "timed_out",
        f"The run took longer than its limit of {timeout_s:g} s.",
        "Raise the timeout, or look at the times of its cells.",
    )


def finalize(
    files: AttemptFiles,
    spec: AttemptSpec,
    state: State,
    error: dict[str, Any] | None,
    tracker: Any = None,
    record: dict[str, Any] | None = None,
) -> State:
    """Make an attempt's outputs from what there is, end its MLflow run, and write its result.

    The worker calls it at its end; the agent has it done for a worker that died.

    Returns
    -------
    How it ended: as given, or FAILED where the output that was asked for can't be written.
    """
    from .tracking import Tracker

    record = record if record is not None else {}
    remove_socket_folder(spec.token)
    _redact_log(files, spec)
    if tracker is None:
        tracker = Tracker(spec)
        tracker.run_id = _mlflow_run_of(files)
    if not record.get("environment"):
        record |= records.start_record(spec)
    # What is known of the attempt is not the notebook's to say.
    record |= {name: said for name, said in read_notes(files.notes).items() if name not in record}
    make_private(files.out)
    if read_json(files.notebook) is None and files.input.exists():  # missing, or cut short by a kill
        write_atomic(files.notebook, files.input.read_bytes())
    if "html" in spec.outputs and files.notebook.exists():
        _export_html(files, record)
    unwritten = _copy_output(files, spec)
    if unwritten is not None:
        record["output_error"] = unwritten.message
        if error is None:
            state, error = State.FAILED, unwritten.to_json()
    record |= {"log": {"path": "output.log", "bytes": files.log.stat().st_size if files.log.exists() else 0}}
    logged: dict[str, Any] = {}
    if tracker.run_id:
        record_file = files.out / "record.json"
        write_atomic(record_file, json.dumps(record, indent=1, ensure_ascii=False, default=str).encode())
        attached = [path for path in sorted(files.out.iterdir()) if path.is_file()]
        try:
            logged = tracker.finish(state, attached)
        except MlxError as failure:
            record["mlflow_error"] = failure.to_json()
    record["data"] = logged.get("data", [])
    record["models"] = logged.get("models", [])
    record["logged_parameters"] = logged.get("parameters", {})
    record["exit"] = {"state": state}
    write_atomic(files.out / "record.json", json.dumps(record, indent=1, ensure_ascii=False, default=str).encode())
    if "ipynb" not in spec.outputs:
        files.notebook.unlink(missing_ok=True)
    result = AttemptResult(
        state=state,
        error=error,
        outputs=tuple(_list_outputs(files)),
        metrics=logged.get("metrics", {}),
        record=record,
        mlflow_run_id=tracker.run_id,
    )
    (files.folder / "reserve").unlink(missing_ok=True)
    write_atomic(files.result, json.dumps(asdict(result), ensure_ascii=False, default=str).encode())
    return state


def _redact_log(files: AttemptFiles, spec: AttemptSpec) -> None:
    """Take secrets out of the runner's log, where a kernel's child processes print past our redaction."""
    store = SecretStore(Path(spec.state_dir))
    for name in spec.secrets:
        with contextlib.suppress(MlxError, FileNotFoundError):
            content, value = files.runner_log.read_bytes(), store.value(name).encode()
            if len(value) >= 4 and value in content:
                # In place: this process itself has the file open to append.
                files.runner_log.write_bytes(content.replace(value, f"[secret {name}]".encode()))


def _mlflow_run_of(files: AttemptFiles) -> str | None:
    from .sink import read_events

    for line in read_events(files.events, 0)[0]:
        if line["kind"] == "mlflow":
            return str(line["data"]["run_id"])
    return None


def _export_html(files: AttemptFiles, record: dict[str, Any]) -> None:
    import nbformat

    from .export import to_html

    try:
        page = to_html(nbformat.read(files.notebook, as_version=4))
    except Exception as error:  # a picture of the result must not cost the result; the record says why it is missing
        if is_disk_full(error):
            raise
        record["html_error"] = f"{type(error).__name__}: {error}"
        return
    write_atomic(files.out / "notebook.html", page.encode())


def _copy_output(files: AttemptFiles, spec: AttemptSpec) -> MlxError | None:
    """Copy the executed notebook to where it was asked for; the error where it can't be written there."""
    if not spec.output_path or not files.notebook.exists():
        return None
    target = Path(spec.output_path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, files.notebook.read_bytes(), mode=0o644)
    except OSError as error:
        return MlxError(
            "output_not_written",
            f"The executed notebook can't be written to {target}: {error.strerror}.",
            "It is kept among the run's outputs: copy it from there, or run it again with another place.",
        )
    return None


def _list_outputs(files: AttemptFiles) -> list[dict[str, Any]]:
    published = files.published / "out"
    return [
        Output(path.name, str(published / path.name), path.stat().st_size, sha256_file(path)).to_json()
        for path in sorted(files.out.iterdir())
        if path.is_file()
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
