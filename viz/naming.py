"""How plans and levers are called on the page, in the reader's language."""

from typing import TYPE_CHECKING

from experiments.measures import MILLION, PER, letter, unit_name
from viz import levers
from viz.state import Plan, Question

if TYPE_CHECKING:
    from viz.levers import Dial
    from viz.texts import Texts

PERCENT = "percent"
DIGITS = 6


def title(t: "Texts", plan: Plan) -> str:
    """The title of the scenario behind a plan."""
    return t.own(levers.scenario(plan.scenario).title)


def plan_name(t: "Texts", question: Question, number: int) -> str:
    """Letter and title of a plan, saying whether it was changed or is the baseline once more."""
    plan = question.plans[number]
    if number and plan == question.plans[0]:
        return t("plan_name.again", letter=letter(number))
    form = "changed" if plan.changes else "plain"
    return t(f"plan_name.{form}", letter=letter(number), title=title(t, plan))


def lever_unit(t: "Texts", dial: "Dial") -> str:
    """The unit in which the page shows a lever: shares are shown in percent."""
    return unit_name(t, PERCENT if dial.unit == levers.SHARE else dial.unit)


def shown_lever(dial: "Dial", value: float) -> float:
    """A lever's value as the page shows it: rupiah in millions, shares in percent."""
    return round(value / _lever_scale(dial), DIGITS)


def meant_lever(dial: "Dial", shown: float) -> float:
    """The value of a lever that the page shows as `shown`."""
    return round(shown * _lever_scale(dial), DIGITS)


def _lever_scale(dial: "Dial") -> float:
    if dial.unit == levers.SHARE:
        return 1 / PER
    return MILLION if dial.unit.startswith("IDR") else 1.0


def lever_value(t: "Texts", dial: "Dial", value: float) -> str:
    """A lever's value as text."""
    return t.number(shown_lever(dial, value), 2)


def lever_course(t: "Texts", plan: Plan, path: str) -> str:
    """A lever's value in a plan and what it becomes when: `0 → 12 (months 2–7)`; months count from 1.

    A ramp leaves its first month at the old value and ends in the month after its length. A value set on the page holds
    throughout.
    """
    dial = levers.dials(plan.scenario)[path]
    text = lever_value(t, dial, plan.value(path))
    for change in () if path in dict(plan.changes) else dial.changes:
        first, last = change.first_month + 1, change.from_month + change.ramp_months + 1
        months = {"value": lever_value(t, dial, change.value), "first": t.number(first), "last": t.number(last)}
        text += " " + t("controls.ramp" if change.ramp_months else "controls.step", **months)
    return text


def lever_change(t: "Texts", plan: Plan, path: str) -> str:
    """A lever that was changed on the page, with its value and unit."""
    dial = levers.dials(plan.scenario)[path]
    return f"{t.own(dial.meaning)} {lever_value(t, dial, plan.value(path))} {lever_unit(t, dial)}"
