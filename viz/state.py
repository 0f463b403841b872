"""What a page is asked to show, as a frozen value and as an address.

The address is the only copy of a page's state: a control writes a new address, and reload, Back and a sent link read
it. It holds the scenario itself, never the number of a record. What equals the default is left out.
"""

import math
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

from viz import levers
from viz.texts import LANGUAGES

LETTERS = "abcd"
"""Plans are A to D, in the order they are compared; A is the baseline."""


@dataclass(frozen=True)
class Limit:
    """Least and greatest allowed value of a setting of the page."""

    low: float
    high: float
    whole: bool = True

    def accepts(self, value: float) -> bool:
        """Whether a value may be asked for."""
        return math.isfinite(value) and self.low <= value <= self.high and not (self.whole and value != int(value))


LIMITS: dict[str, Limit] = {
    "pairs": Limit(2, 200),
    "months": Limit(6, 60),
    "seed": Limit(0, 2**31 - 1),
    "least": Limit(0, 50, whole=False),
}
"""What one session may ask for; `least` counts clients in 100."""


@dataclass(frozen=True)
class Plan:
    """A shipped scenario with the levers changed on the page, as sorted pairs of path and value."""

    scenario: str
    changes: tuple[tuple[str, float], ...] = ()

    def changed(self, path: str, value: float) -> "Plan":
        """The plan with one lever set; a value equal to the scenario's own removes the change."""
        kept = {key: was for key, was in self.changes if key != path}
        if value != levers.dials(self.scenario)[path].value:
            kept[path] = value
        return replace(self, changes=tuple(sorted(kept.items())))

    def value(self, path: str) -> float:
        """The value of an offered lever in this plan."""
        return dict(self.changes).get(path, levers.dials(self.scenario)[path].value)


@dataclass(frozen=True)
class Question:
    """Everything that decides the numbers of a comparison, and nothing else."""

    plans: tuple[Plan, ...] = (Plan("wonosari"), Plan("wonosari-everything"))
    pairs: int = 20
    months: int = 24
    seed: int = 1
    least: float = 3.0

    def with_plan(self, index: int, plan: Plan) -> "Question":
        """The question with one plan replaced."""
        return replace(self, plans=(*self.plans[:index], plan, *self.plans[index + 1 :]))


OPENING = "coverage_ever"
"""What the page looks at first: what happens soonest and can be seen. The headline, re-offending, stands beside it."""


@dataclass(frozen=True)
class View:
    """A question and the way it is looked at."""

    question: Question = field(default_factory=Question)
    indicator: str = OPENING
    language: str = LANGUAGES[0]


@dataclass(frozen=True)
class Notice:
    """Something in an address that was not used: text key and the values of its blanks, `name` as in the address."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


def write(view: View) -> str:
    """The part of an address behind the question mark; empty for the view a visitor first meets."""
    question, plain = view.question, View()
    pairs: list[tuple[str, str]] = []
    if question.plans != plain.question.plans:
        for letter, plan in zip(LETTERS, question.plans, strict=False):
            pairs.append((letter, plan.scenario))
            pairs += [(f"{letter}.{path}", _plain(value)) for path, value in plan.changes]
    for name in LIMITS:
        value = getattr(question, name)
        if value != getattr(plain.question, name):
            pairs.append((name, _plain(value)))
    if view.indicator != plain.indicator:
        pairs.append(("show", view.indicator))
    if view.language != plain.language:
        pairs.append(("lang", view.language))
    return urlencode(pairs)


def read(search: str | None) -> tuple[View, tuple[Notice, ...]]:
    """The view of an address, and a notice for each part that could not be used and was replaced by its default.

    Plans are used together or not at all: A and B, then C and D without a gap.
    """
    given = dict(parse_qsl(search or "", keep_blank_values=True))
    notices: list[Notice] = []
    plain = View()
    plans = _plans(given, notices) or plain.question.plans
    notices += _left_over(given)
    settings = {name: _setting(name, given, notices) for name in LIMITS}
    language = given.pop("lang", plain.language)
    if language not in LANGUAGES:
        notices.append(_unknown("lang", language, "notice.unknown_replaced"))
        language = plain.language
    indicator = given.pop("show", plain.indicator)
    notices += [_unknown(name, value) for name, value in given.items()]
    return View(Question(plans=plans, **settings), indicator, language), tuple(notices)


def _plans(given: dict[str, str], notices: list[Notice]) -> tuple[Plan, ...]:
    plans: list[Plan] = []
    refused: list[Notice] = []
    for letter in LETTERS:
        name = given.pop(letter, None)
        if name is None:
            break
        if name not in levers.plan_names():
            notices.append(_unknown(letter, name, "notice.unknown_replaced"))
            return ()
        plan = Plan(name)
        for path, dial in levers.dials(name).items():
            text = given.pop(f"{letter}.{path}", None)
            if text is None:
                continue
            value = _number(text)
            if dial.accepts(value):
                plan = plan.changed(path, value)
            else:
                refused.append(_refused(path, text, dial.low, dial.high, plan=letter))
        plans.append(plan)
    if len(plans) == 1:
        given[LETTERS[0]] = plans[0].scenario
        return ()
    # of plans that are not taken nothing more is told than that
    notices += refused
    return tuple(plans)


def _left_over(given: dict[str, str]) -> list[Notice]:
    """A notice for each plan that is known and not taken, its levers with it."""
    notices = []
    for letter in LETTERS:
        name = given.get(letter)
        if name in levers.plan_names():
            notices.append(_unknown(letter, name, "notice.alone"))
            for key in [key for key in given if key.split(".")[0] == letter]:
                del given[key]
    return notices


def _setting(name: str, given: dict[str, str], notices: list[Notice]) -> float:
    default: float = getattr(Question(), name)
    text = given.pop(name, None)
    if text is None:
        return default
    value, limit = _number(text), LIMITS[name]
    if not limit.accepts(value):
        notices.append(_refused(name, text, limit.low, limit.high))
        return default
    return int(value) if limit.whole else value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _plain(value: float) -> str:
    return f"{value:.15g}"


def _unknown(name: str, value: str, key: str = "notice.unknown") -> Notice:
    return Notice(key, (("name", name[:60]), ("value", value[:60])))


def _refused(name: str, text: str, low: float, high: float, plan: str = "") -> Notice:
    limits = (("low", _plain(low)), ("high", _plain(high)), ("plan", plan))
    return Notice("notice.refused", (("name", name), ("value", text[:60]), *limits))
