"""The shapes of jobs, runs and attempts, the same through every door."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ..clock import to_iso
from .lifecycle import State

__all__ = ["Attempt", "AttemptResult", "Job", "JobRequest", "Output", "Retries", "Run", "new_id"]


def new_id() -> str:
    """A fresh id: 12 hexadecimal digits, short enough to type and never one that exists."""
    return secrets.token_hex(6)


@dataclass(frozen=True)
class Retries:
    """How often an attempt that ended badly is followed by another, and how long it waits before.

    `backoff_s` doubles at each further attempt.
    """

    max: int = 0
    backoff_s: float = 10.0

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {"max": self.max, "backoff_s": self.backoff_s}


@dataclass(frozen=True)
class JobRequest:
    """What to run and how; `schema JobRequest` of the contract and, below the line, what only the terminal gives."""

    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    kernel: str | None = None
    gpus: int = 0
    timeout_s: float | None = None
    retries: Retries = Retries()
    include: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ("ipynb", "html")
    output: str | None = None
    launcher: str | None = None
    # ---
    cwd: str | None = None
    papermill: Mapping[str, Any] = field(default_factory=dict)
    """Options of papermill's own command that change what is executed (language, start_timeout, …)."""
    track: bool = True
    """Whether attempts have MLflow runs: crawls and the like don't fill the list of experiments."""

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> JobRequest:
        """From a document that the contract's schema admits."""
        values = dict(document)
        if "retries" in values:
            values["retries"] = Retries(**values["retries"])
        for key in ("include", "secrets", "outputs"):
            if key in values:
                values[key] = tuple(values[key])
        return cls(**values)

    def settings_json(self) -> dict[str, Any]:
        """How it is run: the part of the request that the run's document shows."""
        return {
            "kernel": self.kernel,
            "gpus": self.gpus,
            "timeout_s": self.timeout_s,
            "retries": self.retries.to_json(),
            "include": list(self.include),
            "secrets": list(self.secrets),
            "outputs": list(self.outputs),
            "launcher": self.launcher or "local",
            **({"papermill": dict(self.papermill)} if self.papermill else {}),
            **({} if self.track else {"track": False}),
        }


@dataclass(frozen=True)
class Job:
    """A notebook at a version, with parameters, resources and a retry policy."""

    id: str
    owner: str
    name: str
    notebook_path: str
    notebook_digest: str
    cwd: str
    snapshot: str
    kernel: str | None
    cells: int
    parameters: dict[str, Any]
    request: dict[str, Any]
    tags: dict[str, str]
    created_at: datetime
    git: dict[str, Any] | None = None
    output_path: str | None = None
    site: str = ""

    @property
    def retries(self) -> Retries:
        """Its retry policy."""
        return Retries(**self.request["retries"])


@dataclass(frozen=True)
class Output:
    """A file that an attempt published; `path` is absolute, `digest` is ``sha256:…``."""

    name: str
    path: str
    bytes: int
    digest: str

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {"name": self.name, "path": self.path, "bytes": self.bytes, "digest": self.digest}


@dataclass(frozen=True)
class AttemptResult:
    """How an attempt ended and what it left."""

    state: State
    error: dict[str, Any] | None = None
    exit: dict[str, Any] | None = None
    outputs: tuple[dict[str, Any], ...] = ()
    metrics: dict[str, float | None] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    mlflow_run_id: str | None = None


@dataclass(frozen=True)
class Attempt:
    """One execution of a run."""

    run_id: str
    number: int
    state: State
    owner: str
    lease_until: float
    host: str
    gpus: list[str]
    process: dict[str, Any] | None
    log_offset: int
    mlflow_run_id: str | None
    metrics: dict[str, Any]
    outputs: list[dict[str, Any]]
    record: dict[str, Any]
    exit: dict[str, Any] | None
    error: dict[str, Any] | None
    started_at: datetime
    ended_at: datetime | None

    def to_json(self, *, record: bool) -> dict[str, Any]:
        """As the contract has it; the record, which is long, only when asked for."""
        document: dict[str, Any] = {
            "number": self.number,
            "state": self.state,
            "started_at": to_iso(self.started_at),
            "ended_at": to_iso(self.ended_at),
            "host": self.host,
            "gpus": self.gpus,
            "mlflow_run_id": self.mlflow_run_id,
        }
        if self.exit:
            document["exit"] = self.exit
        if self.error:
            document["error"] = self.error
        if record:
            document["record"] = self.record
        return document


@dataclass(frozen=True)
class Run:
    """One firing of a job, with its attempts."""

    id: str
    job: Job
    owner: str
    state: State
    reason: str | None
    attempt_no: int
    attempts_allowed: int
    cancel_requested: bool
    cell: int
    eta_s: float | None
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: tuple[Attempt, ...] = ()
    schedule_id: str | None = None
    fire_time: datetime | None = None
    idempotency_key: str | None = None
    not_before: datetime | None = None

    @property
    def last(self) -> Attempt | None:
        """Its newest attempt."""
        return self.attempts[-1] if self.attempts else None

    def to_json(self, *, root: Path | None = None, record: bool = True) -> dict[str, Any]:
        """The run's document, the same by HTTP, ``--json`` and Python.

        Parameters
        ----------
        root: Notebook paths below it are shown relative to it.
        record: With the full record of the attempts; without it, `record` is empty.
        """
        last = self.last
        progress: dict[str, Any] = {"cell": self.cell, "cells": self.job.cells}
        if self.eta_s is not None:
            progress["eta_s"] = self.eta_s
        document: dict[str, Any] = {
            "id": self.id,
            "job_id": self.job.id,
            "schedule_id": self.schedule_id,
            "fire_time": to_iso(self.fire_time),
            "name": self.job.name,
            "state": self.state,
            "cancel_requested": self.cancel_requested,
            "notebook": {"path": relative_path(self.job.notebook_path, root), "digest": self.job.notebook_digest},
            "parameters": self.job.parameters,
            "owner": self.owner,
            "tags": self.job.tags,
            "created_at": to_iso(self.created_at),
            "started_at": to_iso(self.started_at),
            "ended_at": to_iso(self.ended_at),
            "progress": progress,
            "attempts": [attempt.to_json(record=record) for attempt in self.attempts],
            "outputs": last.outputs if last else [],
            "metrics": last.metrics if last else {},
            "mlflow_run_id": last.mlflow_run_id if last else None,
            "record": last.record if last and record else {},
            "request": {"kernel": self.job.kernel, **{k: v for k, v in self.job.request.items() if k != "kernel"}},
        }
        if self.reason:
            document["reason"] = self.reason
        if self.error:
            document["error"] = self.error
        return document


def relative_path(path: str, root: Path | None) -> str:
    """A path as its reader knows it: relative to the root where it lies below, else absolute."""
    if root is not None and Path(path).is_relative_to(root):
        return Path(path).relative_to(root).as_posix()
    return path
