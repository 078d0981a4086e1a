"""Bounds and redaction of what a notebook prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["OutputBudget", "Redactor"]

ERROR_BYTES = 200_000


class OutputBudget:
    """How much a cell and a notebook may still put into the notebook file.

    Parameters
    ----------
    cell_bytes: Stream text a cell.
    notebook_bytes: All outputs of the notebook.
    hint: How to see the rest.
    """

    def __init__(self, cell_bytes: int, notebook_bytes: int, hint: str) -> None:
        self.cell_bytes = cell_bytes
        self.notebook_left = notebook_bytes
        self.notebook_bytes = notebook_bytes
        self.hint = hint
        self._cell_left = cell_bytes
        self._said = False

    def next_cell(self) -> None:
        """A new cell begins."""
        self._cell_left = self.cell_bytes
        self._said = False

    def stream(self, text: str) -> tuple[str, bool]:
        """The part of a text that may be kept, and whether something was cut.

        The first cut brings a note; after it the cell's text is dropped.
        """
        left = min(self._cell_left, self.notebook_left)
        if len(text) <= left:
            self._cell_left -= len(text)
            self.notebook_left -= len(text)
            return text, False
        if self._said:
            return "", True
        self._said = True
        limit = self.cell_bytes if self._cell_left <= self.notebook_left else self.notebook_bytes
        self._cell_left = 0
        self.notebook_left -= left
        return f"{text[:left]}\n… output cut after {limit / 1e6:g} MB; {self.hint}\n", True

    def rich(self, output: dict[str, Any]) -> bool:
        """Replace a display that does not fit by a note, in place; whether it was."""
        data = output.get("data", {})
        size = sum(len(value) if isinstance(value, str) else len(str(value)) for value in data.values())
        if size <= self.notebook_left:
            self.notebook_left -= size
            return False
        note = f"… an output of {size / 1e6:.1f} MB is left out: the notebook's limit is "
        output["data"] = {"text/plain": f"{note}{self.notebook_bytes / 1e6:g} MB"}
        output["metadata"] = {}
        return True

    def error(self, output: dict[str, Any]) -> bool:
        """Shorten an error that is too long, in place; whether it was. Its ends are kept: they say what happened."""
        note = f"\n… cut; {self.hint}\n"
        value, trace = output.get("evalue", ""), "\n".join(output.get("traceback", []))
        if len(value) + len(trace) <= ERROR_BYTES:
            return False
        output["evalue"] = _ends(value, ERROR_BYTES // 4, note)
        output["traceback"] = _ends(trace, ERROR_BYTES // 2, note).split("\n")
        return True


def _ends(text: str, size: int, note: str) -> str:
    return text if len(text) <= size else f"{text[: size // 2]}{note}{text[-size // 2 :]}"


class Redactor:
    """Replaces the values of secrets in whatever leaves the kernel."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        # Very short values would tear ordinary words apart and hide nothing. Long ones first: one may hold another.
        self._pairs = sorted(
            ((value, f"[secret {name}]") for name, value in secrets.items() if len(value) >= 4),
            key=lambda pair: -len(pair[0]),
        )

    def text(self, text: str) -> str:
        """A text without secrets."""
        for value, mask in self._pairs:
            text = text.replace(value, mask)
        return text

    def output(self, output: dict[str, Any]) -> None:
        """An output without secrets, in place."""
        if not self._pairs:
            return
        for key, value in output.items():
            output[key] = self._any(value)

    def _any(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._any(item) for item in value]
        if isinstance(value, dict):
            for key in value:
                value[key] = self._any(value[key])
        return value
