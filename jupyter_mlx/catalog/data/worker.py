"""The process that reads tables for previews, so that no file is opened in the server and none can hold it up.

→ {"plan": …, "limit", "sample", "as_arrow", "limit_s"}
← {"result": {"rows" | "arrow", "truncated"}}  or  {"error": …}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...pool import serve
from .plan import ReadPlan

__all__ = ["main"]

IDLE_S = 600.0


def main() -> None:
    """Answer requests until the input ends."""
    serve(_answer, _import_parts, IDLE_S)


def _import_parts() -> None:
    import duckdb  # noqa: F401 - paid while the request is on its way
    import pyarrow.dataset
    import pyarrow.parquet  # noqa: F401

    from . import files, preview  # noqa: F401
    from .engine import open_engine

    open_engine().close()


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    from .preview import run_preview

    plan = ReadPlan.from_json(request["plan"])
    return run_preview(plan, request["limit"], sample=request["sample"], as_arrow=request["as_arrow"])


if __name__ == "__main__":
    main()
