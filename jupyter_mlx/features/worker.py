"""The process that reads features and labels for the server, which itself opens none of their files.

Feast loads functions of on-demand views from its registry by unpickling them: that too is done here only.

→ {"what": "online" | "labels" | "preview" | "rows" | "named" | "models", …, "limit_s"}
← {"result": …}  or  {"error": …}
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..pool import serve

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["main"]

IDLE_S = 600.0
LOOKED_AT = 10_000
"""Labels that a preview looks features up for."""
SHOWN = 100


def main() -> None:
    """Answer requests until the input ends."""
    serve(_answer, _import_parts, IDLE_S)


def _import_parts() -> None:
    import duckdb  # noqa: F401 - paid while the request is on its way
    import feast  # noqa: F401

    from . import labels, lookup  # noqa: F401


def _answer(request: Mapping[str, Any]) -> Any:
    return _ANSWERS[request["what"]](request)


def _online(request: Mapping[str, Any]) -> dict[str, Any]:
    from ..catalog.data.encoding import encoded
    from .repository import Repository, calling

    repository = Repository(request["repository"])
    with calling(repository.folder, "online_read_failed"), repository.opened() as store:
        started = time.perf_counter()
        served = store.get_online_features(request["features"], request["entities"]).to_dict()
        took = (time.perf_counter() - started) * 1000
    columns = list(served)
    rows = [[encoded(served[name][row]) for name in columns] for row in range(len(request["entities"]))]
    return {"columns": columns, "rows": rows, "milliseconds": round(took, 3)}


def _named(request: Mapping[str, Any]) -> list[str]:
    from .labels import tables_named

    return tables_named(request["query"])


def _labels(request: Mapping[str, Any]) -> dict[str, Any]:
    from .labels import LabelsPlan, read_plan

    table, rows = read_plan(LabelsPlan.from_json(request["labels"]), 1)
    keys = set(request["join_keys"])
    columns = [{"name": field.name, "type": str(field.type), "role": _role(field, keys)} for field in table.schema]
    return {"columns": columns, "rows": rows}


def _role(field: pa.Field, keys: set[str]) -> str:
    import pyarrow as pa

    if field.name in keys:
        return "key"
    return "time" if pa.types.is_timestamp(field.type) or field.name == "event_timestamp" else "value"


def _preview(request: Mapping[str, Any]) -> dict[str, Any]:
    from .labels import LabelsPlan, read_plan
    from .leakage import find
    from .lookup import retrieve
    from .repository import Repository
    from .training import feature_columns, require_target

    labels, rows = read_plan(LabelsPlan.from_json(request["labels"]), LOOKED_AT)
    require_target(labels, request["target"])
    repository, features = Repository(request["repository"]), request["features"]
    table, found = retrieve(repository, labels, features, known_only=request["known_only"])
    findings = find(table, feature_columns(table, labels, features), found, request["target"])
    versions = request["versions"]
    return {
        **_shown(table.slice(0, SHOWN)),
        "labels": rows,
        "looked_at": labels.num_rows,
        "views": {versions[view]: counts.to_json() for view, counts in found.items()},
        "leakage": [finding.to_json() for finding in findings],
    }


def _rows(request: Mapping[str, Any]) -> dict[str, Any]:
    import pyarrow.parquet as pq

    limit = request["limit"]
    with pq.ParquetFile(Path(request["path"])) as file:
        batches: Sequence[Any] = []
        wanted = limit
        for batch in file.iter_batches(batch_size=limit):
            batches = [*batches, batch.slice(0, wanted)]
            wanted -= batches[-1].num_rows
            if wanted <= 0:
                break
        import pyarrow as pa

        table = pa.Table.from_batches(batches, schema=file.schema_arrow)
        return {**_shown(table), "truncated": file.metadata.num_rows > limit}


def _models(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    from .registered import registered_models

    return registered_models(request["uri"], request["run_ids"], request["view"])


def _shown(table: pa.Table) -> dict[str, Any]:
    from ..catalog.data.encoding import encoded_rows

    columns = [{"name": field.name, "type": str(field.type)} for field in table.schema]
    return {"columns": columns, "rows": encoded_rows(table)}


_ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "online": _online,
    "named": _named,
    "labels": _labels,
    "preview": _preview,
    "rows": _rows,
    "models": _models,
}


if __name__ == "__main__":
    main()
