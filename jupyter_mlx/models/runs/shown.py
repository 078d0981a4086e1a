"""Runs as the contract shows them, wherever they were read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ...clock import to_iso
from ...errors import InvalidInput, NotFound

__all__ = [
    "Column",
    "LastMetric",
    "RunRecord",
    "experiment_unknown",
    "parse_column",
    "run_unknown",
    "shown_at",
    "words_of",
]

MAX_WORDS = 100
KINDS = {"metrics": "metric", "params": "param", "tags": "tag"}
SOURCE, USER, RUN_NAME, NOTE, JOB = (
    "mlflow.source.name",
    "mlflow.user",
    "mlflow.runName",
    "mlflow.note.content",
    "mlx.run_id",
)
SHOWN_TAGS = (SOURCE, USER, RUN_NAME, JOB)
"""Tags that every row of a table needs."""
_INFINITE = 1.7976931348623157e308  # what MLflow's databases hold for infinity: the greatest number
_NO_USER = "unknown"  # what MLflow's client writes where it knows none


@dataclass(frozen=True)
class Column:
    """What a run has a value of."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{next(key for key, kind in KINDS.items() if kind == self.kind)}.{self.name}"


def parse_column(text: str, field_name: str = "columns") -> Column:
    """``metrics.auc``, ``params.lr``, ``tags.team``.

    Raises
    ------
    InvalidInput: ``column_invalid``.
    """
    kind, _, name = text.partition(".")
    if kind not in KINDS or not name or "\0" in name:
        raise InvalidInput(
            "column_invalid",
            f"`{text}` is no column of runs.",
            "Write `metrics.NAME`, `params.NAME` or `tags.NAME`; the list of columns has those that there are.",
            field=field_name,
        )
    return Column(KINDS[kind], name)


@dataclass(frozen=True)
class LastMetric:
    """The last value of a metric. `at` is in milliseconds since 1970."""

    value: float
    step: int
    at: int | None


@dataclass(frozen=True)
class RunRecord:
    """What is known of a run; times are in milliseconds since 1970."""

    id: str
    experiment_id: str
    name: str
    state: str
    started: int | None
    ended: int | None
    user: str | None
    artifact_uri: str
    deleted: bool
    parameters: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, LastMetric] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Mapping[str, Any], ...] = ()
    models: tuple[Mapping[str, Any], ...] = ()

    def value(self, column: Column) -> Any:
        """What it has in a column; None where it has nothing."""
        if column.kind == "metric":
            metric = self.metrics.get(column.name)
            return None if metric is None else shown_value(metric.value)
        return (self.parameters if column.kind == "param" else self.tags).get(column.name)

    def to_json(self, columns: Iterable[Column] = ()) -> dict[str, Any]:
        """``ModelRun``."""
        values = {str(column): self.value(column) for column in columns}
        user = self.tags.get(USER) or self.user
        return {
            "id": self.id,
            "experiment_id": self.experiment_id,
            "name": self.name or self.tags.get(RUN_NAME) or self.id[:8],
            "state": self.state,
            "started_at": shown_at(self.started),
            "ended_at": shown_at(self.ended),
            "user": None if user in ("", _NO_USER) else user,
            "source": self.tags.get(SOURCE) or None,
            "job_id": self.tags.get(JOB) or None,
            "models": [dict(model) for model in self.models],
            "values": {name: value for name, value in values.items() if value is not None},
        }

    def detail(self, experiment: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunDetail``."""
        return {
            "run": self.to_json(),
            "experiment": dict(experiment),
            "parameters": dict(sorted(self.parameters.items())),
            "metrics": [
                {"name": name, "value": shown_value(item.value), "step": item.step, "at": shown_at(item.at)}
                for name, item in sorted(self.metrics.items())
            ],
            "tags": dict(sorted(self.tags.items())),
            "inputs": [dict(item) for item in self.inputs],
            "artifact_uri": self.artifact_uri,
            "note": self.tags.get(NOTE) or None,
        }


def shown_value(value: float) -> float | str:
    """``MetricValue``: JSON has no NaN and no infinity."""
    if math.isnan(value):
        return "NaN"
    if abs(value) >= _INFINITE:
        return "Infinity" if value > 0 else "-Infinity"
    return value


def shown_at(milliseconds: int | None) -> str | None:
    """A time in milliseconds since 1970; None where it is none that a calendar has."""
    if milliseconds is None:
        return None
    try:
        return to_iso(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (OverflowError, ValueError, OSError):
        return None


def words_of(text: str) -> list[str]:
    """The words that are looked for.

    Raises
    ------
    InvalidInput: ``words_invalid``.
    """
    found = text.replace("\0", " ").split()
    if len(found) > MAX_WORDS:
        raise InvalidInput(
            "words_invalid", f"{len(found):,} words are looked for.", f"Take {MAX_WORDS} at most.", field="words"
        )
    return found


def run_unknown(run_id: str) -> NotFound:
    """There is no such run."""
    return NotFound(
        "model_run_unknown",
        f"The tracking store has no run `{run_id}`.",
        "It may have been deleted for good; the table of runs has those that there are.",
    )


def experiment_unknown(experiment_id: str) -> NotFound:
    """There is no such experiment, or no more."""
    return NotFound(
        "experiment_unknown",
        f"The tracking store has no experiment `{experiment_id}`.",
        "`jupyter mlx models experiments` lists those that there are.",
    )
