"""Registered models as people see them: what MLflow has, joined with what the store knows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ...catalog.models import Principal
from ...errors import NotFound, Unavailable
from ...store.engine import Store
from ...store.model_tables import deployment_revisions, deployments, evaluations
from ..gates.evidence import StoreEvidence
from .cards import make_card
from .changes import Changes

if TYPE_CHECKING:
    from ..gates.policies import Policies
    from ..gates.promoting import Promotions
    from ..port import RegistryPort
    from .aliases import AliasMoves, Move
    from .origins import Origins

__all__ = ["RegistryService"]

_SUMMARY = ("id", "kind", "data", "rows", "metrics", "champion", "better", "run_id", "mlflow_run_id", "by", "at")
CHAMPION = "champion"


class RegistryService:
    """Owns what is shown of models and versions, and changes of their cards and tags.

    Parameters
    ----------
    replays: ``Replay`` each of a model's version, newest first.
    values_shown: Whether cards may name slices, which are values of data: not where data is seen by grants.
    """

    def __init__(
        self,
        store: Store,
        registry: RegistryPort,
        moves: AliasMoves,
        policies: Policies,
        promotions: Promotions,
        origins: Origins,
        changes: Changes,
        replays: Callable[[str, int], list[dict[str, Any]]],
        *,
        values_shown: bool,
    ) -> None:
        self._store = store
        self._registry = registry
        self._moves = moves
        self._policies = policies
        self._promotions = promotions
        self._origins = origins
        self._changes = changes
        self._replays = replays
        self._values_shown = values_shown

    # -- models ----------------------------------------------------------------------------------------------

    def models(
        self, *, words: str = "", limit: int = 100, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """``RegisteredModel`` each, the last changed first, and where the next page begins.

        Raises
        ------
        Unavailable: MLflow does not answer.
        InvalidInput: ``cursor_invalid``.
        """
        page = self._registry.models(words=words, limit=limit, cursor=cursor)
        return self._documents(page["items"]), page["next_cursor"]

    def model(self, name: str) -> dict[str, Any]:
        """``RegisteredModel``; moves of its aliases by other programs are found by this look.

        Raises
        ------
        Unavailable: MLflow does not answer.
        NotFound: ``model_unknown``.
        """
        return self._documents([self._moves.look(name)])[0]

    def _documents(self, models: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        names = [item["name"] for item in models]
        guarded = self._policies.guarded(dict.fromkeys(names))
        serving = self._serving(names)
        measured = self._measured(models)
        return [
            {
                **item,
                "metrics": measured.get(item["name"], item["metrics"]),
                "guarded": guarded[item["name"]],
                "deployments": sorted(name for name, model, _ in serving if model == item["name"]),
            }
            for item in models
        ]

    def _measured(self, models: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        """By model the metrics of its champion's last evaluation, else of its newest version's."""
        wanted = {item["name"]: item["aliases"].get(CHAMPION) or item["latest"] for item in models}
        query = (
            sa.select(evaluations.c.model, evaluations.c.version, evaluations.c.report["metrics"].label("metrics"))
            .where(evaluations.c.model.in_(list(wanted)))
            .where(evaluations.c.version.in_({version for version in wanted.values() if version is not None}))
            .order_by(evaluations.c.created_at, evaluations.c.id.desc())
        )
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return {row.model: row.metrics or {} for row in rows if wanted[row.model] == row.version}

    def _serving(self, models: Sequence[str]) -> list[tuple[str, str, set[int]]]:
        """Deployments of models: name, model, and the versions that their revision in force names."""
        query = (
            sa.select(deployments.c.name, deployments.c.model, deployment_revisions.c.routes)
            .join(
                deployment_revisions,
                (deployment_revisions.c.deployment_id == deployments.c.id)
                & (deployment_revisions.c.number == deployments.c.revision),
            )
            .where(deployments.c.model.in_(list(models)), deployments.c.wanted != "removed")
        )
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return [(row.name, row.model, {route["version"] for route in row.routes}) for row in rows]

    # -- versions --------------------------------------------------------------------------------------------

    def versions(
        self, name: str, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """``ModelVersionSummary`` each, newest first, and where the next page begins.

        Raises
        ------
        Unavailable: MLflow does not answer.
        NotFound: ``model_unknown``.
        InvalidInput: ``cursor_invalid``.
        """
        page = self._registry.versions(name, limit=limit, cursor=cursor)
        numbers = [item["version"] for item in page["items"]]
        measured = StoreEvidence(self._store, name).newest_metrics(numbers)
        gates = {item.version: not item.failed for item in reversed(self._promotions.gates(name, numbers))}
        return [
            _summary(item, measured.get(item["version"]), gates.get(item["version"])) for item in page["items"]
        ], page["next_cursor"]

    def version(self, name: str, version: int, *, root: Path | None = None) -> dict[str, Any]:
        """``ModelVersion``.

        Parameters
        ----------
        root: Notebooks below it are shown relative to it.

        Raises
        ------
        Unavailable: MLflow does not answer.
        NotFound: ``model_unknown``, ``model_version_unknown``.
        """
        made_at = self._moves.look(name)["created_at"]
        found = self._registry.version(name, version)
        evidence = StoreEvidence(self._store, name, since=made_at)
        reports = evidence.evaluations(version)
        gates = self._promotions.gates(name, [version])
        document = {
            **_summary(found, reports[0]["metrics"] if reports else None, not gates[0].failed if gates else None),
            "card_edited": bool(found["description"]),
            "flavors": found["flavors"],
            "size_bytes": found["size_bytes"],
            "digest": found["digest"],
            "signature": found["signature"],
            "origin": self._origins.of(found, evidence, root),
            "gates": [item.gate_json() for item in gates],
            "history": [move.to_json() for move in self._moves.of_version(name, version)],
            "approvals": evidence.approvals(version, found["digest"], found["description"]),
            "evaluations": [{key: report.get(key) for key in _SUMMARY} for report in reports],
            "replays": self._replays(name, version),
            "deployments": sorted(made for made, _, versions in self._serving([name]) if version in versions),
            "problems": found["problems"],
        }
        report = dict(reports[0]) if reports else None
        if report is not None and not self._values_shown:
            report["slices"] = []
        return {**document, "card": found["description"] or make_card(document, report)}

    def resolve(self, reference: str) -> tuple[str, int]:
        """The model and version of ``name@alias`` or ``name/version``.

        Raises
        ------
        NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``, ``reference_incomplete``.
        """
        for mark in "@/":
            name, found, at = reference.rpartition(mark)
            if found and name and at:
                return name, self._registry.resolve(name, at)
        raise NotFound(
            "reference_incomplete",
            f"`{reference}` names no version.",
            f"Write `{reference.rstrip('@/')}@champion` or `{reference.rstrip('@/')}/1`.",
        )

    # -- history ---------------------------------------------------------------------------------------------

    def history(self, name: str, *, limit: int = 100, cursor: str | None = None) -> tuple[list[Move], str | None]:
        """Moves of a model's aliases, newest first, also of one that is gone.

        Raises
        ------
        NotFound: ``model_unknown`` where there is no such model, and nothing is known of it.
        InvalidInput: ``cursor_invalid``.
        """
        unknown: NotFound | None = None
        try:
            self._moves.look(name)
        except NotFound as error:
            unknown = error
        except Unavailable:
            pass  # what is written down is shown all the same; the next look finds what was moved meanwhile
        found, following = self._moves.page(name, limit=limit, cursor=cursor)
        if unknown is not None and not found:
            raise unknown
        return found, following

    # -- changing --------------------------------------------------------------------------------------------

    def update(self, name: str, version: int | None, patch: Mapping[str, Any], principal: Principal) -> None:
        """Change the description and tags of a model, or the card and tags of a version.

        An empty card is made from the record again.

        Parameters
        ----------
        patch: ``ModelPatch`` of the contract.

        Raises
        ------
        NotFound: ``model_unknown``, ``model_version_unknown``.
        InvalidInput: ``tag_invalid``.
        """
        before = self._registry.model(name) if version is None else self._registry.version(name, version)
        tags = patch.get("tags", {})
        self._registry.update(name, version, patch.get("description"), tags)
        changed = {key: before["tags"].get(key) for key in tags}
        was: dict[str, Any] = {"tags": changed} if tags else {}
        if "description" in patch:
            was["description"] = before["description"]
        resource = f"model:{name}" if version is None else f"model:{name}/{version}"
        with self._store.write() as connection:
            self._changes.audit(connection, principal, "describe-model", resource, before=was, after=dict(patch))
            self._changes.tell(connection, name, "changed", version=version)
        self._changes.ring()


def _summary(item: Mapping[str, Any], measured: Mapping[str, Any] | None, passed: bool | None) -> dict[str, Any]:
    return {
        "name": item["name"],
        "version": item["version"],
        "aliases": item["aliases"],
        "tags": item["tags"],
        "run_id": item["run_id"],
        "job_id": item["job_id"],
        "metrics": item["metrics"] if measured is None else measured,
        "evaluated": measured is not None,
        "gate": None if passed is None else "passed" if passed else "refused",
        "state": item["state"],
        "created_at": item["created_at"],
        "created_by": item["created_by"],
    }
