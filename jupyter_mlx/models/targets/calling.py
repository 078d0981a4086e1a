"""How a deployment that speaks MLflow's scoring protocol is called, as a command and as code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["how_to_call", "with_example"]

_HERE = "ROWS"


def how_to_call(address: str, token: str | None) -> dict[str, Any]:
    """``DeploymentToken`` of the contract, with a place for the rows that `with_example` fills."""
    allowed = "" if token is None else f" \\\n  -H 'Authorization: Bearer {token}'"
    curl = f"curl {address}/invocations{allowed} \\\n  -H 'Content-Type: application/json' \\\n  -d '{_HERE}'"
    headers = "" if token is None else f'\n    headers={{"Authorization": "Bearer {token}"}},'
    python = (
        f'import requests\n\nanswer = requests.post(\n    "{address}/invocations",{headers}\n    json={_HERE},\n)\n'
        'print(answer.json()["predictions"])'
    )
    return {"address": address, "token": token, "curl": curl, "python": python}


def with_example(document: Mapping[str, Any], signature: Mapping[str, Any] | None) -> dict[str, Any]:
    """The same with a row of the signature."""
    rows = {"dataframe_records": [_row(signature)]}
    # In the shell's single quotes a quote is written so.
    curl = json.dumps(rows).replace("'", "'\\''")
    return {
        **document,
        "curl": document["curl"].replace(_HERE, curl),
        "python": document["python"].replace(_HERE, repr(rows)),
    }


def _row(signature: Mapping[str, Any] | None) -> dict[str, Any]:
    if signature is None:
        return {}
    if isinstance(signature.get("example"), dict):
        return dict(signature["example"])
    fields: Sequence[Mapping[str, Any]] = signature.get("inputs", ())
    return {str(field["name"]): _value(str(field.get("type", ""))) for field in fields if field.get("name")}


def _value(kind: str) -> Any:
    if kind in ("string", "binary"):
        return "…"
    return {"boolean": True, "datetime": "2026-01-01T00:00:00", "integer": 1, "long": 1}.get(kind, 0.5)
