"""All tables, and an audit log that the database itself lets nobody change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from surveyapp.storage.models.base import NAMING

revision = "1795890020"
down_revision = None
branch_labels = ("default",)

SQLITE = """
CREATE TRIGGER audit_entry_no_{0} BEFORE {0} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""
POSTGRESQL = """
CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only()
"""
tables = sa.MetaData(naming_convention=NAMING)
"""As they are at this step, whatever the models say later."""


def table(name: str, *parts: sa.schema.SchemaItem, **options: Any) -> None:
    sa.Table(name, tables, *parts, **options)


def gone_with(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")


def upgrade() -> None:
    bind = op.get_bind()
    tables.create_all(bind, checkfirst=False)
    if bind.dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(change))
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    bind = op.get_bind()
    tables.drop_all(bind, checkfirst=False)
    if bind.dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_entry_append_only()")


table(
    "organisation",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("slug", sa.String(60), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("contact", sa.String(320)),
    sa.Column("purpose_accepted_on", sa.Date),
    sa.Column("purpose_accepted_by", sa.String(320)),
    sa.Column("colour", sa.String(7)),
    sa.Column("paper", sa.String(6), nullable=False, server_default="a4"),
    sa.Column("language", sa.String(8), nullable=False, server_default="en"),
    sa.Column("time_zone", sa.String(40), nullable=False, server_default="UTC"),
    sa.Column("default_threshold", sa.Integer, nullable=False, server_default="5"),
    sa.Column("default_comment_threshold", sa.Integer, nullable=False, server_default="10"),
    sa.Column("retention_months", sa.Integer),
)
table(
    "person",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("name", sa.String(320), nullable=False),
    sa.Column("email", sa.String(320)),
    sa.Column("language", sa.String(8)),
    sa.Column("counts_as", sa.Integer),
    sa.UniqueConstraint("organisation_id", "email"),
)
table(
    "team",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("name", sa.String(320), nullable=False),
    sa.Column("leader_id", sa.ForeignKey("person.id"), nullable=False, unique=True),
    sa.Column("parent_id", sa.ForeignKey("team.id"), index=True),
)
table(
    "membership",
    sa.Column("team_id", sa.ForeignKey("team.id"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True, index=True),
)
table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(320), nullable=False, unique=True),
    sa.Column("name", sa.String(320), nullable=False),
    sa.Column("password", sa.String(255)),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("fs_uniquifier", sa.String(64), nullable=False, unique=True),
    sa.Column("language", sa.String(8)),
    sa.Column("links_used", sa.Integer, nullable=False, server_default="0"),
    sa.Column("entered", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("tf_primary_method", sa.String(64)),
    sa.Column("tf_totp_secret", sa.String(255)),
    sa.Column("tf_phone_number", sa.String(1)),
    sa.Column("totp_counter", sa.Integer),
    sa.Column("mf_recovery_codes", sa.UnicodeText),
    sa.Column("fs_webauthn_user_handle", sa.String(64), unique=True),
)
table(
    "role",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True),
)
table(
    "account_role",
    sa.Column("account_id", sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("role.id"), primary_key=True),
)
table(
    "grant",
    sa.Column("account_id", sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), primary_key=True, index=True),
    sa.Column("role", sa.String(20), primary_key=True),
)
table(
    "coaching",
    sa.Column("coach_id", sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("leader_id", sa.ForeignKey("person.id"), primary_key=True, index=True),
    sa.Column("notes", sa.Text),
    sa.Column("follow_up_on", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
)
table(
    "passkey",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", gone_with("account"), nullable=False, index=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("credential_id", sa.LargeBinary(1024), nullable=False, unique=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("sign_count", sa.Integer, nullable=False),
    sa.Column("transports", sa.UnicodeText),
    sa.Column("backup_state", sa.Boolean, nullable=False),
    sa.Column("device_type", sa.String(64), nullable=False),
    sa.Column("extensions", sa.String(255)),
    sa.Column("lastuse_datetime", sa.DateTime, nullable=False),
    sa.Column("usage", sa.String(64), nullable=False),
)
table(
    "signed_in",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", gone_with("account"), nullable=False, index=True),
    sa.Column("secret_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("browser", sa.String(20), nullable=False),
    sa.Column("system", sa.String(20), nullable=False),
    sa.Column("used_on", sa.Date, nullable=False),
)
table(
    "round",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("questionnaire_version", sa.Integer, nullable=False),
    sa.Column("threshold", sa.Integer, nullable=False),
    sa.Column("comment_threshold", sa.Integer, nullable=False),
    sa.Column("team_sees", sa.String(20), nullable=False),
    sa.Column("opens_on", sa.Date),
    sa.Column("opened_on", sa.Date),
    sa.Column("closes_on", sa.Date, nullable=False),
    sa.Column("reminders", sa.String(40)),
    sa.Column("releases_on", sa.Date),
    sa.Column("repeat_weeks", sa.Integer),
    sa.Column("destroyed", sa.Boolean, nullable=False),
    sa.Column("release_on", sa.String(10)),
    sa.Column("held_for", sa.Text),
    sa.Column("quality", sa.Text),
    sa.UniqueConstraint("organisation_id", "name"),
    sa.CheckConstraint("threshold >= 3", name="threshold_floor"),
    sa.CheckConstraint("comment_threshold >= 5", name="comment_threshold_floor"),
)
table(
    "round_team",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("round_id", sa.ForeignKey("round.id"), nullable=False),
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False, index=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("parent_id", sa.ForeignKey("round_team.id")),
    sa.Column("leader_id", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("leader_name", sa.String(320), nullable=False),
    sa.Column("invited", sa.Integer, nullable=False),
    sa.Column("joined_late", sa.Integer, nullable=False),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("private_key", sa.LargeBinary),
    sa.Column("fingerprint", sa.String(60), nullable=False),
    sa.Column("agreement", sa.Text),
    sa.Column("released", sa.Boolean, nullable=False),
    sa.Column("released_on", sa.Date),
    sa.UniqueConstraint("round_id", "team_id"),
)
table(
    "invite",
    sa.Column("round_team_id", sa.ForeignKey("round_team.id"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True, index=True),
    sa.Column("channel", sa.String(4), nullable=False),
    sa.Column("random_id", sa.LargeBinary, unique=True),
)
table(
    "slip",
    sa.Column("mac", sa.LargeBinary(32), primary_key=True),
    sa.Column("round_team_id", sa.ForeignKey("round_team.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)
table(
    "box",
    sa.Column("round_team_id", sa.ForeignKey("round_team.id"), primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("blob", sa.LargeBinary, nullable=False),
)
table(
    "publication",
    sa.Column("round_team_id", sa.ForeignKey("round_team.id"), primary_key=True),
    sa.Column("span", sa.String(10), primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
)
table(
    "self_form",
    sa.Column("round_team_id", sa.ForeignKey("round_team.id"), primary_key=True),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("guess_closeness", sa.Integer),
    sa.Column("guess_meant", sa.Integer),
    sa.CheckConstraint("guess_closeness between 0 and 100", name="guess_closeness_percent"),
    sa.CheckConstraint("guess_meant between 0 and 100", name="guess_meant_percent"),
)
table(
    "agreement",
    sa.Column("round_team_id", sa.ForeignKey("round_team.id"), primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(10), nullable=False),
    sa.Column("saved_on", sa.Date, nullable=False),
)
table(
    "shared_link",
    sa.Column("round_team_id", sa.ForeignKey("round_team.id"), primary_key=True),
    sa.Column("secret_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("made_on", sa.Date, nullable=False),
)
table(
    "delivery",
    sa.Column("round_id", gone_with("round"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True, index=True),
    sa.Column("mailing", sa.String(24), primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("fault", sa.String(300)),
)
table(
    "report_order",
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("account_id", gone_with("account"), nullable=False, index=True),
    sa.Column("round_id", gone_with("round"), nullable=False, index=True),
    sa.Column("teams", sa.Text, nullable=False),
    sa.Column("formats", sa.String(40), nullable=False),
    sa.Column("paper", sa.String(6), nullable=False),
    sa.Column("group", sa.Boolean, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("expires_at", sa.Integer, nullable=False),
)
table(
    "job",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(24), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("due_at", sa.Integer, nullable=False),
    sa.Column("leased_until", sa.Integer),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("again", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("fault", sa.Text),
    sa.UniqueConstraint("kind", "subject"),
)
table(
    "audit_entry",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("actor", sa.String(10), nullable=False),
    sa.Column("account_id", sa.Integer),
    sa.Column("action", sa.String(30), nullable=False),
    sa.Column("round_id", sa.String(24)),
    sa.Column("person_id", sa.Integer),
    sa.Column("note", sa.String(200), nullable=False),
    sa.Column("digest", sa.LargeBinary(32), nullable=False),
    sa.UniqueConstraint("organisation_id", "number"),
)
