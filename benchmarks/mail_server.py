"""A real mail server (aiosmtpd) with STARTTLS and sign-in, for measuring and for tests.

Run as a program it is a process of its own, and writes a line for each mail that it takes.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import logging
import os
import signal
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
USER, PASSWORD = "mailer@bench.example", "p@ss/word"


def make_certificate(file: Path) -> Path:
    """Write a key and a certificate of this machine, signed by itself, into a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def tls(certificate: Path) -> ssl.SSLContext:
    """Return what the server shows to whoever wants an encrypted connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def check(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
) -> AuthResult:
    """Let in the one user that there is."""
    good = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=good, handled=good)


@dataclass
class _Writing:
    """Takes every mail: its id and whom it is for, on a line, before it says yes."""

    descriptor: int

    async def handle_DATA(  # noqa: N802  (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content or b""
        if isinstance(content, str):
            content = content.encode()
        head = content.partition(b"\r\n\r\n")[0].splitlines()
        (found,) = (line for line in head if line.startswith(b"Message-ID: "))
        to = envelope.rcpt_tos[0].encode()
        os.write(self.descriptor, found.removeprefix(b"Message-ID: ") + b" " + to + b"\n")
        return "250 taken"


def main(port: int, certificate: str, taken: str) -> None:
    """Serve until a signal comes."""
    descriptor = os.open(taken, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    controller = Controller(
        _Writing(descriptor),
        hostname=HOST,
        port=port,
        tls_context=tls(Path(certificate)),
        require_starttls=True,
        auth_required=True,
        authenticator=check,
    )
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's own
    controller.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
