"""The address holds all of a page's state: what is written is read back, what cannot be used is said and not cut."""

import pytest

from viz import levers, state
from viz.notices import told
from viz.state import LIMITS, Plan, Question, View
from viz.texts import texts

BUDGET, COUNSELLORS = "funding.annual_budget_idr", "human_resources.counsellors"
REFORM = "wonosari-everything"


def plan(name: str = REFORM, **changes: float) -> Plan:
    made = Plan(name)
    for path, value in changes.items():
        made = made.changed(path.replace("__", "."), value)
    return made


VIEWS = [
    View(),
    View(language="en"),
    View(indicator="employed_share"),
    View(Question(pairs=60, months=36, seed=7, least=2.5)),
    View(Question(plans=(Plan("wonosari"), plan().changed(COUNSELLORS, 25.0).changed(BUDGET, 3.5e8)))),
    View(Question(plans=(Plan("purwokerto"), Plan("wonosari"), plan(), plan("wonosari-budget-cut")))),
]


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_written_is_read_back(view: View) -> None:
    assert state.read(state.write(view)) == (view, ())


def test_the_first_view_needs_nothing_in_the_address() -> None:
    assert state.write(View()) == ""
    for nothing in ("", None):
        assert state.read(nothing) == (View(), ())


def test_the_address_holds_the_scenario_itself() -> None:
    question = Question(plans=(Plan("wonosari"), plan().changed(COUNSELLORS, 25.0)))
    assert state.write(View(question)) == f"a=wonosari&b={REFORM}&b.{COUNSELLORS}=25"


def test_a_lever_set_back_to_the_scenarios_own_value_is_no_change() -> None:
    own = levers.dials(REFORM)[COUNSELLORS].value
    assert plan().changed(COUNSELLORS, 25.0).changed(COUNSELLORS, own) == plan()


def test_the_first_question_is_wonosari_against_its_reform() -> None:
    assert [each.scenario for each in Question().plans] == ["wonosari", REFORM]
    assert (Question().pairs, Question().months, Question().least) == (20, 24, 3.0)


@pytest.mark.parametrize(
    ("search", "name", "value"),
    [
        ("pairs=9999", "pairs", "9999"),
        ("pairs=2.5", "pairs", "2.5"),
        ("months=1", "months", "1"),
        ("least=much", "least", "much"),
        ("seed=nan", "seed", "nan"),
        (f"a=wonosari&b={REFORM}&b.{COUNSELLORS}=-3", COUNSELLORS, "-3"),
        (f"a=wonosari&b={REFORM}&b.{COUNSELLORS}=2.5", COUNSELLORS, "2.5"),
    ],
)
def test_a_value_out_of_range_is_refused_aloud_and_the_usual_one_shown(search: str, name: str, value: str) -> None:
    view, (notice,) = state.read(search)
    assert view == View()
    assert notice.key == "notice.refused"
    assert dict(notice.values)["name"] == name
    assert dict(notice.values)["value"] == value


@pytest.mark.parametrize(
    ("search", "keys"),
    [
        ("a=atlantis&b=wonosari", ["notice.unknown_replaced", "notice.alone"]),
        ("lang=fr", ["notice.unknown_replaced"]),
        ("b.community.media_reach=1", ["notice.unknown"]),
        ("fruit=apple", ["notice.unknown"]),
        ("a=purwokerto", ["notice.alone"]),
        (f"b=purwokerto&b.{COUNSELLORS}=3", ["notice.alone"]),
    ],
)
def test_what_is_not_used_is_named(search: str, keys: list[str]) -> None:
    view, notices = state.read(search)
    assert view == View()
    assert [notice.key for notice in notices] == keys


def test_a_plan_behind_a_gap_is_told_and_the_others_are_used() -> None:
    view, (notice,) = state.read(f"a=wonosari&b={REFORM}&d=purwokerto")
    assert len(view.question.plans) == 2
    assert notice.key == "notice.alone"


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        (
            "b=purwokerto&lang=en",
            "“Plan B = Bapas Purwokerto as it is” was not used: an address must name plans A and B, then C and D "
            "without a gap. Shown instead: A (Bapas Wonosari as it is), B (All remedies together).",
        ),
        ("pairs=9999&lang=en", "“Pairs of runs = 9999” is not allowed; allowed are 2 to 200. Shown instead: 20."),
        ("lang=fr", "“Bahasa = fr” tidak dikenal. Yang tampil: Bahasa Indonesia."),
        (
            f"a=wonosari&b={REFORM}&b.{COUNSELLORS}=-3&lang=en",
            "“Plan B, counsellors (PK) of the office = -3” is not allowed; allowed are 0 to 10,000. "
            "Shown instead: 14 people.",
        ),
        ("fruit=apple", "“fruit = apple” tidak dikenal dan tidak dipakai."),
    ],
)
def test_notices_speak_the_words_of_the_page(search: str, sentence: str) -> None:
    view, (notice,) = state.read(search)
    assert told(texts(view.language), notice, view) == sentence


def test_a_hostile_address_is_shortened_and_does_no_harm() -> None:
    _, notices = state.read("x=" + "y" * 10_000 + "&a=%00%ff&lang=<script>")
    assert all(len(value) <= 60 for notice in notices for _, value in notice.values)


def test_ranges_and_labels_of_levers_are_those_of_the_schema() -> None:
    from scenarios import FIELDS

    for dial in levers.dials(REFORM).values():
        declared = FIELDS[f"levers.{dial.path}"]
        assert (dial.low, dial.high, dial.unit, dial.whole) == (
            declared.low,
            declared.high,
            declared.unit,
            declared.whole,
        )
        assert dial.meaning == declared.meaning
        assert dial.low <= dial.value <= dial.top <= dial.high
        assert 0 < dial.step <= dial.top - dial.low


def test_the_levers_promised_on_the_page_are_there() -> None:
    words = ("annual_budget", "counsellors", "members_per_group", "certification_places", "forum_meetings")
    assert [word for word in words if not any(word in path for path in levers.OFFERED)] == []


def test_the_page_allows_no_more_than_the_library() -> None:
    from experiments.errors import MONTHS, PAIRS, SEEDS

    for name, allowed in (("months", MONTHS), ("pairs", PAIRS), ("seed", SEEDS)):
        assert allowed[0] <= LIMITS[name].low
        assert LIMITS[name].high <= allowed[1]


def test_of_plans_that_are_not_taken_no_lever_is_told() -> None:
    """A refused lever of plan C, and an unknown plan D: the page falls back to its own two and says so."""
    own = "a=purwokerto&b=purwokerto-tripled-counsellors&c=purwokerto-working-mechanism"
    view, notices = state.read(f"{own}&c.funding.annual_budget_idr=-5&d=nonsense")
    assert len(view.question.plans) == 2
    assert [dict(notice.values)["name"] for notice in notices] == ["d"]
    said = [told(texts("en"), notice, view) for notice in notices]
    assert "nonsense" in said[0]
    view, notices = state.read(f"{own}&c.funding.annual_budget_idr=-5")
    assert [dict(notice.values)["name"] for notice in notices] == ["funding.annual_budget_idr"]
    assert told(texts("en"), notices[0], view)
