from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp import config
from surveyapp.config import read_settings
from surveyapp.mail_server import Encryption, MailServer, SettingsError

if TYPE_CHECKING:
    from pathlib import Path


PROVIDER = """oidc_issuer = "https://a.example/"
oidc_client_id = "us"
oidc_client_secret = "guess-me-not"
"""


def settings_file(folder: Path, text: str) -> dict[str, str]:
    (folder / "surveyapp.toml").write_text(text, encoding="utf-8")
    return {"SURVEYAPP_INSTANCE": str(folder)}


def test_defaults_keep_everything_in_the_instance_folder(tmp_path: Path) -> None:
    read = read_settings({"SURVEYAPP_INSTANCE": str(tmp_path)})
    assert read.database_url == f"sqlite:///{tmp_path / 'surveyapp.sqlite'}"
    assert read.key_dir == tmp_path / "keys"
    assert not read.demo
    assert not read.is_https


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(
    tmp_path: Path,
) -> None:
    environ = settings_file(tmp_path, 'base_url = "https://a.example/"\ndemo = true\n')
    assert read_settings(environ).base_url == "https://a.example"
    assert read_settings(environ).is_https
    assert read_settings(environ).demo
    changed = read_settings(environ | {"SURVEYAPP_BASE_URL": "http://b.example"})
    assert changed.base_url == "http://b.example"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('data_url = "x"', "SURVEYAPP_DATA_URL"),
        ("demo = 'perhaps'", "write yes or no"),
        ('oidc_issuer = "https://a.example"', "lacks SURVEYAPP_OIDC_CLIENT_ID and"),
        (PROVIDER.replace("https", "http"), "OIDC_ISSUER must begin with https"),
        ("metrics_token = 'too short'", "METRICS_TOKEN must be 16 characters or more"),
        ("base_url = [1]", "base_url must be text"),
        ("base_url = ", "cannot be read as TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        read_settings(settings_file(tmp_path, text))


@pytest.mark.parametrize("url", ["amqp://guess-me-not@mq", "redis:/guess-me-not"])
def test_a_broker_that_is_no_redis_is_refused_without_its_password(
    tmp_path: Path, url: str
) -> None:
    environ = {"SURVEYAPP_INSTANCE": str(tmp_path), "SURVEYAPP_BROKER_URL": url}
    with pytest.raises(SettingsError, match="SURVEYAPP_BROKER_URL is no address") as caught:
        read_settings(environ)
    assert "guess-me-not" not in str(caught.value)


def test_a_broker_without_what_speaks_with_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "rediss://:guess-me-not@mq:6379/1"
    environ = {"SURVEYAPP_INSTANCE": str(tmp_path), "SURVEYAPP_BROKER_URL": url}
    assert read_settings(environ).broker_url == url
    assert "guess-me-not" not in repr(read_settings(environ))
    monkeypatch.setattr(config, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="install “surveyapp\\[cluster\\]”"):
        read_settings(environ)


def test_the_session_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    environ = {"SURVEYAPP_INSTANCE": str(tmp_path)}
    first = read_settings(environ).secret_key
    assert len(first) >= 32
    assert read_settings(environ).secret_key == first
    kept = tmp_path / "keys" / "session-secret"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert (
        read_settings(environ | {"SURVEYAPP_SECRET_KEY": "mine alone, long"}).secret_key
        == "mine alone, long"
    )


@pytest.mark.parametrize(
    ("value", "folder"),
    [
        ("", "outbox"),
        ("file:", "outbox"),
        ("file:mails", "mails"),
        ("file:/srv/some where/mails", "/srv/some where/mails"),
        ("file:///srv/mails", "/srv/mails"),
    ],
)
def test_mails_go_into_a_folder_inside_the_instance_or_elsewhere(
    tmp_path: Path, value: str, folder: str
) -> None:
    environ = {"SURVEYAPP_INSTANCE": str(tmp_path), "SURVEYAPP_MAIL_URL": value}
    assert read_settings(environ).mail_url == f"file:{tmp_path / folder}"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://me%40x.example:p%40ss%3A@mail.example",
            ("mail.example", 587, Encryption.STARTTLS, "me@x.example", "p@ss:", None),
        ),
        ("smtps://u:p@mail.example:1465", ("mail.example", 1465, Encryption.TLS, "u", "p", None)),
        ("smtp://mail:25", ("mail", 25, Encryption.IF_OFFERED, None, "", None)),
        ("smtp://mail?starttls=required", ("mail", 587, Encryption.STARTTLS, None, "", None)),
        ("smtp://localhost?starttls=never", ("localhost", 587, Encryption.NONE, None, "", None)),
        ("smtp://u:p@[::1]:25?starttls=never", ("::1", 25, Encryption.NONE, "u", "p", None)),
        (
            "smtp://m?from=a%2Bb@x.example",
            ("m", 587, Encryption.IF_OFFERED, None, "", "a+b@x.example"),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_address(
    tmp_path: Path, url: str, server: tuple[object, ...]
) -> None:
    environ = {"SURVEYAPP_INSTANCE": str(tmp_path), "SURVEYAPP_MAIL_URL": url}
    read = MailServer.at(read_settings(environ).mail_url)
    assert (
        read.host, read.port, read.encryption, read.user, read.password, read.sender
    ) == server  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("/srv/mails/pass-word", "is neither smtp:, smtps: nor file:"),
        ("http://me:pass-word@mail.example", "is neither smtp:, smtps: nor file:"),
        ("smtp://me:pass-word@", "names no server"),
        ("smtp://me:pass-word@mail.example/folder", "names no server, or more than one"),
        ("smtp://me:pass-word@mail.example:port", "cannot be read"),
        ("smtp://me:pass-word@mail.example?x", "cannot be read"),
        ("smtp://me:pass-word@mail.example#x", "has a # in it"),
        ("smtp://pass-word@mail.example", "needs a user and a password, or neither"),
        ("smtp://me:pass-word@mail.example?tls=no", "has the unknown option ['tls']"),
        ("smtp://me:pass-word@mail.example?starttls=no", "neither required nor never"),
        ("smtps://me:pass-word@mail.example?starttls=required", "or one after smtps:"),
        ("smtp://me:pass-word@mail.example?starttls=never", "is for a server on this very machine"),
        ("smtp://me:pass-word@mail.example?from=me%0Ax@y", "has a from= that is no mail address"),
        ("smtp://me:pass-word@mail.example?from=me", "has a from= that is no mail address"),
        ("smtp://me:pass-word@mail.example?cafile=/no/file", "has a cafile= that is no file"),
    ],
)
def test_an_address_of_no_mail_server_is_refused_without_its_password(
    tmp_path: Path, value: str, said: str
) -> None:
    environ = {"SURVEYAPP_INSTANCE": str(tmp_path), "SURVEYAPP_MAIL_URL": value}
    with pytest.raises(SettingsError, match="SURVEYAPP_MAIL_URL") as caught:
        read_settings(environ)
    assert said in str(caught.value)
    assert "pass-word" not in str(caught.value)


def test_no_password_is_in_what_is_shown_of_the_settings(tmp_path: Path) -> None:
    environ = {
        "SURVEYAPP_INSTANCE": str(tmp_path),
        "SURVEYAPP_MAIL_URL": "smtp://me:pass-word@mail.example",
        "SURVEYAPP_SECRET_KEY": "very secret, long",
    }
    settings = read_settings(environ)
    shown = repr(settings) + repr(MailServer.at(settings.mail_url))
    assert "pass-word" not in shown
    assert "very secret" not in shown


@pytest.mark.parametrize(
    "value",
    [
        *("survey.example", "ftp://survey.example", "https://", "https://:443", "https://a:b"),
        *("https://survey.example/path", "https://survey.example?x", "https://survey.example#x"),
        *("https://me:pass-word@survey.example", "https://[::1"),
    ],
)
def test_an_address_that_is_no_site_is_refused_without_its_password(
    tmp_path: Path, value: str
) -> None:
    environ = {"SURVEYAPP_INSTANCE": str(tmp_path), "SURVEYAPP_BASE_URL": value}
    with pytest.raises(SettingsError, match=r"SURVEYAPP_BASE_URL .* without a path") as caught:
        read_settings(environ)
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("place", ["surveyapp", "."], ids=["in a wheel", "in a source tree"])
def test_the_templates_are_found(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / place / "templates"
    folder.mkdir(parents=True)
    monkeypatch.setattr(config, "__file__", str(tmp_path / "surveyapp" / "config.py"))
    assert config.template_folder() == folder


def test_a_provider_is_three_settings_and_its_secret_is_not_printed(tmp_path: Path) -> None:
    read = read_settings(settings_file(tmp_path, PROVIDER))
    assert (read.oidc_issuer, read.oidc_client_id) == ("https://a.example", "us")
    assert read.oidc_client_secret not in repr(read)
    assert not read_settings({"SURVEYAPP_INSTANCE": str(tmp_path / "other")}).oidc_issuer
