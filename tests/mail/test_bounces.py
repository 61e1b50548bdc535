from __future__ import annotations

import mailbox
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.mail.bounces import Bounce, NoMailError, bounce_in, read_mail, read_mails
from tests.mail.notices import notice

if TYPE_CHECKING:
    from pathlib import Path

OURS = "<abcdefghjkmn-7-invitation@survey.example>"
FOUND = Bounce(
    "abcdefghjkmn",
    7,
    "invitation",
    frozenset({"dana.1@demo.example"}),
    "550 5.1.1 … Recipient address rejected: User unknown",
)


def found_in(content: bytes) -> Bounce | None:
    return bounce_in(read_mail(content, "here"))


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_final_failure_names_our_mail_and_why_without_the_address(returned: str) -> None:
    assert found_in(notice(OURS, returned=returned)) == FOUND
    assert found_in(b"From MAILER-DAEMON Tue Nov 24\n" + notice(OURS)) == FOUND
    assert found_in(notice(OURS).replace(b"\n", b"\r\n")) == FOUND


@pytest.mark.parametrize(
    ("final", "others"),
    [("ANN@Mail.example", {"ann@mail.example"}), ("<b@c.example>", {"b@c.example"}), (" ", set())],
)
def test_it_says_where_our_mail_went_and_where_it_was_passed_on_to(
    final: str, others: set[str]
) -> None:
    found = found_in(notice(OURS, final=final))
    assert found
    assert found.addresses == {"dana.1@demo.example", *others}


@pytest.mark.parametrize(
    ("message_id", "mailing"),
    [
        ("<abcdefghjkmn-7-reminder-2@x>", "reminder-2"),
        ("<abcdefghjkmn-7-invitation.2@x>", "invitation"),
        ("<abcdefghjkmn-7-results-0123456789abcdef@x>", "results-0123456789abcdef"),
    ],
)
def test_every_mailing_is_recognised(message_id: str, mailing: str) -> None:
    found = found_in(notice(message_id))
    assert found
    assert found.mailing == mailing


@pytest.mark.parametrize(
    "action", ["delayed", "delivered", "relayed", "expanded", "", "FAILED-not"]
)
def test_whatever_is_no_final_failure_says_nothing(action: str) -> None:
    assert found_in(notice(OURS, action=action)) is None


@pytest.mark.parametrize(
    "message_id", ["<1@elsewhere.example>", "", "abc", OURS + OURS, OURS.replace("-7-", "-x-")]
)
def test_a_notice_about_another_mail_says_nothing(message_id: str) -> None:
    assert found_in(notice(message_id)) is None


def test_an_answer_says_nothing_whatever_it_quotes() -> None:
    answer = EmailMessage()
    answer["Subject"] = "Out of office"
    answer["In-Reply-To"] = OURS
    answer.set_content(notice(OURS).decode())
    assert found_in(answer.as_bytes()) is None


@given(st.data())
def test_no_damage_to_a_notice_makes_it_crash(data: st.DataObject) -> None:
    content = notice(OURS)
    first, last = sorted(data.draw(st.integers(0, len(content))) for _end in range(2))
    damaged = content[:first] + data.draw(st.binary(max_size=8)) + content[last:]
    try:
        found = found_in(damaged)
    except NoMailError:
        return
    assert found is None or found.round_id.isalnum()


def test_a_mail_an_mbox_and_a_maildir_are_read(tmp_path: Path) -> None:
    one = tmp_path / "one.eml"
    one.write_bytes(notice(OURS))
    several = mailbox.mbox(tmp_path / "several")
    folder = mailbox.Maildir(tmp_path / "folder")
    for number in (1, 2):
        content = notice(OURS.replace("-7-", f"-{number}-"))
        several.add(content)
        folder.add(content)
    several.close()
    found = [[bounce_in(mail) for mail in read_mails(tmp_path / name)] for name in
             ("one.eml", "several", "folder")]  # fmt: skip
    assert found[0] == [FOUND]
    for bounces in found[1:]:
        assert sorted(bounce.person_id for bounce in bounces if bounce) == [1, 2]


def test_what_is_no_mail_is_named(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "empty").write_bytes(b"")
    for name, said in (("picture.png", "is no mail"), ("empty", "is no mail"), ("", "no Maildir")):
        with pytest.raises(NoMailError, match=said):
            list(read_mails(tmp_path / name))
