"""Looks at features and labels for the server: decided here, where grants are known, read in processes of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NotFound, Unavailable
from ..pool import TimeIsUp, WorkerEnded, WorkerPool
from .asking import asked_for, project_of, views_of
from .entities import checked_entities
from .service import FeatureService

if TYPE_CHECKING:
    from ..catalog.models import Principal
    from .labels import LabelPlans
    from .training import TrainingSets

__all__ = ["FeatureReading"]

LIMIT_S = 60.0
"""A process that takes longer is killed."""


class FeatureReading:
    """Owns what may be looked at of features and labels without a job."""

    def __init__(
        self, features: FeatureService, training_sets: TrainingSets, labels: LabelPlans, tracking_uri: str
    ) -> None:
        self._features = features
        self._training_sets = training_sets
        self._labels = labels
        self._tracking_uri = tracking_uri
        self.pool = WorkerPool(f"{__package__}.worker")

    def warm_up(self) -> None:
        """Start a process, so that the first look finds it ready."""
        self.pool.warm_up()

    def close(self) -> None:
        """End the processes that wait."""
        self.pool.close()

    # -- what is served --------------------------------------------------------------------------------------

    def online(self, document: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
        """What is served for some entities: ``OnlineFeatures`` of the contract.

        Parameters
        ----------
        document: ``OnlineRequest`` of the contract.

        Raises
        ------
        NotFound: ``project_unknown``, ``view_unknown``, ``feature_unknown``.
        Forbidden: ``permission_missing``.
        InvalidInput: ``entity_invalid``, ``online_read_failed``.
        Unavailable: ``features_timeout``, ``features_failed``.
        """
        project = project_of(self._features, document.get("project"), principal)
        references = asked_for(self._features, project, document["features"], principal)
        views = views_of(self._features, project.name, references, principal=principal, action="online")
        entities = checked_entities(document["entities"], views, project.definition.get("entities", ()))
        request = {
            "what": "online",
            "repository": project.repository,
            "features": references,
            "entities": entities,
        }
        return self._document(request, "what is served")

    # -- labels and training sets ----------------------------------------------------------------------------

    def labels(self, text: str, principal: Principal, root: Path) -> dict[str, Any]:
        """The columns of a table of labels, and what they may be: ``Labels`` of the contract.

        Raises
        ------
        MlxError: As `LabelPlans.plan` and `read_plan` have it.
        Unavailable: ``features_timeout``, ``features_failed``.
        """
        keys = {key for view in self._features.views(principal=principal) for key in view.definition.join_keys}
        request = {"what": "labels", "labels": self._plan(text, principal, root), "join_keys": sorted(keys)}
        return self._document(request, "the labels")

    def preview(self, document: Mapping[str, Any], principal: Principal, root: Path) -> dict[str, Any]:
        """What a training set would be like: ``TrainingSetPreview`` of the contract.

        Parameters
        ----------
        document: ``TrainingSetRequest`` of the contract.

        Raises
        ------
        NotFound: ``project_unknown``, ``view_unknown``, ``feature_unknown``, ``labels_missing``, ``table_unknown``.
        Forbidden: ``permission_missing``, ``path_outside_root``.
        InvalidInput: What is wrong with the labels, the features or a source.
        Unavailable: ``features_timeout``, ``features_failed``.
        """
        project = project_of(self._features, document.get("project"), principal)
        references = asked_for(self._features, project, document["features"], principal)
        views = views_of(self._features, project.name, references, principal=principal, action="training-set")
        request = {
            "what": "preview",
            "labels": self._plan(document["labels"], principal, root),
            "repository": project.repository,
            "features": references,
            "target": document.get("target"),
            "known_only": document.get("known_only", False),
            "versions": {view.definition.name: view.reference for view in views},
        }
        return {**self._document(request, "the features"), "snippet": snippet(document)}

    def rows(self, reference: str, limit: int, principal: Principal) -> dict[str, Any]:
        """The first rows of a training set: ``TrainingSetRows`` of the contract.

        Raises
        ------
        NotFound: ``training_set_unknown``, ``training_set_gone``.
        Forbidden: ``permission_missing``.
        """
        found = self._training_sets.get(reference, principal=principal)
        if not found.path.is_file():
            raise NotFound(
                "training_set_gone",
                f"The rows of the training set `{reference}` are gone: {found.path}.",
                "Make it again: the same inputs give the same rows.",
            )
        return self._document({"what": "rows", "path": str(found.path), "limit": limit}, "the rows")

    def models(self, run_ids: Sequence[str], view: str) -> list[dict[str, Any]]:
        """As `registered_models`.

        Raises
        ------
        Unavailable: ``mlflow_unavailable``, ``features_timeout``, ``features_failed``.
        """
        request = {"what": "models", "uri": self._tracking_uri, "run_ids": list(run_ids), "view": view}
        found: list[dict[str, Any]] = self._ask(request, "MLflow's models")
        return found

    def _plan(self, text: str, principal: Principal, root: Path) -> dict[str, Any]:
        def named(query: str) -> list[str]:
            found: list[str] = self._ask({"what": "named", "query": query}, "the SELECT")
            return found

        return self._labels.plan(text, principal, within=root, named=named, door="http").to_json()

    def _document(self, request: Mapping[str, Any], what: str) -> dict[str, Any]:
        found: dict[str, Any] = self._ask(request, what)
        return found

    def _ask(self, request: Mapping[str, Any], what: str) -> Any:
        try:
            return self.pool.ask(request, LIMIT_S)
        except TimeIsUp as error:
            raise Unavailable(
                "features_timeout",
                f"It took more than {LIMIT_S:g} s to read {what}.",
                "Ask for less of it, or make the training set as a job.",
            ) from error
        except WorkerEnded as error:
            raise Unavailable(
                "features_failed",
                f"The process that reads {what} ended: {error}.",
                "Is there memory left? Ask for less, or make the training set as a job.",
            ) from error


def snippet(document: Mapping[str, Any]) -> str:
    """Code that makes a training set in a notebook."""
    arguments = [f"    {document['labels']!r},", f"    {list(document['features'])!r},"]
    arguments += [
        f"    {name}={document[name]!r}," for name in ("name", "target", "project", "known_only") if document.get(name)
    ]
    lines = ["import jupyter_mlx as mlx", "", "training = mlx.features.training_set(", *arguments, ")"]
    return "\n".join([*lines, "training.to_pandas()"])
