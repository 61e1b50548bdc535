"""Mails that came back: noted by person, for the administrator."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surveyapp.cli.application import counted, with_app
from surveyapp.mail.bounces import LARGEST_BYTES, bounce_in, read_mail, read_mails
from surveyapp.storage.database import writing
from surveyapp.storage.mailings import Noted, note_bounce

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import Message


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@with_app
def bounces(*, files: tuple[Path, ...]) -> None:
    """Note which mails came back, from the notices that mail servers sent (RFC 3464).

    FILES are mails, mbox files or Maildirs; none, or “-”, reads one mail from standard input, as a
    mail server's alias pipes it. Everything but final failures of our own mails is left alone.
    """
    read, noted = 0, Counter[Noted]()
    for mail in _mails(files or (Path("-"),)):
        read += 1
        if (found := bounce_in(mail)) is None:
            continue
        with writing() as session:
            key = (found.round_id, found.person_id, found.mailing)
            noted[note_bounce(session, key, found.addresses, found.words)] += 1
    told = f"{counted(read, 'mail')} read, {noted[Noted.CAME_BACK]} noted as come back."
    if old := noted[Noted.OLD_ADDRESS]:
        told += f" {old} left alone: about an address that the person no longer has."
    if unknown := noted[Noted.UNKNOWN]:
        told += f" {unknown} noted before, or not of this installation."
    click.echo(told)


def _mails(files: Iterable[Path]) -> Iterable[Message]:
    for file in files:
        if str(file) == "-":
            yield read_mail(sys.stdin.buffer.read(LARGEST_BYTES), "Standard input")
        else:
            yield from read_mails(file)
