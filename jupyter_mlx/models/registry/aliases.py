"""Moves of aliases: each is written down before MLflow is told of it, and found out where another program made it.

A move is PENDING until MLflow has it, then DONE; FAILED where MLflow refused it, or its maker died before MLflow had
it. Moves of one alias are numbered: two who move it at once want the same number, and one of them can have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ...catalog.models import Principal
from ...clock import Clock, to_iso
from ...errors import Conflict, InvalidInput, MlxError, Unavailable
from ...faults import fail_point
from ...store.engine import Store
from ...store.model_tables import alias_moves
from .changes import Changes

if TYPE_CHECKING:
    from ..port import RegistryPort

__all__ = ["ANOTHER_PROGRAM", "ANY", "AliasMoves", "Move"]

ANOTHER_PROGRAM = "another program"
ANY = -1
"""As `expected`: whatever has the alias."""
ABANDONED_S = 60.0
"""After this long whoever began a move and did not end it is taken for dead: MLflow is never asked for longer."""
_TRIES = 5


@dataclass(frozen=True)
class Move:
    """A move of an alias; `from_version` and `to_version` are None where nothing has it."""

    model: str
    alias: str
    number: int
    from_version: int | None
    to_version: int | None
    state: str
    why: str
    promotion_id: str | None
    gate: str | None
    overridden: bool
    outside: bool
    moved_by: str
    moved_at: datetime

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "alias": self.alias,
            "number": self.number,
            "from": self.from_version,
            "to": self.to_version,
            "by": self.moved_by,
            "at": to_iso(self.moved_at),
            "why": self.why,
            "promotion_id": self.promotion_id,
            "gate": self.gate,
            "overridden": self.overridden,
            "outside": self.outside,
        }


class AliasMoves:
    """Owns the history of aliases, and is alone in moving them.

    Parameters
    ----------
    registry: MLflow's registry, which knows where they are now.
    changes: How changes are told and written down.
    """

    def __init__(self, store: Store, clock: Clock, registry: RegistryPort, changes: Changes) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._changes = changes

    # -- looking ---------------------------------------------------------------------------------------------

    def look(self, model: str) -> dict[str, Any]:
        """A model as MLflow has it, after its aliases were compared with their history.

        A move that was begun and not ended is ended by what MLflow says; what another program moved is written down.

        Raises
        ------
        Unavailable: MLflow does not answer.
        NotFound: ``model_unknown``.
        """
        found: dict[str, Any] = {}
        for _ in range(_TRIES):
            before = self._last(model)
            found = self._registry.model(model)
            if not self._differs(before, found["aliases"]):
                return found
            if self._reconcile(model, before, found["aliases"]):
                return found
        return found  # others move them all the time: the next look finds more

    def page(self, model: str, *, limit: int = 100, cursor: str | None = None) -> tuple[list[Move], str | None]:
        """The moves of a model's aliases, newest first, and where the next page begins.

        Raises
        ------
        InvalidInput: ``cursor_invalid``.
        """
        start = 0
        if cursor is not None:
            if not cursor.isdecimal() or len(cursor) > 9:
                raise InvalidInput(
                    "cursor_invalid", "The cursor can't be read.", "Use `next_cursor` of the page before."
                )
            start = int(cursor)
        # Moves are never taken away: a place in the list from its old end stays.
        with self._store.read() as connection:
            every = self._moves(connection, model)
        if start:
            every = every[max(len(every) - start, 0) :]
        page = every[:limit]
        left = len(every) - len(page)
        return page, str(left) if left else None

    def of_version(self, model: str, version: int) -> list[Move]:
        """Moves to and from a version, newest first."""
        with self._store.read() as connection:
            return [move for move in self._moves(connection, model) if version in (move.from_version, move.to_version)]

    def of_promotion(self, promotion_id: str) -> Move | None:
        """The move that came of a promotion, done or not."""
        query = sa.select(alias_moves).where(alias_moves.c.promotion_id == promotion_id)
        with self._store.read() as connection:
            row = connection.execute(query.order_by(alias_moves.c.number.desc())).first()
        return None if row is None else Move(**row._mapping)

    def _moves(self, connection: sa.Connection, model: str) -> list[Move]:
        query = sa.select(alias_moves).where(alias_moves.c.model == model, alias_moves.c.state == "DONE")
        order = (alias_moves.c.moved_at.desc(), alias_moves.c.alias, alias_moves.c.number.desc())
        return [Move(**row._mapping) for row in connection.execute(query.order_by(*order))]

    def _last(self, model: str, connection: sa.Connection | None = None) -> dict[str, Move]:
        """The newest move of each alias, and where it stands: those that failed count as numbers alone."""
        if connection is None:
            with self._store.read() as own:
                return self._last(model, own)
        query = sa.select(alias_moves).where(alias_moves.c.model == model).order_by(alias_moves.c.number)
        return {row.alias: Move(**row._mapping) for row in connection.execute(query)}

    # -- comparing with MLflow -------------------------------------------------------------------------------

    def _differs(self, last: Mapping[str, Move], aliases: Mapping[str, int]) -> bool:
        """Whether a look has something to write."""
        for alias in {*last, *aliases}:
            move, now = last.get(alias), aliases.get(alias)
            if move is None or (move.state == "DONE" and move.to_version != now):
                return True
            if move.state == "PENDING" and (move.to_version == now or self._is_abandoned(move)):
                return True
            if move.state == "FAILED" and move.from_version != now:
                return True
        return False

    def _is_abandoned(self, move: Move) -> bool:
        return self._clock.now() - move.moved_at > timedelta(seconds=ABANDONED_S)

    def _reconcile(self, model: str, before: Mapping[str, Move], aliases: Mapping[str, int]) -> bool:
        """Write what a look found; False where somebody moved an alias in between, so that it is old."""
        with self._store.write() as connection:
            if self._last(model, connection) != before:
                return False
            for alias in sorted({*before, *aliases}):
                move, now = before.get(alias), aliases.get(alias)
                if move is not None and move.state == "PENDING":
                    if move.to_version == now:
                        self._end(connection, move, "DONE")
                        continue
                    if not self._is_abandoned(move):
                        continue
                    self._end(connection, move, "FAILED")
                stood = None if move is None else (move.to_version if move.state == "DONE" else move.from_version)
                if stood != now:
                    self._found_outside(connection, model, alias, move, stood, now)
        self._changes.ring()
        return True

    def _found_outside(
        self, connection: sa.Connection, model: str, alias: str, last: Move | None, stood: int | None, now: int | None
    ) -> None:
        move = Move(
            model,
            alias,
            1 if last is None else last.number + 1,
            stood,
            now,
            "DONE",
            "",
            None,
            None,
            False,
            True,
            ANOTHER_PROGRAM,
            self._clock.now(),
        )
        connection.execute(sa.insert(alias_moves).values(**vars(move)))
        self._changes.tell(connection, model, "alias", version=now)

    def _end(self, connection: sa.Connection, move: Move, state: str) -> bool:
        """End a move that is PENDING, with the event; False where it was ended already."""
        place = (alias_moves.c.model == move.model) & (alias_moves.c.alias == move.alias)
        place &= (alias_moves.c.number == move.number) & (alias_moves.c.state == "PENDING")
        if connection.execute(sa.update(alias_moves).where(place).values(state=state)).rowcount == 0:
            return False
        if state == "DONE":
            self._changes.tell(connection, move.model, "alias", version=move.to_version)
            self._changes.audit(
                connection,
                Principal(move.moved_by),
                "override-gate" if move.overridden else "move-alias",
                f"model:{move.model}@{move.alias}",
                before={"version": move.from_version},
                after={
                    "version": move.to_version,
                    "why": move.why,
                    "gate": move.gate,
                    "overridden": move.overridden,
                    "promotion": move.promotion_id,
                },
            )
        return True

    # -- moving ----------------------------------------------------------------------------------------------

    def where(self, model: str, alias: str, *, expected: int | None = ANY) -> int | None:
        """The version that has an alias now.

        Parameters
        ----------
        expected: The version that it must be.

        Raises
        ------
        Conflict: ``alias_moved``, which names who moved it.
        NotFound: ``model_unknown``.
        """
        now: int | None = self.look(model)["aliases"].get(alias)
        if expected not in (ANY, now):
            raise self._moved(model, alias, expected, now)
        return now

    def move(
        self,
        model: str,
        alias: str,
        to: int | None,
        principal: Principal,
        *,
        expected: int | None = ANY,
        why: str = "",
        promotion_id: str | None = None,
        gate: str = "none",
        overridden: bool = False,
    ) -> Move:
        """Move an alias, or take it away.

        Parameters
        ----------
        to: A version; None takes the alias away.
        expected: What must have it now; `ANY` for whatever has.

        Raises
        ------
        Conflict: ``alias_moved`` where something else has it, or somebody else moves it right now.
        NotFound: ``model_unknown``, ``model_version_unknown``.
        InvalidInput: ``alias_invalid``.
        """
        said = {"why": why, "promotion_id": promotion_id, "gate": gate, "overridden": overridden}
        begun = self._begin(model, alias, to, principal, expected, said)
        fail_point("alias-begun")
        try:
            self._registry.set_alias(model, alias, to)
        except Unavailable:
            # Whether MLflow has it, only MLflow can say: the next look ends the move.
            raise
        except MlxError:
            with self._store.write() as connection:
                self._end(connection, begun, "FAILED")
            raise
        fail_point("alias-set")
        with self._store.write() as connection:
            self._end(connection, begun, "DONE")
            state = self._state(connection, begun)
        self._changes.ring()
        if state != "DONE":
            raise Conflict(
                "alias_moved",
                f"Moving `{alias}` of `{model}` took so long that it was given up.",
                "Look at the alias's history, then try again.",
            )
        return begun

    def _begin(
        self,
        model: str,
        alias: str,
        to: int | None,
        principal: Principal,
        expected: int | None,
        said: Mapping[str, Any],
    ) -> Move:
        for _ in range(_TRIES):
            now = self.where(model, alias, expected=expected)
            with self._store.write() as connection:
                last = self._last(model, connection).get(alias)
                if last is not None and last.state == "PENDING":
                    raise self._moving(last)
                stood = None if last is None else (last.to_version if last.state == "DONE" else last.from_version)
                if stood != now:
                    continue  # somebody moved it since the look
                number = 1 if last is None else last.number + 1
                begun = Move(
                    model,
                    alias,
                    number,
                    now,
                    to,
                    "PENDING",
                    moved_by=principal.user,
                    moved_at=self._clock.now(),
                    outside=False,
                    **said,
                )
                connection.execute(sa.insert(alias_moves).values(**vars(begun)))
                return begun
        raise Conflict("alias_moved", f"`{alias}` of `{model}` is moved again and again.", "Try again in a moment.")

    def _state(self, connection: sa.Connection, move: Move) -> str:
        place = (alias_moves.c.model == move.model) & (alias_moves.c.alias == move.alias)
        query = sa.select(alias_moves.c.state).where(place, alias_moves.c.number == move.number)
        return str(connection.execute(query).scalar_one())

    # -- words -----------------------------------------------------------------------------------------------

    def _moved(self, model: str, alias: str, expected: int | None, now: int | None) -> Conflict:
        last = self._last(model).get(alias)
        if last is not None and last.state == "PENDING":
            return self._moving(last)
        by = "" if last is None else f": {last.moved_by} moved it at {to_iso(last.moved_at)}"
        return Conflict(
            "alias_moved",
            f"{_has(alias, now)} now, not {_version(expected)}{by}.",
            "Look at its history, then decide again.",
            field="expected",
        )

    def _moving(self, move: Move) -> Conflict:
        return Conflict(
            "alias_moved",
            f"{move.moved_by} moves `{move.alias}` to {_version(move.to_version)} right now.",
            "Look at its history in a moment, then decide again.",
        )

    def require_alias(self, alias: str) -> None:
        """Refuse what MLflow would not take for an alias.

        Raises
        ------
        InvalidInput: ``alias_invalid``.
        """
        reserved = alias.lower() == "latest" or (alias[:1] in ("v", "V") and alias[1:].isdecimal())
        if not alias or len(alias) > 255 or reserved or not _is_word(alias):
            raise InvalidInput(
                "alias_invalid",
                f"`{alias}` can be no alias." if alias else "An alias has a name.",
                "Use letters, digits, `_` and `-`; `latest` and `v1` mean versions.",
                field="alias",
            )


def _is_word(text: str) -> bool:
    return all(letter.isalnum() or letter in "_-" for letter in text)


def _version(version: int | None) -> str:
    return "no version" if version is None else f"version {version}"


def _has(alias: str, now: int | None) -> str:
    return f"Nothing has `{alias}`" if now is None else f"Version {now} has `{alias}`"
