"""Features that are there already: by the recipe that they are made by, and by the values that they have."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa

from ..catalog.models import Principal
from ..store.feature_tables import profiles
from .asof_engine import Limits, open_engine
from .backfilling import Shape
from .define_checks import FINGERPRINT
from .models import View
from .profiles import Profile, alike, local_source, profile, quoted
from .recipes import fingerprint_of_file
from .service import FeatureService
from .tables import columns_of, places_of
from .training import source_version

__all__ = ["Match", "Reuse"]

SAMPLE = 2_000
"""Rows whose values are compared."""
EQUAL = 0.99
"""Share of equal values from which two features are the same."""
ENOUGH = 10
"""Rows that must be comparable; of fewer nobody can tell."""


@dataclass(frozen=True)
class Match:
    """A feature, or a view, that has what is asked for.

    kind: ``recipe``, the view is made in the same way; ``values``, the feature has the same values.
    of: The column that it is like; empty for all of them.
    share: Of the compared rows how many have an equal value, 0 to 1.
    """

    kind: str
    project: str
    view: str
    feature: str
    of: str
    share: float
    rows: int
    owner: str
    description: str

    @property
    def use(self) -> str:
        """Code that uses it."""
        name = f"{self.view}:{self.feature}" if self.feature else self.view
        return f'mlx.features.training_set(labels, ["{name}"], project="{self.project}")'

    def to_json(self) -> dict[str, Any]:
        """As the terminal and Python show it."""
        return {**vars(self), "use": self.use}


class Reuse:
    """Owns the profiles of views, and finds what is like something new.

    Only what a principal may read the values of is found.
    """

    def __init__(self, features: FeatureService) -> None:
        self._features = features

    # -- keeping ---------------------------------------------------------------------------------------------

    def note(self, view: View) -> Mapping[str, Profile]:
        """Profile a view's source, and keep that; nothing of sources that are not files on this machine."""
        relation = local_source(view.definition, view.repository)
        made: dict[str, Profile] = {}
        if relation is not None and view.definition.transformation is None:
            columns = columns_of(view)
            with open_engine(Limits()) as engine:
                made = profile(
                    engine.connection, relation, {item.name: columns[item.name] for item in view.definition.features}
                )
        values = {
            "version": view.version,
            "profiles": {
                "source": source_version(view, Path(view.repository)),
                "features": {name: item.to_json() for name, item in made.items()},
            },
            "created_at": self._features.clock.now(),
        }
        place = profiles.c.view_id == view.id
        with self._features.store.write() as connection:
            if not connection.execute(sa.update(profiles).where(place).values(**values)).rowcount:
                connection.execute(sa.insert(profiles).values(view_id=view.id, **values))
        return made

    def _profiles(self, view: View) -> Mapping[str, Profile]:
        """What was kept of a view as it is; made now where its definition or its files are others."""
        query = sa.select(profiles).where(profiles.c.view_id == view.id, profiles.c.version == view.version)
        with self._features.store.read() as connection:
            row = connection.execute(query).first()
        if row is None or row.profiles["source"] != source_version(view, Path(view.repository)):
            return self.note(view)
        return {name: Profile.from_json(item) for name, item in row.profiles["features"].items()}

    # -- finding ---------------------------------------------------------------------------------------------

    def matches(
        self, mark: str, path: Path, shape: Shape, features: Mapping[str, str], principal: Principal
    ) -> list[Match]:
        """What is like new values, the same recipes first.

        Parameters
        ----------
        mark: The fingerprint of their recipe.
        path: The file that has them.
        features: Their features; the values are not looked at.
        """
        found = [view for view in self._features.views(principal=principal) if _is_comparable(view, shape)]
        # Asked about each view there is: that nothing is said of some is no refusal to be written down.
        found = [view for view in found if self._features.may_read(principal, view)]
        same = [view for view in found if mark and mark in (_mark(view), view.definition.tags.get(FINGERPRINT))]
        matches = [_match("recipe", view, "", "", 1.0, 0) for view in same]
        with open_engine(Limits()) as engine:
            connection = engine.connection
            relation = f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
            mine = profile(connection, relation, {name: name for name in features})
            connection.execute(
                f"CREATE TEMP TABLE mine AS FROM {relation} USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (1)"
            )
            for view in found:
                if view in same:
                    continue
                try:
                    matches += self._by_values(connection, view, shape, mine)
                except duckdb.Error as error:
                    # What is wrong with another view's source keeps nobody from defining his own.
                    why = str(error).strip().splitlines()[0]
                    logging.getLogger("jupyter_mlx").warning("`%s` is not compared: %s", view.definition.name, why)
        return matches

    def _by_values(self, connection: Any, view: View, shape: Shape, mine: Mapping[str, Profile]) -> list[Match]:
        theirs = self._profiles(view)
        pairs = [(name, other) for name in mine for other in theirs if alike(mine[name], theirs[other])]
        relation = local_source(view.definition, view.repository)
        if not pairs or relation is None:
            return []
        counted = connection.sql(_statement(view, shape, relation, pairs, mine)).fetchall()[0]
        found: dict[str, Match] = {}
        for at, (name, other) in enumerate(pairs):
            rows, equal, distinct = counted[3 * at : 3 * at + 3]
            if rows >= ENOUGH and distinct > 1 and equal / rows >= EQUAL:
                made = _match("values", view, other, name, equal / rows, rows)
                if name not in found or other == name:
                    found[name] = made
        return list(found.values())


def _is_comparable(view: View, shape: Shape) -> bool:
    definition = view.definition
    return definition.kind == "batch" and set(definition.join_keys) == set(shape.keys) and definition.source is not None


def _mark(view: View) -> str:
    """The fingerprint of a view that reads its file as it is."""
    source = view.definition.source
    places = places_of(source, view.repository)
    if source is None or not places or view.definition.transformation is not None:
        return ""
    columns = columns_of(view)
    keys = [columns[name] for name in view.definition.join_keys]
    features = [columns[item.name] for item in view.definition.features]
    return fingerprint_of_file(places[-1], keys, (source.timestamp, source.created), features)


def _match(kind: str, view: View, feature: str, of: str, share: float, rows: int) -> Match:
    definition = view.definition
    return Match(
        kind, view.project, definition.name, feature, of, share, rows, definition.owner, definition.description
    )


def _statement(
    view: View, shape: Shape, relation: str, pairs: Sequence[tuple[str, str]], mine: Mapping[str, Profile]
) -> str:
    """For each pair: the rows that both have a value of, how many are equal, how many values there are."""
    columns = columns_of(view)
    source = view.definition.source
    assert source is not None
    keys = " AND ".join(f"mine.{quoted(key)} = theirs.{quoted(columns[key])}" for key in shape.keys)
    parts = []
    for name, other in pairs:
        one, two = f"mine.{quoted(name)}", f"theirs.{quoted(columns[other])}"
        equal = f"{one} = {two}"
        if mine[name].family == "number":
            equal = f"abs({one}::DOUBLE - {two}::DOUBLE) <= 1e-6 * greatest(1, abs({one}::DOUBLE))"
        both = f"{one} IS NOT NULL AND {two} IS NOT NULL"
        parts += [
            f"count(*) FILTER ({both})",
            f"count(*) FILTER ({both} AND {equal})",
            f"count(DISTINCT {one}) FILTER ({both})",
        ]
    return (
        f"SELECT {', '.join(parts)} FROM mine ASOF JOIN "  # noqa: S608 - quoted
        f"(SELECT *, {quoted(source.timestamp)}::TIMESTAMPTZ AS mlx_time FROM {relation}) AS theirs "
        f"ON {keys} AND mine.{quoted(shape.timestamp)} >= theirs.mlx_time"
    )
