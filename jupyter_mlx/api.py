"""The Python API: the same services, in the process of a notebook or a script."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .jobs.models import JobRequest, Retries

if TYPE_CHECKING:
    from .jobs.models import Run as RunRow
    from .services import Services

__all__ = ["Run", "get", "listing", "run", "services"]


@cache
def services() -> Services:
    """The services of this process, with the settings of its environment."""
    from .services import Services

    return Services()


def run(
    notebook: str | os.PathLike[str],
    /,
    *,
    name: str | None = None,
    kernel: str | None = None,
    gpus: int = 0,
    timeout_s: float | None = None,
    retries: int = 0,
    backoff_s: float = 10.0,
    include: Iterable[str] = (),
    secrets: Iterable[str] = (),
    tags: Mapping[str, str] | None = None,
    output: str | os.PathLike[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    **more: Any,
) -> Run:
    """Queue a notebook as a versioned job, and return at once.

    Parameters
    ----------
    notebook: Path of the notebook, relative to the present folder.
    parameters, more: Values of its parameters; ``lr=0.1`` and ``parameters={"lr": 0.1}`` say the same. The second
        form also takes names that are arguments of this function.
    gpus: How many GPUs the run waits for and then holds.
    timeout_s: Seconds for each attempt.
    retries, backoff_s: Attempts after one that ended badly, and the seconds before the first of them.
    include: Globs of side files; with any, the run has a working folder of its own that holds them.
    secrets: Names of secrets that the run may read by `jupyter_mlx.secrets.get`.
    output: Also copy the executed notebook here.

    Raises
    ------
    MlxError: Whatever is wrong with the request; nothing was queued then.
    """
    from .contract import check
    from .services import current_user

    numbers = {"gpus": gpus, "timeout_s": timeout_s, "retries": {"max": retries, "backoff_s": backoff_s}}
    given = {key: value for key, value in numbers.items() if value is not None}
    check("JobRequest", {"notebook": os.fspath(notebook), **given})
    request = JobRequest(
        notebook=os.fspath(notebook),
        parameters={**(parameters or {}), **more},
        name=name,
        kernel=kernel,
        gpus=gpus,
        timeout_s=timeout_s,
        retries=Retries(retries, backoff_s),
        include=tuple(include),
        secrets=tuple(secrets),
        tags=dict(tags or {}),
        output=None if output is None else os.fspath(output),
    )
    return Run(services().jobs.submit(request, owner=current_user()).id)


def get(run_id: str) -> Run:
    """A run by its id, or the beginning of it.

    Raises
    ------
    NotFound: ``run_unknown``.
    """
    return Run(services().jobs.get(run_id).id)


def listing(*words: str, state: str | None = None, limit: int = 20) -> list[Run]:
    """The newest runs whose name, notebook, id or tags contain the words."""
    states = [state] if state else []
    found, _, _, _ = services().jobs.page(limit=limit, states=states, words=" ".join(words))
    return [Run(row.id) for row in found]


class Run:
    """A run, as it is at each look."""

    def __init__(self, run_id: str) -> None:
        self.id = run_id

    def _row(self) -> RunRow:
        return services().jobs.get(self.id)

    @property
    def name(self) -> str:
        """Its name."""
        return self._row().job.name

    @property
    def state(self) -> str:
        """QUEUED, STARTING, RUNNING, SUCCEEDED, FAILED, TIMED_OUT, CANCELLED, LOST or SKIPPED."""
        return str(self._row().state)

    @property
    def document(self) -> dict[str, Any]:
        """The whole document, as HTTP and ``--json`` give it."""
        return self._row().to_json(root=Path.cwd())

    @property
    def outputs(self) -> dict[str, Path]:
        """The files that the last attempt published, by name."""
        return {output["name"]: Path(output["path"]) for output in self.document["outputs"]}

    @property
    def metrics(self) -> dict[str, float | None]:
        """What the notebook logged to MLflow."""
        metrics: dict[str, float | None] = self.document["metrics"]
        return metrics

    @property
    def record(self) -> dict[str, Any]:
        """The record of the last attempt."""
        record: dict[str, Any] = self.document["record"]
        return record

    @property
    def log(self) -> str:
        """All that the last attempt printed."""
        path = services().jobs.log_file(self.id)
        return path.read_text(encoding="utf-8", errors="replace") if path is not None and path.exists() else ""

    def wait(self, timeout_s: float | None = None, *, check: bool = False) -> Run:
        """Wait for the end.

        Parameters
        ----------
        check: Raise where it did not succeed.

        Raises
        ------
        Unavailable: ``wait_timed_out``; the run goes on.
        ExecutionFailed: It did not succeed, and `check` is set.
        """
        from .errors import ExecutionFailed
        from .jobs.follow import wait
        from .jobs.lifecycle import State

        ended = wait(services().jobs, self.id, timeout_s)
        if check and ended.state is not State.SUCCEEDED:
            error = ended.error or {"code": "run_not_succeeded", "message": f"The run ended {ended.state}."}
            raise ExecutionFailed.from_json(error)
        return self

    def cancel(self) -> Run:
        """Cancel it; what it had written is kept."""
        services().jobs.cancel(self.id)
        return self

    def retry(self) -> Run:
        """Queue one more attempt."""
        services().jobs.retry(self.id)
        return self

    def clone(self, **parameters: Any) -> Run:
        """Queue a new run of the same notebook version, with other parameters."""
        from .services import current_user

        return Run(services().jobs.clone(self.id, owner=current_user(), parameters=parameters).id)

    def diff(self, other: Run | str) -> dict[str, Any]:
        """What differs from another run: ``Diff`` of the contract."""
        other_id = other.id if isinstance(other, Run) else other
        return services().review.diff(f"run:{self.id}", f"run:{other_id}", root=None)

    def __repr__(self) -> str:
        row = self._row()
        return f"<Run {self.id} {row.job.name} {row.state}>"

    def _repr_html_(self) -> str:
        row = self._row()
        metrics = ", ".join(f"{escape(name)} {value}" for name, value in self.metrics.items())
        error = f"<div>{escape(row.error['message'])}</div>" if row.error else ""
        return (
            f"<div><b>{escape(row.job.name)}</b> <code>{self.id}</code> {row.state} "
            f"{row.cell}/{row.job.cells} cells {metrics}{error}</div>"
        )
