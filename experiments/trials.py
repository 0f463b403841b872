"""Field trials inside the simulation: what an offer changes, what a pilot would see of it, and how large it must be.

Each replicate is one office in which clients are drawn for an offer. Some such offices make a pilot, and the pilot is
repeated: one pilot shows what an evaluator would have in hand, all of them how often that is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.batch import add_up, complete
from experiments.errors import MONTHS, MOST_RUNS, PAIRS, SEEDS, ExperimentError, finite, hint, several, shown, whole
from experiments.estimates import refuse_many
from experiments.jobs import Job
from experiments.pairing import BLOCK, known_assumptions
from experiments.runs import plain_row, provenance, resolve
from experiments.store import Store
from experiments.trial_tables import each_pilot, summary, uptake, whole_pilots
from model.trial import OFFERS, follow

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from concurrent.futures import Executor

    from experiments.batch import Failure, Progress
    from experiments.jobs import Assumptions
    from scenarios import Specification

SITES = (1, 1000)


@dataclass(frozen=True)
class TrialJob(Job):
    """A trial in a block of replicates; ``months`` are those each client is followed.

    Attributes:
        offer: Name in :data:`model.trial.OFFERS`.
        share: Share drawn for it.
        recruit: Months of releases that are recruited.
        lost: Share lost to follow-up.
    """

    offer: str = "nothing"
    share: float = 0.5
    recruit: int = 12
    lost: float = 0.0

    @property
    def alike(self) -> Hashable:
        """Nothing: each trial has a model of its own."""
        return self.hash

    @property
    def more(self) -> dict[str, Any]:
        """What is asked for: the trial."""
        asked = {"offer": self.offer, "share": self.share, "recruit": self.recruit, "lost": self.lost}
        return super().more | {"trial": asked}

    def table(self) -> pd.DataFrame:
        """Counts of clients as :func:`model.trial.follow` tells them."""
        return follow(
            self.spec, OFFERS[self.offer], share=self.share, recruit=self.recruit, months=self.months, lost=self.lost,
            seed=self.seed, replicates=self.replicates, assumptions=self.assumptions,
        )  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A trial that somebody asks for, checked but not started.

    Attributes:
        spec: The office.
        offer: What is offered.
        share: Share of those recruited who are drawn for the offer.
        recruit: Months of releases that are recruited.
        months: Lengths of follow-up since release, rising.
        lost: Share lost to follow-up within the longest.
        pilots: How often the pilot is repeated.
        sites: Offices alike in one pilot.
        seed: Seed of all chance.
        assumptions: ``"fixed"`` or ``"drawn"``.
        overrides: What was changed in the scenario, by dotted key.
    """

    spec: Specification
    offer: str
    share: float
    recruit: int
    months: tuple[int, ...]
    lost: float
    pilots: int
    sites: int
    seed: int
    assumptions: Assumptions
    overrides: dict[str, object] = field(default_factory=dict)

    def jobs(self) -> list[TrialJob]:
        """Return the jobs that hold all replicates."""
        worlds = self.pilots * self.sites
        return [
            TrialJob(
                self.spec, self.months[-1], self.seed, tuple(range(start, min(start + BLOCK, worlds))),
                self.assumptions, offer=self.offer, share=self.share, recruit=self.recruit, lost=self.lost,
            )
            for start in range(0, worlds, BLOCK)
        ]  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What a trial gave.

    Attributes:
        question: What was asked.
        pilots: What each pilot has in hand: ``pilot, month, outcome, measure``, people (``offered_n``, ``others_n``)
            and shares (``offered``, ``others``) of both arms, ``difference``, ``low`` and ``high`` (95 %, Newcombe).
        summary: For each ``month, outcome, measure``: people in a pilot (``enrolled``, those with a known outcome),
            shares in both arms over all pilots, ``effect`` (difference that the offer makes in the model: each client
            against her or his own life without it, on those offered less on the others), ``spillover`` (the part that
            falls on the others), ``middle``, ``low`` and ``high`` (quantiles 50, 5 and 95 % of the pilots'
            differences), ``seen`` (share of pilots whose range leaves out zero), ``power`` (the same by formula),
            ``needed`` (people to enrol for a power of 80 %), ``recruit_months`` (that is, months of releases of one
            office) and ``checked`` (share that sees it among pilots put together to that size, of ``checked_pilots``).
        uptake: ``month``, share of each arm that took the offer up (``offered``, ``others``).
        failures: Jobs that failed; their replicates are missing above.
        done: Runs that succeeded.
    """

    question: Question
    pilots: pd.DataFrame
    summary: pd.DataFrame
    uptake: pd.DataFrame
    failures: list[Failure] = field(default_factory=list)
    done: int = 0

    @property
    def planned(self) -> int:
        """Runs that were asked for: one an office and pilot."""
        return self.question.pilots * self.question.sites

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``pokmas trial --json`` prints; unknown values are None."""
        asked = self.question
        return {
            "scenario": asked.spec.name,
            "hash": asked.spec.hash,
            "offer": asked.offer,
            "share": asked.share,
            "recruit": asked.recruit,
            "months": list(asked.months),
            "lost": asked.lost,
            "pilots": asked.pilots,
            "sites": asked.sites,
            "seed": asked.seed,
            "assumptions": asked.assumptions,
            **provenance(asked.overrides),
            "planned": self.planned,
            "done": self.done,
            "failed": self.planned - self.done,
            "summary": _records(self.summary),
            "uptake": _records(self.uptake),
            "first_pilot": _records(self.pilots[self.pilots["pilot"] == self.pilots["pilot"].min()]),
            "failures": [each.to_json() for each in self.failures],
        }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [plain_row(row) for row in table.to_dict("records")]


def ask(
    scenario: str | os.PathLike[str] | Specification,
    offer: str,
    *,
    share: float = 0.5,
    recruit: int = 12,
    months: Sequence[int] = (6, 12, 24),
    lost: float = 0.2,
    pilots: int = 100,
    sites: int = 1,
    seed: int = 1,
    assumptions: Assumptions = "fixed",
    overrides: Mapping[str, object] | None = None,
    most_runs: int = MOST_RUNS,
) -> Question:
    """Check a trial before anything runs; arguments and errors as for :func:`trial`."""
    if offer not in OFFERS:
        raise ExperimentError(f"offer: '{offer}' is not known; allowed: {', '.join(OFFERS)}{hint(offer, OFFERS)}")
    pilots, sites, seed = whole("pilots", pilots, PAIRS), whole("sites", sites, SITES), whole("seed", seed, SEEDS)
    refuse_many(f"{pilots:,} pilots, with {sites:,} sites each", pilots * sites, most_runs, "pilots or sites")
    if not (finite(share) and 0 < share < 1):
        raise ExperimentError(f"share: {shown(share)} is not allowed; give the share offered, above 0 and below 1")
    if not (finite(lost) and 0 <= lost < 1):
        raise ExperimentError(
            f"lost: {shown(lost)} is not allowed; give the share lost to follow-up, from 0 to below 1"
        )
    known_assumptions(assumptions)
    spec = resolve(scenario, overrides)
    longest = int(spec.parameters["follow_up_months"])
    if not several("months", months, "[6, 12, 24]"):
        raise ExperimentError("follow-up: no length given; give months since release, such as 6,12,24")
    lengths = tuple(sorted({whole("follow-up", length, (1, longest)) for length in months}))
    recruit = whole("recruit", recruit, (1, MONTHS[1] - longest))
    if spec.setting.clients == 0:
        raise ExperimentError(f"setting.clients: 0 in '{spec.name}', so nobody is released; give 1 or more")
    changes = dict(overrides or {})
    return Question(spec, offer, share, recruit, lengths, lost, pilots, sites, seed, assumptions, changes)


def trial(
    scenario: str | os.PathLike[str] | Specification | Question,
    offer: str = "nothing",
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **asked: Any,
) -> Trial:
    """Draw clients for an offer at random, follow both arms, and repeat that.

    Args:
        scenario: Name of a shipped scenario, path of a scenario file, or a specification; or a question that
            :func:`ask` has checked.
        offer: A name in :data:`model.trial.OFFERS`; ``"nothing"`` is a dry run in which both arms are alike.
        executor: Any ``concurrent.futures.Executor``; without it, local processes.
        workers: How many local processes, by default one per processor.
        results: Results folder; what it holds is not computed again.
        progress: Called as ``progress(done, total, seconds_left)`` after each task, counting runs (one an office and
            pilot).
        cancelled: Asked several times a second whether to stop.
        asked: ``share`` offered (0.5), ``recruit`` (months of releases, 12), ``months`` (lengths of follow-up since
            release, 6, 12 and 24), ``lost`` (share lost to follow-up within the longest, 0.2), ``pilots`` (repetitions,
            100), ``sites`` (offices alike in one pilot, 1), ``seed`` (1), ``assumptions`` ("fixed"; "drawn" lets the
            effect vary from office to office), ``overrides`` and ``most_runs`` (200,000).

    Raises:
        ExperimentError: A number out of range, an unknown offer, more than ``most_runs``, a folder that refuses, nobody
            released in the window, or no pilot succeeded.
        Cancelled: ``cancelled`` said yes; finished blocks are kept.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    question = scenario if isinstance(scenario, Question) else ask(scenario, offer, **asked)
    jobs = question.jobs()
    tables, failures = complete(
        jobs, Store(results), executor=executor, workers=workers, progress=progress, cancelled=cancelled,
        take=lambda table: table[table["month"].isin(question.months)],
    )  # fmt: skip
    if not tables:
        raise ExperimentError(f"no run of the trial succeeded: {failures[0].message}")
    counts = pd.concat([tables[job.hash] for job in jobs if job.hash in tables])
    done = counts["replicate"].nunique()
    add_up("trial", jobs, done, failures)
    if not counts["enrolled"].any():
        raise ExperimentError(
            f"nobody is released in {question.recruit} months; recruit for longer, or in a larger office"
        )
    found = whole_pilots(counts, question.sites)
    if found.empty:
        raise ExperimentError(f"no pilot is whole, runs failed in each: {failures[0].message}")
    told = each_pilot(found)
    table = summary(counts, told, question.sites, question.share, question.recruit)
    return Trial(question, told, table, uptake(counts), failures, done)
