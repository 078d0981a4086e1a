"""Bounds and redaction of what a notebook prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["OutputBudget", "Redactor", "size_of"]

ERROR_BYTES = 200_000


def size_of(output: Mapping[str, Any]) -> int:
    """What an output takes in the notebook: its text, or its data. Errors are bounded one by one."""
    if output["output_type"] == "stream":
        return len("".join(output["text"]))
    data = output.get("data", {})
    return sum(len(value) if isinstance(value, str) else len(str(value)) for value in data.values())


class OutputBudget:
    """How much a cell and a notebook may still put into the notebook file, and into the events that tell of it.

    Whoever replaces or clears an output gives its space back with `give_back`: what counts is what is kept.

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
        self._tell_left = 2 * notebook_bytes
        self._said = False

    def next_cell(self) -> None:
        """A new cell begins."""
        self._cell_left = self.cell_bytes
        self._said = False

    def stream(self, text: str) -> tuple[str, bool]:
        """The part of a text that may be kept, and whether something was cut.

        The first cut brings a note; after it the cell's text is dropped, until outputs are cleared.
        """
        if self._said:
            return "", True
        left = max(0, min(self._cell_left, self.notebook_left))
        cut = len(text) > left
        if cut:
            self._said = True
            limit = self.cell_bytes if self._cell_left <= self.notebook_left else self.notebook_bytes
            text = f"{text[:left]}\n… output cut after {limit / 1e6:g} MB; {self.hint}\n"
        self._cell_left -= len(text)
        self.notebook_left -= len(text)
        return text, cut

    def rich(self, output: dict[str, Any]) -> bool:
        """Replace a display that does not fit by a note, in place; whether it was."""
        note = self.whole(size_of(output), "an output")
        if note:
            output["data"] = {"text/plain": note}
            output["metadata"] = {}
            self.notebook_left -= len(note)
        return bool(note)

    def whole(self, size: int, what: str) -> str:
        """Take the space of something that is kept whole or not at all; a note where it does not fit."""
        if size <= self.notebook_left:
            self.notebook_left -= size
            return ""
        return f"… {what} of {size / 1e6:.1f} MB is left out: the notebook's limit is {self.notebook_bytes / 1e6:g} MB"

    def give_back(self, outputs: Iterable[Mapping[str, Any]]) -> None:
        """These outputs are kept no longer."""
        for output in outputs:
            size = size_of(output)
            self.notebook_left += size
            if output["output_type"] == "stream":
                self._cell_left = min(self.cell_bytes, self._cell_left + size)
                self._said = False

    def tell(self, size: int) -> bool:
        """Whether an output may be told of as it comes.

        What is replaced again and again takes no space in the notebook, but in the events: after twice the notebook's
        limit, only what a cell leaves at its end is told.
        """
        self._tell_left -= size
        return self._tell_left >= 0

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
