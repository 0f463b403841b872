"""What a yearly budget can be spent on, and how an amount becomes the value of a lever.

The price of a use is what the model's own rule of payment asks for it (`experiments.promises`) with the central values
of the unit costs; in a run with drawn assumptions the true price differs, and the lever is in force as far as it is
paid. Activities have no price: they get what the promises leave. Referral agreements are yes or no, counsellors are
paid by the state: neither is a use here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.activities import ACTIVITIES
from agents.clients import MONTHS_A_YEAR, in_new_formal_work
from agents.money import Use
from experiments.errors import ExperimentError, several
from experiments.promises import UNKNOWN, by_use, places
from scenarios import FIELDS, Quantity, override
from scenarios.errors import nearest, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scenarios import Specification

BUDGET = "levers.funding.annual_budget_idr"
SPLIT = "levers.funding.activity_shares"

ALL_ACTIVITIES = "activities"
"""The use that stands for all nine activities, shared among them as the scenario does."""


@dataclass(frozen=True)
class Promise:
    """A lever that costs money.

    Attributes:
        lever: Its dotted path.
        use: What the ledger books it under.
        probe: A value at which the rule of payment is asked for the price; it is asked at twice this, too.
        whole: Whether it is bought whole.
        most: Value above which more money adds nothing; None for the end of the lever's range.
        once: Who gets it once a year at most, ``"members"`` or ``"clients"``; empty where nobody is counted.
    """

    lever: str
    use: Use
    probe: float
    whole: bool = False
    most: float | None = None
    once: str = ""

    def limit(self, spec: Specification) -> float:
        """The largest value that is promised in a scenario."""
        if self.once:
            return places(spec) if self.once == "members" else float(spec.setting.clients)
        declared = FIELDS[self.lever]
        assert isinstance(declared, Quantity)
        return declared.high if self.most is None else self.most


PROMISES: dict[str, Promise] = {
    "coaching": Promise("levers.human_resources.coaching_sessions_per_year", Use.COACHING, 6, most=MONTHS_A_YEAR),
    "transport": Promise("levers.human_resources.transport_idr_per_member_month", Use.TRANSPORT, 100_000),
    "certification": Promise(
        "levers.human_resources.certification_places_per_year", Use.CERTIFICATION, 12, whole=True, once="members"
    ),
    "recruitment": Promise("levers.human_resources.recruits_per_year", Use.RECRUITMENT, 12, whole=True, once="members"),
    "forum": Promise("levers.coordination.forum_meetings_per_year", Use.FORUM, 12, whole=True),
    "register": Promise("levers.coordination.shared_register_coverage", Use.REGISTER, 0.5),
    "procedure": Promise("levers.coordination.written_procedure", Use.PROCEDURE, 0.5),
    "evaluation": Promise("levers.coordination.evaluations_per_year", Use.EVALUATION, 6, whole=True),
    "rooms": Promise("levers.funding.rented_room_slots_per_month", Use.ROOMS, 100),
    "tools": Promise("levers.funding.tools_idr_per_year", Use.TOOLS, 12_000_000),
    "hub": Promise("levers.hub.griya_abhipraya_slots_per_month", Use.HUB, 100),
    "media": Promise("levers.community.media_reach", Use.MEDIA, 0.5),
    "wage_subsidy": Promise(f"levers.funding.{UNKNOWN}", Use.SUBSIDIES, 100_000),
    "startup_grants": Promise("levers.funding.startup_grants_per_year", Use.GRANTS, 12, whole=True, once="clients"),
}

USES = (ALL_ACTIVITIES, *ACTIVITIES, *PROMISES)


def known_uses(names: Sequence[str]) -> tuple[str, ...]:
    """Check the uses that a budget is split over.

    Raises:
        ExperimentError: One is not known or comes twice, there are fewer than two, or activities overlap.
    """
    for name in several("uses", names, "['activities', 'coaching']"):
        if name not in USES:
            near = nearest(name, USES)
            raise ExperimentError(f"uses: '{name}' is not known; " + (f"nearest: {near}; " if near else "")
                                  + f"allowed: {', '.join(USES)}")  # fmt: skip
    if len(set(names)) < len(names):
        raise ExperimentError("uses: one is given twice; give each once")
    if len(names) < 2:
        raise ExperimentError("uses: a split needs two or more, for instance --uses activities,coaching,transport")
    single = [name for name in names if name in ACTIVITIES]
    if ALL_ACTIVITIES in names and single:
        raise ExperimentError(f"uses: '{ALL_ACTIVITIES}' holds '{single[0]}' already; give one or the other")
    return tuple(names)


@dataclass(frozen=True)
class Price:
    """What a promise costs.

    Attributes:
        fixed: Rupiah a year once it is made.
        each: Rupiah a year for every unit of its lever.
        most: The largest value of the lever that is promised.
        whole: Whether it is bought whole.
    """

    fixed: float
    each: float
    most: float
    whole: bool = False

    def value(self, amount: float) -> float:
        """Return what of a lever an amount buys: 0 when it does not reach the fixed cost, never more than is of use."""
        bought = min(max(amount - self.fixed, 0.0) / self.each, self.most)
        return float(math.floor(bought + 1e-9)) if self.whole else float(f"{bought:.4g}")

    def amount(self, value: float) -> float:
        """Return what a value of the lever costs."""
        return self.fixed + self.each * value if value > 0 else 0.0


@dataclass(frozen=True)
class Purse:
    """The yearly money of a scenario that is free to be split.

    Attributes:
        specification: The scenario at the budget, with its own levers.
        budget: Money a year, rupiah.
        uses: What it is split over.
        prices: Price of each promise among the uses.
        kept: Rupiah a year that go elsewhere first: administration, mandatory guidance, and each promise of the
            scenario that is not among the uses.
        now: Rupiah a year that the scenario itself gives to each use, activities as far as anything is left.
    """

    specification: Specification
    budget: float
    uses: tuple[str, ...]
    prices: Mapping[str, Price]
    kept: Mapping[str, float]
    now: Mapping[str, float]

    @property
    def free(self) -> float:
        """Rupiah a year that can be split."""
        return self.budget - sum(self.kept.values())

    def levers(self, shares: Sequence[float]) -> tuple[dict[str, float], dict[str, float]]:
        """Turn the shares of a split into levers.

        Args:
            shares: One for each use, summing to 1.

        Returns:
            The value of each lever by dotted path, and the amount that each use gets by plan in rupiah a year. What a
            promise cannot take goes to the activities, or is left over when none is among the uses.
        """
        asked = dict(zip(self.uses, (share * self.free for share in shares), strict=True))
        values, amounts = {}, {}
        for name, price in self.prices.items():
            lever = PROMISES[name].lever
            values[lever] = price.value(asked[name])
            amounts[name] = price.amount(values[lever])
        rest = self.free - sum(amounts.values())
        activities = {name: asked[name] for name in self.uses if name not in self.prices}
        whole = sum(activities.values())
        for name, amount in activities.items():
            amounts[name] = rest * amount / whole if whole else 0.0
        if activities and ALL_ACTIVITIES not in activities:
            values |= self._among(activities, whole)
        return values, {name: amounts[name] for name in self.uses}

    def _among(self, activities: Mapping[str, float], whole: float) -> dict[str, float]:
        """The shares of the nine activities; those of the scenario where none of them is given anything."""
        if not whole:
            return {f"{SPLIT}.{name}": self.specification.lever(f"funding.activity_shares.{name}", 0)
                    for name in ACTIVITIES}  # fmt: skip
        parts = {name: round(amount / whole, 6) for name, amount in activities.items()}
        largest = max(parts, key=lambda name: parts[name])
        parts[largest] = 1.0 - (sum(parts.values()) - parts[largest])
        return {f"{SPLIT}.{name}": parts.get(name, 0.0) for name in ACTIVITIES}


def purse(spec: Specification, uses: Sequence[str], budget: float | None, seed: int) -> Purse:
    """Price the uses of a scenario's budget.

    Args:
        spec: The scenario.
        uses: Names among :data:`USES`.
        budget: Money a year; without it, the scenario's own in the first month.
        seed: Seed of the run that counts for whom a wage subsidy would be paid, where that is asked.

    Raises:
        ExperimentError: A use that is not known or costs nothing there, a budget out of range or used up before
            anything can be split.
    """
    names = known_uses(uses)
    declared = FIELDS[BUDGET]
    assert isinstance(declared, Quantity)
    money = spec.lever(BUDGET.removeprefix("levers."), 0) if budget is None else float(budget)
    if not 0 < money <= declared.high:
        raise ExperimentError(
            f"budget: {plain(money)} is not allowed; give rupiah a year, above 0 and up to {plain(declared.high)}"
        )
    spec = override(spec, {BUDGET: money})
    subsidised = "wage_subsidy" in names or spec.lever(f"funding.{UNKNOWN}", 0) > 0
    starters = _starters(spec, seed) if subsidised else 0.0
    own = _yearly(spec, starters)
    prices = {name: _price(spec, name, starters) for name in names if name in PROMISES}
    split = {PROMISES[name].use for name in prices}
    kept = {use.name.lower(): own[use] for use in Use if use not in (*split, Use.PAYROLL) and own[use] > 0}
    free = money - sum(kept.values())
    if free <= 0:
        told = ", ".join(f"{name} {round(amount):,}" for name, amount in kept.items())
        raise ExperimentError(
            f"budget: {plain(money)} a year is used up before anything can be split ({told}); give a larger --budget"
        )
    left = max(free - sum(own[use] for use in split), 0.0)
    now = {name: own[PROMISES[name].use] for name in prices}
    for name in names:
        if name not in prices:
            now[name] = left * (1.0 if name == ALL_ACTIVITIES else spec.lever(f"funding.activity_shares.{name}", 0))
    return Purse(spec, money, names, prices, kept, {name: now[name] for name in names})


def _price(spec: Specification, name: str, starters: float) -> Price:
    promise = PROMISES[name]
    once, twice = (
        _yearly(override(spec, {promise.lever: times * promise.probe}), starters)[promise.use] for times in (1, 2)
    )
    if twice <= once:
        raise ExperimentError(
            f"uses: '{name}' can cost nothing in '{spec.name}' (nobody is there for it); leave it out"
        )
    each = (twice - once) / promise.probe
    fixed = max(round(once - each * promise.probe), 0.0)
    return Price(fixed, each, promise.limit(spec), promise.whole)


def _yearly(spec: Specification, starters: float) -> dict[Use, float]:
    """What each use costs a year: recruiting as if all places were empty, all else as if all were filled."""
    empty = by_use(spec, members=0.0)[Use.RECRUITMENT]
    return by_use(spec, starters=starters) | {Use.RECRUITMENT: empty}


def _starters(spec: Specification, seed: int) -> float:
    """Clients in their first months of formal work, mean of a year with central assumptions."""
    from model import ReintegrationModel

    office = ReintegrationModel(spec, seed=seed, assumptions="fixed")
    counts = []
    for _ in range(MONTHS_A_YEAR):
        office.step()
        counts.append(float(office.total("clients", "office", in_new_formal_work)[0]))
    return sum(counts) / len(counts)
