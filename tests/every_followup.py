"""The part of the walk that comes after a result: agreeing, sharing, and the next round."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from surveyapp.storage.database import writing
from surveyapp.storage.models import Outcome, Round, TeamSees
from surveyapp.web.pages import today
from tests import factories, followups
from tests.publications import FINE, PUBLICATIONS, TOO_FEW, publish

if TYPE_CHECKING:
    from surveyapp.core.publication import Withheld
    from tests.every_page import Walk

MARKED_UP = replace(followups.AGREED, what="<b>Offers</b>", when="</dd>", how="a\nb", sign="&amp;")
ANSWERED: dict[str, dict[str, int | Withheld]] = {
    "kept": {"K1": 9, "K2": 8},
    "partly": {"K1": 6, "K2": 6},
    "not kept": {"K1": 3, "K2": 4},
    "kept by few": {"K1": 7, "K2": TOO_FEW},
    "answered by few": {"K1": TOO_FEW, "K2": TOO_FEW},
}


def walk(going: Walk, autumn: int, dana: str) -> int:
    """Agree after one round and share it, ask in the next one; returns its id, once released.

    `dana` is what the leader of the large team is called in the first round.
    """
    path = f"/leader/results/{factories.public_id(autumn)}"
    agreement, share = f"{path}/agreement", f"{path}/share"
    page = going.visit("agreement: none yet", agreement, who="everything")
    form = {"csrf_token": factories.token(page), "until": "2001-02-03"}
    for name, length in (("refused", 0), ("too long", 301)):
        texts = dict.fromkeys(("what", "when", "how", "sign"), "x" * length)
        going.visit(f"agreement: {name}", agreement, who="everything", **form, **texts)
    followups.agree(autumn, dana, Outcome.NOT_YET, MARKED_UP)
    going.visit("agreement: written", agreement, who="everything")
    going.visit("share: no link", share, who="everything")
    _post(going, f"{share}/new", form["csrf_token"])
    going.visit("share: new link", share, who="everything")
    going.visit("share: link", share, who="everything")
    going.visit("leader: shared", "/leader/", who="everything")
    going.visit("team: not agreed", f"/share/{followups.share(autumn, dana)}")
    _post(going, f"{share}/withdraw", form["csrf_token"])
    going.visit("share: withdrawn", share, who="everything")
    going.visit("team: withdrawn", f"/share/{'x' * 43}")
    for outcome in (Outcome.AGREED, Outcome.CHANGED):
        followups.agree(autumn, dana, outcome, MARKED_UP)
        going.visit(f"leader: {outcome}", "/leader/", who="everything")
    secret = followups.share(autumn, dana)
    team_id = factories.team_ids(autumn)[dana]
    for name, publication in PUBLICATIONS.items():
        publish(team_id, publication)
        going.visit(f"team: {name}", f"/share/{secret}")
    _by_itself(going, autumn, share)
    return _next_round(going, autumn)


def _post(going: Walk, path: str, token: str) -> None:
    client, lang = going.clients["everything"], {"lang": going.lang}
    assert client.post(path, data={"csrf_token": token}, query_string=lang).status_code == 302


def _by_itself(going: Walk, autumn: int, share: str) -> None:
    path = f"/results/{factories.team_ids(autumn)['Eve']}"
    for name, released in (
        ("not released", None),
        ("released today", today()),
        ("released last year", today() - dt.timedelta(days=365)),
    ):
        with writing() as session:
            for team in session.get_one(Round, autumn).teams:
                team.released_on = released
        going.visit(f"team: {name}", path)
    for sees in reversed(TeamSees):
        with writing() as session:
            session.get_one(Round, autumn).team_sees = sees
        going.visit(f"share: team sees {sees}", share, who="everything")
        going.visit(f"promise: team sees {sees}", f"/promise/{factories.public_id(autumn)}")


def _next_round(going: Walk, autumn: int) -> int:
    followups.agree(autumn, "Eve")
    summer = factories.open_round(1, "Summer")
    teams = factories.team_ids(summer)
    for name in ("Dana", "Eve"):
        going.visit(f"invited: {name}, agreed before", f"/answer/{teams[name]}")
    with writing() as session:
        session.get_one(Round, summer).team_sees = TeamSees.IF_SHARED
    going.visit("invited: if shared", f"/answer/{teams['Dana']}")
    with writing() as session:
        session.get_one(Round, summer).team_sees = TeamSees.AFTER_SEVEN_DAYS
    factories.close_and_release(summer)
    for name, items in ANSWERED.items():
        publish(teams["Dana"], replace(FINE, items={**FINE.items, **items}))
        path = f"/leader/results/{factories.public_id(summer)}"
        going.visit(f"leader: {name}", path, who="everything")
    publish(teams["Dana"], FINE)
    going.visit("leader: single questions not shown", path, who="everything")
    with writing() as session:
        dana = followups.round_team(session, summer)
        dana.invited = 11
    going.visit("leader: agreement not asked about", path, who="everything")
    with writing() as session:
        followups.round_team(session, summer).invited = 12
    followups.agree(summer, "Dana", agreed=MARKED_UP)
    followups.agree(summer, "Eve")
    return summer
