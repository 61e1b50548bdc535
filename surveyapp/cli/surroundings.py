"""What an installation stands on, as far as it shows from here: files, disk, address, clock."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import ssl
import time
import urllib.request
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cryptography import x509
from sqlalchemy import func, select

from surveyapp.cli.application import LOOPBACK
from surveyapp.config import DATABASE_FILE, SETTINGS_FILE
from surveyapp.core.errors import DomainError
from surveyapp.mail_server import PREFIX
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Round
from surveyapp.web.pages import settings, today

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse
    from pathlib import Path

PRIVATE: Final = 0o077
LEAST_FREE_BYTES: Final = 1_000_000_000
SECONDS_TO_OPEN: Final = 10
MOST_SECONDS_APART: Final = 30
LEAST_DAYS: Final = 14
"""That a certificate is still valid: who renews by hand has that long to notice."""
NETWORK_FOLDERS: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs"})
"""Kinds of file systems on which SQLite's locks and log do not hold."""


class IllError(DomainError):
    """Something is not well; the text says what, and how to mend it."""


def others_may_open(path: Path) -> bool:
    """Whether somebody else than its owner may open a file or folder."""
    return path.exists() and bool(path.stat().st_mode & PRIVATE)


def files() -> str:
    """Look whether the folder of local data is for its owner alone, and that is who we are."""
    instance = settings().instance
    folder_is_open = others_may_open(instance)
    for name in (SETTINGS_FILE, DATABASE_FILE):
        if folder_is_open and others_may_open(path := instance / name):
            message = f"others may open {path}: chmod go= {path}"
            raise IllError(message)
    for path in (instance, settings().key_dir):
        if path.stat().st_uid != os.getuid():
            message = (
                f"{path} belongs to another user than this command runs as: run commands as that"
                " user, or the server cannot read what they write"
            )
            raise IllError(message)
        if not os.access(path, os.W_OK):
            message = f"{path} cannot be written to: chmod u+w {path}"
            raise IllError(message)
    kind = _kind_of_folder(instance)
    if db.engine.dialect.name == "sqlite" and kind in NETWORK_FOLDERS:
        message = (
            f"{instance} is on another machine ({kind}), where SQLite loses data: put it on a disk"
            f" of this one, or set {PREFIX}DATABASE_URL to a PostgreSQL"
        )
        raise IllError(message)
    return f"{instance}, for its owner alone"


def _kind_of_folder(folder: Path) -> str:
    """Return the kind of the file system that a folder lies on."""
    found = {place: kind for place, kind in _mounted() if folder.is_relative_to(place)}
    return found[max(found, key=len)] if found else ""


def _mounted() -> Iterator[tuple[str, str]]:
    try:
        with open("/proc/mounts", encoding="utf-8") as lines:  # noqa: PTH123  (no path of ours)
            for line in lines:
                _device, place, kind, *_ = line.split()
                yield place.replace("\\040", " "), kind
    except OSError:  # a system without such a list
        return


def disk() -> str:
    """Look how much room there is."""
    folders = (settings().instance, settings().key_dir)
    free, folder = min((shutil.disk_usage(folder).free, str(folder)) for folder in folders)
    told = f"{free / 1e9:.1f} GB free for {folder}"
    if free < LEAST_FREE_BYTES:
        message = f"{told}: make room, closing a round rewrites the database"
        raise IllError(message)
    return told


def address() -> str:
    """Look whether people reach this installation, encrypted, and through a careful proxy."""
    url = settings().base_url
    if settings().demo:
        return f"{url}, for the demo"
    if url.startswith(LOOPBACK) or not settings().is_https:
        message = (
            f"{url} cannot be used from elsewhere with encryption, and answering by link needs"
            f" https: set {PREFIX}BASE_URL=https://survey.your-company.example"
        )
        raise IllError(message)
    try:
        with _opened(f"{url}/healthz") as reply:
            is_ours = reply.read(100) == b"ok\n"
        with _opened(f"{url}/") as reply:
            is_compressed = "Content-Encoding" in reply.headers
        days = _days_of_certificate()
    except OSError as error:
        message = f"{url} does not open from here ({error}): look at the server in front"
        raise IllError(message) from error
    if not is_ours:
        message = f"something else than surveyapp answers at {url}: look at the server in front"
        raise IllError(message)
    if is_compressed:
        message = (
            f"{url} compresses pages, from whose length secrets can be guessed: “gzip off;” in"
            " nginx; static files come compressed from here"
        )
        raise IllError(message)
    if _is_open(f"{url}/metrics"):
        message = (
            f"{url}/metrics is open to everybody: the server in front does not say that it asks for"
            " others; “proxy_set_header X-Forwarded-For $remote_addr;” in nginx"
        )
        raise IllError(message)
    if days < LEAST_DAYS:
        message = f"the certificate of {url} ends in {days} days: renew it"
        raise IllError(message)
    return f"{url} opens, encrypted; its certificate is valid for {days} days"


def _opened(url: str) -> HTTPResponse:
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310  (https)
    reply: HTTPResponse = urllib.request.urlopen(asked, timeout=SECONDS_TO_OPEN)  # noqa: S310
    return reply


def _is_open(url: str) -> bool:
    try:
        _opened(url).close()
    except OSError:
        return False
    return True


def _days_of_certificate() -> int:
    parts = urlsplit(settings().base_url)
    where = (parts.hostname or "", parts.port or 443)
    pem = ssl.get_server_certificate(where, timeout=SECONDS_TO_OPEN)
    return days_left(pem, time.time())


def days_left(pem: str, now: float) -> int:
    """Return for how many days from now on a certificate is valid."""
    ends = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
    return int((ends.timestamp() - now) // 86400)


def clock() -> str:
    """Compare the clock with the rounds, with the database's server, and with the one in front."""
    now = dt.datetime.now().astimezone()
    with writing() as session:
        newest = session.scalar(select(func.max(Round.opened_on)))
        others = {}
        if db.engine.dialect.name != "sqlite":
            others["the database"] = session.scalars(select(func.clock_timestamp())).one()
    if newest is not None and newest > today() + dt.timedelta(days=1):
        message = f"it says {now:%Y-%m-%d %H:%M %Z}, but a round opened on {newest}: set it right"
        raise IllError(message)
    if (in_front := _time_in_front()) is not None:
        others["the server in front"] = in_front
    for who, time_there in others.items():
        apart = abs((dt.datetime.now(dt.UTC) - time_there).total_seconds())
        if apart > MOST_SECONDS_APART:
            message = (
                f"it says {now:%Y-%m-%d %H:%M:%S %Z}, {who} is {apart:.0f} s away from that: let"
                " both be set by a time server (timedatectl set-ntp true)"
            )
            raise IllError(message)
    agreed = "; ".join(f"as {who} says" for who in others) or "compare it with yours"
    return f"{now:%Y-%m-%d %H:%M %Z}; {agreed}"


def _time_in_front() -> dt.datetime | None:
    if settings().demo or not settings().is_https:
        return None
    try:
        with _opened(f"{settings().base_url}/healthz") as reply:
            return parsedate_to_datetime(reply.headers["Date"])
    except (OSError, TypeError, ValueError):  # told of the address, or no date at all
        return None
