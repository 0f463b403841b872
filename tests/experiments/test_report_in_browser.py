"""In a real browser a report prints on two sheets with nothing cut off, fits a telephone, and stays light."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from experiments import report
from experiments.texts import LANGUAGES
from tests.experiments.told import comparison

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ROOM = """[...document.querySelectorAll('.page')].map(page => {
  const last = [...page.children].filter(one => one.tagName != 'FOOTER').pop();
  return page.querySelector('footer').getBoundingClientRect().top - last.getBoundingClientRect().bottom;
})"""
WIDE = "document.documentElement.scrollWidth"
SMALLEST = """Math.min(...[...document.querySelectorAll('svg text, p, td, th, li, span')]
  .filter(one => one.textContent.trim())
  .map(one => { const box = one.ownerSVGElement;
    const scale = box ? box.getBoundingClientRect().width / box.viewBox.baseVal.width : 1;
    return parseFloat(getComputedStyle(one).fontSize) * scale; }))"""
CROSSING = """[...document.querySelectorAll('main svg')].flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')].map(one => one.getBoundingClientRect());
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => over(a, b)).map(() => svg.getAttribute('aria-label')));
})"""


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plans", [2, 3, 4])
def test_two_sheets_and_a_telephone(
    browser: "Browser", monkeypatch: pytest.MonkeyPatch, tmp_path: Path, plans: int, language: str
) -> None:
    path, asked = tmp_path / "report.html", []
    answer = comparison(monkeypatch, plans, pairs=60)
    report(answer, path, language=language, indicator="employed_share_recorded")

    paper = browser.new_page()
    paper.on("request", lambda sent: asked.append(sent.url))
    paper.goto(path.as_uri())
    paper.emulate_media(media="print")
    assert min(paper.evaluate(ROOM)) >= 0, "something reaches into the foot of a page"
    assert paper.evaluate(SMALLEST) >= 9
    assert paper.evaluate(CROSSING) == []
    pdf = paper.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 2
    assert re.search(rb"/MediaBox \[0 0 (594|595|596)[.\d]* (841|842)[.\d]*\]", pdf), "not A4"

    telephone = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark").new_page()
    telephone.goto(path.as_uri())
    assert telephone.evaluate(WIDE) <= 390
    assert telephone.evaluate(SMALLEST) >= 9
    light = telephone.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor")
    assert light == "rgb(255, 255, 255)"
    assert asked == [path.as_uri()]
