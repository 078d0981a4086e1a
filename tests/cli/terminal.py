"""The command line as the tests use it: in this process, or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlx import cli
from tests.support import Workbench


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error of that document, which standard error tells too."""
        error: dict[str, Any] = self.json["error"]
        assert f"error: {error['message']}" in self.err
        assert f"remedy: {error['remedy']}" in self.err
        return error


class Terminal:
    """`jupyter mlx` in a folder, on the store of a workbench."""

    def __init__(self, bench: Workbench, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.bench = bench
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *words: object, status: int = 0) -> Done:
        """Run a command in this process; it must end with that status."""
        self._capsys.readouterr()
        ended = cli.main([str(word) for word in words])
        out, err = self._capsys.readouterr()
        assert ended == status, f"{ended}\n{out}\n{err}"
        return Done(ended, out, err)

    def json(self, *words: object, status: int = 0) -> Any:
        """The document that a command prints."""
        return self(*words, "--json", status=status).json

    def start(self, *words: object, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a command in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "jupyter_mlx.cli", *map(str, words)],
            env={**os.environ, **self.bench.settings.to_env(), **(environment or {})},
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def process(self, *words: object, given: str | None = None, **environment: str) -> Done:
        """Run a command in a process of its own, with something on its standard input."""
        process = self.start(*words, environment=environment)
        out, err = process.communicate(given, timeout=120)
        return Done(process.returncode, out, err)
