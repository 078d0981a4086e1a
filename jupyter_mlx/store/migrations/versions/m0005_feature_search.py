"""Features are found: short profiles of what they hold, and the search for what other parts of the workbench offer."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add profiles of features, and entries of the search that are no tables."""
    op.create_table(
        "feature_profiles",
        sa.Column("view_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("profiles", sa.JSON(none_as_null=True), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["view_id"], ["feature_views.id"], name=op.f("fk_feature_profiles_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_feature_profiles")),
    )
    op.create_table(
        "catalog_entries",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), server_default="{}", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_catalog_entries")),
        sa.UniqueConstraint("id", name=op.f("uq_catalog_entries_id")),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE catalog_fts_entries USING fts5("
            "name, columns, text, tags, types, prefix='2 3', tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        op.execute("CREATE TABLE catalog_fts_entries (number INTEGER PRIMARY KEY, document TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_catalog_fts_entries_document ON catalog_fts_entries USING gin (document)")
