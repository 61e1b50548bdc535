"""Rounds by dates, mails with what became of them, and the languages of readers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795850200"
down_revision = "1795846600"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("language", sa.String(8), nullable=False, server_default="en"))
        table.add_column(
            sa.Column("time_zone", sa.String(40), nullable=False, server_default="UTC")
        )
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("language", sa.String(8), nullable=True))
    with op.batch_alter_table("round") as table:
        table.add_column(sa.Column("opens_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("reminders", sa.String(40), nullable=True))
        table.add_column(sa.Column("releases_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("repeat_weeks", sa.Integer(), nullable=True))
    op.create_table(
        "delivery",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mailing", sa.String(24), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("fault", sa.String(300), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
            name=op.f("fk_delivery_round_id_round"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_delivery_person_id_person")
        ),
        sa.PrimaryKeyConstraint("round_id", "person_id", "mailing", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_person_id"), "delivery", ["person_id"])


def downgrade() -> None:
    op.drop_table("delivery")
    with op.batch_alter_table("round") as table:
        for name in ("repeat_weeks", "releases_on", "reminders", "opens_on"):
            table.drop_column(name)
    with op.batch_alter_table("account") as table:
        table.drop_column("language")
    with op.batch_alter_table("organisation") as table:
        table.drop_column("time_zone")
        table.drop_column("language")
