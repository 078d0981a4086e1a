"""Samples of files that are held in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_mlx.catalog.crawlers.classify import SAMPLE_BYTES, Classification, Sample, classify

__all__ = ["kinds", "look", "sample"]


def sample(path: str, content: bytes | str) -> Sample:
    """A file as a crawler hands it over."""
    data = content.encode() if isinstance(content, str) else content
    return Sample(path, len(data), data[:SAMPLE_BYTES], lambda: io.BytesIO(data))


def look(path: str, content: bytes | str, custom: Sequence[tuple[str, Mapping[str, Any]]] = ()) -> Classification:
    """Classify a file."""
    return classify(sample(path, content), custom)


def kinds(found: Classification) -> dict[str, str]:
    """The types of its columns by name."""
    return {column.name: column.type for column in found.columns}
