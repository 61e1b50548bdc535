"""README's guide for administrators, and a reader who does what it says with a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page, Response

README: Final = Path(__file__).parents[2] / "README.md"
HEADING: Final = "## A client in an afternoon\n"
STEP: Final = re.compile(r"^\d+\. \*\*(.+?)\.\*\* (.*(?:\n {3}.*)*)", re.MULTILINE)


def steps() -> dict[str, list[str]]:
    """Return the guide: each step's heading and, in their order, the labels that it quotes."""
    text = README.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    return {
        heading: [" ".join(label.split()) for label in re.findall("“(.+?)”", what, re.DOTALL)]
        for heading, what in STEP.findall(text)
    }


@dataclass
class Reader:
    """Somebody who finds everything by the words that stand on it."""

    page: Page
    used: list[str] = field(default_factory=list)
    """The labels of what was used since the step began."""
    loads: list[str] = field(default_factory=list)
    """The pages that were loaded; what only leads on to another one is none, nor is a file."""

    def __post_init__(self) -> None:
        """Count from now on."""
        self.page.on("response", self._note)

    def follow(self, link: str) -> None:
        """Follow a link."""
        with self.page.expect_navigation():
            self._used(link, self.page.get_by_role("link", name=link, exact=True)).click()

    def press(self, button: str) -> None:
        """Send a form by its button."""
        buttons = self.page.locator("main").get_by_role("button", name=button, exact=True)
        with self.page.expect_navigation():
            self._used(button, buttons).click()

    def save(self, button: str) -> Path:
        """Press a button that gives a file, and at once again, as people do."""
        buttons = self.page.get_by_role("button", name=button, exact=True)
        with self.page.expect_download() as download:
            self._used(button, buttons).dblclick()
        return download.value.path()

    def fill(self, label: str, text: str) -> None:
        """Write into a field."""
        self._field(label).fill(text)

    def choose(self, label: str, choice: str) -> None:
        """Choose from a list."""
        self._field(label).select_option(label=choice)

    def check(self, label: str) -> None:
        """Tick a box."""
        self._field(label).check()

    def send_file(self, label: str, file: FilePayload) -> None:
        """Choose a file."""
        self._field(label).set_input_files(file)

    def unfold(self, summary: str) -> str:
        """Open what is folded; returns what stands in it."""
        folded = self.page.locator("summary", has_text=summary)
        self._used(summary, folded).click()
        return folded.locator("..").inner_text()

    def _field(self, label: str) -> Locator:
        return self._used(label, self.page.get_by_label(label, exact=True))

    def _used(self, label: str, found: Locator) -> Locator:
        self.used.append(label)
        return found

    def _note(self, reply: Response) -> None:
        is_page = reply.headers.get("content-type", "").startswith("text/html")
        if reply.request.is_navigation_request() and is_page and not 300 <= reply.status < 400:
            self.loads.append(reply.url)
