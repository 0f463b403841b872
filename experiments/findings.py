"""What is said about an outcome, the same on the page and in the report: sentences, main measures, months."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from experiments.measures import FEWEST_PAIRS, amount, digits, letter, measure_name, quantity, unit_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from experiments.measures import Measure, Tally
    from experiments.outcomes import Outcome
    from experiments.texts import Texts

CHARTS = 6
"""Measures shown month by month."""

CHARTS_KEPT = 512
"""Charts and their tables kept in memory, so that a reload or a second visitor need not wait for them."""

MSPSS = "MSPSS 1-7"
"""The one unit whose axis does not start at zero."""

FIRST_SHOWN: tuple[str, ...] = (
    "employed_share",
    "coverage_current",
    "coverage_ever",
    "unmet_need",
    "mspss_total",
    "distress",
    "village_stigma",
)
"""Those of them that come first, as far as the comparison has a history of them."""

SPENDING = ("spent_idr", "payroll_idr")
"""What a plan costs the Bapas and the state: stands last in a list of main measures."""

MAIN: tuple[str, ...] = ("employed_share", "coverage_ever", "unmet_need", *SPENDING)
"""Measures that stand beside the headline whatever is looked at, costs last."""


@dataclass(frozen=True)
class Finding:
    """The answer for one plan and one measure, in words; `headline` is the verdict with the measure before it."""

    headline: str
    verdict: str
    because: str
    sentence: str
    direction: str


def finding(t: Texts, outcome: Outcome, plan: int, measure: Measure, names: Sequence[str]) -> Finding | None:
    """What is said about one plan against the baseline; None when no pair has a value.

    Args:
        t: Texts.
        outcome: The outcome.
        plan: Number of the plan, 1 is B.
        measure: What is looked at.
        names: What every plan is called, the baseline first.
    """
    tally = outcome.tally(plan, measure)
    if not tally.pairs:
        return None
    name, verdict = measure_name(t, measure), verdict_in(t, plan, measure, tally)
    return Finding(
        headline=t(
            "answer.headline" if len(names) == 2 else "answer.headline_of",
            measure=name,
            letter=letter(plan),
            verdict=verdict,
        ),
        verdict=verdict,
        because=t(f"verdict_more.{tally.strength}", fewest=t.number(FEWEST_PAIRS)),
        sentence=t(
            "answer.sentence",
            measure=name,
            months=t("count.months", n=outcome.months),
            pairs=t("count.pairs", n=tally.pairs),
            counts=t(
                f"counts.{measure.sense}",
                plan=names[plan],
                baseline=names[0],
                better=t("answer.times", n=tally.better),
                same=t.number(tally.same),
                worse=t.number(tally.worse),
            ),
            spread=_spread(t, outcome, plan, measure, tally),
        ),
        direction=t(f"direction.{_direction(measure)}", letter=letter(plan)),
    )


def _spread(t: Texts, outcome: Outcome, plan: int, measure: Measure, tally: Tally) -> str:
    """The middle difference and nine in ten of them; of too few pairs each difference."""
    places = digits(measure, max(abs(tally.low), abs(tally.high)) * measure.scale)
    if tally.verdict == "few":
        shown = sorted(outcome.paired(plan, measure)["difference"])
        each = "; ".join(t.signed(float(value), places) for value in shown)
        return t("spread.few", values=each, unit=unit_name(t, measure.shown_unit))
    low, high = (amount(t, measure, value, places, signed=True) for value in (tally.low, tally.high))
    return t("spread.many", middle=quantity(t, measure, tally.middle, places, signed=True), low=low, high=high)


def verdict_in(t: Texts, plan: int, measure: Measure, tally: Tally) -> str:
    """How one plan came out in one measure: better, or of money cheaper, or more left."""
    told = f"verdict.{measure.sense}.{tally.verdict}"
    key = told if told in t else f"verdict.{tally.verdict}"
    return t(key, plan=letter(plan), baseline=letter(0), n=tally.pairs)


def sides(t: Texts, plan: int, measure: Measure) -> tuple[str, str]:
    """What pairs below and above zero say, the left and the right side of the dots."""
    letters = {"plan": letter(plan), "baseline": letter(0)}
    below, above = (t(f"sides.{_direction(measure)}.{side}", **letters) for side in ("below", "above"))
    return below, above


def _direction(measure: Measure) -> str:
    """The sense of a measure, and of one that can be better which way is."""
    if measure.sense != "value":
        return measure.sense
    return "up" if measure.higher_is_better else "down"


def beside_the_register(t: Texts, outcome: Outcome, plan: int, twin: tuple[Measure, Measure]) -> str:
    """Whether the register gives the same answer as the truth."""
    truth, recorded = (verdict_in(t, plan, one, outcome.tally(plan, one)) for one in twin)
    form = "agrees" if truth == recorded else "misleads"
    return t(f"register.{form}", letter=letter(plan), truth=truth, recorded=recorded)


@dataclass(frozen=True)
class Glance:
    """One of the main measures in a line: what it is, how it came out, the middle difference."""

    name: str
    verdict: str
    middle: str


def dots_caption(t: Texts, outcome: Outcome, measure: Measure, plans: Sequence[int]) -> str:
    """How the dots of these plans are read."""
    few = any(outcome.tally(plan, measure).verdict == "few" for plan in plans)
    told = t("dots.caption", least=quantity(t, measure, measure.least))
    return f"{told} {t('dots.caption_few' if few else 'dots.caption_many')}"


def glances(t: Texts, outcome: Outcome, plan: int) -> list[Glance]:
    """How one plan came out in the main measures, so that no single one stands for all."""
    found: list[Glance] = []
    for measure in (
        outcome.measures[name] for name in dict.fromkeys((outcome.headline, *MAIN)) if name in outcome.measures
    ):
        tally = outcome.tally(plan, measure)
        if tally.pairs:
            places = digits(measure, max(abs(tally.low), abs(tally.high)) * measure.scale)
            middle = quantity(t, measure, tally.middle, places, signed=True)
            found.append(Glance(measure_name(t, measure), verdict_in(t, plan, measure, tally), middle))
    return found


def charted(outcome: Outcome, chosen: Measure) -> list[Measure]:
    """The six measures shown month by month: the chosen one first, where it has a history."""
    monthly = [measure for measure in outcome.measures.values() if has_months(outcome, measure)]
    first = [one.name for one in outcome.twin(chosen) or (chosen,)]
    if chosen.name != first[0]:
        first.reverse()
    rank = {name: place for place, name in enumerate(dict.fromkeys((*first, *FIRST_SHOWN)))}
    return sorted(monthly, key=lambda measure: rank.get(measure.name, len(rank)))[:CHARTS]


@lru_cache(maxsize=CHARTS_KEPT)
def month_tables(outcome: Outcome, measure: Measure) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bands and single runs of one measure as charts take them: plans by letter, values as shown."""
    import pandas as pd

    plans = [(letter(plan), name) for plan, name in enumerate(outcome.names)]
    bands = outcome.bands[outcome.bands["indicator"] == measure.name].drop(columns="indicator").set_index("scenario")
    bands.loc[:, bands.columns != "month"] *= measure.scale
    runs = outcome.runs[["scenario", "replicate", "month", measure.name]].set_index("scenario")
    runs = runs.rename(columns={measure.name: "value"})
    runs["value"] *= measure.scale

    def of_plans(table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([table.loc[[name]].assign(plan=plan) for plan, name in plans], ignore_index=True)

    return of_plans(bands), of_plans(runs)


def time_label(t: Texts, outcome: Outcome, measure: Measure) -> str:
    """The chart of one measure month by month, told in words."""
    bands, _ = month_tables(outcome, measure)
    last = bands[bands["month"] == bands["month"].max()]
    middles = {row.plan: row.middle / measure.scale for row in last.itertuples()}
    values = [t("time.value", letter=plan, value=quantity(t, measure, middle)) for plan, middle in middles.items()]
    return t(
        "time.label",
        name=measure_name(t, measure),
        month=t.number(float(last["month"].iloc[0])),
        values=", ".join(values),
    )


def has_months(outcome: Outcome, measure: Measure) -> bool:
    """Whether a measure can be shown month by month."""
    return bool((outcome.bands["indicator"] == measure.name).any())
