"""What the tests share: notebooks made of cells, a workbench of one store with its agent, and a PostgreSQL cluster."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import psutil
import sqlalchemy as sa

from jupyter_mlx.clock import Clock
from jupyter_mlx.jobs import control
from jupyter_mlx.jobs.models import JobRequest, Run
from jupyter_mlx.jobs.spec import AttemptFiles
from jupyter_mlx.services import Services
from jupyter_mlx.settings import Settings
from jupyter_mlx.store.bell import Bell, bell_folder, ring
from jupyter_mlx.store.events import Event

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def code(source: str, *tags: str) -> Any:
    """A code cell."""
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


def parameters(source: str) -> Any:
    """The cell that declares a notebook's parameters."""
    return code(source, "parameters")


def markdown(source: str) -> Any:
    """A cell of text."""
    return nbformat.v4.new_markdown_cell(source)


def write_notebook(path: Path, *cells: Any, kernel: dict[str, str] | None = KERNEL) -> Path:
    """A notebook file; a cell may be given by its source alone."""
    made = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"
    node = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel} if kernel else {})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(node, path)
    return path


def make_settings(folder: Path, **changes: Any) -> Settings:
    """Settings of a store of its own, impatient so that tests are fast."""
    values: dict[str, Any] = {
        "state_dir": folder / "state",
        "gpus": "none",
        "lease_s": 6.0,
        "heartbeat_s": 1.0,
        "agent_idle_s": 120.0,
        "stop_grace_s": 3.0,
        "max_parallel": 2,
        **changes,
    }
    return Settings.from_env({}, **values)


class Workbench:
    """A store, its services, a folder for notebooks, and the agent that it starts on demand."""

    def __init__(self, folder: Path, clock: Clock | None = None, **changes: Any) -> None:
        self.folder = folder
        self.settings = make_settings(folder, **changes)
        self.services = Services(self.settings, clock)
        self.jobs = self.services.jobs

    # -- doing -----------------------------------------------------------------------------------------------

    def notebook(self, name: str, *cells: Any, **options: Any) -> Path:
        """A notebook in this workbench's folder."""
        return write_notebook(self.folder / "notebooks" / name, *cells, **options)

    def submit(self, *cells: Any, name: str = "try.ipynb", **request: Any) -> Run:
        """Queue a run of these cells."""
        path = self.notebook(name, *cells)
        return self.jobs.submit(JobRequest(str(path), **request), owner="tester")

    def run(self, *cells: Any, within_s: float = 60.0, **request: Any) -> Run:
        """Queue a run of these cells and wait for its end."""
        return self.finish(self.submit(*cells, **request).id, within_s=within_s)

    # -- waiting ---------------------------------------------------------------------------------------------

    def wait_until(self, true: Callable[[], Any], what: str, within_s: float = 60.0) -> Any:
        """Look at each ring of the store's bell until something is true; fails after `within_s` seconds."""
        deadline = time.monotonic() + within_s
        with Bell(self.settings.key, "test") as bell:
            while True:
                found = true()
                if found:
                    return found
                if time.monotonic() > deadline:
                    raise AssertionError(f"not within {within_s:g} s: {what}\n{self.agent_log()}")
                bell.wait(0.25)

    def wait_for(self, run_id: str, predicate: Callable[[Run], Any], within_s: float = 60.0) -> Run:
        """The run as soon as the predicate holds."""
        seen: list[Run] = []

        def look() -> bool:
            seen[:] = [self.jobs.get(run_id)]
            return bool(predicate(seen[0]))

        try:
            self.wait_until(look, f"run {run_id}", within_s)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{seen[0].to_json(record=False)}") from None
        return seen[0]

    def finish(self, run_id: str, within_s: float = 60.0) -> Run:
        """The run once it has ended."""
        return self.wait_for(run_id, lambda run: run.ended_at is not None, within_s)

    def wait_for_output(self, run_id: str, text: str, within_s: float = 60.0) -> Run:
        """The run as soon as its notebook printed some text."""
        self.wait_until(
            lambda: any(text in str(event.data.get("output", "")) for event in self.events(run_id)),
            f"output {text!r}",
            within_s,
        )
        return self.jobs.get(run_id)

    # -- looking ---------------------------------------------------------------------------------------------

    def events(self, run_id: str) -> list[Event]:
        """All events of a run."""
        with self.services.store.read() as connection:
            return self.jobs.log.of_subject(connection, run_id, None)

    def states(self, run_id: str) -> list[str]:
        """The states that a run's events tell of, repetitions left out."""
        told = [event.data["run"]["state"] for event in self.events(run_id) if event.kind == "job.state"]
        return [state for i, state in enumerate(told) if i == 0 or told[i - 1] != state]

    def outputs(self, run_id: str) -> list[dict[str, Any]]:
        """What its cells gave, as events told it."""
        return [event.data for event in self.events(run_id) if event.kind == "job.output"]

    def executed(self, run: Run) -> Any:
        """The executed notebook."""
        return nbformat.read(self.jobs.output_file(run.id, "notebook.ipynb"), as_version=4)

    def printed(self, run: Run) -> str:
        """All stream text of the executed notebook."""
        return "".join(
            output.text
            for cell in self.executed(run).cells
            for output in cell.get("outputs", [])
            if output.output_type == "stream"
        )

    def files(self, run: Run, number: int = 1) -> AttemptFiles:
        """The folder of an attempt."""
        return AttemptFiles.of(self.settings.artifacts, run.id, number)

    def rows(self, table: sa.Table) -> list[Any]:
        """All rows of a table."""
        with self.services.store.read() as connection:
            return list(connection.execute(sa.select(table)).all())

    def agent_log(self) -> str:
        """The last of what the agent and the template said."""
        path = self.settings.state_dir / "agent.log"
        return path.read_text()[-3000:] if path.exists() else ""

    # -- processes -------------------------------------------------------------------------------------------

    def processes(self, module: str = "") -> list[psutil.Process]:
        """Processes that this workbench's agent started, or the agent; with `module`, those that run it."""
        wanted = f"JUPYTER_MLX_STATE_DIR={self.settings.state_dir}".encode()
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                environment = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
                named = not module or any(module in word for word in process.cmdline())
                if wanted in environment and named and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return [process for process in found if process.pid != os.getpid()]

    def agent_process(self) -> psutil.Process:
        """The agent, once it runs."""
        control.ensure_agent(self.settings)

        def look() -> int | None:
            status = control.agent_status(self.settings)
            return status.get("pid") if status["running"] and psutil.pid_exists(status.get("pid", 0)) else None

        return psutil.Process(self.wait_until(look, "the agent runs"))

    def template(self, ready: bool = True) -> psutil.Process:
        """The template of the present agent."""
        agent = self.agent_process()
        return self.wait_until(
            lambda: next((c for c in agent.children() if "jupyter_mlx.jobs.template" in c.cmdline()), None),
            "a template",
        )

    def worker(self, run: Run) -> psutil.Process:
        """The worker of a run's last attempt."""
        found = self.wait_for(run.id, lambda run: run.last and run.last.process)
        assert found.last is not None
        assert found.last.process is not None
        return psutil.Process(found.last.process["pid"])

    def kernel(self, run: Run) -> psutil.Process:
        """The kernel of a run's last attempt."""
        worker = self.worker(run)
        return self.wait_until(
            lambda: next((c for c in worker.children() if any("ipykernel" in w for w in c.cmdline())), None), "a kernel"
        )

    def close(self) -> None:
        """End the agent and whatever it left."""
        with contextlib.suppress(Exception):
            control.stop_agent(self.settings, timeout_s=10)
        for _ in range(3):
            left = self.processes()
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGCONT)
                    process.kill()
            psutil.wait_procs(left, timeout=5)
        self.services.close()
        shutil.rmtree(bell_folder(self.settings.key), ignore_errors=True)


def wait_gone(pids: Sequence[int], within_s: float = 30.0) -> list[int]:
    """Those processes that still run after a while; zombies are gone."""
    processes = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            processes.append(psutil.Process(pid))
    deadline = time.monotonic() + within_s
    left = processes
    while left and time.monotonic() < deadline:
        _, left = psutil.wait_procs(left, timeout=0.2)
        left = [process for process in left if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    return [process.pid for process in left]


def kill(process: psutil.Process) -> None:
    """SIGKILL, and wait until it is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGKILL)
    assert wait_gone([process.pid]) == []


@contextlib.contextmanager
def postgres_cluster(folder: Path) -> Iterator[str]:
    """A PostgreSQL server on a loopback port; yields the URL of its maintenance database without the name."""
    bindir = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda path: int(path.parent.name))
    if bindir is None and shutil.which("initdb"):
        bindir = Path(str(shutil.which("initdb"))).parent
    if bindir is None:
        raise AssertionError("PostgreSQL is not installed: `apt-get install postgresql` (`make test` does it as root).")
    data = folder / "data"
    data.mkdir(mode=0o700)
    become: list[str] = []
    if os.getuid() == 0:
        # initdb refuses root; the folder and those above it must let the other user in.
        become = ["runuser", "-u", "postgres", "--"]
        shutil.chown(data, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "postgres.log"
    with log.open("wb") as out:
        initdb = [
            str(bindir / "initdb"),
            "-D",
            str(data),
            "-U",
            "mlx",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        subprocess.run([*become, *initdb], check=True, stdout=out, stderr=out, cwd="/")
        options = {"listen_addresses": "127.0.0.1", "port": str(port), "fsync": "off", "unix_socket_directories": ""}
        settings = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        server = subprocess.Popen(
            [*become, str(bindir / "postgres"), "-D", str(data), *settings], stdout=out, stderr=out, cwd="/"
        )
    try:
        url = f"postgresql+psycopg://mlx@127.0.0.1:{port}"
        _wait_for_server(f"{url}/postgres", server, log)
        yield url
    finally:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGINT)
        server.wait(timeout=30)


def _wait_for_server(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            select_nothing(0.1)
        else:
            return


def select_nothing(seconds: float) -> None:
    """Wait between two looks at something that can't be waited on."""
    import select

    select.select([], [], [], seconds)


def wake(workbench: Workbench) -> None:
    """Ring the bell of a workbench."""
    ring(workbench.settings.key)
