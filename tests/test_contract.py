"""`openapi.yaml` is what the server answers: the file and the registered routes are compared both ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from jupyter_mlx import contract
from jupyter_mlx.errors import InvalidInput
from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import JobRequest
from jupyter_mlx.jobs.schedules import Policy

from .http.routes import answered, registered


@pytest.fixture
def jp_server_config(tmp_path: Path) -> dict[str, Any]:
    """A server with our extension and a store of its own."""
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_mlx": True}},
        "MlxApp": {"state_dir": str(tmp_path / "state"), "gpus": "none"},
    }


@pytest.fixture
def schemas() -> dict[str, Any]:
    """The schemas of the contract."""
    found: dict[str, Any] = contract.load()["components"]["schemas"]
    return found


def described() -> set[tuple[str, str]]:
    """Method and path of every operation of the contract."""
    paths = contract.load()["paths"]
    return {(method.upper(), path) for path, item in paths.items() for method in item if method != "parameters"}


def test_the_contract_is_valid_openapi() -> None:
    assert contract.load()["openapi"].startswith("3.1")
    openapi_spec_validator.validate(contract.load(), cls=OpenAPIV31SpecValidator)


async def test_every_route_is_described_and_every_description_is_a_route(jp_serverapp: Any) -> None:
    routes = registered(jp_serverapp.web_app, jp_serverapp.base_url)
    served = {(method, path) for path, handler in routes.items() for method in answered(handler)}
    assert served == described()


def test_every_operation_has_an_id_a_summary_and_the_common_error() -> None:
    seen = set()
    for path, item in contract.load()["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            seen.add(operation["operationId"])
            assert operation["summary"].endswith("."), path
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Error"}, path
    assert len(seen) == len(described())


def test_what_a_path_names_is_declared() -> None:
    for path, item in contract.load()["paths"].items():
        declared = {"id" if "$ref" in parameter else parameter["name"] for parameter in item.get("parameters", [])}
        assert declared == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def test_requests_admit_no_field_that_the_contract_does_not_name(schemas: dict[str, Any]) -> None:
    requests = {name for name in schemas if name.endswith(("Request", "Patch"))}
    assert "JobRequest" in requests
    for name in [*requests, "SchedulePolicy", "Retries", "Filter", "QualityRule"]:
        assert schemas[name]["additionalProperties"] is False, name


def test_the_contract_and_the_models_have_the_same_names(schemas: dict[str, Any]) -> None:
    only_terminal = {"cwd", "papermill", "track"}
    assert set(JobRequest.__dataclass_fields__) - only_terminal == set(schemas["JobRequest"]["properties"])
    assert set(Policy.__dataclass_fields__) == set(schemas["SchedulePolicy"]["properties"])
    assert {str(state) for state in State} == set(schemas["RunState"]["enum"])


def test_a_reference_that_nothing_uses_is_no_part_of_the_contract(schemas: dict[str, Any]) -> None:
    text = str(contract.load())
    # The data of an event is described for whoever reads events; `tests/http/test_events.py` holds them against it.
    of_events = {name for name in schemas if name.endswith("EventData")}
    assert [name for name in schemas if f"#/components/schemas/{name}'" not in text and name not in of_events] == []


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        ({}, "request_invalid", "notebook"),
        ({"notebook": "a", "nonsense": 1, "another": 2}, "field_unknown", "another"),
        ({"notebook": "a", "retries": {"max": "x"}}, "request_invalid", "retries.max"),
        ({"notebook": "a", "gpus": True}, "request_invalid", "gpus"),
        ([], "request_invalid", None),
    ],
)
def test_a_document_against_the_contract_is_refused_with_its_field(document: Any, code: str, field: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        contract.check("JobRequest", document)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("content", [b"", b"{", b"NaN", b"[1e999]", b'"\\udc00"', b"\xff", b"[" * 10**6])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        contract.parse(content)
    assert refused.value.code == "json_invalid"


def test_numbers_that_json_lacks_are_written_as_null() -> None:
    document = {"a": [float("nan"), 1.5, {"b": float("inf")}], "c": "é"}
    assert contract.dump(document) == '{"a": [null, 1.5, {"b": null}], "c": "é"}'
