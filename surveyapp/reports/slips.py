"""The sheets of printed slips: codes to cut out, fold and draw from a hat.

The codes exist in memory and in the returned file alone: nothing here writes or logs them.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import segno
from flask_babel import force_locale, format_date, get_locale, ngettext
from flask_babel import gettext as _

from surveyapp.core.errors import DomainError
from surveyapp.reports.typesetting import pdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveyapp.storage.models import Round, RoundTeam


class NoSlipsError(DomainError):
    """Nobody to print a slip for."""


def round_sheets(printed: Round, drawn: Mapping[RoundTeam, Sequence[str]], base_url: str) -> bytes:
    """Return a PDF of slips to cut out: A4, eight to a page, each team from a new page on.

    `drawn` are the codes of each team, such as 7KQ2-M8RT-0XVA, in the order of printing; teams
    without codes get no page. `base_url` is the address under which people reach us, with its
    scheme. Texts are in the organisation's language: whoever prints may read another one than
    those who draw a slip. The same input gives the same bytes, as long as the fonts in Typst's
    wheel have every letter of the names; otherwise the server's own fonts help out, and a letter
    that those lack too is printed as an empty box, with a warning in the log. Takes an application
    context. Raises `NoSlipsError` if no team has a code.
    """
    with force_locale(printed.organisation.language):
        return pdf("slips.typ", _texts(printed, drawn, base_url.rstrip("/")))


def _texts(
    printed: Round, drawn: Mapping[RoundTeam, Sequence[str]], base_url: str
) -> dict[str, Any]:
    organisation, address = printed.organisation.name, f"{base_url}/slip"
    teams = [_team_texts(team, codes, address) for team, codes in drawn.items() if codes]
    if not teams:
        raise NoSlipsError(_("There is nobody to print a slip for: everybody is asked by email."))
    day = format_date(printed.closes_on, "full")
    return {
        "language": get_locale().language,
        "title": _(
            "Slips for “%(round)s”, %(organisation)s",
            round=printed.name,
            organisation=organisation,
        ),
        "round": f"{organisation} · {printed.name}",
        "once": _(
            "Takes one person’s answers, once. Nobody knows who holds which slip; keep it to"
            " yourself."
        ),
        "facts": [
            {"label": _("Type it at"), "value": address, "typed": True},
            {"label": _("Last day"), "value": day, "typed": False},
        ],
        "picture": _("QR code of the address and the code on this slip"),
        "scan": _("Scan it"),
        "shared": {"label": _("On a tablet that many share"), "value": f"{base_url}/kiosk"},
        "teams": teams,
    }


def _team_texts(team: RoundTeam, codes: Sequence[str], address: str) -> dict[str, Any]:
    leader = team.leader_name
    return {
        "name": team.team.name,
        "instruction": ngettext(
            "Cut out, fold, put into a hat, let everyone in the team of %(leader)s who is not"
            " asked by email draw one (%(num)s slip). Keep no list.",
            "Cut out, fold, put into a hat, let everyone in the team of %(leader)s who is not"
            " asked by email draw one (%(num)s slips). Keep no list.",
            len(codes),
            leader=leader,
        ),
        "further": _("Further slips for the team of %(leader)s", leader=leader),
        "question": _("How does %(leader)s follow your work?", leader=leader),
        "fact": {"label": _("Team’s words"), "value": team.fingerprint, "typed": False},
        "slips": [{"code": code, "qr": _qr(f"{address}#{code}")} for code in codes],
    }


def _qr(text: str) -> str:
    """Draw a QR code (ISO/IEC 18004) as SVG; the slip around it is its white border."""
    svg = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(svg, kind="svg", border=0, xmldecl=False, omitsize=True)
    return svg.getvalue().decode()
