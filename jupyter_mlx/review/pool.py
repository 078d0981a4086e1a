"""Processes that compare notebooks, kept warm for the next comparison and killed when one takes too long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import Unavailable
from ..pool import TimeIsUp, WorkerEnded, WorkerPool

__all__ = ["DiffPool", "TimeIsUp"]


class DiffPool(WorkerPool):
    """Runs comparisons in processes of their own; safe to call from several threads.

    Parameters
    ----------
    size: Comparisons at a time; others wait.
    """

    def __init__(self, size: int = 2) -> None:
        super().__init__(f"{__package__}.worker", size)

    def compare(
        self, a: Mapping[str, str], b: Mapping[str, str], *, limit_s: float, fine: bool, report: bool
    ) -> dict[str, Any]:
        """Compare two notebooks; what `notebook_diff.diff_notebooks` returns.

        Parameters
        ----------
        a, b: ``{"path" | "content", "shown"}``.
        limit_s: Seconds, the start of a process included, after which it is killed.

        Raises
        ------
        TimeIsUp: It took longer.
        MlxError: A notebook can't be read.
        Unavailable: ``diff_failed``, the process ended without an answer.
        """
        try:
            result: dict[str, Any] = self.ask({"a": a, "b": b, "fine": fine, "report": report}, limit_s)
        except WorkerEnded as error:
            raise Unavailable(
                "diff_failed",
                f"The process that compares notebooks ended: {error}.",
                "Is there memory left? Clear large outputs, then try again.",
            ) from error
        return result
