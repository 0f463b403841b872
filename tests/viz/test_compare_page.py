"""The comparison page without a browser: what it shows, and what its controls do."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any

import ipyvue
import ipyvuetify
import pytest
import solara
import solara.widgets

from tests.viz.made_up_answers import EMPLOYED, REOFFENDING, answer
from viz import levers, naming, report, state
from viz.answers import Answer
from viz.jobs import Job, Post
from viz.pages import compare
from viz.parts.controls import Controls
from viz.parts.html import tag
from viz.parts.result import Result
from viz.parts.shield import Shield
from viz.state import Plan, Question, View
from viz.texts import LANGUAGES, texts

EN = texts("en")
Rendered = Any


class MadeUpDesk:
    """Knows some answers and starts jobs that never end."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = {one.question: one for one in answers}
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Answer | None:
        return self.answers.get(question)

    def ask(self, question: Question) -> Job:
        self.asked.append(question)
        return Job(question, Post(_Board(), 0))

    def ahead(self, _: Job) -> int:
        return 0

    def leave(self, job: Job) -> None:
        job.future.cancel()


class _Board:
    shares, left, stops = (0.25,), (-1.0,), (0,)


def rendered(element: Any, look: Callable[[Rendered], Coroutine[Any, Any, None]]) -> None:
    """Render inside an event loop, as the server does, and look at what came of it."""

    async def go() -> None:
        box, context = solara.render(element, handle_error=False)
        try:
            await look(box)
        finally:
            context.close()
            await asyncio.sleep(0)

    asyncio.run(go())


def everything(widget: Any, kind: type = object) -> Iterator[Any]:
    """The widget and all below it that are of a kind."""
    if isinstance(widget, kind):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from everything(child, kind)


def words(box: Rendered) -> str:
    return " ".join(
        child for found in everything(box, ipyvuetify.Html) for child in found.children if isinstance(child, str)
    )


def button(box: Rendered, text: str) -> Any:
    return next(one for one in everything(box, ipyvuetify.Btn) if text in one.children)


def levers_of(box: Rendered) -> dict[str, Any]:
    return {widget.label: widget for widget in everything(box, ipyvue.VueTemplate) if "slider" in widget.trait_names()}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> MadeUpDesk:
    made = MadeUpDesk(answer())
    monkeypatch.setattr(compare, "desk", lambda: made)
    return made


def test_a_known_comparison_is_shown_at_once(desk: MadeUpDesk) -> None:
    async def look(box: Rendered) -> None:
        said = report.finding(texts("id"), answer(), 1, REOFFENDING)
        assert said is not None
        assert said.sentence in words(box)
        assert desk.asked == []
        assert len(list(everything(box, solara.widgets.VegaLite))) == 3

    rendered(compare.Page(), look)


def test_an_unknown_one_is_asked_for_with_progress_and_cancel(desk: MadeUpDesk) -> None:
    desk.answers.clear()

    async def look(box: Rendered) -> None:
        await asyncio.sleep(0.3)
        assert desk.asked == [Question()]
        assert "25 %" in words(box)
        button(box, texts("id")("controls.cancel")).click()
        await asyncio.sleep(0.2)
        assert texts("id")("notice.stopped") in words(box)

    rendered(compare.Page(), look)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_has_label_charts_tables_caveats_and_command(language: str) -> None:
    t = texts(language)

    async def look(box: Rendered) -> None:
        shown = words(box)
        for key in ("world", "assumptions", "persons"):
            assert t(f"caveats.{key}") in shown
        assert report.command(answer()) in shown
        charts = list(everything(box, solara.widgets.VegaLite))
        assert all(chart.spec["description"] for chart in charts)
        hidden = [one for one in everything(box, ipyvuetify.Btn) if one.attributes.get("aria-expanded") == "false"]
        assert len(hidden) == len(charts) + 1
        assert t("numbers.caption") not in shown
        button(box, t("numbers.show")).click()
        regions = everything(box, solara.widgets.HTML)
        assert t("numbers.caption") in [region.attributes.get("aria-label") for region in regions]

    rendered(Result(t, answer(), EMPLOYED, False), look)


def test_moving_a_lever_asks_for_another_question() -> None:
    changed: list[Question] = []

    async def look(box: Rendered) -> None:
        lever = levers_of(box)["Counsellors (PK) of the office"]
        assert (lever.low, lever.unit, lever.whole) == (0, "people", True)
        lever.vue_change(30)

    rendered(Controls(EN, Question(), changed.append, lambda: None, lambda: None), look)
    (question,) = changed
    assert question.plans[1].changes == (("human_resources.counsellors", 30),)
    assert state.read(state.write(View(question)))[0].question == question


def test_money_is_moved_in_millions() -> None:
    changed: list[Question] = []

    async def look(box: Rendered) -> None:
        levers_of(box)["Money a year from all sources"].vue_change(250)

    rendered(Controls(EN, Question(), changed.append, lambda: None, lambda: None), look)
    assert changed[0].plans[1].value("funding.annual_budget_idr") == 250_000_000


@pytest.mark.parametrize(
    ("plans", "hint"),
    [
        (("wonosari", "wonosari-everything"), "Plan B: 0 → 12 (months 2–7). Plan A: 0. A value you set"),
        (("wonosari-everything", "wonosari"), "Plan A: 0 → 12 (months 2–7)"),
    ],
)
def test_a_lever_that_changes_over_time_says_whose_and_when(plans: tuple[str, str], hint: str) -> None:
    question = Question(plans=tuple(Plan(name) for name in plans))

    async def look(box: Rendered) -> None:
        assert levers_of(box)["Coaching sessions a member gets"].hint.startswith(hint)

    rendered(Controls(EN, question, lambda _: None, lambda: None, lambda: None), look)


def test_a_lever_that_changes_at_once_and_one_that_was_set_say_so() -> None:
    cut, path = Plan("wonosari-budget-cut"), "funding.annual_budget_idr"
    assert naming.lever_course(EN, cut, path) == "180 → 90 (from month 13)"
    assert naming.lever_course(EN, cut.changed(path, 2e8), path) == "200"


@pytest.mark.parametrize(("months", "late"), [(12, True), (13, False)])
def test_a_plan_says_what_it_is_and_whether_it_begins_within_the_run(months: int, late: bool) -> None:
    question = Question(plans=(Plan("wonosari"), Plan("wonosari-budget-cut")), months=months)

    async def look(box: Rendered) -> None:
        said = words(box)
        assert all(levers.scenario(plan.scenario).summary["en"] in said for plan in question.plans)
        assert ("Begins in month 13; not yet in force within these 12 months." in said) == late

    rendered(Controls(EN, question, lambda _: None, lambda: None, lambda: None), look)


def test_a_plan_can_be_added_and_taken_away() -> None:
    changed: list[Question] = []
    three = replace(Question(), plans=(*Question().plans, Plan("purwokerto")))

    async def add(box: Rendered) -> None:
        button(box, EN("controls.add")).click()

    async def remove(box: Rendered) -> None:
        button(box, EN("controls.remove", letter="C")).click()

    rendered(Controls(EN, Question(), changed.append, lambda: None, lambda: None), add)
    rendered(Controls(EN, three, changed.append, lambda: None, lambda: None), remove)
    assert [len(question.plans) for question in changed] == [3, 2]


@pytest.mark.parametrize(
    ("under_way", "notice"), [(None, "stale"), (Question(months=12), "coming"), (Question(months=18), "stale")]
)
def test_an_answer_to_earlier_settings_says_so_and_whether_a_new_one_comes(
    desk: MadeUpDesk, under_way: Question | None, notice: str
) -> None:
    job = None if under_way is None else desk.ask(under_way)
    comparing = compare.Comparing(answer(), job, None, lambda: None, lambda: None)

    async def look(box: Rendered) -> None:
        said = words(box)
        assert [EN(f"notice.{key}") in said for key in ("stale", "coming")] == [notice == "stale", notice == "coming"]
        assert "20 pairs, 24 months, 3 clients per 100" in said

    rendered(compare.Status(EN, comparing, Question(months=12)), look)


def test_a_cancelled_comparison_says_so_beside_the_answer_that_stays(desk: MadeUpDesk) -> None:
    comparing = compare.Comparing(answer(), None, compare.Trouble("notice.stopped"), lambda: None, lambda: None)

    async def look(box: Rendered) -> None:
        assert EN("notice.stopped") in words(box)
        assert EN("notice.stale") in words(box)

    rendered(compare.Status(EN, comparing, Question(months=12)), look)


def test_a_fault_in_a_part_is_said_in_words_and_goes_with_its_cause() -> None:
    @solara.component
    def part(broken: bool) -> None:
        if broken:
            raise ValueError("raw words of the program")
        tag("p", "whole")

    broken = solara.reactive(True)

    @solara.component
    def whole() -> None:
        with Shield("one part is missing", [broken.value]):
            part(broken.value)

    async def look(box: Rendered) -> None:
        assert words(box) == "one part is missing"
        broken.value = False
        assert words(box) == "whole"

    rendered(whole(), look)
