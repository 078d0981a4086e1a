"""`mlx.features` in a notebook or a script: apply, look, make training sets, read what is served."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..api import services
from ..notes import note
from ..processes import present_run
from ..shown import Shown, ShownList, grid
from .shown import materialized_html, parity_html, statistics_html
from .tracking import active_run, log_training_set

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import pyarrow as pa
    from torch.utils.data import Dataset

    from ..services import Services
    from .training import TrainingSet as TrainingSetRows

__all__ = [
    "TrainingSet",
    "apply",
    "labels",
    "materialize",
    "online",
    "parity",
    "plan",
    "statistics",
    "training_set",
    "training_set_from",
    "view",
    "views",
]


def plan(repository: str | os.PathLike[str] | None = None) -> Shown:
    """What `apply` would change, and what was made from what it changes.

    Parameters
    ----------
    repository: A folder; that of the setting `feast_repo` by default, or the present one.

    Raises
    ------
    NotFound: ``repository_missing``.
    InvalidInput: ``repository_invalid``.
    """
    mlx = services()
    planned = mlx.feature_uses.plan(_folder(mlx, repository), mlx.asker()).to_json()
    _note(mlx, "features", planned)
    return Shown(planned, _changes)


def apply(repository: str | os.PathLike[str] | None = None) -> Shown:
    """Put a Feast repository's definitions in force, and keep what changed as versions.

    Parameters
    ----------
    repository: A folder; that of the setting `feast_repo` by default, or the present one.

    Raises
    ------
    NotFound: ``repository_missing``.
    InvalidInput: ``repository_invalid``.
    """
    mlx = services()
    user = mlx.asker()
    applied = mlx.features.apply(_folder(mlx, repository), user.user, principal=user).to_json()
    _note(mlx, "features", applied)
    return Shown(applied, _changes)


def _folder(mlx: Services, repository: str | os.PathLike[str] | None) -> str:
    return os.fspath(repository or mlx.settings.feast_repo or ".")


def _note(mlx: Services, name: str, document: Mapping[str, Any]) -> None:
    """Have the run's record say what came of it; by grants it names nothing, for whoever may see jobs sees that."""
    if mlx.access.by_grants:
        document = {key: document[key] for key in ("id", "rows", "created_at") if key in document}
    note(name, document)


def views(project: str | None = None) -> list[dict[str, Any]]:
    """The feature views in force: ``FeatureView`` of the contract."""
    mlx = services()
    return [item.to_json() for item in mlx.features.views(project, principal=mlx.principal())]


def view(reference: str) -> Shown:
    """A feature view by ``name``, ``project/name``, with ``@v2`` for an earlier version.

    Raises
    ------
    NotFound: ``view_unknown``, ``view_version_unknown``.
    """
    mlx = services()
    return Shown(mlx.features.view(reference, principal=mlx.principal()).to_json(), _view)


def materialize(
    *views: str,
    project: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    only_new: bool = False,
    anew: bool = False,
) -> ShownList:
    """Bring the online store up to date, in this process: ``Materialization`` of the contract for each view.

    Parameters
    ----------
    views: All that are served by default.
    since: From then on; by default from where the last one ended.
    only_new: Leave out views whose source is as it was.
    anew: All that the time to live leaves, with rows that came late and are dated before the last one's end.

    Raises
    ------
    NotFound: ``view_unknown``.
    InvalidInput: ``view_not_online``, ``views_missing``.
    Conflict: ``materialization_running``.
    ExecutionFailed: ``materialization_failed``.
    """
    mlx = services()
    done = mlx.materializer.materialize(
        views,
        user=mlx.asker().user,
        principal=mlx.asker(),
        project=project,
        since=since,
        until=until,
        only_new=only_new,
        anew=anew,
        run_id=present_run(),
    )
    return ShownList([item.to_json() for item in done], materialized_html)


def statistics(view: str) -> Shown:
    """Compute and keep the statistics of a view: its source's profile, its drift from the newest training set, parity.

    Raises
    ------
    NotFound: ``view_unknown``.
    Forbidden: ``permission_missing``.
    InvalidInput: ``view_computed``, and what is wrong with the source.
    """
    mlx = services()
    return Shown(mlx.feature_statistics.compute(view, principal=mlx.asker()), statistics_html)


def parity(view: str, entities: Sequence[Mapping[str, Any]] | None = None, *, limit: int = 1_000) -> Shown:
    """Whether what is served of a view is what is stored: ``{"checked", "equal", "unequal", "examples"}``.

    Both are taken at the end of the last materialization. What differs was written late or changed, is past its time
    to live, or lost.

    Parameters
    ----------
    entities: Join keys with values, and what an on-demand view asks for; by default some that the source has.
    limit: How many of those at most.

    Raises
    ------
    NotFound: ``view_unknown``.
    Forbidden: ``permission_missing``.
    InvalidInput: ``view_not_online``, ``never_materialized``.
    """
    mlx = services()
    found = mlx.parity.check(view, principal=mlx.asker(), entities=entities, limit=limit)
    return Shown(found.to_json(), parity_html)


def labels(reference: str, *, within: str | os.PathLike[str] | None = None) -> pa.Table:
    """A table of labels: a CSV or Parquet file, ``database.table`` of the catalog, or one SELECT over such.

    Parameters
    ----------
    within: Read no file out of this folder, to which paths are then relative.

    Raises
    ------
    NotFound: ``labels_missing``, ``table_unknown``.
    Forbidden: ``path_outside_root``, ``permission_missing``.
    InvalidInput: ``labels_invalid``.
    """
    from .labels import read_plan

    mlx = services()
    folder = None if within is None else Path(within).resolve()
    return read_plan(mlx.labels.plan(reference, mlx.asker(), within=folder))[0]


def online(features: str | Sequence[str], /, project: str | None = None, **entity: Any) -> dict[str, Any]:
    """What is served for one entity now: ``online("weather", origin="JFK")``.

    Raises
    ------
    NotFound: ``project_unknown``, ``view_unknown``, ``feature_unknown``.
    InvalidInput: ``online_read_failed``.
    """
    mlx = services()
    found = mlx.materializer.online(features, [entity], project, principal=mlx.principal())
    return {name: values[0] for name, values in found.items()}


class TrainingSet:
    """Features at the labels' times, with the record of what they were made of."""

    def __init__(self, rows: TrainingSetRows) -> None:
        self._rows = rows
        self.record: Mapping[str, Any] = rows.to_json()

    @property
    def id(self) -> str:
        """What names it."""
        return self._rows.id

    @property
    def leakage(self) -> list[dict[str, Any]]:
        """What may tell the answer, or tells nothing: ``{"feature", "kind", "rows", "message"}`` each."""
        return list(self.record["leakage"])

    @property
    def views(self) -> dict[str, Any]:
        """By ``view@v2`` how many labels matched, and how many found nothing or only what had expired."""
        return dict(self.record["views"])

    @property
    def digest(self) -> str:
        """Of its rows."""
        return str(self.record["digest"])

    def log(self) -> bool:
        """Tag the active MLflow run with this set and its views' versions; whether there was one, and it worked.

        In a job, every training set that is made or read does this by itself.
        """
        run = active_run()
        return run is not None and log_training_set(self.record, run)

    def to_pandas(self) -> pd.DataFrame:
        """As many rows as there were labels, in their order."""
        return self._rows.to_pandas()

    def to_arrow(self) -> pa.Table:
        """The same as an Arrow table."""
        return self._rows.to_arrow()

    def to_torch(self, columns: Sequence[str] | None = None) -> Dataset[Any]:
        """A dataset for PyTorch's `DataLoader`, in memory.

        An item is a `float32` tensor of shape ``(features,)``; where the set has a target, that and a `float32` scalar
        tensor. Nulls are NaN.

        Parameters
        ----------
        columns: The features, in this order; by default all that are numbers or truths.

        Raises
        ------
        InvalidInput: ``column_unknown``, ``column_not_numeric``.
        BackendMissing: torch is not installed.
        """
        from ..backends import library_missing

        try:
            from .torch_data import make_dataset
        except ModuleNotFoundError as error:
            raise library_missing(error) from error
        return make_dataset(self._rows, columns)

    def __repr__(self) -> str:
        return f"<TrainingSet {self.id} {self.record['rows']:,} rows of {', '.join(self.record['views'])}>"

    def _repr_html_(self) -> str:
        counted = [
            [name, *(item.get(key) for key in ("matched", "expired", "missing"))]
            for name, item in self.record["views"].items()
        ]
        found = [[item["feature"], item["kind"], item["message"]] for item in self.leakage]
        head = f"{self.record['rows']:,} rows, {'from before' if self.record['cached'] else 'made now'}"
        leaks = grid(["feature", "suspicion", "why"], found) if found else "<div>No leak was found.</div>"
        return f"<div>{grid(['view', 'matched', 'expired', 'missing'], counted, head)}{leaks}</div>"


def training_set(
    labels: pd.DataFrame | pa.Table | str | os.PathLike[str],
    features: str | Sequence[str],
    *,
    name: str | None = None,
    target: str | None = None,
    project: str | None = None,
    known_only: bool = False,
) -> TrainingSet:
    """Look features up at the labels' times; the same inputs give the same set, from before.

    Parameters
    ----------
    labels: Join keys and an event time for each row: a frame, an Arrow table, or what `labels` of this module takes.
    features: ``view:feature`` each, views for all of theirs, or the name of a feature service.
    target: The labels' column that is to be predicted; features are held against it.
    known_only: Leave out values that were written down only after the label's time.

    Raises
    ------
    NotFound: ``project_unknown``, ``view_unknown``, ``feature_unknown``, ``labels_missing``.
    InvalidInput: What is wrong with labels, features or a source.
    """
    mlx = services()
    if isinstance(labels, (str, os.PathLike)):
        from .labels import read_plan

        labels, _ = read_plan(mlx.labels.plan(os.fspath(labels), mlx.asker()))
    made = mlx.training_sets.make(
        labels,
        features,
        user=mlx.asker().user,
        principal=mlx.asker(),
        project=project,
        name=name,
        target=target,
        known_only=known_only,
        run_id=present_run(),
    )
    return _logged(TrainingSet(made))


def training_set_from(reference: str, *, recreate: bool = False) -> TrainingSet:
    """A training set that was made before, by its id or its name.

    Parameters
    ----------
    recreate: Make it again of its labels and of its views' definitions as they were then, even if the rows are there.
        Where they are gone, this is done anyway. The same rows come out, or it is an error.

    Raises
    ------
    NotFound: ``training_set_unknown``, ``labels_gone``.
    Forbidden: ``permission_missing``.
    Conflict: ``training_set_changed``: the message says which sources are not what they were.
    """
    mlx = services()
    found = mlx.training_sets.get(reference, principal=mlx.principal())
    if recreate or not found.path.is_file():
        found = mlx.training_sets.make_again(found.id, principal=mlx.principal())
    return _logged(TrainingSet(found))


def _logged(made: TrainingSet) -> TrainingSet:
    if present_run() is not None:
        _note(services(), "training_set", made.record)
        made.log()
    return made


def _changes(document: Mapping[str, Any]) -> str:
    rows = [
        [
            item["name"],
            item["change"],
            f"v{item['version']}",
            "; ".join((item["difference"] or {}).get("words", ())),
            ", ".join(f"{one['kind']} {one['name']}" for one in item["affects"]),
        ]
        for item in document["changes"]
    ]
    return grid(["view", "change", "version", "what is different", "made from it"], rows, document["project"])


def _view(document: Mapping[str, Any]) -> str:
    rows = [[item["name"], item["type"], item["description"]] for item in document["features"]]
    return grid(["feature", "type", "about"], rows, f"{document['name']}@v{document['version']}")
