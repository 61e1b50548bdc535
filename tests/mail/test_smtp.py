"""Delivering to a real mail server (aiosmtpd), encrypted and signed in."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from benchmarks.mail_server import PASSWORD, USER
from benchmarks.serving import free_port
from surveyapp.mail.composing import Recipient
from surveyapp.mail.faults import MailServerError, NotTakenError
from surveyapp.mail.invitation import invitation
from surveyapp.mail.smtp import MOST_BREAKS, Smtp
from surveyapp.mail_server import MailServer
from tests.jobs.smtp import IN_THE_OPEN, Server, serving
from tests.mail.letters import ANN, ASKING, DANA, part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

WITHOUT_TLS = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
FROM = "no-reply@survey.example"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def post(server: Server, app: Flask) -> Iterator[Smtp]:
    with posting(server.url) as made:
        yield made


def posting(url: str) -> closing[Smtp]:
    return closing(Smtp(MailServer.at(url), FROM))


def deliver(post: Smtp, *people: str) -> list[str]:
    """Deliver a mail to each; return what was said of those that were not taken."""
    said = []
    for name in people:
        to = Recipient(f"abc-{name}", name.title(), f"{name}@demo.example", None)
        try:
            post.deliver(to.id, invitation(ASKING, to, [DANA]))
        except NotTakenError as error:
            said.append(f"{type(error).__name__} {name}: {error}")
    return said


def test_a_mail_arrives_as_it_was_composed_over_one_connection_for_many(
    server: Server, post: Smtp
) -> None:
    assert deliver(post, "ann", "bo", "cy") == []
    assert server.to() == ["ann@demo.example", "bo@demo.example", "cy@demo.example"]
    sender, _to, mail = server.taken[0]
    assert sender == FROM
    assert mail["Message-ID"] == "<abc-ann@survey.example>"
    assert DANA.link in part(mail, "plain")
    assert server.connections == 2  # it says EHLO before STARTTLS and after it


@WITHOUT_TLS
def test_smtps_is_encrypted_from_the_first_byte(tmp_path: Path, app: Flask) -> None:
    with serving(tmp_path, scheme="smtps") as server, posting(server.url) as post:
        assert deliver(post, "ann") == []
        assert len(server.taken) == 1


def test_who_is_refused_or_has_to_wait_hinders_nobody(server: Server, post: Smtp) -> None:
    server.says = {
        "bo@demo.example": "550 5.1.1 <bo@demo.example>: user unknown, see https://x.example/1",
        "cy@demo.example": "451 4.7.1 Greylisted, come again",
        "di@demo.example": "452-4.2.2 Mailbox\r\n452 4.2.2 full",
    }
    server.says_to_data = {"ed@demo.example": f"554 5.7.1 Link {DANA.link} is blocked"}
    said = deliver(post, "ann", "bo", "cy", "di", "ed", "fay")
    assert server.to() == ["ann@demo.example", "fay@demo.example"]
    assert said == [
        "RefusedError bo: 550 5.1.1 … user unknown, see …",
        "NotTakenError cy: 451 4.7.1 Greylisted, come again",
        "NotTakenError di: 452 4.2.2 Mailbox 4.2.2 full",
        "RefusedError ed: 554 5.7.1 Link … is blocked",
    ]
    assert server.connections == 2


def test_a_server_that_ends_its_connection_gets_the_rest_over_the_next(
    server: Server, post: Smtp
) -> None:
    assert deliver(post, "ann") == []
    server.most_per_connection = 1
    assert deliver(post, "bo", "cy") == []
    assert server.to() == ["ann@demo.example", "bo@demo.example", "cy@demo.example"]


def test_a_mail_on_which_the_server_hangs_up_waits_and_three_in_a_row_end_it(
    server: Server, post: Smtp
) -> None:
    server.hangs_up_on = {f"{name}@demo.example" for name in ("bo", "di", "ed", "fay")}
    assert deliver(post, "bo", "ann") == ["NotTakenError bo: The mail server ended the connection."]
    assert server.to() == ["ann@demo.example"]
    with pytest.raises(MailServerError, match="ends each connection"):
        deliver(post, "di", "ed", "fay")
    assert MOST_BREAKS == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("cafile=", "from=me@x.example#"), "not trusted (self-signed certificate)"),
        (("p%40ss", "other"), "does not accept user and password of SURVEYAPP_MAIL_URL: 535"),
        (("smtp:", "smtps:"), "cannot be reached"),
    ],
)
def test_a_server_that_cannot_be_used_is_named_without_user_and_password(
    server: Server, app: Flask, change: tuple[str, str], said: str
) -> None:
    url = server.url.replace(*change).partition("#")[0]
    with pytest.raises(MailServerError) as caught:
        Smtp(MailServer.at(url), FROM).connect()
    assert said in str(caught.value)
    assert "The mail server 127.0.0.1:" in str(caught.value)
    assert not {USER, PASSWORD, "p%40ss"} & set(str(caught.value).split())
    assert PASSWORD not in repr(MailServer.at(url))


@WITHOUT_TLS
def test_nothing_is_said_to_a_server_that_offers_no_encryption_before_a_password(
    tmp_path: Path, app: Flask
) -> None:
    with serving(tmp_path, options=IN_THE_OPEN) as server:
        with pytest.raises(MailServerError, match=r"does not offer .* STARTTLS"):
            Smtp(MailServer.at(server.url), FROM).connect()
        with posting(server.url + "&starttls=never") as post:
            assert deliver(post, "ann") == []  # on this very machine, if the address says so


def test_without_a_user_encryption_is_used_where_it_is_offered(tmp_path: Path, app: Flask) -> None:
    for more in ({}, IN_THE_OPEN):
        with serving(tmp_path, options=more | {"auth_required": False}) as server:
            with posting("smtp://" + server.url.partition("@")[2]) as post:
                assert deliver(post, "ann") == []
            assert server.connections == (1 if more else 2)


def test_a_server_that_is_not_there_or_not_one_is_named(app: Flask) -> None:
    port = free_port()
    with pytest.raises(MailServerError, match=f"127.0.0.1:{port} cannot be reached: Connection"):
        Smtp(MailServer.at(f"smtp://127.0.0.1:{port}"), FROM).deliver(
            "x", invitation(ASKING, ANN, [DANA])
        )


def test_a_sender_that_the_server_does_not_like_is_no_persons_fault(
    server: Server, post: Smtp
) -> None:
    server.says_to_sender = "553 5.7.1 not yours"
    with pytest.raises(MailServerError, match=r"takes no mail from no-reply@survey.example: 553"):
        deliver(post, "ann")
