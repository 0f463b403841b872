"""Tables on terminals of any width: every number stands whole, every row has its name."""

import re
import sys

import pytest

from experiments.printing import print_comparison, print_rows
from experiments.texts import Language
from experiments.wording import aligned
from model.indicators import INDICATORS
from tests.experiments.told import comparison

HEADS = ("Plan", "regret, largest", "Budget (IDR million a year)", "What it buys")
ROWS = [("wonosari-steady-budget", "+12.345", "1,234,567", "hours of coaching"), ("wonosari", "-", "-0.5", "[1, 2]")]


def plain(out: str) -> str:
    """What was written, without the signs that make it bold."""
    return re.sub(r"\x1b\[[\d;]*m", "", out)


def words(text: str) -> set[str]:
    """The words and numbers of a text, those joined by a hyphen apart."""
    return {word.strip(";:,") for word in re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", "- ", text).split()}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch):
    """Let standard output be a terminal of so many columns."""

    def of(columns: int) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", str(columns))

    return of


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120])
def test_a_comparison_loses_no_number_and_no_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal, columns: int, lang: Language
) -> None:
    answer = comparison(monkeypatch)
    terminal(columns)
    print_comparison(answer, lang, everything=True)
    out = plain(capsys.readouterr().out)
    assert max(map(len, out.splitlines())) <= columns
    for row in answer.summary.to_dict("records"):
        values, unit = aligned([row[key] for key in ("median_difference", "low", "high")], row["unit"], lang)
        wanted = [*INDICATORS[row["indicator"]].meaning[lang].split(), *unit.split(), *values, str(row["better"])]
        assert words(" ".join(wanted)) <= words(out)


@pytest.mark.parametrize("columns", [30, 60, 80])
def test_any_table_folds_between_words(capsys: pytest.CaptureFixture[str], terminal, columns: int) -> None:
    terminal(columns)
    print_rows(HEADS, ROWS)
    out = plain(capsys.readouterr().out)
    assert max(map(len, out.splitlines())) <= columns
    assert words(" ".join(cell for row in (HEADS, *ROWS) for cell in row)) <= words(out)


def test_a_name_gives_way_at_its_hyphens_and_no_number_does(capsys: pytest.CaptureFixture[str], terminal) -> None:
    terminal(36)
    print_rows(("Plan", "Value", "When"), [("wonosari-steady-budget", "-1,234.5", "2026-11-22")])
    *_, first, second, third, _ = plain(capsys.readouterr().out).splitlines()
    assert first.split() == ["wonosari-", "-1,234.5", "2026-11-22"]
    assert [second.strip(), third.strip()] == ["steady-", "budget"]


def test_a_file_has_the_width_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(HEADS, [(name * 10, *cells) for name, *cells in ROWS])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "wonosari-steady-budget" * 10 in line and "hours of coaching" in line]


def test_numbers_stand_under_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("Name", "Value"), [("one", "1.5"), ("two", "1,000")])
    *_, one, two, _ = capsys.readouterr().out.splitlines()
    assert (one, two) == (" one     1.5  ", " two   1,000  ")


def test_a_column_without_a_word_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(["Plan", ""], [["one", ""], ["two", ""]])
    assert {"Plan", "one", "two"} <= words(plain(capsys.readouterr().out))
