"""What moto's SageMaker lacks of AWS's: updating an endpoint, and shadow variants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.catalog.servers import moto_server

__all__ = ["sagemaker_server"]


@contextmanager
def sagemaker_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Moto's server, whose SageMaker updates endpoints too; yields its URL."""
    from moto.core.responses import ActionResult
    from moto.sagemaker.exceptions import AWSValidationException
    from moto.sagemaker.models import FakeEndpointConfig, SageMakerModelBackend
    from moto.sagemaker.responses import SageMakerResponse

    shadows: dict[str, list[dict[str, Any]]] = {}
    create = SageMakerResponse.create_endpoint_config
    describe = SageMakerResponse.describe_endpoint

    def create_endpoint_config(self: Any) -> Any:
        shadows[self._get_param("EndpointConfigName")] = self._get_param("ShadowProductionVariants") or []
        return create(self)

    def update_endpoint(self: Any) -> Any:
        backend: SageMakerModelBackend = self.sagemaker_backend
        name, config = self._get_param("EndpointName"), self._get_param("EndpointConfigName")
        endpoint = backend.endpoints.get(name)
        made: FakeEndpointConfig | None = backend.endpoint_configs.get(config)
        if endpoint is None or made is None:
            raise AWSValidationException(f'Could not find "{name}" or "{config}".')
        endpoint.endpoint_config_name = config
        endpoint.production_variants = endpoint._process_production_variants(made.production_variants)
        return ActionResult({"EndpointArn": endpoint.arn})

    def describe_endpoint(self: Any) -> Any:
        found = dict(describe(self).result)
        copied = shadows.get(found["EndpointConfigName"], [])
        if copied:
            found["ShadowProductionVariants"] = [
                {"VariantName": item["VariantName"], "CurrentInstanceCount": 1, "DesiredInstanceCount": 1}
                for item in copied
            ]
        return ActionResult(found)

    monkeypatch.setattr(SageMakerResponse, "create_endpoint_config", create_endpoint_config)
    monkeypatch.setattr(SageMakerResponse, "update_endpoint", update_endpoint, raising=False)
    monkeypatch.setattr(SageMakerResponse, "describe_endpoint", describe_endpoint)
    with moto_server() as url:
        # What it plays is one for the whole process.
        requests.post(f"{url}/moto-api/reset", timeout=10).raise_for_status()
        yield url
