"""DuckDB for one retrieval: its own database in memory, its limits, a folder to spill into, and its errors in words."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import duckdb

from ..errors import Conflict, ExecutionFailed, InvalidInput, StorageFull, Unavailable
from .asof_files import fingerprint

__all__ = ["Engine", "Limits", "open_engine", "steadily"]

_ATTEMPTS = 3
_T = TypeVar("_T")


@dataclass(frozen=True)
class Limits:
    """What a retrieval may use.

    Parameters
    ----------
    memory: As DuckDB writes it (``4GB``); four fifths of the machine's by default.
    threads: As many as there are cores by default.
    temp_directory: Where to spill; the system's folder for temporary files by default.
    """

    memory: str | None = None
    threads: int | None = None
    temp_directory: str | None = None


class Engine:
    """A connection, and the files that must not change while it is used."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._files: dict[tuple[str, ...], tuple[tuple[int, int, int], ...]] = {}

    def watch(self, paths: tuple[str, ...]) -> None:
        """Have `changed` look at these files, too."""
        if paths and paths not in self._files:
            self._files[paths] = fingerprint(paths)

    def changed(self) -> bool:
        """Whether a file is not what it was when it was first looked at."""
        try:
            return any(fingerprint(paths) != before for paths, before in self._files.items())
        except FileNotFoundError:
            return True


@contextmanager
def open_engine(limits: Limits, timeout: float | None = None) -> Iterator[Engine]:
    """A fresh database in memory, closed with the block.

    Parameters
    ----------
    timeout: Seconds until its statement is interrupted.

    Raises
    ------
    InvalidInput: ``offline_store_invalid``.
    ExecutionFailed: ``memory_limit``.
    StorageFull: ``disk_full``.
    TimeoutError: The time is over.
    """
    over = threading.Event()
    if limits.temp_directory is not None:
        os.makedirs(limits.temp_directory, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix="jupyter-mlx-", dir=limits.temp_directory, ignore_cleanup_errors=True
    ) as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": folder,
            # A statement's text may name tables; nothing in it may reach variables of ours, or the network for code.
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
        }
        if limits.memory is not None:
            config["memory_limit"] = limits.memory
        if limits.threads is not None:
            config["threads"] = limits.threads
        try:
            connection = duckdb.connect(config=config)
        except duckdb.Error as error:
            raise InvalidInput(
                "offline_store_invalid",
                f"DuckDB does not take these limits: {str(error).splitlines()[0].rstrip('.')}.",
                "Write `memory_limit` as `4GB` and `threads` as a number from 1 in `feature_store.yaml`.",
            ) from error
        timer = None
        try:
            connection.execute(
                "SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET parquet_metadata_cache = true"
            )
            if timeout is not None:

                def interrupt() -> None:
                    over.set()
                    connection.interrupt()

                timer = threading.Timer(timeout, interrupt)
                timer.daemon = True
                timer.start()
            yield Engine(connection)
        except duckdb.InterruptException as error:
            if over.is_set():
                raise TimeoutError(f"The features were not there within {timeout} s.") from error
            raise
        except duckdb.OutOfMemoryException as error:
            raise ExecutionFailed(
                "memory_limit",
                f"The memory is not enough: {str(error).splitlines()[0].rstrip('.')}.",
                "Raise `memory_limit` of the offline store, or give it a `temp_directory` with more room.",
            ) from error
        except duckdb.IOException as error:
            if "No space left" in str(error):
                raise StorageFull(
                    "disk_full",
                    f"No space is left to spill into {folder}.",
                    "Give the offline store a `temp_directory` with more room.",
                ) from error
            raise
        finally:
            if timer is not None:
                timer.cancel()
            connection.close()


def steadily(limits: Limits, work: Callable[[Engine], _T], timeout: float | None = None) -> _T:
    """What `work` gives, of files that did not change meanwhile.

    Raises
    ------
    Conflict: ``source_changes``, a file changed during each of three attempts.
    """
    for _ in range(_ATTEMPTS):
        with open_engine(limits, timeout) as engine:
            try:
                done = work(engine)
            except (duckdb.Error, Unavailable):
                # Half of one file and half of another read as anything.
                if not engine.changed():
                    raise
                continue
            if not engine.changed():
                return done
    raise Conflict(
        "source_changes",
        f"A file of a source changed while it was read, {_ATTEMPTS} times.",
        "Try again when nothing writes there, or write new files instead of changing those that are there.",
    )
