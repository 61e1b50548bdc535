"""Mails as files in a folder, the outbox: for the demo, and for looking at them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from email.message import EmailMessage

    from surveyapp.config import Settings

SCHEME = "file:"
DIRECTORY_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True)
class Outbox:
    """A folder that mails are written into."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the folder that `mail_url` names; None if mails go to a server."""
        url = settings.mail_url
        return cls(Path(url.removeprefix(SCHEME))) if url.startswith(SCHEME) else None

    def deliver(self, name: str, message: EmailMessage) -> None:
        """Write a mail as `name.eml`, readable by its owner alone.

        A mail delivered again replaces itself: whoever repeats a job makes no second one.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=DIRECTORY_MODE)
        unfinished = self.folder / f"{name}.part"
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes(policy=policy.SMTP))
        unfinished.replace(self.folder / f"{name}.eml")

    def close(self) -> None:
        """Do nothing: each file is finished."""

    def forget(self, round_id: str) -> None:
        """Remove a round's mails from the outbox: names, and links that no longer open anything."""
        self._remove(f"{round_id}-*")  # what was half written as well

    def forget_person(self, number: int) -> None:
        """Remove the mails of rounds to somebody from the outbox, whichever address they had."""
        self._remove(f"*-{number}-*")

    def forget_team(self, team_id: str) -> None:
        """Remove the mails that tell of a leader's result, which is gone."""
        self._remove(f"*-results-{team_id}.*")

    def forget_account(self, address: str) -> None:
        """Remove the mails about signing in to the account with an address."""
        local, _at, domain = address.rpartition("@")
        written = f"{local}@{domain.encode('idna').decode()}".lower()
        for mail in self.folder.glob("account-*.eml"):
            said = message_from_bytes(mail.read_bytes(), policy=policy.default)["To"]
            if written in {to.addr_spec.lower() for to in said.addresses}:
                mail.unlink(missing_ok=True)

    def _remove(self, pattern: str) -> None:
        for mail in self.folder.glob(pattern):
            mail.unlink(missing_ok=True)
