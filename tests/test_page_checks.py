"""The checker of pages itself: each rule, broken once."""

from __future__ import annotations

import pytest

from surveyapp.web.security import CONTENT_SECURITY_POLICY
from tests.page_checks import page_faults

HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
GOOD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>One page</title></head>
<body><h1>One <b>page</b></h1>
<label for="name">Name</label><input id="name" name="name">
<label>Age <select name="age"><option>1</option></select></label>
<textarea name="more" aria-label="More"></textarea>
<input type="hidden" name="token"><a href="#name">Up</a>
<script type="application/json" id="data">{"a": 1}</script><script src="/x.js"></script>
</body></html>"""


def test_a_good_page_has_no_fault() -> None:
    assert page_faults(GOOD, HEADERS) == []


@pytest.mark.parametrize(
    ("part", "instead", "fault"),
    [
        ("</h1>", "", "invalid HTML"),
        ("<b>page</b>", "<b>page</i>", "invalid HTML"),
        ("<!doctype html>", "", "invalid HTML"),
        (' lang="en"', "", "no language"),
        ("<title>One page", "<title>Another", "title ['Another'] is not the main heading"),
        ("<h1>One <b>page</b></h1>", "", "0 main headings"),
        ("</h1>", "</h1><h1>Two</h1>", "2 main headings"),
        ('id="data"', 'id="name"', "id 'name' stands 2 times"),
        ('href="#name"', 'href="#nobody"', "a refers to no id 'nobody'"),
        ('<label for="name">Name</label>', "", "input 'name' has no label"),
        ('<label for="name">Name', '<label for="name">', "input 'name' has no label"),
        ("<label>Age", "<label>Age</label><label>", "select 'age' has no label"),
        (' aria-label="More"', "", "textarea 'more' has no label"),
        ("<h1>", '<h1 style="color: red">', "inline style at h1"),
        ("</head>", "<style>b {}</style></head>", "inline style at style"),
        (' type="application/json"', "", "inline script"),
        ("<h1>", '<h1 onclick="go()">', "event attribute onclick at h1"),
        ("#name", "javascript:go()", "script in href at a"),
    ],
)
def test_a_broken_rule_is_named(part: str, instead: str, fault: str) -> None:
    assert part in GOOD
    faults = page_faults(GOOD.replace(part, instead), HEADERS)
    assert any(found.startswith(fault) for found in faults), faults


@pytest.mark.parametrize(
    "headers",
    [{}, {"Content-Security-Policy": CONTENT_SECURITY_POLICY + "; style-src 'unsafe-inline'"}],
)
def test_a_page_without_a_strict_policy_is_named(headers: dict[str, str]) -> None:
    assert [fault.split(":")[0] for fault in page_faults(GOOD, headers)] == [
        "content security policy"
    ]
