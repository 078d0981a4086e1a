"""What a run says of its own work for its record: by a name, a document that programs read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["NOTES_VARIABLE", "note", "read_notes"]

NOTES_VARIABLE = "MLX_NOTES"
"""The file to which the present attempt's processes append them."""
MAX_BYTES = 1_000_000


def note(name: str, document: Mapping[str, Any]) -> None:
    """Have the present run's record hold a document; a later one of the same name takes its place.

    Outside of runs nothing.
    """
    file = os.environ.get(NOTES_VARIABLE)
    if file:
        line = json.dumps({"name": name, "document": document}, default=str)
        with Path(file).open("a", encoding="utf-8") as notes:
            notes.write(line + "\n")


def read_notes(file: Path) -> dict[str, Any]:
    """The documents of an attempt by name; lines that are not whole are left out, and so is what is past 1 MB."""
    try:
        with file.open("rb") as notes:
            lines = notes.read(MAX_BYTES).splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, Any] = {}
    for line in lines:
        try:
            said = json.loads(line)
            found[str(said["name"])] = said["document"]
        except (ValueError, KeyError, TypeError):
            continue  # cut short by a kill, or nobody's of ours
    return found
