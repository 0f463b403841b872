"""Every code of evidence can be looked up, says what it is in both languages, and stands under something."""

import re
from functools import cache

import pytest

from docs.citations import cited
from scenarios import KINDS, RELIABILITY, VERIFIED, ScenarioError, from_text, load, parameters, shipped, sources
from scenarios.parameters import read_table
from scenarios.sources import codes, read_sources
from tests.source import ROOT

HEAD = "schema: 1\nname: mine\nparent: wonosari\n"
UNKNOWN = "unknown evidence code; docs/evidence.md lists them all, a source of your own goes into the note; nearest: "
OWN_WORDS = {"sources.yaml", "evidence.md"}
NEVER = re.compile(r"offender|inmate|felon|residivis|mantan napi|narapidana", re.IGNORECASE)
GOOD = """X-01:
  {kind: study, verified: read, reliability: A, place: {id: "8 uji", en: "8 trials"}, reference: "A 2005", see: [V2],
   says: {id: "satu", en: "one"}}
V2:
  {kind: pattern, tune: yes, see: [X-01], says: {id: "dua", en: "two"}, band: {id: "1-2", en: "1-2"}}
C1: {kind: claim, verified: stated, says: {id: "tiga", en: "three"}}
gap 5: {kind: gap, says: {id: "empat", en: "four"}}
"""


@cache
def cited_in_files() -> dict[str, str]:
    """Code -> one of the files of the project that cite it."""
    folders = ("scenarios", "agents", "model", "experiments", "docs")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*"))]
    texts = [path for path in paths if path.suffix in (".py", ".yaml", ".md") and path.name not in OWN_WORDS]
    return {code: str(path.relative_to(ROOT)) for path in texts for code in cited(path.read_text(encoding="utf-8"))}


def test_every_code_that_is_cited_can_be_looked_up() -> None:
    unknown = {code: path for code, path in cited_in_files().items() if code not in sources()}
    assert unknown == {}


def test_every_source_of_a_parameter_or_a_shipped_value_can_be_looked_up() -> None:
    used = {code for each in parameters().values() for code in each.source}
    used |= {code for name in shipped() for backing in load(name).evidence.values() for code in backing.source}
    assert used - set(sources()) == set()


def test_a_finding_is_in_the_table_because_something_rests_on_it() -> None:
    seen = {code for each in sources().values() for code in each.see}
    own = [code for code, each in sources().items() if each.kind in ("pattern", "gap", "claim")]
    assert set(sources()) - seen - set(own) - set(cited_in_files()) == set()


def test_the_codes_are_found_without_reading_what_they_say() -> None:
    assert codes() == set(sources())


def test_every_row_says_what_it_is_in_both_languages() -> None:
    for code, row in sources().items():
        assert row.code == code
        assert set(row.says) == {"id", "en"}, code
        assert row.says["id"] != row.says["en"], code
        for texts in (row.says, row.place, row.band):
            assert set(texts) in (set(), {"id", "en"}), code
            assert not any(NEVER.search(text) for text in texts.values()), code
    for words in (KINDS, VERIFIED, RELIABILITY):
        assert all(set(meaning) == {"id", "en"} for meaning in words.values())


def test_both_languages_give_the_same_numbers() -> None:
    for code, row in sources().items():
        for texts in (row.says, row.place, row.band):
            if texts:
                assert _numbers(texts["id"].translate(str.maketrans(",.", ".,"))) == _numbers(texts["en"]), code


def _numbers(text: str) -> list[str]:
    return sorted(number.replace(",", "") for number in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


def test_every_finding_can_be_traced() -> None:
    for code, row in sources().items():
        if row.kind not in ("pattern", "gap", "claim"):
            assert row.place, code
            assert row.reference or row.see, code
            assert row.see or row.verified != "arithmetic", code
        assert code not in row.see, code


def test_what_comes_from_memory_says_so_and_waits_to_be_checked() -> None:
    waiting = set(sources()["gap 14"].see)
    for code, row in sources().items():
        english, indonesian = ("; ".join((row.says[one], row.place.get(one, ""))) for one in ("en", "id"))
        assert bool(re.search("memory|remembered", english)) == ("ingat" in indonesian), code
        if row.verified == "memory":
            assert "from memory" in english, code
        if row.kind != "gap":
            assert ("ingat" in indonesian) == (code in waiting), code


def test_what_may_be_tuned_is_a_pattern_with_a_band() -> None:
    patterns = [row for row in sources().values() if row.kind == "pattern"]
    assert all(row.band and row.see and row.tune is not None for row in patterns)
    assert {row.code for row in patterns if not row.tune} >= {"V6", "V18"}
    assert all(row.tune is None and not row.band for row in sources().values() if row.kind != "pattern")


def test_a_complete_table_is_read_as_it_stands() -> None:
    table = read_sources(GOOD, "t.yaml")
    assert list(table) == ["X-01", "V2", "C1", "gap 5"]
    study, pattern, claim, gap = table.values()
    assert (study.kind, study.verified, study.reliability, study.reference) == ("study", "read", "A", "A 2005")
    assert (study.place["en"], study.says["id"], study.see) == ("8 trials", "satu", ("V2",))
    assert (pattern.tune, pattern.band["en"], pattern.verified) == (True, "1-2", None)
    assert (claim.verified, claim.place, claim.reference) == ("stated", {}, "")
    assert (gap.says["en"], gap.see) == ("four", ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("X-01:\n", "X-1:\n", "1: X-1: must be an evidence code such as E-03, V12, C7 or gap 5"),
        (
            "kind: study",
            "kind: studi",
            "2: X-01.kind = studi: must be one of study, official, press, computed",
        ),
        ("kind: claim", "kind: study", "6: C1.kind = study: must be claim"),
        ("kind: pattern, ", "", "5: V2.kind: must be pattern"),
        ("verified: read", "verified: seen", "2: X-01.verified = seen: must be one of read, computed, arithmetic"),
        ("reliability: A", "reliability: D", "2: X-01.reliability = D: must be one of A, B, C"),
        ("reference: ", "referense: ", "2: X-01.referense: unknown key; nearest: reference (+1 more)"),
        ('reference: "A 2005", ', "", "1: X-01.reference: a row of kind study needs it"),
        ('"one"', "''", "3: X-01.says.en = (empty): must be a printable text"),
        ('id: "8 uji", ', "", "2: X-01.place.id: a text is needed in id and in en"),
        ("tune: yes", "tune: 1", "5: V2.tune = 1: must be true or false"),
        ("verified: stated, ", "verified: stated, tune: yes, ", "6: C1.tune: unknown key; allowed: kind, says"),
        ("see: [X-01]", "see: [X-02]", f"5: V2.see = X-02: {UNKNOWN}X-01"),
        ("see: [X-01]", "see: []", "5: V2.see = a list: must be a list of evidence codes such as"),
        ("see: [V2]", "see: V2", "2: X-01.see = V2: must be a list of evidence codes such as"),
        (GOOD, "X-01: read", "1: X-01 = read: must be a mapping of kind, says"),
        (GOOD, "- X-01", "1: the table must be a mapping of evidence codes"),
        (GOOD, GOOD + "C1: {}", "8: C1: key given twice, first in line 6"),
    ],
)
def test_a_bad_row_is_one_line(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    with pytest.raises(ScenarioError) as caught:
        read_sources(GOOD.replace(old, new, 1), "t.yaml")
    assert str(caught.value).startswith(f"t.yaml:{expected}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("L-99", UNKNOWN + "L-0"),
        ("V5", UNKNOWN + "V"),
        ("gap 44", UNKNOWN + "gap 4"),
        ("l-10", "must be a list of evidence codes such as E-03, V12 or gap 5; nearest: L-10"),
        ("gap5", "must be a list of evidence codes such as E-03, V12 or gap 5; nearest: gap 5"),
        ("Smith 2004", "must be a list of evidence codes such as E-03, V12 or gap 5"),
        ("[L-10]", "must be a list of evidence codes such as E-03, V12 or gap 5"),
    ],
)
def test_a_scenario_cites_only_what_can_be_looked_up(written: str, expected: str) -> None:
    entry = f"evidence: {{setting.clients: {{source: [gap 1, {written}], grade: local}}}}\n"
    with pytest.raises(ScenarioError) as caught:
        from_text(HEAD + entry, "mine.yaml")
    value = "a list" if written.startswith("[") else written
    assert str(caught.value).startswith(f"mine.yaml:4: evidence.setting.clients.source = {value}: {expected}")
    assert "\n" not in str(caught.value)


def test_a_parameter_cites_only_what_can_be_looked_up() -> None:
    entry = "{value: 2, low: 1, high: 3, unit: '1', source: [X-99], grade: derived, meaning: {id: laju, en: rate}}"
    with pytest.raises(ScenarioError, match=r"^t\.yaml:1: rate\.source = X-99: unknown evidence code; .* nearest: X-"):
        read_table(f"rate: {entry}", "t.yaml")


def test_a_number_of_ones_own_cites_the_gap_that_it_fills() -> None:
    note = "{id: 'register Bapas, 30 Juni 2026', en: 'register of the office, 30 June 2026'}"
    spec = from_text(HEAD + f"evidence: {{setting.clients: {{source: [gap 1], grade: local, note: {note}}}}}\n")
    assert spec.evidence["setting.clients"].source == ("gap 1",)
    assert spec.evidence["setting.clients"].note["en"] == "register of the office, 30 June 2026"
