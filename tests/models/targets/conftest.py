"""A registered model of plain files, and deployments of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from jupyter_mlx.models.targets.port import Deployment, Revision, RouteShare, Status
from jupyter_mlx.settings import Settings
from tests.support import make_settings

MODEL = "delay"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, tracking_uri: str) -> Settings:
    """Settings of a store of its own, whose registry has two versions of a model."""
    client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
    client.create_registered_model(MODEL)
    for version in (1, 2):
        folder = tmp_path / "models" / str(version)
        (folder / "__pycache__").mkdir(parents=True)
        (folder / "__pycache__" / "code.pyc").write_bytes(b"left by whoever loaded it")
        (folder / "MLmodel").write_text(
            "flavors: {python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}}\n"
            "mlflow_version: 3.17.2\n"
        )
        (folder / "model.bin").write_bytes(b"weights %d" % version)
        (folder / "requirements.txt").write_text("scikit-learn==1.5\n")
        client.create_model_version(MODEL, folder.as_uri())
    return make_settings(tmp_path, mlflow_tracking_uri=tracking_uri)


@pytest.fixture
def deployment() -> Callable[..., Deployment]:
    """Makes deployments: `deployment("sagemaker", options, wanted="stopped")`."""

    def make(target: str, options: dict[str, Any], **more: Any) -> Deployment:
        values = {
            "id": "0123456789ab",
            "name": "delay-live",
            "target": target,
            "model": MODEL,
            "wanted": "running",
            "revision": 1,
            "status": Status("STARTING"),
            **more,
        }
        return Deployment(
            options=options, site="here", host="here", owner="ada", created_at=NOW, updated_at=NOW, **values
        )

    return make


def revision(number: int, shares: dict[int, float], shadow: int | None = None) -> Revision:
    """A revision by shares of versions."""
    routes = [RouteShare(version, share) for version, share in shares.items()]
    routes += [] if shadow is None else [RouteShare(shadow, 0.0, shadow=True)]
    return Revision(number, tuple(routes), "ada", NOW)
