"""Why a model takes no such input, in words that name the fields: MLflow says it among its own schema and data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlflow.types import Schema

__all__ = ["explain"]

SHOWN = 10
"""Names that a message lists."""
LENGTH = 1000


def explain(error: Exception, body: bytes, content_type: str, schema: Schema | None) -> tuple[int, str, str]:
    """The status, the code and the message for what came of a request."""
    from mlflow.exceptions import MlflowException

    if not isinstance(error, MlflowException):
        return 500, "INTERNAL_ERROR", f"The model could not be asked: {_last_line(f'{type(error).__name__}: {error}')}"
    status = int(error.get_http_status_code())
    if 400 <= status < 500 and schema is not None and content_type.startswith("application/json"):
        found = _differences(body, schema)
        if found:
            return status, str(error.error_code), f"The input is not what the model takes: {'; '.join(found)}."
    return status, str(error.error_code), _cleaned(error)


def _differences(body: bytes, schema: Schema) -> list[str]:
    """What differs between the columns that were sent and those of the signature."""
    rows = _rows(body)
    if not rows or not schema.has_input_names():
        return []
    types = {column.name: column.type for column in schema.inputs}
    required = set(schema.required_input_names())
    sent = set().union(*rows)
    missing = [name for name in types if name in required and name not in sent]
    extra = [name for name in sent if name not in types]
    found = []
    if missing:
        found.append(f"missing {_listed(missing)}")
    if extra:
        # Fields beyond the signature's are no error to MLflow; beside a missing one they are often its misspelling.
        found += [f"unknown {_listed(sorted(extra))}"] if missing else []
    ill = [
        f"{_quoted(name)} must be {_type_name(kind)}, not {_shown(value)}"
        for name, kind in types.items()
        if (value := next((row[name] for row in rows if name in row and not _fits(row[name], kind)), _FITS))
        is not _FITS
    ]
    absent = [
        f"{_quoted(name)} must have a value"
        for name in types
        if name in required and name in sent and any(row.get(name) is None for row in rows)
    ]
    return [*found, *ill[:SHOWN], *(absent[:SHOWN] if not found and not ill else [])]


_FITS = object()


def _rows(body: bytes) -> list[Mapping[str, Any]]:
    """The rows of a JSON request by column; none where it has another shape."""
    try:
        document = json.loads(body)
    except ValueError:
        return []
    if not isinstance(document, dict):
        return []
    split = document.get("dataframe_split")
    if isinstance(split, dict) and isinstance(split.get("columns"), list) and isinstance(split.get("data"), list):
        names = [str(name) for name in split["columns"]]
        return [dict(zip(names, row, strict=False)) for row in split["data"] if isinstance(row, list)] or [
            dict.fromkeys(names)
        ]
    for key in ("dataframe_records", "instances", "inputs"):
        rows = document.get(key)
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return rows
        if key == "inputs" and isinstance(rows, dict):
            columns = {name: value if isinstance(value, list) else [value] for name, value in rows.items()}
            length = max(map(len, columns.values()), default=0)
            return [{name: v[i] for name, v in columns.items() if i < len(v)} for i in range(length)]
    return []


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value of JSON can be of a type of a signature; what can't be said is said to."""
    name = _type_name(kind)
    if value is None:
        return True
    if name in ("integer", "long"):
        return isinstance(value, int) and not isinstance(value, bool)
    if name in ("float", "double"):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if name == "boolean":
        return isinstance(value, bool)
    if name == "string":
        return isinstance(value, str)
    return True


def _type_name(kind: Any) -> str:
    return str(getattr(kind, "name", kind))


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(_quoted, names[:SHOWN])) + more


def _quoted(name: Any) -> str:
    return f"`{str(name)[:80]}`"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _cleaned(error: Any) -> str:
    """What MLflow says, without the data and the schema that it repeats, and why, without a traceback."""
    message = str(error.message)
    for mark in ("\nError: ", ". Error: ", " Error: "):
        message = message.rpartition(mark)[2]
    message = message.partition("\nInput: ")[0].partition(" IMPORTANT: ")[0].strip().strip("'")
    trace = getattr(error, "stack_trace", None) or (getattr(error, "json_kwargs", None) or {}).get("stack_trace")
    if trace:
        message = f"{message} {_last_line(trace)}"
    return message[:LENGTH]


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
