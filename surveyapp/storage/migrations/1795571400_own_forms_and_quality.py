"""Leaders' own forms, and what is said of the quality of a round's answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795571400"
down_revision = "1795486800"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_form",
        sa.Column("round_team_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("guess_closeness", sa.Integer(), nullable=True),
        sa.Column("guess_meant", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "guess_closeness between 0 and 100", name=op.f("ck_self_form_guess_closeness_percent")
        ),
        sa.CheckConstraint(
            "guess_meant between 0 and 100", name=op.f("ck_self_form_guess_meant_percent")
        ),
        sa.ForeignKeyConstraint(
            ["round_team_id"], ["round_team.id"], name=op.f("fk_self_form_round_team_id_round_team")
        ),
        sa.PrimaryKeyConstraint("round_team_id", name=op.f("pk_self_form")),
    )
    with op.batch_alter_table("round") as table:
        table.add_column(sa.Column("quality", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("round") as table:
        table.drop_column("quality")
    op.drop_table("self_form")
