"""A coach's own file on each leader, and rounds that release their results by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795846600"
down_revision = "1795842850"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("round") as table:
        table.add_column(sa.Column("release_on", sa.String(length=10), nullable=True))
    with op.batch_alter_table("coaching") as table:
        table.add_column(sa.Column("notes", sa.Text(), nullable=True))
        table.add_column(sa.Column("follow_up_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("coaching") as table:
        table.alter_column("version", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("coaching") as table:
        for name in ("version", "follow_up_on", "notes"):
            table.drop_column(name)
    with op.batch_alter_table("round") as table:
        table.drop_column("release_on")
