"""The executed notebook as a page of HTML."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

__all__ = ["to_html"]


@lru_cache(maxsize=1)
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter()


def to_html(node: Any) -> str:
    """A notebook node as one HTML page, pictures embedded."""
    page, _ = _exporter().from_notebook_node(node)
    return str(page)
