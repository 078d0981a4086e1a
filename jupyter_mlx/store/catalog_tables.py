"""The schema of the catalog; `catalog_fts`, the full-text index, is made by the migration for each kind of store.

On SQLite it is an FTS5 table with the columns `name`, `columns`, `text`, `tags` and `types`, its `rowid` the table's
number; on PostgreSQL an ordinary one with the columns `number` and `document`, a ``tsvector``.
"""

from __future__ import annotations

import sqlalchemy as sa

from .tables import UtcDateTime, json_column, metadata

__all__ = [
    "classifiers",
    "crawls",
    "databases",
    "entries",
    "explanations",
    "grants",
    "manifests",
    "notes",
    "partitions",
    "profiles",
    "quality_results",
    "quality_rules",
    "removed",
    "sources",
    "tables",
    "tag_keys",
    "tags",
    "terms",
    "uses",
    "versions",
    "words",
]

_ID = sa.String(32)
_CASCADE = "CASCADE"

sources = sa.Table(
    "catalog_sources",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.String(128), nullable=False, unique=True),
    sa.Column("kind", sa.String(40), nullable=False),
    # Without a password; `secret` names the one that has it.
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("database", sa.String(128)),
    json_column("options", "{}"),
    sa.Column("secret", sa.String(200)),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("schedule_id", _ID),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

crawls = sa.Table(
    "catalog_crawls",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("source_id", _ID, sa.ForeignKey("catalog_sources.id", ondelete=_CASCADE), nullable=False),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("dry_run", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("run_id", _ID, index=True),
    sa.Column("host", sa.String(255), nullable=False),
    # Who reads: boot id, process id, start time; a crawl whose process is gone is LOST.
    json_column("process"),
    sa.Column("cancel_requested", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("listed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("read", sa.Integer, nullable=False, server_default="0"),
    sa.Column("skipped", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
    json_column("tables", "[]"),
    # The first ones only; `failed` counts all.
    json_column("problems", "[]"),
    json_column("error"),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("seconds", sa.Float),
    sa.Index("ix_catalog_crawls_source_id_started_at", "source_id", "started_at"),
)

manifests = sa.Table(
    "catalog_manifests",
    metadata,
    sa.Column("source_id", _ID, sa.ForeignKey("catalog_sources.id", ondelete=_CASCADE), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

databases = sa.Table(
    "catalog_databases",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("source_id", _ID, sa.ForeignKey("catalog_sources.id", ondelete=_CASCADE), nullable=False),
    sa.Column("name", sa.String(128), nullable=False, index=True),
    json_column("parameters", "{}"),
    sa.UniqueConstraint("source_id", "name"),
)

tables = sa.Table(
    "catalog_tables",
    metadata,
    # A number of its own, for the full-text index.
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", _ID, nullable=False, unique=True),
    sa.Column("source_id", _ID, sa.ForeignKey("catalog_sources.id", ondelete=_CASCADE), nullable=False),
    sa.Column("database_id", _ID, sa.ForeignKey("catalog_databases.id", ondelete=_CASCADE), nullable=False, index=True),
    sa.Column("name", sa.String(128), nullable=False, index=True),
    sa.Column("identity", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema_digest", sa.String(80), nullable=False),
    sa.Column("format", sa.String(40), nullable=False),
    sa.Column("classifier", sa.String(200), nullable=False),
    sa.Column("location", sa.Text, nullable=False),
    json_column("parameters", "{}"),
    sa.Column("comment", sa.Text),
    sa.Column("partitions", sa.Integer, nullable=False, server_default="0"),
    sa.Column("files", sa.Integer),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("rows", sa.BigInteger),
    sa.Column("rows_exact", sa.Boolean, nullable=False, server_default=sa.true()),
    # By column, of the present version: what footers or the server's own statistics say.
    json_column("statistics", "{}"),
    # ok, failing or unknown: how the last check of the quality rules ended.
    sa.Column("quality", sa.String(10), nullable=False, server_default="unknown"),
    sa.Column("uses", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("source_id", "identity"),
    sa.UniqueConstraint("database_id", "name"),
    # Whoever looks without a word begins with what is used most.
    sa.Index("ix_catalog_tables_uses_name", "uses", "name"),
    sqlite_autoincrement=True,
)

# What else the search finds: of other parts of the workbench, which put it here. Its full-text index is
# `catalog_fts_entries`, in the shape of `catalog_fts`.
entries = sa.Table(
    "catalog_entries",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(40), nullable=False),
    # Of what it is about.
    sa.Column("id", _ID, nullable=False, unique=True),
    json_column("data", "{}"),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

# What was forgotten, or was gone: a table that comes back has the id, and so the tags and notes, that it had.
removed = sa.Table(
    "catalog_removed",
    metadata,
    sa.Column("source_id", _ID, sa.ForeignKey("catalog_sources.id", ondelete=_CASCADE), primary_key=True),
    sa.Column("identity", sa.Text, primary_key=True),
    sa.Column("table_id", _ID, nullable=False),
)

versions = sa.Table(
    "catalog_versions",
    metadata,
    sa.Column("table_id", _ID, sa.ForeignKey("catalog_tables.id", ondelete=_CASCADE), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    json_column("columns", "[]"),
    json_column("partition_keys", "[]"),
    json_column("primary_key", "[]"),
    json_column("foreign_keys", "[]"),
    json_column("difference"),
    sa.Column("crawl_id", _ID),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

partitions = sa.Table(
    "catalog_partitions",
    metadata,
    sa.Column("table_id", _ID, sa.ForeignKey("catalog_tables.id", ondelete=_CASCADE), primary_key=True),
    # JSON of the values, in the order of the keys.
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("files", sa.Integer, nullable=False, server_default="0"),
    sa.Column("bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rows", sa.BigInteger),
    json_column("parameters", "{}"),
)

explanations = sa.Table(
    "catalog_explanations",
    metadata,
    sa.Column("table_id", _ID, sa.ForeignKey("catalog_tables.id", ondelete=_CASCADE), primary_key=True),
    json_column("data", "{}"),
)

# What people say of a database, a table or a column: a crawl never touches it.
notes = sa.Table(
    "catalog_notes",
    metadata,
    sa.Column("resource_id", _ID, primary_key=True),
    # Empty for the database or table itself.
    sa.Column("column_name", sa.Text, primary_key=True),
    sa.Column("description", sa.Text),
    sa.Column("owner", sa.String(200)),
    json_column("terms", "[]"),
    json_column("attributes", "{}"),
)

tag_keys = sa.Table(
    "catalog_tag_keys",
    metadata,
    sa.Column("key", sa.String(128), primary_key=True),
    # Admitted values.
    json_column("admitted", "[]"),
    sa.Column("description", sa.Text),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

tags = sa.Table(
    "catalog_tags",
    metadata,
    # A database's or table's id; `column_name` is empty for these themselves.
    sa.Column("resource_id", _ID, primary_key=True),
    sa.Column("column_name", sa.Text, primary_key=True),
    sa.Column("key", sa.String(128), sa.ForeignKey("catalog_tag_keys.key"), primary_key=True),
    sa.Column("value", sa.String(256), nullable=False),
    sa.Index("ix_catalog_tags_key_value", "key", "value"),
)

terms = sa.Table(
    "catalog_terms",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("parent", sa.String(200)),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

classifiers = sa.Table(
    "catalog_classifiers",
    metadata,
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    json_column("definition", "{}"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

grants = sa.Table(
    "catalog_grants",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    # user:NAME, group:NAME or everyone.
    sa.Column("principal", sa.String(210), nullable=False, index=True),
    # Either a resource by name, or a tag expression: AND across keys, OR within values.
    sa.Column("resource", sa.Text),
    json_column("expression"),
    json_column("permissions", "[]"),
    # A data filter: {"include"?: [], "exclude"?: [], "rows"?: SQL predicate}; masks: {column or tag: how}.
    json_column("filter"),
    json_column("masks", "{}"),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

profiles = sa.Table(
    "catalog_profiles",
    metadata,
    sa.Column("table_id", _ID, sa.ForeignKey("catalog_tables.id", ondelete=_CASCADE), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    json_column("data", "{}"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

quality_rules = sa.Table(
    "catalog_quality_rules",
    metadata,
    sa.Column("table_id", _ID, sa.ForeignKey("catalog_tables.id", ondelete=_CASCADE), primary_key=True),
    json_column("rules", "[]"),
    sa.Column("updated_by", sa.String(200), nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)

quality_results = sa.Table(
    "catalog_quality_results",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("table_id", _ID, sa.ForeignKey("catalog_tables.id", ondelete=_CASCADE), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("passed", sa.Boolean, nullable=False),
    json_column("checks", "[]"),
    sa.Column("run_id", _ID),
    sa.Column("time", UtcDateTime, nullable=False),
)

# Which runs read a table through us.
uses = sa.Table(
    "catalog_uses",
    metadata,
    sa.Column("table_id", _ID, sa.ForeignKey("catalog_tables.id", ondelete=_CASCADE), primary_key=True),
    sa.Column("run_id", _ID, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    json_column("columns", "[]"),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("time", UtcDateTime, nullable=False),
)

# Every word that the full-text index has ever had, for those who mistype; a word stays when its last table goes.
words = sa.Table(
    "catalog_words",
    metadata,
    # In the order of code points, so that what begins so stands together.
    sa.Column("word", sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql"), primary_key=True),
)
