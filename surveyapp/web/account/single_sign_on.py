"""Single sign-on: an OpenID Connect provider says who it is; accounts are ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import abort, current_app, render_template, request, session
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy import select

from surveyapp.core.errors import DomainError
from surveyapp.storage.database import db
from surveyapp.storage.models import Account
from surveyapp.web.account.links import is_own_path
from surveyapp.web.account.sessions import enter
from surveyapp.web.account.views import blueprint
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from surveyapp.config import Settings

TIMEOUT_SECONDS: Final = 10
NEXT: Final = "single_sign_on_next"


class StrangerError(DomainError):
    """The provider knows them, or says so; we do not."""


def init_app(app: Flask, settings: Settings) -> None:
    """Make the provider's client if there is a provider; it is first asked when somebody comes."""
    if not settings.oidc_issuer:
        return
    clients = OAuth(app)
    clients.register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )
    app.extensions["surveyapp_provider"] = clients.provider


@blueprint.get("/single-sign-on")
def single_sign_on() -> ResponseReturnValue:
    """Send the browser to the provider, with a state, a nonce and a challenge of its own."""
    for begun in [key for key in session if key.startswith("_state_")]:
        del session[begun]  # Authlib's, of a try that was left: a cookie has little room
    session[NEXT] = request.args.get("next", "")
    try:
        answer: ResponseReturnValue = _provider().authorize_redirect(
            f"{settings().base_url}/account/single-sign-on/back"
        )
    except (AuthlibBaseError, RequestException, ValueError) as error:
        return _refused(error)
    return answer


@blueprint.get("/single-sign-on/back")
def single_sign_on_back() -> ResponseReturnValue:
    """Take what the provider says, and sign in the account with this verified address."""
    next_page = str(session.pop(NEXT, ""))
    try:
        account = _account_of(_claims(_provider()))
    except (AuthlibBaseError, JoseError, RequestException, ValueError, StrangerError) as error:
        return _refused(error)
    return enter(account, "single sign-on", next_page if is_own_path(next_page) else "")


def _claims(provider: Any) -> dict[str, Any]:  # noqa: ANN401  (Authlib ships no types)
    """Return what the provider's signed token says, with the address from its second answer."""
    if provider.load_server_metadata().get("issuer") != settings().oidc_issuer:
        raise StrangerError
    token = provider.authorize_access_token()
    claims: dict[str, Any] = dict(token["userinfo"])
    if "email" not in claims:
        said = provider.userinfo(token=token)
        if said.get("sub") != claims["sub"]:
            raise StrangerError
        claims |= said
    return claims


def _account_of(claims: dict[str, Any]) -> Account:
    """Return the account; raises `StrangerError` if there is none, or the address is not sure."""
    if claims.get("email_verified") is not True:
        raise StrangerError
    email = str(claims.get("email", "")).lower()
    found = db.session.scalar(select(Account).where(Account.email == email, Account.active))
    if found is None:
        raise StrangerError
    return found


def _refused(error: Exception) -> ResponseReturnValue:
    """Say the same, whatever it was; the log says which kind, and never who."""
    current_app.logger.warning("Single sign-on: %s", type(error).__name__)
    return render_template("account/not_you.html"), 403


def _provider() -> Any:  # noqa: ANN401  (Authlib ships no types)
    return current_app.extensions.get("surveyapp_provider") or abort(404)
