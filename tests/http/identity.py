"""Several users of one server, each by a token of his own; one of them has a group that the server knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyter_server.auth import IdentityProvider, User

__all__ = ["TOKENS", "Tokens"]

TOKENS = {"ada": "token-of-ada", "bob": "token-of-bob", "carol": "token-of-carol"}
GROUPS = {"carol": ("risk",)}


@dataclass
class Member(User):
    """A user with groups."""

    groups: tuple[str, ...] = ()


class Tokens(IdentityProvider):
    """Tells users by their tokens."""

    def get_user(self, handler: Any) -> User | None:
        """Whose token the request has."""
        given = (handler.request.headers.get("Authorization") or "").removeprefix("token ")
        for name, token in TOKENS.items():
            if given == token:
                handler._token_authenticated = True
                return Member(name, groups=GROUPS.get(name, ()))
        return None
