"""Sessions of whoever signed in, as rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from surveyapp.storage import accounts, sessions
from surveyapp.storage.database import writing
from surveyapp.storage.models import Account, Organisation, RoleName, SignedIn
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

TODAY = dt.date(2027, 2, 1)
PHONE = sessions.Device("Safari", "iPhone")


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Make two accounts that nobody signed in to; returns their ids."""
    organisation = factories.make_organisation()
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        made = []
        for name in ("dana@demo.example", "eve@demo.example"):
            account = accounts.ensure_account(session, name, name)
            accounts.grant(session, account, owner, RoleName.COACH)
            made.append(account.id)
        return made


def entered(number: int) -> bool:
    with writing() as session:
        return session.get_one(Account, number).entered


def test_an_account_stays_entered_once_somebody_signed_in_and_out(numbers: list[int]) -> None:
    dana, eve = numbers
    assert not entered(dana)
    with writing() as session:
        secret = sessions.begin(session, dana, PHONE, TODAY)
    with writing() as session:
        listed = sessions.find(session, dana, secret, TODAY)
        assert listed
        assert sessions.find(session, eve, secret, TODAY) is None
        sessions.end(session, eve, listed.id)
        sessions.end(session, dana, listed.id)
    with writing() as session:
        assert sessions.find(session, dana, secret, TODAY) is None
    assert (entered(dana), entered(eve)) == (True, False)


def test_sessions_long_over_are_not_listed_and_go_with_the_next(numbers: list[int]) -> None:
    dana, _eve = numbers
    with writing() as session:
        secret = sessions.begin(session, dana, PHONE, TODAY)
    later = TODAY + sessions.KEPT + dt.timedelta(days=1)
    with writing() as session:
        assert sessions.find(session, dana, secret, later) is None
        assert not sessions.of_account(session, dana, later)
    with writing() as session:
        sessions.begin(session, dana, PHONE, later)
        assert session.scalar(select(func.count()).select_from(SignedIn)) == 1


WAYS = ("a password", "a mailed link", "a session", "a session that was ended", "a leader's role")


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_handed_a_first_link_to_an_account_that_was_used_or_leads(
    numbers: list[int], way: str
) -> None:
    with writing() as session:
        account = session.get_one(Account, numbers[0])
        owner = session.scalars(select(Organisation)).one()
        assert accounts.is_ours_to_start(session, account, owner)
        if way == "a password":
            account.password = "hashed"
        elif way == "a mailed link":
            account.links_used = 1
        elif way == "a leader's role":
            accounts.grant(session, account, owner, RoleName.LEADER)
        else:
            sessions.begin(session, account.id, PHONE, TODAY)
            if way == "a session that was ended":
                sessions.end_all(session, account.id)
        session.flush()
        assert not accounts.is_ours_to_start(session, account, owner)
