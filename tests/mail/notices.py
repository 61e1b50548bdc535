"""Notices that mail servers send back, as they look."""

from __future__ import annotations

FAILED = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: no-reply@survey.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 24 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822; {final}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <dana.1@demo.example>: Recipient address
    rejected: User unknown

--B
Content-Type: {returned}

Message-ID: {message_id}
From: Northwind <no-reply@survey.example>
To: Dana 1 <{to}>
Subject: How are you led?

--B--
"""


def notice(
    message_id: str,
    *,
    action: str = "failed",
    returned: str = "text/rfc822-headers",
    to: str = "dana.1@demo.example",
    final: str | None = None,
) -> bytes:
    """Write a notice about a mail to somebody, which was passed on to the `final` address."""
    return FAILED.format(
        message_id=message_id, action=action, returned=returned, to=to, final=final or to
    ).encode()
