"""How long rounds are kept, and as whom somebody deleted still counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795890000"
down_revision = "1795880000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # None in an organisation that is there: an upgrade removes nothing that nobody decided on.
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("retention_months", sa.Integer(), nullable=True))
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("counts_as", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_column("counts_as")
    with op.batch_alter_table("organisation") as table:
        table.drop_column("retention_months")
