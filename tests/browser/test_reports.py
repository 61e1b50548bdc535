from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from tests.browser.states import sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.site import Site

PATIENCE_MS = 60_000


def test_a_coach_gets_from_signing_in_to_the_zip_and_progress_survives_a_reload(
    page: Page, site: Site, tmp_path: Path
) -> None:
    sign_in(page, site, "Coach")
    page.click("text=Reports to download")
    page.click("text=Make the reports")
    bar = page.locator("progress, a:has-text('Download the reports')")
    bar.first.wait_for()
    page.reload()
    with page.expect_download(timeout=PATIENCE_MS) as loaded:
        page.click("text=Download the reports", timeout=PATIENCE_MS)
    file = tmp_path / "reports.zip"
    loaded.value.save_as(file)
    assert loaded.value.suggested_filename == "reports-spring.zip"
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as pack:
        reports = {"bo.pdf", "dana.pdf"}  # of those whom this coach coaches
        assert set(pack.namelist()) == reports | {"workbook.xlsx", "readme.txt"}


def test_without_a_script_there_is_a_link_to_look_again(plain_page: Page, site: Site) -> None:
    sign_in(plain_page, site, "Coach")
    plain_page.click("text=Reports to download")
    plain_page.click("text=Make the reports")
    found = plain_page.locator("a:has-text('Look again'), a:has-text('Download the reports')")
    for _look in range(200):
        if found.first.inner_text() == "Download the reports":
            break
        found.first.click()
        plain_page.wait_for_timeout(300)
    assert found.first.inner_text() == "Download the reports"
