"""What servers know of their tables besides the schema: estimates of rows, sizes, statistics of columns.

All of it is read from the servers' own statistics, which cost nothing to read and are as fresh as their last analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..models import ColumnStatistics

__all__ = ["Facts", "facts_of", "parts_of"]


@dataclass
class Facts:
    """By table's name; what a server does not know is left out.

    declared: Column → its type in the server's words; of a domain, what it is made of.
    """

    rows: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    statistics: dict[str, dict[str, ColumnStatistics]] = field(default_factory=dict)
    declared: dict[str, dict[str, str]] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)


def facts_of(connection: sa.Connection, dialect: str, schema: str, names: Sequence[str]) -> Facts:
    """Ask a server about some tables of a schema; a server that is not known here has nothing to say."""
    ask = {"postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql, "sqlite": _sqlite}.get(dialect)
    return ask(connection, schema, names) if ask else Facts()


# A partitioned table has no pages of its own: those of its parts are summed up.
_PG_TABLES = sa.text("""
SELECT c.relname, c.reltuples::float8,
       CASE WHEN c.relkind = 'p'
            THEN (SELECT sum(p.relpages) FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid
                  WHERE t.isleaf)
            ELSE c.relpages END * current_setting('block_size')::bigint,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname IN :names
""").bindparams(sa.bindparam("names", expanding=True))
_PG_TYPES = sa.text("""
SELECT c.relname, a.attname, CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
                                  ELSE format_type(a.atttypid, a.atttypmod) END
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
WHERE n.nspname = :schema AND c.relname IN :names AND a.attnum > 0 AND NOT a.attisdropped
""").bindparams(sa.bindparam("names", expanding=True))
_PG_STATISTICS = sa.text("""
SELECT tablename, attname, null_frac, n_distinct
FROM pg_stats WHERE schemaname = :schema AND tablename IN :names ORDER BY inherited
""").bindparams(sa.bindparam("names", expanding=True))


def _postgresql(connection: sa.Connection, schema: str, names: Sequence[str]) -> Facts:
    facts, asked = Facts(), {"schema": schema, "names": list(names)}
    for name, rows, size, key in connection.execute(_PG_TABLES, asked):
        # -1 is a table that was never analyzed.
        if rows >= 0:
            facts.rows[name] = int(rows)
        if size:
            facts.bytes[name] = int(size)
        if key:
            facts.parameters[name] = {"partitioned_by": key}
    for name, column, declared in connection.execute(_PG_TYPES, asked):
        facts.declared.setdefault(name, {})[column] = declared
    for name, column, null_share, distinct in connection.execute(_PG_STATISTICS, asked):
        rows = facts.rows.get(name)
        if rows is None:
            continue
        # pg_stats: below zero it is a share of the rows, which grows with the table.
        count = int(distinct) if distinct >= 0 else round(-distinct * rows)
        facts.statistics.setdefault(name, {})[column] = ColumnStatistics(
            nulls=round(null_share * rows), distinct=count or None, exact=False
        )
    return facts


_MY_TABLES = sa.text("""
SELECT table_name, table_rows, data_length + index_length, engine, create_options
FROM information_schema.tables
WHERE table_schema = :schema AND table_name IN :names AND table_type <> 'VIEW'
""").bindparams(sa.bindparam("names", expanding=True))
_MY_TYPES = sa.text("""
SELECT table_name, column_name, column_type FROM information_schema.columns
WHERE table_schema = :schema AND table_name IN :names
""").bindparams(sa.bindparam("names", expanding=True))
_MY_STATISTICS = sa.text("""
SELECT table_name, column_name, max(cardinality) FROM information_schema.statistics
WHERE table_schema = :schema AND table_name IN :names AND seq_in_index = 1 GROUP BY table_name, column_name
""").bindparams(sa.bindparam("names", expanding=True))


def _mysql(connection: sa.Connection, schema: str, names: Sequence[str]) -> Facts:
    facts, asked = Facts(), {"schema": schema, "names": list(names)}
    for name, rows, size, engine, options in connection.execute(_MY_TABLES, asked):
        if rows is not None:
            facts.rows[name] = int(rows)
        if size is not None:
            facts.bytes[name] = int(size)
        facts.parameters[name] = {"engine": engine}
        if "partitioned" in (options or ""):
            facts.parameters[name]["partitioned"] = True
    for name, column, declared in connection.execute(_MY_TYPES, asked):
        facts.declared.setdefault(name, {})[column] = declared
    # Of an index the server knows how many values its first column has.
    for name, column, distinct in connection.execute(_MY_STATISTICS, asked):
        if distinct is not None:
            facts.statistics.setdefault(name, {})[column] = ColumnStatistics(distinct=int(distinct), exact=False)
    return facts


def _sqlite(connection: sa.Connection, schema: str, names: Sequence[str]) -> Facts:
    """From ``sqlite_stat1``, which ``ANALYZE`` fills: rows of a table, and rows for each value of an index."""
    facts = Facts()
    quoted = connection.dialect.identifier_preparer.quote_identifier
    analyzed = f"SELECT count(*) FROM {quoted(schema)}.sqlite_master WHERE name = 'sqlite_stat1'"  # noqa: S608
    if not connection.exec_driver_sql(analyzed).scalar_one():
        return facts
    said = f"SELECT tbl, idx, stat FROM {quoted(schema)}.sqlite_stat1"  # noqa: S608
    for table, index, text in connection.exec_driver_sql(said):
        numbers = [int(word) for word in str(text).split() if word.isdigit()]
        if table not in names or not numbers:
            continue
        facts.rows[table] = max(numbers[0], facts.rows.get(table, 0))
        if index is not None and len(numbers) > 1 and numbers[1]:
            column = connection.exec_driver_sql(
                "SELECT name FROM pragma_index_info(?, ?) WHERE seqno = 0", (index, schema)
            ).scalar()
            if column is not None:
                distinct = ColumnStatistics(distinct=round(numbers[0] / numbers[1]), exact=False)
                facts.statistics.setdefault(table, {})[column] = distinct
    return facts


_PG_PARTS = sa.text("""
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relispartition
""")


def parts_of(connection: sa.Connection, dialect: str, schema: str) -> set[str]:
    """Tables of a schema that are only parts of a partitioned one."""
    if dialect != "postgresql":
        return set()
    return set(connection.execute(_PG_PARTS, {"schema": schema}).scalars())
