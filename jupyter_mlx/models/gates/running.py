"""Gates: every check of a policy is run on a version, also after one that failed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...clock import Clock
from ...errors import MlxError, NotFound
from ...jobs.follow import wait
from ...jobs.lifecycle import State
from ...jobs.models import JobRequest
from ...store.engine import Store
from .checks.base import Check, NotebookResult, Outcome, Subject
from .checks.record import Notebook
from .evidence import StoreEvidence
from .policies import Policies, Policy

if TYPE_CHECKING:
    from ...jobs.models import Run
    from ...jobs.service import JobsService
    from ..port import RegistryPort
    from .promotions import Promotion

__all__ = ["KIND", "RESULT", "Gates"]

KIND = "mlx.kind"
"""The tag of a run that says which work it does."""
RESULT = "gate_result"
"""The name under which a gate notebook's record has what it said."""


class Gates:
    """Runs policies.

    Parameters
    ----------
    folder: Where gate notebooks are written, as they were when their policy was applied.
    values_shown: Whether results may name slices, which are values of data: not where data is seen by grants.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        registry: RegistryPort,
        policies: Policies,
        jobs: JobsService,
        folder: Path,
        *,
        values_shown: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._policies = policies
        self._jobs = jobs
        self._folder = folder
        self._values_shown = values_shown

    def run(self, promotion: Promotion, policy: Policy) -> list[dict[str, Any]]:
        """Run all checks: ``CheckResult`` of the contract each.

        Raises
        ------
        NotFound: ``model_unknown``, ``model_version_unknown``.
        Unavailable: MLflow does not answer.
        """
        assert promotion.version is not None
        runs = self.queue_notebooks(promotion, policy)
        timeouts = {check.notebook: check.timeout for check in policy.checks if isinstance(check, Notebook)}
        model = self._registry.model(promotion.model)
        evidence = StoreEvidence(self._store, promotion.model, since=model["created_at"])
        subject = Subject(
            promotion.model,
            self._registry.version(promotion.model, promotion.version),
            promotion.alias,
            model["aliases"],
            lambda alias: self._last(promotion.model, evidence.last_version(alias)),
            evidence,
            self._clock.now(),
            lambda path: self._said(runs[path], timeouts[path]),
            self._values_shown,
        )
        return [_result(check, subject) for check in policy.checks]

    def _last(self, model: str, version: int | None) -> int | None:
        """The version, where it is still there to be compared with."""
        try:
            return None if version is None else self._registry.resolve(model, str(version))
        except NotFound:
            return None

    def queue_notebooks(self, promotion: Promotion, policy: Policy) -> dict[str, Run]:
        """Queue the gate notebooks of a promotion, each once; by path their runs.

        They are queued before the job that waits for them: whoever is first in the queue is claimed first, so that
        waiting jobs never keep from running what they wait for.
        """
        runs = {}
        for number, path in enumerate(policy.document["notebooks"]):
            file = self._policies.notebook(policy, path, self._folder)
            declared = {item["name"] for item in self._jobs.inspect(str(file), root=None)["parameters"]}
            given = {
                "model": promotion.model,
                "version": promotion.version,
                "alias": promotion.alias,
                "champion": promotion.from_version,
            }
            request = JobRequest(
                notebook=str(file),
                parameters={key: value for key, value in given.items() if key in declared and value is not None},
                name=f"Gate {Path(path).stem}: {promotion.model} {promotion.version}",
                tags={KIND: "gate-notebook", "models": promotion.model, "promotion": promotion.id},
                cwd=policy.document["folder"] if Path(policy.document["folder"]).is_dir() else None,
                track=False,
            )
            key = f"gate:{promotion.id}:{number}"
            runs[path] = self._jobs.submit(request, owner=promotion.created_by, idempotency_key=key)
        return runs

    def _said(self, run: Run, timeout_s: float) -> NotebookResult:
        ended = wait(self._jobs, run.id, timeout_s)
        record: Mapping[str, Any] = ended.last.record if ended.last is not None else {}
        said = record.get(RESULT) or {}
        if ended.state is not State.SUCCEEDED:
            error = ended.error or {"message": f"The notebook ended {ended.state}."}
            return NotebookResult(False, said.get("value"), said.get("message") or error["message"], run.id)
        message = said.get("message") or "The notebook ended well."
        return NotebookResult(said.get("passed", True) is True, said.get("value"), message, run.id)


def _result(check: Check, subject: Subject) -> dict[str, Any]:
    begun = time.monotonic()
    try:
        outcome = check.run(subject)
    except MlxError as error:
        # What can't be checked is not passed; the other checks are run all the same.
        outcome = Outcome(False, None, f"{error.message} {error.remedy}".strip())
    return {
        "name": check.label,
        "kind": check.kind,
        "passed": outcome.passed,
        "value": outcome.value,
        "bound": check.bound,
        "message": outcome.message,
        "seconds": round(time.monotonic() - begun, 3),
    }
