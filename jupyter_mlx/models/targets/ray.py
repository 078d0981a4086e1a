"""A Ray cluster as a place that serves models, through the HTTP of its dashboard: Ray is not loaded here.

What is wanted is a job of the cluster, `ray_app`, which needs `jupyter-mlx[ray]` there and the tracking store in reach.
"""

from __future__ import annotations

import http.client
import json
import re
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ...errors import Conflict, ExecutionFailed, InvalidInput, Unavailable
from ...settings import Settings
from ..port import RegistryPort
from .calling import how_to_call
from .port import Deployment, Revision, Status, VersionStatus
from .ray_app import DOCUMENT

__all__ = ["RayTarget"]

LIMIT_S = 30.0
_DEFAULTS: Mapping[str, Any] = {"address": "http://127.0.0.1:8265", "workers": 1}
_STATES = {"NOT_STARTED": "STARTING", "DEPLOYING": "STARTING", "RUNNING": "READY", "UNHEALTHY": "DEGRADED"}
_STATES |= {"DEPLOY_FAILED": "FAILED", "DELETING": "REMOVING"}
_REPLICAS = {"HEALTHY": "READY", "UPDATING": "STARTING", "UNHEALTHY": "CRASHED", "DEPLOY_FAILED": "CRASHED"}
_REPLICAS |= {"UPSCALING": "STARTING", "DOWNSCALING": "READY"}
_UNDER_WAY = ("PENDING", "RUNNING")


class RayTarget:
    """`TargetPort` on Ray Serve: an application a deployment."""

    supports_shares = True
    supports_shadow = True
    supports_log = False

    def __init__(self, settings: Settings, registry: RegistryPort) -> None:
        self._settings = settings

    def check(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options made whole.

        Raises
        ------
        InvalidInput: ``deployment_option_invalid``.
        Unavailable: ``target_unavailable``: no cluster answers there.
        """
        for name in options:
            if name not in _DEFAULTS:
                raise _invalid(name, f"Ray has no option `{name}`.", f"Known: {', '.join(_DEFAULTS)}.")
        whole = {**_DEFAULTS, **options}
        if not _is_dashboard(whole["address"]):
            raise _invalid(
                "address",
                f"`{whole['address']}` is no dashboard of Ray.",
                "Write http://HOST:8265, as `ray start` says.",
            )
        self._ask(whole, "GET", "/api/version")
        return whole

    def apply(self, deployment: Deployment, revision: Revision) -> Status:
        """Have the cluster serve these routes; its job goes on when this returns.

        Raises
        ------
        Conflict: ``application_taken``: somebody else's has the name.
        """
        if not _is_ours(deployment) and self._application(deployment) is not None:
            raise Conflict(
                "application_taken",
                f"Ray serves an application `{deployment.name}` that is not of this deployment.",
                "Choose another name, or take that one away.",
            )
        if deployment.wanted != "running":
            self._run(deployment, "delete", deployment.name)
            return replace(deployment.status, state="UPDATING", message="Ray takes the application away.", versions=())
        document = {
            "tracking_uri": self._settings.mlflow_tracking_uri,
            "model": deployment.model,
            "workers": deployment.options["workers"],
            "routes": [route.to_json() for route in revision.routes],
        }
        # Commands are in lists of processes, and the tracking store's address may have a password.
        job = self._run(deployment, "deploy", deployment.name, **{DOCUMENT: json.dumps(document)})
        state = "STARTING" if deployment.status.address is None else "UPDATING"
        return replace(deployment.status, state=state, message="Ray starts the versions.", own={"job": job})

    def look(self, deployment: Deployment) -> Status:
        """What Serve says of the application, and the cluster of the job that makes it."""
        own = deployment.status.own
        job = self._ask(deployment.options, "GET", f"/api/jobs/{own['job']}") if own.get("job") else {}
        found = self._application(deployment)
        if job.get("status") == "FAILED":
            return Status("FAILED", self._why(deployment, own["job"], job), own=own)
        if found is None:
            if deployment.wanted == "stopped":
                return Status("STOPPED", own=own)
            if job.get("status") in _UNDER_WAY:
                return Status("STARTING", "Ray's job is on its way.", own=own)
            return Status("FAILED", f"Ray serves no application `{deployment.name}`: stop and start it.", own=own)
        state, message = _STATES.get(found["status"], "DEGRADED"), str(found.get("message", "")).strip()
        if job.get("status") in _UNDER_WAY and state == "READY":
            state, message = "UPDATING", "Ray's job is on its way."
        parts = found.get("deployments", {})
        versions = tuple(
            VersionStatus(int(name[1:]), _REPLICAS.get(part["status"], "STARTING"), message=part.get("message", ""))
            for name, part in sorted(parts.items())
            if re.fullmatch(r"v\d+", name)
        )
        return Status(state, "" if state == "READY" else message, self._address(deployment), versions, own)

    def remove(self, deployment: Deployment) -> Status | None:
        """Have it taken away; None when it is gone, or was never ours."""
        found = self._application(deployment) if _is_ours(deployment) else None
        if found is None:
            return None
        if found["status"] != "DELETING":
            self._run(deployment, "delete", deployment.name)
        return replace(deployment.status, state="REMOVING", message="Ray takes the application away.")

    def access(self, deployment: Deployment) -> dict[str, Any]:
        """How it is called; Serve asks for no token.

        Raises
        ------
        Conflict: ``deployment_not_ready``.
        """
        return how_to_call(_ready(deployment), None)

    def score(
        self,
        deployment: Deployment,
        inputs: Sequence[Mapping[str, Any]],
        parameters: Mapping[str, Any],
        version: int | None,
    ) -> dict[str, Any]:
        """What the model predicts.

        Raises
        ------
        InvalidInput: ``input_invalid``.
        Conflict: ``deployment_not_ready``.
        ExecutionFailed: ``scoring_failed``.
        """
        columns = list(dict.fromkeys(name for row in inputs for name in row))
        body: dict[str, Any] = {
            "dataframe_split": {"columns": columns, "data": [[row.get(name) for name in columns] for row in inputs]}
        }
        if parameters:
            body["params"] = dict(parameters)
        headers = {} if version is None else {"X-Mlx-Version": str(version)}
        begun = time.perf_counter()
        status, content, answered = _request(f"{_ready(deployment)}/invocations", "POST", body, headers)
        took_ms = (time.perf_counter() - begun) * 1000
        found = _parsed(content)
        if status != 200:
            said = found.get("message", "") if isinstance(found, dict) else str(found)
            if status >= 500:
                raise ExecutionFailed("scoring_failed", said or f"Ray answered {status}.", "Look at Ray's dashboard.")
            raise InvalidInput("input_invalid", said, "Send rows as the signature has them.", field="inputs")
        predictions = found.get("predictions", found) if isinstance(found, dict) else found
        return {
            "predictions": predictions if isinstance(predictions, list) else [predictions],
            "version": int(answered or 0),
            "milliseconds": round(took_ms, 3),
        }

    def requests(
        self, deployment: Deployment, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """None."""
        return [], None

    def log(self, deployment: Deployment, version: int | None) -> str:
        """None: Ray's dashboard has them."""
        return ""

    # -- the cluster -----------------------------------------------------------------------------------------

    def _run(self, deployment: Deployment, *arguments: str, **environment: str) -> str:
        """Submit a job; its id."""
        command = shlex.join(["python", "-P", "-m", f"{__package__}.ray_app", *arguments])
        job = {"entrypoint": command, "runtime_env": {"env_vars": environment}}
        return str(self._ask(deployment.options, "POST", "/api/jobs/", job)["submission_id"])

    def _application(self, deployment: Deployment) -> dict[str, Any] | None:
        found = self._ask(deployment.options, "GET", "/api/serve/applications/").get("applications", {})
        application: dict[str, Any] | None = found.get(deployment.name)
        return application

    def _address(self, deployment: Deployment) -> str:
        options = self._ask(deployment.options, "GET", "/api/serve/applications/").get("http_options") or {}
        host = urlsplit(deployment.options["address"]).hostname
        port = options.get("port", 8000)
        if not isinstance(port, int):
            # Any text here could name another host.
            raise Unavailable(
                "target_unavailable", f"Ray says that Serve is at port {port!r}.", "Look at its settings."
            )
        return f"http://{host}:{port}/{deployment.name}"

    def _why(self, deployment: Deployment, job: str, said: Mapping[str, Any]) -> str:
        log = self._ask(deployment.options, "GET", f"/api/jobs/{job}/logs").get("logs", "")
        lines = [line for line in str(log).strip().splitlines() if line.strip()]
        return f"Ray's job failed: {lines[-1] if lines else said.get('message', '')}"

    def _ask(self, options: Mapping[str, Any], method: str, path: str, body: Any = None) -> dict[str, Any]:
        status, content, _ = _request(f"{options['address'].rstrip('/')}{path}", method, body, {})
        found = _parsed(content)
        if status >= 400 or not isinstance(found, dict):
            said = content[:300].decode(errors="replace").strip()
            raise Unavailable(
                "target_unavailable",
                f"Ray at {options['address']} answered {status}: {said}",
                "Is that its dashboard, and does Serve run there?",
            )
        return found


def _is_ours(deployment: Deployment) -> bool:
    """Whether a job was sent for it: an application of its name that was there before is somebody else's."""
    return bool(deployment.status.own.get("job"))


def _is_dashboard(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname and not parts.username and parts.port != 0)
    except ValueError:  # no port, or half an address of IPv6
        return False


def _request(url: str, method: str, body: Any, headers: Mapping[str, str]) -> tuple[int, bytes, str | None]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=LIMIT_S)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, parts.path, sent, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("X-Mlx-Version")
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(
            "target_unavailable",
            f"Ray does not answer at {parts.scheme}://{parts.netloc}: {error}.",
            "Start a cluster (`ray start --head`), or give the `address` of its dashboard.",
        ) from error
    finally:
        connection.close()


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")


def _ready(deployment: Deployment) -> str:
    if deployment.wanted != "running" or deployment.status.address is None:
        raise Conflict(
            "deployment_not_ready",
            f"`{deployment.name}` does not answer: it is {deployment.status.state.lower()}.",
            "Wait until it is ready, or start it.",
        )
    return deployment.status.address


def _invalid(name: str, message: str, remedy: str) -> InvalidInput:
    return InvalidInput("deployment_option_invalid", message, remedy, field=f"options.{name}")
