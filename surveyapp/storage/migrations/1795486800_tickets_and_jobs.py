"""Invitations by mail, frozen trees, totals, jobs, and what an organisation accepts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795486800"
down_revision = "1795477798"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_job_kind_subject")),
    )
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("contact", sa.String(length=320), nullable=True))
        table.add_column(sa.Column("purpose_accepted_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("purpose_accepted_by", sa.String(length=320), nullable=True))
    with op.batch_alter_table("round") as table:
        table.add_column(sa.Column("held_for", sa.Text(), nullable=True))
    with op.batch_alter_table("round_team") as table:
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("joined_late", sa.Integer(), nullable=False, server_default="0"))
        table.drop_column("slips_printed")
        table.create_foreign_key(
            op.f("fk_round_team_parent_id_round_team"), "round_team", ["parent_id"], ["id"]
        )
    with op.batch_alter_table("publication") as table:
        table.add_column(
            sa.Column("span", sa.String(length=10), nullable=False, server_default="team")
        )
        table.drop_constraint(op.f("pk_publication"), type_="primary")
        table.create_primary_key(op.f("pk_publication"), ["round_team_id", "span"])
    # The defaults were for the rows that were there.
    for name, column in (("round_team", "joined_late"), ("publication", "span")):
        with op.batch_alter_table(name) as table:
            table.alter_column(column, server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM publication WHERE span <> 'team'")
    with op.batch_alter_table("publication") as table:
        table.drop_constraint(op.f("pk_publication"), type_="primary")
        table.create_primary_key(op.f("pk_publication"), ["round_team_id"])
        table.drop_column("span")
    with op.batch_alter_table("round_team") as table:
        table.drop_constraint(op.f("fk_round_team_parent_id_round_team"), type_="foreignkey")
        table.drop_column("parent_id")
        table.drop_column("joined_late")
        table.add_column(
            sa.Column("slips_printed", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("round_team") as table:
        table.alter_column("slips_printed", server_default=None)
    with op.batch_alter_table("round") as table:
        table.drop_column("held_for")
    with op.batch_alter_table("organisation") as table:
        table.drop_column("purpose_accepted_by")
        table.drop_column("purpose_accepted_on")
        table.drop_column("contact")
    op.drop_table("job")
