"""`mlx.models` of the registry, in a notebook or a script: versions, promotions through gates, policies, approvals.

Whoever may run code as the operating system's user of a workbench may write its store and its MLflow: what is
forbidden to others at the server's door is a rule here, not a wall.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...api import services
from ...errors import ExecutionFailed, NotFound
from ...notes import note
from ...processes import present_run
from ...shown import Shown, ShownList, grid
from ..gates.promotions import CHECKING
from ..gates.running import RESULT
from .aliases import ANY
from .values import shown_value

if TYPE_CHECKING:
    from ...services import Services
    from ..gates.promotions import Promotion

__all__ = [
    "apply_policy",
    "approve",
    "gate_result",
    "history",
    "load",
    "policies",
    "promote",
    "registered",
    "require_promoted",
    "run_gate",
    "version",
    "versions",
]


def load(reference: str) -> Any:
    """A model, ready to predict: ``mlflow.pyfunc.load_model`` of ``name@alias`` or ``name/version``.

    It is loaded in this process: a model may hold code of whoever logged it.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``, ``reference_incomplete``.
    Unavailable: ``mlflow_unavailable``.
    """
    mlx = services()
    name, number = mlx.models.registered.resolve(reference)
    import mlflow

    if not os.environ.get("MLFLOW_TRACKING_URI") and not mlflow.is_tracking_uri_set():
        mlflow.set_tracking_uri(mlx.settings.mlflow_tracking_uri)
    return mlflow.pyfunc.load_model(f"models:/{name}/{number}")


# -- looking -------------------------------------------------------------------------------------------------


def registered(words: str = "", limit: int = 100) -> ShownList:
    """Registered models, the last changed first: ``RegisteredModel`` of the contract."""
    found, _ = services().models.registered.models(words=words, limit=limit)
    return ShownList(found, _models)


def versions(name: str, limit: int = 100) -> ShownList:
    """The versions of a model, newest first: ``ModelVersionSummary`` of the contract.

    Raises
    ------
    NotFound: ``model_unknown``.
    """
    found, _ = services().models.registered.versions(name, limit=limit)
    return ShownList(found, _versions)


def version(reference: str) -> Shown:
    """One version, by ``name@alias`` or ``name/version``: ``ModelVersion`` of the contract.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``, ``reference_incomplete``.
    """
    mlx = services()
    name, number = mlx.models.registered.resolve(reference)
    return Shown(mlx.models.registered.version(name, number), lambda found: _versions([found]))


def history(name: str, limit: int = 100) -> ShownList:
    """Moves of a model's aliases, newest first: ``AliasMove`` of the contract.

    Raises
    ------
    NotFound: ``model_unknown``.
    """
    found, _ = services().models.registered.history(name, limit=limit)
    return ShownList([move.to_json() for move in found], _moves)


# -- promotions ----------------------------------------------------------------------------------------------


def promote(
    name: str,
    version: int | None,
    to: str = "champion",
    *,
    why: str = "",
    override: bool = False,
    expected: int | None = ANY,
) -> Shown:
    """Move an alias, through the gate of the policy that guards it: ``Promotion`` of the contract.

    The gate runs as a job, for which this waits; in a job it runs in place, so that jobs don't wait for each other.

    Parameters
    ----------
    version: A number; None takes the alias away.
    to: The alias.
    override: Move it though the gate refuses: administrators only, with a reason.
    expected: The version that must have it now; None for nothing.

    Raises
    ------
    ExecutionFailed: ``gate_refused``, with the failing checks and their figures; ``gate_ended``.
    Conflict: ``alias_moved``, ``alias_unchanged``.
    Forbidden: ``admin_only``.
    NotFound: ``model_unknown``, ``model_version_unknown``.
    InvalidInput: ``alias_invalid``, ``why_missing``.
    """
    mlx = services()
    document: dict[str, Any] = {"version": version, "alias": to, "why": why, "override": override}
    if expected != ANY:
        document["expected"] = expected
    promotions = mlx.models.promotions
    made = promotions.request(name, document, mlx.asker(), cwd=Path.cwd(), within=present_run())
    if made.state == CHECKING:
        made = promotions.run_gate(made.id) if present_run() else _waited(mlx, made)
    shown = _promotion(made)
    require_promoted(shown)
    return shown


def _waited(mlx: Services, promotion: Promotion) -> Promotion:
    from ...jobs.follow import wait

    assert promotion.run_id is not None
    wait(mlx.jobs, promotion.run_id)
    return mlx.models.promotions.get(promotion.id)


def run_gate(promotion: str) -> Shown:
    """Run the gate of a promotion, and move the alias where it passes: ``Promotion`` of the contract.

    Parameters
    ----------
    promotion: The id of one that waits for it: the job that is queued for that calls this.

    Raises
    ------
    NotFound: ``promotion_unknown``.
    Conflict: ``promotion_ended``.
    """
    made = services().models.promotions.run_gate(promotion)
    note("gate", {key: made.to_json()[key] for key in ("id", "model", "version", "alias", "state", "policy", "checks")})
    return _promotion(made)


def require_promoted(promotion: Mapping[str, Any]) -> None:
    """Fail where a promotion did not move its alias.

    Raises
    ------
    ExecutionFailed: What it says, such as ``gate_refused``.
    """
    if promotion["state"] != "PROMOTED":
        nothing = {"code": "gate_ended", "message": f"The promotion is {promotion['state']}."}
        raise ExecutionFailed.from_json(dict(promotion.get("error") or nothing))


def gate_result(passed: bool, message: str = "", value: Any = None) -> None:
    """Say in a gate notebook how the gate ends; one that ends well and says nothing passes.

    Parameters
    ----------
    message: One sentence with the figures.
    value: What was found.
    """
    note(RESULT, {"passed": bool(passed), "message": message, "value": value})


# -- policies, approvals -------------------------------------------------------------------------------------


def policies() -> ShownList:
    """The policies in force: ``Policy`` of the contract."""
    return ShownList([policy.to_json() for policy in services().models.policies.in_force()], _policies)


def apply_policy(source: str | os.PathLike[str]) -> Shown:
    """Put a policy in force: ``Policy`` of the contract.

    Parameters
    ----------
    source: Its file; or its text, where it has more than one line.

    Raises
    ------
    InvalidInput: ``policy_invalid``, with the line.
    Conflict: ``policy_clash``.
    Forbidden: ``admin_only``.
    NotFound: ``policy_file_missing``, ``notebook_missing``.
    """
    mlx = services()
    text, path = os.fspath(source), None
    if "\n" not in text:
        path = Path(text).expanduser()
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise NotFound(
                "policy_file_missing", f"`{path}` can't be read: {error.strerror}.", "Name the policy's file."
            ) from error
    applied = mlx.models.policies.apply(text, mlx.asker(), path=None if path is None else str(path.resolve()))
    return Shown(applied.to_json(), lambda found: _policies([found]))


def approve(name: str, version: int, *, approved: bool = True, comment: str = "") -> Shown:
    """Approve a version as it is now, or ask for changes: ``Approval`` of the contract.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``.
    InvalidInput: ``comment_missing``.
    """
    mlx = services()
    said = mlx.models.approvals.say(name, version, approved, comment, mlx.asker())
    return Shown(said, lambda found: escape(f"{found['by']}: {'approved' if found['approved'] else 'changes asked'}"))


# -- as notebooks show it ------------------------------------------------------------------------------------


def _promotion(promotion: Promotion) -> Shown:
    return Shown(promotion.to_json(), _gate)


def _gate(found: Mapping[str, Any]) -> str:
    target = f"{found['model']} {found['version']} to {found['alias']}"
    rows = [[check["passed"], check["name"], check["message"]] for check in found["checks"]]
    said = f"<div><b>{escape(found['state'])}</b> {escape(target)}</div>"
    return said + (grid(["PASSED", "CHECK", "FOUND"], rows) if rows else "")


def _models(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [[item["name"], _aliases(item["aliases"]), item["versions"], _measured(item["metrics"])] for item in found]
    return grid(["MODEL", "ALIASES", "VERSIONS", "METRICS"], rows)


def _versions(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [item["version"], ", ".join(item["aliases"]), _measured(item["metrics"]), item["gate"], item["created_at"]]
        for item in found
    ]
    return grid(["VERSION", "ALIASES", "METRICS", "GATE", "CREATED"], rows)


def _moves(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [item["alias"], item["from"], item["to"], item["by"], item["at"], item["gate"], item["why"]] for item in found
    ]
    return grid(["ALIAS", "FROM", "TO", "BY", "AT", "GATE", "WHY"], rows)


def _policies(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [item["name"], item["number"], item["model"], ", ".join(item["aliases"]), len(item["checks"])] for item in found
    ]
    return grid(["POLICY", "VERSION", "MODELS", "ALIASES", "CHECKS"], rows)


def _aliases(aliases: Mapping[str, int]) -> str:
    return ", ".join(f"{alias} {number}" for alias, number in aliases.items())


def _measured(metrics: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {shown_value(value)}" for name, value in list(metrics.items())[:4])
