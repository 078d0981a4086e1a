"""Documents in the parameters of Glue, which are texts.

A document is compact JSON, in ASCII, under its key (``mlx.table``). One that is longer than `MAX_PLAIN` characters is
compressed by zlib, written in Base64, and cut: the key itself then says ``zlib:N``, and ``mlx.table.1`` to
``mlx.table.N`` have the pieces. Glue takes values of up to 512,000 bytes.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any

__all__ = ["PREFIX", "pack", "unpack"]

PREFIX = "mlx."
"""What all keys of ours begin with."""
MAX_PLAIN = 100_000
MAX_PIECE = 250_000
MAX_DOCUMENT = 256 << 20
"""A document that grows beyond this when it is uncompressed is not ours."""


def pack(key: str, document: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that hold a document."""
    text = json.dumps(document, separators=(",", ":"), sort_keys=True)
    if len(text) <= MAX_PLAIN:
        return {key: text}
    packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    pieces = [packed[start : start + MAX_PIECE] for start in range(0, len(packed), MAX_PIECE)]
    return {key: f"zlib:{len(pieces)}", **{f"{key}.{number}": piece for number, piece in enumerate(pieces, 1)}}


def unpack(key: str, parameters: Mapping[str, str]) -> dict[str, Any] | None:
    """The document that `pack` wrote; None where there is none, or where somebody damaged it."""
    text = parameters.get(key)
    if text is None:
        return None
    try:
        if text.startswith("zlib:"):
            pieces = (parameters[f"{key}.{number}"] for number in range(1, int(text.removeprefix("zlib:")) + 1))
            expander = zlib.decompressobj()
            text = expander.decompress(base64.b64decode("".join(pieces)), MAX_DOCUMENT).decode()
        document = json.loads(text)
    except (ValueError, KeyError, zlib.error, binascii.Error):
        return None
    return document if isinstance(document, dict) else None
