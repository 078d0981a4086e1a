"""What the workbench asks of MLflow: runs that were tracked, and models that were registered.

Everything that goes in and out is what JSON can hold, so that a process of its own may answer it: a server loads
neither MLflow nor, with it, anybody's pickles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

__all__ = ["RegistryPort", "RunsPort"]


class RunsPort(Protocol):
    """Tracked runs. Documents are the contract's.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``, from every method: the tracking store does not answer.
    NotFound: ``experiment_unknown``, ``model_run_unknown``, ``artifact_unknown``.
    InvalidInput: ``filter_invalid``, ``cursor_invalid``, ``column_invalid``.
    """

    def experiments(self, *, words: str = "", limit: int = 100, cursor: str | None = None) -> dict[str, Any]:
        """``ExperimentList``."""

    def experiment(self, experiment_id: str) -> dict[str, Any]:
        """``Experiment``."""

    def columns(
        self, experiment_id: str, *, words: str = "", kind: str = "", limit: int = 100, cursor: str | None = None
    ) -> dict[str, Any]:
        """``RunColumnList``."""

    def search(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunPage`` of a ``ModelRunSearchRequest``."""

    def run(self, run_id: str) -> dict[str, Any]:
        """``ModelRunDetail``."""

    def curves(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``CurveList`` of a ``CurveRequest``."""

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunComparison`` of a ``ModelRunCompareRequest``; without ``environment``, which MLflow knows not."""

    def artifacts(self, run_id: str, path: str = "") -> dict[str, Any]:
        """``ArtifactList``."""

    def artifact(self, run_id: str, path: str) -> str:
        """Where a file of a run lies on this machine: brought here where it is kept elsewhere."""


class RegistryPort(Protocol):
    """Registered models, as MLflow has them; versions are whole numbers.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``, from every method.
    NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``.
    InvalidInput: ``alias_invalid``, ``cursor_invalid``.
    """

    def models(self, *, words: str = "", limit: int = 100, cursor: str | None = None) -> dict[str, Any]:
        """``{"items", "next_cursor"}``, each item as `model` has it."""

    def model(self, name: str) -> dict[str, Any]:
        """One model.

        ``{"name", "description", "tags", "aliases", "versions", "latest", "metrics", "created_at", "updated_at"}``; the
        metrics are those of the newest version's run.
        """

    def versions(self, name: str, *, limit: int = 100, cursor: str | None = None) -> dict[str, Any]:
        """``{"items", "next_cursor"}``, newest first.

        Each item is ``{"name", "version", "aliases", "tags", "description", "run_id", "job_id", "metrics", "state",
        "created_at", "created_by"}``.
        """

    def version(self, name: str, version: int) -> dict[str, Any]:
        """An item of `versions`, and of its files: what ``MLmodel`` says, by reading that file alone.

        Further keys: ``{"flavors", "size_bytes", "digest", "signature", "requirements", "source", "run", "problems"}``;
        `signature` is the contract's, `requirements` are the lines of ``requirements.txt`` or null, `digest` is of the
        model's files less what differs each time that the same is logged, `run` is ``{"id", "experiment_id",
        "parameters", "tags", "metrics", "inputs", "job_id"}``, or null where it is gone.
        """

    def resolve(self, name: str, reference: str) -> int:
        """The version that an alias, or a number as text, means."""

    def set_alias(self, name: str, alias: str, version: int | None) -> None:
        """Move an alias, or take it away. `promoting` alone calls it: it keeps the history."""

    def update(self, name: str, version: int | None, description: str | None, tags: Mapping[str, str | None]) -> None:
        """Change the description, and tags, of a model, or of one of its versions. Null takes a tag away."""
