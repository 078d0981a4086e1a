"""Lists by pages: of what has an id, in an order that stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from ..errors import InvalidInput

__all__ = ["page_of"]


class HasId(Protocol):
    """What can be told from others."""

    @property
    def id(self) -> str:
        """Its id."""


T = TypeVar("T", bound=HasId)


def page_of(items: Sequence[T], limit: int, cursor: str | None) -> tuple[list[T], str | None]:
    """The items after the one that a cursor names, and the cursor of the next page; None at the end.

    Raises
    ------
    InvalidInput: ``cursor_invalid``.
    """
    start = 0
    if cursor is not None:
        place = next((index for index, item in enumerate(items) if item.id == cursor), None)
        if place is None:
            raise InvalidInput(
                "cursor_invalid", f"`{cursor}` is no place in this list.", "Begin without a cursor.", field="cursor"
            )
        start = place + 1
    page = list(items[start : start + limit])
    return page, page[-1].id if len(items) > start + limit else None
