"""Every bad scenario gets one line that says what, where, what is allowed and what was probably meant."""

import pickle
from pathlib import Path

import pytest
import yaml

from scenarios import ScenarioError, from_text, load
from scenarios.errors import Report
from scenarios.yamltree import parse

HEAD = "schema: 1\nname: mine\nparent: wonosari\n"
FUNDING = HEAD + "levers:\n  funding:\n    "
SETTING = HEAD + "setting:\n  "
NUMBER_FORM = "not a number; write no thousands separator, no leading zero, and a point for decimals"
TOP_KEYS = "schema, name, parent, title, summary, setting, levers, past, parameters, evidence"
CLIENTS = "must be a whole number from 0 to 1000000"
BUDGET = "must be a number from 0 to 1000000000000"

IN_A_FILE = {
    # keys
    FUNDING + "anual_budget_idr: 5": "6: levers.funding.anual_budget_idr: unknown key; nearest: annual_budget_idr",
    FUNDING + "counsellors: 5": (
        "6: levers.funding.counsellors: unknown key; nearest: levers.human_resources.counsellors"
    ),
    HEAD + "lever: {}": "4: lever: unknown key; nearest: levers",
    HEAD + "funding: {}": "4: funding: unknown key; nearest: levers.funding",
    HEAD + "zzz: 1": f"4: zzz: unknown key; allowed: {TOP_KEYS}",
    SETTING + "clients: 5\n  clients: 6": "6: setting.clients: key given twice, first in line 5",
    HEAD + "name: again": "4: name: key given twice, first in line 2",
    HEAD + "? [a]\n: 1": "4: a key must be a word of at most 100 characters",
    HEAD + "setting: {<<: {clients: 4}}": "4: setting.<<: unknown key; allowed: office, clients",
    # numbers
    SETTING + "clients: -5": f"5: setting.clients = -5: {CLIENTS}",
    SETTING + "clients: 1000001": f"5: setting.clients = 1000001: {CLIENTS}",
    SETTING + "clients: 5.5": f"5: setting.clients = 5.5: {CLIENTS}",
    SETTING + "clients: yes": f"5: setting.clients = yes: YAML reads this as true or false; {CLIENTS}",
    SETTING + "clients: many": f"5: setting.clients = many: text where a number belongs; {CLIENTS}",
    SETTING + "clients: '850'": (
        f'5: setting.clients = "850": a number written as text; take the quotes away; {CLIENTS}'
    ),
    SETTING + "clients: 010": f"5: setting.clients = 010: {NUMBER_FORM}; {CLIENTS}",
    SETTING + "clients:": f"5: setting.clients = (empty): no value given; {CLIENTS}",
    SETTING + "clients: [5]": f"5: setting.clients = a list: {CLIENTS}",
    SETTING + "clients: {value: 5}": f"5: setting.clients = a mapping: {CLIENTS}",
    SETTING + "women_share: 0,5": f"5: setting.women_share = 0,5: {NUMBER_FORM}; must be a number from 0 to 1",
    SETTING + "women_share: .nan": ("5: setting.women_share = .nan: not a finite number; must be a number from 0 to 1"),
    FUNDING + "annual_budget_idr: .inf": (f"6: levers.funding.annual_budget_idr = .inf: not a finite number; {BUDGET}"),
    FUNDING + "annual_budget_idr: 1e999": (
        f"6: levers.funding.annual_budget_idr = 1e999: not a finite number; {BUDGET}"
    ),
    FUNDING + "annual_budget_idr: 240.000.000": (
        f"6: levers.funding.annual_budget_idr = 240.000.000: {NUMBER_FORM}; {BUDGET}"
    ),
    SETTING + "clients: 1:30": f"5: setting.clients = 1:30: text where a number belongs; {CLIENTS}",
    HEAD + "setting: 5": "4: setting = 5: must be a mapping of office, clients",
    HEAD + "levers:\n  funding: [1]": "5: levers.funding = a list: must be a mapping of annual_budget_idr",
    # shares that belong together
    SETTING + "release_mix: {pb: 0.5, cb: 0.6}": (
        "5: setting.release_mix.pb = 0.5: with cb 0.6, cmb 0.011 the shares sum to 1.111; they must sum to 1"
    ),
    FUNDING + "fixed_share: 1": (
        "6: levers.funding.fixed_share = 1: with irregular_share 0.1, outside_share 0.08 the shares sum to 1.18; "
        "they must sum to 1"
    ),
    FUNDING + "fixed_share: {then: [{from_month: 12, value: 0.9}]}": (
        "6: levers.funding.fixed_share = 0.9: with irregular_share 0.1, outside_share 0.08 the shares sum to 1.08 "
        "in month 12; they must sum to 1"
    ),
    # levers with dates
    FUNDING + "administration_share: {value: 1, then: [{from_month: 12, value: 0}, {from_month: 6, value: 1}]}": (
        "6: levers.funding.administration_share.then[1].from_month = 6: months must rise: the change before it is in "
        "month 12"
    ),
    FUNDING + "administration_share: {then: [{from_month: -1, value: 0}]}": (
        "6: levers.funding.administration_share.then[0].from_month = -1: must be a whole number from 0 to 1200"
    ),
    FUNDING + "administration_share: {then: [{from_month: 1, value: 0, ramp_months: -2}]}": (
        "6: levers.funding.administration_share.then[0].ramp_months = -2: must be a whole number from 0 to 1200"
    ),
    FUNDING + "administration_share: {then: [{from_month: 1, value: 1.5}]}": (
        "6: levers.funding.administration_share.then[0].value = 1.5: must be a number from 0 to 1"
    ),
    FUNDING + "administration_share: {then: [{from_month: 1}]}": (
        "6: levers.funding.administration_share.then[0].value: a change needs from_month and value"
    ),
    FUNDING + "administration_share: {then: [{from_month: 1, value: 0, ramp: 3}]}": (
        "6: levers.funding.administration_share.then[0].ramp: unknown key; nearest: ramp_months"
    ),
    FUNDING + "administration_share: {then: 3}": (
        "6: levers.funding.administration_share.then = 3: must be a list of changes {from_month, value, ramp_months}"
    ),
    FUNDING + "administration_share: {then: [3]}": (
        "6: levers.funding.administration_share.then[0] = 3: must be a mapping of from_month, value, ramp_months"
    ),
    # head of the file
    "name: mine\nparent: wonosari": "1: schema: a scenario starts with schema: 1",
    "schema: 2\nname: mine\nparent: wonosari": "1: schema = 2: this version reads schema 1",
    "schema: 1\nparent: wonosari": "1: name: a scenario needs a name",
    "schema: 1\nname: My Plan\nparent: wonosari": (
        "2: name = My Plan: must be lower-case letters and digits joined by single hyphens, at most 64 characters"
    ),
    HEAD + "title: mine": "4: title = mine: must be a mapping of id and en",
    HEAD + "title: {id: punyaku}": "4: title.en: a text is needed in id and in en",
    HEAD + 'title: {id: a, en: "\\e[31m"}': "4: title.en = \\x1b[31m: must be a printable text",
    HEAD + "summary: {id: a, en: [b]}": "4: summary.en = a list: must be a text",
    # parents
    "schema: 1\nname: mine\nparent: wonosri": (
        "3: parent = wonosri: unknown parent; `pokmas scenarios list` names the shipped ones; nearest: wonosari"
    ),
    "schema: 1\nname: mine\nparent: qqq": (
        "3: parent = qqq: unknown parent; `pokmas scenarios list` names the shipped ones"
    ),
    "schema: 1\nname: mine\nparent: base/none.yaml": "3: parent = base/none.yaml: unknown parent: no such file",
    "schema: 1\nname: mine\nparent: ./mine.yaml": (
        "3: parent = ./mine.yaml: the parents go round in a circle: mine.yaml -> mine.yaml"
    ),
    "schema: 1\nname: mine\nparent:": "3: parent = (empty): must be a text",
    "schema: 1\nname: mine\nsetting:\n  clients: 5": (
        "1: levers.funding.annual_budget_idr: missing; a scenario without a parent sets every key"
    ),
    # parameters and evidence
    HEAD + "parameters: {hazard_ratio_employd: 1}": (
        "4: parameters.hazard_ratio_employd: unknown parameter; nearest: hazard_ratio_employed"
    ),
    HEAD + "parameters: {hazard_ratio_employed: 2}": (
        "4: parameters.hazard_ratio_employed = 2: must be a number from 0.5 to 1"
    ),
    HEAD + "parameters: 3": "4: parameters = 3: must be a mapping of parameter names",
    HEAD + "evidence: {setting.client: {source: [L-10], grade: local}}": (
        "4: evidence.setting.client: unknown key; nearest: setting.clients"
    ),
    HEAD + "evidence: {setting.clients: {source: [L-1], grade: local}}": (
        "4: evidence.setting.clients.source = L-1: must be a list of evidence codes such as E-03, V12 or gap 5"
    ),
    HEAD + "evidence: {setting.clients: {source: [], grade: local}}": (
        "4: evidence.setting.clients.source = a list: must be a list of evidence codes"
    ),
    HEAD + "evidence: {setting.clients: {source: [L-10], grade: asumed}}": (
        "4: evidence.setting.clients.grade = asumed: must be one of local, abroad, derived, assumed; nearest: assumed"
    ),
    HEAD + "evidence: {setting.clients: {source: [L-10], grade: assumed}}": (
        "4: evidence.setting.clients.note: an assumed value needs a note that gives the reason"
    ),
    # YAML itself
    HEAD + "setting: {clients: 5\nlevers: ]": "5: not readable as YAML: ",
    SETTING[:-2] + "\tclients: 5": "5: not readable as YAML: found character ",
    HEAD + "title: {id: a\0, en: b}": "4: not readable as YAML: unprintable character '\\x00'",
    "a: &a [1, 2]\nb: [*a, *a]\nc: [*b, *b]": "1: anchor &a: anchors are not allowed; write the value out",
    HEAD + "title: *other": "4: alias *other: aliases are not allowed; write the value out",
    HEAD + "setting: !!python/object/apply:os.system [ls]": (
        "4: tag !!python/object/apply:os.system: tags are not allowed; write the plain value"
    ),
    HEAD + "---\nname: two": "4: a second YAML document starts here; one file holds one",
    "[" * 10_000: "1: nested deeper than 12 levels",
    "": f"1: a scenario is a mapping of {TOP_KEYS}; the file is empty",
    "- 1": f"1: a scenario is a mapping of {TOP_KEYS}; not a list",
    "hello": f"1: a scenario is a mapping of {TOP_KEYS}; not hello",
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def message(scenario: str | Path, **options: object) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(scenario, **options)
    return str(caught.value)


@pytest.mark.parametrize(("content", "expected"), IN_A_FILE.items(), ids=lambda text: text[:40])
def test_a_file_with_one_fault(content: str, expected: str) -> None:
    Path("mine.yaml").write_text(content, encoding="utf-8")
    said = message("mine.yaml")
    assert said.startswith(f"mine.yaml:{expected}")
    assert "\n" not in said


OVERRIDES = {
    ("levers.funding.anual_budget_idr", "5"): (
        "levers.funding.anual_budget_idr: unknown key; nearest: levers.funding.annual_budget_idr"
    ),
    ("funding.annual_budget_idr", "5"): (
        "funding.annual_budget_idr: unknown key; nearest: levers.funding.annual_budget_idr"
    ),
    ("clients", "5"): "clients: unknown key; nearest: setting.clients",
    ("", "5"): "(empty): unknown key",
    ("levers.funding.annual_budget_idr", "lots"): (
        f"levers.funding.annual_budget_idr = lots: text where a number belongs; {BUDGET}"
    ),
    ("levers.funding.annual_budget_idr", "-1"): f"levers.funding.annual_budget_idr = -1: {BUDGET}",
    ("setting.clients", ""): f"setting.clients = (empty): no value given; {CLIENTS}",
    ("setting.clients", "[1"): "setting.clients = [1: not readable as YAML: ",
    ("setting.clients", "&a 1"): "setting.clients = &a 1: anchor &a: anchors are not allowed; write the value out",
    ("setting.clients", True): f"setting.clients = True: YAML reads this as true or false; {CLIENTS}",
    ("setting.clients", float("nan")): f"setting.clients = nan: not a finite number; {CLIENTS}",
    ("setting.clients", 10**400): f"setting.clients = inf: not a finite number; {CLIENTS}",
    ("setting.clients", b"5"): "setting.clients = b'5': must be a number, a text or a mapping",
    ("setting.clients", " " * 300_000): "setting.clients = ",
    ("setting.office", "Bapas A"): (
        "setting.office = Bapas A: must be lower-case letters and digits joined by single hyphens"
    ),
    ("setting.release_mix.pb", "1"): (
        "setting.release_mix.pb = 1: with cb 0.571, cmb 0.011 the shares sum to 1.582; they must sum to 1"
    ),
    ("parameters.hazard_ratio_employed", "9"): ("parameters.hazard_ratio_employed = 9: must be a number from 0.5 to 1"),
    ("parameters.hazard_ratio_employd", "1"): (
        "parameters.hazard_ratio_employd: unknown parameter; nearest: hazard_ratio_employed"
    ),
    ("levers.funding", "3"): "levers.funding = 3: must be a mapping of annual_budget_idr",
    ("a\nb", "3"): "a\\nb: unknown key",
}


@pytest.mark.parametrize(("given", "expected"), OVERRIDES.items(), ids=lambda item: repr(item)[:40])
def test_a_bad_override(given: tuple[str, object], expected: str) -> None:
    path, value = given
    said = message("wonosari", overrides={path: value})
    assert said.startswith(f"--set {expected}")
    assert "\n" not in said


def test_the_first_fault_in_file_order_is_told_and_the_others_are_counted() -> None:
    content = (
        HEAD + "levers: {funding: {administration_share: 7}}\nsetting:\n  clients: -5\n  womn_share: 1\ntitle: a\n"
    )
    Path("mine.yaml").write_text(content, encoding="utf-8")
    assert message("mine.yaml") == (
        "mine.yaml:4: levers.funding.administration_share = 7: must be a number from 0 to 1 (+3 more)"
    )


def test_what_is_misspelt_comes_before_what_is_therefore_missing() -> None:
    Path("mine.yaml").write_text("schema: 1\nnam: mine\nparent: wonosari\n", encoding="utf-8")
    assert message("mine.yaml") == "mine.yaml:2: nam: unknown key; nearest: name (+1 more)"


def test_faults_of_several_overrides_are_counted() -> None:
    said = message("wonosari", overrides={"setting.clients": "-1", "setting.villages": "0"})
    assert said == f"--set setting.clients = -1: {CLIENTS} (+1 more)"


def test_parents_in_a_circle() -> None:
    Path("deep").mkdir()
    Path("one.yaml").write_text("schema: 1\nname: one\nparent: deep/two.yaml\n", encoding="utf-8")
    Path("deep/two.yaml").write_text("schema: 1\nname: two\nparent: ../one.yaml\n", encoding="utf-8")
    assert message("one.yaml") == (
        "deep/two.yaml:3: parent = ../one.yaml: the parents go round in a circle: one.yaml -> two.yaml -> one.yaml"
    )


def test_too_many_parents() -> None:
    for step in range(20):
        content = f"schema: 1\nname: s{step}\nparent: ./s{step + 1}.yaml\n"
        Path(f"s{step}.yaml").write_text(content, encoding="utf-8")
    assert message("s0.yaml") == "s15.yaml:3: parent = ./s16.yaml: more than 16 parents in a row"


def test_a_fault_of_the_parent_names_the_parents_file() -> None:
    Path("base.yaml").write_text(HEAD + "setting: {clients: -1}\n", encoding="utf-8")
    Path("mine.yaml").write_text("schema: 1\nname: mine\nparent: ./base.yaml\n", encoding="utf-8")
    assert message("mine.yaml") == f"base.yaml:4: setting.clients = -1: {CLIENTS}"


def test_unknown_scenarios() -> None:
    rest = "unknown scenario; `pokmas scenarios list` names them all, a file of your own ends in .yaml"
    assert message("wonosri") == f"scenario: wonosri: {rest}; nearest: wonosari"
    assert message("qqq") == f"scenario: qqq: {rest}"
    assert message("") == f"scenario: (empty): {rest}"


def test_files_that_cannot_be_read() -> None:
    Path("folder.yaml").mkdir()
    assert message("none.yaml") == "none.yaml: no such file"
    assert message("folder.yaml") == "folder.yaml: not a file"
    assert message("some/notes.txt") == "some/notes.txt: a scenario file ends in .yaml"
    assert message(Path("notes")) == "notes: a scenario file ends in .yaml"
    assert message("a\0.yaml") == "a\\x00.yaml: cannot be read: a path holds no null byte"
    assert len(message("x" * 5000 + ".yaml")) < 200


def test_a_large_file_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def _parsed(*_: object) -> None:
        raise AssertionError("the file was parsed")

    monkeypatch.setattr("scenarios.loader.parse", _parsed)
    Path("mine.yaml").write_bytes(b"a: 1\n" * 2_000_000)
    assert message("mine.yaml") == "mine.yaml: larger than 256 KB; a scenario is a short text"


def test_text_that_is_not_utf8() -> None:
    Path("mine.yaml").write_bytes(HEAD.encode() + b"title: {id: caf\xe9, en: cafe}\n")
    assert message("mine.yaml") == "mine.yaml:4: not UTF-8 text; save the file with encoding UTF-8"
    Path("mine.yaml").write_bytes(HEAD.encode("utf-16"))
    assert message("mine.yaml") == "mine.yaml:1: not UTF-8 text; save the file with encoding UTF-8"


def test_a_byte_order_mark_is_no_fault() -> None:
    Path("mine.yaml").write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert load("mine.yaml").hash == load("wonosari").hash


def test_an_upload_reaches_no_file() -> None:
    Path("base.yaml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"^upload:3: parent = \./base\.yaml: unknown parent"):
        from_text("schema: 1\nname: mine\nparent: ./base.yaml\n", "upload")


def test_an_error_travels_between_processes_with_its_parts() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("wonosari", {"setting.clients": "-1", "setting.clint": "1"})
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert str(copy) == str(caught.value)
    assert (copy.problem.code, copy.problem.key, copy.problem.value, copy.more) == ("range", "setting.clients", "-1", 1)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_both_parsers_of_pyyaml_read_the_same(loader: type) -> None:
    report = Report()
    text = "a: 1\nb: {c: [1e3, 'x', \"1\", yes, ~, 010, .5]}\nb: 2\n"
    root = parse(text, "f", report, loader=loader)
    (_, c) = root.entries["b"][1].entries["c"]
    assert [item.value for item in c.items] == [1000.0, "x", "1", True, None, "010", 0.5]
    assert [str(problem) for problem in report.problems] == ["f:3: b: key given twice, first in line 2"]
    for broken in ("a: [", 'a: "\\UFFFFFFFF"', "%YAML 9.9.9\n---\na", "a: \ud800"):
        with pytest.raises(ScenarioError, match=r"^f:[12]: not readable as YAML"):
            parse(broken, "f", Report(), loader=loader)
