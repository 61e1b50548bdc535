"""Reports that were asked for; how an organisation's reports look."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795575000"
down_revision = "1795571400"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_order",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.Column("formats", sa.String(40), nullable=False),
        sa.Column("paper", sa.String(6), nullable=False),
        sa.Column("group", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_report_order_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
            name=op.f("fk_report_order_round_id_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_order")),
    )
    op.create_index(op.f("ix_report_order_account_id"), "report_order", ["account_id"])
    op.create_index(op.f("ix_report_order_round_id"), "report_order", ["round_id"])
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("colour", sa.String(7), nullable=True))
        table.add_column(sa.Column("paper", sa.String(6), nullable=False, server_default="a4"))


def downgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        table.drop_column("paper")
        table.drop_column("colour")
    op.drop_table("report_order")
