"""What people say of versions: approved, or asked for changes; bound to what they saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ...catalog.models import Principal
from ...clock import Clock, to_iso
from ...errors import Conflict, InvalidInput
from ...jobs.models import new_id
from ...store.engine import Store
from ...store.model_tables import approvals
from ..gates.evidence import approval_digest
from .changes import Changes

if TYPE_CHECKING:
    from ..port import RegistryPort

__all__ = ["ApprovalService"]


class ApprovalService:
    """Writes them down; they are never changed or taken away."""

    def __init__(self, store: Store, clock: Clock, registry: RegistryPort, changes: Changes) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._changes = changes

    def say(
        self,
        model: str,
        version: int,
        approved: bool,
        comment: str,
        principal: Principal,
        *,
        seen: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Approve a version as it is now, or ask for changes: ``Approval`` of the contract.

        Parameters
        ----------
        seen: The ``digest`` and ``card`` of what was looked at, an empty card where nobody edited it.

        Raises
        ------
        NotFound: ``model_unknown``, ``model_version_unknown``.
        InvalidInput: ``comment_missing``.
        Conflict: ``files_unknown`` where the model's files can't be looked at; ``version_changed`` where they, or the
            card, are others than what was looked at.
        """
        if not approved and not comment.strip():
            raise InvalidInput(
                "comment_missing", "Whoever asks for changes says which.", "Write a comment.", field="comment"
            )
        found = self._registry.version(model, version)
        if found["digest"] is None:
            raise Conflict(
                "files_unknown",
                f"The files of `{model}` {version} can't be looked at: there is nothing to approve.",
                " ".join(found["problems"]) or "Look at its page.",
            )
        now_is = {"digest": found["digest"], "card": found["description"]}
        if any(now_is[key] != value for key, value in (seen or {}).items()):
            raise Conflict(
                "version_changed",
                f"The files or the card of `{model}` {version} are others than what was looked at.",
                "Look at it again, then decide.",
            )
        now = self._clock.now()
        values: dict[str, Any] = {
            "id": new_id(),
            "model": model,
            "version": version,
            "approved": approved,
            "comment": comment.strip(),
            "digest": approval_digest(found["digest"], found["description"]),
            "said_by": principal.user,
            "said_at": now,
        }
        with self._store.write() as connection:
            connection.execute(sa.insert(approvals).values(**values))
            after = {"approved": approved, "digest": values["digest"]}
            self._changes.audit(connection, principal, "approve", f"model:{model}/{version}", after=after)
            self._changes.tell(connection, model, "approval", version=version)
        self._changes.ring()
        return {
            "id": values["id"],
            "approved": approved,
            "by": principal.user,
            "at": to_iso(now),
            "comment": values["comment"],
            "digest": values["digest"],
            "current": True,
        }
