from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_security import verify_password
from sqlalchemy import func, select

from surveyapp.anonymity import blinding
from surveyapp.anonymity.tickets import fingerprint
from surveyapp.core.attention import SOON
from surveyapp.core.position import Zone
from surveyapp.core.publication import Publication, PublishedPosition, Reason, Withheld
from surveyapp.demo import cast, coachfiles, truths
from surveyapp.demo.build import DemoError, DemoSummary, build
from surveyapp.rounds.answering import Answering
from surveyapp.storage import results
from surveyapp.storage.accounts import find_account
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Box,
    Channel,
    Coaching,
    Invite,
    Organisation,
    Person,
    RoleName,
    RoundTeam,
    Slip,
    State,
    Team,
)
from surveyapp.storage.scope import scope_of
from surveyapp.web.pages import keys
from tests.demo.closed import CLOSED, DANA, asked, published, rounds, with_plan
from tests.demo.told import TODAY, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from surveyapp.rounds.asked_team import AskedTeam
    from surveyapp.storage.scope import Scope


def zones(publications: list[Publication]) -> set[Zone | None]:
    positions = [publication.position for publication in publications]
    return {p.zone for p in positions if isinstance(p, PublishedPosition)}


def above(team: Team) -> Iterator[Team]:
    while parent := team.parent:
        team = parent
        yield team


def scope(session: Session, email: str) -> Scope:
    found = scope_of(session, find_account(session, email))
    assert found is not None
    return found


def test_northwind_has_more_than_forty_leaders_on_three_levels(session: Session) -> None:
    teams = session.scalars(
        select(Team).join(Organisation).where(Organisation.slug == "northwind")
    ).all()
    depths = [len(list(above(team))) for team in teams]
    assert [depths.count(depth) for depth in range(4)] == [1, 6, 36, 0]
    sizes = [len(team.members) for team in teams]
    assert (min(sizes), max(sizes)) == (3, 30)
    everybody = session.scalar(
        select(func.count(Person.id)).join(Organisation).where(Organisation.slug == "northwind")
    )
    assert everybody == sum(sizes) + 1


def test_three_rounds_are_closed_and_one_is_open(summary: DemoSummary, session: Session) -> None:
    found = rounds(session)
    assert tuple(r.name for r in found) == summary.rounds == (*CLOSED, "November 2026")
    assert [r.state for r in found] == [State.RELEASED, State.RELEASED, State.CLOSED, State.OPEN]
    assert [r.destroyed for r in found] == [True, True, True, False]
    assert [r.closes_on > TODAY for r in found] == [False, False, False, True]
    assert (found[-1].closes_on - TODAY).days == 10
    assert [r.state for r in rounds(session, "contoso")] == [State.RELEASED, State.OPEN]


def test_a_few_results_of_the_newest_closed_round_are_not_released_yet(session: Session) -> None:
    newest = rounds(session)[2]
    waiting = {team.leader.email for team in newest.teams if not team.released}
    leaders = cast.NORTHWIND.leaders()
    assert waiting == {email for email, leader in leaders.items() if leader.waits}
    assert len(waiting) == 3
    assert DANA not in waiting


@pytest.mark.parametrize(
    ("plan", "zone"),
    [
        (truths.MANAGED, Zone.MICRO_MANAGING),
        (truths.PRESSED, Zone.MICRO_MANAGING),
        (truths.LED, Zone.MICRO_LEADING),
        (truths.GUIDED, Zone.MICRO_LEADING),
        (truths.EARNED_FREEDOM, Zone.HANDS_OFF),
        (truths.LOOSE, Zone.HANDS_OFF),
        (truths.LEFT_ALONE, Zone.HANDS_OFF),
    ],
)
def test_a_planted_zone_is_found_in_every_round(
    session: Session, plan: truths.Plan, zone: Zone
) -> None:
    shown = {email: zones(published(session, email)) for email in with_plan(plan)}
    told = {email: found for email, found in shown.items() if found}
    assert len(told) >= 2
    assert set.union(*told.values()) == {zone}


def test_nothing_is_shown_where_too_few_answered(session: Session) -> None:
    leaders = cast.NORTHWIND.leaders()
    small = [email for email, leader in leaders.items() if leader.invited < 5]
    assert len(small) >= 4
    silent = with_plan(truths.TOO_FEW)
    assert [leaders[email].invited >= 10 for email in silent] == [True]
    for publication in [p for email in small + silent for p in published(session, email)]:
        assert publication.position == Withheld(Reason.TOO_FEW)
        assert publication.participation == Withheld(Reason.TOO_FEW)


def test_dana_moves_from_micro_managing_to_micro_leading(session: Session) -> None:
    first, second, third = (p.position for p in published(session, DANA))
    assert isinstance(first, PublishedPosition)
    assert isinstance(second, PublishedPosition)
    assert isinstance(third, PublishedPosition)
    assert (first.zone, third.zone) == (Zone.MICRO_MANAGING, Zone.MICRO_LEADING)
    assert first.shares.micro_leading < second.shares.micro_leading < third.shares.micro_leading
    assert first.shares.micro_managing > second.shares.micro_managing > third.shares.micro_managing


def test_a_new_member_of_one_team_is_asked_from_the_newest_closed_round_on(
    session: Session,
) -> None:
    leaders = cast.NORTHWIND.leaders()
    for email, leader in leaders.items():
        found = [team.invited for team in asked(session, email)]
        before = leader.invited - leader.joins
        assert found == [before, before, leader.invited, leader.invited]
    assert sum(leader.joins for leader in leaders.values()) == 1


def test_chance_alone_moves_one_leader_across_a_border(session: Session) -> None:
    (email,) = with_plan(truths.CHANCE)
    assert zones(published(session, email)) == {Zone.HANDS_OFF, Zone.MICRO_LEADING}


def test_dana_reads_comments_in_every_closed_round(session: Session) -> None:
    for publication in published(session, DANA):
        for said in publication.comments.values():
            assert isinstance(said, tuple)
            assert len(said) in {11, 12}
            assert len(set(said)) == len(said)


def test_closed_rounds_keep_no_box_slip_or_key(session: Session) -> None:
    still_open = {r.id for slug in ("northwind", "contoso") for r in rounds(session, slug)[-1:]}
    for column in (Box.round_team_id, Slip.round_team_id):
        query = select(RoundTeam.round_id).join(column.class_, column == RoundTeam.id).distinct()
        assert set(session.scalars(query)) == still_open
    sealed = select(RoundTeam.round_id).where(RoundTeam.private_key.is_not(None)).distinct()
    assert set(session.scalars(sealed)) == still_open
    linked = select(RoundTeam.round_id).join(Invite, Invite.round_team_id == RoundTeam.id)
    assert set(session.scalars(linked.where(Invite.random_id.is_not(None)))) == still_open
    assert len(list(keys().path.glob("round-*.key"))) == len(still_open)


@pytest.mark.parametrize("domain", ["demo.example", "contoso.example"])
def test_every_sign_in_has_its_role_and_the_password(
    summary: DemoSummary, session: Session, domain: str
) -> None:
    for role in RoleName:
        email = f"{role}@{domain}"
        assert email in summary.sign_ins
        account = find_account(session, email)
        assert verify_password(summary.password, account.password or "")
        assert scope(session, email).roles == {role}


def test_only_the_printed_sign_ins_have_a_password(session: Session) -> None:
    others = set(cast.NORTHWIND.leaders()) - set(cast.NORTHWIND.sign_ins)
    assert {find_account(session, email).password for email in others} == {None}


def test_the_coach_coaches_every_leader(session: Session) -> None:
    coach = find_account(session, "coach@demo.example")
    query = select(func.count()).select_from(Coaching).where(Coaching.coach_id == coach.id)
    assert session.scalar(query) == len(cast.NORTHWIND.leaders())


def test_the_coach_keeps_notes_and_dates_one_passed_and_one_near(session: Session) -> None:
    files = session.scalars(select(Coaching).where(Coaching.follow_up_on.is_not(None))).all()
    assert {file.coach.email for file in files} == {"coach@demo.example"}
    assert {file.leader.name for file in files} == set(coachfiles.FILES)
    assert all(file.notes for file in files)
    ahead = sorted((file.follow_up_on - TODAY).days for file in files if file.follow_up_on)
    assert ahead[0] < 0 < ahead[1] <= SOON.days < ahead[2]


def test_dana_sees_three_results_and_contoso_sees_nothing_of_northwind(session: Session) -> None:
    dana, viktor = scope(session, DANA), scope(session, "leader@contoso.example")
    coach = scope(session, "coach@contoso.example")
    seen = [result.round.name for result in results.own_results(session, dana)]
    assert seen == list(reversed(CLOSED))
    assert [r.round.organisation.slug for r in results.own_results(session, viktor)] == ["contoso"]
    for foreign in rounds(session):
        assert results.own_result(session, viktor, foreign.public_id) is None
        assert not results.coached_results(session, coach, foreign.public_id)
    assert {r.organisation.slug for r in results.coached_rounds(session, coach)} == {"contoso"}


def of_round(session: Session, asked: AskedTeam) -> RoundTeam:
    """Return all of a team that takes answers."""
    return session.get_one(RoundTeam, asked.id)


def test_the_unused_slip_and_the_unused_link_admit_to_the_open_round(
    summary: DemoSummary, session: Session
) -> None:
    answering = Answering(session, keys(), TODAY)
    admitted = of_round(session, answering.admit(summary.unused_slip))
    assert (admitted.team.name, admitted.round.name) == ("Assembly Line 1", summary.rounds[-1])
    path, _, fragment = summary.unused_link.partition("#")
    asked = answering.open_team(path.rpartition("/")[2])
    found = of_round(session, asked)
    assert (found.leader.email, found.round.name) == (DANA, summary.rounds[-1])
    token, _, key = fragment.partition(".")
    assert key == fingerprint(asked.public_key)
    message = blinding.prepare(bytes(32))
    paper = blinding.blind(asked.public_key, message)
    answering.note(asked.public_id, answering.stamp(asked.public_id, token, paper.value))
    session.rollback()  # the demo is everybody's


def test_people_answer_by_link_or_by_slip_as_their_team_has_mail(session: Session) -> None:
    leaders = cast.NORTHWIND.leaders()
    for team in rounds(session)[-1].teams:
        query = select(Invite.channel).where(Invite.round_team_id == team.id).distinct()
        by_slip = leaders[str(team.leader.email)].by_slip
        assert session.scalars(query).all() == [Channel.SLIP if by_slip else Channel.MAIL]


def test_progress_grows_to_its_end(told: Told) -> None:
    done = [step for _, step, _ in told.steps]
    assert done == sorted(done)
    assert {total for _, _, total in told.steps} == {done[-1]}


def test_a_second_demo_is_refused_and_changes_nothing(summary: DemoSummary) -> None:
    with pytest.raises(DemoError, match="empty installation"):
        build(keys(), TODAY, Told())
    with writing() as session:
        assert session.scalar(select(func.count(Organisation.id))) == 2
