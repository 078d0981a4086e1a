"""Promotion: an alias is moved to a version, through the gate of the policy that guards it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...catalog.models import Principal
from ...clock import Clock
from ...errors import Conflict, Forbidden, InvalidInput, MlxError, NotFound, Unavailable
from ...jobs.lifecycle import ENDED
from ...jobs.models import JobRequest, new_id
from ...store.engine import Store
from ..registry.aliases import ABANDONED_S, ANY, AliasMoves
from ..registry.changes import Changes
from .policies import Policies, Policy
from .promotions import CHECKING, Promotion, PromotionRows, refusal
from .running import KIND, Gates

if TYPE_CHECKING:
    from ...jobs.service import JobsService
    from ..port import RegistryPort

__all__ = ["Promotions"]


class Promotions:
    """Owns promotions.

    An alias that no policy guards is moved at once. One that is guarded is moved by a job that runs the gate first;
    where the gate refuses, it stays. Taking an alias away has no gate.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        registry: RegistryPort,
        moves: AliasMoves,
        policies: Policies,
        gates: Gates,
        jobs: JobsService,
        changes: Changes,
    ) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._moves = moves
        self._policies = policies
        self._gates = gates
        self._jobs = jobs
        self._changes = changes
        self._rows = PromotionRows()

    # -- asking ----------------------------------------------------------------------------------------------

    def request(
        self, model: str, document: Mapping[str, Any], principal: Principal, *, cwd: Path, within: str | None = None
    ) -> Promotion:
        """Ask for an alias to be moved: done where nothing guards it, else a job that runs the gate is queued.

        Parameters
        ----------
        document: ``PromotionRequest`` of the contract.
        cwd: The folder that the job runs in.
        within: The run that will call `run_gate` itself, in place of a job of its own.

        Raises
        ------
        NotFound: ``model_unknown``, ``model_version_unknown``.
        InvalidInput: ``alias_invalid``, ``why_missing``.
        Forbidden: ``admin_only``.
        Conflict: ``alias_moved``, ``alias_unchanged``.
        """
        alias, version, why = document["alias"], document["version"], document.get("why", "").strip()
        self._moves.require_alias(alias)
        override = bool(document.get("override"))
        if override:
            self._require_override(principal, model, alias, why)
        if version is not None:
            self._registry.resolve(model, str(version))
        now = self._moves.where(model, alias, expected=document.get("expected", ANY))
        if now == version:
            have = f"version {version} has" if version is not None else "nothing has"
            raise Conflict("alias_unchanged", f"In `{model}` {have} `{alias}` already.", "There is nothing to move.")
        policy = self._policies.guarding(model, alias) if version is not None else None
        promotion = Promotion(
            new_id(),
            model,
            version,
            alias,
            now,
            CHECKING,
            why,
            override and policy is not None,
            None if policy is None else policy.bound,
            [],
            within if policy is not None else None,
            None,
            principal.user,
            self._clock.now(),
            None,
        )
        with self._store.write() as connection:
            self._rows.add(connection, promotion)
            self._tell(connection, promotion)
        self._changes.ring()
        if policy is None:
            return self._move(promotion, principal, "none")
        return promotion if within else self._queue(promotion, policy, cwd)

    def _require_override(self, principal: Principal, model: str, alias: str, why: str) -> None:
        if not principal.admin:
            error = Forbidden(
                "admin_only",
                f"`{principal.user}` may not override a gate.",
                "Ask one of those that the setting `admins` names.",
                field="override",
            )
            self._changes.refuse(principal, "override-gate", f"model:{model}@{alias}", error)
        if not why:
            raise InvalidInput("why_missing", "A gate is overridden for a reason.", "Say it: `why`.", field="why")

    def _queue(self, promotion: Promotion, policy: Policy, cwd: Path) -> Promotion:
        request = JobRequest(
            notebook=str(resources.files("jupyter_mlx").joinpath("templates", "jobs", "gate.ipynb")),
            parameters={"promotion": promotion.id},
            name=f"Gate {policy.name}: {promotion.model} {promotion.version} to {promotion.alias}",
            tags={KIND: "gate", "models": promotion.model, "promotion": promotion.id},
            cwd=str(cwd),
            track=False,
        )
        try:
            self._gates.queue_notebooks(promotion, policy)
            run = self._jobs.submit(request, owner=promotion.created_by)
        except MlxError as error:
            self._end(promotion, "FAILED", error=error.to_json())
            raise
        with self._store.write() as connection:
            self._rows.attach(connection, promotion.id, run.id)
        return self.get(promotion.id)

    # -- the gate --------------------------------------------------------------------------------------------

    def run_gate(self, promotion_id: str) -> Promotion:
        """Run a promotion's gate, and move the alias where it passes, or is overridden.

        It is called by the job that was queued for that, as the user who asked.

        Raises
        ------
        Conflict: ``promotion_ended``.
        """
        with self._store.read() as connection:
            promotion = self._rows.get(connection, promotion_id)
        if promotion.state != CHECKING or promotion.policy is None:
            raise Conflict(
                "promotion_ended", f"The promotion is {promotion.state} already.", "Ask for it again: promote anew."
            )
        policy = self._policies.at(promotion.policy["name"], promotion.policy["number"])
        checks = self._gates.run(promotion, policy)
        with self._store.write() as connection:
            self._rows.change(connection, promotion.id, checks=checks)
        promotion = replace(promotion, checks=checks)
        # Who asks is who asked: whether they may override was decided then.
        principal = Principal(promotion.created_by)
        if not promotion.failed:
            return self._move(promotion, principal, "passed", raising=False)
        if promotion.overridden:
            return self._move(promotion, principal, "refused", raising=False)
        error = refusal(promotion)
        said = {"code": error["code"], "message": error["message"]}
        with self._store.write() as connection:
            self._changes.audit(
                connection,
                principal,
                "promote",
                promotion.resource,
                allowed=False,
                after={**said, "why": promotion.why},
            )
        return self._end(promotion, "REFUSED", error=error)

    def _move(self, promotion: Promotion, principal: Principal, gate: str, *, raising: bool = True) -> Promotion:
        overridden = promotion.overridden and gate == "refused"
        try:
            self._moves.move(
                promotion.model,
                promotion.alias,
                promotion.version,
                principal,
                expected=promotion.from_version,
                why=promotion.why,
                promotion_id=promotion.id,
                gate=gate,
                overridden=overridden,
            )
        except Conflict as error:
            ended = self._end(promotion, "CONFLICT", error=error.to_json(), overridden=False)
            if raising:
                raise
            return ended
        except Unavailable:
            # Whether MLflow has moved it, a later look finds out.
            raise
        except MlxError as error:
            self._end(promotion, "FAILED", error=error.to_json(), overridden=False)
            raise
        return self._end(promotion, "PROMOTED", overridden=overridden)

    def _end(self, promotion: Promotion, state: str, **values: Any) -> Promotion:
        with self._store.write() as connection:
            ended = {"state": state, "ended_at": self._clock.now(), **values}
            if self._rows.change(connection, promotion.id, **ended):
                self._tell(connection, replace(promotion, state=state))
            found = self._rows.get(connection, promotion.id)
        self._changes.ring()
        return found

    def _tell(self, connection: Any, promotion: Promotion) -> None:
        self._changes.tell(
            connection,
            promotion.model,
            "promotion",
            version=promotion.version,
            of=promotion.id,
            state=promotion.state,
        )

    # -- looking ---------------------------------------------------------------------------------------------

    def get(self, promotion_id: str) -> Promotion:
        """One by its id.

        Raises
        ------
        NotFound: ``promotion_unknown``.
        """
        with self._store.read() as connection:
            found = self._rows.get(connection, promotion_id)
        return self._settled(found)

    def page(self, model: str, *, limit: int = 100, cursor: str | None = None) -> tuple[list[Promotion], str | None]:
        """Those of a model, newest first, and where the next page begins.

        Raises
        ------
        InvalidInput: ``cursor_invalid``.
        """
        with self._store.read() as connection:
            found, following = self._rows.page(connection, model, limit, cursor)
        return [self._settled(item) for item in found], following

    def gates(self, model: str, versions: list[int]) -> list[Promotion]:
        """Those of versions whose gate ended, newest first."""
        with self._store.read() as connection:
            return self._rows.gates(connection, model, versions)

    def _settled(self, promotion: Promotion) -> Promotion:
        """A promotion, ended where whoever checked it is gone."""
        reason = None if promotion.state != CHECKING else self._gone(promotion)
        if reason is None:
            return promotion
        move = self._moves.of_promotion(promotion.id)
        if move is not None and move.state == "PENDING":
            try:
                self._moves.look(promotion.model)
            except (Unavailable, NotFound):
                return promotion  # only MLflow can say how it ended
            move = self._moves.of_promotion(promotion.id)
            if move is not None and move.state == "PENDING":
                return promotion
        if move is not None and move.state == "DONE":
            return self._end(promotion, "PROMOTED", overridden=move.overridden)
        error = {
            "code": "gate_ended",
            "message": f"The gate ended without a result: {reason}",
            "remedy": "Ask for the promotion again.",
        }
        return self._end(promotion, "FAILED", error=error, overridden=False)

    def _gone(self, promotion: Promotion) -> str | None:
        """Why nobody checks a promotion any more; None where somebody does."""
        if promotion.run_id is None:
            age = self._clock.now() - promotion.created_at
            return "whoever asked for it was stopped." if age > timedelta(seconds=ABANDONED_S) else None
        try:
            run = self._jobs.get(promotion.run_id)
        except NotFound:
            return f"its run {promotion.run_id} was removed."
        if run.state not in ENDED:
            return None
        with self._store.read() as connection:
            # It may have ended after the row was read.
            if self._rows.get(connection, promotion.id).state != CHECKING:
                return None
        said = f": {run.error['message']}" if run.error else "."
        return f"its run {run.id} ended {run.state}{said}"
