"""Compares runs, notebook files and git revisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import Unavailable
from ..jobs.service import JobsService
from .models import Comparison, NotebookDiff
from .operands import Operand, resolve_operand
from .pool import DiffPool, TimeIsUp
from .records import compare_data, compare_environments, compare_metrics, compare_parameters

__all__ = ["DiffService"]

TOO_SLOW = "The notebooks are too large to be compared in detail: changed lines and outputs are shown whole."


class DiffService:
    """Owns what it takes to say how two runs or notebooks differ.

    Parameters
    ----------
    limit_s: Seconds for the comparison in detail; after them its process is killed, and a coarser one is made.
    coarse_limit_s: Seconds for that one.
    """

    def __init__(self, jobs: JobsService, *, limit_s: float = 20.0, coarse_limit_s: float = 30.0) -> None:
        self._jobs = jobs
        self._limit_s = limit_s
        self._coarse_limit_s = coarse_limit_s
        self._pool = DiffPool()

    def diff(self, a: str, b: str, *, root: Path | None) -> dict[str, Any]:
        """The contract's ``Diff`` document of two operands.

        Blocks for about a second; call it from an executor where an event loop runs.

        Parameters
        ----------
        a, b: ``run:ID``, ``run:ID/ATTEMPT``, a run's id or its beginning, a notebook's path, or ``REV:path`` (only
            where `root` is None).
        root: Paths are relative to it and may not leave it; None takes any path, for the terminal.

        Raises
        ------
        MlxError: An operand can't be found or read.
        Unavailable: ``diff_timeout``.
        """
        return self.compare(a, b, root=root, report=False).to_json()

    def compare(self, a: str, b: str, *, root: Path | None, report: bool = True) -> Comparison:
        """As `diff`, as a value that `report.text_report` and `report.html_report` can show.

        Parameters
        ----------
        report: With the changed cells' texts, which the reports need.
        """
        one = resolve_operand(self._jobs, a, root=root, field="a")
        two = resolve_operand(self._jobs, b, root=root, field="b")
        notes = [operand.note for operand in (one, two) if operand.note]
        found = self._notebooks(one, two, fine=True, report=report)
        if found is None:
            notes.append(TOO_SLOW)
            found = self._notebooks(one, two, fine=False, report=report)
        if found is None:
            raise Unavailable(
                "diff_timeout",
                f"The notebooks could not be compared within {self._limit_s + self._coarse_limit_s:g} s.",
                "Clear large outputs, or compare them when the machine has less to do.",
            )
        return Comparison(
            a=one.label,
            b=two.label,
            notebook=found,
            parameters=compare_parameters(one, two, found.declared),
            metrics=compare_metrics(one, two),
            environment=compare_environments(one, two),
            data=compare_data(one, two),
            notes=tuple(notes),
        )

    def _notebooks(self, a: Operand, b: Operand, *, fine: bool, report: bool) -> NotebookDiff | None:
        """None where the time was over."""
        limit_s = self._limit_s if fine else self._coarse_limit_s
        try:
            return NotebookDiff.from_json(
                self._pool.compare(a.source, b.source, limit_s=limit_s, fine=fine, report=report)
            )
        except TimeIsUp:
            return None

    def text(self, comparison: Comparison) -> str:
        """A report for a terminal."""
        from .report import text_report

        return text_report(comparison)

    def html(self, comparison: Comparison) -> str:
        """A report as one HTML file that needs nothing else."""
        from .report import html_report

        return html_report(comparison)

    def close(self) -> None:
        """End the processes that wait for the next comparison."""
        self._pool.close()
