"""One MLflow run for each attempt: parameters, tags, the executed notebook, and what the notebook itself logged."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..mlflow_client import answering, connect
from .spec import AttemptSpec

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

__all__ = ["Tracker", "count_experiments", "ensure_database"]

MAX_PARAMETER = 6000


def ensure_database(uri: str) -> None:
    """Create MLflow's SQLite file where it is missing: its migrations take seconds that no job should pay."""
    if uri.startswith("sqlite:///"):
        path = Path(uri.removeprefix("sqlite:///"))
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connect(uri).search_experiments(max_results=1)


def count_experiments(uri: str) -> int:
    """How many experiments a tracking store has: whether it answers.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``.
    """
    with answering(uri):
        return len(connect(uri).search_experiments(max_results=1000))


class Tracker:
    """The MLflow run of one attempt.

    Raises
    ------
    Unavailable: ``mlflow_unavailable``, from every method: the tracking server does not answer.
    """

    def __init__(self, spec: AttemptSpec) -> None:
        self._spec = spec
        self.run_id: str | None = None

    def begin(self) -> str:
        """Create the run; its id."""
        spec = self._spec
        with answering(spec.mlflow_tracking_uri):
            client = connect(spec.mlflow_tracking_uri)
            found = client.get_experiment_by_name(spec.experiment)
            experiment_id = found.experiment_id if found else self._create_experiment(client)
            run = client.create_run(experiment_id, run_name=f"{spec.name} {spec.run_id[:6]}", tags=self._tags())
            self.run_id = run.info.run_id
            self._log_parameters(client)
        return str(run.info.run_id)

    def _create_experiment(self, client: MlflowClient) -> str:
        from mlflow.exceptions import MlflowException

        location = None
        if self._spec.mlflow_tracking_uri.startswith("sqlite:///"):
            # Without it MLflow writes below whatever folder the process is in.
            location = (Path(self._spec.state_dir) / "mlartifacts" / self._spec.experiment).as_uri()
        try:
            return str(client.create_experiment(self._spec.experiment, artifact_location=location))
        except MlflowException:
            # Another attempt made it in between.
            found = client.get_experiment_by_name(self._spec.experiment)
            if found is None:
                raise
            return str(found.experiment_id)

    def _tags(self) -> dict[str, str]:
        spec = self._spec
        tags = {
            "mlflow.source.type": "NOTEBOOK",
            "mlflow.source.name": spec.notebook_path,
            "mlflow.user": spec.owner,
            "mlx.run_id": spec.run_id,
            "mlx.attempt": str(spec.number),
            "mlx.notebook_digest": spec.notebook_digest,
            "mlx.kernel": spec.kernel,
        }
        if spec.git:
            tags["mlflow.source.git.commit"] = spec.git["commit"]
            tags["mlflow.source.git.branch"] = spec.git.get("branch") or ""
        return {**tags, **spec.tags}

    def _log_parameters(self, client: MlflowClient) -> None:
        from mlflow.entities import Param

        items = [Param(name, str(value)[:MAX_PARAMETER]) for name, value in self._spec.parameters.items()]
        for start in range(0, len(items), 100):
            client.log_batch(str(self.run_id), params=items[start : start + 100])

    def environment(self) -> dict[str, str]:
        """What the kernel's environment holds so that `mlflow.start_run()` in the notebook means this run."""
        environment = {
            "MLFLOW_TRACKING_URI": self._spec.mlflow_tracking_uri,
            "MLFLOW_EXPERIMENT_NAME": self._spec.experiment,
        }
        if self.run_id:
            environment["MLFLOW_RUN_ID"] = self.run_id
        return environment

    def finish(self, state: str, files: list[Path]) -> dict[str, Any]:
        """Attach files and end the run.

        Returns
        -------
        ``{"metrics", "parameters", "data", "models"}`` as the notebook logged them; a metric that
        is not finite is None.
        """
        status = {"SUCCEEDED": "FINISHED", "CANCELLED": "KILLED"}.get(state, "FAILED")
        with answering(self._spec.mlflow_tracking_uri):
            client = connect(self._spec.mlflow_tracking_uri)
            run_id = str(self.run_id)
            for path in files:
                client.log_artifact(run_id, str(path))
            client.set_tag(run_id, "mlx.state", state)
            client.set_terminated(run_id, status)
            return _logged(client.get_run(run_id))


def _logged(run: Run) -> dict[str, Any]:
    metrics = {name: (value if math.isfinite(value) else None) for name, value in sorted(run.data.metrics.items())}
    inputs = run.inputs.dataset_inputs if run.inputs else []
    outputs = getattr(run, "outputs", None)
    return {
        "metrics": metrics,
        "parameters": dict(run.data.params),
        "data": [
            {
                "name": item.dataset.name,
                "digest": item.dataset.digest,
                "source_type": item.dataset.source_type,
                "context": next((tag.value for tag in item.tags if tag.key == "mlflow.data.context"), None),
            }
            for item in inputs
        ],
        "models": [item.model_id for item in outputs.model_outputs] if outputs else [],
    }
