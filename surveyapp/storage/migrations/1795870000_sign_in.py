"""More ways to sign in, and the sessions of whoever did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1795870000"
down_revision = "1795860000"
branch_labels = None
depends_on = None

COLUMNS = (
    ("tf_primary_method", sa.String(64)),
    ("tf_totp_secret", sa.String(255)),
    ("tf_phone_number", sa.String(1)),
    ("totp_counter", sa.Integer()),
    ("mf_recovery_codes", sa.UnicodeText()),
    ("fs_webauthn_user_handle", sa.String(64)),
)
HANDLE = "uq_account_fs_webauthn_user_handle"


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("links_used", sa.Integer(), nullable=False, server_default="0"))
        for name, kind in COLUMNS:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.create_unique_constraint(op.f(HANDLE), ["fs_webauthn_user_handle"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.UnicodeText(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(64), nullable=False),
        sa.Column("extensions", sa.String(255), nullable=True),
        sa.Column("lastuse_datetime", sa.DateTime(), nullable=False),
        sa.Column("usage", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_passkey_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "signed_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("browser", sa.String(20), nullable=False),
        sa.Column("system", sa.String(20), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_signed_in_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_signed_in_secret_hash")),
    )
    op.create_index(op.f("ix_signed_in_account_id"), "signed_in", ["account_id"])


def downgrade() -> None:
    op.drop_table("signed_in")
    op.drop_table("passkey")
    with op.batch_alter_table("account") as table:
        table.drop_constraint(op.f(HANDLE), type_="unique")
        for name, _kind in reversed(COLUMNS):
            table.drop_column(name)
        table.drop_column("links_used")
