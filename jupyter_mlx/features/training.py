"""Training sets: features at the labels' times, with a record of what they were made of, and kept by it."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..catalog.models import Principal
from ..clock import to_iso
from ..errors import InvalidInput, NotFound
from ..files import make_private
from ..jobs.models import new_id
from ..store.feature_tables import training_sets
from .asking import asked_for, project_of, views_of
from .keeping import digest_of, keep, make_again
from .leakage import find
from .models import View
from .repository import Repository
from .service import FeatureService

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import pyarrow as pa

__all__ = ["TrainingSet", "TrainingSets"]


@dataclass(frozen=True)
class TrainingSet:
    """A training set that was made: its record, and the file that has its rows.

    record: ``TrainingSet`` of the contract.
    cached: Whether it was there already.
    """

    record: Mapping[str, Any]
    path: Path
    cached: bool

    @property
    def id(self) -> str:
        """What names it."""
        return str(self.record["id"])

    def to_arrow(self) -> pa.Table:
        """Labels and features, as many rows as there were labels and in their order."""
        import pyarrow.parquet as pq

        return pq.read_table(self.path)

    def to_pandas(self) -> pd.DataFrame:
        """The same as a data frame."""
        return self.to_arrow().to_pandas()

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {"run_id": None, **self.record, "path": str(self.path), "cached": self.cached}


class TrainingSets:
    """Owns training sets: the same inputs are the same set.

    Parameters
    ----------
    folder: Where their rows are kept.
    """

    def __init__(self, features: FeatureService, folder: Path) -> None:
        self.features = features
        self.folder = folder

    def make(
        self,
        labels: pd.DataFrame | pa.Table | str | os.PathLike[str],
        features: str | Sequence[str],
        *,
        user: str,
        principal: Principal | None = None,
        project: str | None = None,
        name: str | None = None,
        target: str | None = None,
        known_only: bool = False,
        run_id: str | None = None,
    ) -> TrainingSet:
        """Look features up at the labels' times.

        Parameters
        ----------
        labels: A data frame, an Arrow table, a CSV or Parquet file, or a SELECT of DuckDB's.
        features: ``view:feature`` each, views as ``view`` for all of theirs, or the name of a service.
        project: The applied project; not needed where there is one.
        target: The labels' column that is to be predicted, which features are held against.
        known_only: Leave out values that were written down after the label's time.
        run_id: The job that is made for.

        Raises
        ------
        NotFound: ``project_unknown``, ``view_unknown``, ``feature_unknown``, ``labels_missing``.
        Forbidden: ``permission_missing``.
        InvalidInput: What is wrong with the labels, the features or a source.
        """
        found = project_of(self.features, project, principal)
        references = asked_for(self.features, found, features, principal)
        views = views_of(self.features, found.name, references, principal=principal, action="training-set")
        table = read_labels(labels)
        require_target(table, target)
        inputs = {
            "project": found.name,
            "features": references,
            "views": {view.reference: view.definition.digest for view in views},
            "sources": {view.definition.name: source_version(view, Path(view.repository)) for view in views},
            "labels": digest_of(table),
            "target": target,
            "known_only": known_only,
        }
        if not self.features.access.sees_all(principal):
            # By grants a set is for whoever made it: another's is not given out, nor named anew.
            inputs["owner"] = user
        key = f"sha256:{hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()}"
        known = self._known(key)
        if known is not None:
            return self._named(known, name)
        return self._make(table, inputs, key, found, references, views, target, known_only, user, name, run_id)

    def _known(self, key: str) -> TrainingSet | None:
        with self.features.store.read() as connection:
            row = connection.execute(sa.select(training_sets).where(training_sets.c.key == key)).first()
        if row is None or not Path(row.path).is_file():
            return None
        return TrainingSet(row.record, Path(row.path), cached=True)

    def _named(self, known: TrainingSet, name: str | None) -> TrainingSet:
        """A set that was there by the name that it is asked for now; the names from before lead to it too."""
        before = known.record["name"]
        if name is None or name == before:
            return known
        names = {*known.record.get("names", ()), before} - {name, None}
        record = {**known.record, "name": name, "names": sorted(names)}
        now = self.features.clock.now()
        with self.features.store.write() as connection:
            place = training_sets.c.id == known.id
            connection.execute(sa.update(training_sets).where(place).values(name=name, record=record))
            self._tell(connection, now, known.id)
        _write_record(known.path.parent, record)
        return TrainingSet(record, known.path, cached=True)

    def _tell(self, connection: sa.Connection, now: datetime, made: str) -> None:
        self.features.log.append(connection, now, "features.changed", made, {"what": "training_set", "ids": [made]})

    def get(self, reference: str, *, principal: Principal | None = None) -> TrainingSet:
        """A training set by its id or a name of it, the newest of that name.

        By grants, it is for whoever made it of labels of his own, as long as he may read the features' values.

        Raises
        ------
        NotFound: ``training_set_unknown``.
        Forbidden: ``permission_missing``.
        """
        condition = (training_sets.c.id == reference) | (training_sets.c.name == reference)
        query = sa.select(training_sets).where(condition).order_by(training_sets.c.created_at.desc())
        with self.features.store.read() as connection:
            rows = connection.execute(query).all() or self._once_named(connection, reference)
        own = [row for row in rows if self.features.access.owns(principal, row.owner)]
        if not own:
            unknown = NotFound(
                "training_set_unknown",
                f"There is no training set `{reference}`.",
                "Make it by `jupyter mlx features training-set`, or list those that there are.",
            )
            if rows and principal is not None:
                self.features.access.refuse(principal, "describe", f"training set {reference}", unknown)
            raise unknown
        found = own[0]
        self.require(found.record, principal)
        return TrainingSet(found.record, Path(found.path), cached=True)

    @staticmethod
    def _once_named(connection: sa.Connection, name: str) -> list[Any]:
        query = sa.select(training_sets).order_by(training_sets.c.created_at.desc())
        return [row for row in connection.execute(query) if name in row.record.get("names", ())]

    def make_again(self, reference: str, *, principal: Principal | None = None) -> TrainingSet:
        """Make a training set again of its labels and its views' definitions of then, whatever they are now.

        Its rows are put back where they are gone.

        Raises
        ------
        NotFound: ``training_set_unknown``, ``labels_gone``.
        Forbidden: ``permission_missing``.
        Conflict: ``training_set_changed``: other rows came out; the message says which sources changed.
        """
        import pyarrow.parquet as pq

        known = self.get(reference, principal=principal)
        project = project_of(self.features, known.record["project"], principal)
        changed = self._changed_sources(known.record)
        table = make_again(Repository(project.repository), known.record, known.path.parent, changed)
        if not known.path.is_file():
            beside = known.path.with_suffix(".new")
            pq.write_table(table, beside, compression="zstd")
            beside.replace(known.path)
        return TrainingSet(known.record, known.path, cached=False)

    def _changed_sources(self, record: Mapping[str, Any]) -> dict[str, str]:
        """By view, a sentence on a source that is not, or may not be, what it was."""
        changed = {}
        for name, before in record["sources"].items():
            version = next(reference for reference in record["views"] if reference.rpartition("@")[0] == name)
            view = self.features.view(f"{record['project']}/{version}")
            now = source_version(view, Path(view.repository))
            if before is None or now == before:
                continue
            place = "" if view.definition.source is None else view.definition.source.place
            changed[name] = (
                f"Nobody can tell whether the source of `{name}`, {place}, is as it was."
                if before.startswith("unknown:")
                else f"The source of `{name}`, {place}, has changed since."
            )
        return changed

    def require(self, record: Mapping[str, Any], principal: Principal | None) -> None:
        """Go on only where a principal may read the values of all features of a training set.

        Raises
        ------
        NotFound: ``view_unknown``.
        Forbidden: ``permission_missing``.
        """
        if not self.features.access.sees_all(principal):
            project = project_of(self.features, record["project"], principal)
            references = asked_for(self.features, project, record["features"], principal)
            views_of(self.features, project.name, references, principal=principal, action="training-set")
            for name in record["views"]:
                # Its values are those of then, which may have come from another table.
                view = self.features.view(f"{project.name}/{name}")
                mine = f"{view.definition.name}:"
                asked = [item.removeprefix(mine) for item in references if item.startswith(mine)]
                # What others are computed from is read as a whole.
                self.features.require(principal, "training-set", view, asked or None)

    # -- making ----------------------------------------------------------------------------------------------

    def _make(
        self,
        labels: pa.Table,
        inputs: dict[str, Any],
        key: str,
        project: Any,
        references: list[str],
        views: list[View],
        target: str | None,
        known_only: bool,
        user: str,
        name: str | None,
        run_id: str | None,
    ) -> TrainingSet:
        import pyarrow.parquet as pq

        from .lookup import retrieve

        made = new_id()
        place = make_private(self.folder / made)
        repository = Repository(project.repository)
        try:
            definitions = keep(place, repository, labels)
            table, found = retrieve(repository, labels, references, known_only=known_only, definitions=definitions)
        except BaseException:
            shutil.rmtree(place)
            raise
        columns = feature_columns(table, labels, references)
        leakage = find(table, columns, found, target)
        versions = {view.definition.name: view.reference for view in views}
        digest = digest_of(table)
        path = place / "data.parquet"
        pq.write_table(table, path, compression="zstd")
        now = self.features.clock.now()
        record = {
            "id": made,
            "name": name,
            "project": project.name,
            "digest": digest,
            "rows": table.num_rows,
            "features": references,
            "target": target,
            "known_only": known_only,
            "labels": inputs["labels"],
            "sources": inputs["sources"],
            "views": {
                versions[view]: {**counts.to_json(), "digest": inputs["views"][versions[view]]}
                for view, counts in found.items()
            }
            | {
                view.reference: {"digest": view.definition.digest}
                for view in views
                if view.definition.name not in found
            },
            "leakage": [finding.to_json() for finding in leakage],
            "run_id": run_id,
            "created_at": to_iso(now),
            "owner": user,
        }
        _write_record(place, record)
        values = {
            "id": made,
            "project_id": project.id,
            "name": name,
            "key": key,
            "digest": digest,
            "record": record,
            "path": str(path),
            "owner": user,
            "run_id": run_id,
            "created_at": now,
        }
        with self.features.store.write() as connection:
            there = connection.execute(sa.select(training_sets).where(training_sets.c.key == key)).first()
            # One whose file is gone gives its place to this one.
            meanwhile = there if there is not None and Path(there.path).is_file() else None
            if meanwhile is None:
                connection.execute(sa.delete(training_sets).where(training_sets.c.key == key))
                connection.execute(sa.insert(training_sets).values(**values))
                self._tell(connection, now, made)
        if meanwhile is not None:
            # Another process was first with the same rows, and may have told its id already.
            shutil.rmtree(place)
            return self._named(TrainingSet(meanwhile.record, Path(meanwhile.path), cached=True), name)
        return TrainingSet(record, path, cached=False)


def _write_record(place: Path, record: Mapping[str, Any]) -> None:
    """Beside the rows, for whoever reads them without the store."""
    beside = place / "record.new"
    beside.write_text(json.dumps(record, indent=2))
    beside.replace(place / "record.json")


def require_target(labels: pa.Table, target: str | None) -> None:
    """Go on only where labels have the column that is to be predicted.

    Raises
    ------
    InvalidInput: ``target_missing``.
    """
    if target is not None and target not in labels.column_names:
        raise InvalidInput(
            "target_missing",
            f"The labels have no column `{target}`.",
            f"They have {', '.join(f'`{name}`' for name in labels.column_names)}.",
            field="target",
        )


def feature_columns(table: pa.Table, labels: pa.Table, references: Sequence[str]) -> dict[str, list[str]]:
    """By view, the columns of features that a training set adds to its labels."""
    added = set(table.column_names) - set(labels.column_names)
    found: dict[str, list[str]] = {}
    for reference in references:
        view, _, feature = reference.partition(":")
        if feature in added:
            found.setdefault(view, []).append(feature)
    return found


# -- labels and sources --------------------------------------------------------------------------------------


def read_labels(labels: pd.DataFrame | pa.Table | str | os.PathLike[str]) -> pa.Table:
    """Labels as an Arrow table.

    Raises
    ------
    NotFound: ``labels_missing``.
    InvalidInput: ``labels_invalid``.
    """
    import pyarrow as pa

    if isinstance(labels, pa.Table):
        return labels
    if isinstance(labels, str | os.PathLike):
        return _read_file(os.fspath(labels))
    return pa.Table.from_pandas(labels, preserve_index=False)


def _read_file(text: str) -> pa.Table:
    import duckdb

    query = text.lstrip().lower().startswith(("select", "with", "from"))
    path = Path(text).expanduser()
    if not query and not path.is_file():
        raise NotFound("labels_missing", f"There is no file {path}.", "Name a CSV or Parquet file, or write a SELECT.")
    with duckdb.connect() as connection:
        connection.sql("SET TimeZone = 'UTC'")
        try:
            relation = (
                connection.sql(text)
                if query
                else connection.read_csv(str(path))
                if path.suffix.lower() in (".csv", ".tsv")
                else connection.read_parquet(str(path))
            )
            return relation.to_arrow_table()
        except duckdb.Error as error:
            raise InvalidInput(
                "labels_invalid",
                f"The labels can't be read: {str(error).strip().splitlines()[0]}",
                "Give a CSV or Parquet file, or one SELECT of DuckDB's.",
                field="labels",
            ) from error


def _matching(pattern: Path) -> list[Path]:
    return [Path(found) for found in glob.glob(str(pattern), recursive=True)]


def source_version(view: View, repository: Path) -> str | None:
    """What tells the state of a view's source from others: its files with their sizes and times; None of no files."""
    source = view.definition.source
    if source is None:
        return None
    if "://" in source.place or source.kind != "FileSource":
        # Nobody can tell whether it is as it was: it is read anew each time.
        return f"unknown:{new_id()}"
    place = Path(source.place)
    place = place if place.is_absolute() else repository / place
    # A path that is none is a pattern, as the offline store reads it.
    files = sorted(place.rglob("*") if place.is_dir() else [place] if place.exists() else _matching(place))
    marks = []
    for file in files:
        if file.is_file():
            status = file.stat()
            marks.append([str(file), status.st_size, status.st_mtime_ns])
    return f"sha256:{hashlib.sha256(json.dumps(marks).encode()).hexdigest()}"
