"""Delivering mails to a mail server: one connection for many, encrypted wherever it can be."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from surveyapp.mail.faults import MailServerError, NotTakenError, RefusedError, in_its_words
from surveyapp.mail_server import Encryption

if TYPE_CHECKING:
    from email.message import EmailMessage

    from surveyapp.mail_server import MailServer

TIMEOUT_SECONDS: Final = 45
"""For each of a server's replies."""
MOST_BREAKS: Final = 3
"""Connections that break one after another before the server is given up for now."""
SERVICE_NOT_AVAILABLE: Final = 421
PERMANENT: Final = 500


class _BrokenError(Exception):
    """The connection is gone, and it is not known what became of the mail in hand."""


@dataclass
class Smtp:
    """A mail server, connected while mails are handed over."""

    server: MailServer
    sender: str
    """Where mails go back to which cannot be delivered."""
    _connection: smtplib.SMTP | None = field(default=None, init=False)
    _breaks: int = field(default=0, init=False)

    def deliver(self, name: str, message: EmailMessage) -> None:  # noqa: ARG002  (its id says it)
        """Hand a mail over, as `Post` says.

        A connection that was good and breaks is made anew once: servers end long ones. If the new
        one breaks too, it may be for this mail, which has to wait.
        """
        fresh = self._connection is None
        try:
            self._hand_over(self._connection or self.connect(), message)
        except _BrokenError:
            if fresh:
                raise self._put_aside() from None
            try:
                self._hand_over(self.connect(), message)
            except _BrokenError:
                raise self._put_aside() from None
        self._breaks = 0

    def connect(self) -> smtplib.SMTP:
        """Connect, encrypt and sign in. Raises `MailServerError` saying what did not work."""
        place = f"The mail server {self.server.host}:{self.server.port}"
        try:
            self._connection = self._greeted()
            if self.server.user is not None:
                self._connection.login(self.server.user, self.server.password)
        except ssl.SSLCertVerificationError as error:
            why = (
                f"{place} shows a certificate that is not trusted ({error.verify_message}). If it"
                " is your own, name its authority's file in SURVEYAPP_MAIL_URL: ?cafile=/a/file.pem"
            )
        except smtplib.SMTPAuthenticationError as error:
            said = in_its_words(error.smtp_code, error.smtp_error)
            why = f"{place} does not accept user and password of SURVEYAPP_MAIL_URL: {said}"
        except smtplib.SMTPNotSupportedError:
            why = (
                f"{place} does not offer what SURVEYAPP_MAIL_URL asks for: STARTTLS, which user and"
                " password need, or signing in."
            )
        except smtplib.SMTPResponseException as error:
            said = in_its_words(error.smtp_code, error.smtp_error)
            why = f"{place} does not talk to us: {said}"
        except (OSError, smtplib.SMTPException) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            why = f"{place} cannot be reached: {reason or 'it does not answer as one'}."
        else:
            return self._connection
        self.close()
        raise MailServerError(why)

    def close(self) -> None:
        """Say goodbye, if there is still somebody to say it to."""
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
            self._connection.close()
            self._connection = None

    def _greeted(self) -> smtplib.SMTP:
        """Return a connection that is encrypted as the settings say."""
        ours = self.sender.rpartition("@")[2]
        trust = ssl.create_default_context(cafile=self.server.ca_file)
        host, port, encryption = self.server.host, self.server.port, self.server.encryption
        if encryption is Encryption.TLS:
            return smtplib.SMTP_SSL(host, port, ours, timeout=TIMEOUT_SECONDS, context=trust)
        made = self._connection = smtplib.SMTP(host, port, ours, TIMEOUT_SECONDS)
        made.ehlo_or_helo_if_needed()
        offered = made.has_extn("starttls")
        if encryption is Encryption.STARTTLS or (encryption is Encryption.IF_OFFERED and offered):
            made.starttls(context=trust)
            made.ehlo_or_helo_if_needed()
        return made

    def _hand_over(self, connection: smtplib.SMTP, message: EmailMessage) -> None:
        words: bytes | str
        to = message["To"].addresses[0].addr_spec
        options = ["BODY=8BITMIME"] if connection.has_extn("8bitmime") else []
        try:
            connection.send_message(message, self.sender, [to], options)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = error.recipients[to]
        except smtplib.SMTPSenderRefused as error:
            code, words = error.smtp_code, error.smtp_error
            if code >= PERMANENT:
                self.close()
                said = in_its_words(code, words)
                fault = f"The mail server takes no mail from {self.sender}: {said}"
                raise MailServerError(fault) from error
        except smtplib.SMTPDataError as error:
            code, words = error.smtp_code, error.smtp_error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise _BrokenError from error
        else:
            return
        if code == SERVICE_NOT_AVAILABLE:
            self.close()
            raise _BrokenError
        said = in_its_words(code, words)
        raise RefusedError(said) if code >= PERMANENT else NotTakenError(said)

    def _put_aside(self) -> NotTakenError | MailServerError:
        self._breaks += 1
        if self._breaks >= MOST_BREAKS:
            return MailServerError(
                f"The mail server {self.server.host}:{self.server.port} ends each connection."
            )
        return NotTakenError("The mail server ended the connection.")
