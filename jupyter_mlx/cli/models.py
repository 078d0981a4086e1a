"""`jupyter mlx models …`."""

from __future__ import annotations

from typing import Any

from . import models_deployments, models_evaluation, models_registry, models_replay, models_runs

__all__ = ["add"]

PARTS = (models_runs, models_registry, models_evaluation, models_deployments, models_replay)


def add(groups: Any) -> None:
    """Declare the commands."""
    commands = groups.add_parser(
        "models", help="tracked runs, the registry with gates, evaluation, deployment, replay"
    ).add_subparsers(metavar="COMMAND", required=True)
    for part in PARTS:
        part.add_to(commands)
