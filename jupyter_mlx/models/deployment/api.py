"""`mlx.models.deploy` in a notebook or a script: deployments, and what is done with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from ...api import services
from ...contract import check
from ...shown import ShownList, grid
from .waiting import wait_for_deployment

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

__all__ = ["Deployment", "deploy", "deployment", "deployments"]


def deploy(
    name: str,
    model: str,
    version: int | None = None,
    *,
    alias: str | None = None,
    target: str = "local",
    why: str = "",
    **options: Any,
) -> Deployment:
    """Deploy a version of a registered model, and return at once; `Deployment.wait` waits until it serves.

    Parameters
    ----------
    version: Its number; the one that `alias` has, ``champion`` by default, where none is given.
    target: ``local``, ``ray``, ``sagemaker`` or ``container``.
    options: ``DeploymentOptions`` of the contract: ``port``, ``workers``, ``log_share``, ``mask`` of local ones.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``.
    Conflict: ``deployment_exists``, ``port_taken``.
    InvalidInput: An option is wrong.
    """
    request: dict[str, Any] = {"name": name, "target": target, "model": model, "options": options, "why": why}
    request |= {key: value for key, value in {"version": version, "alias": alias}.items() if value is not None}
    mlx = services()
    return Deployment(mlx.models.deployments.create(check("DeploymentRequest", request), mlx.principal())["name"])


def deployment(name: str) -> Deployment:
    """A deployment.

    Raises
    ------
    NotFound: ``deployment_unknown``.
    """
    return Deployment(services().models.deployments.get(name)["name"])


def deployments() -> ShownList:
    """All of them: ``Deployment`` of the contract each."""
    return ShownList(services().models.deployments.listing(), _table)


class Deployment:
    """A deployment, as it is at each look."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def document(self) -> dict[str, Any]:
        """The whole document, as HTTP and ``--json`` give it."""
        return services().models.deployments.get(self.name)

    @property
    def state(self) -> str:
        """STARTING, READY, DEGRADED, FAILED, STOPPED, UPDATING or REMOVING."""
        return str(self.document["state"])

    @property
    def token(self) -> dict[str, Any]:
        """``{"address", "token", "curl", "python"}``: how others call it.

        Raises
        ------
        Conflict: ``deployment_not_ready``.
        """
        mlx = services()
        return mlx.models.deployments.token(self.name, mlx.principal())

    def wait(self, timeout_s: float | None = None) -> Deployment:
        """Wait until it serves what it should, or is stopped.

        Raises
        ------
        ExecutionFailed: ``deployment_failed``.
        Unavailable: ``wait_timed_out``.
        """
        mlx = services()
        wait_for_deployment(mlx.models.deployments, mlx.settings.key, self.name, timeout_s)
        return self

    def score(
        self,
        rows: pd.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any],
        *,
        version: int | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> list[Any]:
        """What the model predicts.

        Parameters
        ----------
        rows: A frame, rows by column, or one row.
        version: A version that is served, in place of chance.

        Raises
        ------
        InvalidInput: ``input_invalid``, with what is wrong with the rows.
        Conflict: ``deployment_not_ready``.
        """
        import json

        # A frame's own JSON: its numbers and times are not Python's.
        sent = json.loads(rows.to_json(orient="records", date_format="iso")) if hasattr(rows, "to_json") else rows
        request: dict[str, Any] = {"inputs": [dict(sent)] if isinstance(sent, Mapping) else [dict(row) for row in sent]}
        if version is not None:
            request["version"] = version
        if parameters:
            request["parameters"] = dict(parameters)
        predictions: list[Any] = services().models.deployments.score(self.name, request)["predictions"]
        return predictions

    def route(
        self,
        shares: Mapping[int, float],
        *,
        shadow: Sequence[int] = (),
        why: str = "",
        expected: int | None = None,
    ) -> Deployment:
        """Serve these versions from now on: ``{2: 0.8, 3: 0.2}``.

        Parameters
        ----------
        shadow: Versions that are sent a copy of each request, and answer nobody.
        expected: The revision that was seen; another one is a conflict.

        Raises
        ------
        InvalidInput: ``routes_invalid``.
        Conflict: ``deployment_changed``.
        """
        routes: list[dict[str, Any]] = [{"version": version, "share": share} for version, share in shares.items()]
        routes += [{"version": version, "share": 0, "shadow": True} for version in shadow]
        return self._update({"routes": routes, "why": why, **({} if expected is None else {"expected": expected})})

    def stop(self) -> Deployment:
        """Stop it; its port and its revisions are kept."""
        return self._update({"running": False})

    def start(self) -> Deployment:
        """Start it again."""
        return self._update({"running": True})

    def _update(self, patch: Mapping[str, Any]) -> Deployment:
        mlx = services()
        mlx.models.deployments.update(self.name, check("DeploymentPatch", dict(patch)), mlx.principal())
        return self

    def rollback(self, to: int | None = None, *, why: str = "") -> Deployment:
        """Serve what an earlier revision served, the one before by default.

        Raises
        ------
        NotFound: ``revision_unknown``.
        Conflict: ``nothing_before``.
        """
        mlx = services()
        request = {"why": why, **({} if to is None else {"to": to})}
        mlx.models.deployments.rollback(self.name, check("RollbackRequest", request), mlx.principal())
        return self

    def remove(self) -> None:
        """Stop it, and take it away."""
        mlx = services()
        mlx.models.deployments.remove(self.name, mlx.principal())

    def __repr__(self) -> str:
        return f"<Deployment {self.name} {self.state}>"

    def _repr_html_(self) -> str:
        document = self.document
        rows = [
            [item["version"], item["state"], "shadow" if item["shadow"] else f"{item['share']:.0%}", item["requests"]]
            for item in document["versions"]
        ]
        where = f" at {escape(document['address'])}" if document["address"] else ""
        head = f"<b>{escape(self.name)}</b> {document['state']}{where} {escape(document['message'])}"
        return f"<div>{head}{grid(['version', 'state', 'share', 'requests'], rows)}</div>"


def _table(documents: Sequence[Mapping[str, Any]]) -> str:
    rows = [[item["name"], item["model"], item["target"], item["state"], _routes(item)] for item in documents]
    return grid(["deployment", "model", "target", "state", "serves"], rows)


def _routes(document: Mapping[str, Any]) -> str:
    return ", ".join(
        f"v{route['version']} {'shadow' if route['shadow'] else format(route['share'], '.0%')}"
        for route in document["routes"]
    )
