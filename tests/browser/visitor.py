"""A visitor with a browser of their own, who writes down what no page may ever do."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

PATIENCE_MS = 10_000
INSIDE = {"data", "blob"}
"""Schemes of what a page makes by itself."""
PAGE_WAS_LEFT = "net::ERR_ABORTED"
REFUSAL = "Failed to load resource: the server responded with a status of 4"
KEPT: Final = """async () => {
  const files = [];
  for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
  return [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...files,
    ...(await indexedDB.databases()).map(base => base.name), ...await caches.keys(),
    ...(await navigator.serviceWorker.getRegistrations()).map(worker => worker.scope),
  ];
}"""


def kept(page: Page) -> list[str]:
    """Return the names of all that the page's own origin keeps in this browser."""
    names: list[str] = page.evaluate(KEPT)
    return names


@dataclass
class Watch:
    """Everything that one visitor's browser asked for and complained about."""

    host: str
    asked: list[str] = field(default_factory=list)
    """The addresses of all requests."""
    excused: tuple[str, ...] = ()
    """Ends of addresses where a test makes requests fail."""
    _said: list[tuple[str, str, str]] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)
    _failed: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        """Listen to all pages of a context."""
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self._failed.append(f"page error: {error.error}"))
        context.on("request", self._note_request)
        context.on("requestfailed", self._note_failed_request)
        context.on("response", self._note_response)

    def faults(self) -> list[str]:
        """Return what went wrong; a page that says no (4xx) is a page like any other."""
        said = [
            f"console {kind} at {place}: {text}"
            for kind, text, place in self._said
            if not (text.startswith(REFUSAL) and place in self._refused)
            and not self._is_excused(place)
        ]
        return said + self._failed

    def _is_excused(self, address: str) -> bool:
        return address.partition("?")[0].endswith(self.excused)

    def _note_console(self, message: ConsoleMessage) -> None:
        self._said.append((message.type, message.text, str(message.location.get("url", ""))))

    def _note_request(self, request: Request) -> None:
        self.asked.append(request.url)
        address = urlsplit(request.url)
        if address.scheme not in INSIDE and address.netloc != self.host:
            self._failed.append(f"asks another host: {request.url}")

    def _note_failed_request(self, request: Request) -> None:
        if request.failure != PAGE_WAS_LEFT and not self._is_excused(request.url):
            self._failed.append(f"failed request: {request.method} {request.url} {request.failure}")

    def _note_response(self, response: Response) -> None:
        if response.status < 400 or self._is_excused(response.url):
            return
        asked_for = response.request
        answers = asked_for.is_navigation_request() or asked_for.resource_type == "fetch"
        if answers and response.status < 500:
            self._refused.add(response.url)
        else:
            self._failed.append(f"answer {response.status}: {response.url}")


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    **options: Any,  # noqa: ANN401  (as Playwright's own)
) -> Iterator[tuple[Page, Watch]]:
    """Open a page in a browser without history, watched from the first request on."""
    watch = Watch(urlsplit(address).netloc)
    context = browser.new_context(**{"base_url": address, "locale": "en-US", **options})
    try:
        context.set_default_timeout(PATIENCE_MS)
        watch.attach(context)
        yield context.new_page(), watch
    finally:
        context.close()
