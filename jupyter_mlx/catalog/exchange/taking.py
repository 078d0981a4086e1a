"""Taking over what another catalog says of tables that were crawled from it: notes and tags.

What was taken last is kept with the source. A note or tag that is still the same there is left as it is here, so that
nothing that people changed here since is lost; one that was changed, added or taken away there is so here.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa

from ...errors import MlxError
from ...store.catalog_tables import databases as database_rows
from ...store.catalog_tables import manifests
from ...store.catalog_tables import tables as table_rows
from ...store.engine import Store
from ..models import Principal, Source
from ..names import catalog_name
from ..service import CatalogService
from .aws import Connection, each, refusals, why_refused
from .entry import Entry
from .glue import GlueCatalog
from .glue_shapes import glue_names, read_database, read_table
from .lakeformation import LakeFormation

__all__ = ["Taken", "Taker"]

Said = dict[str, dict[str, Any]]
"""By column, ``""`` for the resource itself: ``{"notes": {…}, "tags": {…}}``."""
TERM = "Came with an import from AWS Glue."


@dataclass
class Taken:
    """What was taken over: names of what changed, and what could not be, with reasons."""

    databases: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    skipped: list[tuple[str, str]] = field(default_factory=list)


class Taker:
    """One taking over, after the crawl of a source of kind ``glue``."""

    def __init__(
        self, store: Store, catalog: CatalogService, source: Source, principal: Principal, connection: Connection
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._source = source
        self._principal = principal
        self._connection = connection
        self._glue = GlueCatalog(connection)
        self._tags = LakeFormation(connection)
        self._tagged = False
        self._terms: set[str] = set()
        self._spelled: dict[str, str] = {}
        self._values: dict[str, list[str]] = {}
        self.taken = Taken()

    def take(self, tell: Callable[[str], object]) -> Taken:
        """Take all over.

        Raises
        ------
        Unavailable: ``glue_unavailable``.
        """
        before = self._kept()
        self._terms = {item["name"] for item in self._catalog.terms(self._principal)}
        there = self._glue.databases()
        self._define(read_database(database).keys for database in there.values())
        now: dict[str, Said] = {}
        for path, reference, said in self._everything(there):
            now[path] = said
            if said != before.get(path) and self._apply(reference, before.get(path, {}), said):
                self.taken.changed.add(reference.partition("/")[2])
                tell(f"{reference}: notes and tags taken over")
        self._keep(now)
        return self.taken

    # -- what is said there ----------------------------------------------------------------------------------

    def _define(self, exported: Iterable[Mapping[str, Sequence[str]]]) -> None:
        """Define the keys of Lake Formation here, beside the values that they have; where it refuses, none.

        Parameters
        ----------
        exported: Keys as exports noted them: these say how a new one is spelled.
        """
        for item in self._catalog.tag_keys(self._principal):
            self._spelled[item["key"].lower()] = item["key"]
            self._values[item["key"]] = list(item["values"])
        spelled: dict[str, str] = {}
        for keys in exported:
            for key, values in keys.items():
                self._spelled.setdefault(key.lower(), key)
                spelled |= {value.lower(): value for value in values}
        try:
            there = self._tags.keys()
            self._tagged = True
        except MlxError as error:
            self.taken.skipped.append(("Lake Formation", error.message))
            return
        for key, values in sorted(there.items()):
            self._admit(key, [spelled.get(value, value) for value in values])

    def _admit(self, key: str, values: list[str]) -> None:
        """Define a key with these values, where it lacks any."""
        name = self._spelled.setdefault(key.lower(), key)
        known = self._values.setdefault(name, [])
        missing = [value for value in values if value.lower() not in {item.lower() for item in known}]
        if missing:
            self._values[name] = [*known, *missing]
            described = {item["key"]: item["description"] for item in self._catalog.tag_keys(self._principal)}
            self._catalog.define_tag(
                principal=self._principal, key=name, values=self._values[name], description=described.get(name)
            )

    def _everything(self, there: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Said]]:
        """Databases and tables of the source with what is said of them: path there, reference here, and that."""
        with self._store.read() as connection:
            here = {
                row.name
                for row in connection.execute(
                    sa.select(database_rows.c.name).where(database_rows.c.source_id == self._source.id)
                )
            }
            query = (
                sa.select(table_rows.c.identity, table_rows.c.name, database_rows.c.name.label("database"))
                .join(database_rows, database_rows.c.id == table_rows.c.database_id)
                .where(table_rows.c.source_id == self._source.id, table_rows.c.state == "active")
            )
            names = {row.identity: f"{row.database}.{row.name}" for row in connection.execute(query)}
        for name, database in sorted(there.items()):
            if catalog_name(name) not in here:
                continue
            entry = read_database(database)
            tags = self._guarded(name, partial(self._tags.of_database, name), dict(entry.tags))
            self.taken.databases.append(catalog_name(name))
            yield name, f"{self._source.name}/{catalog_name(name)}", _said({"": entry.notes}, {"": tags})
            known = (
                (path, names[path], read_table(table).entry)
                for table in self._glue.tables(name)
                if (path := f"{name}.{table['Name']}") in names
            )
            for path, own, table_said in each(self._said_of_table, known):
                yield path, f"{self._source.name}/{own}", table_said

    def _said_of_table(self, known: tuple[str, str, Entry]) -> tuple[str, str, Said]:
        path, own, entry = known
        names = {made: ours for ours, made in glue_names(entry).items()}
        database, _, table = path.partition(".")
        exported = {column: dict(tags) for column, tags in entry.tags.items()}
        found = self._guarded(path, partial(self._tags.of_table, database, table, list(names)), None)
        tags = exported if found is None else {names.get(column, column): own for column, own in found.items()}
        return path, own, _said(entry.notes, tags)

    def _guarded(self, path: str, get: Callable[[], Any], otherwise: Any) -> Any:
        """What Lake Formation says; where it says nothing, what the export noted."""
        if not self._tagged:
            return otherwise
        try:
            return get()
        except refusals() as error:
            self.taken.skipped.append((path, why_refused(error, self._connection)))
            return otherwise

    # -- what is done here -----------------------------------------------------------------------------------

    def _apply(self, reference: str, before: Said, now: Said) -> bool:
        changed = False
        for column in sorted({*before, *now}):
            place = f"{reference}.{column}" if column else reference
            old, new = before.get(column, {}), now.get(column, {})
            notes = _changes(old.get("notes", {}), new.get("notes", {}))
            tags = _changes(old.get("tags", {}), new.get("tags", {}))
            try:
                if notes:
                    self._annotate(place, notes, old.get("notes", {}))
                if tags:
                    self._catalog.assign(place, self._spelled_tags(tags), self._principal)
            except MlxError as error:
                self.taken.skipped.append((place, error.message))
                continue
            changed |= bool(notes or tags)
        return changed

    def _annotate(self, place: str, notes: dict[str, Any], old: Mapping[str, Any]) -> None:
        patch = dict(notes)
        if "terms" in patch:
            patch["terms"] = patch["terms"] or []
            for term in sorted(set(patch["terms"]) - self._terms):
                self._catalog.define_term(principal=self._principal, name=term, definition=TERM)
                self._terms.add(term)
        if "attributes" in patch:
            # Attributes are merged: one that is gone there is taken away by None.
            patch["attributes"] = _changes(old.get("attributes") or {}, patch["attributes"] or {})
        self._catalog.annotate(place, patch, self._principal)

    def _spelled_tags(self, tags: Mapping[str, str | None]) -> dict[str, str | None]:
        """Tags as they are spelled here; Lake Formation has them in lower case."""
        found: dict[str, str | None] = {}
        for key, value in tags.items():
            if value is not None:
                self._admit(key, [value])
            name = self._spelled.get(key.lower(), key)
            known = {item.lower(): item for item in self._values.get(name, ())}
            found[name] = value if value is None else known.get(value.lower(), value)
        return found

    # -- what was taken last ---------------------------------------------------------------------------------

    def _kept(self) -> dict[str, Said]:
        with self._store.read() as connection:
            query = sa.select(manifests.c.data).where(manifests.c.source_id == self._source.id)
            data = connection.execute(query).scalar()
        kept: dict[str, Said] = json.loads(zlib.decompress(data)) if data is not None else {}
        return kept

    def _keep(self, now: Mapping[str, Said]) -> None:
        data = zlib.compress(json.dumps(now, sort_keys=True).encode())
        with self._store.write() as connection:
            connection.execute(sa.delete(manifests).where(manifests.c.source_id == self._source.id))
            connection.execute(sa.insert(manifests).values(source_id=self._source.id, data=data))


def _said(notes: Mapping[str, Mapping[str, Any]], tags: Mapping[str, Mapping[str, str]]) -> Said:
    """Notes and tags by column; a tag's key and value in lower case, as Lake Formation has them."""
    found: Said = {}
    for column in sorted({*notes, *tags}):
        own = {key.lower(): value.lower() for key, value in tags.get(column, {}).items()}
        said = {"notes": dict(notes.get(column, {})), "tags": own}
        if any(said.values()):
            found[column] = said
    return found


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What is different now; None for what is gone."""
    return {key: now.get(key) for key in sorted({*before, *now}) if before.get(key) != now.get(key)}
