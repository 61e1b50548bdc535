"""A real mail server in a thread, which does to some addresses what mail servers do."""

from __future__ import annotations

import logging
from asyncio import WriteTransport
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiosmtpd.controller import Controller

from benchmarks.mail_server import HOST, PASSWORD, USER, check, make_certificate, tls
from benchmarks.serving import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Server:
    """What the server takes, and to whom it says something else."""

    url: str = ""
    taken: list[tuple[str, str, EmailMessage]] = field(default_factory=list)
    """Who sent it, for whom, and the mail."""
    says: dict[str, str] = field(default_factory=dict)
    """Address -> reply to RCPT."""
    says_to_data: dict[str, str] = field(default_factory=dict)
    """Address -> reply to the content."""
    says_to_sender: str = ""
    hangs_up_on: set[str] = field(default_factory=set)
    most_per_connection: int = 1_000_000
    connections: int = 0
    _mails: dict[str | None, int] = field(default_factory=dict)
    """Connection -> mails that were begun over it."""

    async def handle_EHLO(  # noqa: N802  (aiosmtpd's name)
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        replies: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return replies

    async def handle_MAIL(  # noqa: N802  (aiosmtpd's name)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self.says_to_sender:
            return self.says_to_sender
        self._mails[session.peer] = self._mails.get(session.peer, 0) + 1
        if self._mails[session.peer] > self.most_per_connection:
            assert isinstance(server.transport, WriteTransport)
            server.transport.write(b"421 4.7.0 Too many, good bye\r\n")
            server.transport.close()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 fine"

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.hangs_up_on:
            assert server.transport
            server.transport.close()
        if reply := self.says.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(  # noqa: N802  (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        (to,) = envelope.rcpt_tos
        if reply := self.says_to_data.get(to):
            return reply
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((str(envelope.mail_from), to, mail))
        return "250 taken"

    def to(self) -> list[str]:
        """Return whom the mails were for that were taken, in order."""
        return [to for _sender, to, _mail in self.taken]


IN_THE_OPEN: dict[str, Any] = {
    "tls_context": None,
    "require_starttls": False,
    "auth_require_tls": False,
}
"""Options of a server that knows no encryption."""


@contextmanager
def serving(
    folder: Path, scheme: str = "smtp", options: dict[str, Any] | None = None
) -> Iterator[Server]:
    """Run a server that wants STARTTLS, or TLS at once, and a user; `options` change that."""
    certificate = make_certificate(folder / "mail.pem")
    found = Server()
    asked: dict[str, Any] = {"auth_required": True, "authenticator": check}
    if scheme == "smtps":
        asked |= {"ssl_context": tls(certificate), "auth_require_tls": False}
    else:
        asked |= {"tls_context": tls(certificate), "require_starttls": True}
    port = free_port()
    controller = Controller(found, hostname=HOST, port=port, **(asked | (options or {})))
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's own
    controller.start()
    user = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
    found.url = f"{scheme}://{user}@{HOST}:{port}?cafile={certificate}"
    try:
        yield found
    finally:
        controller.stop()
