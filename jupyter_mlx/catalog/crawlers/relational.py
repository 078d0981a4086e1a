"""Relational databases, through SQLAlchemy's inspector.

Options: `schemas` (all but the system's), `include` and `exclude` (globs over ``schema.table``), `views` (true),
`statement_timeout_s` (60). Row counts are the server's estimates; a table that it has none for is counted, up to a
million rows. Only metadata and counts are read, never values.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind

from ...errors import InvalidInput
from ..models import Column, Explanation, ForeignKey, ObservedTable, Source, Unchanged
from ..port import CrawlContext
from .options import Options, near, why_not
from .relational_engine import (
    STATEMENT_TIMEOUT_S,
    connect,
    identity_of,
    parse_location,
    source_errors,
    table_clause,
    words,
)
from .relational_facts import Facts, facts_of, parts_of
from .relational_types import type_name

__all__ = ["RelationalCrawler", "RelationalOptions"]

BATCH = 50
"""Tables that are reflected together: few statements a table, and little to do again where one of them fails."""

COUNT_LIMIT = 1_000_000
"""Rows up to which a table is counted that the server has no estimate for."""

_SYSTEM = {
    "information_schema",
    "pg_catalog",
    "pg_toast",
    "mysql",
    "performance_schema",
    "sys",
    "guest",
    "temp",
}
"""Schemas that belong to the servers, in lower case."""


@dataclass(frozen=True)
class RelationalOptions:
    """What is read of a database; see the module."""

    schemas: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    views: bool
    statement_timeout_s: float

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> RelationalOptions:
        """Read a source's options.

        Raises
        ------
        InvalidInput: ``option_unknown`` or ``option_invalid``.
        """
        options = Options("relational", given, tuple(cls.__dataclass_fields__))
        return cls(
            options.texts("schemas"),
            options.texts("include"),
            options.texts("exclude"),
            options.flag("views", True),
            options.number("statement_timeout_s", STATEMENT_TIMEOUT_S, 1, 3600),
        )

    def choose(self, known: Sequence[str], default: str | None) -> list[str]:
        """The schemas to read of those that the database has.

        Raises
        ------
        InvalidInput: ``schema_unknown``.
        """
        for name in self.schemas:
            if name not in known:
                raise InvalidInput(
                    "schema_unknown",
                    f"The database has no schema `{name}`.",
                    f"{near(name, known)}It has {', '.join(known)}.",
                    field="options.schemas",
                )
        if self.schemas:
            return list(self.schemas)
        found = [name for name in known if name.lower() not in _SYSTEM and not name.lower().startswith("pg_")]
        return found or ([default] if default else [])


@dataclass(frozen=True)
class _Found:
    """A table by its name; `kind` is ``table``, ``view`` or ``materialized view``."""

    schema: str
    name: str
    kind: str

    @property
    def identity(self) -> str:
        return identity_of(self.schema, self.name)


@dataclass
class _Reflected:
    """What the inspector said of some tables, by name."""

    columns: dict[str, list[Any]] = field(default_factory=dict)
    primary: dict[str, Any] = field(default_factory=dict)
    foreign: dict[str, list[Any]] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)


class RelationalCrawler:
    """Reads PostgreSQL, MySQL, MariaDB, SQLite, DuckDB and whatever else has an SQLAlchemy dialect."""

    def crawl(self, source: Source, context: CrawlContext) -> Iterator[ObservedTable | Unchanged]:
        """Yield the tables and views of a database; see `Crawler`."""
        options = RelationalOptions.of(source.options)
        url = parse_location(source.location)
        if url.drivername == "duckdb":
            from .duckdb_tables import crawl_duckdb

            yield from crawl_duckdb(source, options, context)
            return
        reader = _Reader(source, options, context)
        try:
            yield from reader.tables()
        finally:
            reader.close()


class _Reader:
    """One crawl of one database, on one connection at a time."""

    def __init__(self, source: Source, options: RelationalOptions, context: CrawlContext) -> None:
        self.source, self.options, self.context = source, options, context
        self.url = parse_location(source.location)
        self.engine = connect(source.location, context.secret, statement_timeout_s=options.statement_timeout_s)
        self.dialect = self.engine.dialect.name
        self._connection: sa.Connection | None = None

    @property
    def connection(self) -> sa.Connection:
        """The present connection, or a new one where that was dropped.

        Raises
        ------
        Unavailable: ``source_refused`` or ``source_unreachable``.
        """
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> sa.Connection:
        connection = self._reach()
        if self.dialect == "postgresql":
            # What is on the search path is told without its schema, and could then be of any.
            connection.exec_driver_sql("SET search_path = pg_catalog")
        return connection

    def _reach(self) -> sa.Connection:
        # A server that was restarted is back soon: only what never answered is given up at once.
        for wait_s in (0.5, 2.0) if self.context.read else ():
            try:
                return self.engine.connect()
            except sa.exc.OperationalError:
                time.sleep(wait_s)
        with source_errors(self.url, self.context.secret):
            return self.engine.connect()

    def close(self) -> None:
        """Give the connection back, whatever became of it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()

    # -- what there is ---------------------------------------------------------------------------------------

    def tables(self) -> Iterator[ObservedTable]:
        """Everything wanted, schema by schema."""
        with source_errors(self.url, self.context.secret):
            inspector = sa.inspect(self.connection)
            default = inspector.default_schema_name
            known = inspector.get_schema_names()
        if self.dialect in ("mysql", "mariadb") and self.url.database and not self.options.schemas:
            schemas = [self.url.database]
        else:
            schemas = self.options.choose(known, default)
        for schema in schemas:
            found = self._list(schema)
            self.context.listed += len(found)
            self.context.tell()
            for start in range(0, len(found), BATCH):
                yield from self._batch(schema, found[start : start + BATCH])

    def _list(self, schema: str) -> list[_Found]:
        with source_errors(self.url, self.context.secret):
            inspector = sa.inspect(self.connection)
            found = [_Found(schema, name, "table") for name in inspector.get_table_names(schema)]
            if self.options.views:
                found += [_Found(schema, name, "view") for name in inspector.get_view_names(schema)]
                if self.dialect == "postgresql":
                    names = inspector.get_materialized_view_names(schema)
                    found += [_Found(schema, name, "materialized view") for name in names]
            parts = parts_of(self.connection, self.dialect, schema)
        wanted = []
        for item in sorted(found, key=lambda item: item.name):
            reason = why_not(f"{item.schema}.{item.name}", self.options.include, self.options.exclude)
            if item.name in parts:
                reason = "it is a part of a partitioned table"
            if reason:
                self.context.skip(item.identity, reason)
            else:
                wanted.append(item)
        return wanted

    # -- reading ---------------------------------------------------------------------------------------------

    def _batch(self, schema: str, batch: list[_Found]) -> Iterator[ObservedTable]:
        """Reflect tables together; where that fails, each alone, so that only what is broken is lost."""
        reflected = _Reflected()
        try:
            reflected = self._reflect(schema, batch)
        except sa.exc.SQLAlchemyError as error:
            self._recover(error)
        for item in batch:
            found = self._one(item, reflected)
            if found is not None:
                self.context.read += 1
                yield found
            self.context.tell()

    def _one(self, item: _Found, reflected: _Reflected) -> ObservedTable | None:
        """A table; it is tried once more where the connection was dropped meanwhile. None where it can't be read."""
        for attempt in range(2):
            try:
                if item.name not in reflected.columns:
                    reflected = self._reflect(item.schema, [item], whole=True)
                return self._observed(item, reflected)
            except sa.exc.SQLAlchemyError as error:
                if self._recover(error) and attempt == 0:
                    continue
                self.context.fail(item.identity, "table_unreadable", words(error, self.context.secret))
                break
        return None

    def _recover(self, error: sa.exc.SQLAlchemyError) -> bool:
        """Give up a connection that was dropped, and say so; True where it was."""
        if not getattr(error, "connection_invalidated", False):
            return False
        self.context.fail(
            self.source.location,
            "connection_dropped",
            f"The database dropped the connection; a new one was made: {words(error, self.context.secret)}.",
        )
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        return True

    def _reflect(self, schema: str, batch: list[_Found], *, whole: bool = False) -> _Reflected:
        """What the inspector says of some tables; with `whole` an error is raised for one that it can't describe."""
        names = [item.name for item in batch]
        inspector = sa.inspect(self.connection)
        asked: dict[str, Any] = {"schema": schema, "filter_names": names, "kind": ObjectKind.ANY}
        with warnings.catch_warnings():
            # A type that SQLAlchemy does not know is told by its declared name in the table's explanation.
            warnings.simplefilter("ignore", sa.exc.SAWarning)
            reflected = _Reflected(
                columns=_by_name(inspector.get_multi_columns(**asked)),
                primary=_by_name(inspector.get_multi_pk_constraint(**asked)),
                foreign=_by_name(inspector.get_multi_foreign_keys(**asked)),
            )
            if whole:
                for name in names:
                    reflected.columns.setdefault(name, inspector.get_columns(name, schema))
        if self.engine.dialect.supports_comments:
            comments = _by_name(inspector.get_multi_table_comment(**asked))
            reflected.comments = {name: comment["text"] for name, comment in comments.items()}
        reflected.facts = facts_of(self.connection, self.dialect, schema, names)
        return reflected

    def _observed(self, item: _Found, reflected: _Reflected) -> ObservedTable:
        facts = reflected.facts
        columns, notes = self._columns(item, reflected)
        rows, exact = facts.rows.get(item.name), False
        if item.kind == "table" and not rows:
            rows, exact = self._count(item, notes), True
        parameters: dict[str, Any] = {"schema": item.schema, "table": item.name, **facts.parameters.get(item.name, {})}
        if item.kind != "table":
            parameters["view"] = item.kind
        return ObservedTable(
            name=item.name,
            identity=item.identity,
            format="mysql" if self.dialect == "mariadb" else self.dialect,
            classifier=f"{self.dialect} {item.kind}",
            location=self.source.location,
            columns=columns,
            explanation=Explanation(
                classifier=f"{item.kind} `{item.name}` of schema `{item.schema}`, as {self.dialect} describes it",
                notes=tuple(notes),
            ),
            database=self._database(item.schema),
            bytes=facts.bytes.get(item.name),
            rows=rows,
            rows_exact=exact or rows is None,
            primary_key=tuple(map(self._plain, reflected.primary.get(item.name, {}).get("constrained_columns") or ())),
            foreign_keys=tuple(self._foreign_key(key, item.schema) for key in reflected.foreign.get(item.name) or ()),
            comment=reflected.comments.get(item.name) or None,
            parameters=parameters,
            statistics=facts.statistics.get(item.name, {}),
        )

    def _columns(self, item: _Found, reflected: _Reflected) -> tuple[tuple[Column, ...], list[str]]:
        columns, notes = [], []
        for found in reflected.columns[item.name]:
            column = self._plain(found["name"])
            name, note = type_name(found["type"], self.dialect, reflected.facts.declared.get(item.name, {}).get(column))
            if note:
                notes.append(f"`{column}`: {note}.")
            # Of a view's columns the servers say that all may be null.
            nullable = found.get("nullable") if item.kind == "table" else None
            columns.append(Column(column, name, nullable, found.get("comment") or None))
        return tuple(columns), notes

    def _plain(self, name: str) -> str:
        """A column's name; of MySQL's SQLAlchemy leaves the backticks in it doubled, as it reads them."""
        return name.replace("``", "`") if self.dialect in ("mysql", "mariadb") else name

    def _foreign_key(self, found: Mapping[str, Any], schema: str) -> ForeignKey:
        return ForeignKey(
            tuple(self._plain(name) for name in found["constrained_columns"]),
            identity_of(found.get("referred_schema") or schema, found["referred_table"]),
            tuple(self._plain(name) for name in found["referred_columns"]),
        )

    def _database(self, schema: str) -> str:
        name = self.url.database or self.source.name
        if self.dialect == "sqlite":
            return PurePath(name).stem if schema == "main" else f"{PurePath(name).stem}_{schema}"
        if self.dialect in ("mysql", "mariadb"):
            return schema
        return f"{name}_{schema}"

    def _count(self, item: _Found, notes: list[str]) -> int | None:
        """Count a table that the server has no estimate for; None where it is too long or may not be read."""
        table = table_clause(item.schema, item.name)
        some = sa.select(sa.literal_column("1").label("one")).select_from(table).limit(COUNT_LIMIT + 1).subquery()
        try:
            count = self.connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
        except sa.exc.DBAPIError as error:
            if error.connection_invalidated:
                raise
            notes.append(f"Its rows were not counted: {words(error, self.context.secret)}.")
            return None
        if count > COUNT_LIMIT:
            notes.append(f"It has more than {COUNT_LIMIT:,} rows and no statistics: analyze it to have an estimate.")
            return None
        return int(count)


def _by_name(found: Mapping[tuple[str | None, str], Any]) -> dict[str, Any]:
    return {name: value for (_, name), value in found.items()}
