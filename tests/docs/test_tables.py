"""The generated tables of the documentation say what the code says, and all that the code declares has a table."""

import re

import pytest

from agents.chance import Stream
from docs import reading, scenario_tables, tables
from model import INDICATORS, MONTH, month
from scenarios import FIELDS, parameters, shipped

PAGES = {page.name: page.read_text(encoding="utf-8") for page in tables.pages()}
PLACED = [(name, table) for name, text in PAGES.items() for table in re.findall(r"^<!-- table: (.*) -->$", text, re.M)]
EMPTY = "<!-- table: month -->\n<!-- end -->\n"


@pytest.mark.parametrize("page", PAGES)
def test_no_table_is_stale(page: str) -> None:
    stale = tables.stale(PAGES[page])
    assert not stale, f"docs/{page}: stale table {', '.join(stale)}: run make docs"


def test_every_table_stands_somewhere() -> None:
    assert {table for _, table in PLACED} == set(tables.WRITERS)


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("parameters", list(parameters())),
        ("indicators", list(INDICATORS)),
        ("streams", [each.name for each in Stream]),
        ("setting", [path for path in FIELDS if path.startswith("setting.")]),
        ("levers", [path for path in FIELDS if path.startswith("levers.")]),
        ("month", [row["step"] for row in month.table()]),
    ],
)
def test_a_table_names_all_that_is_declared(table: str, names: list[str]) -> None:
    written = re.findall(r"^\|(?: [\w ]+ \|)? `([\w.]+)` \|", tables.WRITERS[table](), re.M)
    assert written == names


def test_every_shipped_scenario_is_described_once() -> None:
    text = scenario_tables.differences() + "\n" + scenario_tables.roots()
    assert sorted(re.findall(r"^### (.*)$", text, re.M)) == list(shipped())


def test_every_step_of_the_month_is_a_submodel() -> None:
    for number, phase in enumerate(MONTH):
        headings = re.findall(r"^#### `(\w+)`", tables.phase(number), re.M)
        assert headings == [row["step"] for row in month.table() if row["phase"] == phase.name]


def test_every_parameter_and_stream_is_read_somewhere() -> None:
    """What nobody reads does not belong in the tables; what is read is found."""
    unread = {*parameters(), *(each.name for each in Stream)} - set(reading.readers())
    assert unread == set()


def test_what_a_rule_reads_is_found_through_the_functions_it_calls() -> None:
    from agents.offices import plan_activities
    from agents.work import ask_for_work, hear_of_work

    assert {"vouching_on_hiring", "far_work_share"} <= set(_read(ask_for_work.act).parameters)
    assert set(_read(hear_of_work.act).levers) == {"open_unemployment_rate", "informal_share"}
    assert "mediation_place_hours" in _read(plan_activities.act).parameters
    assert reading.written(plan_activities.act)[:4] == ["bound", "planned", "cancelled", "duplicated"]


def _read(function: object) -> reading.Reads:
    return reading.reads(*reading.reached(function))


def test_a_stale_table_is_found_and_written_again() -> None:
    assert tables.stale(EMPTY) == ["month"]
    renewed = tables.renewed(f"before\n\n{EMPTY}\nafter\n")
    assert tables.stale(renewed) == []
    assert renewed.startswith("before\n\n<!-- table: month -->\n\n| phase |")
    assert renewed.endswith("|\n\n<!-- end -->\n\nafter\n")
    assert tables.renewed(renewed) == renewed
    assert tables.stale(renewed.replace("arrive", "depart")) == ["month"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<!-- table: streems -->\n<!-- end -->\n", "table 'streems': nobody writes it; .*; nearest: streams"),
        ("<!-- table: month -->\n", "a table stands twice in the page, or has no line <!-- end -->"),
        (EMPTY + EMPTY, "a table stands twice in the page, or has no line <!-- end -->"),
        ("<!-- table: month -->\n" + EMPTY, "table 'month': no line <!-- end --> before the next table"),
    ],
)
def test_a_fault_in_a_page_is_one_line(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^{complaint}$"):
        tables.tables(text)


def test_the_script_writes_only_what_is_stale(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(tables, "HERE", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(EMPTY)
    assert tables.main() == 0
    assert capsys.readouterr().out == "docs/page.md: month\n"
    assert tables.main() == 0
    assert capsys.readouterr().out == ""
    page.write_text("<!-- table: nothing -->\n<!-- end -->\n")
    assert tables.main() == 2
    assert capsys.readouterr().err.startswith("docs/page.md: table 'nothing': nobody writes it")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a * b**2 and `a * b`", r"a \* b\*\*2 and `a * b`"),
        ("the ``part`` of :func:`hazard_factors`", "the `part` of `hazard_factors`"),
        ("a *klien pemasyarakatan*, x < y", "a *klien pemasyarakatan*, x &lt; y"),
    ],
)
def test_docstrings_show_as_they_were_written(written: str, shown: str) -> None:
    assert tables.marked(written) == shown
