"""Names of the catalog: what AWS Glue's crawlers make of what a source calls its tables and databases."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

__all__ = ["catalog_name", "unique_name"]

MAX_NAME = 128
_OTHER = re.compile(r"[^a-z0-9_]+")


def catalog_name(raw: str, prefix: str = "") -> str:
    """Lower case, letters without accents, digits and `_`, at most 128 characters; never empty.

    >>> catalog_name("Flüge 2013.csv")
    'fluge_2013_csv'
    """
    import unicodedata

    plain = unicodedata.normalize("NFKD", prefix + raw).encode("ascii", "ignore").decode().lower()
    name = _OTHER.sub("_", plain).strip("_")
    return name[:MAX_NAME] or f"table_{_digest(raw)}"


def unique_name(name: str, identity: str, taken: Collection[str]) -> str:
    """The name, or, where another table has it, the name with a hash of the identity: the same at every crawl."""
    if name not in taken:
        return name
    suffix = f"_{_digest(identity)}"
    return name[: MAX_NAME - len(suffix)] + suffix


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
