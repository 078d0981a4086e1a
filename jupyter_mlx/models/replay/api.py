"""`mlx.models.replay` in a notebook or a script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...api import services
from ...shown import Shown, grid

__all__ = ["replay"]


def replay(name: str, version: int | str = "champion", tolerance: float = 0.0) -> Shown:
    """Make a version again from its record, in processes of this one, and compare: ``Replay`` of the contract.

    The job that made it is executed again: the same notebook, parameters, side files and kernel. What it logs and
    registers is kept apart and forgotten. Where the results differ, it is executed once more, to find the first cell
    that does not repeat itself.

    Parameters
    ----------
    version: Its number, or an alias.
    tolerance: Relative, of metrics, of numbers in outputs, and of predictions where the model's files differ. By
        default they must be the same.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``.
    Conflict: ``replay_not_possible``: no job made it, or something of its record is gone.
    ExecutionFailed: It could not be executed.
    """
    from .replaying import replay as make

    mlx = services()
    number = mlx.models.registry.resolve(name, str(version))
    return Shown(make(mlx, name, number, tolerance=tolerance, principal=mlx.asker()), _html)


def _html(found: Mapping[str, Any]) -> str:
    said = f"<div><b>{escape(found['state'])}</b> {escape(found['message'])}</div>"
    cell = found["cell"]
    if cell is not None:
        said += f"<div>Cell {cell['number']}:</div><pre>{escape(cell['source'])}</pre>"
    metrics = [[item["name"], item["before"], item["after"]] for item in found["metrics"]]
    files = [[item["path"], item["equal"]] for item in found["files"]]
    said += grid(["metric", "before", "after"], metrics) if metrics else ""
    return said + (grid(["file of the model", "equal"], files) if files else "")
