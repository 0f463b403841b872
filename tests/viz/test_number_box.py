"""What the number box reads of a typed text and how it shows a number, in the language of the page."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import viz.parts

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LEVER = Path(viz.parts.__file__).parent / "vue" / "lever.vue"
SCRIPT = LEVER.read_text(encoding="utf-8").partition("<script>")[2].partition("</script>")[0]
READ = f"([text, language]) => {{ const module = {{}}; {SCRIPT}; return read(text, language); }}"
WRITE = f"([value, language]) => {{ const module = {{}}; {SCRIPT}; return write(value, language); }}"


@pytest.fixture(scope="module")
def page(chromium_path: str) -> Iterator["Page"]:
    """An empty page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=("--no-sandbox", "--disable-gpu"))
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("250,5", "id", 250.5),
        ("1.200", "id", 1200),
        ("1.234.567,25", "id", 1234567.25),
        ("250.5", "en", 250.5),
        ("1,200", "en", 1200),
        ("1200", "id", 1200),
        ("1200", "en", 1200),
        (" 12 ", "id", 12),
        ("-3", "id", -3),
        ("0,125", "id", 0.125),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(page: "Page", text: str, language: str, value: float) -> None:
    assert page.evaluate(READ, [text, language]) == value


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("250.5", "id"),
        ("250,5", "en"),
        ("12.00", "id"),
        ("1.20.000", "id"),
        ("0.500", "id"),
        ("1,2,3", "id"),
        ("1.2.3", "en"),
        (",5", "id"),
        ("5,", "id"),
        ("1 200", "id"),
        ("1e3", "en"),
        ("dua", "id"),
        ("", "id"),
    ],
)
def test_what_could_be_meant_otherwise_is_not_read(page: "Page", text: str, language: str) -> None:
    assert page.evaluate(f"Number.isNaN(({READ})({[text, language]}))")


@pytest.mark.parametrize(
    ("value", "language", "text"), [(1234567.25, "id", "1.234.567,25"), (1200.5, "en", "1,200.5"), (0, "id", "0")]
)
def test_a_number_is_shown_so_that_it_is_read_again(page: "Page", value: float, language: str, text: str) -> None:
    assert page.evaluate(WRITE, [value, language]) == text
    assert page.evaluate(READ, [text, language]) == value
