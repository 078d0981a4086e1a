"""Materializations whose rows the online store dropped count no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Have room for whether what was brought is gone."""
    with op.batch_alter_table("feature_materializations") as materializations:
        materializations.add_column(sa.Column("dropped", sa.Boolean(), server_default=sa.false(), nullable=False))
