"""Who asks, as grants name them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Principal"]


@dataclass(frozen=True)
class Principal:
    """Who asks. `admin` may do everything; for others the grants decide where access is by grants."""

    user: str
    groups: tuple[str, ...] = ()
    admin: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """How grants name this principal: ``user:ada``, ``group:risk``, and ``everyone``."""
        return (f"user:{self.user}", *(f"group:{group}" for group in self.groups), "everyone")
