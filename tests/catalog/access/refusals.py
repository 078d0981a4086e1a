"""Who is refused, and with which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_mlx.catalog.models import Principal
from jupyter_mlx.errors import MlxError

CAROL = Principal("carol")
"""Nobody's grantee."""
GRANT = {"principal": "user:bob", "permissions": ["select"], "resource": "lake.flights"}


def refusal(call: Callable[[], object]) -> MlxError:
    """The error of a call that must not succeed."""
    with pytest.raises(MlxError) as caught:
        call()
    return caught.value


def words(error: MlxError, name: str) -> tuple[str, str, str]:
    """All that an error says, with the name that was asked for left out."""
    return error.code, error.message.replace(name, "…"), error.remedy.replace(name, "…")
