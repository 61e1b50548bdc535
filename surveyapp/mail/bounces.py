"""Reading delivery status notifications (RFC 3464): which of our mails came back for good."""

from __future__ import annotations

import mailbox
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

from surveyapp.core.errors import DomainError
from surveyapp.mail.faults import in_its_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS: Final = re.compile(r"<([a-z0-9]{12})-(\d{1,18})-([a-z]+(?:-[a-z0-9]+)?)(?:\.\d+)?@[^<>\s]+>")
"""Round, person and mailing in the Message-ID of a mail of ours."""
LARGEST_BYTES: Final = 50_000_000


class NoMailError(DomainError):
    """A file that holds no mail."""


@dataclass(frozen=True)
class Bounce:
    """A mail of ours that came back for good."""

    round_id: str
    person_id: int
    mailing: str
    addresses: frozenset[str]
    """Where it went, in lower case: as we wrote it, and where it was last passed on to."""
    words: str
    """What the server said that would not have it, without addresses."""


def read_mails(path: Path) -> Iterator[Message]:
    """Read a mail, an mbox file or a Maildir. Raises `NoMailError` if it is neither."""
    if path.is_dir():
        if not (path / "cur").is_dir() or not (path / "new").is_dir():
            message = f"{path} is a folder, but no Maildir: it has no cur and new in it."
            raise NoMailError(message)
        folder = mailbox.Maildir(path, create=False)
        for key in folder.keys():  # noqa: SIM118  (iterating would read them all)
            yield read_mail(folder.get_bytes(key), f"{path}: {key}")
        return
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    if not is_mbox:
        yield read_mail(path.read_bytes(), str(path))
        return
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.keys(), 1):
            yield read_mail(box.get_bytes(key), f"{path}, mail {number}")
    finally:
        box.close()


def read_mail(content: bytes, place: str) -> Message:
    """Read one mail; `place` names it. Raises `NoMailError` for anything else."""
    if content.startswith(b"From "):  # as some mail servers pipe it
        content = content.partition(b"\n")[2]
    found = message_from_bytes(content[:LARGEST_BYTES])
    if not found.keys():
        message = f"{place} is no mail: it has no headers. Give a mail, an mbox file or a Maildir."
        raise NoMailError(message)
    return found


def bounce_in(mail: Message) -> Bounce | None:
    """Return which mail of ours a notification says came back for good; None if it says nothing.

    A delay, a receipt, an answer by a person or a machine, and whatever is about a mail that is
    not ours, say nothing.
    """
    if mail.get_content_type() != "multipart/report":
        return None
    status = _inside(mail, "message/delivery-status")
    failed = [block for block in status if _plain(block, "Action").lower() == "failed"]
    returned = [*_inside(mail, "message/rfc822"), *_inside(mail, "text/rfc822-headers")]
    ours = OURS.fullmatch(_plain(returned[0], "Message-ID")) if returned else None
    if not failed or ours is None:
        return None
    _type, _, said = _plain(failed[0], "Diagnostic-Code").partition(";")
    words = in_its_words(None, said or _plain(failed[0], "Status"))
    ends = [_plain(block, "Final-Recipient").partition(";")[2] for block in failed]
    addresses = {parseaddr(said)[1].lower() for said in (_plain(returned[0], "To"), *ends)} - {""}
    return Bounce(ours[1], int(ours[2]), ours[3], frozenset(addresses), words)


def _inside(mail: Message, kind: str) -> list[Message]:
    """Return the blocks of headers in the parts of a kind."""
    found: list[Message] = []
    for part in mail.walk():
        if part.get_content_type() != kind:
            continue
        if isinstance(blocks := part.get_payload(), list):
            found += [block for block in blocks if isinstance(block, Message)]
        elif isinstance(content := part.get_payload(decode=True), bytes):
            found.append(message_from_bytes(content))
    return found


def _plain(headers: Message, name: str) -> str:
    return str(headers.get(name, "")).strip()
