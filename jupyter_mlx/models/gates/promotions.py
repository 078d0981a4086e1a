"""What was asked for to be promoted, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...clock import to_iso
from ...errors import InvalidInput, NotFound
from ...store.model_tables import promotions

__all__ = ["CHECKING", "Promotion", "PromotionRows", "refusal"]

CHECKING = "CHECKING"
_WITH_GATE = ("PROMOTED", "REFUSED", "CONFLICT")


@dataclass(frozen=True)
class Promotion:
    """A promotion.

    overridden: While it is checked, whether it is to be promoted though the gate refuses; then, whether it was.
    checks: ``CheckResult`` of the contract each.
    """

    id: str
    model: str
    version: int | None
    alias: str
    from_version: int | None
    state: str
    why: str
    overridden: bool
    policy: Mapping[str, Any] | None
    checks: Sequence[Mapping[str, Any]]
    run_id: str | None
    error: Mapping[str, Any] | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None

    @property
    def failed(self) -> list[Mapping[str, Any]]:
        """The checks that did not pass."""
        return [check for check in self.checks if not check["passed"]]

    @property
    def resource(self) -> str:
        """As the audit log names it."""
        return f"model:{self.model}@{self.alias}"

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        document: dict[str, Any] = {
            "id": self.id,
            "model": self.model,
            "version": self.version,
            "alias": self.alias,
            "from": self.from_version,
            "state": self.state,
            "why": self.why,
            "by": self.created_by,
            "overridden": self.overridden,
            "policy": self.policy,
            "checks": list(self.checks),
            "run_id": self.run_id,
            "created_at": to_iso(self.created_at),
            "ended_at": to_iso(self.ended_at),
        }
        return {**document, "error": self.error} if self.error else document

    def gate_json(self) -> dict[str, Any]:
        """``GateResult`` of the contract, of one that had a gate."""
        assert self.policy is not None
        return {
            "policy": self.policy["name"],
            "number": self.policy["number"],
            "digest": self.policy["digest"],
            "passed": not self.failed,
            "checks": list(self.checks),
            "promotion_id": self.id,
            "run_id": self.run_id,
            "at": to_iso(self.ended_at),
        }


def refusal(promotion: Promotion) -> dict[str, Any]:
    """The error of a gate that refused: the failing checks with their figures."""
    failed = promotion.failed
    listed = " ".join(f"{check['name']}: {check['message']}" for check in failed)
    plural = "s" if len(failed) > 1 else ""
    return {
        "code": "gate_refused",
        "message": f"The gate `{(promotion.policy or {}).get('name')}` refuses version {promotion.version} of "
        f"`{promotion.model}`: {len(failed)} of {len(promotion.checks)} checks fail{'' if plural else 's'}. {listed}",
        "remedy": "Mend what fails, or ask an administrator to override the gate with a reason.",
    }


class PromotionRows:
    """Rows of promotions, inside the caller's transaction."""

    def add(self, connection: sa.Connection, promotion: Promotion) -> None:
        """Write a new one."""
        connection.execute(sa.insert(promotions).values(**vars(promotion)))

    def change(self, connection: sa.Connection, promotion_id: str, **values: Any) -> bool:
        """Change one that is being checked; False where it has ended."""
        place = (promotions.c.id == promotion_id) & (promotions.c.state == CHECKING)
        return connection.execute(sa.update(promotions).where(place).values(**values)).rowcount > 0

    def attach(self, connection: sa.Connection, promotion_id: str, run_id: str) -> None:
        """Say which job checks one; it may have ended it already."""
        connection.execute(sa.update(promotions).where(promotions.c.id == promotion_id).values(run_id=run_id))

    def get(self, connection: sa.Connection, promotion_id: str) -> Promotion:
        """One by its id.

        Raises
        ------
        NotFound: ``promotion_unknown``.
        """
        row = connection.execute(sa.select(promotions).where(promotions.c.id == promotion_id)).first()
        if row is None:
            raise NotFound(
                "promotion_unknown",
                f"There is no promotion `{promotion_id}`.",
                "Look at the model's history: `jupyter mlx models history NAME`.",
            )
        return Promotion(**row._mapping)

    def page(
        self, connection: sa.Connection, model: str, limit: int, cursor: str | None
    ) -> tuple[list[Promotion], str | None]:
        """Those of a model, newest first, and where the next page begins.

        Raises
        ------
        InvalidInput: ``cursor_invalid``.
        """
        query = sa.select(promotions).where(promotions.c.model == model)
        if cursor is not None:
            last = connection.execute(sa.select(promotions).where(promotions.c.id == cursor)).first()
            if last is None:
                raise InvalidInput(
                    "cursor_invalid", "The cursor can't be read.", "Use `next_cursor` of the page before."
                )
            earlier = promotions.c.created_at < last.created_at
            query = query.where(earlier | ((promotions.c.created_at == last.created_at) & (promotions.c.id < cursor)))
        query = query.order_by(promotions.c.created_at.desc(), promotions.c.id.desc()).limit(limit + 1)
        found = [Promotion(**row._mapping) for row in connection.execute(query)]
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    def gates(self, connection: sa.Connection, model: str, versions: Sequence[int]) -> list[Promotion]:
        """Those of versions whose gate ended, newest first."""
        query = (
            sa.select(promotions)
            .where(promotions.c.model == model, promotions.c.version.in_(list(versions)))
            .where(promotions.c.state.in_(_WITH_GATE))
            .order_by(promotions.c.created_at.desc(), promotions.c.id.desc())
        )
        return [made for row in connection.execute(query) if (made := Promotion(**row._mapping)).policy is not None]
