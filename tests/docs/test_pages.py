"""The pages of the documentation hang together: links arrive, and the ODD has every part of the protocol."""

import re
from pathlib import Path

import pytest

from docs import tables
from tests.source import ROOT

PAGES = [*tables.pages(), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
ODD = (tables.HERE / "odd.md").read_text(encoding="utf-8")
ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialization",
    "Input data",
    "Submodels",
)
CONCEPTS = (
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
)


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)


def _anchors(text: str) -> set[str]:
    """Headings as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_project_arrive(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", _without_code(text)):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("docs/img/"):
            continue
        target = page.parent / path if path else page
        if not target.is_file() or (anchor and anchor not in _anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def test_the_odd_has_every_element_in_order() -> None:
    assert re.findall(r"^## \d\. (.*)$", ODD, re.MULTILINE) == list(ELEMENTS)


def test_the_odd_has_all_eleven_design_concepts_in_order() -> None:
    concepts = ODD.split("## 4. Design concepts")[1].split("## 5.")[0]
    assert re.findall(r"^\*\*(.*?)\.\*\*", concepts, re.MULTILINE) == list(CONCEPTS)


def test_the_odd_says_what_is_thin() -> None:
    assert "## What is thin or absent" in ODD
