"""Choosing a password; and the page "Account": ways of signing in, and where somebody is so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import segno
from flask import abort, current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_security import (
    auth_required,
    current_user,
    hash_password,
    login_user,
    wan_registered,
)
from markupsafe import Markup

from surveyapp.storage import accounts, sessions
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Account, Passkey
from surveyapp.web.account.forms import CODE_SECONDS, CodeOfNewAppForm, PasswordForm
from surveyapp.web.account.mailed_link import tell
from surveyapp.web.account.sessions import NEW_SECRET, current
from surveyapp.web.account.views import blueprint
from surveyapp.web.pages import today
from surveyapp.web.starting import LinkError, account_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

freshly = partial(auth_required, "session", within=15, grace=15)
"""Asks for the password once more if somebody signed in a while ago."""


@blueprint.route("/start/<signed_token:token>", methods=["GET", "POST"])
def start(token: str) -> ResponseReturnValue:
    """Let somebody whom an administrator invited choose their password.

    A mail says so: whoever has the link could open it, not only who holds the address.
    """
    form = PasswordForm()
    try:
        email = account_of(db.session, token).email
        if not form.validate_on_submit():
            status = 422 if form.errors else 200
            return render_template("account/start.html", form=form, email=email), status
        hashed = hash_password(form.password.data or "")  # slow by design: before the write lock
        with writing() as changing:
            found = account_of(changing, token)
            accounts.set_password(changing, found, hashed)
            number = found.id
    except LinkError:
        return render_template("account/link_over.html"), 404
    tell(db.session.get_one(Account, number), lambda: _("A password was chosen for your account."))
    flash(_("Your password is kept. Sign in with it."))
    return redirect(url_for("security.login"))


@blueprint.get("/ways")
def ways() -> ResponseReturnValue:
    """Show how somebody signs in, and where they are signed in."""
    listed = sessions.of_account(db.session, current_user.id, today())
    return render_template(
        "account/ways.html",
        account=current_user,
        codes_left=len(current_user.mf_recovery_codes or ()),
        sessions=listed,
        current=current(),
    )


@blueprint.route("/password", methods=["GET", "POST"])
@freshly()
def password() -> ResponseReturnValue:
    """Let somebody choose a new password; every other session ends."""
    form = PasswordForm()
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("account/password.html", form=form, email=current_user.email), status
    number, hashed = current_user.id, hash_password(form.password.data or "")
    with writing() as written:
        accounts.set_password(written, written.get_one(Account, number), hashed)
    db.session.rollback()  # what it read is of before
    login_user(db.session.get_one(Account, number), authn_via=["password"])
    return _changed(lambda: _("Your password was changed."))


@blueprint.route("/second-step", methods=["GET", "POST"])
@freshly()
def second_step() -> ResponseReturnValue:
    """Set up an authenticator app; it counts from its first right code on."""
    security, form = current_app.extensions["security"], CodeOfNewAppForm()
    codes = security.totp_factory
    secret = session.setdefault(NEW_SECRET, codes.generate_totp_secret())
    if form.validate_on_submit() and codes.verify_totp(
        form.code.data, secret, current_user, CODE_SECONDS
    ):
        security.datastore.tf_set(current_user, "authenticator", secret)
        session.pop(NEW_SECRET)
        return _new_codes(lambda: _("A code of your app is now asked for when you sign in."))
    uri = codes.get_totp_uri(current_user.email, secret)
    page = render_template(
        "account/second_step.html",
        wrong=form.is_submitted(),
        form=form,
        uri=uri,
        key=codes.get_totp_pretty_key(secret),
        picture=_qr(uri),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/second-step/off")
@freshly()
def second_step_off() -> ResponseReturnValue:
    """Ask for no codes any more."""
    with writing() as written:
        accounts.forget_second_step(written.get_one(Account, current_user.id))
    return _changed(lambda: _("No code is asked for any more when you sign in."))


@blueprint.post("/recovery-codes")
@freshly()
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes in place of the old ones."""
    return _new_codes(lambda: _("You have new recovery codes. The old ones no longer work."))


@blueprint.post("/passkeys/<row_id:passkey_id>/delete")
@freshly()
def delete_passkey(passkey_id: int) -> ResponseReturnValue:
    """Remove one of somebody's own passkeys."""
    with writing() as written:
        found = written.get(Passkey, passkey_id)
        if found is None or found.account_id != current_user.id:
            abort(404)
        name = found.name
        written.delete(found)
    return _changed(lambda: _("This passkey no longer signs you in: %(name)s", name=name))


@blueprint.post("/sessions/<row_id:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of somebody's own sessions."""
    with writing() as written:
        sessions.end(written, current_user.id, session_id)
    return redirect(url_for("account.ways"))


@blueprint.post("/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """End all sessions of somebody but this one."""
    with writing() as written:
        sessions.end_all(written, current_user.id, but=current().id)
    return redirect(url_for("account.ways"))


def init_app(app: Flask) -> None:
    """Tell people of each new passkey: Flask-Security takes it."""
    wan_registered.connect(_tell_of_new_passkey, app)


def _tell_of_new_passkey(_app: Flask, *, user: Account, name: str, **_more: object) -> None:
    def what() -> str:
        return str(_("You can now sign in with a new passkey: %(name)s", name=name))

    tell(user, what)
    flash(what())


def _new_codes(what: Callable[[], str]) -> ResponseReturnValue:
    """Draw recovery codes and show them, this once."""
    codes = current_app.extensions["security"].mf_recovery_codes_util
    drawn = codes.create_recovery_codes(current_user)
    db.session.commit()
    tell(current_user, what)
    return render_template("account/codes.html", said=what(), codes=drawn)


def _changed(what: Callable[[], str]) -> ResponseReturnValue:
    """Say what was changed, here and by mail."""
    tell(current_user, what)
    flash(what())
    return redirect(url_for("account.ways"))


def _qr(uri: str) -> Markup:
    drawn = segno.make(uri, error="m").svg_inline(
        omitsize=True, light="#fff", dark="#000", title=_("The key as a QR code"), svgclass="qr"
    )
    return Markup(drawn)  # noqa: S704  (segno escapes the title)
