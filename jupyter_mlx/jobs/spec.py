"""What an agent hands to a worker, and the files of an attempt's folder."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..files import read_json, write_json

__all__ = ["AttemptFiles", "AttemptSpec"]


@dataclass(frozen=True)
class AttemptSpec:
    """Everything that one attempt needs; no secret's value is in it."""

    run_id: str
    number: int
    name: str
    owner: str
    store_key: str
    notebook_path: str
    notebook_digest: str
    snapshot: str
    kernel: str
    parameters: dict[str, Any]
    cwd: str
    own_folder: bool
    """Whether the run has a working folder of its own, with the snapshot's files in it."""
    output_path: str | None
    outputs: list[str]
    secrets: list[str]
    gpus: list[str]
    hide_gpus: bool
    timeout_s: float | None
    stop_grace_s: float
    tags: dict[str, str]
    git: dict[str, Any] | None
    state_dir: str
    mlflow_tracking_uri: str
    experiment: str
    cell_output_bytes: int
    notebook_output_bytes: int
    expected: dict[str, float] = field(default_factory=dict)
    """Seconds that each cell took in the last good run, by cell id."""
    papermill: dict[str, Any] = field(default_factory=dict)
    track: bool = True
    """Whether the attempt has an MLflow run."""
    startup: str = ""
    """Python source that the kernel, where it is IPython's, executes before the first cell."""

    @property
    def token(self) -> str:
        """What marks the attempt's processes."""
        return f"{self.store_key}/{self.run_id}/{self.number}"


@dataclass(frozen=True)
class AttemptFiles:
    """The folder of an attempt: ``….running`` until it is published, then without the ending."""

    folder: Path

    @classmethod
    def of(cls, artifacts: Path, run_id: str, number: int) -> AttemptFiles:
        """The folder of an attempt, wherever it is now."""
        final = artifacts / "runs" / run_id / str(number)
        running = final.with_name(f"{number}.running")
        return cls(running if running.exists() or not final.exists() else final)

    @property
    def published(self) -> Path:
        """Where the folder lies once it is published."""
        return self.folder.with_suffix("") if self.folder.suffix == ".running" else self.folder

    @property
    def spec(self) -> Path:
        """The worker's instructions."""
        return self.folder / "spec.json"

    @property
    def events(self) -> Path:
        """The append-only log of events, one JSON document a line."""
        return self.folder / "events.jsonl"

    @property
    def log(self) -> Path:
        """All that the notebook printed."""
        return self.folder / "output.log"

    @property
    def runner_log(self) -> Path:
        """What the worker and the kernel's process themselves said."""
        return self.folder / "runner.log"

    @property
    def input(self) -> Path:
        """The notebook as it was submitted."""
        return self.folder / "input.ipynb"

    @property
    def work(self) -> Path:
        """The run's own working folder."""
        return self.folder / "work"

    @property
    def out(self) -> Path:
        """What the attempt publishes."""
        return self.folder / "out"

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.out / "notebook.ipynb"

    @property
    def notes(self) -> Path:
        """What the notebook says of its work for the record."""
        return self.folder / "notes.jsonl"

    @property
    def stop(self) -> Path:
        """Why the worker is told to stop: ``{"state", "code", "message", "remedy"}``."""
        return self.folder / "stop.json"

    @property
    def process(self) -> Path:
        """Who the worker is, by itself: for the agent that follows one which was killed before it noted that."""
        return self.folder / "process.json"

    @property
    def lock(self) -> Path:
        """Held by the one worker that executes the attempt."""
        return self.folder / "lock"

    @property
    def finalizing(self) -> Path:
        """Left by the worker when the notebook is done and its results are being made."""
        return self.folder / "finalizing.json"

    @property
    def result(self) -> Path:
        """How it ended, by the worker itself."""
        return self.folder / "result.json"

    @property
    def exit(self) -> Path:
        """How its process ended, by its parent."""
        return self.folder / "exit.json"

    def write_spec(self, spec: AttemptSpec) -> None:
        """Write the worker's instructions."""
        write_json(self.spec, asdict(spec))

    def read_spec(self) -> AttemptSpec:
        """The worker's instructions."""
        document = read_json(self.spec)
        if document is None:
            raise FileNotFoundError(self.spec)
        return AttemptSpec(**document)
