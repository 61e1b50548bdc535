"""The mail about an account that was closed to whoever began it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.storage import accounts, erasing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Account, Job, JobKind, Organisation, RoleName
from tests import factories, sign_ins
from tests.web.administration import do_the_work

if TYPE_CHECKING:
    from flask import Flask


def close(email: str) -> None:
    """Let an organisation give an account a role that somebody else began with a password."""
    owner_id = factories.make_organisation()
    factories.make_account(owner_id, "Cora")
    with writing() as session:
        owner = session.get_one(Organisation, owner_id)
        owner.language = "de"
        accounts.invite(session, email, "Cora", owner, [RoleName.COACH])


def test_it_goes_once_to_the_address_in_the_organisations_language(app: Flask) -> None:
    email = factories.address("Cora")
    close(email)
    do_the_work()
    do_the_work()
    (mail,) = sign_ins.mails()
    assert mail["To"].addresses[0].addr_spec == email
    assert "Guten Tag Cora" in sign_ins.text_of(mail) or "Hallo Cora" in sign_ins.text_of(mail)
    assert "/account/link" in sign_ins.text_of(mail)


def test_an_account_that_nothing_opened_is_not_written_to(app: Flask) -> None:
    number = factories.make_organisation()
    with writing() as session:
        accounts.ensure_account(session, factories.address("Cora"), "Cora")
        owner = session.get_one(Organisation, number)
        accounts.invite(session, factories.address("Cora"), "Cora", owner, [RoleName.COACH])
        assert not session.scalars(select(Job).where(Job.kind == JobKind.CLOSED_ACCOUNT)).all()


def test_an_account_that_is_gone_meanwhile_is_not_written_to(app: Flask) -> None:
    close(factories.address("Cora"))
    with writing() as session:
        erasing.remove(session, Account, session.scalars(select(Account.id)).all())
    do_the_work()
    assert not sign_ins.mails()
