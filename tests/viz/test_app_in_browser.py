"""The real server and a real browser: a lever is moved, the comparison runs, the sentence changes, nothing goes out."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

START = 120
PATIENCE = 120_000
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
QUESTION = "pairs=2&months=6&show=coverage_ever"
RUN, SENTENCE, STALE = "Run the comparison", "sentence-B", "belongs to earlier settings"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server of its own, started as a user starts it."""
    folder = tmp_path_factory.mktemp("server")
    log = folder / "log.txt"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "viz", "--port", "0", "--no-open"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ | {"POKMAS_RESULTS": str(folder / "results")},
            start_new_session=True,
        )
    try:
        yield _announced(server, log)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _announced(server: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        found = re.search(r"Pokmas: (http://\S+)", log.read_text())
        if found:
            return found.group(1)
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"the server did not start within {START} s: {log.read_text()}")


@pytest.fixture
def page(chromium_path: str, address: str) -> Iterator["Page"]:
    """A page in a fresh browser; errors on it, failed answers and calls to other machines fail the test."""
    from playwright.sync_api import sync_playwright

    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=SWITCHES)
        tab = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address).new_page()
        tab.set_default_timeout(PATIENCE)
        tab.on("pageerror", lambda error: faults.append(f"error on the page: {error}"))
        tab.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 400 else None)
        tab.on("request", lambda sent: None if _stays(sent.url) else faults.append(f"asked {sent.url}"))
        tab.on("websocket", lambda opened: None if _stays(opened.url) else faults.append(f"asked {opened.url}"))
        yield tab
        browser.close()
    assert faults == []


def _stays(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob") or parts.hostname in ("127.0.0.1", "localhost", "::1")


def test_a_lever_is_moved_and_the_answer_changes(page: "Page") -> None:
    page.goto(f"/?{QUESTION}&lang=en")
    sentence = page.get_by_test_id(SENTENCE)
    sentence.wait_for()
    before = sentence.inner_text()
    assert re.match(
        r"Clients ever served, in a run of 6 months: of 2 pairs, B .* did better \d times?, about the same", before
    )
    assert page.get_by_text(STALE).count() == 0

    slider = page.get_by_role("slider", name="Money a year from all sources")
    slider.focus()
    page.keyboard.press("Home")
    page.get_by_text(STALE).wait_for()
    assert "b.funding.annual_budget_idr=0" in page.url
    assert sentence.inner_text() == before

    page.get_by_role("button", name=RUN).click()
    page.get_by_text(STALE).wait_for(state="detached")
    sentence.get_by_text("changed").wait_for()
    after = sentence.inner_text()
    assert after != before

    page.reload()
    sentence.wait_for()
    assert sentence.inner_text() == after
    page.go_back()
    page.get_by_test_id(SENTENCE).get_by_text(before).wait_for()
    assert slider.input_value() == "360"


def test_a_named_level_is_picked_and_follows_the_number(page: "Page") -> None:
    page.goto(f"/?{QUESTION}&lang=en&a=wonosari&b=wonosari")
    page.get_by_test_id(SENTENCE).wait_for()
    name = "Meetings of the coordination forum"
    level, number = page.get_by_role("combobox", name=name), page.get_by_role("spinbutton", name=name)
    assert level.locator("option:checked").inner_text() == "Now and then (2)"
    level.select_option(label="Monthly (12)")
    page.get_by_text("A monthly forum with minutes and follow-up.").wait_for()
    page.get_by_text(STALE).wait_for()
    assert number.input_value() == "12"
    assert "b.coordination.forum_meetings_per_year=12" in page.url
    number.fill("7")
    level.get_by_text("nearest: Every two months (6)").wait_for(state="attached")
    assert level.locator("option:checked").inner_text() == "nearest: Every two months (6)"
    number.fill("13")
    level.get_by_text("above all levels (highest 12)").wait_for(state="attached")
    assert level.locator("option:checked").inner_text() == "above all levels (highest 12)"
    assert page.get_by_text("A monthly forum with minutes").count() == 0


def test_numbers_are_typed_as_the_language_writes_them_and_what_is_not_one_changes_nothing(page: "Page") -> None:
    page.goto(f"/?{QUESTION}&a=wonosari&b=wonosari")
    page.get_by_test_id(SENTENCE).wait_for()
    money = page.get_by_role("spinbutton", name="Dana setahun dari semua sumber")
    for typed, kept, shown in (("250,5", 250_500_000, "250,5"), ("1.200", 1_200_000_000, "1.200")):
        money.fill(typed)
        money.press("Enter")
        page.wait_for_url(f"**b.funding.annual_budget_idr={kept}*")
        assert money.input_value() == shown

    money.fill("1.5")
    money.press("Enter")
    page.get_by_text("Tidak dipakai; nilainya tetap 1.200.").wait_for()
    assert money.input_value() == "1.5"
    assert "b.funding.annual_budget_idr=1200000000" in page.url

    months = page.get_by_role("spinbutton", name="Bulan")
    months.press("ArrowUp")
    page.wait_for_url("**months=7*")
    assert months.input_value() == "7"


def test_a_refused_number_is_shown_instead_of_run_over(page: "Page") -> None:
    page.goto(f"/?{QUESTION}&lang=en&a=wonosari&b=wonosari")
    page.get_by_test_id(SENTENCE).wait_for()
    pairs = page.get_by_role("spinbutton", name="Pairs of runs")
    pairs.fill("1000")
    page.keyboard.press("Tab")
    page.evaluate("window.scrollTo(0, 0)")
    page.get_by_role("button", name=RUN).click()
    page.get_by_text("Not run yet. Please correct first: How to compare, Pairs of runs.").wait_for()
    assert pairs.evaluate("box => box === document.activeElement")
    page.wait_for_function("document.activeElement.getBoundingClientRect().bottom < window.innerHeight")
    assert page.get_by_role("progressbar").count() == 0

    pairs.fill("3")
    page.get_by_role("button", name=RUN).click()
    page.get_by_text("of 3 pairs").wait_for()


@pytest.mark.parametrize("width", [390, 1280])
def test_how_far_a_run_is_stays_in_view(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/?{QUESTION}&lang=en")
    page.get_by_test_id(SENTENCE).wait_for()
    if width < 800:
        page.get_by_role("button", name="Change plans and settings").click()
    pairs = page.get_by_role("spinbutton", name="Pairs of runs")
    pairs.fill("200")
    pairs.press("Enter")
    page.get_by_role("button", name=RUN).click()
    bar = page.get_by_role("progressbar", name="Progress of the comparison")
    bar.wait_for()
    box = bar.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 800
    page.get_by_text("the new one is being computed").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped. What was finished is kept").wait_for()
    bar.wait_for(state="detached")


def test_the_page_speaks_both_languages_and_can_be_dark(page: "Page") -> None:
    page.goto(f"/?{QUESTION}")
    page.get_by_test_id(SENTENCE).wait_for()
    assert page.locator("html").get_attribute("lang") == "id"
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Compare plans").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    assert "lang=en" in page.url

    page.get_by_role("button", name="Dark").click()
    page.get_by_role("button", name="Light").wait_for()
    page.reload()
    page.get_by_role("button", name="Light").wait_for()
    assert "theme--dark" in (page.locator("#app").get_attribute("class") or "")


@pytest.mark.parametrize(
    ("search", "language", "back"), [("", "id", "Bandingkan rencana"), ("?lang=en", "en", "Compare")]
)
def test_an_unknown_address_is_said_in_words_and_leads_back(
    chromium_path: str, address: str, search: str, language: str, back: str
) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=SWITCHES)
        tab = browser.new_context(base_url=address).new_page()
        answer = tab.goto(f"/evidence{search}")
        assert answer is not None
        assert answer.status == 404
        assert tab.locator("html").get_attribute("lang") == language
        tab.get_by_role("link", name=back).click()
        tab.get_by_test_id(SENTENCE).wait_for(timeout=PATIENCE)
        browser.close()


def test_charts_tables_and_numbers_are_there_on_a_telephone_too(page: "Page") -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/?{QUESTION}&lang=en")
    page.locator("[role='graphics-document'][aria-label]").nth(6).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_role("button", name=RUN).count() == 0
    page.get_by_role("button", name="Change plans and settings").click()
    page.get_by_role("button", name=RUN).wait_for()
    page.get_by_text("Table of the pairs", exact=True).first.click()
    page.get_by_role("cell").first.wait_for()
    page.get_by_role("button", name="Show the numbers").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the summary").click()
    assert Path(download.value.path()).read_text(encoding="utf-8-sig").startswith("Measure,Plan,Better or cheaper,")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
