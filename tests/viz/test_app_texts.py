"""Both languages have the same texts with the same blanks, written the way each language writes numbers."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import agents.words
from experiments.measures import Measure
from model.indicators import INDICATORS
from scenarios import FIELDS
from scenarios.errors import Report
from scenarios.yamltree import parse
from tests.source import ROOT, files, tree
from viz import levers
from viz.texts import LANGUAGES, texts

FORBIDDEN = ("optimal", "prediksi", "prediction", "predict", "napi", "residivis", "ex-con", "offender")
CHOSEN_BY_DATA = {"unit", "units", "with_unit", "count"}
PLURALS = {"id": {"other"}, "en": {"one", "other"}}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_the_languages_have_the_same_keys() -> None:
    assert LANGUAGES == agents.words.LANGUAGES
    first, *others = (set(texts(language).entries()) for language in LANGUAGES)
    assert [first ^ other for other in others] == [set()] * len(others)


def test_the_languages_have_the_same_blanks() -> None:
    def all_blanks(entry: str | dict[str, str]) -> set[str]:
        return blanks(entry) if isinstance(entry, str) else set().union(*map(blanks, entry.values()))

    indonesian, english = (texts(language).entries() for language in LANGUAGES)
    assert {key for key in indonesian if all_blanks(indonesian[key]) != all_blanks(english[key])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    forms = [set(entry) for entry in texts(language).entries().values() if isinstance(entry, dict)]
    assert all(form <= PLURALS[language] and "other" in form for form in forms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_promises_too_much_or_names_people_by_their_past(language: str) -> None:
    words = str(texts(language).entries()).lower()
    assert [word for word in FORBIDDEN if word in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_that_can_come_up_has_a_text(language: str) -> None:
    of_measures = {
        Measure(one.name, one.unit, one.meaning, one.higher_is_better, one.monthly, one.smallest_difference).shown_unit
        for one in INDICATORS.values()
    }
    of_levers = {FIELDS[f"levers.{path}"].unit for path in levers.OFFERED}
    assert [unit for unit in sorted(of_measures | of_levers) if f"unit.{unit}" not in texts(language)] == []


def test_numbers_are_written_as_the_language_writes_them() -> None:
    indonesian, english = texts("id"), texts("en")
    assert (indonesian.number(1234.56, 1), english.number(1234.56, 1)) == ("1.234,6", "1,234.6")
    assert (indonesian.signed(2.5, 1), indonesian.signed(-2.5, 1), indonesian.signed(-0.01, 1)) == ("+2,5", "−2,5", "0")
    assert (indonesian.plain(1234.5), english.plain(1234.5)) == ("1234,5", "1234.5")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_given_twice(language: str) -> None:
    for folder in ("experiments/words", "viz/texts"):
        report = Report()
        parse((ROOT / folder / f"{language}.yaml").read_text(encoding="utf-8"), folder, report)
        assert report.problems == []


def test_plurals_follow_the_number() -> None:
    assert [texts("en")("answer.times", n=n) for n in (0, 1, 2)] == ["0 times", "1 time", "2 times"]
    assert [texts("id")("answer.times", n=n) for n in (0, 1, 2)] == ["0 kali", "1 kali", "2 kali"]


def test_a_missing_text_or_blank_is_an_error_and_no_empty_place() -> None:
    with pytest.raises(KeyError):
        texts("id")("no.such.text")
    with pytest.raises(KeyError):
        texts("id")("controls.plan")


def test_every_text_is_used_somewhere() -> None:
    strings = {text for path in files("experiments", "viz") for text in _strings(path)}
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "experiments" / "templates").iterdir())
    strings |= set(re.findall(r'"([a-z_.]+)"', pages))
    beginnings = tuple(text for text in strings if re.fullmatch(r"[a-z_]+\.([a-z_.]+)?", text))
    keys = {key.removeprefix("terminal.") for key in texts("en").entries()}
    unused = {key for key in keys if key not in strings and not key.startswith(beginnings)}
    assert {key for key in unused if key.split(".")[0] not in CHOSEN_BY_DATA} == set()


def _strings(path: Path) -> Iterator[str]:
    """Every string of a file; of one with blanks, the part before the first blank."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
