"""A folder from which a container image can be built that serves a version. Nothing is built here."""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import Conflict, InvalidInput, writing
from ...files import read_json, write_json
from ...settings import Settings
from ..port import RegistryPort
from .errands import Errand
from .model_files import copy_model, local_model
from .port import Deployment, Revision, Status, VersionStatus

__all__ = ["ContainerTarget"]

_KNOWN = {"folder", "port", "workers"}
_OURS = ".mlx-deployment.json"
"""What marks a folder as one that this target wrote, and may write anew."""
_PARTS = ("Dockerfile", ".dockerignore", "README.md", "serve.sh", "model")
_DOCKERFILE = """\
# {name}: {model} version {version}. Written by jupyter_mlx; a new revision of the deployment writes it anew.
FROM python:{python}-slim

RUN apt-get -y update && apt-get -y install --no-install-recommends libgomp1 curl && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home serving
WORKDIR /home/serving

# Packages first: they change less often than the model.
COPY model/requirements.txt requirements.txt
RUN pip install --no-cache-dir -r requirements.txt "mlflow=={mlflow}"

COPY --chown=serving model model
COPY --chown=serving serve.sh serve.sh
USER serving
ENV PORT={port} WORKERS={workers} MLFLOW_DISABLE_TELEMETRY=true
EXPOSE {port}
HEALTHCHECK --start-period=60s CMD curl --fail --silent http://127.0.0.1:$PORT/ping || exit 1
ENTRYPOINT ["sh", "serve.sh"]
"""
_SERVE = """\
#!/bin/sh
# MLflow's scoring server: POST /invocations, GET /ping.
exec mlflow models serve --model-uri model --env-manager local --host 0.0.0.0 --port "$PORT" --workers "$WORKERS"
"""
_README = """\
# {name}

{model} version {version}, served by MLflow's scoring server.

```
{build}
docker run --rm -p {port}:{port} {tag}
curl http://127.0.0.1:{port}/invocations -H 'Content-Type: application/json' -d '{{"dataframe_records": [ROW]}}'
```

The image has no token: put it behind something that asks for one.
"""


class ContainerTarget:
    """`TargetPort` that writes a build context: one version, the last that was wanted."""

    supports_shares = False
    supports_shadow = False
    supports_log = False

    def __init__(self, settings: Settings, registry: RegistryPort) -> None:
        self._settings = settings

    def check(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options made whole.

        Raises
        ------
        InvalidInput: ``deployment_option_invalid``, ``deployment_option_missing``.
        Conflict: ``folder_taken``: something else lies there.
        """
        for name in options:
            if name not in _KNOWN:
                raise InvalidInput(
                    "deployment_option_invalid",
                    f"A container has no option `{name}`.",
                    f"Known: {', '.join(sorted(_KNOWN))}.",
                    field=f"options.{name}",
                )
        if not options.get("folder"):
            raise InvalidInput(
                "deployment_option_missing",
                "A container needs a folder for its build context.",
                "Give `folder`.",
                field="options.folder",
            )
        folder = Path(options["folder"]).expanduser()
        if "\0" in options["folder"] or not folder.is_absolute():
            raise InvalidInput(
                "deployment_option_invalid",
                f"`{options['folder']}` is no whole path.",
                "Give an absolute one.",
                field="options.folder",
            )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Conflict(
                "folder_taken",
                f"{folder} is there already, and not empty.",
                "Name a folder that is not there yet.",
                field="options.folder",
            )
        return {"port": 8080, "workers": 1, **options, "folder": str(folder)}

    def apply(self, deployment: Deployment, revision: Revision) -> Status:
        """Have a process write it; a stopped one keeps what was written."""
        if deployment.wanted == "stopped":
            return replace(deployment.status, state="STOPPED", message="", versions=())
        Errand.of(self._settings, deployment).start(self._settings, deployment, revision)
        message = f"Version {revision.primary} of {deployment.model} is being written to {_folder(deployment)}."
        return Status("STARTING", message)

    def carry_out(self, deployment: Deployment, revision: Revision) -> None:
        """Write it, here: beside the folder first, so that there is never half of it.

        Raises
        ------
        Conflict: ``folder_taken``.
        StorageFull, Forbidden: It can't be written.
        """
        folder, version = _folder(deployment), revision.primary
        said = read_json(folder / _OURS)
        if folder.exists() and any(folder.iterdir()) and (said is None or said["id"] != deployment.id):
            raise Conflict(
                "folder_taken",
                f"{folder} has files that are not of this deployment.",
                "Take them away, or deploy anew.",
            )
        work = Errand.of(self._settings, deployment).folder
        source = local_model(self._settings.mlflow_tracking_uri, deployment.model, version, work / f"version-{version}")
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".mlx-", dir=folder) as name:
                self._write(deployment, version, source, Path(name))
                _take_away(folder)
                for part in _PARTS:
                    (Path(name) / part).rename(folder / part)
            write_json(folder / _OURS, {"id": deployment.id, "revision": revision.number, "version": version})

    def _write(self, deployment: Deployment, version: int, source: Path, target: Path) -> None:
        import yaml
        from mlflow.version import VERSION

        copy_model(source, target / "model")
        requirements = target / "model" / "requirements.txt"
        requirements.touch()
        mlmodel = yaml.safe_load((source / "MLmodel").read_text(encoding="utf-8"))
        python = str(mlmodel.get("flavors", {}).get("python_function", {}).get("python_version", "3.11"))
        mlflow = str(mlmodel.get("mlflow_version") or VERSION)
        for name, said in (("python_version", python), ("mlflow_version", mlflow)):
            # What it says becomes a line that is executed.
            if re.fullmatch(r"[0-9][\w.+-]*", said) is None:
                raise InvalidInput("model_files_invalid", f"{said!r} is no `{name}` of a model.", "Log it anew.")
        values = {
            "name": deployment.name,
            "model": " ".join(deployment.model.split()),
            "version": version,
            "python": ".".join(python.split(".")[:2]),
            "mlflow": mlflow,
            "port": deployment.options["port"] or 8080,
            "workers": deployment.options["workers"],
            "tag": _tag(deployment, version),
            "build": _build(deployment, version),
        }
        (target / "Dockerfile").write_text(_DOCKERFILE.format(**values), encoding="utf-8")
        (target / "serve.sh").write_text(_SERVE, encoding="utf-8")
        (target / "README.md").write_text(_README.format(**values), encoding="utf-8")
        (target / ".dockerignore").write_text(f"{_OURS}\n.mlx-*\nREADME.md\n**/__pycache__\n", encoding="utf-8")

    def look(self, deployment: Deployment) -> Status:
        """What was written, and how an image is made of it."""
        if deployment.wanted == "stopped":
            return Status("STOPPED")
        errand, problem = Errand.of(self._settings, deployment).progress(deployment)
        if errand == "failed":
            return Status("FAILED", problem)
        said = read_json(_folder(deployment) / _OURS)
        if errand == "running" or said is None or said["revision"] != deployment.revision:
            if errand == "running":
                return Status("STARTING", deployment.status.message)
            return Status("FAILED", f"{_folder(deployment)} is not as it was written: stop and start the deployment.")
        message = f"Built from here: {_build(deployment, said['version'])}"
        return Status("READY", message, versions=(VersionStatus(said["version"], "READY"),))

    def remove(self, deployment: Deployment) -> Status | None:
        """Delete what was written; other files in the folder stay."""
        folder = _folder(deployment)
        said = read_json(folder / _OURS)
        if said is not None and said["id"] == deployment.id:
            with writing(folder):
                _take_away(folder)
                (folder / _OURS).unlink(missing_ok=True)
                if not any(folder.iterdir()):
                    folder.rmdir()
        Errand.of(self._settings, deployment).forget()
        return None

    def access(self, deployment: Deployment) -> dict[str, Any]:
        """It does not answer here.

        Raises
        ------
        Conflict: ``deployment_not_ready``.
        """
        raise Conflict(
            "deployment_not_ready",
            f"`{deployment.name}` is a folder to build an image from: it answers where that runs.",
            "Its README says how.",
        )

    def score(
        self,
        deployment: Deployment,
        inputs: Sequence[Mapping[str, Any]],
        parameters: Mapping[str, Any],
        version: int | None,
    ) -> dict[str, Any]:
        """It does not answer here.

        Raises
        ------
        Conflict: ``deployment_not_ready``.
        """
        return self.access(deployment)

    def requests(
        self, deployment: Deployment, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """None."""
        return [], None

    def log(self, deployment: Deployment, version: int | None) -> str:
        """None."""
        return ""


def _folder(deployment: Deployment) -> Path:
    return Path(deployment.options["folder"])


def _tag(deployment: Deployment, version: int) -> str:
    return f"{deployment.name.lower()}:v{version}"


def _build(deployment: Deployment, version: int) -> str:
    return shlex.join(["docker", "build", "-t", _tag(deployment, version), str(_folder(deployment))])


def _take_away(folder: Path) -> None:
    for part in _PARTS:
        path = folder / part
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
