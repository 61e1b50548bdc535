"""Whether anybody ever signed in to an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795890020"
down_revision = "1795890010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place: a batch makes SQLite's table anew, and sessions and passkeys go with its rows.
    column: sa.Column[bool] = sa.Column(
        "entered", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("account", column)
    # A password counts: whoever chose one was led to sign in, and may have signed out since.
    for sign in (
        "password IS NOT NULL",
        "links_used > 0",
        "id IN (SELECT account_id FROM signed_in)",
        "id IN (SELECT account_id FROM passkey)",
        "id IN (SELECT account_id FROM audit_entry WHERE actor = 'account')",
    ):
        op.execute(f"UPDATE account SET entered = true WHERE {sign}")  # noqa: S608  (our own words)


def downgrade() -> None:
    op.drop_column("account", "entered")
