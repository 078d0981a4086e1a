"""Responses and requests of the HTTP tests, held against ``openapi.yaml``."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse

from jupyter_mlx import contract


def closed(schema: Any) -> Any:
    """A schema that admits no field that it does not name: a response with one has outgrown the contract."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


@cache
def _api(url: str) -> OpenAPI:
    document = copy.deepcopy(contract.load())
    # The response's notebooks are nbformat's, with fields of their own.
    for name, schema in document["components"]["schemas"].items():
        if name != "Notebook":
            document["components"]["schemas"][name] = closed(schema)
    document["servers"] = [{"url": url}]
    read = Config(extra_media_type_deserializers={"application/x-ipynb+json": lambda body, **_: body.decode()})
    return OpenAPI.from_dict(document, config=read)


def checked(response: requests.Response, url: str, *, with_request: bool = True) -> requests.Response:
    """The response, if its operation and status admit it, and its request where that is meant to be right.

    Parameters
    ----------
    url: The address of ``mlx/v1`` on that server.
    """
    request = RequestsOpenAPIRequest(response.request)
    if with_request:
        _api(url).validate_request(request)
    if response.content or response.status_code not in (200, 204):
        _api(url).validate_response(request, RequestsOpenAPIResponse(response))
    else:
        # An empty log; openapi-core takes an empty text for a missing one.
        assert response.status_code == 204 or "X-Log-Size" in response.headers, response.headers
    return response
