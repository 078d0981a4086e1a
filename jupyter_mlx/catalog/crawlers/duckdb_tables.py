"""DuckDB's files, through DuckDB itself, opened read-only: no SQLAlchemy dialect is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...errors import Unavailable
from ..models import Column, Explanation, ForeignKey, ObservedTable, Source
from ..port import CrawlContext
from ..types import arrow_name
from .options import told, why_not
from .relational_engine import duckdb_file, identity_of

if TYPE_CHECKING:
    import duckdb

    from .relational import RelationalOptions

__all__ = ["crawl_duckdb"]

_TABLES = """
SELECT schema_name, table_name, comment, 'table', estimated_size FROM duckdb_tables()
WHERE NOT internal AND database_name = current_database()
UNION ALL
SELECT schema_name, view_name, comment, 'view', NULL FROM duckdb_views()
WHERE NOT internal AND database_name = current_database()
ORDER BY 1, 2
"""
_COLUMNS = """
SELECT schema_name, table_name, column_name, is_nullable, comment FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database() ORDER BY column_index
"""
_CONSTRAINTS = """
SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
FROM duckdb_constraints() WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
"""


def crawl_duckdb(source: Source, options: RelationalOptions, context: CrawlContext) -> Iterator[ObservedTable]:
    """Yield the tables and views of a file.

    Raises
    ------
    InvalidInput: ``location_invalid`` or ``schema_unknown``.
    Unavailable: ``source_unreachable``.
    """
    import duckdb

    path = duckdb_file(source.location)
    try:
        connection = duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
    except duckdb.Error as error:
        raise Unavailable(
            "source_unreachable",
            f"{path} can't be read: {told(error)}.",
            "Check that it is a DuckDB file, and that no other process has it open for writing.",
        ) from error
    with connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield from _tables(connection, path.stem, source, options, context)


def _tables(
    connection: duckdb.DuckDBPyConnection, stem: str, source: Source, options: RelationalOptions, context: CrawlContext
) -> Iterator[ObservedTable]:
    import duckdb

    columns: dict[Any, dict[str, Any]] = defaultdict(dict)
    keys: dict[Any, list[Any]] = defaultdict(list)
    for schema, table, name, nullable, comment in connection.execute(_COLUMNS).fetchall():
        columns[schema, table][name] = (nullable, comment)
    for schema, table, *constraint in connection.execute(_CONSTRAINTS).fetchall():
        keys[schema, table].append(constraint)
    known = [name for (name,) in connection.execute("SELECT DISTINCT schema_name FROM duckdb_schemas()").fetchall()]
    schemas = options.choose(sorted(known), "main")
    for schema, table, comment, kind, estimate in connection.execute(_TABLES).fetchall():
        identity = identity_of(schema, table)
        context.listed += 1
        if schema not in schemas or (kind == "view" and not options.views):
            continue
        reason = why_not(f"{schema}.{table}", options.include, options.exclude)
        if reason:
            context.skip(identity, reason)
            continue
        try:
            quoted = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, table))
            arrow = connection.sql(f"SELECT * FROM {quoted} LIMIT 0").to_arrow_table().schema  # noqa: S608
        except duckdb.Error as error:
            context.fail(identity, "table_unreadable", told(error))
            continue
        of = columns[schema, table]
        primary = [key[1] for key in keys[schema, table] if key[0] == "PRIMARY KEY"]
        context.read += 1
        context.tell()
        yield ObservedTable(
            name=table,
            identity=identity,
            format="duckdb",
            classifier=f"duckdb {kind}",
            location=source.location,
            columns=tuple(
                Column(
                    field.name,
                    arrow_name(field.type),
                    of[field.name][0] if kind == "table" else None,
                    of[field.name][1],
                )
                for field in arrow
            ),
            explanation=Explanation(classifier=f"{kind} `{table}` of schema `{schema}`, as duckdb describes it"),
            database=stem if schema == "main" else f"{stem}_{schema}",
            rows=estimate,
            rows_exact=False,
            primary_key=tuple(primary[0]) if primary else (),
            foreign_keys=tuple(
                ForeignKey(tuple(key[1]), identity_of(schema, key[2]), tuple(key[3]))
                for key in keys[schema, table]
                if key[0] == "FOREIGN KEY"
            ),
            comment=comment,
            parameters={"schema": schema, "table": table, **({"view": "view"} if kind == "view" else {})},
        )
