"""What in an address was not used, in the words of the page, and what is shown instead."""

from typing import TYPE_CHECKING

from scenarios import FIELDS
from viz import levers, naming
from viz.state import LETTERS, LIMITS, Notice, Plan, Question, View

if TYPE_CHECKING:
    from viz.texts import Texts


def told(t: "Texts", notice: Notice, view: View) -> str:
    """A notice as a sentence.

    Args:
        t: Texts.
        notice: What was not used.
        view: What is shown instead.
    """
    words = dict(notice.values)
    name, plan = words["name"], words.get("plan", "")
    for end in {"low", "high"} & set(words):
        words[end] = t.number(float(words[end]), 2)
    if name in LETTERS and words["value"] in levers.plan_names():
        words["value"] = naming.title(t, Plan(words["value"]))
    return t(notice.key, **words | {"name": _part(t, name, plan), "used": _used(t, name, plan, view)})


def _part(t: "Texts", name: str, plan: str) -> str:
    """What the page calls a part of an address; what it has no word for stays as it is."""
    if name in LETTERS:
        return t("controls.plan", letter=name.upper())
    if plan:
        return f"{t('controls.plan', letter=plan.upper())}, {t.own(FIELDS[f'levers.{name}'].meaning)}"
    return t(f"parts.{name}") if f"parts.{name}" in t else name


def _used(t: "Texts", name: str, plan: str, view: View) -> str:
    question = view.question
    if name in LIMITS:
        return t.number(getattr(question, name), 2)
    if name == "lang":
        return t(f"language.{view.language}")
    if plan:
        return _lever(t, question, plan, name)
    return ", ".join(naming.plan_name(t, question, number) for number in range(len(question.plans)))


def _lever(t: "Texts", question: Question, plan: str, path: str) -> str:
    shown = question.plans[LETTERS.index(plan)]
    dial = levers.dials(shown.scenario)[path]
    return f"{naming.lever_value(t, dial, shown.value(path))} {naming.lever_unit(t, dial)}"
