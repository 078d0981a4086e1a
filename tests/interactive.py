"""A kernel in which tests execute cells as a notebook does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager, start_new_kernel

from .support import Workbench


class Kernel:
    """A kernel in which cells are executed as a notebook does."""

    def __init__(self, bench: Workbench, folder: Path) -> None:
        environment = {**os.environ, **bench.settings.to_env()}
        self._manager: KernelManager
        self._manager, self._client = start_new_kernel(kernel_name="python3", env=environment, cwd=str(folder))

    def __call__(self, source: str) -> list[dict[str, Any]]:
        """The outputs of a cell: messages' contents, with their `type`."""
        outputs: list[dict[str, Any]] = []
        self._client.execute_interactive(
            source,
            timeout=90,
            output_hook=lambda message: outputs.append({"type": message["msg_type"], **message["content"]}),
        )
        return outputs

    def printed(self, source: str) -> str:
        """What a cell printed; it must not fail."""
        outputs = self(source)
        errors = ["\n".join(output["traceback"]) for output in outputs if output["type"] == "error"]
        assert errors == []
        return "".join(output["text"] for output in outputs if output["type"] == "stream")

    def failure(self, source: str) -> str:
        """The error that a cell ends with."""
        (error,) = [output for output in self(source) if output["type"] == "error"]
        return f"{error['ename']}: {error['evalue']}"

    def close(self) -> None:
        """End it."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
