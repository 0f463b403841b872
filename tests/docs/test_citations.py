"""The page of evidence holds every row once, with those who rest on it."""

import re

import pytest

from docs import citations
from scenarios import load, parameters, sources

PAGE = "\n".join(write() for write in citations.WRITERS.values())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Evidence: X-14, X-09 (staff); C7.", ["X-14", "X-09", "C7"]),
        ("R-01 to R-03, R-14..R-17", ["R-01", "R-02", "R-03", "R-14", "R-15", "R-16", "R-17"]),
        ("C8 to C10 and V2", ["C8", "C9", "C10", "V2"]),
        ("gap 5, gaps 4 and 9 (gaps 1, 5 and 7)", ["gap 5", "gap 4", "gap 9", "gap 1", "gap 7"]),
        ("V2, V2 again", ["V2"]),
        ("UTF-16, COVID-19, PAS-06.OT.02.02/2020, M/G/inf, a C major", []),
    ],
)
def test_codes_are_found_however_they_are_written(text: str, codes: list[str]) -> None:
    assert citations.cited(text) == codes


def test_every_row_stands_in_the_page_once() -> None:
    assert sorted(re.findall(r"^\| ([A-Z]-\d\d|[CV]\d+|gap \d+) \|", PAGE, re.M)) == sorted(sources())


def test_every_parameter_stands_at_each_of_its_sources() -> None:
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in PAGE.splitlines()}
    for name, parameter in parameters().items():
        assert all(f"`{name}`" in rows[code] for code in parameter.source), name


def test_a_branch_with_one_source_is_named_once() -> None:
    assert "`setting.release_mix`" in citations.resting()["R-01"]
    assert not any(each.startswith("`setting.release_mix.") for each in citations.resting()["R-01"])


def test_a_value_of_one_office_names_it() -> None:
    assert "L-10" in load("wonosari").evidence["setting.clients"].source
    assert "`setting.clients` (wonosari)" in citations.resting()["L-10"]


def test_rules_are_found_by_what_their_docstrings_name() -> None:
    assert "supervision.report" in citations.explaining()["L-16"]
    assert "people.monthly_flow" in citations.explaining()["R-02"]
