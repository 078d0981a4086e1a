"""Starting, stopping and asking after the agent of this host. Imports nothing heavy: every door uses it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._version import __version__
from ..errors import Unavailable
from ..files import make_private, read_json
from ..notes import NOTES_VARIABLE
from ..processes import TOKEN_VARIABLE, is_alive
from ..secrets import ENVIRONMENT_PREFIX
from ..settings import Settings
from ..store.bell import Bell, ring

__all__ = ["agent_lock", "agent_status", "ensure_agent", "stop_agent"]

# What a server or a kernel has in its environment that no job of another notebook should see.
_PRIVATE = (
    "JUPYTER_TOKEN",
    "JUPYTERHUB_API_TOKEN",
    "JPY_API_TOKEN",
    "JPY_PARENT_PID",
    "JPY_SESSION_NAME",
    "MLFLOW_RUN_ID",
    # What `mlflow.set_experiment` and `set_registry_uri` leave in a notebook's process.
    "MLFLOW_EXPERIMENT_ID",
    "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_REGISTRY_URI",
    "MLX_RUN_ID",
    "MLX_ATTEMPT_NUMBER",
    NOTES_VARIABLE,
    "MPLBACKEND",
    "CUDA_VISIBLE_DEVICES",
    TOKEN_VARIABLE,
)


def lock_path(settings: Settings) -> Path:
    """The file that the one agent of this host, user and Python environment has locked."""
    return settings.state_dir / f"agent-{platform.node() or 'host'}-{settings.site}.lock"


def status_path(settings: Settings) -> Path:
    """Where the agent says who it is."""
    return lock_path(settings).with_suffix(".json")


@contextlib.contextmanager
def agent_lock(settings: Settings) -> Iterator[bool]:
    """Hold the agent's lock; False where another agent has it. A lock ends with its process, however it ends."""
    make_private(settings.state_dir)
    handle = os.open(lock_path(settings), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def is_running(settings: Settings) -> bool:
    """Whether an agent of this store and environment runs on this host."""
    try:
        handle = os.open(lock_path(settings), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # Shared: those who ask do not take each other for the agent.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def agent_status(settings: Settings) -> dict[str, Any]:
    """``{"running", "pid", "host", "started_at"}``."""
    if not is_running(settings):
        return {"running": False}
    return {"running": True, "host": platform.node(), **(read_json(status_path(settings)) or {})}


def ensure_agent(settings: Settings) -> None:
    """Start the agent, detached, unless it runs; and wake it.

    Two callers at once start two processes, of which the one without the lock ends at once. An agent of another
    release is replaced; its attempts go on and are taken over.

    Raises
    ------
    Unavailable: ``agent_not_started``.
    """
    if TOKEN_VARIABLE in os.environ:
        # Inside a run: its own agent is there, or its template is about to start the next. One that was started
        # from here would be the run's child, and end with it.
        ring(settings.key)
        return
    running = is_running(settings)
    if running and (read_json(status_path(settings)) or {}).get("version", __version__) != __version__:
        stop_agent(settings)
        running = False
    if not running:
        make_private(settings.state_dir)
        log = os.open(settings.state_dir / "agent.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # It forks once more and returns at once, so that it is not our child and leaves no zombie.
            subprocess.run(
                [sys.executable, "-m", "jupyter_mlx.jobs.agent"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(settings),
                start_new_session=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise Unavailable(
                "agent_not_started",
                f"The agent could not be started: {error}.",
                f"Look at {settings.state_dir}/agent.log.",
            ) from error
        finally:
            os.close(log)
    ring(settings.key)


def _environment(settings: Settings) -> dict[str, str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in _PRIVATE and not key.startswith(ENVIRONMENT_PREFIX)
    }
    # Secrets that only the environment of this door holds go along: a run may be granted them by name.
    given = {key: value for key, value in os.environ.items() if key.startswith(ENVIRONMENT_PREFIX)}
    # With this set every worker and kernel would compile its imports anew.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, **given, **settings.to_env(), "MLFLOW_DISABLE_TELEMETRY": "true"}


def stop_agent(settings: Settings, *, timeout_s: float = 30.0) -> bool:
    """End the agent; its running attempts go on and are taken over by the next one. False where none runs.

    Raises
    ------
    Unavailable: ``agent_stuck``: it did not end in time.
    """
    status = agent_status(settings)
    if not status["running"]:
        return False
    told: list[dict[str, Any]] = []
    deadline = time.monotonic() + timeout_s
    with Bell(settings.key, "stop") as bell:
        while is_running(settings):
            # Asked anew each time: one that only waited for the lock may have followed the one that was told.
            process = agent_status(settings).get("process")
            if process and process not in told and is_alive(process):
                os.kill(process["pid"], signal.SIGTERM)
                told.append(process)
            if time.monotonic() > deadline:
                raise Unavailable(
                    "agent_stuck",
                    f"The agent did not end in {timeout_s:g} s.",
                    "Look at agent.log in the state folder.",
                )
            bell.wait(0.1)
    return True
