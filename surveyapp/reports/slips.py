"""The sheets of printed slips: codes to cut out, fold and draw from a hat.

The codes exist in memory and in the returned file alone: nothing here writes or logs them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import segno
from flask_babel import force_locale, format_date, get_locale, ngettext
from flask_babel import gettext as _

from surveyapp.core.errors import DomainError
from surveyapp.reports.typesetting import pdf

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from surveyapp.storage.models import Round, RoundTeam


class NoSlipsError(DomainError):
    """Nobody to print a slip for."""


@dataclass(frozen=True)
class TeamSlips:
    """One team's slips."""

    leader: str
    team: str
    fingerprint: str
    """Four words that name the team's public key."""
    codes: Sequence[str] = field(repr=False)
    """Codes such as 7KQ2-M8RT-0XVA, in the order of printing."""


def round_sheets(printed: Round, drawn: Mapping[RoundTeam, Sequence[str]], base_url: str) -> bytes:
    """Return `slip_sheets` of the codes drawn for a round's teams, in its organisation's language.

    Whoever prints them may read another one than those who draw a slip.
    """
    with force_locale(printed.organisation.language):
        return slip_sheets(
            organisation=printed.organisation.name,
            round_name=printed.name,
            closes_on=printed.closes_on,
            base_url=base_url,
            teams=[
                TeamSlips(team.leader_name, team.team.name, team.fingerprint, codes)
                for team, codes in drawn.items()
            ],
        )


def slip_sheets(
    *,
    organisation: str,
    round_name: str,
    closes_on: dt.date,
    base_url: str,
    teams: Sequence[TeamSlips],
) -> bytes:
    """Return a PDF of slips to cut out: A4, eight to a page, each team from a new page on.

    `closes_on` is the last day on which answers are taken, `base_url` the address under which
    people reach us, with its scheme. Teams without codes get no page. Texts are in the language
    of the surrounding application context. The same input gives the same bytes, as long as the
    fonts in Typst's wheel have every letter of the names; otherwise the server's own fonts help
    out, and a letter that those lack too is printed as an empty box, with a warning in the log.
    Raises `NoSlipsError` if no team has a code.
    """
    printed = [team for team in teams if team.codes]
    if not printed:
        raise NoSlipsError(_("There is nobody to print a slip for: everybody is asked by email."))
    base = base_url.rstrip("/")
    address = f"{base}/slip"
    return pdf(
        "slips.typ",
        {
            "language": get_locale().language,
            "title": _(
                "Slips for “%(round)s”, %(organisation)s",
                round=round_name,
                organisation=organisation,
            ),
            "round": f"{organisation} · {round_name}",
            "once": _(
                "Takes one person’s answers, once. Nobody knows who holds which slip; keep it to"
                " yourself."
            ),
            "facts": [
                {"label": _("Type it at"), "value": address, "typed": True},
                {"label": _("Last day"), "value": format_date(closes_on, "full"), "typed": False},
            ],
            "picture": _("QR code of the address and the code on this slip"),
            "scan": _("Scan it"),
            "shared": {"label": _("On a tablet that many share"), "value": f"{base}/kiosk"},
            "teams": [_team_texts(team, address) for team in printed],
        },
    )


def _team_texts(team: TeamSlips, address: str) -> dict[str, Any]:
    return {
        "name": team.team,
        "instruction": ngettext(
            "Cut out, fold, put into a hat, let everyone in the team of %(leader)s who is not"
            " asked by email draw one (%(num)s slip). Keep no list.",
            "Cut out, fold, put into a hat, let everyone in the team of %(leader)s who is not"
            " asked by email draw one (%(num)s slips). Keep no list.",
            len(team.codes),
            leader=team.leader,
        ),
        "further": _("Further slips for the team of %(leader)s", leader=team.leader),
        "question": _("How does %(leader)s follow your work?", leader=team.leader),
        "fact": {"label": _("Team’s words"), "value": team.fingerprint, "typed": False},
        "slips": [{"code": code, "qr": _qr(f"{address}#{code}")} for code in team.codes],
    }


def _qr(text: str) -> str:
    """Draw a QR code (ISO/IEC 18004) as SVG; the slip around it is its white border."""
    svg = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(svg, kind="svg", border=0, xmldecl=False, omitsize=True)
    return svg.getvalue().decode()
