"""Delivering mails. This version writes each one into a folder, the outbox."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email import policy
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage

DIRECTORY_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True)
class Post:
    """Takes mails to where the setting `mail_url` says."""

    mail_url: str

    def deliver(self, name: str, message: EmailMessage) -> None:
        """Write a mail as `name.eml`, readable by its owner alone.

        A mail delivered again replaces itself: whoever repeats a job makes no second one.
        """
        folder = Path(self.mail_url.removeprefix("file:"))
        folder.mkdir(parents=True, exist_ok=True, mode=DIRECTORY_MODE)
        unfinished = folder / f"{name}.part"
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes(policy=policy.SMTP))
        unfinished.replace(folder / f"{name}.eml")

    def forget(self, round_id: str) -> None:
        """Remove a round's mails from the outbox: names, and links that no longer open anything."""
        folder = Path(self.mail_url.removeprefix("file:"))
        for mail in folder.glob(f"{round_id}-*.eml"):
            mail.unlink()
