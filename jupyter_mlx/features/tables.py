"""Which tables of the catalog a view's values come from: by the place of its source."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalog.models import Table
from .models import SourceDefinition

if TYPE_CHECKING:
    from ..catalog.service import CatalogService
    from .models import View

__all__ = ["columns_of", "places_of", "table_of", "tables_at", "tables_of"]

_GLOB = re.compile(r"[*?\[{]")


def table_of(catalog: CatalogService, view: View) -> Table | None:
    """The table that a view's source is, or is a part of; None where the catalog has none.

    It says nothing about who may see the table.
    """
    found = tables_of(catalog, [view])[view.id]
    places = places_of(view.definition.source, view.repository)
    holding = [table for table in found if any(_holds(table, place) for place in places)]
    return holding[0] if holding else None


def tables_of(catalog: CatalogService, views: Iterable[View]) -> dict[str, list[Table]]:
    """By the views' ids, the tables that their sources are in, and those that lie below, by location and path."""
    places = {view.id: places_of(view.definition.source, view.repository) for view in views}
    found = catalog.located({place for several in places.values() for place in several})
    return {identifier: _chosen(found, several) for identifier, several in places.items()}


def tables_at(catalog: CatalogService, place: str, folder: str) -> list[Table]:
    """The tables that a file, a folder or a glob is in, and those that lie below."""
    places = _places(place, folder)
    return _chosen(catalog.located(places), places)


def _chosen(found: Sequence[Table], places: Sequence[str]) -> list[Table]:
    chosen = {table.id: table for table in found if any(_is_below(table, place) for place in places)}
    for place in places:
        holding = [table for table in found if _holds(table, place)]
        # A table of a folder does not have what other tables in that folder have.
        nearest = max((len(_at(table)) for table in holding), default=0)
        chosen |= {table.id: table for table in holding if len(_at(table)) == nearest}
    return sorted(chosen.values(), key=lambda table: (table.location, table.path, table.id))


def _at(table: Table) -> str:
    return table.location.rstrip("/")


def _holds(table: Table, place: str) -> bool:
    return place == _at(table) or place.startswith(f"{_at(table)}/")


def _is_below(table: Table, place: str) -> bool:
    return _at(table).startswith(f"{place}/")


def places_of(source: SourceDefinition | None, repository: str) -> Sequence[str]:
    """Where a source's files are, as the catalog names places: as they are named, and where links lead to.

    A glob is its folder. Of sources without files it is nothing.
    """
    if source is None or source.kind != "FileSource" or not source.place:
        return ()
    return _places(source.place, repository)


def _places(place: str, folder: str) -> Sequence[str]:
    text = place.removeprefix("file://")
    pattern = _GLOB.search(text)
    if pattern is not None:
        text = text[: pattern.start()].rpartition("/")[0]
    if "://" in text:
        return (text.rstrip("/"),)
    path = Path(folder, Path(text).expanduser())
    return tuple(dict.fromkeys((os.path.normpath(path), os.path.realpath(path))))


def columns_of(view: View) -> Mapping[str, str]:
    """By the name that Feast knows it by, the source's column of each feature, join key and time."""
    definition = view.definition
    source = definition.source
    renamed = {new: old for old, new in (source.mapping if source else {}).items()}
    names = [*(item.name for item in definition.features), *definition.join_keys]
    names += [name for name in (source.timestamp, source.created) if name] if source else []
    return {name: renamed.get(name, name) for name in names}
