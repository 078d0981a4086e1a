"""Evaluations as notebook jobs: what can be said of a request before a kernel starts is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ...jobs.models import JobRequest
from .data import EvaluationSource
from .service import EXPERIMENT

if TYPE_CHECKING:
    from ...catalog.models import Principal
    from ...jobs.models import Run
    from ...jobs.service import JobsService
    from ..port import RegistryPort

__all__ = ["EvaluationJobs"]

_OPTIONS = ("where", "cluster", "time", "champion", "metric")


class EvaluationJobs:
    """Queues evaluations.

    Parameters
    ----------
    details: Whether jobs may show what they found: whoever may see jobs sees it.
    """

    def __init__(self, jobs: JobsService, registry: RegistryPort, source: EvaluationSource, *, details: bool) -> None:
        self._jobs = jobs
        self._registry = registry
        self._source = source
        self._details = details

    def submit(self, document: Mapping[str, Any], principal: Principal, *, cwd: Path) -> Run:
        """Queue a job that evaluates a version.

        Parameters
        ----------
        document: ``EvaluationRequest`` of the contract.
        cwd: The folder that the notebook runs in; files of data lie in it, and are relative to it.

        Raises
        ------
        NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``, ``data_missing``, ``table_unknown``.
        Forbidden: ``permission_missing``, ``path_outside_root``.
        InvalidInput: ``time_missing``, ``data_invalid``.
        """
        name, version, kind = document["model"], document["version"], document["kind"]
        self._registry.resolve(name, str(version))
        if document.get("champion"):
            self._registry.resolve(name, document["champion"])
        if kind == "forecaster" and not document.get("time"):
            raise InvalidInput(
                "time_missing", "A forecast needs its time.", "Name the column of time by `time`.", field="time"
            )
        self._source.check(document["data"], principal, within=cwd)
        parameters = {
            "model": name,
            "version": version,
            "data": document["data"],
            "target": document["target"],
            "slices": list(document.get("slices", ())),
            "bootstrap": document.get("bootstrap", 1000),
            "seed": document.get("seed", 0),
            "details": self._details,
            **{key: document.get(key) or "" for key in _OPTIONS},
        }
        notebook = resources.files("jupyter_mlx").joinpath("templates", "jobs", f"evaluate-{kind}.ipynb")
        request = JobRequest(
            notebook=str(notebook),
            parameters=parameters,
            name=f"Evaluate {name} v{version}",
            tags={"mlx.kind": f"evaluate-{kind}", "model": f"{name}/{version}", "experiment": EXPERIMENT},
            cwd=str(cwd),
        )
        return self._jobs.submit(request, owner=principal.user)
