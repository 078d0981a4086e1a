"""What a kernel uses while a cell runs: CPU seconds, memory peak, GPU memory peak."""

from __future__ import annotations

import threading
import time
from typing import Any

import psutil

from ..compute.gpus import gpu_memory_of

__all__ = ["ResourceMonitor"]

INTERVAL_S = 0.25


class ResourceMonitor:
    """Samples a process and its children in a thread of its own.

    Parameters
    ----------
    gpus: Whether GPU memory is asked for too.
    """

    def __init__(self, gpus: bool) -> None:
        self._gpus = gpus
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._root: psutil.Process | None = None
        self._thread = threading.Thread(target=self._watch, name="mlx-resources", daemon=True)
        self._memory = self._gpu_memory = 0
        self._start_cpu = self._start = 0.0

    def start(self, pid: int) -> None:
        """Watch a process and all that it starts."""
        self._root = psutil.Process(pid)
        self._thread.start()

    def begin_cell(self) -> None:
        """Forget the peaks; count CPU from here."""
        cpu, memory = self._sample()
        with self._lock:
            self._start, self._start_cpu = time.perf_counter(), cpu
            self._memory, self._gpu_memory = memory, 0

    def end_cell(self) -> dict[str, Any]:
        """``{"wall_s", "cpu_s", "memory_bytes", "gpu_memory_bytes"?}`` since `begin_cell`."""
        cpu, memory = self._sample()
        with self._lock:
            used: dict[str, Any] = {
                "wall_s": round(time.perf_counter() - self._start, 4),
                # A child that ended takes its seconds along where its parent did not wait for it.
                "cpu_s": round(max(0.0, cpu - self._start_cpu), 3),
                "memory_bytes": max(self._memory, memory),
            }
            if self._gpus:
                used["gpu_memory_bytes"] = self._gpu_memory
        return used

    def stop(self) -> None:
        """End the watch."""
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            _, memory = self._sample()
            gpu_memory = gpu_memory_of(self._pids()) if self._gpus else 0
            with self._lock:
                self._memory = max(self._memory, memory)
                self._gpu_memory = max(self._gpu_memory, gpu_memory)

    def _pids(self) -> set[int]:
        return {process.pid for process in self._family()}

    def _family(self) -> list[psutil.Process]:
        if self._root is None:
            return []
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _sample(self) -> tuple[float, int]:
        cpu, memory = 0.0, 0
        for process in self._family():
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    cpu += times.user + times.system
                    # Children that ended count where their parent waited for them.
                    cpu += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
                    memory += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return cpu, memory
