"""Attacking one's own installation, in words for whoever has to be convinced."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING

import click
from flask import current_app

from surveyapp.cli.application import counted, json_option, with_app
from surveyapp.rounds.attacks import Attack, Installation
from surveyapp.rounds.log_attack import attack_log
from surveyapp.storage.database import db
from surveyapp.web.pages import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

SUCCEEDED = 3
ELSEWHERE = (
    "This attacks what is stored here, and this program; not a server that runs another one.\n"
    "Attacks that need a ballot or a browser are carried out by the test suite on every change"
    " (tests/attacks): one ballot more or less between two copies, the bytes of the database's"
    " files after closing, the transcript of ballot papers against all ballots, every page before"
    " and after a ballot, the server's log, what a browser keeps, double voting, all sets of"
    " answers against what is shown, sums and differences of everything published."
)


@click.command()
@json_option
@with_app
def audit(*, as_json: bool) -> None:
    """Attack this installation as somebody would who holds its data.

    Says of each attack what the attacker knew, what they tried and what they found. Exit code 3
    if one succeeds. Open boxes are encrypted anew on the way; nothing else is changed.
    """
    attacks = chain(Installation(db.session, keys(), _fetch).attacks(), (attack_log(db.session),))
    found = [asdict(attack) for attack in _told(attacks, silent=as_json)]
    successes = sum(bool(attack["findings"]) for attack in found)
    if as_json:
        click.echo(json.dumps({"attacks": found, "succeeded": successes}, ensure_ascii=False))
    else:
        click.echo(ELSEWHERE)
        verdict = (
            f"{counted(successes, 'attack')} succeeded." if successes else "No attack succeeded."
        )
        click.echo(f"\n{counted(len(found), 'attack')} carried out here. {verdict}")
    if successes:
        sys.exit(SUCCEEDED)


def _told(attacks: Iterable[Attack], *, silent: bool) -> Iterable[Attack]:
    for number, attack in enumerate(attacks, 1):
        if not silent:
            click.echo(f"{number}. {attack.title}")
            click.echo(f"   The attacker knows: {attack.knows}.")
            click.echo(f"   Looks for: {attack.tries}.")
            click.echo(f"   Looked at: {attack.looked_at}.")
            for finding in attack.findings or ("nothing.",):
                click.echo(f"   Found: {finding}", err=bool(attack.findings))
            click.echo()
        yield attack


def _fetch(path: str, visitor: str) -> bytes:
    reply = current_app.test_client().get(path, headers={"User-Agent": visitor})
    return bytes(reply.data)
