"""The present host as a place that serves models: what is wanted is in the store, and the agent brings it about."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import Conflict, ExecutionFailed, InvalidInput, NotFound, Unavailable
from ...files import read_json
from ...settings import Settings
from ..deployment.store import this_host
from ..port import RegistryPort
from ..serving.folder import ROUTER, ServingFolder, slot_name
from ..serving.request_log import read_calls
from .calling import how_to_call
from .port import Deployment, Revision, Status

__all__ = ["LocalTarget"]

LIMIT_S = 65.0
DEFAULTS: Mapping[str, Any] = {"port": 0, "workers": 1, "log_share": 1.0, "mask": []}
WORKERS = 16
_ON_ITS_WAY = ("STARTING", "UPDATING", "REMOVING")


class LocalTarget:
    """`TargetPort` on this host."""

    supports_shares = True
    supports_shadow = True
    supports_log = True

    def __init__(self, settings: Settings, registry: RegistryPort) -> None:
        self._settings = settings

    def check(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options made whole.

        Raises
        ------
        InvalidInput: ``deployment_option_invalid``: one that this target has not.
        Conflict: ``port_taken``.
        """
        for name in options:
            if name not in DEFAULTS:
                raise InvalidInput(
                    "deployment_option_invalid",
                    f"A local deployment has no option `{name}`.",
                    f"Known: {', '.join(DEFAULTS)}.",
                    field=f"options.{name}",
                )
        whole = {**DEFAULTS, **options}
        if whole["workers"] > WORKERS:
            raise InvalidInput(
                "deployment_option_invalid",
                f"{whole['workers']} processes a version are more than the {WORKERS} that one host is given.",
                "Ask for fewer.",
                field="options.workers",
            )
        if whole["port"]:
            _check_port(whole["port"])
        return whole

    def apply(self, deployment: Deployment, revision: Revision) -> Status:
        """Lay the folder out, so that the token can be shown; the agent does the rest, on whichever host it is."""
        if self._is_here(deployment):
            self._folder(deployment).make()
        return deployment.status

    def look(self, deployment: Deployment) -> Status:
        """What the agent saw last, with what the router counted."""
        counted = (read_json(self._folder(deployment).counters) or {}).get("versions", {})
        versions = tuple(
            replace(version, **counted.get(str(version.version), {})) for version in deployment.status.versions
        )
        status = replace(deployment.status, versions=versions)
        if status.state in _ON_ITS_WAY and not self._is_here(deployment):
            by = f"Only {deployment.host}'s agent does so, in {deployment.owner}'s environment that it was made in."
            status = replace(status, message=f"{status.message} {by}".strip())
        return status

    def remove(self, deployment: Deployment) -> Status | None:
        """The agent ends the processes, and takes the row away then."""
        return replace(deployment.status, state="REMOVING", message="Its processes are being ended.")

    def access(self, deployment: Deployment) -> dict[str, Any]:
        """How it is called.

        Raises
        ------
        Conflict: ``deployment_not_ready``, ``deployment_elsewhere``.
        """
        address, token = self._reach(deployment)
        return how_to_call(address, token)

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
        Conflict: ``deployment_not_ready``, ``deployment_elsewhere``.
        Unavailable: ``deployment_unavailable``.
        ExecutionFailed: ``scoring_failed``.
        """
        address, token = self._reach(deployment)
        columns = list(dict.fromkeys(name for row in inputs for name in row))
        rows = [[row.get(name) for name in columns] for row in inputs]
        body: dict[str, Any] = {"dataframe_split": {"columns": columns, "data": rows}}
        if parameters:
            body["params"] = dict(parameters)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        if version is not None:
            headers["X-Mlx-Version"] = str(version)
        begun = time.perf_counter()
        status, content, answered_by = _post(address, json.dumps(body).encode(), headers)
        took_ms = (time.perf_counter() - begun) * 1000
        if status != 200:
            raise _refused(status, content)
        found = json.loads(content)
        predictions = found.get("predictions", found) if isinstance(found, dict) else found
        return {
            "predictions": predictions if isinstance(predictions, list) else [predictions],
            "version": int(answered_by or 0),
            "milliseconds": round(took_ms, 3),
        }

    def requests(
        self, deployment: Deployment, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """The requests that were logged.

        Raises
        ------
        InvalidInput: ``cursor_invalid``.
        Conflict: ``deployment_elsewhere``.
        """
        self._require_here(deployment)
        return read_calls(self._folder(deployment), limit=limit, cursor=cursor)

    def log(self, deployment: Deployment, version: int | None) -> str:
        """The end of what a version's first process printed, or the router.

        Raises
        ------
        NotFound: ``version_not_served``.
        Conflict: ``deployment_elsewhere``.
        """
        self._require_here(deployment)
        folder = self._folder(deployment)
        slot = ROUTER if version is None else slot_name(version, 0)
        if version is not None and not folder.log(slot).exists():
            raise NotFound(
                "version_not_served",
                f"Version {version} was never served by `{deployment.name}`.",
                "Name one that is, or none for the router's log.",
                field="version",
            )
        return folder.tail(slot)

    # -- where it is -----------------------------------------------------------------------------------------

    def _folder(self, deployment: Deployment) -> ServingFolder:
        return ServingFolder.of(self._settings, deployment.id)

    def _is_here(self, deployment: Deployment) -> bool:
        return deployment.host == this_host() and deployment.site == self._settings.site

    def _require_here(self, deployment: Deployment) -> None:
        if not self._is_here(deployment):
            raise Conflict(
                "deployment_elsewhere",
                f"`{deployment.name}` runs on {deployment.host}, in the environment of {deployment.owner}.",
                "Ask there.",
            )

    def _reach(self, deployment: Deployment) -> tuple[str, str]:
        self._require_here(deployment)
        token = self._folder(deployment).token
        if deployment.status.address is None or token is None or deployment.wanted != "running":
            raise Conflict(
                "deployment_not_ready",
                f"`{deployment.name}` does not answer: it is {deployment.status.state.lower()}."
                + (f" {deployment.status.message}" if deployment.status.message else ""),
                "Wait until it is ready, or start it.",
            )
        return deployment.status.address, token


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Conflict(
                "port_taken", f"Port {port} can't be had: {error.strerror}.", "Name another, or 0 for a free one."
            ) from error


def _post(address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, str | None]:
    host = address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=LIMIT_S)
    try:
        connection.request("POST", "/invocations", body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("X-Mlx-Version")
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(
            "deployment_unavailable", f"{address} does not answer: {error}.", "Look at the deployment; try again."
        ) from error
    finally:
        connection.close()


def _refused(status: int, content: bytes) -> InvalidInput | Unavailable | ExecutionFailed:
    try:
        message = str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        message = content[:1000].decode(errors="replace")
    if status == 503:
        return Unavailable("deployment_unavailable", message, "Look at the deployment; try again.")
    if status >= 500:
        return ExecutionFailed("scoring_failed", message, "The log of the version's process has the details.")
    return InvalidInput("input_invalid", message, "Send rows as the signature has them.", field="inputs")
