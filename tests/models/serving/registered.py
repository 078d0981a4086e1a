"""A registered model with versions that behave: tiny, so that its processes start fast."""

from __future__ import annotations

import http.client
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlflow.tracking import MlflowClient

from jupyter_mlx.jobs.tracking import ensure_database
from tests.support import Workbench

ROW = {"dep": 2.0, "dist": 1.5, "carrier": "AA"}
LOAD_S = 120.0

# Version 1 and 2 are these; version 3 can't be loaded; version 4 dies where a row says so.
TIMES = """
import os
import signal


class Times:
    def __init__(self, factor):
        self.factor = factor

    def predict(self, frame):
        if self.factor == 4 and frame["dep"].iloc[0] == 13:
            os.kill(os.getpid(), signal.SIGKILL)
        print("asked", flush=True)
        return [float(value) * self.factor for value in frame["dep"]]


def _load_pyfunc(path):
    return Times(int(open(path).read()))
"""


def register(folder: Path, uri: str, model: str = "delay") -> None:
    """Four versions of a model; `champion` is the first."""
    with warnings.catch_warnings():
        # What MLflow is told is deprecated is not ours to mend.
        warnings.simplefilter("ignore")
        _register(folder, uri, model)


def _register(folder: Path, uri: str, model: str) -> None:
    import mlflow.pyfunc
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    ensure_database(uri)
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    client.create_registered_model(model)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "times.py").write_text(TIMES)
    signature = ModelSignature(
        Schema([ColSpec("double", "dep"), ColSpec("double", "dist"), ColSpec("string", "carrier")]),
        Schema([ColSpec("double")]),
    )
    for version in (1, 2, 3, 4):
        data = folder / f"factor-{version}"
        data.write_text(str(version))
        path = folder / f"model-{version}"
        mlflow.pyfunc.save_model(
            str(path),
            loader_module="times",
            data_path=str(data),
            code_paths=[str(folder / "times.py")],
            signature=signature,
            pip_requirements=[],
        )
        if version == 3:
            said = (path / "MLmodel").read_text()
            (path / "MLmodel").write_text(said.replace("loader_module: times", "loader_module: gone"))
        client.create_model_version(model, str(path))
    client.set_registered_model_alias(model, "champion", "1")


class Client:
    """What calls a deployment: one connection that is kept."""

    def __init__(self, address: str, token: str | None) -> None:
        self._connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def ask(
        self, body: Any = None, method: str = "POST", path: str = "/invocations", **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, document and headers of an answer; one row is sent where nothing is given."""
        sent = {"dataframe_records": [ROW]} if body is None else body
        content = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, content if method == "POST" else None, {**self._headers, **more})
        answer = self._connection.getresponse()
        text = answer.read()
        told = {name.lower(): value for name, value in answer.getheaders()}
        try:
            return answer.status, json.loads(text or b"null"), told
        except ValueError:
            return answer.status, text, told

    def version(self) -> int:
        """Which version answers this time."""
        status, document, headers = self.ask()
        assert status == 200, document
        return int(headers["x-mlx-version"])

    def close(self) -> None:
        """Leave."""
        self._connection.close()


class Serving:
    """A deployment on a workbench."""

    def __init__(self, bench: Workbench, name: str) -> None:
        self.bench = bench
        self.name = name
        self.service = bench.services.models.deployments
        self.me = bench.services.principal()

    @property
    def document(self) -> dict[str, Any]:
        """As it is now."""
        return self.service.get(self.name)

    def until(self, true: Callable[[dict[str, Any]], Any], what: str, within_s: float = LOAD_S) -> dict[str, Any]:
        """The document as soon as something is true of it."""

        def look() -> dict[str, Any] | None:
            found = self.document
            return found if true(found) else None

        found: dict[str, Any] = self.bench.wait_until(look, f"{self.name}: {what}", within_s)
        return found

    def ready(self) -> dict[str, Any]:
        """The document once it serves what it should."""
        return self.until(lambda found: found["state"] == "READY", "READY")

    def route(self, *routes: tuple[int, float], shadow: int | None = None, **more: Any) -> dict[str, Any]:
        """Change what is served."""
        made: list[dict[str, Any]] = [{"version": version, "share": share} for version, share in routes]
        if shadow is not None:
            made.append({"version": shadow, "share": 0, "shadow": True})
        return self.service.update(self.name, {"routes": made, **more}, self.me)

    def versions(self) -> dict[int, dict[str, Any]]:
        """How each version is."""
        return {version["version"]: version for version in self.document["versions"]}

    def client(self, token: str | None = "") -> Client:
        """What calls it; with another token where one is given."""
        access = self.service.token(self.name, self.me)
        return Client(access["address"], access["token"] if token == "" else token)
