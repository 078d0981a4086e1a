"""Parity: whether what is served online is what the offline store has at the end of the last materialization.

Where it is not, training and serving see different things: rows came late or were changed, a value that is past its
time to live is still served, or a store loses something.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from .materializing import NOBODY, Materializer
from .models import View
from .repository import Repository, calling
from .source_rows import OURS, TIME, open_rows

if TYPE_CHECKING:
    from ..catalog.models import Principal

__all__ = ["LIMIT", "Parity", "ParityCheck", "same"]

LIMIT = 1_000
EXAMPLES = 10
_AT_ONCE = 100


@dataclass(frozen=True)
class Parity:
    """What a check found.

    examples: The first that differ: ``{"entity", "feature", "offline", "online"}`` each, the last two not made JSON.
    """

    checked: int
    equal: int
    examples: tuple[Mapping[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        from ..catalog.data.encoding import encoded

        return {
            "checked": self.checked,
            "equal": self.equal,
            "unequal": self.checked - self.equal,
            "examples": [encoded(dict(example)) for example in self.examples],
        }


class ParityCheck:
    """Compares the two stores."""

    def __init__(self, materializer: Materializer) -> None:
        self._materializer = materializer
        self._features = materializer.features

    def check(
        self,
        reference: str,
        *,
        principal: Principal | None = None,
        entities: Sequence[Mapping[str, Any]] | None = None,
        limit: int = LIMIT,
    ) -> Parity:
        """Compare what is served of a view with what is stored, at the end of the last materialization.

        Parameters
        ----------
        entities: Join keys with values, and what a view that is computed on demand asks for; by default up to `limit`
            of those that the source has.

        Raises
        ------
        NotFound: ``view_unknown``.
        Forbidden: ``permission_missing``.
        InvalidInput: ``view_not_online``, ``never_materialized``, ``entities_missing``.
        """
        view = self._features.view(reference, principal=principal)
        self._features.require(principal, "parity", self._features.view(view.id))
        sources = self._sources(view)
        until = self._until(view, sources)
        chosen = [dict(entity) for entity in entities] if entities is not None else _entities(sources, until, limit)
        return _compare(view, chosen, until)

    def _sources(self, view: View) -> list[View]:
        """The views whose rows a view's values are."""
        if view.definition.kind != "on_demand":
            if not view.definition.online:
                raise InvalidInput(
                    "view_not_online",
                    f"`{view.definition.name}` is not served online.",
                    "Define it with `online=True`, and apply its repository.",
                )
            return [view]
        known = {item.definition.name: item for item in self._features.views(view.project)}
        return [known[name] for name in view.definition.uses if name in known]

    def _until(self, view: View, sources: Sequence[View]) -> datetime:
        """Up to when all of the sources are served."""
        ends = [self._materializer.log.served_until(source) for source in sources]
        found = [end for end in ends if end is not None]
        if len(found) < len(ends):
            raise InvalidInput(
                "never_materialized",
                f"`{view.definition.name}` was never materialized: nothing is served.",
                "Materialize it: `jupyter mlx features materialize`.",
            )
        return min(found, default=self._features.clock.now())


def _entities(sources: Sequence[View], until: datetime, limit: int) -> list[dict[str, Any]]:
    """Keys that the sources have, always the same ones of the same rows; of several sources side by side."""
    lists = []
    for source in sources:
        with open_rows(source, [], "history") as connection:
            keys = ", ".join('"' + key.replace('"', '""') + '"' for key in source.definition.join_keys)
            if not keys:
                continue
            # Quoted names and a bound value.
            query = (
                f'SELECT DISTINCT {keys} FROM history WHERE "{TIME}" <= ? ORDER BY hash({keys}), {keys} LIMIT {limit}'  # noqa: S608
            )
            relation = connection.execute(query, [until])
            names = [column[0] for column in relation.description or ()]
            lists.append([dict(zip(names, row, strict=True)) for row in relation.fetchall()])
    longest = max(map(len, lists), default=0)
    merged = [
        {name: value for rows in lists if rows for name, value in rows[number % len(rows)].items()}
        for number in range(longest)
    ]
    return [entity for entity in merged if None not in entity.values()] or ([] if lists else [{}])


def _compare(view: View, entities: list[dict[str, Any]], until: datetime) -> Parity:
    import pyarrow as pa

    if not entities:
        return Parity(0, 0, ())
    name = view.definition.name
    references = [f"{name}:{feature.name}" for feature in view.definition.features]
    repository = Repository(view.repository)
    with calling(repository.folder, "parity_failed"), repository.opened() as store:
        online: list[dict[str, Any]] = []
        for start in range(0, len(entities), _AT_ONCE):
            part = entities[start : start + _AT_ONCE]
            served = store.get_online_features(references, [entity or NOBODY for entity in part]).to_dict()
            online += [{column: served[column][row] for column in served} for row in range(len(part))]
        stamps = pa.array([until] * len(entities), pa.timestamp("us", "UTC"))
        keys = pa.Table.from_pylist(entities)
        labels = pa.table({**{name: keys[name] for name in keys.column_names}, "event_timestamp": stamps})
        with repository.opened(offline_store=OURS) as other:
            past = other.get_historical_features(labels, references).to_arrow()
    offline = past.to_pylist()
    examples = []
    equal = 0
    types = {feature.name: feature.type for feature in view.definition.features}
    for entity, stored, served_row in zip(entities, offline, online, strict=True):
        differing = [item for item in types if not same(stored[item], served_row[item], types[item])]
        equal += not differing
        examples += [
            {"entity": entity, "feature": item, "offline": stored[item], "online": served_row[item]}
            for item in differing
        ]
    return Parity(len(entities), equal, tuple(examples[:EXAMPLES]))


def same(offline: Any, online: Any, kind: str) -> bool:
    """Whether two values are one, of a type as Feast names it: no NaN is another, and ``FLOAT`` has 32 bits."""
    if _is_missing(offline) or _is_missing(online):
        return _is_missing(offline) and _is_missing(online)
    if kind.endswith(("_LIST", "_SET")):
        inner = kind.rpartition("_")[0]
        one, other = list(offline), list(online)
        if kind.endswith("_SET"):
            one, other = sorted(one, key=repr), sorted(other, key=repr)
        return len(one) == len(other) and all(same(a, b, inner) for a, b in zip(one, other, strict=True))
    if kind == "FLOAT":
        return _float32(offline) == _float32(online)
    if kind == "UNIX_TIMESTAMP":
        # Online stores keep whole seconds, or more.
        stored, served = _instant(offline), _instant(online)
        if stored is None or served is None:
            return stored == served
        return stored == served or math.floor(stored) == math.floor(served)
    return bool(offline == online)


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _float32(value: Any) -> float:
    try:
        found: float = struct.unpack("f", struct.pack("f", float(value)))[0]
    except OverflowError:
        return math.copysign(math.inf, float(value))
    return found


def _instant(value: Any) -> float | None:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()
    return float(value) if isinstance(value, (int, float)) else None
