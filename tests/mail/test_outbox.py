from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from surveyapp.mail.outbox import Outbox

if TYPE_CHECKING:
    from pathlib import Path


def mail(text: str) -> EmailMessage:
    made = EmailMessage()
    made.set_content(text)
    return made


def test_a_mail_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    outbox = tmp_path / "new" / "outbox"
    Outbox(outbox).deliver("spring-7", mail("Hello"))
    (file,) = outbox.iterdir()
    assert file.name == "spring-7.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert outbox.stat().st_mode & 0o777 == 0o700
    assert file.read_bytes().endswith(b"\r\n\r\nHello\r\n")


def test_a_mail_delivered_again_replaces_itself(tmp_path: Path) -> None:
    post = Outbox(tmp_path)
    for text in ("one", "two"):
        post.deliver("spring-7", mail(text))
    post.deliver("spring-8", mail("three"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["spring-7.eml", "spring-8.eml"]
    assert b"two" in (tmp_path / "spring-7.eml").read_bytes()


def test_what_a_crash_left_of_a_mail_is_no_mail_and_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / "spring-7.part").write_bytes(b"half a mail, for all to re")
    (tmp_path / "spring-7.part").chmod(0o644)
    Outbox(tmp_path).deliver("spring-7", mail("whole"))
    (file,) = tmp_path.iterdir()
    assert file.name == "spring-7.eml"
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_a_crash_left_of_a_mail_is_forgotten_with_its_round(tmp_path: Path) -> None:
    for name in ("spring-7-invitation.part", "spring-8-invitation.eml", "autumn-7-invitation.eml"):
        (tmp_path / name).write_text("half a mail")
    Outbox(tmp_path).forget("spring")
    assert [file.name for file in tmp_path.iterdir()] == ["autumn-7-invitation.eml"]


def test_a_folder_that_cannot_be_used_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(OSError, match="outbox"):
        Outbox(tmp_path / "outbox").deliver("spring-7", mail("Hello"))
