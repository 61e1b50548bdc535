"""Check-in agreements, shared links, and when a team sees its result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795842850"
down_revision = "1795575000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("round_team_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_team_id"], ["round_team.id"], name=op.f("fk_agreement_round_team_id_round_team")
        ),
        sa.PrimaryKeyConstraint("round_team_id", name=op.f("pk_agreement")),
    )
    op.create_table(
        "shared_link",
        sa.Column("round_team_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_team_id"],
            ["round_team.id"],
            name=op.f("fk_shared_link_round_team_id_round_team"),
        ),
        sa.PrimaryKeyConstraint("round_team_id", name=op.f("pk_shared_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_shared_link_secret_hash")),
    )
    with op.batch_alter_table("round_team") as table:
        table.add_column(sa.Column("agreement", sa.Text(), nullable=True))
        table.add_column(sa.Column("released_on", sa.Date(), nullable=True))
    # The promise of the rounds that are there says nothing of the team: only a leader may share.
    with op.batch_alter_table("round") as table:
        table.add_column(
            sa.Column("team_sees", sa.String(length=20), nullable=False, server_default="if_shared")
        )
    with op.batch_alter_table("round") as table:
        table.alter_column("team_sees", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("round") as table:
        table.drop_column("team_sees")
    with op.batch_alter_table("round_team") as table:
        table.drop_column("released_on")
        table.drop_column("agreement")
    op.drop_table("shared_link")
    op.drop_table("agreement")
