"""Work on features as jobs: schedules of projects, what a materialization read, statistics of views."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what jobs on features need."""
    with op.batch_alter_table("feature_projects") as projects:
        projects.add_column(sa.Column("schedule_id", sa.String(length=32), nullable=True))
        projects.add_column(sa.Column("on_new_data", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("feature_materializations") as materializations:
        materializations.add_column(sa.Column("source_version", sa.String(length=80), nullable=True))
        materializations.add_column(sa.Column("process", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "feature_statistics",
        sa.Column("view_id", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["view_id"], ["feature_views.id"], name=op.f("fk_feature_statistics_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_feature_statistics")),
    )
