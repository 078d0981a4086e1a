"""The record of an attempt: everything that is needed to know what ran, where, on what, and to run it again."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from .notebook import kernel_specs
from .spec import AttemptSpec

__all__ = ["describe_environment", "describe_host", "start_record"]

_SEEDS = re.compile(r"(^|_)(seed|random_state)$")
_LIST = (
    "import json,sys;from importlib import metadata as m;"
    "print(json.dumps({'python': sys.version.split()[0],"
    "'packages': sorted({f\"{d.metadata['Name']}=={d.version}\" for d in m.distributions() if d.metadata['Name']},"
    "key=str.lower)}))"
)


def start_record(spec: AttemptSpec) -> dict[str, Any]:
    """What is known before the first cell runs."""
    return {
        "notebook": {"path": spec.notebook_path, "digest": spec.notebook_digest},
        "snapshot": spec.snapshot,
        "git": spec.git,
        "parameters": spec.parameters,
        "environment": describe_environment(spec.kernel),
        "host": describe_host(),
        "gpus": spec.gpus,
        "seeds": _seeds(spec),
        "secrets": spec.secrets,
    }


def _seeds(spec: AttemptSpec) -> dict[str, Any]:
    found = {name: value for name, value in spec.parameters.items() if _SEEDS.search(name)}
    if "PYTHONHASHSEED" in os.environ:
        found["PYTHONHASHSEED"] = os.environ["PYTHONHASHSEED"]
    return found


def describe_host() -> dict[str, Any]:
    """The machine: name, system, processors, memory in bytes."""
    return {
        "name": platform.node(),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
    }


def describe_environment(kernel: str) -> dict[str, Any]:
    """The kernel's environment: its specification, its packages with versions, and the digest that stands for them.

    A kernel in another language has no list of packages that we can read: `packages` is None then, and the
    digest covers the kernel's specification alone.
    """
    kernelspec = kernel_specs().get(kernel, {})
    argv = kernelspec.get("argv", [""])
    found: dict[str, Any] = {"kernel": kernel, "language": kernelspec.get("language"), "argv": argv}
    if str(kernelspec.get("language", "")).lower() == "python":
        found |= _python_packages(_interpreter(argv[0]))
    else:
        found |= {"packages": None}
    locked = {key: found.get(key) for key in ("kernel", "python", "packages", "argv")}
    digest = hashlib.sha256(json.dumps(locked, sort_keys=True).encode()).hexdigest()
    return {**found, "lock_digest": f"sha256:{digest}"}


def _interpreter(program: str) -> str:
    # jupyter_client starts these names as its own interpreter.
    ours = {"python", "python3", f"python3.{sys.version_info.minor}"}
    return sys.executable if program in ours else program


def _python_packages(interpreter: str) -> dict[str, Any]:
    if Path(interpreter).exists() and os.path.samefile(interpreter, sys.executable):
        return _own_packages(_fingerprint())
    try:
        done = subprocess.run([interpreter, "-c", _LIST], capture_output=True, timeout=60, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return {"packages": None, "packages_error": f"{interpreter}: {error}"}
    return found


def _fingerprint() -> tuple[tuple[str, int], ...]:
    return tuple(
        (path, os.stat(path).st_mtime_ns) for path in sys.path if path.endswith("-packages") and os.path.isdir(path)
    )


@lru_cache(maxsize=1)
def _own_packages(fingerprint: tuple[tuple[str, int], ...]) -> dict[str, Any]:
    # Cached by the folders' change times, so that the template reads 300 packages once and not at each attempt.
    names = {f"{item.metadata['Name']}=={item.version}" for item in metadata.distributions() if item.metadata["Name"]}
    return {"python": platform.python_version(), "packages": sorted(names, key=str.lower)}
