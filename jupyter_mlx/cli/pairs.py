"""What commands take as ``K=V``, and as YAML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidInput

__all__ = ["read_pairs", "read_yaml_file", "typed_pairs"]


def read_pairs(words: Sequence[str], example: str = "K=V") -> dict[str, str]:
    """``K=V`` by key.

    Raises
    ------
    InvalidInput: ``usage``.
    """
    pairs = {}
    for word in words:
        key, separator, value = word.partition("=")
        if not separator or not key:
            raise InvalidInput("usage", f"`{word}` is no {example}.", f"Write {example}.")
        pairs[key] = value
    return pairs


def typed_pairs(words: Sequence[str]) -> dict[str, Any]:
    """``K=V`` by key, with values as YAML reads them: numbers, true, lists.

    Raises
    ------
    InvalidInput: ``usage``.
    """
    import yaml

    try:
        return {key: yaml.safe_load(value) for key, value in read_pairs(words).items()}
    except yaml.YAMLError as error:
        raise InvalidInput("usage", f"That is no value: {error}.", "Write K=V, such as views=false.") from error


def read_yaml_file(name: str) -> dict[str, Any]:
    """The mapping in a YAML file.

    Raises
    ------
    InvalidInput: ``file_invalid``.
    """
    import yaml

    try:
        found = yaml.safe_load(Path(name).read_bytes())
    except OSError as error:
        raise InvalidInput("file_invalid", f"`{name}` can't be read: {error.strerror}.", "Check the path.") from error
    except yaml.YAMLError as error:
        raise InvalidInput("file_invalid", f"`{name}` is no YAML: {error}.", "Mend it.") from error
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise InvalidInput("file_invalid", f"`{name}` holds no mapping of names.", "Write `name: …`.")
    return found
