"""Writing the catalog's tables to a Glue Data Catalog, one after the other, whatever happens to any of them."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from ...store.catalog_tables import tables as table_rows
from ...store.engine import Store
from ..models import Database, Partition, Table
from ..repository import CatalogRepository, partition_key
from .aws import Connection, each, refusals, why_refused
from .entry import Entry, entry_of
from .glue import GlueCatalog
from .glue_shapes import DatabaseEntry, database_input, glue_names, partition_input, table_input
from .lakeformation import LakeFormation
from .result import ExchangeResult

__all__ = ["Exporter"]

BATCH = 200
PARTITIONS = 10_000


class Exporter:
    """One export at work.

    Parameters
    ----------
    prefix: Stands before the databases' names there.
    tell: Told now and then how far it is.
    """

    def __init__(self, store: Store, connection: Connection, prefix: str, tell: Callable[[str], object]) -> None:
        self._store = store
        self._repository = CatalogRepository()
        self._connection = connection
        self._prefix = prefix.lower()
        self._tell = tell
        self._glue = GlueCatalog(connection)
        self._tags = LakeFormation(connection)
        self._tagged = True
        self._keys: Mapping[str, Sequence[str]] = {}
        self._seen: set[str] = set()
        self.result = ExchangeResult("export")

    def run(self, databases: Iterable[Database], keys: Mapping[str, Sequence[str]]) -> ExchangeResult:
        """Write these databases."""
        self._keys = keys
        present = self._glue.databases()
        self._define()
        by_name: dict[str, list[Database]] = defaultdict(list)
        for database in databases:
            by_name[self._prefix + database.name].append(database)
        for name, several in sorted(by_name.items()):
            entry = DatabaseEntry.of(several[0], name, self._keys)
            with self._going_on("database", name):
                change = self._glue.put_database(database_input(entry), present.get(name))
                new = change == "created"
                tagged, why = self._tag(partial(self._tags.put_database, name, entry.tags, self._keys, new=new))
                change = "updated" if tagged and change == "unchanged" else change
                self.result.add(change, "database", name, why)
                self._tables(name, several)
        return self.result

    def _define(self) -> None:
        """Define our tag keys; where Lake Formation refuses, all goes on without tags but in our own parameters."""
        self._tagged = bool(self._keys)
        try:
            self._tags.define(self._keys)
        except refusals() as error:
            self._tagged = False
            self.result.add("skipped", "tags", "Lake Formation", why_refused(error, self._connection))

    def _tables(self, name: str, several: Sequence[Database]) -> None:
        present = {table["Name"]: table for table in self._glue.tables(name)}
        # A database of Glue is made of all of that name here.
        every = ((table, entry) for database in several for table, entry in self._entries(database))
        for path, change, reason in each(lambda pair: self._table(name, pair, present), every):
            self.result.add(change, "table", path, reason)
        self._tell(f"{name}: {len(self.result.created):,} created, {len(self.result.updated):,} updated")

    def _table(
        self, database: str, known: tuple[Table, Entry], present: Mapping[str, dict[str, Any]]
    ) -> tuple[str, str, str]:
        """Write one table: its path there, what was done, and why not where it was not."""
        table, entry = known
        path = f"{database}.{table.name}"
        why = self._why_not(path, table, present.get(table.name))
        if why:
            return path, "skipped", why
        try:
            change = self._write(database, table, entry, present.get(table.name))
        except refusals() as error:
            return path, "skipped", why_refused(error, self._connection)
        return path, *change

    def _why_not(self, path: str, table: Table, there: Mapping[str, Any] | None) -> str:
        if table.state != "active":
            return "it is deprecated here"
        if path in self._seen:
            return f"another source has a table of that name; this one is of `{table.source}`"
        self._seen.add(path)
        ours = "mlx.table" in ((there or {}).get("Parameters") or {})
        if there is not None and not ours and "glue" not in table.parameters:
            return "Glue has a table of that name that was not exported from here"
        return ""

    def _write(self, database: str, table: Table, entry: Entry, there: Mapping[str, Any] | None) -> tuple[str, str]:
        document = table_input(entry)
        change = self._glue.put_table(database, document, there)
        words: list[str] = []
        if entry.partition_keys:
            wanted = self._partition_inputs(table, document["StorageDescriptor"])
            counts = self._glue.sync_partitions(database, table.name, wanted)
            words += counts.refused
            if counts:
                done = {"created": counts.created, "updated": counts.updated, "deleted": counts.deleted}
                words.append(", ".join(f"{count:,} partitions {what}" for what, count in done.items() if count))
                change = "updated" if change == "unchanged" else change
        names = glue_names(entry)
        own = {names.get(column, column): tags for column, tags in entry.tags.items()}
        put = partial(self._tags.put_table, database, table.name, own, list(names.values()), self._keys)
        tagged, why = self._tag(partial(put, new=there is None))
        words += [why] if why else []
        return "updated" if tagged and change == "unchanged" else change, "; ".join(words)

    def _tag(self, put: Callable[[], bool]) -> tuple[bool, str]:
        """Tag something: whether that changed anything, and why not where Lake Formation refused."""
        if not self._tagged:
            return False, ""
        try:
            return put(), ""
        except refusals() as error:
            return False, f"its tags: {why_refused(error, self._connection)}"

    def _entries(self, database: Database) -> Iterator[tuple[Table, Entry]]:
        """The tables of a database with all that is exchanged of them."""
        with self._store.read() as connection:
            query = sa.select(table_rows.c.id).where(table_rows.c.database_id == database.id)
            ids = list(connection.execute(query.order_by(table_rows.c.name)).scalars())
        for start in range(0, len(ids), BATCH):
            with self._store.read() as connection:
                batch = self._repository.tables(connection, ids[start : start + BATCH])
                known = [table.id for table in batch]
                notes, tags = (
                    self._repository.notes_of(connection, known),
                    self._repository.tags_of(connection, known),
                )
            own: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
            for (table_id, column), values in tags.items():
                own[table_id][column] = values
            for table in batch:
                yield table, entry_of(table, notes.get(table.id, {}), own.get(table.id, {}))

    def _partition_inputs(self, table: Table, storage: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The partitions of a table as Glue takes them."""
        found: list[Partition] = []
        after: str | None = None
        with self._store.read() as connection:
            while page := self._repository.partitions(connection, table.id, PARTITIONS, after):
                found += page
                after = partition_key(page[-1].values)
        return [partition_input(partition, storage) for partition in found]

    @contextlib.contextmanager
    def _going_on(self, kind: str, name: str) -> Iterator[None]:
        """Take a refusal of one thing down, and go on with the next."""
        try:
            yield
        except refusals() as error:
            self.result.add("skipped", kind, name, why_refused(error, self._connection))
