"""The mail server that the settings name, read from one address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

PREFIX = "SURVEYAPP_"
MAIL_PORTS = {"smtp": 587, "smtps": 465}


class SettingsError(Exception):
    """A setting that cannot be used; the text names it and says how to mend it."""


class Encryption(StrEnum):
    """How the way to a mail server is encrypted."""

    TLS = "tls"
    """From the first byte on: smtps."""
    STARTTLS = "starttls"
    """Before anything is said that matters; without it nothing is sent."""
    IF_OFFERED = "if-offered"
    """STARTTLS if the server offers it."""
    NONE = "never"
    """Not at all: between programs of one machine alone."""


STARTTLS = {"required": Encryption.STARTTLS, "never": Encryption.NONE}


@dataclass(frozen=True)
class MailServer:
    """A mail server that takes our mails, from an address such as smtp://user:password@host:587."""

    host: str
    port: int
    encryption: Encryption
    user: str | None
    password: str = field(repr=False)
    ca_file: str | None
    """Certificates to trust instead of the system's."""
    sender: str | None
    """Address that mails come from, and that those go back to which cannot be delivered."""

    @property
    def is_local(self) -> bool:
        """Whether what we say to it stays on this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @classmethod
    def at(cls, url: str) -> MailServer:
        """Read the address of a mail server, `SURVEYAPP_MAIL_URL`.

        Raises `SettingsError`, whose text does not repeat the address: a password may be in it.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
            options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        except ValueError:
            parts, port, options = None, None, {}
        if parts is None or (fault := _mail_fault(parts, options)):
            message = (
                f"{PREFIX}MAIL_URL {fault if parts else 'cannot be read'}. Write"
                " smtp://user:password@host:587 or smtps://user:password@host (with %40 for an @"
                " in either), or file: for a folder on this machine."
            )
            raise SettingsError(message)
        made = cls(
            host=parts.hostname or "",
            port=port or MAIL_PORTS[parts.scheme],
            encryption=_encryption(parts, options),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or ""),
            ca_file=options.get("cafile"),
            sender=options.get("from"),
        )
        if made.encryption is Encryption.NONE and not made.is_local:
            message = (
                f"{PREFIX}MAIL_URL has starttls=never, which is for a server on this very machine:"
                " whoever carries the mails on the way there could answer in people's place."
            )
            raise SettingsError(message)
        return made


def _mail_fault(parts: SplitResult, options: Mapping[str, str]) -> str | None:
    """Say what is wrong with the address of a mail server."""
    unknown = sorted(set(options) - {"starttls", "cafile", "from"})
    faults = {
        "is neither smtp:, smtps: nor file:": parts.scheme not in MAIL_PORTS,
        "names no server, or more than one": not parts.hostname or parts.path.strip("/"),
        "has a # in it: write %23": parts.fragment,
        "needs a user and a password, or neither": bool(parts.username) != bool(parts.password),
        f"has the unknown option {unknown[:1]}": unknown,
        "has a starttls= that is neither required nor never, or one after smtps:": (
            "starttls" in options
            and (options["starttls"] not in STARTTLS or parts.scheme != "smtp")
        ),
        "has a from= that is no mail address": not re.fullmatch(
            r"[!-?A-~]+@[!-?A-~]+", options.get("from", "a@b")
        ),
        "has a cafile= that is no file": (
            "cafile" in options and not Path(options["cafile"]).is_file()
        ),
    }
    return next((fault for fault, found in faults.items() if found), None)


def _encryption(parts: SplitResult, options: Mapping[str, str]) -> Encryption:
    if parts.scheme == "smtps":
        return Encryption.TLS
    if "starttls" in options:
        return STARTTLS[options["starttls"]]
    return Encryption.STARTTLS if parts.username else Encryption.IF_OFFERED
