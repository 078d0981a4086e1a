"""Registered models for tests: files and rows, with no library of models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from mlflow.tracking import MlflowClient

from jupyter_mlx.catalog.models import Principal
from jupyter_mlx.services import Services

ADMIN = Principal("root", admin=True)
ADA = Principal("ada")
BOB = Principal("bob")
EVE = Principal("eve")
SIGNATURE = {
    "inputs": json.dumps([{"type": "double", "name": "distance", "required": True}]),
    "outputs": json.dumps([{"type": "long", "required": True}]),
    "params": None,
}


class Agentless(Services):
    """Services whose jobs nobody runs: what a job would do, the test does."""

    def wake_agent(self) -> None:
        """Nobody is woken."""


class Models:
    """Registers versions of models in a tracking store.

    Parameters
    ----------
    folder: Where their files are written.
    """

    def __init__(self, uri: str, folder: Path) -> None:
        self.client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        self.folder = folder

    def register(
        self,
        name: str = "delay",
        *,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
        requirements: str = "numpy==1.26.0\n",
        files: Mapping[str, bytes] | None = None,
        mlmodel: Mapping[str, Any] | None = None,
    ) -> int:
        """A version from a run of its own; its number."""
        client = self.client
        run = client.create_run("0", tags={"mlflow.user": "ada", **(tags or {})})
        for metric, value in (metrics or {}).items():
            client.log_metric(run.info.run_id, metric, value)
        client.set_terminated(run.info.run_id)
        folder = self.folder / "models" / run.info.run_id
        folder.mkdir(parents=True)
        said = {
            "run_id": run.info.run_id,
            "utc_time_created": run.info.run_id,
            "flavors": {"python_function": {}, "sklearn": {}},
            "signature": SIGNATURE,
            **(mlmodel or {}),
        }
        (folder / "MLmodel").write_text(yaml.safe_dump(said))
        (folder / "requirements.txt").write_text(requirements)
        for path, content in (files or {"model.bin": b"the model"}).items():
            (folder / path).write_bytes(content)
        if not client.search_registered_models(f"name = '{name}'" if "'" not in name else f'name = "{name}"'):
            client.create_registered_model(name)
        return int(client.create_model_version(name, str(folder), run.info.run_id).version)

    def files(self, name: str, version: int) -> Path:
        """The folder of a version."""
        return Path(self.client.get_model_version_download_uri(name, str(version)))

    def alias(self, name: str, alias: str) -> int | None:
        """The version that has an alias in MLflow."""
        found = self.client.get_registered_model(name).aliases.get(alias)
        return None if found is None else int(found)
