"""What an organisation's new rounds begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795880000"
down_revision = "1795870000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, default in (("default_threshold", "5"), ("default_comment_threshold", "10")):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default=default)
        op.add_column("organisation", column)


def downgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        table.drop_column("default_comment_threshold")
        table.drop_column("default_threshold")
