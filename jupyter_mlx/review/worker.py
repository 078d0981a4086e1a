"""The process that compares notebooks: one request a line on its input, one answer a line on its output.

    → {"a": source, "b": source, "fine", "report", "limit_s"}     source: {"path" | "content", "shown"}
    ← {"result": …}  or  {"error": …}

A process of its own can be killed in the middle of a comparison, and no notebook is parsed in the server.
It ends with its input, and by itself when nobody has asked for a minute.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..pool import serve

__all__ = ["main"]

MAX_BYTES = 200_000_000


def main() -> None:
    """Answer requests until the input ends."""
    serve(_answer, _import_parts)


def _import_parts() -> None:
    # jsonschema tries this parser of URIs, whose grammar takes a second to build, for a check that no notebook
    # makes; without it, it goes on.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import nbdime.diffing.notebooks  # noqa: F401 - paid while the request is on its way


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    from .notebook_diff import diff_notebooks

    nodes = [_read(request[side]) for side in ("a", "b")]
    return diff_notebooks(*nodes, fine=request["fine"], report=request["report"])


def _read(source: Mapping[str, str]) -> Any:
    from ..jobs.notebook import parse_notebook, read_notebook

    shown = source["shown"]
    if "content" in source:
        return parse_notebook(source["content"].encode(), shown)
    path = Path(source["path"])
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise InvalidInput(
            "notebook_too_large",
            f"`{shown}` has more than {MAX_BYTES // 1_000_000} MB.",
            "Clear its outputs, or compare versions with smaller ones.",
            field="notebook",
        )
    return read_notebook(path, shown).node


if __name__ == "__main__":
    main()
