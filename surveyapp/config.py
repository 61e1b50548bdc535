"""Settings: read once from the environment and `surveyapp.toml`, then never changed."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from surveyapp.mail_server import PREFIX, MailServer, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS_FILE = "surveyapp.toml"
DATABASE_FILE = "surveyapp.sqlite"
KEY_FOLDER = "keys"
OUTBOX_FOLDER = "outbox"
LOOPBACK = ("http://127.0.0.1:", "http://localhost:")
DATABASE = r"sqlite:///.+|postgresql(\+psycopg)?://(.*@)?(\[[^]]*\]|[^:/@]*)(:\d+)?(/.*)?"
SHORTEST_SECRET = 12
SHORTEST_TOKEN = 16
SECRET_FILE = "session-secret"  # noqa: S105  (the name of a file, not a secret)


@dataclass(frozen=True)
class Settings:
    """Everything an installation can decide, with its defaults filled in."""

    instance: Path
    """Folder of local data: the database, the keys and the settings file."""
    database_url: str = field(repr=False)
    """SQLAlchemy address; SQLite inside the instance folder by default."""
    key_dir: Path
    """Folder of the round keys; outside the database and outside its backups."""
    secret_key: str = field(repr=False)
    """Signs session cookies."""
    base_url: str
    """Address that people use, without a trailing slash; in mails and on slips."""
    mail_url: str = field(repr=False)
    """Where mails go: `smtp:` or `smtps:` and a server, or `file:` and a folder; `outbox` inside
    the instance folder by default."""
    demo: bool
    """True in the demo alone, whose passwords are public: every page says so."""
    broker_url: str = field(default="", repr=False)
    """The Redis through which workers on several machines share the work; empty if there is none,
    and workers take jobs from the database."""
    oidc_issuer: str = ""
    """Address of the OpenID Connect provider for single sign-on; empty if there is none."""
    oidc_client_id: str = ""
    """What the provider calls this installation."""
    oidc_client_secret: str = field(default="", repr=False)
    """With what this installation proves to the provider that it is the one."""
    metrics_token: str = field(default="", repr=False)
    """With what monitoring on another machine may read /metrics; empty if none does."""

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over TLS, so cookies may insist on it."""
        return self.base_url.startswith("https://")

    @property
    def sends_mails(self) -> bool:
        """Whether a mail server sends them; else they are files that wait in a folder."""
        return not self.mail_url.startswith("file:")


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings: environment variables first, then the file, then defaults.

    Raises `SettingsError` for a name that does not exist or a value of the wrong kind.
    """
    instance = _instance(environ)
    values = _from_file(instance / SETTINGS_FILE)
    known = {field.name for field in fields(Settings)}
    for name, value in environ.items():
        if name.startswith(PREFIX) and value:
            values[name.removeprefix(PREFIX).lower()] = value
    if unknown := sorted(set(values) - known):
        names = ", ".join(PREFIX + name.upper() for name in unknown)
        choices = ", ".join(PREFIX + name.upper() for name in sorted(known))
        message = f"Unknown setting: {names}. The settings are: {choices}."
        raise SettingsError(message)
    key_dir = Path(values.get("key_dir") or instance / KEY_FOLDER)
    return Settings(
        instance=instance,
        database_url=_database_url(
            values.get("database_url") or f"sqlite:///{instance / DATABASE_FILE}"
        ),
        key_dir=key_dir,
        secret_key=_secret_key(values.get("secret_key") or _kept_secret(key_dir)),
        base_url=_base_url(values.get("base_url") or "http://127.0.0.1:8000"),
        mail_url=_mail_url(values.get("mail_url") or "file:", instance),
        broker_url=_broker_url(values.get("broker_url") or ""),
        **_single_sign_on(values),
        metrics_token=_metrics_token(values.get("metrics_token", "")),
        demo=_demo(values.get("demo") or "no"),
    )


def setting_sources(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return where each setting comes from, by its name: environment, the file, or default."""
    in_file = _from_file(_instance(environ) / SETTINGS_FILE)
    found = {}
    for setting in fields(Settings):
        found[setting.name] = "default"
        if in_file.get(setting.name):
            found[setting.name] = SETTINGS_FILE
        if environ.get(PREFIX + setting.name.upper()):
            found[setting.name] = "environment"
    return found


def template_folder() -> Path:
    """Return where the templates lie: inside the package in a wheel, beside it in a source tree."""
    package = Path(__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _instance(environ: Mapping[str, str]) -> Path:
    """`instance/` beside a source tree, below the working folder for an installed package.

    A wheel lies inside its virtual environment, which is no place for data.
    """
    tree = Path(__file__).resolve().parent.parent
    around = tree if (tree / "pyproject.toml").exists() else Path.cwd()
    return Path(environ.get(PREFIX + "INSTANCE") or around / "instance").resolve()


def _from_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read as TOML: {error}."
        raise SettingsError(message) from error
    values = {}
    for name, value in read.items():
        if not isinstance(value, str | bool | int):
            message = f"{path}: {name} must be text, a number or true/false."
            raise SettingsError(message)
        values[name.removeprefix(PREFIX).lower()] = str(value)
    return values


def _database_url(value: str) -> str:
    if not re.fullmatch(DATABASE, value):
        message = (
            f"{PREFIX}DATABASE_URL is no address of a database: write sqlite:////a/file or"
            " postgresql+psycopg://user:password@host/name."
        )
        raise SettingsError(message)
    return value


def _secret_key(value: str) -> str:
    """Refuse one that can be guessed: whoever does is signed in as anybody."""
    if len(value) < SHORTEST_SECRET:
        message = (
            f"{PREFIX}SECRET_KEY is shorter than {SHORTEST_SECRET} characters: leave it out, and"
            f" one is made (delete {SECRET_FILE} in the key folder if that is damaged)."
        )
        raise SettingsError(message)
    return value


def _kept_secret(key_dir: Path) -> str:
    """Return this installation's own secret, made once and readable by its owner alone.

    Nobody ever reads half of it, and a full disk leaves none that is empty.
    """
    path = key_dir / SECRET_FILE
    if path.exists():
        return path.read_text(encoding="ascii")
    key_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = key_dir / f"{SECRET_FILE}.{os.getpid()}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):  # another process made one in this very moment
            path.hardlink_to(unfinished)
    finally:
        unfinished.unlink()
    return path.read_text(encoding="ascii")


def _base_url(value: str) -> str:
    """Check that it says where the site is, and nothing else: pages are served from its root."""
    address = value.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, a bracket too few
        known = False
    if not known or address.lower() != f"{parts.scheme}://{parts.netloc}".lower() or "@" in address:
        message = (
            f"{PREFIX}BASE_URL is no address of a site: write what people open, with http:// or"
            " https:// and without a path, such as https://survey.example.com."
        )
        raise SettingsError(message)
    return address


def _mail_url(value: str, instance: Path) -> str:
    scheme, _, folder = value.partition(":")
    if scheme == "file":
        return f"file:{instance / (folder.removeprefix('//') or OUTBOX_FOLDER)}"
    MailServer.at(value)
    return value


def _broker_url(value: str) -> str:
    """Check that it is a Redis, and that what speaks with it is installed."""
    if value and not value.startswith(("redis://", "rediss://")):
        message = (
            f"{PREFIX}BROKER_URL is no address of a Redis: write redis://:password@host:6379/0, or"
            " rediss:// for an encrypted one; leave it out where one machine does all the work."
        )
        raise SettingsError(message)
    if value and not all(map(find_spec, ("celery", "redis"))):
        message = (
            f"{PREFIX}BROKER_URL is set, but Celery is not installed, which speaks with the broker:"
            " install “surveyapp[cluster]”, or requirements-cluster.lock."
        )
        raise SettingsError(message)
    return value


def _single_sign_on(values: Mapping[str, str]) -> dict[str, str]:
    """Return all three settings of single sign-on, or three empty ones."""
    names = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    given = {name: values.get(name, "") for name in names}
    if missing := [PREFIX + name.upper() for name, value in given.items() if not value]:
        if len(missing) < len(names):
            message = f"Single sign-on lacks {' and '.join(missing)}: give all three, or none."
            raise SettingsError(message)
        return given
    given["oidc_issuer"] = given["oidc_issuer"].rstrip("/")
    if not given["oidc_issuer"].startswith(("https://", *LOOPBACK)):
        message = f"{PREFIX}OIDC_ISSUER must begin with https://: it says who somebody is."
        raise SettingsError(message)
    return given


def _metrics_token(value: str) -> str:
    if value and not re.fullmatch(rf"[!-~]{{{SHORTEST_TOKEN},}}", value):
        message = (
            f"{PREFIX}METRICS_TOKEN must be {SHORTEST_TOKEN} characters or more of ASCII without"
            " spaces, such as “openssl rand -hex 32” prints."
        )
        raise SettingsError(message)
    return value


def _demo(value: str) -> bool:
    match value.lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
    message = f"{PREFIX}DEMO is {value!r}: write yes or no."
    raise SettingsError(message)
