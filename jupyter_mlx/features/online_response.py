"""The answer of the wide online store to ``get_online_features``.

It keeps the columns as they were read: ``to_dict``, ``to_df`` and ``to_arrow`` take them from there, and the message
with one ``Value`` a cell is made when somebody asks for ``proto``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feast.feature_view import DUMMY_ENTITY_ID, FeatureView
from feast.online_response import TIMESTAMP_POSTFIX, OnlineResponse
from feast.protos.feast.serving.ServingService_pb2 import FieldStatus, GetOnlineFeaturesResponse
from feast.type_map import NULL_TIMESTAMP_INT_VALUE, feast_value_type_to_python_type
from feast.value_type import ValueType

from .online_tables import Column
from .online_values import ABSENT, Cell, value_of
from .online_wire import values

__all__ = ["Found", "WideOnlineResponse", "extend"]

_SECOND = 10**9


@dataclass(frozen=True)
class Found:
    """What was read of one view, in the order of the request's rows.

    Attributes
    ----------
    view: The view.
    names: The features' names in the answer.
    columns: Their columns; None for one that the table has not.
    cells: A column of cells for each of them.
    events: Event times in nanoseconds since 1970; None where there is no row.
    """

    view: FeatureView
    names: Sequence[str]
    columns: Sequence[Column | None]
    cells: Sequence[Sequence[Cell]]
    events: Sequence[int | None]


def extend(response: GetOnlineFeaturesResponse, found: Found, *, with_version: bool) -> int:
    """Append a view's features to an answer, as Feast would; how many of the values are there."""
    response.metadata.feature_names.val.extend(found.names)
    if with_version:
        name = found.view.projection.name_alias or found.view.projection.name
        if name not in [told.name for told in response.metadata.feature_view_metadata]:
            version = getattr(found.view, "current_version_number", 0) or 0
            response.metadata.feature_view_metadata.add(name=name, version=version)
    vector = GetOnlineFeaturesResponse.FeatureVector
    stamps = vector()
    for event in found.events:
        stamps.event_timestamps.add(seconds=(event or 0) // _SECOND, nanos=(event or 0) % _SECOND)
    times = stamps.SerializeToString()
    all_present = times + vector(statuses=[FieldStatus.PRESENT] * len(found.events)).SerializeToString()
    count = 0
    for column, cells in zip(found.columns, found.cells, strict=True):
        if column and bytes not in set(map(type, cells)):
            count += len(cells)
            rest = all_present
        else:
            statuses = [FieldStatus.NOT_FOUND if cell == ABSENT else FieldStatus.PRESENT for cell in cells]
            count += statuses.count(FieldStatus.PRESENT)
            rest = times + vector(statuses=statuses).SerializeToString()
        response.results.add().MergeFromString(values(cells, column.field if column else "") + rest)
    return count


class WideOnlineResponse(OnlineResponse):
    """Feast's online response over columns instead of messages.

    Parameters
    ----------
    entities: The answer so far: the request's join keys and its other data.
    found: What was read, a view at a time.
    requested: Names that are to stay in the answer.
    feature_types: Types of the features by their names in the answer.
    with_version: Whether the message names the views' versions.
    """

    def __init__(
        self,
        entities: GetOnlineFeaturesResponse,
        found: Sequence[Found],
        requested: set[str],
        feature_types: Mapping[str, ValueType],
        *,
        with_version: bool,
    ) -> None:
        self._feature_types = dict(feature_types)
        self._entities = entities
        self._found = found
        self._requested = requested
        self._with_version = with_version
        self._proto: GetOnlineFeaturesResponse | None = None

    @property
    def proto(self) -> GetOnlineFeaturesResponse:
        """The answer as Feast's message."""
        if self._proto is None:
            proto = self._entities
            for found in self._found:
                extend(proto, found, with_version=self._with_version)
            names = proto.metadata.feature_names.val
            for place in reversed(range(len(names))):
                if not self._wanted(names[place]):
                    del names[place]
                    del proto.results[place]
            self._proto = proto
        return self._proto

    @proto.setter
    def proto(self, proto: GetOnlineFeaturesResponse) -> None:
        """Put another message in its place."""
        self._proto = proto

    def to_dict(self, include_event_timestamps: bool = False) -> dict[str, Any]:
        """The answer as a column of Python values a feature.

        Parameters
        ----------
        include_event_timestamps: Whether each column ``x`` is followed by its event times, ``x__ts``, in seconds
            since 1970; 0 where nothing was found.
        """
        if self._proto is not None:
            answer: dict[str, Any] = super().to_dict(include_event_timestamps)
            return answer
        answer = {}
        for name, vector in zip(self._entities.metadata.feature_names.val, self._entities.results, strict=True):
            if self._wanted(name):
                kind = self._feature_types.get(name)
                answer[name] = [feast_value_type_to_python_type(value, kind) for value in vector.values]
                if include_event_timestamps:
                    answer[name + TIMESTAMP_POSTFIX] = [stamp.seconds for stamp in vector.event_timestamps]
        for found in self._found:
            seconds = [0 if event is None else event // _SECOND for event in found.events]
            for name, column, cells in zip(found.names, found.columns, found.cells, strict=True):
                if self._wanted(name):
                    answer[name] = _python(cells, column.field if column else "", self._feature_types.get(name))
                    if include_event_timestamps:
                        answer[name + TIMESTAMP_POSTFIX] = list(seconds)
        return answer

    def _wanted(self, name: str) -> bool:
        return name in self._requested and name != DUMMY_ENTITY_ID


def _moment(cell: Any) -> datetime | None:
    return None if cell == NULL_TIMESTAMP_INT_VALUE else datetime.fromtimestamp(cell, tz=UTC)


def _document(cell: Any) -> Any:
    try:
        return json.loads(cell)
    except json.JSONDecodeError:
        return cell


_PLAIN = {"double_val", "float_val", "int32_val", "int64_val", "string_val"}
_PYTHON: dict[str, Callable[[Any], Any]] = {"bool_val": bool, "unix_timestamp_val": _moment, "json_val": _document}
_HINTED = {ValueType.UUID, ValueType.TIME_UUID}


def _python(cells: Sequence[Cell], field: str, kind: ValueType | None) -> list[Any]:
    """The Python values that Feast would make of cells of a column of `field`."""
    plain = bytes not in set(map(type, cells)) and kind not in _HINTED
    if plain and field in _PLAIN:
        return list(cells)
    convert = _PYTHON.get(field)
    if plain and convert:
        return [None if cell is None else convert(cell) for cell in cells]
    return [feast_value_type_to_python_type(value_of(cell, field), kind) for cell in cells]
