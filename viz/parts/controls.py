"""The left side of the comparison page: which plans, which levers, how to compare, run and cancel."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import solara

from experiments.measures import MILLION, capital, letter
from experiments.promises import Costs, first_year
from viz import levers, naming
from viz.parts.html import tag
from viz.parts.inputs import Choice, Lever, RunButton
from viz.state import LETTERS, LIMITS, Plan, Question
from viz.work import specification

if TYPE_CHECKING:
    from viz.texts import Texts

Change = Callable[[Question], None]


@lru_cache(maxsize=512)
def plan_costs(plan: Plan) -> Costs | None:
    """The first year's costs of a plan; None when a part of them cannot be known without a run."""
    return first_year(specification(plan))


@solara.component
def Controls(
    t: "Texts",
    question: Question,
    on_change: Change,
    on_run: Callable[[], None],
    on_cancel: Callable[[], None],
    progress: Callable[[], None] | None = None,
) -> None:
    """All inputs of a comparison.

    Args:
        t: Texts of the page.
        question: What the inputs show.
        on_change: Called with the new question when an input is settled.
        on_run: Called by the run button.
        on_cancel: Called by the cancel button.
        progress: Adds how far the comparison under way is; None when none is.
    """
    shown, set_shown = solara.use_state(False)

    def run() -> None:
        set_shown(False)
        on_run()

    solara.Button(
        t("controls.close" if shown else "controls.open"),
        on_click=lambda: set_shown(not shown),
        outlined=True,
        classes=["pk-toggle"],
        attributes={"aria-expanded": "true" if shown else "false", "aria-controls": "controls"},
    )
    css = "pk-controls pk-open" if shown else "pk-controls"
    with tag("section", css=css, id="controls", aria_labelledby="h-controls"):
        tag("h2", t("controls.heading"), id="h-controls", css="pk-visually-hidden")
        for number in range(len(question.plans)):
            PlanControls(t, question, number, on_change).key(f"plan-{number}")
        if len(question.plans) < len(LETTERS):
            solara.Button(t("controls.add"), on_click=lambda: on_change(_with_one_more(question)), text=True)
        Settings(t, question, on_change)
    with tag("div", css=" ".join(["pk-run", *["pk-open"] * shown, *["pk-running"] * (progress is not None)])):
        if progress is not None:
            progress()
        with tag("div", css="pk-run-buttons"):
            RunButton(
                label=t("controls.run"),
                refused=t("controls.not_run", group="{group}", lever="{lever}"),
                event_run=lambda _=None: run(),
            )
            if progress is not None:
                solara.Button(t("controls.cancel"), on_click=on_cancel, outlined=True)


@solara.component
def PlanControls(t: "Texts", question: Question, number: int, on_change: Change) -> None:
    """The scenario of one plan and, unless it is the baseline, its levers."""
    plan, own = question.plans[number], letter(number)

    def choose(name: str) -> None:
        on_change(question.with_plan(number, Plan(name)))

    with tag("fieldset", css=f"pk-plan pk-plan-{number}"):
        tag("legend", t("controls.plan", letter=own) if number else t("controls.baseline"))
        groups = [
            {
                "text": t(f"plans.{group}"),
                "items": [{"value": name, "text": naming.title(t, Plan(name))} for name in names],
            }
            for group, names in levers.plan_groups().items()
        ]
        label = t("controls.plan", letter=own)
        Choice(name=f"plan-{number}", label=label, value=plan.scenario, groups=groups, event_change=choose)
        About(t, plan, question.months)
        Bill(t, plan)
        if number:
            for group in levers.groups():
                LeverGroup(t, question, number, group, on_change).key(group)
        if plan.changes:
            _plain_button(t("controls.reset", letter=own), lambda: choose(plan.scenario))
        if number > 1:
            _plain_button(t("controls.remove", letter=own), lambda: on_change(_without(question, number)))


@solara.component
def About(t: "Texts", plan: Plan, months: int) -> None:
    """What the scenario of a plan is, folded on a telephone, and whether it comes too late for the run to show it."""
    shown, set_shown = solara.use_state(False)
    _plain_button(
        t("controls.about"),
        lambda: set_shown(not shown),
        classes=["pk-more-button", "pk-about-button"],
        attributes={"aria-expanded": "true" if shown else "false"},
    )
    tag(
        "p",
        t.own(levers.scenario(plan.scenario).summary),
        css="pk-hint pk-about pk-open" if shown else "pk-hint pk-about",
    )
    begins = levers.begins(specification(plan))
    if begins is not None and begins >= months:
        tag("p", t("controls.late", begins=t.number(begins + 1), months=t("count.months", n=months)), css="pk-notice")


@solara.component
def Bill(t: "Texts", plan: Plan) -> None:
    """What the promises of a plan cost in the first year."""
    costs = plan_costs(plan)
    if costs is None:
        tag("p", t("costs.unknown"), css="pk-hint")
        return
    left = costs.budget - costs.promised
    words = {
        name: t.number(abs(value) / MILLION)
        for name, value in (("promised", costs.promised), ("budget", costs.budget), ("payroll", costs.payroll))
    }
    with tag("p", css="pk-hint pk-bill", aria_live="polite"):
        tag("strong", t("costs.heading"))
        key = "left" if left >= 0 else "missing"
        tag("span", t(f"costs.{key}", **words, rest=t.number(abs(left) / MILLION)))
        tag("span", t("costs.payroll", **words))


@solara.component
def LeverGroup(t: "Texts", question: Question, number: int, group: str, on_change: Change) -> None:
    """The levers of one heading, closed at first in the third and fourth plan."""
    shown, set_shown = solara.use_state(number == 1)
    plan = question.plans[number]
    dials = [dial for dial in levers.dials(plan.scenario).values() if dial.group == group]
    changed = sum(dial.path in dict(plan.changes) for dial in dials)
    heading = t(f"lever_groups.{group}")
    with tag("div", css="pk-group"):
        solara.Button(
            t("controls.group_changed", group=heading, n=changed) if changed else heading,
            on_click=lambda: set_shown(not shown),
            text=True,
            classes=["pk-more-button", "pk-group-button"],
            attributes={"aria-expanded": "true" if shown else "false"},
        )
        if shown:
            for dial in dials:
                PlanLever(t, question, number, dial, on_change).key(dial.path)


@solara.component
def PlanLever(t: "Texts", question: Question, number: int, dial: levers.Dial, on_change: Change) -> None:
    """One lever of one plan, with what the baseline has beside it."""
    plan, unit = question.plans[number], naming.lever_unit(t, dial)
    value = plan.value(dial.path)
    label = capital(t.own(dial.meaning))

    def shown(value: float) -> float:
        return naming.shown_lever(dial, value)

    def change(now: float) -> None:
        on_change(question.with_plan(number, plan.changed(dial.path, naming.meant_lever(dial, now))))

    form = "controls.refused_whole" if dial.whole else "controls.refused"
    Lever(
        name=f"lever-{number}-{dial.path}",
        label=label,
        value=shown(value),
        low=shown(dial.low),
        high=shown(dial.high),
        top=shown(dial.top),
        step=shown(dial.step),
        unit=unit,
        hint=_hint(t, question, number, dial.path),
        refused=t(
            form,
            value=naming.lever_value(t, dial, value),
            low=t.number(shown(dial.low), 2),
            high=t.number(shown(dial.high), 2),
        ),
        language=t.language,
        event_change=change,
        whole=dial.whole,
        levels=_levels(t, dial),
        levels_label=t("controls.levels", lever=label),
        below=t("controls.below", amount=naming.lever_value(t, dial, dial.level_value(dial.levels[0]))),
        above=t("controls.above", amount=naming.lever_value(t, dial, dial.level_value(dial.levels[-1]))),
    )


def _levels(t: "Texts", dial: levers.Dial) -> list[dict[str, Any]]:
    made = []
    for level in dial.levels:
        value = dial.level_value(level)
        words = {"level": t.own(level.name), "amount": naming.lever_value(t, dial, value)}
        made.append(
            {
                "value": naming.shown_lever(dial, value),
                "text": t("controls.level", **words),
                "near": t("controls.near", **words),
                "practice": t.own(level.practice),
            }
        )
    return made


@solara.component
def Settings(t: "Texts", question: Question, on_change: Change) -> None:
    """The difference that matters, how many pairs, how many months."""
    with tag("fieldset", css="pk-plan"):
        tag("legend", t("controls.settings"))
        for name in ("least", "pairs", "months"):
            limit, value = LIMITS[name], getattr(question, name)
            words: dict[str, Any] = {"low": t.number(limit.low, 1), "high": t.number(limit.high, 1)}
            Lever(
                name=f"setting-{name}",
                label=t(f"controls.{name}"),
                value=value,
                low=limit.low,
                high=limit.high,
                top=limit.high,
                step=1,
                unit=t(f"unit_of.{name}"),
                hint=t(f"controls.{name}_hint", **words),
                refused=t(
                    "controls.refused_whole" if limit.whole else "controls.refused", value=t.number(value, 2), **words
                ),
                language=t.language,
                event_change=lambda now, name=name, limit=limit: on_change(
                    replace(question, **{name: int(now) if limit.whole else float(now)})
                ),
                whole=limit.whole,
                slider=False,
            ).key(name)


def _hint(t: "Texts", question: Question, number: int, path: str) -> str:
    """What the lever is in the baseline; where it changes over time or was changed here, what it was before that."""
    plan, own = question.plans[number], letter(number)
    baseline = naming.lever_course(t, question.plans[0], path)
    if path in dict(plan.changes):
        return t("controls.changed", scenario=naming.lever_course(t, Plan(plan.scenario), path), baseline=baseline)
    if levers.dials(plan.scenario)[path].changes:
        return t("controls.dated", letter=own, course=naming.lever_course(t, plan, path), baseline=baseline)
    return t("controls.reference", baseline=baseline)


def _plain_button(text: str, action: Callable[[], None], classes: Sequence[str] = (), **more: Any) -> None:
    solara.Button(text, on_click=action, text=True, small=True, classes=["pk-small", *classes], **more)


def _with_one_more(question: Question) -> Question:
    used = {plan.scenario for plan in question.plans}
    remedies = levers.plan_groups()["remedies"]
    name = next((name for name in remedies if name not in used), question.plans[0].scenario)
    return replace(question, plans=(*question.plans, Plan(name)))


def _without(question: Question, number: int) -> Question:
    return replace(question, plans=(*question.plans[:number], *question.plans[number + 1 :]))
