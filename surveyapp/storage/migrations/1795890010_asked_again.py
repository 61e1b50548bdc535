"""Whether somebody asked for a job again while a worker had it in hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795890010"
down_revision = "1795890000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job") as table:
        table.add_column(
            sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("job") as table:
        table.drop_column("again")
